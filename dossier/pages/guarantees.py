"""The page *Guarantees*: the plans point by point, and every guarantee read on the features that are held to matter."""

from __future__ import annotations

import pandas as pd

from dossier import guarantees, tables
from dossier.data import View
from dossier.exhibits import Column, EntriesExhibit, Entry, Inline, TableExhibit, joined, ref
from dossier.findings import Answer, Finding

READS = (
    "plans",
    "proposals",
    "guarantees",
    "guarantee-features",
)  # tables that the findings of this page are read from
SIGNS = {"yes": "yes", "partly": "in part", "no": "no", "unknown": "unknown"}


def answer(view: View) -> Answer:
    """Return the page's findings."""
    return Answer([_plans(view), _open_points(view), _read(view), _scored(view), _binding(view)])


def plans(view: View) -> EntriesExhibit:
    """Return every plan with who gave it, what it is, and what nobody could read."""
    rows = view["plans"]
    sources = tables.row_sources(view, "plan-sources", "plan_id")
    return EntriesExhibit(
        [
            Entry(
                f"sec-plan-{row.plan_id}",
                row.title,
                [tables.day(row.known_on), row.standing, f"given by {row.given_by}"],
                [row.note] if isinstance(row.note, str) else [],
                more=[("Sources", sources[row.plan_id])],
            )
            for row in rows.itertuples()
        ],
        source=tables.own_tables(view, "plans"),
        as_of=view.as_of.isoformat(),
        empty="No plan in the data",
    )


def side_by_side(view: View) -> TableExhibit:
    """Return the points of the plans known on the day side by side, by topic."""
    rows = guarantees.side_by_side(view)
    known = view["plans"]
    sources = tables.row_sources(view, "proposal-sources", "proposal_id")
    titles = dict(zip(known["plan_id"], known["title"], strict=True))
    cells: list[list[Inline]] = [
        [row["title"], *(_points(row[plan], sources) for plan in known["plan_id"])] for _, row in rows.iterrows()
    ]
    return TableExhibit(
        label="tbl-guarantees-plans",
        title=_moved(view),
        columns=[Column("Topic"), *(Column(titles[plan]) for plan in known["plan_id"])],
        rows=tables.rows(cells),
        source=tables.own_tables(view, "proposals"),
        as_of=view.as_of.isoformat(),
        note=(
            "Paraphrases. A dash: no point on this in what could be read, which need not mean none. Points that nobody could read "
            "say so."
        ),
    )


def scorecard(view: View) -> TableExhibit:
    """Return every guarantee on the features that are held to matter."""
    table, known = guarantees.scorecard(view), view["guarantees"].set_index("guarantee_id")
    features = view["features"].set_index("feature_id")["title"]
    cells: list[list[Inline]] = [
        [
            ref(str(known.at[name, "title"]), f"sec-guarantee-{name}"),
            tables.day(known.at[name, "dated"]),
            *(SIGNS[value] for value in table.loc[name]),
        ]
        for name in table.index
    ]
    unknown = int((table == "unknown").sum().sum())
    return TableExhibit(
        label="tbl-guarantees-features",
        title=f"{tables.counted(len(table), 'guarantee')} on {tables.counted(len(features), 'feature')}: {unknown} of {table.size} cells are unknown",
        columns=tables.columns("Guarantee", "Dated", *(str(features[name]) for name in table.columns)),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "guarantee-features", sources="reasons and sources in the entries below"),
        as_of=view.as_of.isoformat(),
        note="Unknown: no page was found that says. The cells are not added up: nobody knows their weights.",
    )


def coded(view: View) -> TableExhibit:
    """Return the same features across the coded settlements, as far as their coding holds them."""
    rows = guarantees.coded(view)
    cells = [[row.title, *_coded_cells(row)] for row in rows.itertuples()]
    return TableExhibit(
        label="tbl-guarantees-coded",
        title=f"{int(rows['has'].notna().sum())} of {len(rows)} features are coded across the settlements",
        columns=tables.columns(
            "Feature",
            "With it",
            "Of them failed",
            "Without it",
            "Of them failed ",
            numbers=["With it", "Of them failed", "Without it", "Of them failed "],
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", "features", sources="sources on the page of settlements"),
        as_of=view.as_of.isoformat(),
        note="A list picked by hand: counts, no rates. A dash: the coding of settlements does not hold this feature.",
    )


def entries(view: View) -> EntriesExhibit:
    """Return every guarantee with the reason and the sources of each cell."""
    known, features = view["guarantees"], view["features"].set_index("feature_id")["title"]
    sources = tables.row_sources(view, "guarantee-sources", "guarantee_id")
    cell_sources = tables.row_sources(view, "guarantee-feature-sources", "cell_id")
    cells = view["guarantee-features"]
    found = []
    for row in known.itertuples():
        own = cells[cells["guarantee_id"] == row.guarantee_id]
        items: list[Inline] = [
            [f"{features[cell.feature_id]}: {SIGNS[cell.value]}. {cell.reason}", *_cell_source(cell, cell_sources)]
            for cell in own.itertuples()
        ]
        body = [f"{row.instrument}, given by {row.given_by}."] + ([row.note] if isinstance(row.note, str) else [])
        lists = [("Features", items)] if items else []
        found.append(
            Entry(
                f"sec-guarantee-{row.guarantee_id}",
                row.title,
                [tables.day(row.dated), row.standing],
                body,
                lists,
                [("Sources", sources[row.guarantee_id])],
            )
        )
    return EntriesExhibit(
        found,
        source=tables.own_tables(view, "guarantees", "guarantee-features"),
        as_of=view.as_of.isoformat(),
        empty="No guarantee in the data",
    )


def _cell_source(cell: object, sources: object) -> list[Inline]:
    return [" (", *sources[cell.cell_id], ")"] if cell.standing == "sourced" else [" (no source)"]


def _points(points: list[object], sources: object) -> Inline:
    if not points:
        return tables.NOTHING
    parts: list[Inline] = []
    for point in points:
        marks = [point.basis] + ([] if point.agreed == "not stated" else [point.agreed])
        cited = sources[point.proposal_id] if point.standing == "sourced" else ["no source"]
        parts.append([f"{point.point}. {point.paraphrase} [{', '.join(marks)}] (", *cited, ")"])
    return joined(parts, " ")


def _coded_cells(row: object) -> list[str]:
    if pd.isna(row.has):
        return [tables.NOTHING] * 4
    return [str(int(value)) for value in (row.has, row.failed_has, row.lacks, row.failed_lacks)]


def _drafts(view: View) -> list[str]:
    """Return the ids of the first and of the last draft known on the day: those whose points answer each other."""
    rows = view["plans"]
    rows = rows[rows["standing"].isin(["draft handed over", "account of a draft"])]
    return list(rows["plan_id"].iloc[[0, -1]]) if len(rows) > 1 else []


def _moved(view: View) -> str:
    ids = _drafts(view)
    if not ids:
        return f"{tables.counted(len(view['plans']), 'plan')}, point by point"
    found = guarantees.changed(view, *ids)
    titles = view["plans"].set_index("plan_id")["title"]
    return f"From {titles[ids[0]]} to {titles[ids[1]]}: {len(found['kept'])} topics kept, {len(found['dropped'])} no longer found, {len(found['added'])} new"


def _plans(view: View) -> Finding:
    ids = _drafts(view)
    if not ids:
        sentence = f"{tables.counted(len(view['plans']), 'plan')} are known up to the day."
        return _finding(view, "moved", len(view["plans"]), str(len(view["plans"])), sentence, "changed")
    found = guarantees.changed(view, *ids)
    titles = view["plans"].set_index("plan_id")["title"]
    gone = "; ".join(found["dropped"]) or "none"
    sentence = f"Between {titles[ids[0]]} and {titles[ids[1]]} {len(found['kept'])} topics stayed; no longer found: {gone}; new: {'; '.join(found['added']) or 'none'}."
    return _finding(
        view, "moved", len(found["dropped"]), tables.counted(len(found["dropped"]), "topic"), sentence, "changed"
    )


def _open_points(view: View) -> Finding:
    rows = view["proposals"].merge(view["plans"][["plan_id", "title"]], on="plan_id")
    rows = rows[rows["agreed"] == "not agreed"]
    listed = "; ".join(f"{row.title}, point {row.point}" for row in rows.itertuples()) or "none"
    return _finding(view, "open", len(rows), str(len(rows)), f"Said not to be agreed: {listed}.", "side_by_side")


def _read(view: View) -> Finding:
    rows = view["proposals"]
    unread = int((rows["basis"] == "no page").sum())
    weak = int(rows["basis"].isin(["one press version", "summary only"]).sum())
    sentence = f"Of {tables.counted(len(rows), 'point')} nobody's page was found for {unread}, and {weak} rest on one press version or a summary."
    return _finding(view, "read", unread, f"{unread} of {len(rows)}", sentence, "side_by_side")


def _scored(view: View) -> Finding:
    table = guarantees.scorecard(view)
    unknown = int((table == "unknown").sum().sum())
    sentence = f"{tables.counted(len(table), 'guarantee')} are read on {table.shape[1]} features; {unknown} of {table.size} cells are unknown."
    return _finding(view, "unknown", unknown, f"{unknown} of {table.size}", sentence, "scorecard")


def _binding(view: View) -> Finding:
    table, known = guarantees.scorecard(view), view["guarantees"].set_index("guarantee_id")["title"]
    first = table.columns[0] if table.shape[1] else None
    features = view["features"].set_index("feature_id")["title"]
    full = [str(known[name]) for name in table.index if first is not None and table.at[name, first] == "yes"]
    words = f"{features[first]}: {len(full)} of {len(table)} guarantees" if first is not None else "No feature is coded"
    return _finding(
        view,
        "first-feature",
        len(full),
        f"{len(full)} of {len(table)}",
        f"{words}{' (' + '; '.join(full) + ')' if full else ''}.",
        "scorecard",
    )


def _finding(view: View, name: str, value: float, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-guarantees-{name}",
        value,
        text,
        sentence,
        "sec-guarantees-evidence",
        f"dossier.guarantees.{function}",
        view.as_of.isoformat(),
        tables=READS,
    )
