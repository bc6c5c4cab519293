"""Which elements does an exhibit need that docutils lacks, and how are they written as HTML?

`markup` is any structural element (a figure, a caption, a disclosure): its text is still docutils text and
is escaped by the writer, so no HTML ever passes through. `exhibit_figure` is numbered together with
ordinary figures. `sign` is a text sign with a spoken name. Assumes an HTML builder; other builders do not
know these nodes and say so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from dossier.exhibits import LABEL
from dossier.sphinx_ext import assets

_TAG = re.compile(r"<[a-z]+")
PERCENT = re.compile(r"(?<=\d) (?=%)")
THOUSANDS = re.compile(r"(?<=\d)\u2009(?=\d{3})")
LONG_ROWS = 20
"""Rows from which on a table can be searched and sorted."""
REFERENCE = ["std", "std-ref"]
TAGS = frozenset({"article", "aside", "details", "div", "figcaption", "p", "section", "span", "summary"})


class markup(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """A structural element: `tag`, `classes`, `ids` and plain HTML `attributes`."""


class sign(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A text sign such as an arrow, with the `name` that is read aloud instead."""


class permalink(nodes.Inline, nodes.TextElement):  # noqa: N801
    """The "#" after something citable: `target` is its id, `name` what is read aloud."""


class entry_heading(nodes.Inline, nodes.TextElement):  # noqa: N801
    """The words that head an entry: a heading one level below the section around it, which stays out of the contents."""


class asset_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A link to a file written beside the pages: `path` from the root of the book, `name` what is read aloud."""


class cite_link(nodes.Inline, nodes.TextElement):  # noqa: N801
    """The word "Cite" below an exhibit: `target` is its id, `name` what is read aloud."""


class exhibit_figure(nodes.General, nodes.Element):  # noqa: N801
    """A numbered figure made from data; its first child is a figcaption that holds an `exhibit_title`."""


class exhibit_title(nodes.General, nodes.TextElement):  # noqa: N801
    """The finding that a figure shows; written with the figure's number and permalink."""


def block(tag: str, *children: nodes.Node, classes: tuple[str, ...] = (), **attributes: str) -> markup:
    """Return a structural element.

    Parameters
    ----------
    tag
        One of `TAGS`.
    *children
        Its content.
    classes
        CSS classes.
    **attributes
        HTML attributes; an underscore stands for a hyphen.
    """
    if tag not in TAGS:
        raise ValueError(f"element {tag!r}: expected one of {', '.join(sorted(TAGS))}")
    element = markup("", *children, classes=list(classes))
    element["tag"] = tag
    element["attributes"] = {name.replace("_", "-"): value for name, value in attributes.items()}
    return element


class DossierTranslator(HTML5Translator):
    """The writer of pages: names every permalink, gives header cells their scope and stacked tables their roles."""

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        """Write the "#" link with a name that says where it leads."""
        if node["ids"] and self.config.html_permalinks and self.builder.add_permalinks:
            self.body.append(permalink_html(self, node["ids"][0], f"{title}: {_heading_text(node)}".rstrip(": ")))

    def visit_entry(self, node: nodes.Element) -> None:
        """Write a cell; header cells say whether they head a row or a column."""
        start = len(self.body)
        super().visit_entry(node)
        heads_column = isinstance(node.parent.parent, nodes.thead)
        head = self.body[start].startswith("<th")
        self.body[start] = self.body[start].replace("<th", f'<th scope="{"col" if heads_column else "row"}"', 1)
        if is_stacked(node):
            role = "columnheader" if heads_column else "rowheader" if head else "cell"
            self._give(start, role, data_column=node.get("column", ""))

    def visit_thead(self, node: nodes.thead) -> None:
        """Open the head of a table."""
        start = len(self.body)
        super().visit_thead(node)
        if is_stacked(node):
            self._give(start, "rowgroup")

    def visit_tbody(self, node: nodes.tbody) -> None:
        """Open the rows of a table."""
        start = len(self.body)
        super().visit_tbody(node)
        if is_stacked(node):
            self._give(start, "rowgroup")

    def visit_row(self, node: nodes.row) -> None:
        """Open a row."""
        start = len(self.body)
        super().visit_row(node)
        if is_stacked(node):
            self._give(start, "row")

    def _give(self, start: int, role: str, **attributes: str) -> None:
        """Add its role, and other attributes, to the tag just written: what is no longer laid out as a table stays one."""
        own = {"role": role} | {name.replace("_", "-"): value for name, value in attributes.items() if value}
        written = "".join(f' {name}="{self.attval(value)}"' for name, value in own.items())
        self.body[start] = _TAG.sub(lambda tag: tag.group() + written, self.body[start], count=1)

    def visit_title(self, node: nodes.Element) -> None:
        """Write a title; that of a table in a box of its own, which stays in view while the table scrolls."""
        start = len(self.body)
        super().visit_title(node)
        if isinstance(node.parent, nodes.table):
            self.body.insert(start + 1, '<span class="caption-box">')

    def depart_title(self, node: nodes.Element) -> None:
        """Close a title."""
        if isinstance(node.parent, nodes.table):
            self.context.append("</span>" + self.context.pop())
        super().depart_title(node)

    def visit_inline(self, node: nodes.inline) -> None:
        """Open words of their own kind; those that only say that they are a reference stand in a link, which says it."""
        if node["classes"] != REFERENCE:
            super().visit_inline(node)

    def depart_inline(self, node: nodes.inline) -> None:
        """Close words of their own kind."""
        if node["classes"] != REFERENCE:
            super().depart_inline(node)

    def visit_citation(self, node: nodes.Element) -> None:
        """Write an entry of the bibliography as what it is, an item of a list; its former role is deprecated."""
        start = len(self.body)
        super().visit_citation(node)
        self.body[start:] = [part.replace('role="doc-biblioentry"', 'role="listitem"') for part in self.body[start:]]


class LabelsFirst(SphinxTransform):
    """Lets a section be known by its label and not by the slug of its heading, which changes with every rewording."""

    default_priority = (
        850  # labels have reached their sections (260); contents are collected later, from the ids as they stand
    )

    def apply(self, **_: Any) -> None:
        """Put labels before slugs among the ids of every section."""
        for section in self.document.findall(nodes.section):
            section["ids"].sort(key=lambda name: LABEL.match(name) is None)


class FiguresStayWhole(SphinxTransform):
    """Keeps a per cent sign, and the thousands of a number, on one line."""

    default_priority = 851  # after all text is in place

    def apply(self, **_: Any) -> None:
        """Put spaces that do not break into numbers and before their per cent signs, but in no code and no formula."""
        for text in list(self.document.findall(nodes.Text)):
            whole = THOUSANDS.sub("\u202f", PERCENT.sub("\u00a0", text))
            if whole != text and not isinstance(text.parent, nodes.literal | nodes.literal_block | nodes.math):
                text.parent.replace(text, nodes.Text(whole))


def permalink_html(translator: HTML5Translator, target: str, name: str) -> str:
    """Return a "#" link with its spoken name."""
    icon = translator.config.html_permalinks_icon
    return f'<a class="headerlink" href="#{target}" aria-label="{translator.attval(name)}">{icon}</a>'


def _heading_text(node: nodes.Element) -> str:
    """Return the words of the title or caption of something, cut to a length that can be listened to."""
    heading = node.next_node(lambda child: isinstance(child, nodes.title | nodes.caption | exhibit_title | nodes.term))
    text = heading.astext() if heading is not None else ""
    return text if len(text) <= 80 else text[:79].rstrip() + "…"


def visit_markup(self: HTML5Translator, node: markup) -> None:
    """Open a structural element."""
    self.body.append(self.starttag(node, node["tag"], "", **node["attributes"]))


def depart_markup(self: HTML5Translator, node: markup) -> None:
    """Close a structural element."""
    self.body.append(f"</{node['tag']}>\n")


def visit_sign(self: HTML5Translator, node: sign) -> None:
    """Open a sign."""
    self.body.append(self.starttag(node, "span", "", role="img", **{"aria-label": node["name"]}))


def depart_sign(self: HTML5Translator, node: sign) -> None:
    """Close a sign."""
    self.body.append("</span>")


def visit_permalink(self: HTML5Translator, node: permalink) -> None:
    """Write a permalink whole."""
    self.body.append(permalink_html(self, node["target"], node["name"]))
    raise nodes.SkipNode


def visit_entry_heading(self: HTML5Translator, node: entry_heading) -> None:
    """Open the heading of an entry, at the level that follows from where it stands: no level is skipped."""
    around, depth = node.parent, 0
    while around is not None:
        depth += isinstance(around, nodes.section)
        around = around.parent
    level = min(depth + 1, 6)
    self.body.append(self.starttag(node, "span", "", role="heading", **{"aria-level": str(level)}))


def depart_entry_heading(self: HTML5Translator, node: entry_heading) -> None:
    """Close the heading of an entry."""
    self.body.append("</span>")


def visit_asset_link(self: HTML5Translator, node: asset_link) -> None:
    """Open a link to a file of the book, relative to the page."""
    up = "../" * self.builder.current_docname.count("/")
    attributes = {"href": up + node["path"], "aria-label": node["name"], "download": node["path"].rsplit("/", 1)[-1]}
    self.body.append(self.starttag(node, "a", "", CLASS="asset-link", **attributes))


def depart_asset_link(self: HTML5Translator, node: asset_link) -> None:
    """Close a link to a file of the book."""
    self.body.append("</a>")


def visit_cite_link(self: HTML5Translator, node: cite_link) -> None:
    """Write the link whole; without scripts it leads to the exhibit itself."""
    name = self.attval(node["name"])
    self.body.append(f'<a class="cite-link" href="#{node["target"]}" aria-label="{name}">Cite</a>')
    raise nodes.SkipNode


def visit_exhibit_figure(self: HTML5Translator, node: exhibit_figure) -> None:
    """Open a figure, and write its data beside the pages."""
    _write_data(self, node)
    self.body.append(self.starttag(node, "figure"))


def depart_exhibit_figure(self: HTML5Translator, node: exhibit_figure) -> None:
    """Close a figure."""
    self.body.append("</figure>\n")


def visit_exhibit_title(self: HTML5Translator, node: exhibit_title) -> None:
    """Open a title, with the number of its figure."""
    self.body.append(self.starttag(node, "p", "", CLASS="exhibit-title"))
    self.add_fignumber(figure_of(node))
    self.body.append('<span class="caption-text">')


def depart_exhibit_title(self: HTML5Translator, node: exhibit_title) -> None:
    """Close a title, with the permalink of its figure."""
    self.body.append("</span>")
    self.add_permalink_ref(figure_of(node), "Link to this figure")
    self.body.append("</p>\n")


def visit_table(self: HTML5Translator, node: nodes.table) -> None:
    """Open a table inside a box that scrolls, can be focused and has a name."""
    _write_data(self, node)
    title = node.next_node(nodes.title)
    name = self.attval(title.astext() if title is not None else node.get("name_aloud", "Table"))
    if _is_worked_with(node):
        self.body.append(
            '<div class="table-tools"></div>\n'
        )  # room for what a script puts there, so that nothing moves
    self.body.append(
        f'<div class="table-scroll pst-scrollable-table-container" role="group" tabindex="0" aria-label="{name}">\n'
    )
    start = len(self.body)
    HTML5Translator.visit_table(self, node)
    own = ' role="table"' if is_stacked(node) else ""
    own += f' data-filters="{" ".join(map(str, node["filters"]))}"' if node.get("filters") else ""
    self.body[start] = self.body[start].replace("<table", f"<table{own}", 1)


def _is_worked_with(node: nodes.table) -> bool:
    """Tell whether a table is searched, sorted and filtered: shorter ones are read faster."""
    rows = sum(1 for body in node.findall(nodes.tbody) for _ in body.findall(nodes.row))
    return "dossier-table" in node["classes"] and bool(rows > LONG_ROWS or node.get("filters"))


def depart_table(self: HTML5Translator, node: nodes.table) -> None:
    """Close a table and its box."""
    HTML5Translator.depart_table(self, node)
    self.body.append("</div>\n")


def _write_data(translator: HTML5Translator, node: nodes.Element) -> None:
    if node.get("csv"):
        path = Path(translator.builder.outdir, assets.FOLDER, f"{node['ids'][0]}.csv")
        assets.write_if_changed(path, assets.csv_text(node["csv"]))


def is_stacked(node: nodes.Node | None) -> bool:
    """Say whether something belongs to a table whose rows are stacked where there is no room for columns."""
    while node is not None and not isinstance(node, nodes.table):
        node = node.parent
    return node is not None and "stack" in node["classes"]


def figure_of(node: nodes.Node) -> exhibit_figure:
    """Return the figure around a node."""
    while not isinstance(node, exhibit_figure):
        node = node.parent
    return node


def title_of_figure(node: nodes.Element) -> str:
    """Return the words of a figure's title, for references to it."""
    title = node.next_node(exhibit_title)
    return title.astext() if title is not None else ""


def setup(app: Sphinx) -> None:
    """Register the nodes and the writer."""
    app.set_translator("html", DossierTranslator)
    app.add_transform(LabelsFirst)
    app.add_transform(FiguresStayWhole)
    app.add_node(markup, html=(visit_markup, depart_markup))
    app.add_node(sign, html=(visit_sign, depart_sign))
    app.add_node(permalink, html=(visit_permalink, None))
    app.add_node(entry_heading, html=(visit_entry_heading, depart_entry_heading))
    app.add_node(cite_link, html=(visit_cite_link, None))
    app.add_node(asset_link, html=(visit_asset_link, depart_asset_link))
    app.add_node(exhibit_title, html=(visit_exhibit_title, depart_exhibit_title))
    app.add_node(nodes.table, override=True, html=(visit_table, depart_table))
    app.add_enumerable_node(
        exhibit_figure, "figure", title_of_figure, html=(visit_exhibit_figure, depart_exhibit_figure)
    )
