"""The page *What changed*: how the edition differs from the one before, each difference with its cause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dossier import changes, tables
from dossier.changes import Change, Part
from dossier.data import View, find_upward
from dossier.errors import DossierError
from dossier.exhibits import Inline, TableExhibit, ref
from dossier.findings import Answer, Finding
from dossier.lock import Moved

FILE = "changes.json"
SECTION = "sec-changed-evidence"
LARGEST = 3  # probabilities named on the first page
FIRST = "No edition stands before this one: there is nothing to compare it with."
SIGNS = {
    "verdict": "verdicts on claims",
    "probability": "probabilities",
    "indicator": "indicators",
    "finding": "findings",
}
TITLED: Mapping[str, str] = {"events": "headline", "sources": "title"}
PLACES: Mapping[str, str] = {"events": "evt", "sources": "src"}
CREDIT = "this report's two editions, compared row by row and finding by finding; changes.json beside this book"


@dataclass(frozen=True)
class Changed:
    """What changed, as the build found it, and the view of the later edition."""

    view: View
    told: Mapping[str, Any]
    changes: Sequence[Change]
    rows: Sequence[tuple[Moved, str]]

    @property
    def first(self) -> bool:
        """Whether there is no edition before this one."""
        return self.told["from"] is None

    def of(self, kind: str) -> list[Change]:
        """Return the changes of a kind; what moved most comes first."""
        mine = [change for change in self.changes if change.kind == kind]
        return sorted(mine, key=lambda change: -abs(Decimal(change.change or 0)))

    def in_table(self, name: str) -> list[tuple[Moved, str]]:
        """Return the rows of a table that differ."""
        return [(row, cause) for row, cause in self.rows if row.table == name]


def changed(view: View) -> Changed:
    """Return what changed in the edition around the notebook; outside a build there is nothing to compare with."""
    try:
        told = json.loads(find_upward(FILE).read_text("utf-8"))
    except DossierError:
        told = changes.as_dict(before=None, after="not built", period=None, next_due=None)
    found, rows = changes.from_dict(told)
    return Changed(view, told, found, rows)


def answer(page: Changed) -> Answer:
    """Return the page's findings."""
    found = [_overview(page), _due(page)]
    return Answer([*found[:1], _largest(page), *([] if page.first else [_period(page), _causes(page)]), *found[1:]])


def findings(page: Changed) -> TableExhibit:
    """Return the findings that are not what they were."""
    return _table(page, "finding", what="Finding, as it reads now")


def probabilities(page: Changed) -> TableExhibit:
    """Return the probabilities that moved."""
    return _table(page, "probability", what="Of what")


def verdicts(page: Changed) -> TableExhibit:
    """Return the claims whose verdict is another."""
    return _table(page, "verdict", what="Claim")


def indicators(page: Changed) -> TableExhibit:
    """Return the series whose newest value is another."""
    return _table(page, "indicator", what="Series")


def events(page: Changed) -> TableExhibit:
    """Return the events that entered, left or changed, each with its cause."""
    return _rows(page, "events", "event")


def sources(page: Changed) -> TableExhibit:
    """Return the sources that entered, left or changed, each with its cause."""
    return _rows(page, "sources", "source")


def other_rows(page: Changed) -> TableExhibit:
    """Return how many rows of every table entered, left or changed, by cause."""
    counts = Counter((row.table, row.how, cause) for row, cause in page.rows)
    cells: list[list[Inline]] = [
        [_table_name(page, table), how, cause, str(count)] for (table, how, cause), count in sorted(counts.items())
    ]
    count = len(page.rows)
    return TableExhibit(
        label="tbl-changed-rows",
        title=f"{tables.counted(count, 'row')} entered, left or changed in {tables.counted(len({row.table for row, _ in page.rows}), 'table')}",
        columns=tables.columns("Table", "What became of the rows", "Cause", "Rows", numbers=["Rows"]),
        rows=tables.rows(cells),
        source=CREDIT,
        as_of=page.view.as_of.isoformat(),
        note="A row that only hangs on another, such as a source of an event, counts with that one."
        if count
        else _nothing(page),
    )


def _table_name(page: Changed, name: str) -> Inline:
    """Return a table as a link to its description; one that the report has no more by its name alone."""
    table = page.view.package.tables.get(name)
    return ref(table.title, f"tbl-dictionary-{name}") if table else name


def _table(page: Changed, kind: str, *, what: str) -> TableExhibit:
    mine = page.of(kind)
    heads = [what, "Before", "Now", "Cause of each part"]
    return TableExhibit(
        label=f"tbl-changed-{kind}",
        title=_title(page, kind, mine),
        columns=tables.columns(*heads),
        rows=tables.rows([_cells(change) for change in mine]),
        source=CREDIT,
        as_of=page.view.as_of.isoformat(),
        note="Parts are taken in the order method, corrections, time, parameters, data, and add up to the whole change."
        if mine
        else _nothing(page),
    )


def _cells(change: Change) -> list[Inline]:
    title: Inline = change.title if change.how == "removed" else ref(change.title, change.place)
    return [title, tables.blank(change.before), tables.blank(change.after), _parts_words(change)]


def _parts_words(change: Change) -> str:
    """Return the parts in words: the cause alone where one moved all, else what each moved."""
    if len(change.parts) == 1:
        return _with_amount(change.parts[0], change.unit)
    return "; ".join(_part_words(part, change.unit) for part in change.parts)


def _part_words(part: Part, unit: str) -> str:
    if changes.amount(part.change, unit):
        return _with_amount(part, unit)
    return f"{part.cause}, to “{tables.blank(part.after)}”"


def _with_amount(part: Part, unit: str) -> str:
    amount = changes.amount(part.change, unit)
    return f"{part.cause} ({amount})" if amount else part.cause


def _title(page: Changed, kind: str, mine: Sequence[Change]) -> str:
    if page.first:
        return f"No {SIGNS[kind]} to compare"
    if not mine:
        return f"None of the {SIGNS[kind]} moved"
    causes = Counter(part.cause for change in mine for part in change.parts)
    listed = ", ".join(f"{cause} in {count}" for cause, count in causes.most_common())
    return f"{SIGNS[kind].capitalize()} that moved: {len(mine)}; by {listed}"


def _rows(page: Changed, table: str, noun: str) -> TableExhibit:
    mine = page.in_table(table)
    frame = page.view[table]
    titles = dict(zip(frame[page.view.package.table(table).key[0]], frame[TITLED[table]], strict=True))
    dates = (
        dict(zip(frame[page.view.package.table(table).key[0]], frame["date"], strict=True)) if "date" in frame else {}
    )
    cells: list[list[Inline]] = [
        [
            tables.day(dates.get(row.key)) if dates else row.key,
            ref(str(titles[row.key]), f"{PLACES[table]}-{row.key}") if row.key in titles else row.key,
            row.how,
            cause,
        ]
        for row, cause in sorted(mine, key=lambda pair: (str(dates.get(pair[0].key, "")), pair[0].key))
    ]
    counts = Counter(row.how for row, _ in mine)
    listed = ", ".join(f"{count} {how}" for how, count in counts.most_common()) or "none moved"
    return TableExhibit(
        label=f"tbl-changed-{table}",
        title=f"{noun.capitalize()}s: {listed}" if not page.first else f"No {noun}s to compare",
        columns=tables.columns("Date" if dates else "Id", noun.capitalize(), "What became of it", "Cause"),
        rows=tables.rows(cells),
        source=CREDIT,
        as_of=page.view.as_of.isoformat(),
        note=None if mine else _nothing(page),
    )


def _nothing(page: Changed) -> str:
    return FIRST if page.first else f"Nothing of the kind moved since edition {page.told['from']}."


def _overview(page: Changed) -> Finding:
    if page.first:
        return _finding(page, "overview", None, "nothing to compare", FIRST)
    kinds = [(kind, len(page.of(kind))) for kind in ("finding", "verdict", "probability", "indicator")]
    told = ", ".join(f"{count} {SIGNS[kind]}" for kind, count in kinds)
    new = [f"{sum(row.how == 'added' for row, _ in page.in_table(name))} {name}" for name in TITLED]
    sentence = f"Since edition {page.told['from']} {told} moved; {' and '.join(new)} entered."
    moved = sum(count for _, count in kinds)
    return _finding(page, "overview", moved, f"{moved} of {page.told['compared']}", sentence)


def _largest(page: Changed) -> Finding:
    """Return the probabilities that moved most, each with the causes of its parts."""
    if page.first:
        return _finding(page, "largest", None, "nothing to compare", f"No probability has moved. {FIRST}")
    mine = [one for one in page.of("probability") if one.change][:LARGEST]
    told = [f"“{one.title}” from {one.before} to {one.after} ({_parts_words(one)})" for one in mine]
    text = "; ".join(told) or "no probability that both editions give"
    return _finding(page, "largest", len(told), text, f"What moved most: {text}.")


def _period(page: Changed) -> Finding:
    first, last = page.told["period"]
    if first == last:
        text = f"no new period: this revises edition {page.told['from']} of the same day"
    else:
        text = f"after {tables.day(first)}, up to {tables.day(last)}"
    return _finding(page, "period", None, text, f"New period covered: {text}.")


def _causes(page: Changed) -> Finding:
    counts = Counter(part.cause for change in page.changes for part in change.parts)
    listed = "; ".join(f"{cause} {counts.get(cause, 0)}" for cause in changes.CAUSES)
    sentence = f"Parts of what moved, by cause: {listed}. A thing that two causes moved has two parts."
    return _finding(page, "causes", sum(counts.values()), str(sum(counts.values())), sentence)


def _due(page: Changed) -> Finding:
    due = page.told["next_due"]
    text = tables.day(due) if due else "no date is set"
    return _finding(page, "due", None, text, f"Next edition due: {text}.")


def _finding(page: Changed, name: str, value: int | None, text: str, sentence: str) -> Finding:
    return Finding(
        f"fnd-changed-{name}",
        value,
        text,
        sentence,
        SECTION,
        "dossier.changes.moved",
        page.view.as_of.isoformat(),
    )
