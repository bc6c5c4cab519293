"""The page *Actors*: who is named, and in which public role sources show them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import actors, tables
from dossier.data import View
from dossier.exhibits import Inline, TableExhibit, ref
from dossier.findings import Answer, Finding

READS = ("actors", "roles", "positions", "commitments")  # tables that the findings of this page are read from


def answer(view: View) -> Answer:
    """Return the page's findings."""
    rows = actors.shown(view)
    known, total = rows[rows["role"].notna()]["actor_id"].nunique(), rows["actor_id"].nunique()
    begun, held = int(rows["from_date"].notna().sum()), int(rows["role"].notna().sum())
    day = tables.day(view.as_of.isoformat())
    named = (
        f"{known} of the {total} people, organizations and states named in the record are shown in a role by a source dated "
        f"up to {day}; that they still held it on that day is assumed unless a page gives its end."
    )
    dated = f"For {begun} of {held} roles a page says when it began; the rest stay blank."
    return Answer(
        [
            _finding(view, "count", known, f"{known} of {total}", named),
            _finding(view, "dated", begun, f"{begun} of {held}", dated),
            _positions(view),
            _commitments(view),
        ]
    )


def positions(view: View) -> TableExhibit:
    """Return who has said something on what, by the day of the newest statement; empty cells say so."""
    rows, known = actors.newest_positions(view), actors.names(view)
    newest = {(row.actor_id, row.issue_id): row for row in rows.itertuples()}
    issues = view["issues"]
    cells: list[list[Inline]] = []
    for actor in sorted(set(rows["actor_id"]), key=lambda name: known[name]):
        own = [newest.get((actor, issue)) for issue in issues["issue_id"]]
        cells.append(
            [
                known[actor],
                *(ref(tables.day(row.said_on), f"act-{row.position_id}") if row else "none found" for row in own),
            ]
        )
    silent = actors.silent_cells(view)
    return TableExhibit(
        label="tbl-actors-positions",
        title=f"{len(rows)} of {len(rows) + silent} cells hold a dated statement; in {silent} none was found",
        columns=tables.columns("Actor", *issues["title"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "positions", sources="statements and sources below"),
        as_of=view.as_of.isoformat(),
        note="A cell gives the day of the newest statement and leads to it. None found means that no page was found, not that nothing was said.",
    )


def statements(view: View) -> TableExhibit:
    """Return every dated statement on the issues, newest first within an issue."""
    rows, known = view["positions"], actors.names(view)
    issues = view["issues"].set_index("issue_id")["title"]
    rows = rows.sort_values(["issue_id", "said_on", "position_id"], ascending=[True, False, True], kind="stable")
    sources = tables.row_sources(view, "position-sources", "position_id")
    cells: list[list[Inline]] = [
        [
            known[row.actor_id],
            str(issues[row.issue_id]),
            tables.day(row.said_on),
            row.statement,
            sources[row.position_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-actors-statements",
        title=f"{tables.counted(len(rows), 'statement')} on what divides the sides",
        columns=tables.columns("Actor", "Issue", "Said on", "What was said", "Sources"),
        rows=tables.rows(cells, [f"act-{name}" for name in rows["position_id"]]),
        source=tables.own_tables(view, "positions"),
        as_of=view.as_of.isoformat(),
        filters=("Actor", "Issue"),
    )


def commitments(view: View) -> TableExhibit:
    """Return who has said they would do what, by domain; statements that differ stand side by side."""
    rows, known = actors.stances(view), actors.names(view)
    said = {(row.actor_id, row.domain): " / ".join(row.said) for row in rows.itertuples()}
    named = sorted(set(rows["actor_id"]), key=lambda name: known[name])
    cells = [
        [known[actor], *(said.get((actor, domain), tables.NOTHING) for domain in actors.DOMAINS)] for actor in named
    ]
    return TableExhibit(
        label="tbl-actors-commitments",
        title=f"{tables.counted(len(named), 'actor')} have said what they would do; in {int(rows['differ'].sum())} cells statements differ",
        columns=tables.columns("Actor", *(domain.capitalize() for domain in actors.DOMAINS)),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "commitments", sources="statements and sources below"),
        as_of=view.as_of.isoformat(),
        note="Statements in order of date, a slash between those that differ; none is averaged away. A dash: nothing found.",
    )


def said(view: View) -> TableExhibit:
    """Return every statement of what an actor would do, with quantity and sources."""
    rows, known = view["commitments"], actors.names(view)
    sources = tables.row_sources(view, "commitment-sources", "commitment_id")
    cells: list[list[Inline]] = [
        [
            known[row.actor_id],
            row.domain,
            row.stance,
            tables.day(row.said_on),
            row.statement,
            sources[row.commitment_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-actors-said",
        title=f"{tables.counted(len(rows), 'statement')} of what somebody would do",
        columns=tables.columns("Actor", "Domain", "Stance", "Said on", "What was said", "Sources"),
        rows=tables.rows(cells, [f"act-said-{name}" for name in rows["commitment_id"]]),
        source=tables.own_tables(view, "commitments"),
        as_of=view.as_of.isoformat(),
        filters=("Actor", "Domain", "Stance"),
    )


def _positions(view: View) -> Finding:
    rows, silent = actors.newest_positions(view), actors.silent_cells(view)
    total = len(rows) + silent
    sentence = (
        f"{rows['actor_id'].nunique()} actors by {len(view['issues'])} issues make {total} cells; {len(rows)} hold a dated, sourced "
        f"statement, and in {silent} none was found."
    )
    return _finding(view, "positions", len(rows), f"{len(rows)} of {total}", sentence)


def _commitments(view: View) -> Finding:
    rows = actors.stances(view)
    differ = rows[rows["differ"]]
    known = actors.names(view)
    listed = "; ".join(f"{known[row.actor_id]} on {row.domain}" for row in differ.itertuples()) or "none"
    sentence = f"{rows['actor_id'].nunique()} actors have said what they would do; their own or others' statements differ for: {listed}."
    return _finding(view, "commitments", rows["actor_id"].nunique(), str(rows["actor_id"].nunique()), sentence)


def people(view: View) -> TableExhibit:
    """Return people with the roles in which sources show them."""
    rows = actors.shown(view)
    count = int(((rows["kind"] == "person") & rows["role"].notna()).sum())
    begun = int(((rows["kind"] == "person") & rows["from_date"].notna()).sum())
    return _table(
        view,
        ["person"],
        "people",
        f"{count} roles of people are sourced; for {begun} a page says when it began",
        "Person",
    )


def organizations(view: View) -> TableExhibit:
    """Return organizations and states with the roles in which sources show them."""
    return _table(
        view,
        ["organization", "state"],
        "organizations",
        "Organizations and states, and what they were on the day",
        "Name",
    )


def _table(view: View, kinds: list[str], name: str, title: str, head: str) -> TableExhibit:
    rows = actors.shown(view)
    rows = rows[rows["kind"].isin(kinds)]
    sources = tables.row_sources(view, "role-sources", "role_id")
    cells: list[list[Inline]] = [
        [
            row.name_,
            _role(row),
            tables.day(row.from_date),
            tables.day(row.held_on),
            "yes" if row.in_narrative else "no",
            sources[row.role_id] if isinstance(row.role_id, str) else tables.NOTHING,
        ]
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    ]
    return TableExhibit(
        label=f"tbl-actors-{name}",
        title=title,
        columns=tables.columns(head, "Role", "Since", "Last shown in it", "Named by the narrative", "Sources"),
        rows=tables.rows(cells, _labels(rows)),
        source=tables.own_tables(view, "actors", "roles"),
        as_of=view.as_of.isoformat(),
        note="A dash under Since means that no page read gives the day; it is not guessed.",
    )


def _role(row: Any) -> str:
    """Return the role; a state needs none, and a role that had ended says so."""
    if not isinstance(row.role, str):
        return "a state" if row.kind == "state" else "no role in the record"
    return f"{row.role}, until {tables.day(row.to_date)}" if row.ended is True else row.role


def _labels(rows: pd.DataFrame) -> list[str | None]:
    """Return a label for the first row of each actor; a second role of the same actor carries none."""
    first = ~rows["actor_id"].duplicated()
    return [f"act-{actor}" if is_first else None for actor, is_first in zip(rows["actor_id"], first, strict=True)]


def _finding(view: View, name: str, value: int, text: str, sentence: str) -> Finding:
    return Finding(
        f"fnd-actors-{name}",
        value,
        text,
        sentence,
        "sec-actors-evidence",
        "dossier.actors.shown",
        view.as_of.isoformat(),
        tables=READS,
    )
