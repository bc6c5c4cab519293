"""The page *Summary*: the key findings, what changed, and what to watch, each with a way to its derivation."""

from __future__ import annotations

import pandas as pd

from dossier import dates, findings, scenarios, tables, timeline
from dossier.data import View
from dossier.exhibits import EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer

KEY_FINDINGS = (
    "fnd-timeline-latest",
    "fnd-timeline-disputed",
    "fnd-timeline-deadlines",
    "fnd-scenarios-signposts",
    "fnd-scenarios-probability",
    "fnd-precedents-returned",
    "fnd-precedents-account",
)


def key_findings() -> Answer:
    """Return the findings that a reader in a hurry should have, each with a link to where it is derived."""
    return Answer(findings.pick(findings.of_this_edition(), *KEY_FINDINGS), repeated=True)


def story(view: View) -> EntriesExhibit:
    """Return the story and its central tension, as the data package tells them."""
    told = view.document("story")
    entry = Entry("sec-summary-overview", told["question"], [], [*told["overview"], *told["tension"]])
    return EntriesExhibit([entry], tables.own_tables(view, "story"), view.as_of.isoformat())


def watch(view: View) -> TableExhibit:
    """Return what is due next: deadlines still open on the day, and signposts with a date."""
    cells = [*_open_deadlines(view), *_due_signposts(view)]
    cells.sort(key=lambda row: row[0])
    shown: list[list[Inline]] = [[dates.written(due), kind, what] for due, kind, what in cells]
    return TableExhibit(
        label="tbl-summary-watch",
        title=f"{len(shown)} dates to watch",
        columns=tables.columns("Due", "Kind", "What"),
        rows=tables.rows(shown),
        source=tables.own_tables(view, "deadlines", "signposts"),
        as_of=view.as_of.isoformat(),
        note=None if shown else f"Nothing with a date was open as of {view.as_of.isoformat()}.",
    )


def _open_deadlines(view: View) -> list[tuple[str, str, Inline]]:
    rows: pd.DataFrame = timeline.deadlines(view)
    chosen = rows[rows["state"] == "open"]
    return [(row.due, row.kind, ref(row.what, f"dln-{row.deadline_id}")) for row in chosen.itertuples()]


def _due_signposts(view: View) -> list[tuple[str, str, Inline]]:
    rows = scenarios.signposts(view)
    ahead = [isinstance(due, str) and dates.last_day(due) >= view.as_of for due in rows["due"]]
    chosen = rows[pd.Series(ahead, index=rows.index, dtype=bool)]
    return [(row.due, "signpost", ref(row.observable, f"scn-{row.signpost_id}")) for row in chosen.itertuples()]
