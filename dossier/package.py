"""How is a story's data package described, and can the description be relied on?

The data package (``data/datapackage.json``, Frictionless) is the one description of every table. Beyond what Frictionless
says, each resource carries a ``dossier`` object: ``cut`` (the columns, first filled one wins, that date the row),
``part_of`` (the keys whose row must survive), ``keep`` (``referenced``: only rows that another surviving row names),
``timeless``, ``revealed`` (columns that stay blank until their date), ``clipped`` (dates that never lie after the day),
``entries_cut`` (the key that dates the entries of a YAML document's lists), ``order`` (how rows are sorted), ``key`` and
``foreignKeys`` of YAML tables.

A data folder can come from a stranger: the module refuses a description of another form, one that reaches outside its
folder, and one that does not say how its rows are cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from dossier.errors import DossierError, did_you_mean

DESCRIPTOR = "datapackage.json"
SHOWN = 120  # characters of a value in a message
FILES = (".csv", ".yml", ".yaml")
STATES = ("cut", "part_of", "keep", "timeless")  # a table says at least one: what an as-of date does to its rows
OWN_KEYS = (*STATES, "revealed", "clipped", "entries_cut", "order", "key", "foreignKeys")
_NAME = {"type": "string", "minLength": 1, "description": "a name"}
_NAMES = {"type": "array", "items": _NAME, "description": "a list of names of columns"}
_KEY = {"type": ["string", "array"], "items": _NAME, "description": "the name of a column, or a list of them"}
_ONE = {**_KEY, "minItems": 1, "maxItems": 1, "description": "the name of one column"}
_FOREIGN_KEYS = {
    "type": "array",
    "description": "a list of foreign keys",
    "items": {
        "type": "object",
        "required": ["fields", "reference"],
        "description": "an object with fields and reference",
        "properties": {
            "fields": _ONE,
            "reference": {
                "type": "object",
                "required": ["fields"],
                "description": "an object with resource and fields",
                "properties": {"resource": {"type": "string", "description": "the name of a table"}, "fields": _ONE},
            },
        },
    },
}
_FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "description": "an object with name and type",
    "properties": {
        "name": _NAME,
        "type": _NAME,
        "constraints": {
            "type": "object",
            "description": "an object of constraints",
            "properties": {
                "enum": {"type": "array", "description": "a list of values"},
                "pattern": {"type": "string", "format": "regex", "description": "a regular expression"},
            },
        },
        "dossier": {
            "type": "object",
            "description": "an object with date",
            "properties": {"date": {"type": "boolean", "description": "true or false"}},
        },
    },
}
_SCHEMA = {
    "type": "object",
    "required": ["fields"],
    "description": "an object with fields, written out here",
    "properties": {
        "fields": {"type": "array", "items": _FIELD, "description": "a list of columns"},
        "primaryKey": _KEY,
        "foreignKeys": _FOREIGN_KEYS,
    },
}
_OWN = {
    "type": "object",
    "description": f"an object with some of {', '.join(OWN_KEYS)}",
    "properties": {
        "cut": _NAMES,
        "part_of": _NAME,
        "keep": {"const": "referenced", "description": "referenced"},
        "timeless": {"const": True, "description": "true"},
        "revealed": {
            "type": "object",
            "additionalProperties": _NAME,
            "description": "an object: the name of a column, and that of the column that dates it",
        },
        "clipped": _NAMES,
        "entries_cut": _NAME,
        "order": _NAMES,
        "key": _KEY,
        "foreignKeys": _FOREIGN_KEYS,
    },
}
FORM = {
    "type": "object",
    "required": ["resources"],
    "description": "an object with resources",
    "properties": {
        "name": _NAME,
        "resources": {
            "type": "array",
            "minItems": 1,
            "description": "a list of at least one table",
            "items": {
                "type": "object",
                "required": ["name", "path"],
                "description": "an object with name and path",
                "properties": {
                    "name": _NAME,
                    "path": {"type": "string", "description": "the name of one file inside the folder"},
                    "title": {"type": "string", "description": "text"},
                    "description": {"type": "string", "description": "text"},
                    "licenses": {
                        "type": "array",
                        "description": "a list of licences",
                        "items": {"type": "object", "description": "an object with name"},
                    },
                    "schema": _SCHEMA,
                    "jsonSchema": {"type": "string", "description": "the name of one file inside the folder"},
                    "dossier": _OWN,
                },
            },
        },
    },
}


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


@dataclass(frozen=True)
class ForeignKey:
    """A column that names a row of another table."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Table:
    """One resource of the package, as described: no rows."""

    name: str
    title: str
    description: str
    path: str
    licence: str
    fields: tuple[Mapping[str, Any], ...] = ()
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    cut: tuple[str, ...] = ()
    part_of: str | None = None
    keep: str | None = None
    revealed: Mapping[str, str] = field(default_factory=dict)
    clipped: tuple[str, ...] = ()
    entries_cut: str | None = None
    order: tuple[str, ...] = ()
    schema_path: str | None = None

    @property
    def is_yaml(self) -> bool:
        """Whether rows come from a YAML file."""
        return self.path.endswith((".yml", ".yaml"))

    @property
    def whole(self) -> ForeignKey | None:
        """The key by which a row belongs to a row of another table and goes with it; None for a table that stands alone."""
        return next((link for link in self.foreign_keys if link.column == self.part_of), None)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in the order of the schema."""
        return [str(column["name"]) for column in self.fields]

    def types(self) -> dict[str, str]:
        """Return column name to Frictionless type."""
        return {str(column["name"]): str(column["type"]) for column in self.fields}


@dataclass(frozen=True)
class Package:
    """The description of all tables, and the folder that holds them."""

    folder: Path
    descriptor: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Tables by name, in the order of the package."""
        return {resource["name"]: _table(resource) for resource in self.descriptor["resources"]}

    def table(self, name: str) -> Table:
        """Return the description of one table; raise ``DossierError`` with a hint if there is none."""
        if name not in self.tables:
            raise DossierError(f"{DESCRIPTOR}: no table {name!r}; {did_you_mean(name, self.tables)}")
        return self.tables[name]


@dataclass(frozen=True)
class Flaw:
    """What a descriptor says about a table and cannot be kept, such as a cut by a column that it does not have."""

    table: str
    key: str
    value: str
    accepted: str

    def __str__(self) -> str:
        """Write the flaw as one line."""
        return f"table {self.table!r}: {self.key}: {shortened(self.value)!r}; accepted: {self.accepted}"


def describe(folder: Path) -> Package:
    """Read the package's descriptor and refuse one that promises what cannot be kept.

    Raises
    ------
    DossierError
        If the file is missing or is not the description of a package, if it names anything outside the folder, or if
        it has a flaw: with a misspelt ``cut``, nothing would be cut, and nobody would notice.
    """
    package = read_descriptor(folder)
    found = flaws(package)
    if found:
        more = f" ({len(found) - 1} more: run `dossier check`)" if len(found) > 1 else ""
        raise DossierError(f"{folder / DESCRIPTOR}: {found[0]}{more}")
    return package


def read_descriptor(folder: Path) -> Package:
    """Read a descriptor of the right form, flaws included; nothing outside the folder is touched.

    Raises
    ------
    DossierError
        Naming file, table, key, value and what would be accepted.
    """
    path = folder / DESCRIPTOR
    if path.is_symlink():
        raise DossierError(f"{path}: a link; accepted: a file")
    try:
        descriptor = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise DossierError(f"{path}: not found; a story is a folder with a {DESCRIPTOR}") from error
    except OSError as error:
        raise DossierError(f"{path}: {error.strerror}; accepted: a file") from error
    except json.JSONDecodeError as error:
        raise DossierError(f"{path}: line {error.lineno}: not JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise DossierError(f"{path}: not JSON: {error}") from error
    _refuse_other_form(path, descriptor)
    package = Package(folder, descriptor)
    _refuse_paths_outside(package)
    return package


def flaws(package: Package) -> list[Flaw]:
    """Return what the descriptor says of its tables and cannot be kept, in the order of the package."""
    found, schemas = [], {}
    for table in package.tables.values():
        try:
            schemas[table.name] = json_schema(package, table) if table.is_yaml else None
        except DossierError as error:
            found.append(Flaw(table.name, "jsonSchema", str(error), "a JSON Schema (draft 2020-12) inside the folder"))
    columns = {name: _columns(package.tables[name], schema) for name, schema in schemas.items()}
    for resource in package.descriptor["resources"]:
        table = package.tables[resource["name"]]
        found.extend(_misspelt(resource))
        if table.name in columns:
            found.extend(_without_column(table, columns[table.name], schemas[table.name]))
        found.extend(_without_whole(table, package, columns))
    return found


def json_schema(package: Package, table: Table) -> Any:
    """Return the JSON Schema of a YAML table; raise ``DossierError`` that says what it is instead."""
    from jsonschema import Draft202012Validator, SchemaError

    if table.schema_path is None:
        raise DossierError("")
    try:
        schema = json.loads((package.folder / table.schema_path).read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
    except OSError as error:
        raise DossierError(f"{table.schema_path}: {error.strerror}") from error
    except SchemaError as error:
        raise DossierError(f"{table.schema_path}: {error.message}") from error
    except (ValueError, RecursionError) as error:
        raise DossierError(f"{table.schema_path}: not JSON: {error}") from error
    return schema


def shortened(text: str) -> str:
    """Return a text cut to the length that a message shows of it."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _refuse_other_form(path: Path, descriptor: Any) -> None:
    from jsonschema import Draft202012Validator

    form = Draft202012Validator(FORM, format_checker=Draft202012Validator.FORMAT_CHECKER)
    error = next(iter(form.iter_errors(descriptor)), None)
    if error:
        value = error.message if error.validator == "required" else repr(error.instance)
        place = "".join(f"{part}: " for part in _place(descriptor, list(error.absolute_path)))
        raise DossierError(f"{path}: {place}{shortened(value)}; accepted: {error.schema['description']}")
    tables = descriptor["resources"]
    _refuse_twice(f"{path}: name", [table["name"] for table in tables])
    _refuse_twice(f"{path}: path", [str(PurePosixPath(table["path"])) for table in tables])
    for table in tables:
        fields = table.get("schema", {"fields": []})["fields"]
        _refuse_twice(f"{path}: table {table['name']!r}: column", [column["name"] for column in fields])


def _refuse_twice(place: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise DossierError(f"{place}: {shortened(name)!r} stands twice; accepted: each once")


def _place(descriptor: Any, path: list[str | int]) -> list[str]:
    """Return the steps to a place in the descriptor, a table by its name if it has one."""
    if path[:1] != ["resources"] or len(path) == 1:
        return [str(step) for step in path]
    resource = descriptor["resources"][path[1]]
    name = resource.get("name") if isinstance(resource, dict) else None
    table = f"table {shortened(name)!r}" if isinstance(name, str) else f"table {int(path[1]) + 1}"
    return [table, ".".join(map(str, path[2:]))] if path[2:] else [table]


def _refuse_paths_outside(package: Package) -> None:
    """Refuse a descriptor that names files outside its folder, also by way of a link."""
    for table in package.tables.values():
        named = [(table.path, FILES), *([(table.schema_path, (".json",))] if table.schema_path is not None else [])]
        for path, endings in named:
            steps = PurePosixPath(path)
            if (
                not re.fullmatch(r"[A-Za-z0-9_./-]+", path)
                or path.startswith("/")
                or ".." in steps.parts
                or steps.suffix not in endings
                or any((package.folder / step).is_symlink() for step in (steps, *steps.parents[:-1]))
            ):
                raise DossierError(
                    f"{package.folder / DESCRIPTOR}: {table.name}: path {shortened(path)!r}; "
                    f"accepted: a file inside the folder, no link, its name ending with {', '.join(endings)}"
                )


def _columns(table: Table, schema: Any) -> list[str]:
    """Return the columns of a table; those of a YAML table are what its JSON Schema lists, inner ones with a dot."""
    return list(_listed(schema.get("items", schema))) if isinstance(schema, dict) else table.columns


def _listed(schema: Any) -> Iterator[str]:
    properties = schema.get("properties", {}) if isinstance(schema, dict) else {}
    for name, inner in properties.items():
        yield name
        yield from (f"{name}.{key}" for key in _listed(inner))


def _entry_keys(schema: Any) -> list[str]:
    """Return the keys of the entries of a YAML document's lists."""
    lists = schema.get("properties", {}).values() if isinstance(schema, dict) else []
    return [key for inner in lists if isinstance(inner, dict) for key in _listed(inner.get("items"))]


def _misspelt(resource: Mapping[str, Any]) -> Iterator[Flaw]:
    """Our own keys that nobody knows, and a table that does not say what an as-of date does to it."""
    own = resource.get("dossier", {})
    for key in own:
        if key not in OWN_KEYS:
            yield Flaw(resource["name"], "dossier", key, did_you_mean(key, OWN_KEYS))
    for column in resource.get("schema", {}).get("fields", []):
        for key in column.get("dossier", {}):
            if key != "date":
                yield Flaw(resource["name"], f"{column['name']}.dossier", key, did_you_mean(key, ["date"]))
    if not any(own.get(key) for key in STATES):
        yield Flaw(resource["name"], "dossier", ", ".join(own), f"at least one of {', '.join(STATES)}")


def _without_column(table: Table, columns: Sequence[str], schema: Any) -> Iterator[Flaw]:
    """Statements about columns that the table does not have."""
    if not columns:
        yield Flaw(table.name, "jsonSchema" if table.is_yaml else "schema", "", "a schema that lists the columns")
        return
    named = {
        "cut": table.cut,
        "part_of": filter(None, [table.part_of]),
        "revealed": [*table.revealed, *table.revealed.values()],
        "clipped": table.clipped,
        "order": table.order,
        "key": table.key,
        "foreignKeys": [link.column for link in table.foreign_keys],
    }
    for key, names in named.items():
        for name in dict.fromkeys(names):
            if name not in columns:
                yield Flaw(table.name, key, name, f"a column of the table; {did_you_mean(name, columns)}")
    if table.entries_cut and table.entries_cut not in (keys := _entry_keys(schema)):
        hint = did_you_mean(table.entries_cut, set(keys))
        yield Flaw(table.name, "entries_cut", table.entries_cut, f"a key of the entries of a YAML document; {hint}")


def _without_whole(table: Table, package: Package, columns: Mapping[str, Sequence[str]]) -> Iterator[Flaw]:
    """Keys that lead nowhere, parts without a whole, and rows to be kept by a key that they do not have."""
    for link in table.foreign_keys:
        if link.table not in package.tables:
            yield Flaw(table.name, "foreignKeys", link.table, f"a table; {did_you_mean(link.table, package.tables)}")
        elif link.target not in columns.get(link.table, [link.target]):
            accepted = f"a column of {link.table}; {did_you_mean(link.target, columns[link.table])}"
            yield Flaw(table.name, "foreignKeys", link.target, accepted)
    if table.part_of and table.part_of not in {link.column for link in table.foreign_keys}:
        yield Flaw(table.name, "part_of", table.part_of, "a column with a foreign key, which names the whole")
    if table.keep and not table.key:
        yield Flaw(table.name, "keep", table.keep, "a table with a primaryKey, by which other rows name it")


def _table(resource: Mapping[str, Any]) -> Table:
    schema, own = resource.get("schema", {}), resource.get("dossier", {})
    keys = schema.get("primaryKey") or own.get("key", [])
    licences = resource.get("licenses") or [{"name": "not stated"}]
    return Table(
        name=resource["name"],
        title=resource.get("title", resource["name"]),
        description=resource.get("description", ""),
        path=resource["path"],
        licence=str(licences[0].get("name") or licences[0].get("title") or "not stated"),
        fields=tuple(schema.get("fields", [])),
        key=(keys,) if isinstance(keys, str) else tuple(keys),
        foreign_keys=tuple(
            _foreign_key(entry, resource["name"])
            for entry in [*schema.get("foreignKeys", []), *own.get("foreignKeys", [])]
        ),
        cut=tuple(own.get("cut", [])),
        part_of=own.get("part_of"),
        keep=own.get("keep"),
        revealed=own.get("revealed", {}),
        clipped=tuple(own.get("clipped", [])),
        entries_cut=own.get("entries_cut"),
        order=tuple(own.get("order", [])),
        schema_path=resource.get("jsonSchema"),
    )


def _foreign_key(entry: Mapping[str, Any], own_name: str) -> ForeignKey:
    column, target = _single(entry["fields"]), _single(entry["reference"]["fields"])
    return ForeignKey(column, entry["reference"].get("resource") or own_name, target)


def _single(fields: str | list[str]) -> str:
    return fields if isinstance(fields, str) else fields[0]
