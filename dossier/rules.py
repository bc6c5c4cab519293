"""What must hold across the rows of a story that no schema can say?

Calendar dates of reduced precision, the order of dates, dated outcomes, keys into YAML; that every row names a source or
says openly that it has none; and that no row claims more than its evidence: a main event rests on more than weak sources, a
grade of information is earned by the sources, a correction states what its table now holds.

Each rule takes the package, its rows as text and its YAML documents, and yields problems; it reads and writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dossier import case_rules, corrections, dates
from dossier.errors import did_you_mean
from dossier.evidence import is_weak
from dossier.package import Package, Problem, Table

OPENLY_UNSOURCED = {"unsourced", "computed", "remembered", "judgement", "elicited"}
IN_CALENDAR = f"a day, month or year of the calendar: {dates.ACCEPTED}"
Rows = Mapping[int, dict[str, str]]  # by the line of the file on which a row begins
Documents = Mapping[str, Any]
CONFIRMED, PROBABLE = "1", ("1", "2")  # grades of information, and what earns them


def row_id(row: Mapping[str, str], table: Table) -> str:
    """Return the key of a row as text."""
    return " + ".join(row.get(key, "") for key in table.key) if row else ""


def _calendar_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """Dates of reduced precision must be days, months or years that exist, and agree with their precision column."""
    for table, line, row in _each(package, rows):
        for column in [entry["name"] for entry in table.fields if entry.get("dossier", {}).get("date")]:
            value = row.get(column, "")
            if _is_written_as_date(value) and not dates.is_date(value):
                yield _at(table, line, row, column, value, IN_CALENDAR)
        stated, day = row.get("date_precision"), row.get("date", "")
        if stated and dates.is_date(day) and dates.precision(day) != stated:
            yield _at(table, line, row, "date_precision", stated, f"{dates.precision(day)}, as date {day} is written")
    for name, document in documents.items():
        table = package.table(name)
        for entry in document if isinstance(document, list) else [document]:
            for column in table.cut:
                value = str(_dig(entry, column) or "")
                if _is_written_as_date(value) and not dates.is_date(value):
                    yield _at(table, 0, _texts(entry), column, value, IN_CALENDAR)


def _order_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """Nothing ends before it begins, and no outcome is known before the row itself."""
    pairs = [
        ("date", "end_date"),
        ("from_date", "to_date"),
        ("announced_on", "outcome_on"),
        ("start_date", "observed_until"),
        ("start_date", "ended_on"),
        ("start_date", "first_force_on"),
        ("start_date", "first_fatal_on"),
        ("start_date", "return_to_war_on"),
        ("start_date", "strict_failure_on"),
        ("start_date", "exit_other_on"),
        ("war_started", "war_ended"),
        *(
            ("war_ended", later)
            for later in ("next_war", "next_fatal", "next_force", "exit_other_on", "observed_until")
        ),
    ]
    for table, line, row in _each(package, rows):
        for first, last in pairs:
            start, end = row.get(first, ""), row.get(last, "")
            if dates.is_date(start) and dates.is_date(end) and dates.last_day(end) < dates.first_day(start):
                yield _at(table, line, row, last, end, f"a date not before {first} {start}")


def _reveal_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """A value that is only known later must say from when."""
    for table, line, row in _each(package, rows):
        for dated in dict.fromkeys(table.revealed.values()):
            told = {name: row.get(name, "") for name, by in table.revealed.items() if by == dated and name != dated}
            undated = [name for name, value in told.items() if value not in ("", "false")]
            if undated and not row.get(dated):
                yield _at(table, line, row, dated, "", f"the day from which {' and '.join(undated)} became known")


def _cut_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """A row that the as-of date cuts must have a date to be cut by, unless it stands or falls with its whole."""
    for table, line, row in _each(package, rows):
        required = {entry["name"] for entry in table.fields if entry.get("constraints", {}).get("required")}
        dated = any(row.get(column) for column in table.cut)
        if table.cut and not table.part_of and not dated and not required & set(table.cut):
            yield _at(table, line, row, table.cut[-1], "", "a date; without one the row cannot be cut at an as-of date")


def _source_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """Every row of a table that can have sources has one, or says openly that it has none."""
    wholes = {}
    for links in package.tables.values():
        whole = links.whole
        if (
            whole
            and whole.table in rows
            and links.name in rows
            and any(k.table == "sources" for k in links.foreign_keys)
        ):
            wholes[whole.table] = (
                links,
                whole,
                {row.get(links.part_of or "", "") for row in rows[links.name].values()},
            )
    for table, line, row in _each(package, rows):
        if table.name not in wholes or row.get("standing") in OPENLY_UNSOURCED:
            continue
        links, whole, sourced = wholes[table.name]
        if row.get(whole.target) not in sourced:
            accepted = f"a row in {links.path}, or a standing of {', '.join(sorted(OPENLY_UNSOURCED))}"
            yield _at(table, line, row, table.key[0], row.get(whole.target, ""), accepted)


def _evidence_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """No row claims more than its sources: main events and good grades of information need more than weak sources."""
    for table, line, row, sources in _with_sources(package, rows):
        strong = [source for source in sources if not is_weak(source.get("kind", ""), source.get("reliability", ""))]
        if row.get("main") == "true" and not strong:
            yield _at(table, line, row, "main", "true", "a source that is not weak, or false")
        grade = row.get("credibility", "")
        if grade in PROBABLE and not strong:
            yield _at(table, line, row, "credibility", grade, "3 or more where all sources are weak")
        elif grade == CONFIRMED and not any(source.get("reliability", "") in ("A", "B") for source in sources):
            yield _at(table, line, row, "credibility", grade, "2 or more where no source is graded A or B")


def _with_sources(
    package: Package, rows: Mapping[str, Rows]
) -> Iterator[tuple[Table, int, dict[str, str], list[dict[str, str]]]]:
    """Return each row that has sources, with them."""
    known = {row.get("source_id", ""): row for row in rows.get("sources", {}).values()}
    for links in package.tables.values():
        whole = links.whole
        cites = any(link.table == "sources" for link in links.foreign_keys)
        if whole is None or not cites or not {links.name, whole.table} <= set(rows):
            continue
        named: dict[str, list[dict[str, str]]] = {}
        for row in rows[links.name].values():
            named.setdefault(row.get(whole.column, ""), []).append(known.get(row.get("source_id", ""), {}))
        for line, row in _entries(whole.table, rows, {}):
            sources = named.get(row.get(whole.target, ""), [])
            if sources:
                yield package.table(whole.table), line, row, sources


def _memory_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """What is said to rest on memory is a column of the same table that holds a value."""
    for table, line, row in _each(package, rows):
        for name in filter(None, row.get("remembered", "").split(";")):
            if name not in table.columns:
                yield _at(
                    table, line, row, "remembered", name, f"columns of the table; {did_you_mean(name, table.columns)}"
                )
            elif not row.get(name):
                yield _at(table, line, row, "remembered", name, "columns that hold a value")


def _correction_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """A correction names a row and a column that exist, and states what the table holds: the new value, or what it overrules."""
    for table, line, row in _each(package, rows):
        if not corrections.are_in(table):
            continue
        target = row.get("table_name", "")
        if target not in package.tables or package.table(target).is_yaml:
            yield _at(table, line, row, "table_name", target, f"a table of rows; {did_you_mean(target, rows)}")
            continue
        if target not in rows:  # its file cannot be read, which is said elsewhere
            continue
        keyed = {row_id(other, package.table(target)): other for other in rows[target].values()}
        if row.get("column_name") == corrections.WHOLE_ROW:
            fault = _fault_of_row(row, keyed, package.table(target), _later(line, row, rows[table.name]))
        else:
            fault = _fault_of_value(row, keyed, package.table(target), _later(line, row, rows[table.name]))
        if fault:
            column, accepted = fault
            yield _at(table, line, row, column, row.get(column, ""), accepted)


def _fault_of_value(
    row: Mapping[str, str], keyed: Mapping[str, Mapping[str, str]], target: Table, later: Sequence[Mapping[str, str]]
) -> tuple[str, str] | None:
    """Return the column of a correction of one value that is wrong, and what would be accepted.

    Parameters
    ----------
    later
        Later corrections of the same row: one that starts from the new value explains that the table no longer holds it.
    """
    column, new = row.get("column_name", ""), row.get("new_value", "")
    if column not in target.columns:
        return "column_name", f"a column of {target.name}; {did_you_mean(column, target.columns)}"
    taken_out = next((_taken_out(other) for other in later if other.get("column_name") == corrections.WHOLE_ROW), None)
    held = keyed.get(row.get("row_id", "")) if taken_out is None else taken_out
    if held is None:
        return "row_id", f"a key of {target.name}; {did_you_mean(row.get('row_id', ''), keyed)}"
    value = held.get(column, "")
    if not row.get("expect"):
        again = any(other.get("column_name") == column and other.get("old_value") == new for other in later)
        return None if again or value == new else ("new_value", f"{value!r}, as {target.name} has it")
    if row["expect"] != row.get("old_value"):
        return "expect", f"{row.get('old_value')!r}, the old value, which the table still holds"
    if value == new:
        return "expect", f"nothing: {target.name} holds {value!r} itself, the source has mended itself"
    return None if value == row["expect"] else ("expect", f"{value!r}, as {target.name} has it now, or no correction")


def _later(line: int, row: Mapping[str, str], others: Rows) -> list[dict[str, str]]:
    """Return later corrections of the same row, the oldest first: of those of one day the order of the file tells."""
    named = ("table_name", "row_id")
    same = [(at, other) for at, other in others.items() if all(other.get(name) == row.get(name) for name in named)]
    ordered = sorted(same, key=lambda pair: (pair[1].get("corrected_on", ""), pair[0]))
    return [other for at, other in ordered if (other.get("corrected_on", ""), at) > (row.get("corrected_on", ""), line)]


def _fault_of_row(
    row: Mapping[str, str], keyed: Mapping[str, Mapping[str, str]], target: Table, later: Sequence[Mapping[str, str]]
) -> tuple[str, str] | None:
    """Return the column of a correction of a whole row that is wrong, and what would be accepted.

    Parameters
    ----------
    later
        Later corrections of the same row: the next of a whole row must undo what this one did.
    """
    name, old = row.get("row_id", ""), row.get("old_value", "")
    for column in ("new_value", "expect"):
        if row.get(column):
            return column, "nothing, for a whole row"
    after = next((other for other in later if other.get("column_name") == corrections.WHOLE_ROW), None)
    held = name in keyed if after is None else bool(after.get("old_value"))
    if not old and not held:
        return "row_id", f"a key of {target.name}, whose row was added; {did_you_mean(name, keyed)}"
    if old and held:
        return "row_id", f"a key that {target.name} no longer has: its row was taken out"
    return _fault_of_taken_out(row, target) if old else None


def _fault_of_taken_out(row: Mapping[str, str], target: Table) -> tuple[str, str] | None:
    """Return what is wrong with the row that a correction took out: it must be one of its table, and the one named."""
    gone = _taken_out(row)
    if gone is None:
        return "old_value", "the row taken out, as a JSON object of texts"
    unknown = next((column for column in gone if column not in target.columns), None)
    if unknown is not None:
        return "old_value", f"columns of {target.name} alone, not {unknown!r}; {did_you_mean(unknown, target.columns)}"
    key = row_id(gone, target)
    return None if key == row.get("row_id") else ("old_value", f"the row {row.get('row_id')!r}, not {key!r}")


def _taken_out(row: Mapping[str, str]) -> dict[str, str] | None:
    """Return the row that a correction took out, or None if it states none."""
    try:
        gone = json.loads(row.get("old_value", ""))
    except ValueError:
        return None
    texts = isinstance(gone, dict) and all(isinstance(value, str) for value in gone.values())
    return gone if texts else None


def _yaml_key_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """Keys into a YAML table, and keys out of one, must name a row that exists."""
    for table in package.tables.values():
        for link in table.foreign_keys:
            if not {table.name, link.table} & set(documents) or not {table.name, link.table} <= {*documents, *rows}:
                continue
            known = {_texts(row).get(link.target, "") for _, row in _entries(link.table, rows, documents)}
            for line, row in _entries(table.name, rows, documents):
                value = str(_dig(row, link.column) or "")
                if value and value not in known:
                    hint = did_you_mean(value, known)
                    yield _at(table, line, _texts(row), link.column, value, f"an id of {link.table}; {hint}")


def _yaml_twice_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """No two rows of a YAML table share a key."""
    for name in documents:
        table = package.table(name)
        seen: set[str] = set()
        for line, row in _entries(name, rows, documents):
            key = row_id(_texts(row), table)
            if key and key in seen:
                yield _at(table, line, _texts(row), " + ".join(table.key), key, "a key that no other row has")
            seen.add(key)


def _entries(name: str, rows: Mapping[str, Rows], documents: Documents) -> Iterator[tuple[int, Any]]:
    """Return line and row of every row of a table; a YAML row has no line."""
    if name in rows:
        yield from ((line, row) for line, row in rows[name].items() if row)
        return
    document = documents[name]
    yield from ((0, entry) for entry in (document if isinstance(document, list) else [document]))


def _texts(entry: Any) -> dict[str, str]:
    """Return the plain values of a row as text."""
    plain = entry.items() if isinstance(entry, dict) else ()
    return {key: str(value) for key, value in plain if isinstance(value, str | int | float)}


def _dig(entry: Any, path: str) -> Any:
    for part in path.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    return entry


def _each(package: Package, rows: Mapping[str, Rows]) -> Iterator[tuple[Table, int, dict[str, str]]]:
    for name in rows:
        for line, row in _entries(name, rows, {}):
            yield package.table(name), line, row


def _at(table: Table, line: int, row: Mapping[str, str], column: str, value: str, accepted: str) -> Problem:
    return Problem(table.path, line, row_id(row, table), column, value, accepted)


def _is_written_as_date(text: str) -> bool:
    """Return whether a text has the form of a date; what has not is found by its pattern."""
    return bool(dates.PATTERN.fullmatch(text))


RULES: tuple[Callable[[Package, Mapping[str, Rows], Documents], Iterable[Problem]], ...] = (
    _calendar_problems,
    _order_problems,
    _reveal_problems,
    _cut_problems,
    _source_problems,
    _evidence_problems,
    _memory_problems,
    _correction_problems,
    _yaml_key_problems,
    _yaml_twice_problems,
    *case_rules.RULES,
)
