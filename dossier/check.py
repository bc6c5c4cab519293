"""Are the tables of the story sound?

Frictionless checks each table against the package: encoding, dialect, types, allowed values, keys, foreign keys. Beside
it stand only the rules that it cannot say: calendar dates of reduced precision, dated outcomes, YAML tables, keys into
YAML, and that every row names a source or says openly that it has none. All problems are found in one pass; each names
file, row, column, value and what would be accepted.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from dossier import dates
from dossier.data import DESCRIPTOR, Package, Table, TextDates, describe
from dossier.errors import did_you_mean

OPENLY_UNSOURCED = {"unsourced", "computed", "remembered"}
Rows = list[dict[str, str]]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong, where it stands, and what would be accepted."""

    file: str
    line: int
    row: str
    column: str
    value: str
    accepted: str

    def __str__(self) -> str:
        """Write the problem as one line."""
        where = [self.file, f"line {self.line}" if self.line else "", f"row {self.row}" if self.row else ""]
        place = ", ".join(part for part in [*where, f"column {self.column}" if self.column else ""] if part)
        return f"{place}: {self.value!r}; accepted: {self.accepted}"

    def as_dict(self) -> dict[str, Any]:
        """Return the problem for machines."""
        return asdict(self)


def check(folder: str | Path) -> list[Problem]:
    """Find everything that is wrong with a data package.

    Parameters
    ----------
    folder
        The folder that holds ``datapackage.json``.

    Returns
    -------
    list of Problem
        Sorted by file and line; empty if the package is sound.

    Raises
    ------
    DossierError
        If there is no readable ``datapackage.json`` at all.
    """
    package = describe(Path(folder))
    absent = [table for table in package.tables.values() if not (package.folder / table.path).is_file()]
    if absent:
        return [Problem(table.path, 0, "", "", "no such file", f"a file, as {DESCRIPTOR} lists it") for table in absent]
    rows = {table.name: _rows(package, table) for table in package.tables.values() if not table.is_yaml}
    found = [*_frictionless_problems(package, rows), *_yaml_problems(package)]
    if not any(problem.line == 1 for problem in found):  # with a broken header the row rules would only repeat it
        for rule in RULES:
            found.extend(rule(package, rows))
    return sorted(set(found))


def _rows(package: Package, table: Table) -> Rows:
    with (package.folder / table.path).open(encoding="utf-8", errors="replace", newline="") as file:
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]


def _documents(package: Package) -> dict[str, Any]:
    """Return the YAML tables that can be read at all; those that cannot are reported elsewhere."""
    read = {}
    for table in package.tables.values():
        if table.is_yaml:
            try:
                read[table.name] = yaml.load((package.folder / table.path).read_text("utf-8"), Loader=TextDates)
            except (yaml.YAMLError, UnicodeDecodeError):
                continue
    return read


def _frictionless_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    import frictionless  # costs half a second, needed by the check alone

    resources = [entry for entry in package.descriptor["resources"] if entry["path"].endswith(".csv")]
    described = frictionless.Package.from_descriptor(
        {"name": package.descriptor["name"], "resources": resources}, basepath=str(package.folder)
    )
    report = described.validate()
    for error in report.errors:
        yield Problem(DESCRIPTOR, 0, "", "", error.note, "a descriptor that Frictionless can read")
    by_name = {table.name: table for table in package.tables.values()}
    for task in report.tasks:
        for error in task.errors:
            yield _translated(error.to_dict(), by_name[task.name], rows[task.name])


def _translated(error: Mapping[str, Any], table: Table, rows: Rows) -> Problem:
    line = int(error.get("rowNumber") or 0)
    column = str(error.get("fieldName") or "")
    row = rows[line - 2] if 2 <= line <= len(rows) + 1 else {}
    value = str(error.get("cell") or row.get(column) or ",".join(error.get("cells") or []) or error.get("title"))
    if error["type"] in {"encoding-error", "source-error"}:
        value = error.get("note", "")
    whole_table = line == 0
    return Problem(
        file=table.path,
        line=1 if whole_table else line,
        row=_row_id(row, table),
        column=column,
        value=value,
        accepted=_accepted(error, table, column),
    )


def _row_id(row: Mapping[str, str], table: Table) -> str:
    return " + ".join(row.get(key, "") for key in table.key) if row else ""


def _accepted(error: Mapping[str, Any], table: Table, column: str) -> str:
    kind = error["type"]
    if kind == "encoding-error":
        return "UTF-8 text"
    if kind in {"foreign-key", "foreign-key-error"} or "foreign" in kind:
        links = ", ".join(f"{link.column} in {link.table}.{link.target}" for link in table.foreign_keys)
        return f"an id that exists: {links}"
    if kind == "primary-key":
        return f"a {' + '.join(table.key)} that no other row has, and not blank"
    field = next((entry for entry in table.fields if entry["name"] == column), None)
    if field is None or kind in {"extra-cell", "missing-cell", "extra-label", "missing-label", "incorrect-label"}:
        return f"the columns {', '.join(table.columns)}, separated by commas"
    return _field_rule(field)


def _field_rule(field: Mapping[str, Any]) -> str:
    rules = field.get("constraints", {})
    parts = [str(field["type"])]
    if "enum" in rules:
        parts.append("one of " + ", ".join(map(str, rules["enum"])))
    if field.get("dossier", {}).get("date"):
        parts.append(dates.ACCEPTED)
    elif "pattern" in rules:
        parts.append(f"text like {rules['pattern']}")
    parts += [f"{word} {rules[word]}" for word in ("minimum", "maximum") if word in rules]
    if field["type"] == "boolean":
        parts.append("true or false")
    parts.append("not blank" if rules.get("required") else "or blank")
    return "; ".join(parts)


def _yaml_problems(package: Package) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    for table in package.tables.values():
        if not table.is_yaml:
            continue
        try:
            document = yaml.load((package.folder / table.path).read_text("utf-8"), Loader=TextDates)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            yield Problem(table.path, 0, "", "", " ".join(str(error).split()), "YAML in UTF-8")
            continue
        schema = json.loads((package.folder / str(table.schema_path)).read_text("utf-8"))
        for error in Draft202012Validator(schema).iter_errors(document):
            yield _schema_problem(error, table, document)


def _schema_problem(error: Any, table: Table, document: Any) -> Problem:
    path = list(error.absolute_path)
    row = ""
    if isinstance(document, list) and path and table.key:
        row = (
            str(document[path[0]].get(table.key[0], f"entry {path[0] + 1}"))
            if isinstance(document[path[0]], dict)
            else ""
        )
        path = path[1:]
    accepted = (
        f"{error.validator} {error.validator_value}"
        if error.validator != "required"
        else f"all of {error.validator_value}"
    )
    shown = error.message if error.validator in {"required", "additionalProperties"} else str(error.instance)
    return Problem(table.path, 0, row, ".".join(map(str, path)), shown[:120], accepted)


def _calendar_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """Dates of reduced precision must be days, months or years that exist, and agree with their precision column."""
    for table, line, row in _each(package, rows):
        for column in [entry["name"] for entry in table.fields if entry.get("dossier", {}).get("date")]:
            value = row.get(column, "")
            if value and not _is_date(value):
                yield _at(table, line, row, column, value, f"a day, month or year of the calendar: {dates.ACCEPTED}")
        stated, day = row.get("date_precision"), row.get("date", "")
        if stated and _is_date(day) and dates.precision(day) != stated:
            yield _at(table, line, row, "date_precision", stated, f"{dates.precision(day)}, as date {day} is written")


def _order_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """Nothing ends before it begins, and no outcome is known before the row itself."""
    pairs = [
        ("date", "end_date"),
        ("from_date", "to_date"),
        ("announced_on", "outcome_on"),
        ("start_date", "observed_until"),
    ]
    for table, line, row in _each(package, rows):
        for first, last in pairs:
            start, end = row.get(first, ""), row.get(last, "")
            if _is_date(start) and _is_date(end) and dates.last_day(end) < dates.first_day(start):
                yield _at(table, line, row, last, end, f"a date not before {first} {start}")


def _reveal_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """A value that is only known later must say from when."""
    for table, line, row in _each(package, rows):
        for column, dated in table.revealed.items():
            if row.get(column) and not row.get(dated):
                yield _at(table, line, row, dated, "", f"the day from which {column} was known")


def _cut_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """A row that the as-of date cuts must have a date to be cut by, unless it stands or falls with its whole."""
    for table, line, row in _each(package, rows):
        if table.cut and not table.part_of and not any(row.get(column) for column in table.cut):
            yield _at(table, line, row, table.cut[-1], "", "a date; without one the row cannot be cut at an as-of date")


def _source_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """Every row of a table that can have sources has one, or says openly that it has none."""
    for links in package.tables.values():
        if not links.part_of or not any(link.table == "sources" for link in links.foreign_keys):
            continue
        whole = next(link for link in links.foreign_keys if link.column == links.part_of)
        sourced = {row.get(links.part_of, "") for row in rows[links.name]}
        table = package.table(whole.table)
        for line, row in enumerate(rows[table.name], start=2):
            if row.get(whole.target) not in sourced and row.get("standing") not in OPENLY_UNSOURCED:
                yield _at(
                    table,
                    line,
                    row,
                    table.key[0],
                    row.get(whole.target, ""),
                    f"a row in {links.path}, or a standing of {', '.join(sorted(OPENLY_UNSOURCED))}",
                )


def _yaml_key_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    """Keys into a YAML table, and keys out of one, must name a row that exists."""
    documents = _documents(package)
    for table in package.tables.values():
        for link in table.foreign_keys:
            if not (table.is_yaml or package.table(link.table).is_yaml):
                continue
            known = set(_values(link.table, link.target, documents, rows))
            for line, value in enumerate(_values(table.name, link.column, documents, rows), start=2):
                if value and known and value not in known:
                    hint = did_you_mean(value, known)
                    yield Problem(
                        table.path,
                        0 if table.is_yaml else line,
                        "",
                        link.column,
                        value,
                        f"an id of {link.table}; {hint}",
                    )


def _values(name: str, column: str, documents: Mapping[str, Any], rows: Mapping[str, Rows]) -> list[str]:
    if name in rows:
        return [row.get(column, "") for row in rows[name]]
    document = documents.get(name, [])
    entries = document if isinstance(document, list) else [document]
    return [str(_dig(entry, column) or "") for entry in entries]


def _dig(entry: Any, path: str) -> Any:
    for part in path.split("."):
        entry = entry.get(part) if isinstance(entry, dict) else None
    return entry


def _each(package: Package, rows: Mapping[str, Rows]) -> Iterator[tuple[Table, int, dict[str, str]]]:
    for name, entries in rows.items():
        for line, row in enumerate(entries, start=2):
            yield package.table(name), line, row


def _at(table: Table, line: int, row: Mapping[str, str], column: str, value: str, accepted: str) -> Problem:
    return Problem(table.path, line, _row_id(row, table), column, value, accepted)


def _is_date(text: str) -> bool:
    try:
        dates.first_day(text)
    except ValueError:
        return False
    return True


RULES: tuple[Callable[[Package, Mapping[str, Rows]], Iterable[Problem]], ...] = (
    _calendar_problems,
    _order_problems,
    _reveal_problems,
    _cut_problems,
    _source_problems,
    _yaml_key_problems,
)
