"""How does a result that left a notebook cell as data become part of a page?

Each mime type of `dossier.exhibits` is turned into docutils nodes: a numbered figure or table, a run of
entries, the boxed answer, or literal text. Text goes into text nodes as it stands; nothing is ever parsed
as Markdown or HTML, and quotation marks and dashes are left alone. Assumes data checked by `contract`;
labels become explicit targets, so that a reference to a missing one is a warning of Sphinx and fails the
build.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from dossier import exhibits as kinds
from dossier.sphinx_ext import contract
from dossier.sphinx_ext.assets import FOLDER
from dossier.sphinx_ext.contract import Place, Span
from dossier.sphinx_ext.nodes import (
    asset_link,
    block,
    cite_link,
    entry_heading,
    exhibit_figure,
    exhibit_title,
    permalink,
    sign,
)
from dossier.sphinx_ext.pictures import picture


class Page:
    """The document that an exhibit is placed in: makes text and labels that belong to it."""

    def __init__(self, document: nodes.document, docname: str) -> None:
        self.document = document
        self.docname = docname

    def label(self, node: nodes.Element, label: str) -> nodes.Element:
        """Make ``node`` a place that can be referred to from anywhere in the book."""
        node["ids"].append(label)
        node["names"].append(label)
        self.document.note_explicit_target(node, node)
        return node

    def text(self, spans: Sequence[Span]) -> list[nodes.Node]:
        """Return the nodes of inline content."""
        return [self._span(span) for span in spans]

    def _span(self, span: Span) -> nodes.Node:
        if span.ref:
            return self.reference(span.text, span.ref)
        if span.url:
            return nodes.reference("", span.text, refuri=span.url)
        return nodes.emphasis("", span.text) if span.em else nodes.Text(span.text)

    def reference(self, text: str, label: str) -> nodes.Element:
        """Return text that leads to a label; Sphinx warns if there is none of that name."""
        return addnodes.pending_xref(
            "",
            nodes.inline("", text, classes=["std", "std-ref"]),
            refdomain="std",
            reftype="ref",
            reftarget=label,
            refexplicit=True,
            refwarn=True,
            refdoc=self.docname,
            exhibit=True,
        )


SHORT, LONG = 16, 40
"""Characters up to which the words of a column stay in one line, and from which they need room for whole sentences."""

WIDE, MANY_COLUMNS = 240, 8
"""Characters from which words get a wide column in a table that has so many columns that it scrolls anyway."""

STACKED = 3
"""Columns up to which a table with whole sentences is stacked on a narrow screen, unless its data say otherwise."""


def exhibit_nodes(mime_type: str, content: Any, page: Page, cell: str) -> list[nodes.Node]:
    """Return the nodes of one exhibit.

    Parameters
    ----------
    mime_type
        One of the keys of `MAKERS`.
    content
        The data under that mime type: a mapping, or its JSON text.
    page
        The document to place it in.
    cell
        Name of the cell, for messages about an exhibit that has no label yet.

    Raises
    ------
    sphinx.errors.ExtensionError
        If the exhibit lacks what every exhibit carries; names document and exhibit.
    """
    place = Place(page.docname, cell)
    data = json.loads(content) if isinstance(content, str) else content
    made = MAKERS[mime_type](contract.mapping(data, place, "exhibit"), page, place)
    for node in made:
        node["support_smartquotes"] = False  # text of the data keeps its own quotation marks and dashes
    return made


def chart(spec: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return a numbered figure: title, subtitle, picture, how to read it, source, files, table."""
    own = contract.mapping((spec.get("usermeta") or {}).get("dossier"), place, "usermeta.dossier")
    label = contract.label_of(own, "label", place)
    place = Place(page.docname, label)
    title, subtitle = contract.text_of(own, "title", place), contract.text_of(own, "subtitle", place)
    figure = exhibit_figure(classes=["exhibit", "exhibit-chart"])
    figure += block(
        "figcaption",
        exhibit_title("", title),
        nodes.paragraph("", subtitle, classes=["exhibit-subtitle"]),
    )
    figure += picture(spec, own, label, place)
    rows = contract.mapping(own.get("table"), place, "table")
    table = data_table(rows, page, place, row_head=True)
    table["name_aloud"] = f"Data of the figure: {title}"
    notes = [
        _keyed("How to read", page.text([Span(contract.text_of(own, "reading", place))]), "exhibit-reading"),
        _source_line(own, page, place, count=own.get("n")),
        _files(label, title, drawn=True),
        block(
            "details",
            block("summary", nodes.Text("Table"), aria_label=f"Table: {title}"),
            table,
            classes=("exhibit-data",),
        ),
    ]
    figure += block("div", *notes, classes=("exhibit-notes",))
    figure["csv"] = csv_rows(rows, place)
    return [page.label(figure, label)]


def table(data: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return a numbered table with its source line, note and file below."""
    label = contract.label_of(data, "label", place)
    place = Place(page.docname, label)
    title = contract.text_of(data, "title", place)
    made = data_table(data, page, place, row_head=bool(data.get("row_head", True)))
    made.insert(0, nodes.title("", title))
    page.label(made, label)
    made["csv"] = csv_rows(data, place)
    notes = [_source_line(data, page, place), _files(label, title, drawn=False)]
    if data.get("note"):
        notes.insert(0, _keyed("Note", page.text(contract.spans_of(data["note"], place)), "exhibit-note"))
    classes = ("exhibit", "exhibit-table", *(() if data.get("on_paper", True) else ("screen-table",)))
    return [block("div", made, block("div", *notes, classes=("exhibit-notes",)), classes=classes)]


def tables(data: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return a run of numbered tables."""
    items = contract.sequence(data.get("tables"), place, "tables")
    return [node for item in items for node in table(contract.mapping(item, place, "table"), page, place)]


def data_table(data: Mapping[str, Any], page: Page, place: Place, *, row_head: bool) -> nodes.table:
    """Return a docutils table of columns and rows; numbers to the right, first column as row heads.

    Where ``stack`` is true, and unless it is false for few columns with sentences in them, narrow screens show the cells of
    a row below each other.
    """
    columns = [
        contract.mapping(column, place, "column") for column in contract.sequence(data.get("columns"), place, "columns")
    ]
    rows = contract.sequence(data.get("rows"), place, "rows")
    group = nodes.tgroup(cols=len(columns))
    for number, _ in enumerate(columns):
        group += nodes.colspec(colwidth=1, **({"stub": 1} if row_head and rows and number == 0 else {}))
    for row in rows:
        if len(_cells(row, place)) != len(columns):
            place.refuse(f"a row has {len(_cells(row, place))} cells for {len(columns)} columns: {row!r}")
    classes = [_classes(column, number, rows, place) for number, column in enumerate(columns)]
    heads = (_head_cell(column, place, own) for column, own in zip(columns, classes, strict=True))
    group += nodes.thead("", nodes.row("", *heads))
    body = nodes.tbody()
    names = [_head_text(column, place) for column in columns]
    for row in rows:
        body += _row(row, classes, names, page, place)
    if not body.children:
        words = str(data.get("empty") or "No rows.")
        body += nodes.row("", nodes.entry("", nodes.paragraph("", words), morecols=len(columns) - 1))
    group += body
    made = nodes.table("", group, classes=["dossier-table", *_stacked(data, classes)])
    made["filters"] = [number for number, chosen in enumerate(data.get("filters") or ()) if chosen]
    return made


def csv_rows(data: Mapping[str, Any], place: Place) -> list[list[str]]:
    """Return a table as rows of plain text, heads first, units in the heads."""
    heads = [_head_text(column, place) for column in data["columns"]]
    return [heads, *([contract.plain_text(cell, place) for cell in _cells(row, place)] for row in data["rows"])]


def entries(data: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return titled blocks, each with its label, that do not enter the contents."""
    source = _source_line(data, page, place)
    items = contract.sequence(data.get("entries"), place, "entries")
    facets = contract.sequence(data.get("facets") or [], place, "facets")
    blocks = [_entry(contract.mapping(item, place, "entry"), page, place) for item in items]
    if not blocks:
        blocks = [nodes.paragraph("", str(data.get("empty") or "No entries."), classes=["entries-empty"])]
    group = block(
        "div",
        *blocks,
        block("div", source, classes=("exhibit-notes",)),
        classes=("exhibit", "exhibit-entries"),
        **({"data_facets": json.dumps(facets)} if facets else {}),
    )
    return [page.label(group, contract.label_of(data, "label", place)) if data.get("label") else group]


def findings(data: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return the boxed answer: one item a finding, with its direction and where it is derived."""
    items = contract.sequence(data.get("findings"), place, "findings")
    made = [_finding(contract.mapping(item, place, "finding"), page, place) for item in items]
    return [block("div", nodes.bullet_list("", *made, classes=["findings"]), classes=("exhibit", "answer"))]


def code(data: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    """Return literal text, highlighted where the language is known."""
    text = data.get("text")
    if not isinstance(text, str):
        place.refuse("'text' is missing; literal text carries it")
    literal = nodes.literal_block(text, text, language=contract.text_of(data, "language", place), force=True)
    return [page.label(literal, contract.label_of(data, "label", place)) if data.get("label") else literal]


MAKERS: Mapping[str, Callable[[Mapping[str, Any], Page, Place], list[nodes.Node]]] = {
    kinds.CHART_MIME: chart,
    kinds.TABLE_MIME: table,
    kinds.TABLES_MIME: tables,
    kinds.ENTRIES_MIME: entries,
    kinds.FINDINGS_MIME: findings,
    kinds.CODE_MIME: code,
}
"""What makes the nodes of each mime type."""


def _head_cell(column: Mapping[str, Any], place: Place, classes: list[str]) -> nodes.entry:
    words = nodes.paragraph("", contract.text_of(column, "title", place))
    if column.get("unit"):
        words += [nodes.Text(" "), nodes.inline("", f"({column['unit']})", classes=["unit"])]
    return nodes.entry("", words, classes=[name for name in classes if name != "short"])


def _head_text(column: Mapping[str, Any], place: Place) -> str:
    title = contract.text_of(column, "title", place)
    return f"{title} ({column['unit']})" if column.get("unit") else title


def _row(row: Any, classes: Sequence[list[str]], names: Sequence[str], page: Page, place: Place) -> nodes.row:
    made = nodes.row()
    for own, name, cell in zip(classes, names, _cells(row, place), strict=True):
        words = nodes.paragraph("", "", *page.text(contract.spans_of(cell, place)))
        made += nodes.entry("", words, classes=list(own), column=name)
    if isinstance(row, Mapping) and row.get("id"):
        page.label(made, contract.label_of(row, "id", place))
    return made


def _cells(row: Any, place: Place) -> Sequence[Any]:
    return contract.sequence(row.get("cells") if isinstance(row, Mapping) else row, place, "row")


def _classes(column: Mapping[str, Any], number: int, rows: Sequence[Any], place: Place) -> list[str]:
    """Return the classes of a column's cells: numbers to the right; short words, such as dates, in one line."""
    screen = ["screen-column"] if column.get("screen") else []
    if column.get("align") == "right":
        return ["number", *screen]
    longest = max((len(contract.plain_text(_cells(row, place)[number], place)) for row in rows), default=0)
    wide = ["wide"] if longest > WIDE and len(_cells(rows[0], place)) >= MANY_COLUMNS else []
    return [*(["short"] if longest <= SHORT else ["long"] if longest > LONG else []), *wide, *screen]


def _stacked(data: Mapping[str, Any], classes: Sequence[list[str]]) -> list[str]:
    """Return the class of a table whose rows are stacked on narrow screens, or nothing."""
    asked = data.get("stack")
    stacked = len(classes) <= STACKED and any("long" in own for own in classes) if asked is None else bool(asked)
    return ["stack"] if stacked else []


def _entry(entry: Mapping[str, Any], page: Page, place: Place) -> nodes.Element:
    label = contract.label_of(entry, "id", place)
    parts: list[nodes.Node] = []
    title = contract.spans_of(entry.get("title") or "", place)
    if any(span.text.strip() for span in title):
        heading = entry_heading("", "", *page.text(title))
        parts.append(nodes.paragraph("", "", heading, classes=["entry-title"]))
    if entry.get("meta"):
        facts = (nodes.inline("", "", *page.text(contract.spans_of(fact, place))) for fact in entry["meta"])
        parts.append(nodes.paragraph("", "", *_separated(facts), classes=["entry-meta"]))
    parts += [nodes.paragraph("", "", *page.text(contract.spans_of(words, place))) for words in entry.get("body") or []]
    for group in entry.get("lists") or []:
        parts += _titled_list(contract.mapping(group, place, "list"), page, place)
    if entry.get("more"):
        parts.append(_folded(contract.sequence(entry["more"], place, "more"), parts, page, place))
    if not parts:
        place.refuse(f"{label} has no title and no text; an entry carries one of them")
    words = textwrap.shorten(parts[0].astext(), 120, placeholder="…")
    parts[0] += permalink(target=label, name=f"Link to this entry: {words}")
    facets = contract.mapping(entry.get("facets") or {}, place, "facets")
    own = {f"data_facet_{name}": json.dumps(list(map(str, values))) for name, values in facets.items()}
    return page.label(block("div", *parts, classes=("entry",), **own), label)


def _folded(lines: Sequence[Any], parts: Sequence[nodes.Node], page: Page, place: Place) -> nodes.Element:
    """Return lines that are there for whoever wants to know more, folded away under a name of their own."""
    keyed = [contract.mapping(line, place, "more") for line in lines]
    titles = [contract.text_of(line, "title", place) for line in keyed]
    name = ", ".join([titles[0], *(title.lower() for title in titles[1:])])
    told = textwrap.shorten(parts[0].astext(), 80, placeholder="…") if parts else ""
    shown = (
        _keyed(title, page.text(contract.spans_of(line["text"], place)), "entry-line")
        for title, line in zip(titles, keyed, strict=True)
    )
    summary = block("summary", nodes.Text(name), aria_label=f"{name}: {told}".rstrip(": "))
    return block("details", summary, *shown, classes=("entry-more",))


def _separated(facts: Any) -> list[nodes.Node]:
    spread: list[nodes.Node] = []
    for fact in facts:
        spread += [nodes.Text(" · "), fact] if spread else [fact]
    return spread


def _titled_list(group: Mapping[str, Any], page: Page, place: Place) -> list[nodes.Node]:
    items = (
        nodes.list_item("", nodes.paragraph("", "", *page.text(contract.spans_of(item, place))))
        for item in contract.sequence(group.get("items"), place, "items")
    )
    title = nodes.paragraph("", contract.text_of(group, "title", place), classes=["entry-list-title"])
    if group.get("id"):
        page.label(title, contract.label_of(group, "id", place))
    return [title, nodes.bullet_list("", *items)]


def _finding(finding: Mapping[str, Any], page: Page, place: Place) -> nodes.list_item:
    label = contract.label_of(finding, "id", place)
    sentence = contract.spans_of(finding.get("sentence") or place.refuse(f"{label} has no sentence"), place)
    words = nodes.paragraph("", "", *page.text(sentence), classes=["finding-sentence"])
    item = nodes.list_item("", words, classes=["finding"])
    if finding.get("show_link"):  # the finding is stated elsewhere: lead there, and leave the label to that place
        link = page.reference(_derivation(finding), finding.get("section") or label)
        words += [nodes.Text(" "), nodes.inline("", "", link, classes=["finding-derivation"])]
    else:
        words += permalink(target=label, name="Link to this finding: " + "".join(span.text for span in sentence)[:80])
        page.label(item, label)
    if finding.get("status"):
        item += _status(contract.mapping(finding["status"], place, "status"), place)
    return item


def _derivation(finding: Mapping[str, Any]) -> str:
    """Return the words that lead to where a finding is derived; with the place's name, so that no two links sound alike."""
    name = str(finding.get("place") or "").strip()
    return f"derivation: {name}" if name else "derivation"


def _status(status: Mapping[str, Any], place: Place) -> nodes.paragraph:
    arrow = status.get("arrow", "none")
    if arrow not in kinds.ARROWS:
        place.refuse(f"arrow {arrow!r}: expected up, down, flat or none")
    words = nodes.paragraph("", "", classes=["finding-status"])
    if arrow in kinds.SIGNS:
        glyph, name = kinds.SIGNS[arrow]
        words += [sign("", glyph, name=name, classes=["arrow", f"arrow-{arrow}"]), nodes.Text(" ")]
    words += nodes.Text(str(status.get("reason") or ""))
    return words


def _keyed(key: str, content: Sequence[nodes.Node], name: str) -> nodes.paragraph:
    return nodes.paragraph(
        "", "", nodes.inline("", f"{key}:", classes=["exhibit-key"]), nodes.Text(" "), *content, classes=[name]
    )


def _source_line(data: Mapping[str, Any], page: Page, place: Place, count: Any = None) -> nodes.paragraph:
    words = _keyed("Source", page.text(contract.source_of(data, place)), "exhibit-source")
    words += [nodes.Text(" "), nodes.inline("", f"As of {contract.day_of(data, place)}.", classes=["exhibit-as-of"])]
    if count is not None:
        words += [nodes.Text(" "), nodes.inline("", f"n = {count}.", classes=["exhibit-n"])]
    return words


def _files(label: str, title: str, *, drawn: bool) -> nodes.paragraph:
    kinds = {"Data (CSV)": "csv"} | ({"SVG": "svg", "PNG": "png"} if drawn else {})
    links = [
        asset_link("", name, path=f"{FOLDER}/{label}.{ending}", name=f"{name}: {title}")
        for name, ending in kinds.items()
    ]
    links.append(cite_link(target=label, name=f"Cite: {title}"))
    return nodes.paragraph("", "", *_separated(links), classes=["exhibit-files"])


def text_of_missing(app: Sphinx, env: Any, node: addnodes.pending_xref, words: nodes.Node) -> nodes.Node | None:
    """Return the bare words of a reference whose label a draft does not have; an edition is told that it is missing.

    A draft may show another day on one of its pages only, and with it fewer or other labels than the rest refers to.
    """
    if node.get("exhibit") and (app.config.dossier or {}).get("draft"):
        return nodes.Text(words.astext())
    return None


def setup(app: Sphinx) -> None:
    """Register what becomes of references without a place."""
    app.connect("missing-reference", text_of_missing)
