"""How does the engine find what changed between two editions, and would a released edition still find what it found?

The earlier edition is what its lock says; where it has not been released, what today's tables and code make of it. The steps from it to
the later one (see `dossier.changes`) are read by running the pages' answers on the rows, day and parameters of each step; a step that
differs from the one before in nothing is not run. The engine reads three things only: the data package, the edition files, and locks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dossier import answers, changes, data, lock, run
from dossier.edition import Edition, find, resolve
from dossier.errors import DossierError
from dossier.findings import Published
from dossier.lock import Lock

OWN_PAGE = "sec-changed"  # findings derived there tell of the comparison and are not compared
LISTED = 10  # findings that a refusal names; the rest are counted
Progress = Callable[[str], None]
Parameters = Mapping[str, Mapping[str, Any]]


class ReleasedError(DossierError):
    """A released edition would give other findings than it was released with. Exit code 1."""


@dataclass(frozen=True)
class Side:
    """One edition to compare: its file, its parameters, and its lock if it has been released."""

    edition: Edition
    parameters: Parameters
    lock: Lock | None

    @property
    def known(self) -> Sequence[str] | None:
        """Corrections that the edition knows; None for all."""
        return self.lock.corrections if self.lock else None


def side(root: Path, edition_id: str) -> Side:
    """Return an edition as one side of a comparison."""
    edition = find(root, edition_id)
    return Side(edition, resolve(edition, run.notebooks(root)), lock.find(root, edition_id))


def between(
    root: Path,
    older: Side,
    newer: Side,
    *,
    made_by: str,
    found: Published | None = None,
    progress: Progress = lambda step: None,
) -> dict[str, Any]:
    """Return what changed between two editions, as `dossier.changes.as_dict` writes it.

    Parameters
    ----------
    made_by
        Hash of code and environment.
    found
        What the later edition publishes; read from its rows if it is not at hand.

    Raises
    ------
    DossierError
        If the first edition is the later one, or the later one has been released and would now find otherwise.
    """
    if (older.edition.as_of, older.edition.revision) > (newer.edition.as_of, newer.edition.revision):
        first, second = newer.edition.edition_id, older.edition.edition_id
        raise DossierError(
            f"{second} is later than {first}; accepted: the earlier edition first: dossier diff {first} {second}"
        )
    package = data.describe(root / "data")
    then = data.view(package, as_of=older.edition.as_of, known=newer.known)
    after = data.view(package, as_of=newer.edition.as_of, known=newer.known)
    read = _Reader(root, made_by, progress)
    steps = _steps(older, newer, package, then, after, read, found)
    before = older.lock.rows if older.lock else lock.digests(then)
    last = steps[-1][1]
    return changes.as_dict(
        before=older.edition.edition_id,
        after=newer.edition.edition_id,
        period=(older.edition.as_of.isoformat(), newer.edition.as_of.isoformat()),
        next_due=newer.edition.next_due,
        changes=changes.moved(steps),
        rows=changes.row_changes(before, then, after),
        compared=len(last.findings) + len(last.results),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads what the pages answer, and keeps it."""

    root: Path
    made_by: str
    progress: Progress

    def __call__(self, view: data.View, parameters: Parameters) -> Published:
        told = answers.of(view, parameters, root=self.root, made_by=self.made_by, progress=self.progress)
        return told.without(OWN_PAGE)


def _steps(
    older: Side,
    newer: Side,
    package: data.Package,
    then: data.View,
    after: data.View,
    read: _Reader,
    found: Published | None,
) -> list[tuple[str, Published]]:
    """Return what was published after each step from the earlier edition to the later one."""
    as_held = data.view(package, as_of=older.edition.as_of, known=older.known)
    today = read(as_held, older.parameters)
    carried = _on_day(older.parameters, newer)
    steps = [("", older.lock.published.without(OWN_PAGE) if older.lock else today), (changes.METHOD, today)]
    steps.append((changes.CORRECTED, read(then, older.parameters)))
    if newer.edition.as_of != older.edition.as_of:
        steps.append((changes.TIME, read(replace(then, as_of=newer.edition.as_of), carried)))
    if carried != newer.parameters:
        steps.append((changes.PARAMETER, read(replace(then, as_of=newer.edition.as_of), newer.parameters)))
    own = found.without(OWN_PAGE) if found else read(after, newer.parameters)
    if newer.lock and not found:
        refuse_other_findings(newer.lock, own, after, newer.parameters)
    return [*steps, (changes.NEW, own)]


def _on_day(parameters: Parameters, newer: Side) -> dict[str, dict[str, Any]]:
    """Return the parameters of the earlier edition with the day of the later one, wherever that one has it."""
    return {
        name: {**values, **({"as_of": newer.parameters[name]["as_of"]} if "as_of" in values else {})}
        for name, values in parameters.items()
    }


def refuse_other_findings(held: Lock, found: Published, view: data.View, parameters: Parameters) -> None:
    """Refuse to build a released edition to other findings; name each with the rows that did it.

    Raises
    ------
    ReleasedError
        With old and new value, the rows, and what to do.
    """
    moved = changes.moved([("", held.published.without(OWN_PAGE)), ("", found.without(OWN_PAGE))])
    if not moved:
        return
    rows = lock.moved_rows(held.rows, lock.digests(view))
    named = "\n".join(f"  {_told(change, rows, view, held, parameters)}" for change in moved[:LISTED])
    more = f"\n  and {len(moved) - LISTED} more" if len(moved) > LISTED else ""
    raise ReleasedError(
        f"editions/{held.edition}{lock.SUFFIX}: released on {held.released_on}, and would now find otherwise:\n{named}{more}\n"
        f"accepted: what it found then. If a table was wrong, enter the change in corrections.csv and publish a revision: "
        f"editions/{next_revision(held.edition)}.yml, which supersedes {held.edition}; {held.edition} stays as it was published. "
        f"To look at it only: dossier build {held.edition} --draft"
    )


def _told(
    change: changes.Change, rows: Sequence[lock.Moved], view: data.View, held: Lock, parameters: Parameters
) -> str:
    tables = {lock.whole_of(view, name) for name in change.tables if name in view.package.tables}
    mine = [str(row) for row in rows if not tables or row.table in tables] or [str(row) for row in rows]
    by = f"by {listed(mine)}" if mine else _without_a_row(held, parameters)
    return f"{change.key}: {change.before!r} -> {change.after!r}, {by}"


def _without_a_row(held: Lock, parameters: Parameters) -> str:
    """Return what else than a row can have moved a finding."""
    set_otherwise = [
        f"{notebook}.{name} = {value!r}, was {held.parameters.get(notebook, {}).get(name)!r}"
        for notebook, values in parameters.items()
        for name, value in values.items()
        if held.parameters.get(notebook, {}).get(name) != value
    ]
    return f"by parameters: {'; '.join(set_otherwise)}" if set_otherwise else "by no row: code or environment changed"


def listed(names: Sequence[str]) -> str:
    """Return names as a refusal lists them: the first few, and how many more there are."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return "; ".join(names[:LISTED]) + more


def next_revision(edition_id: str) -> str:
    """Return the id of the revision that would follow an edition.

    >>> next_revision("2025-12-30"), next_revision("2025-12-30.2")
    ('2025-12-30.2', '2025-12-30.3')
    """
    day, _, revision = edition_id.partition(".")
    return f"{day}.{int(revision or 1) + 1}"
