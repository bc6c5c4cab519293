"""The page *Actors*: who acts, and what they were on the as-of date."""

from __future__ import annotations

import pandas as pd

from dossier import actors, tables
from dossier.data import View
from dossier.exhibits import Inline, TableExhibit
from dossier.findings import Answer, Finding


def answer(view: View) -> Answer:
    """Return the page's findings."""
    rows = actors.on_the_day(view)
    known = rows[rows["role"].notna()]["actor_id"].nunique()
    total = rows["actor_id"].nunique()
    dated = int(rows["from_date"].notna().sum())
    held = int(rows["role"].notna().sum())
    return Answer(
        [
            _finding(
                view,
                "count",
                total,
                str(total),
                f"{total} people, organizations and states act in the record; {known} have a sourced role on the day.",
            ),
            _finding(
                view,
                "dated",
                dated,
                f"{dated} of {held}",
                f"For {dated} of {held} roles a page gives the day on which it began; the rest stay blank.",
            ),
        ]
    )


def people(view: View) -> TableExhibit:
    """Return people with the roles they held on the day."""
    return _table(view, ["person"], "people", "People and the roles in which sources show them", "Person")


def organizations(view: View) -> TableExhibit:
    """Return organizations and states, and what they were on the day."""
    return _table(
        view,
        ["organization", "state"],
        "organizations",
        "Organizations and states, and what they were on the day",
        "Name",
    )


def _table(view: View, kinds: list[str], name: str, title: str, head: str) -> TableExhibit:
    rows = actors.on_the_day(view)
    rows = rows[rows["kind"].isin(kinds)]
    sources = tables.row_sources(view, "role-sources", "role_id")
    cells: list[list[Inline]] = [
        [
            row.name_,
            tables.blank(row.role, "no sourced role in the record"),
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
        columns=tables.columns(head, "Role", "Since", "Shown in it on", "Named by the narrative", "Sources"),
        rows=tables.rows(cells, _labels(rows)),
        source=tables.own_tables(view, "actors", "roles"),
        as_of=view.as_of.isoformat(),
        note="A dash under Since means that no page read gives the day; it is not guessed.",
    )


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
        "dossier.actors.on_the_day",
        view.as_of.isoformat(),
    )
