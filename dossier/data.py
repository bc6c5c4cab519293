"""What are the tables of the story, and what was known on the as-of date?

The data package (``data/datapackage.json``) is the one description of every table. Beyond what Frictionless says, each
resource carries a ``dossier`` object: ``cut`` (the columns, first filled one wins, that date the row), ``part_of`` (the
keys whose row must survive), ``keep`` (``referenced``: only rows that another surviving row names), ``timeless``
(``true``: no date cuts the rows; a table says one of these four), ``revealed`` (columns that stay blank until their
date), ``clipped`` (dates that never lie after the day), ``entries_cut`` (the key that dates the entries of a YAML
document's lists), ``order`` (how rows are sorted), ``key`` and ``foreignKeys`` of and into YAML tables.

A view is what was known on a day. It depends on nothing dated later: adding such rows changes no byte of it. The module
assumes rows that ``dossier.check`` found sound. It refuses a descriptor that promises what cannot be kept, and every
path out of the folder: a data folder can come from a stranger.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import yaml

from dossier import dates
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
"""Form of a descriptor, as JSON Schema; each description says what would be accepted."""


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


@dataclass(frozen=True)
class View:
    """What was known on ``as_of``: the package's tables after the cut.

    ``view["events"]`` is a typed frame; ``view.raw`` holds the same rows as text, for writing.
    """

    as_of: date
    package: Package
    raw: Mapping[str, pd.DataFrame]
    documents: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the rows of a table, columns typed as the schema says (dates stay ISO text)."""
        self.package.table(name)
        return _typed(self.raw[name], self.package.table(name))

    def document(self, name: str) -> Any:
        """Return a YAML table as plain objects, after the cut."""
        self.package.table(name)
        return self.documents[name]

    def __repr__(self) -> str:
        """Name the day and the size of each table."""
        sizes = ", ".join(f"{name} {len(frame)}" for name, frame in self.raw.items())
        return f"View(as_of={self.as_of.isoformat()}: {sizes})"


def find_upward(name: str, *, start: Path | None = None) -> Path:
    """Return the nearest ``name`` in ``start`` (the working folder) or a folder above it."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / name).exists():
            return folder / name
    raise DossierError(f"no {name!r} in {here} or above it; start from inside the project")


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


def load(as_of: str | date, folder: str | Path = "data") -> View:
    """Load a story as it was known on a day.

    Parameters
    ----------
    as_of
        The last day of knowledge, an ISO day.
    folder
        The data folder; a bare name is searched upward from the working folder.

    Returns
    -------
    View
        Tables cut at ``as_of``, orphans dropped, later outcomes blank.
    """
    path = Path(folder)
    package = describe(path if path.is_absolute() else find_upward(str(folder)))
    return view(package, as_of=as_of)


def view(package: Package, *, as_of: str | date) -> View:
    """Read all tables of a package and cut them at ``as_of``."""
    day = as_of if isinstance(as_of, date) else _day(as_of)
    documents = {table.name: _read_yaml(package, table) for table in package.tables.values() if table.is_yaml}
    frames = {
        table.name: _document_frame(documents[table.name], table) if table.is_yaml else _read_csv(package, table)
        for table in package.tables.values()
    }
    kept = cut(frames, package.tables, as_of=day)
    known = {
        name: _known_entries(_keep_documents(document, kept[name]), package.table(name), day)
        for name, document in documents.items()
    }
    return View(day, package, kept, known)


def cut(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table], *, as_of: date) -> dict[str, pd.DataFrame]:
    """Keep what was known on ``as_of``: rows by date, then rows by key, then columns by their reveal date.

    The original index survives, so that a YAML row can be found again.
    """
    kept = {name: _known(frame, tables[name], as_of) for name, frame in frames.items()}
    kept = _drop_parts(kept, tables)
    kept = _drop_unreferenced(kept, tables)
    kept = {name: _blank_dangling(frame, tables[name], kept) for name, frame in kept.items()}
    kept = {name: _clip(_mask(frame, tables[name], as_of), tables[name], as_of) for name, frame in kept.items()}
    return {name: _sorted(frame, tables[name]) for name, frame in kept.items()}


def write(view: View, folder: Path) -> None:
    """Write a view as a data package of its own, canonically: same rows, same bytes.

    Columns and rows stand in the order of the schema, lines end with a line feed, text is UTF-8.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(view.package.folder / DESCRIPTOR, folder / DESCRIPTOR)
    for table in view.package.tables.values():
        path = folder / table.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if table.schema_path:
            (folder / table.schema_path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(view.package.folder / table.schema_path, folder / table.schema_path)
        if table.is_yaml:
            path.write_text(_dump_yaml(view.documents[table.name]), "utf-8", newline="\n")
        else:
            columns = view.raw[table.name][table.columns]
            path.write_text(columns.to_csv(index=False, lineterminator="\n"), "utf-8", newline="\n")


def sources_of(view: View, links: str, key: str) -> dict[str, list[str]]:
    """Return, for each row of a table, the ids of its sources in the order of the link table.

    Parameters
    ----------
    links
        Name of the link table, such as ``event-sources``.
    key
        Its column that names the row supported.
    """
    rows = view[links]
    return {str(row_id): list(group["source_id"]) for row_id, group in rows.groupby(key, sort=False)}


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


def _day(text: str) -> date:
    try:
        return dates.parse_day(text)
    except ValueError as error:
        raise DossierError(f"as_of: {error}") from error


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


def _read_csv(package: Package, table: Table) -> pd.DataFrame:
    path = package.folder / table.path
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DossierError(f"{path}: not found, though {DESCRIPTOR} lists it") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DossierError(f"{path}: cannot be read: {error}; run `dossier check`") from error
    missing = [column for column in table.columns if column not in frame]
    if missing:
        raise DossierError(f"{path}: columns missing: {', '.join(missing)}; run `dossier check`")
    return frame[table.columns]


def _read_yaml(package: Package, table: Table) -> Any:
    path = package.folder / table.path
    try:
        return yaml.load(path.read_text("utf-8-sig"), Loader=TextDates)
    except FileNotFoundError as error:
        raise DossierError(f"{path}: not found, though {DESCRIPTOR} lists it") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise DossierError(f"{path}: not YAML: {error}".replace("\n", " ")) from error


class TextDates(yaml.SafeLoader):
    """A safe YAML loader that leaves dates as the text they were written as."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the object of a node; a tag that does not fit its text (``!!int five``) is an error of the file."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError) as error:
            raise yaml.constructor.ConstructorError(None, None, f"not a {node.tag}", node.start_mark) from error


TextDates.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _dump_yaml(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False)


def _document_frame(document: Any, table: Table) -> pd.DataFrame:
    """Return a YAML table as a frame that has its keys and dates even when it has no row."""
    frame = pd.json_normalize(document if isinstance(document, list) else [document])
    named = [*table.key, *table.cut, *(link.column for link in table.foreign_keys)]
    return frame.reindex(columns=list(dict.fromkeys([*frame.columns, *named])))


def _keep_documents(document: Any, kept: pd.DataFrame) -> Any:
    return [document[position] for position in kept.index] if isinstance(document, list) else document


def _known_entries(document: Any, table: Table, as_of: date) -> Any:
    """Drop from the lists of a YAML document the entries dated later than the day."""
    dated = table.entries_cut
    if not dated or not isinstance(document, dict):
        return document
    return {
        key: [entry for entry in value if not _is_later(entry.get(dated), as_of)]
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        else value
        for key, value in document.items()
    }


def _is_later(text: Any, as_of: date) -> bool:
    """Return whether a date is not over by the day: a month counts once it has ended."""
    return isinstance(text, str) and dates.last_day(text) > as_of


def _known(frame: pd.DataFrame, table: Table, as_of: date) -> pd.DataFrame:
    if not table.cut:
        return frame
    dated = frame[list(table.cut)].bfill(axis=1).iloc[:, 0]
    try:
        known = [pd.isna(text) or dates.last_day(text) <= as_of for text in dated]
        return frame[pd.Series(known, index=frame.index, dtype=bool)]  # an empty list would choose columns, not rows
    except ValueError as error:
        raise DossierError(f"{table.path}: column {table.cut[0]}: {error}; run `dossier check`") from error


def _drop_parts(kept: dict[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Drop rows whose whole is gone; repeat, because a part may have parts."""
    while True:
        smaller = {name: _with_whole(frame, tables[name], kept) for name, frame in kept.items()}
        if all(len(smaller[name]) == len(kept[name]) for name in kept):
            return smaller
        kept = smaller


def _with_whole(frame: pd.DataFrame, table: Table, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    if table.part_of is None:
        return frame
    link = next(link for link in table.foreign_keys if link.column == table.part_of)
    return frame[frame[link.column].isin(kept[link.table][link.target])]


def _drop_unreferenced(kept: dict[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Reduce tables without a date to the rows that surviving rows name, directly or through one another."""
    reached = {name: frame.iloc[0:0] if tables[name].keep == "referenced" else frame for name, frame in kept.items()}
    while True:
        named = _named(reached, tables)
        larger = {
            name: kept[name][kept[name][tables[name].key[0]].isin(named.get(name, set()))]
            if tables[name].keep == "referenced"
            else frame
            for name, frame in reached.items()
        }
        if all(len(larger[name]) == len(reached[name]) for name in reached):
            return larger
        reached = larger


def _named(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = {}
    for name, frame in frames.items():
        for link in tables[name].foreign_keys:
            named.setdefault(link.table, set()).update(frame[link.column].dropna())
    return named


def _blank_dangling(frame: pd.DataFrame, table: Table, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    blanked = frame
    for link in table.foreign_keys:
        gone = blanked[link.column].notna() & ~blanked[link.column].isin(kept[link.table][link.target])
        if gone.any():
            blanked = blanked.assign(**{link.column: blanked[link.column].mask(gone)})
    return blanked


def _mask(frame: pd.DataFrame, table: Table, as_of: date) -> pd.DataFrame:
    hidden = {
        column: [pd.isna(text) or dates.last_day(text) > as_of for text in frame[dated]]
        for column, dated in table.revealed.items()
    }
    return frame.assign(
        **{column: frame[column].mask(pd.Series(rows, index=frame.index)) for column, rows in hidden.items()}
    )


def _clip(frame: pd.DataFrame, table: Table, as_of: date) -> pd.DataFrame:
    """Put the as-of date in the place of a later end of following, which would tell when the data were last touched."""
    late = {
        column: [as_of.isoformat() if _is_later(text, as_of) else text for text in frame[column]]
        for column in table.clipped
    }
    return frame.assign(**late)


def _sorted(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    by: Iterable[str] = table.order or table.key
    return frame.sort_values(list(by), kind="stable") if by and len(frame) else frame


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    typed = frame.reset_index(drop=True)
    for column, kind in table.types().items():
        if kind == "integer":
            typed[column] = typed[column].astype("Int64")
        elif kind == "number":
            typed[column] = typed[column].astype("Float64")
        elif kind == "boolean":
            typed[column] = typed[column] == "true"
    return typed
