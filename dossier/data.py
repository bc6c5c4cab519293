"""What was known of the story on the as-of date?

A view is what was known on a day: the tables that ``dossier.package`` describes, cut by date and by key, with columns
blank until their day. It depends on nothing dated later: adding such rows changes no byte of it. The module assumes a
package that ``dossier.check`` found sound; it refuses a missing file or an unknown table by name.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dossier import corrections, dates
from dossier.errors import DossierError
from dossier.package import DESCRIPTOR, Package, Table, describe


@dataclass(frozen=True)
class View:
    """What was known on ``as_of``: the package's tables after the cut.

    ``view["events"]`` is a typed frame; ``view.raw`` holds the same rows as text, for writing; ``view.corrections`` are the ids of
    the corrections that it knows, of whatever day.
    """

    as_of: date
    package: Package
    raw: Mapping[str, pd.DataFrame]
    documents: Mapping[str, Any]
    corrections: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the rows of a table, columns typed as the schema says (dates stay ISO text)."""
        if name not in self._typed_frames:
            table = self.package.table(name)
            self._typed_frames[name] = _typed(self.raw[name], table)
        return self._typed_frames[name].copy(deep=False)  # what is written to a copy leaves the view as it is

    @cached_property
    def _typed_frames(self) -> dict[str, pd.DataFrame]:
        return {}

    def document(self, name: str) -> Any:
        """Return a YAML table as plain objects, after the cut."""
        self.package.table(name)
        return self.documents[name]

    def __repr__(self) -> str:
        """Name the day and the size of each table."""
        sizes = ", ".join(f"{name} {len(frame)}" for name, frame in self.raw.items())
        return f"View(as_of={self.as_of.isoformat()}: {sizes})"


@dataclass(frozen=True)
class Reading:
    """All tables of a package as its files hold them, later rows too; only a view of it may be shown."""

    package: Package
    frames: Mapping[str, pd.DataFrame]
    documents: Mapping[str, Any]


def find_upward(name: str, *, start: Path | None = None) -> Path:
    """Return the nearest ``name`` in ``start`` (the working folder) or a folder above it."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / name).exists():
            return folder / name
    raise DossierError(f"no {name!r} in {here} or above it; start from inside the project")


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


def view(package: Package, *, as_of: str | date, known: Collection[str] | None = None) -> View:
    """Read all tables of a package, with the corrections that are known (all, if None), and cut them at ``as_of``."""
    return seen(read(package), as_of=as_of, known=known)


def read(package: Package) -> Reading:
    """Read all tables of a package, uncut, so that views of many days need its files once."""
    documents = {table.name: _read_yaml(package, table) for table in package.tables.values() if table.is_yaml}
    frames = {
        table.name: _document_frame(documents[table.name], table) if table.is_yaml else _read_csv(package, table)
        for table in package.tables.values()
    }
    return Reading(package, frames, documents)


def seen(reading: Reading, *, as_of: str | date, known: Collection[str] | None = None) -> View:
    """Return what of a reading was known on ``as_of``, with the corrections that are known (all, if None)."""
    day, package = as_of if isinstance(as_of, date) else _day(as_of), reading.package
    kept = cut(_corrected(reading, day, known), package.tables, as_of=day)
    entries = {
        name: _known_entries(_keep_documents(document, kept[name]), package.table(name), day)
        for name, document in reading.documents.items()
    }
    made = corrections.ids(reading.frames, package.tables)
    return View(day, package, kept, entries, tuple(name for name in made if known is None or name in known))


def _corrected(reading: Reading, day: date, known: Collection[str] | None) -> dict[str, pd.DataFrame]:
    """Return the tables with the corrections that are known; one dated after the day overrules nothing on it."""
    tables = reading.package.tables
    made = {name: table for name, table in tables.items() if corrections.are_in(table)}
    dated = corrections.ids({name: _known(reading.frames[name], table, day) for name, table in made.items()}, made)
    return corrections.applied(reading.frames, tables, known=known, dated=dated)


def cut(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table], *, as_of: date) -> dict[str, pd.DataFrame]:
    """Keep what was known on ``as_of``: rows by date, then rows by key, then columns by their reveal date.

    The original index survives, so that a YAML row can be found again.
    """
    kept = {name: _known(frame, tables[name], as_of) for name, frame in frames.items()}
    kept = _drop_unheld(kept, tables)
    kept = {name: _blank_dangling(frame, tables[name], kept) for name, frame in kept.items()}
    kept = {name: _clip(_mask(frame, tables[name], as_of), tables[name], as_of) for name, frame in kept.items()}
    return {name: _sorted(frame, tables[name]) for name, frame in kept.items()}


def write(view: View, folder: Path) -> None:
    """Write a view as a data package of its own, canonically: same rows, same bytes.

    Columns and rows stand in the order of the schema, lines end with a line feed, text is UTF-8.
    """
    held = corrections.as_held(view.raw, view.package.tables)
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
            columns = held[table.name][table.columns]
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


def _day(text: str) -> date:
    try:
        return dates.parse_day(text)
    except ValueError as error:
        raise DossierError(f"as_of: {error}") from error


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
    dated = frame[table.cut[0]]
    for later in table.cut[1:]:
        dated = dated.fillna(frame[later])
    try:
        known = [pd.isna(text) or dates.last_day(text) <= as_of for text in dated]
        return frame[pd.Series(known, index=frame.index, dtype=bool)]  # an empty list would choose columns, not rows
    except ValueError as error:
        raise DossierError(f"{table.path}: column {table.cut[0]}: {error}; run `dossier check`") from error


def _drop_unheld(kept: dict[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Drop parts without their whole and rows that nobody names; repeat, because each can leave more of the other."""
    while True:
        smaller = _drop_unreferenced(_drop_parts(kept, tables), tables)
        if all(len(smaller[name]) == len(kept[name]) for name in kept):
            return smaller
        kept = smaller


def _drop_parts(kept: dict[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Drop rows whose whole is gone; repeat, because a part may have parts."""
    while True:
        smaller = {name: _with_whole(frame, tables[name], kept) for name, frame in kept.items()}
        if all(len(smaller[name]) == len(kept[name]) for name in kept):
            return smaller
        kept = smaller


def _with_whole(frame: pd.DataFrame, table: Table, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    link = table.whole
    if link is None:
        return frame
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
    """Return the rows that other rows name; a part does not hold up its own whole."""
    named: dict[str, set[str]] = {}
    for name, frame in frames.items():
        for link in (link for link in tables[name].foreign_keys if link.column != tables[name].part_of):
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
