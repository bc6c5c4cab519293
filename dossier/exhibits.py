"""How does a result leave a notebook cell?

As data, under one mime type per kind: a chart, a table, a list of entries, findings, or literal text. The Sphinx
extension makes numbered, citable nodes of it; nothing here is ever parsed as Markdown or HTML. An exhibit without label,
title, source or as-of date is refused at once, in the cell that made it.

Text is *inline* content: a string, ``ref("text", "label")`` for a place in the book, ``link("text", url)`` for an
address outside it, ``em("text")``, or a list of these.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dossier.errors import DossierError

Inline: TypeAlias = "str | Mapping[str, Any] | Sequence[Inline]"

LABEL = re.compile(r"^(sec|fig|tbl|fnd|clm|scn|prc|evt|src|act|dln)-[a-z0-9]+(-[a-z0-9]+)*$")
FACET = re.compile(r"^[a-z]+$")
SIGNS = {"up": ("↑", "rising"), "down": ("↓", "falling"), "flat": ("→", "unchanged")}
"""The sign of each direction of a finding, and what it is called."""
ARROWS = (*SIGNS, "none")
TABLE_MIME = "application/vnd.dossier.table+json"
TABLES_MIME = "application/vnd.dossier.tables+json"
ENTRIES_MIME = "application/vnd.dossier.entries+json"
FINDINGS_MIME = "application/vnd.dossier.findings+json"
CODE_MIME = "application/vnd.dossier.code+json"
CHART_MIME = "application/vnd.vegalite.v6+json"


class ExhibitError(DossierError, ValueError):
    """An exhibit lacks what every exhibit must carry."""


def ref(text: str, label: str) -> dict[str, str]:
    """Return text that leads to a labelled place in the book."""
    return {"text": text, "ref": label}


def link(text: str, url: str | None) -> Inline:
    """Return text that leads to an address, or the bare text where there is none."""
    return {"text": text, "url": url} if isinstance(url, str) and url else text


def em(text: str) -> dict[str, Any]:
    """Return emphasized text."""
    return {"text": text, "em": True}


def joined(parts: Sequence[Inline], separator: str = "; ") -> list[Inline]:
    """Return inline parts with a separator between them.

    >>> joined(["a", "b"], ", ")
    ['a', ', ', 'b']
    """
    spread: list[Inline] = []
    for part in parts:
        spread += [separator, part] if spread else [part]
    return spread


def plain(inline: Inline) -> str:
    """Return inline content as bare text.

    >>> plain(["see ", ref("the events", "sec-timeline-entries")])
    'see the events'
    """
    if isinstance(inline, str):
        return inline
    if isinstance(inline, Mapping):
        return str(inline["text"])
    return "".join(plain(part) for part in inline)


@dataclass(frozen=True, repr=False)
class Exhibit:
    """Base of all exhibits: content under a mime type, and a text for people without the book."""

    def content(self) -> dict[str, Any]:
        """Return the exhibit as JSON-ready data."""
        raise NotImplementedError

    def mime(self) -> str:
        """Return the mime type of the content."""
        raise NotImplementedError

    def as_html(self) -> str:
        """Return a plain rendering for JupyterLab, all text escaped."""
        return f"<pre>{html.escape(repr(self))}</pre>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Offer the content to whoever displays the cell."""
        return {self.mime(): self.content(), "text/plain": repr(self)}


@dataclass(frozen=True, repr=False)
class Column:
    """A column of a table; one for ``screen`` alone stays off paper."""

    title: str
    unit: str | None = None
    align: str = "left"
    screen: bool = False


@dataclass(frozen=True, repr=False)
class Row:
    """A row of a table; ``label`` makes it a place that can be cited."""

    cells: Sequence[Inline]
    label: str | None = None


@dataclass(frozen=True, repr=False)
class TableExhibit(Exhibit):
    """A table: caption with the finding, typed columns, rows of inline cells.

    ``filters`` names the columns whose values a reader can choose from. Without ``on_paper`` the paper has the caption alone and
    says where the rows are. ``stack`` says whether a narrow screen shows the cells of a row below each other; None leaves it to
    the number of columns.
    """

    label: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    source: Inline
    as_of: str
    note: Inline | None = None
    row_head: bool = True
    filters: Sequence[str] = ()
    on_paper: bool = True
    stack: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a table that could not be cited or read, or a filter of a column that it does not have."""
        require_label(self.label, "tbl")
        require_filled(self.label, title=self.title, source=plain(self.source), as_of=self.as_of)
        unknown = set(self.filters) - {column.title for column in self.columns}
        if unknown:
            raise ExhibitError(f"{self.label}: no column {', '.join(sorted(unknown))} to filter by")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ExhibitError(f"{self.label}: a row has {len(row.cells)} cells for {len(self.columns)} columns")
            if row.label:
                require_label(row.label)

    def mime(self) -> str:
        """Return the mime type of tables."""
        return TABLE_MIME

    def content(self) -> dict[str, Any]:
        """Return the table as data."""
        return {
            "label": self.label,
            "title": self.title,
            "columns": [{"title": c.title, "unit": c.unit, "align": c.align, "screen": c.screen} for c in self.columns],
            "rows": [{"id": row.label, "cells": list(row.cells)} for row in self.rows],
            "row_head": self.row_head,
            "source": self.source,
            "as_of": self.as_of,
            "note": self.note,
            "filters": [column.title in self.filters for column in self.columns],
            "on_paper": self.on_paper,
            "stack": self.stack,
        }

    def __repr__(self) -> str:
        """Write caption and cells as text."""
        lines = [" | ".join(column.title for column in self.columns)]
        lines += [" | ".join(plain(cell) for cell in row.cells) for row in self.rows]
        return "\n".join([self.title, *lines])

    def as_html(self) -> str:
        """Return an HTML table for JupyterLab, all text escaped."""
        head = "".join(f"<th>{html.escape(column.title)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(plain(cell))}</td>" for cell in row.cells) + "</tr>"
            for row in self.rows
        )
        return f"<table><caption>{html.escape(self.title)}</caption><tr>{head}</tr>{body}</table>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Offer table data, an escaped HTML table and text."""
        return {self.mime(): self.content(), "text/html": self.as_html(), "text/plain": repr(self)}


@dataclass(frozen=True, repr=False)
class TablesExhibit(Exhibit):
    """A run of tables of one kind, each numbered and citable by itself, such as the dictionaries of all tables."""

    tables: Sequence[TableExhibit]

    def mime(self) -> str:
        """Return the mime type of runs of tables."""
        return TABLES_MIME

    def content(self) -> dict[str, Any]:
        """Return the tables as data."""
        return {"tables": [table.content() for table in self.tables]}

    def __repr__(self) -> str:
        """Write the tables one after another."""
        return "\n\n".join(map(repr, self.tables))


@dataclass(frozen=True, repr=False)
class Entry:
    """One entry of a list: a titled block with facts, paragraphs and lists.

    ``lists`` have a title and items, and a label where they are to be cited. ``more`` holds lines, each with its key, that a page folds away; ``facets`` what a reader can choose entries by: its values
    under the name of each facet.
    """

    label: str
    title: Inline
    meta: Sequence[Inline] = ()
    body: Sequence[Inline] = ()
    lists: Sequence[tuple[str, Sequence[Inline]] | tuple[str, Sequence[Inline], str]] = ()
    more: Sequence[tuple[str, Inline]] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class EntriesExhibit(Exhibit):
    """Entries in order, each citable. An empty one says what is missing.

    ``facets`` gives the title of each facet by its name; a chart of the page that is filtered under the same name is filtered
    together with the entries.
    """

    entries: Sequence[Entry]
    source: Inline
    as_of: str
    empty: str = "No entry in the data"
    facets: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse entries that could not be cited, and values of a facet that the list does not have."""
        require_filled("entries", source=plain(self.source), as_of=self.as_of)
        for entry in self.entries:
            for label in (entry.label, *(one for _, _, *labels in entry.lists for one in labels)):
                require_label(label)
            if set(entry.facets) - set(self.facets):
                raise ExhibitError(
                    f"{entry.label}: facets {', '.join(entry.facets)}; accepted are {', '.join(self.facets)}"
                )
        if any(not FACET.fullmatch(name) for name in self.facets):
            raise ExhibitError(f"facets {', '.join(self.facets)}: accepted are words in lower case")

    def mime(self) -> str:
        """Return the mime type of entries."""
        return ENTRIES_MIME

    def content(self) -> dict[str, Any]:
        """Return the entries as data."""
        return {
            "label": None,
            "entries": [
                {
                    "id": entry.label,
                    "title": entry.title,
                    "meta": list(entry.meta),
                    "body": list(entry.body),
                    "lists": [
                        {"title": title, "items": list(items), "id": label[0] if label else None}
                        for title, items, *label in entry.lists
                    ],
                    "more": [{"title": title, "text": text} for title, text in entry.more],
                    "facets": {name: list(values) for name, values in entry.facets.items()},
                }
                for entry in self.entries
            ],
            "source": self.source,
            "as_of": self.as_of,
            "empty": f"{self.empty} as of {self.as_of}.",
            "facets": [[name, title] for name, title in self.facets.items()],
        }

    def __repr__(self) -> str:
        """Write titles and paragraphs as text."""
        blocks = [
            "\n".join([plain(entry.title), *map(plain, entry.meta), *map(plain, entry.body)]) for entry in self.entries
        ]
        return "\n\n".join(blocks) or self.content()["empty"]


@dataclass(frozen=True, repr=False)
class CodeExhibit(Exhibit):
    """Literal text, such as a citation record."""

    language: str
    text: str
    label: str | None = field(default=None)

    def mime(self) -> str:
        """Return the mime type of literal text."""
        return CODE_MIME

    def content(self) -> dict[str, Any]:
        """Return the text as data."""
        return {"label": self.label, "language": self.language, "text": self.text}

    def __repr__(self) -> str:
        """Return the text itself."""
        return self.text


@dataclass(frozen=True, repr=False)
class ChartExhibit(Exhibit):
    """A Vega-Lite chart with what a reader who cannot see it needs."""

    label: str
    spec: Mapping[str, Any]
    title: str
    subtitle: str
    alt: str
    reading: str
    source: Inline
    as_of: str
    table: TableExhibit
    n: int | None = None
    narrow: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Refuse a chart without alternative text, reading aid, source or data."""
        require_label(self.label, "fig")
        require_filled(
            self.label,
            title=self.title,
            subtitle=self.subtitle,
            alt=self.alt,
            reading=self.reading,
            source=plain(self.source),
            as_of=self.as_of,
        )

    def mime(self) -> str:
        """Return the mime type of Vega-Lite."""
        return CHART_MIME

    def content(self) -> dict[str, Any]:
        """Return the specification with the reader's part in ``usermeta``."""
        table = self.table.content()
        own = {
            "label": self.label,
            "title": self.title,
            "subtitle": self.subtitle,
            "alt": self.alt,
            "reading": self.reading,
            "source": self.source,
            "as_of": self.as_of,
            "n": self.n,
            "table": {
                "columns": table["columns"],
                "rows": [row["cells"] for row in table["rows"]],
            },
            "narrow": self.narrow,
        }
        return json.loads(json.dumps({**self.spec, "usermeta": {"dossier": own}}))

    def __repr__(self) -> str:
        """Return title and alternative text."""
        return f"{self.title}. {self.alt}"


def require_label(label: str, prefix: str | None = None) -> None:
    """Raise ``ExhibitError`` unless ``label`` is a public label, with the prefix if one is asked for."""
    if not LABEL.fullmatch(label or "") or (prefix and not label.startswith(f"{prefix}-")):
        raise ExhibitError(f"label {label!r}: accepted is {prefix or 'a known prefix'}-words-in-lower-case")


def require_filled(label: str, **texts: str) -> None:
    """Raise ``ExhibitError`` naming each text that is blank."""
    blank = [name for name, text in texts.items() if not str(text or "").strip()]
    if blank:
        raise ExhibitError(f"{label}: blank {', '.join(blank)}; every exhibit carries them")
