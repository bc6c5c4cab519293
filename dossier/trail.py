"""From a row to its sources, and from a source to every row, finding and claim that uses it.

Pure functions over the package's own keys: a link table is one whose rows stand or fall with a row of another table and name a source. A
part stands for its whole: what supports an account supports the event or the case that the account belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dossier.data import View
from dossier.exhibits import Inline, ref
from dossier.package import Table

PLACES: Mapping[str, str] = {
    "events": "evt",
    "deadlines": "dln",
    "claims": "clm",
    "precedents": "prc",
    "precedent-facts": "prc",
    "signposts": "scn",
}
"""Tables whose rows have a place of their own in the book, and the prefix of its label."""

HELD_BY: Mapping[str, str] = {"observations": "series", "indicators": "series", "conflict-spells": "case-sets"}
"""Tables without links of their own whose rows are sourced by the rows of another."""


def links(view: View) -> list[tuple[Table, str, str]]:
    """Return the link tables: each with the table that its rows support and the column that names the row."""
    found = []
    for table in view.package.tables.values():
        whole = table.whole
        if whole and any(link.table == "sources" and link.column == "source_id" for link in table.foreign_keys):
            found.append((table, whole.table, whole.column))
    return found


def sources_of_rows(view: View, rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return the sources under rows (table, key), each once, in order; a row of a series' values is sourced by its series."""
    wanted: dict[str, set[str]] = {}
    for table, key in rows:
        wanted.setdefault(table, set()).add(key)
    found: dict[str, None] = {}
    for table, whole, column in links(view):
        frame = view[table.name]
        chosen = frame[frame[column].isin(wanted.get(whole, set()))]
        found.update(dict.fromkeys(chosen["source_id"]))
    return list(found)


def rows_by_source(view: View) -> dict[str, list[tuple[str, str]]]:
    """Return for every source the rows (table, key) that it supports, in the order of the package."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in view["sources"]["source_id"]}
    for table, whole, column in links(view):
        for row in view[table.name][["source_id", column]].itertuples(index=False):
            found[row.source_id].append((whole, getattr(row, column)))
    return found


def sources_by_table(view: View) -> dict[str, set[str]]:
    """Return for every table the sources under its rows; values of a series are sourced by the series, conflicts by their set."""
    found: dict[str, set[str]] = {}
    for table, whole, _ in links(view):
        found.setdefault(whole, set()).update(view[table.name]["source_id"])
    found |= {name: found[holder] for name, holder in HELD_BY.items() if holder in found}
    found["sources"] = set(view["sources"]["source_id"])
    return found


def places(view: View, rows: Iterable[tuple[str, str]]) -> list[Inline]:
    """Return rows as text, those with a place of their own in the book as a way to it."""
    paged = set(view["precedents"].loc[view["precedents"]["in_narrative"], "case_id"])
    facts = view["precedent-facts"]
    told = set(facts.loc[facts["case_id"].isin(paged), "fact_id"])  # facts stand on the pages of told precedents alone
    return [_place(view, table, key, paged=paged, told=told) for table, key in rows]


def _place(view: View, table: str, key: str, *, paged: set[str], told: set[str]) -> Inline:
    words = f"{view.package.table(table).title.lower()}: {key}"
    if table not in PLACES or (table == "precedent-facts" and key not in told):
        return words
    coded = "-coded" if table == "precedents" and key in paged else ""
    return ref(words, f"{PLACES[table]}-{key}{coded}")
