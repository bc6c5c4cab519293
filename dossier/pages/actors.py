"""The page *Actors*: who is named, and in which public role sources show them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import actors, tables
from dossier.data import View
from dossier.exhibits import Inline, TableExhibit
from dossier.findings import Answer, Finding


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
        ]
    )


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
    )
