"""How does a frame become a table, and how does a row show its sources?

One look for tables and for sources: wherever a source shows, its grade, how it was read, and whether it was published
after the as-of date stand beside it. All text stays data; nothing is written as Markdown or HTML.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from dossier import dates
from dossier.data import View, sources_of
from dossier.errors import DossierError
from dossier.exhibits import Column, Inline, Row, joined, ref

NOTHING = "–"


def own_tables(view: View, *names: str, sources: str = "sources at each row") -> Inline:
    """Return a credit to tables of this report, each leading to its columns, and where the sources of its rows stand."""
    parts: list[Inline] = [ref(view.package.table(name).title.lower(), f"tbl-dictionary-{name}") for name in names]
    word = "table" if len(names) == 1 else "tables"
    return [f"this report's {word} ", *joined(parts, ", "), f"; {sources}."]


def cited(view: View, source_ids: Sequence[str]) -> list[Inline]:
    """Return sources as text that leads to their entries, each with its grade and how it was read.

    A source published after the as-of date is marked as a later source.
    """
    return _RowSources(view, {"": list(source_ids)})[""]


def row_sources(view: View, links: str, key: str) -> Mapping[str, list[Inline]]:
    """Return for each row of a table its sources as inline text; a row without any says so."""
    return _RowSources(view, sources_of(view, links, key))


def supporting(view: View, links: str, key: str) -> dict[str, list[Inline]]:
    """Return for each row of a table its sources one by one, each with what rests on it."""
    cite = _RowSources(view, {}).cited
    found: dict[str, list[Inline]] = {}
    for row in view[links].to_dict("records"):
        found.setdefault(row[key], []).append([*cite(row["source_id"]), f": {row['supports']}"])
    return found


def rows(records: Sequence[Sequence[Inline]], labels: Sequence[str | None] | None = None) -> list[Row]:
    """Return table rows from cells, with labels where rows are to be cited."""
    named = labels or [None] * len(records)
    return [Row([_cell(cell) for cell in cells], label) for cells, label in zip(records, named, strict=True)]


def runs(rows: pd.DataFrame, *, by: str, rows_a_page: int) -> list[pd.DataFrame]:
    """Return rows in the order of a column's words, in runs of about the same length and of at most so many rows.

    Raises
    ------
    DossierError
        If a page may have no row.

    Examples
    --------
    >>> [list(run["name"]) for run in runs(pd.DataFrame({"name": ["b", "C", "a"]}), by="name", rows_a_page=2)]
    [['a', 'b'], ['C']]
    """
    if rows_a_page < 1:
        raise DossierError(f"rows_a_page {rows_a_page}; accepted: at least one")
    ordered = rows.sort_values(by, key=_alphabetical, kind="stable").reset_index(drop=True)
    count = math.ceil(len(ordered) / rows_a_page)
    ends = [math.ceil(len(ordered) * part / count) for part in range(count + 1)] if count else []
    return [ordered[first:last] for first, last in pairwise(ends)]


def _alphabetical(words: pd.Series) -> pd.Series:
    """Return words as one looks them up: without regard to case and accents."""
    return words.str.normalize("NFKD").str.replace(r"[\u0300-\u036f]", "", regex=True).str.casefold()


def columns(*titles: str, numbers: Sequence[str] = ()) -> list[Column]:
    """Return columns; those named in ``numbers`` are right-aligned."""
    return [Column(title, None, "right" if title in numbers else "left") for title in titles]


def day(text: Any) -> str:
    """Return a date for readers, or a dash for a blank."""
    return dates.written(text) if isinstance(text, str) and text else NOTHING


def percent(share: float) -> str:
    """Return a share in whole per cent.

    >>> percent(0.3135)
    '31 %'
    """
    return f"{share * 100:.0f} %"


def number(value: float) -> str:
    """Return a whole number with thin spaces between thousands and a true minus sign.

    >>> number(1102) == "1\N{THIN SPACE}102", number(-7) == "\N{MINUS SIGN}7"
    (True, True)
    """
    return f"{value:,.0f}".replace(",", "\N{THIN SPACE}").replace("-", "\N{MINUS SIGN}")


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun in the right number.

    >>> counted(1, "event"), counted(2, "event"), counted(0, "entry", "entries")
    ('1 event', '2 events', '0 entries')
    """
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def blank(value: Any, otherwise: str = NOTHING) -> str:
    """Return a cell's text, or what stands for a blank."""
    return otherwise if value is None or pd.isna(value) else str(value)


class _RowSources(Mapping[str, list[Inline]]):
    """Sources by row, written when asked for; a row that has none says *no source*, openly."""

    def __init__(self, view: View, ids: Mapping[str, list[str]]) -> None:
        self._ids, self._as_of = ids, view.as_of
        shown = ["source_id", "publisher", "reliability", "credibility", "read", "published"]
        self._known = view["sources"][shown].set_index("source_id").to_dict("index")

    def __getitem__(self, row_id: str) -> list[Inline]:
        if row_id not in self._ids:
            return ["no source"]
        return joined([self.cited(source_id) for source_id in self._ids[row_id]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def cited(self, source_id: str) -> list[Inline]:
        """Return one source with its grade, how it was read, and whether it is a later one."""
        source = self._known[source_id]
        marks = [f"{source['reliability']}{source['credibility']}", str(source["read"])]
        marks += ["later source"] if dates.is_after(source["published"], self._as_of) else []
        return [ref(str(source["publisher"]), f"src-{source_id}"), f" [{', '.join(marks)}]"]


def _cell(value: Inline) -> Inline:
    return NOTHING if value == "" else value
