"""Are the tables of the story sound?

Frictionless checks each table against the package: encoding, dialect, types, allowed values, keys, foreign keys. Beside
it stand the YAML tables against their schemas, and the rules of ``dossier.rules`` that no schema can say. All problems are
found in one pass; each names file, row, column, value and what would be accepted.

A data folder can come from a stranger: nothing in it makes the check ask the network or read outside the folder. No
library sees the descriptor itself, only one rebuilt from the keys named here; a schema may lead nowhere but into itself.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from dossier import dates
from dossier.data import TextDates
from dossier.errors import did_you_mean
from dossier.package import DESCRIPTOR, Package, Problem, Table, flaws, json_schema, read_descriptor
from dossier.rules import RULES, Documents, Rows, row_id

csv.field_size_limit(2**31 - 1)  # the loader and Frictionless have no smaller one
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
    return Problem(table.path, line, row_id(row, table), column, value, _accepted(error, table, column, value, rows))


def _place(error: Mapping[str, Any], table: Table, row: Mapping[str, str]) -> tuple[str, str]:
    """Return the column of an error and the value that stands there."""
    if error["type"] == "primary-key":
        return " + ".join(table.key), row_id(row, table)
    column = str(error.get("fieldName") or next(iter(error.get("fieldNames", [])), ""))
    if column:
        return column, str(error.get("cell") or row.get(column, ""))
    return "", str(error.get("cell") or ",".join(error.get("cells") or []))


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
