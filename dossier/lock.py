"""What did an edition find when it was released, and from which rows?

Releasing an edition writes ``editions/<id>.lock.json``: its hashes, its parameters, the corrections known, every finding and result, what
changed against the edition before, and a digest of every row. With it a released edition can be rebuilt as it was, and a build that
would give other findings can name the row that did it. A row stands for all that hangs on it: its parts (sources, actors, facts)
have a digest of their own beside the row's.

The module reads and writes nothing but the lock; it refuses a lock of another form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dossier.corrections import SEPARATOR, row_ids
from dossier.data import View, find_upward
from dossier.errors import DossierError
from dossier.findings import Published, read_all

DIGITS = 8  # of a digest, hexadecimal: one change in four thousand million goes unseen
SUFFIX = ".lock.json"
KEYS = (
    "edition",
    "as_of",
    "released_on",
    "content_hash",
    "code_hash",
    "environment_hash",
    "book_hash",
    "parameters",
    "corrections",
    "changes",
    "rows",
    "findings",
    "results",
)
FORMS = {
    "parameters": dict,
    "corrections": list,
    "changes": dict | None,
    "rows": dict,
    "findings": list,
    "results": list,
}
ACCEPTED = "accepted: what `dossier release` wrote"
Digests = Mapping[str, Mapping[str, str]]  # table -> key of a row -> digest of the row and of its parts


@dataclass(frozen=True)
class Lock:
    """What a released edition was made from, and what it found.

    Attributes
    ----------
    edition, as_of, released_on
        Its id, and ISO days.
    content_hash, code_hash, environment_hash, book_hash
        Of the edition's view, the package, the pinned environment, and every file published.
    parameters
        Of every notebook.
    corrections
        Ids of the corrections that were known.
    changes
        What changed against the edition superseded, as `dossier.changes` writes it; None for a first edition.
    rows
        Digests of the rows of its view.
    published
        Its findings and results.
    """

    edition: str
    as_of: str
    released_on: str
    content_hash: str
    code_hash: str
    environment_hash: str
    book_hash: str
    parameters: Mapping[str, Mapping[str, Any]]
    corrections: Sequence[str]
    changes: Mapping[str, Any] | None
    rows: Digests
    published: Published


@dataclass(frozen=True, order=True)
class Moved:
    """A row that is not as it was: added, removed or changed, itself or only what hangs on it."""

    table: str
    key: str
    how: str

    def __str__(self) -> str:
        """Name the row and what became of it."""
        return f"{f'{self.table} {self.key}'.strip()} ({self.how})"


def path_of(root: Path, edition_id: str) -> Path:
    """Return where the lock of an edition lies in a project."""
    return root / "editions" / f"{edition_id}{SUFFIX}"


def find(root: Path, edition_id: str) -> Lock | None:
    """Return the lock of an edition, or None if it has not been released."""
    path = path_of(root, edition_id)
    held = read(path) if path.is_file() else None
    if held and held.edition != edition_id:
        raise DossierError(f"{path}: edition {held.edition!r}; accepted: {edition_id!r}, as the file is named")
    return held


def around() -> list[Lock]:
    """Return the locks of the editions around the working folder, by name; none where there is no such folder."""
    try:
        folder = find_upward("editions")
    except DossierError:
        return []
    return [read(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def read(path: Path) -> Lock:
    """Read a lock; raise ``DossierError`` naming the file and what it lacks."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DossierError(f"{path}: not a lock: {error}; {ACCEPTED}") from error
    missing = [key for key in KEYS if not isinstance(content, dict) or key not in content]
    if missing:
        raise DossierError(f"{path}: lacks {', '.join(missing)}; {ACCEPTED}")
    wrong = [key for key, kind in FORMS.items() if not isinstance(content[key], kind)]
    if wrong:
        raise DossierError(f"{path}: {', '.join(wrong)}: of another form; {ACCEPTED}")
    own = {key: content[key] for key in KEYS if key not in ("findings", "results")}
    try:
        return Lock(**own, published=read_all(content))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DossierError(f"{path}: findings or results of another form: {error}; {ACCEPTED}") from error


def write(lock: Lock, path: Path) -> None:
    """Write a lock, one row or finding a line, the same bytes for the same content; a file cut short is never left."""
    content = {key: getattr(lock, key) for key in KEYS if key not in ("findings", "results")}
    temporary = path.with_name(f".{path.name}.new")
    text = json.dumps({**content, **lock.published.as_dict()}, indent=0, ensure_ascii=False)
    temporary.write_text(text + "\n", "utf-8")
    temporary.replace(path)


def digests(view: View) -> dict[str, dict[str, str]]:
    """Return the digest of every row that is no part of another, joined by a dot with that of everything that hangs on it."""
    tables = view.package.tables
    texts = {name: _row_texts(view, name) for name in tables}
    hanging: dict[str, dict[str, list[str]]] = {name: {} for name in tables}
    for name in _deepest_first(view):
        _hang(view, name, texts[name], hanging)
    return {
        name: {key: f"{_digest([text])}.{_digest(hanging[name].get(key, []))}" for key, text in texts[name].items()}
        for name, table in tables.items()
        if table.part_of is None
    }


def moved_rows(before: Digests, after: Digests) -> list[Moved]:
    """Return the rows that differ between two sets of digests, by table and key."""
    found = []
    for table in sorted({*before, *after}):
        old, new = before.get(table, {}), after.get(table, {})
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                found.append(Moved(table, key, _how(old.get(key), new.get(key))))
    return found


def whole_of(view: View, table: str) -> str:
    """Return the table whose rows those of a table hang on in the end: itself, if they are no parts."""
    link = view.package.table(table).whole
    return table if link is None or link.table == table else whole_of(view, link.table)


def _how(old: str | None, new: str | None) -> str:
    if old is None or new is None:
        return "added" if old is None else "removed"
    return "changed" if old.split(".")[0] != new.split(".")[0] else "changed in what hangs on it"


def _row_texts(view: View, name: str) -> dict[str, str]:
    """Return every row of a table as text by its key: columns in the order of the schema, blanks told apart from text."""
    table = view.package.table(name)
    if table.is_yaml:
        document = view.document(name)
        entries = document if isinstance(document, list) else [document]
        return {_yaml_key(entry, table.key): json.dumps(entry, sort_keys=True, default=str) for entry in entries}
    frame = view.raw[name][table.columns]
    cells = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return {key: json.dumps(row) for key, row in zip(row_ids(frame, table), cells, strict=True)}


def _yaml_key(entry: Mapping[str, Any], key: Sequence[str]) -> str:
    return SEPARATOR.join(str(entry.get(name, "")) for name in key)


def _deepest_first(view: View) -> list[str]:
    """Return the tables so that parts come before their wholes."""
    return sorted(view.package.tables, key=lambda name: -_depth(view, name))


def _depth(view: View, name: str) -> int:
    link = view.package.table(name).whole
    return 0 if link is None else 1 + _depth(view, link.table)


def _hang(view: View, name: str, texts: Mapping[str, str], hanging: dict[str, dict[str, list[str]]]) -> None:
    """Add the rows of a part, with what hangs on them, to the rows that they belong to."""
    link = view.package.table(name).whole
    if link is None:
        return
    wholes: pd.Series = view.raw[name][link.column]
    for whole, (key, text) in zip(wholes, texts.items(), strict=True):
        hanging[link.table].setdefault(str(whole), []).append(_digest([name, text, *hanging[name].get(key, [])]))


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{len(text)}:{text}".encode())
    return digest.hexdigest()[:DIGITS]
