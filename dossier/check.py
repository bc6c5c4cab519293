"""Are the tables of the story sound?

Frictionless checks each table against the package: encoding, dialect, types, allowed values, keys, foreign keys. Beside
it stand only the rules that it cannot say: calendar dates of reduced precision, dated outcomes, YAML tables, keys into
YAML, and that every row names a source or says openly that it has none. All problems are found in one pass; each names
file, row, column, value and what would be accepted.

A data folder can come from a stranger: nothing in it makes the check ask the network or read outside the folder. No
library sees the descriptor itself, only one rebuilt from the keys named here; a schema may lead nowhere but into itself.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from dossier import dates
from dossier.data import TextDates
from dossier.errors import did_you_mean
from dossier.package import DESCRIPTOR, Package, Table, flaws, json_schema, read_descriptor, shortened

OPENLY_UNSOURCED = {"unsourced", "computed", "remembered"}
IN_CALENDAR = f"a day, month or year of the calendar: {dates.ACCEPTED}"
csv.field_size_limit(2**31 - 1)  # the loader and Frictionless have no smaller one
Rows = Mapping[int, dict[str, str]]  # by the line of the file on which a row begins
PLAIN = {
    "type": "table",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
}
"""How a CSV table is written: as the loader reads it. A resource may say the same and nothing else."""
PROFILES = ("data-package", "tabular-data-package", "data-resource", "tabular-data-resource")
FIELD_KEYS = ("name", "type", "format", "constraints", "trueValues", "falseValues")
CONSTRAINTS = ("required", "unique", "pattern", "enum", "minimum", "maximum", "minLength", "maxLength")
Documents = Mapping[str, Any]


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
        line = f"line {self.line}" if self.line else ""
        row = f"row {shortened(self.row)}" if self.row else ""
        column = f"column {shortened(self.column)}" if self.column else ""
        place = ", ".join(part for part in (self.file, line, row, column) if part)
        return f"{place}: {shortened(self.value)!r}; accepted: {self.accepted}"

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
        If there is no ``datapackage.json`` of the form of a data package, or it names anything outside the folder.
    """
    package = read_descriptor(Path(folder))
    flawed = flaws(package)
    unreadable = {table.name: problem for table in package.tables.values() if (problem := _unreadable(package, table))}
    left_out = {*unreadable, *(flaw.table for flaw in flawed)}
    readable = [table for table in package.tables.values() if table.name not in left_out]
    rows = {table.name: _rows(package, table) for table in readable if not table.is_yaml}
    documents = {table.name: _document(package, table) for table in readable if table.is_yaml}
    found = [Problem(DESCRIPTOR, 0, flaw.table, flaw.key, flaw.value, flaw.accepted) for flaw in flawed]
    found += [*unreadable.values(), *_descriptor_problems(package)]
    found += [*_frictionless_problems(package, rows), *_yaml_problems(package, documents)]
    for rule in RULES:
        found.extend(rule(package, rows, documents))
    return sorted(set(found))


def _unreadable(package: Package, table: Table) -> Problem | None:
    """Return what keeps a file from being read as the table it should be; its rows are then not looked at."""
    path = package.folder / table.path
    if not path.is_file():
        return Problem(table.path, 0, "", "", "no such file", f"a file, as {DESCRIPTOR} lists it")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(table.path, content[: error.start].count(b"\n") + 1, "", "", str(error), "UTF-8 text")
    return _unreadable_yaml(text, table) if table.is_yaml else _wrong_header(text, table)


def _unreadable_yaml(text: str, table: Table) -> Problem | None:
    try:
        yaml.load(text, Loader=TextDates)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return Problem(table.path, mark.line + 1 if mark else 0, "", "", " ".join(str(error).split()), "YAML")
    except RecursionError:
        return Problem(table.path, 0, "", "", "nested without end", "YAML")
    return None


def _wrong_header(text: str, table: Table) -> Problem | None:
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    if header == table.columns:
        return None
    missing = [column for column in table.columns if column not in header]
    accepted = f"the columns {', '.join(table.columns)}, in this order and separated by commas"
    return Problem(table.path, 1, "", missing[0] if len(missing) == 1 else "", ",".join(header), accepted)


def _rows(package: Package, table: Table) -> Rows:
    """Return the rows by the line on which each begins, a blank line as an empty row, as Frictionless counts them."""
    rows = {}
    with (package.folder / table.path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        line = reader.line_num + 1
        for cells in reader:
            rows[line] = dict(zip(table.columns, cells, strict=False))
            line = reader.line_num + 1  # a cell may hold line breaks
    return rows


def _document(package: Package, table: Table) -> Any:
    return yaml.load((package.folder / table.path).read_text("utf-8-sig"), Loader=TextDates)


def _frictionless_problems(package: Package, rows: Mapping[str, Rows]) -> Iterator[Problem]:
    import frictionless  # costs half a second, needed by the check alone

    resources = [_rebuilt(entry, rows) for entry in package.descriptor["resources"] if entry["name"] in rows]
    descriptor = {"name": package.descriptor.get("name", "story"), "resources": resources}
    try:
        report = frictionless.Package.from_descriptor(descriptor, basepath=str(package.folder)).validate()
    except frictionless.FrictionlessException as error:
        yield Problem(DESCRIPTOR, 0, "", "", " ".join(str(error).split()), "a descriptor that Frictionless can read")
        return
    for error in report.errors:
        yield Problem(DESCRIPTOR, 0, "", "", error.note, "a descriptor that Frictionless can read")
    for task in report.tasks:
        errors = [error.to_dict() for error in task.errors]
        blank = {error["rowNumber"] for error in errors if error["type"] == "blank-row"}
        for error in errors:
            if error["type"] == "blank-row" or error.get("rowNumber") not in blank:
                yield _translated(error, package.table(task.name), rows)


def _descriptor_problems(package: Package) -> Iterator[Problem]:
    """Whatever of the descriptor is not handed on, because it would lead elsewhere or is not what the loader reads."""
    yield from _other_profiles(package.descriptor, "")
    for resource in package.descriptor["resources"]:
        name = resource["name"]
        yield from _other_profiles(resource, name)
        if package.table(name).is_yaml:
            continue
        for key, plain in PLAIN.items():
            if not _is_plain(resource.get(key, plain), plain):
                yield Problem(DESCRIPTOR, 0, name, key, str(resource[key]), f"{plain}, or nothing")
        for field in resource.get("schema", {}).get("fields", []):
            for key in set(field.get("constraints", {})) - set(CONSTRAINTS):
                accepted = f"no other constraints than {', '.join(CONSTRAINTS)}"
                yield Problem(DESCRIPTOR, 0, name, f"{field['name']}.constraints", key, accepted)


def _other_profiles(described: Mapping[str, Any], name: str) -> Iterator[Problem]:
    for profile in filter(None, [described.get("profile"), described.get("profiles")]):
        if profile not in PROFILES:
            yield Problem(DESCRIPTOR, 0, name, "profile", str(profile), f"one of {', '.join(PROFILES)}, or nothing")


def _is_plain(stated: Any, plain: Any) -> bool:
    if isinstance(plain, dict):
        return isinstance(stated, dict) and all(key in plain and plain[key] == stated[key] for key in stated)
    return isinstance(stated, str) and stated.lower() == plain


def _rebuilt(resource: Mapping[str, Any], rows: Mapping[str, Rows]) -> dict[str, Any]:
    """Return a resource of nothing but known keys, without the foreign keys into tables that are not looked at.

    A descriptor may hold addresses at many places (``profile``, ``dialect``, ``schema``, ``jsonSchema`` of a column),
    and Frictionless would follow them.
    """
    schema = resource["schema"]
    fields = [{key: field[key] for key in FIELD_KEYS if key in field} for field in schema["fields"]]
    for field in fields:
        stated = field.get("constraints", {})
        field["constraints"] = {key: stated[key] for key in CONSTRAINTS if key in stated}
    links = [(link["fields"], link["reference"]) for link in schema.get("foreignKeys", [])]
    rebuilt = {key: schema[key] for key in ("primaryKey", "missingValues") if key in schema} | {
        "fields": fields,
        "foreignKeys": [
            {"fields": names, "reference": {"resource": target.get("resource", ""), "fields": target["fields"]}}
            for names, target in links
            if (target.get("resource") or resource["name"]) in rows
        ],
    }
    return {**PLAIN, "name": resource["name"], "path": resource["path"], "schema": rebuilt}


def _translated(error: Mapping[str, Any], table: Table, rows: Mapping[str, Rows]) -> Problem:
    position = int(error.get("rowNumber") or 0) - 2  # the header is the first row
    places = itertools.islice(rows[table.name].items(), max(position, 0), None)
    line, row = next(places, (0, {})) if position >= 0 else (0, {})
    column, value = _place(error, table, row)
    return Problem(table.path, line, _row_id(row, table), column, value, _accepted(error, table, column, value, rows))


def _place(error: Mapping[str, Any], table: Table, row: Mapping[str, str]) -> tuple[str, str]:
    """Return the column of an error and the value that stands there."""
    if error["type"] == "primary-key":
        return " + ".join(table.key), _row_id(row, table)
    column = str(error.get("fieldName") or next(iter(error.get("fieldNames", [])), ""))
    if column:
        return column, str(error.get("cell") or row.get(column, ""))
    return "", str(error.get("cell") or ",".join(error.get("cells") or []))


def _row_id(row: Mapping[str, str], table: Table) -> str:
    return " + ".join(row.get(key, "") for key in table.key) if row else ""


def _accepted(error: Mapping[str, Any], table: Table, column: str, value: str, rows: Mapping[str, Rows]) -> str:
    kind = error["type"]
    if kind == "foreign-key":
        link = next(link for link in table.foreign_keys if link.column == column)
        known = {row.get(link.target, "") for row in rows[link.table].values()}
        return f"an id of {link.table}; {did_you_mean(value, known)}"
    if kind == "primary-key":
        return f"one {' + '.join(table.key)} that no other row has, and not blank"
    field = next((entry for entry in table.fields if entry["name"] == column), None)
    if field is None or kind in {"extra-cell", "missing-cell", "blank-row"}:
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


def _yaml_problems(package: Package, documents: Documents) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    registry = Registry(retrieve=_refuse_address)
    for name, document in documents.items():
        table = package.table(name)
        validator = Draft202012Validator(json_schema(package, table), registry=registry)
        try:
            yield from [_schema_problem(error, table, document) for error in validator.iter_errors(document)]
        except Unresolvable as error:
            yield Problem(
                str(table.schema_path), 0, "", "$ref", error.ref, "a place in this schema, such as #/$defs/day"
            )
        except RecursionError:
            yield Problem(
                str(table.schema_path), 0, "", "$ref", "leads back to itself", "a schema that comes to an end"
            )


def _refuse_address(uri: str) -> Any:
    """Refuse to fetch what a schema refers to, be it an address or a file."""
    from referencing.exceptions import NoSuchResource

    raise NoSuchResource(ref=uri)


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
    accepted = f"{error.validator} {error.validator_value}"
    if error.validator == "required":
        accepted = f"all of {', '.join(error.validator_value)}"
    elif error.validator == "additionalProperties":
        accepted = f"no other keys than {', '.join(error.schema.get('properties', {}))}"
    shown = error.message if error.validator in {"required", "additionalProperties"} else str(error.instance)
    return Problem(table.path, 0, row, ".".join(map(str, path)), shown[:120], accepted)


def _calendar_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
    """Dates of reduced precision must be days, months or years that exist, and agree with their precision column."""
    for table, line, row in _each(package, rows):
        for column in [entry["name"] for entry in table.fields if entry.get("dossier", {}).get("date")]:
            value = row.get(column, "")
            if _is_written_as_date(value) and not _is_date(value):
                yield _at(table, line, row, column, value, IN_CALENDAR)
        stated, day = row.get("date_precision"), row.get("date", "")
        if stated and _is_date(day) and dates.precision(day) != stated:
            yield _at(table, line, row, "date_precision", stated, f"{dates.precision(day)}, as date {day} is written")
    for name, document in documents.items():
        table = package.table(name)
        for entry in document if isinstance(document, list) else [document]:
            for column in table.cut:
                value = str(_dig(entry, column) or "")
                if _is_written_as_date(value) and not _is_date(value):
                    yield _at(table, 0, _texts(entry), column, value, IN_CALENDAR)


def _order_problems(package: Package, rows: Mapping[str, Rows], documents: Documents) -> Iterator[Problem]:
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
        whole = next((link for link in links.foreign_keys if link.column == links.part_of), None)
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
            key = _row_id(_texts(row), table)
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
    return Problem(table.path, line, _row_id(row, table), column, value, accepted)


def _is_written_as_date(text: str) -> bool:
    """Return whether a text has the form of a date; what has not is found by its pattern."""
    return bool(dates.PATTERN.fullmatch(text))


def _is_date(text: str) -> bool:
    try:
        dates.first_day(text)
    except ValueError:
        return False
    return True


RULES: tuple[Callable[[Package, Mapping[str, Rows], Documents], Iterable[Problem]], ...] = (
    _calendar_problems,
    _order_problems,
    _reveal_problems,
    _cut_problems,
    _source_problems,
    _yaml_key_problems,
    _yaml_twice_problems,
)
