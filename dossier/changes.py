"""What changed between two editions, and why?

The later edition is reached from the earlier one in steps, each with one cause, and everything published is read after each step:

1. *changed method*: today's code on the rows of the earlier edition, as it held them;
2. *corrected data*: those rows as they read with the corrections made since;
3. *time passing*: the same rows read on the day of the later edition;
4. *changed parameter*: the same with the parameters of the later edition;
5. *new data*: the rows of the later edition.

What a step moves is the part of its cause. The steps form a chain, so that parts add up to the whole change by construction; a number
is rounded to the digits that its finding declares before anything is taken from it, so that they add up exactly. The order is fixed:
with another, what two causes move together would be told of the other one.

Pure functions over what was published and over digests of rows. They refuse nothing: an edition without one before it has no changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from dossier.corrections import row_ids
from dossier.data import View
from dossier.findings import Finding, Published, Result
from dossier.lock import Digests, Moved, digests, moved_rows

METHOD, CORRECTED, TIME, PARAMETER, NEW = CAUSES = (
    "changed method",
    "corrected data",
    "time passing",
    "changed parameter",
    "new data",
)
ABSENT = None
SHARE = "share"
SHARES = {"probability": SHARE}  # unit of the results of a kind
Told: TypeAlias = Finding | Result


@dataclass(frozen=True)
class Part:
    """What one cause moved: the text before and after, and the difference of the values where both are numbers."""

    cause: str
    before: str | None
    after: str | None
    change: str | None


@dataclass(frozen=True)
class Change:
    """One finding or result that is not what it was.

    Attributes
    ----------
    kind
        ``finding``, or the kind of a result.
    key
        Id of the finding, or key of the result.
    title
        For readers: the sentence of the finding as it is now, or the title of the result.
    how
        added, removed or moved.
    before, after
        Text in either edition; None where there is none.
    change
        Difference of the values as a decimal number, where both are numbers.
    parts
        One for each cause that moved it.
    tables
        Tables that a finding is read from.
    place
        Label of the place in the book that derives it.
    unit
        Of the values; ``share`` where a difference is one of percentage points.
    """

    kind: str
    key: str
    title: str
    how: str
    before: str | None
    after: str | None
    change: str | None
    parts: tuple[Part, ...]
    tables: tuple[str, ...]
    place: str
    unit: str = ""


def moved(steps: Sequence[tuple[str, Published]]) -> list[Change]:
    """Return what differs between the first and the last step, each with the part of every cause between them.

    Parameters
    ----------
    steps
        What was published after each step, the first of them the earlier edition itself; with the cause of the step.
    """
    named = [(cause, _all(told)) for cause, told in steps]
    names = sorted({name for _, told in named for name in told})
    found = [_change([(cause, told.get(name)) for cause, told in named]) for name in names]
    return [change for change in found if change]


def amount(change: str | None, unit: str) -> str:
    """Return a difference with its sign, of shares in points; nothing for none.

    >>> amount("-0.07", "share"), amount("0.01", "share"), amount("18", ""), amount("0.00", "share"), amount(None, "")
    ('−7 points', '+1 point', '+18', '', '')
    """
    value = Decimal(change or 0)
    if not value:
        return ""
    if unit == SHARE:
        points = f"{(value * 100).normalize():+f}"
        text = f"{points} point{'' if points in ('+1', '-1') else 's'}"
    else:
        text = f"{value.normalize():+,f}"
    return text.replace(",", "\N{THIN SPACE}").replace("-", "\N{MINUS SIGN}")


def row_changes(before: Digests, then: View, after: View) -> list[tuple[Moved, str]]:
    """Return the rows that differ between two editions, each with its cause.

    Parameters
    ----------
    before
        Digests of the rows as the earlier edition held them.
    then
        The view of the earlier edition's day as the tables read it for the later one.
    after
        The view of the later edition.
    """
    middle, last = digests(then), digests(after)
    corrected = moved_rows(before, middle)
    since = moved_rows(middle, last)
    found = [(row, CORRECTED) for row in corrected] + [(row, _cause(row, then, after)) for row in since]
    return sorted(found)


def as_dict(
    *,
    before: str | None,
    after: str,
    period: tuple[str, str] | None,
    next_due: str | None,
    changes: Sequence[Change] = (),
    rows: Sequence[tuple[Moved, str]] = (),
    compared: int = 0,
) -> dict[str, Any]:
    """Return the changes of an edition for JSON: ids, period, due date, every change with its parts, every row with its cause."""
    return {
        "from": before,
        "to": after,
        "period": list(period) if period else None,
        "next_due": next_due,
        "compared": compared,
        "changes": [_plain(change) for change in changes],
        "rows": [{**asdict(row), "cause": cause} for row, cause in rows],
    }


def from_dict(content: Mapping[str, Any]) -> tuple[list[Change], list[tuple[Moved, str]]]:
    """Return changes and rows from what ``as_dict`` made."""
    changes = [
        Change(
            **{
                **item,
                "parts": tuple(Part(**part) for part in item["parts"]),
                "tables": tuple(item["tables"]),
            }
        )
        for item in content["changes"]
    ]
    rows = [(Moved(item["table"], item["key"], item["how"]), item["cause"]) for item in content["rows"]]
    return changes, rows


def _plain(change: Change) -> dict[str, Any]:
    return {**asdict(change), "parts": [asdict(part) for part in change.parts], "tables": list(change.tables)}


def _all(told: Published) -> dict[str, Told]:
    return {**told.findings, **told.results}


def _change(course: Sequence[tuple[str, Told | None]]) -> Change | None:
    """Return how one finding or result went through the steps, or None if it ended as it began."""
    first, last = course[0][1], course[-1][1]
    if _same(first, last):
        return None
    told = last or first or next(one for _, one in course if one)
    parts = [_part(cause, one, other) for (_, one), (cause, other) in pairwise(course) if not _same(one, other)]
    numeric = all(_decimal(one) is not None for _, one in course)
    return Change(
        kind="finding" if isinstance(told, Finding) else told.kind,
        key=told.finding_id if isinstance(told, Finding) else told.key,
        title=told.sentence if isinstance(told, Finding) else told.title,
        how="added" if first is None else "removed" if last is None else "moved",
        before=first.text if first else ABSENT,
        after=last.text if last else ABSENT,
        change=_difference(first, last) if numeric else None,
        parts=tuple(parts if numeric else [Part(part.cause, part.before, part.after, None) for part in parts]),
        tables=told.tables if isinstance(told, Finding) else (),
        place=told.section if isinstance(told, Finding) else told.place,
        unit=told.unit if isinstance(told, Finding) else SHARES.get(told.kind, ""),
    )


def _part(cause: str, one: Told | None, other: Told | None) -> Part:
    return Part(cause, one.text if one else ABSENT, other.text if other else ABSENT, _difference(one, other))


def _same(one: Told | None, other: Told | None) -> bool:
    return one is other or (one is not None and other is not None and one.same_as(other))


def _difference(one: Told | None, other: Told | None) -> str | None:
    before, after = _decimal(one), _decimal(other)
    return None if before is None or after is None else str(after - before)


def _decimal(told: Told | None) -> Decimal | None:
    """Return a number as a decimal of the digits declared; None for a word or nothing."""
    if told is None or isinstance(told.value, bool) or not isinstance(told.value, int | float):
        return None
    return Decimal(f"{told.value:.{told.digits}f}")


def _cause(row: Moved, then: View, after: View) -> str:
    """Return why a row differs between two days: a clipped date only follows the day, a row that goes went with it."""
    table = after.package.table(row.table)
    if row.how == "removed":
        return TIME
    if row.how != "changed" or table.is_yaml:
        return NEW
    return TIME if _columns_moved(row, then, after) <= set(table.clipped) else NEW


def _columns_moved(row: Moved, then: View, after: View) -> set[str]:
    table = after.package.table(row.table)
    one, other = (
        view.raw[row.table][row_ids(view.raw[row.table], table) == row.key].fillna("").iloc[0] for view in (then, after)
    )
    return {column for column in table.columns if one[column] != other[column]}
