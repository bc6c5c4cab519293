"""What can be cited in this book, what is it called, and what does it say in short?

Events, actors, claims, sources, settlements, scenarios, deadlines, findings, figures, tables and the terms of the glossary:
each place with a public label is a *thing* with a kind, a title and a few facts, read off the nodes of its page. Sphinx's
search lists things by their titles (`Things.get_objects`), and the cards at links say the rest (`cards`).

Assumes pages whose exhibits have been made by `exhibits`. Refuses nothing: a label on something of another shape is no thing.
Text stays text: whoever writes it escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.inventory import InventoryFile

from dossier.exhibits import LABEL
from dossier.sphinx_ext.nodes import entry_heading, exhibit_figure, exhibit_title, markup

KINDS: Mapping[str, str] = {
    "act": "actor",
    "clm": "claim",
    "dln": "deadline",
    "evt": "event",
    "fig": "figure",
    "fnd": "finding",
    "prc": "settlement",
    "scn": "scenario",
    "src": "source",
    "tbl": "table",
    "term": "term",
}
"""First part of a label to the word for what it stands on, unless its row says more exactly (`ROWS`)."""

PART_OF = "part of a "
"""What stands on the page of a thing of its own kind is no such thing, but a part of it."""

RANKS: Mapping[str, int] = {
    **dict.fromkeys(("person", "organization or state", "actor", "term"), 0),
    **dict.fromkeys(("event", "claim", "scenario", "settlement"), 1),
}
"""What a search shows first and second; the rest comes third."""

TITLE, FACTS, WORDS = 120, 240, 300
"""Characters of a thing's title, of its facts and of its text that are kept."""

NOTHING = ("", "–")
_DAY = re.compile(r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}")


class Thing(NamedTuple):
    """One place that can be cited: its label, what it is, and what it says in short."""

    label: str
    kind: str
    title: str
    facts: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """The title, or more words where that is a mere day."""
        return cut(f"{self.title}: {self.text}", TITLE) if _DAY.fullmatch(self.title) and self.text else self.title


class RowForm(NamedTuple):
    """Which cells of a row name the thing, and which others say what it is: some by their mere value."""

    title: tuple[str, ...]
    bare: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    kind: str = ""


ROWS: Mapping[str, tuple[RowForm, ...]] = {
    "src": (RowForm(("Title",), ("Publisher", "Published", "Kind"), ("Read", "Grade")),),
    "dln": (RowForm(("What",), ("Kind and due", "What had become of it"), ("Set by, on",)),),
    "act": (
        RowForm(("Person",), ("Role",), ("Since", "Last shown in it"), "person"),
        RowForm(("Name",), ("Role",), ("Since", "Last shown in it"), "organization or state"),
        RowForm(("Actor", "What was said"), ("Said on", "Issue", "Domain", "Stance"), (), "statement"),
    ),
}
"""Rows that are told by some of their columns: the first form whose titles the table has; others are told by all their cells."""

WORDS_FOR_KINDS = tuple(
    dict.fromkeys([*KINDS.values(), *(one.kind for forms in ROWS.values() for one in forms if one.kind)])
)


def cut(text: str, limit: int) -> str:
    """Return text in one line of at most ``limit`` characters, whole words if it can be.

    Examples
    --------
    >>> cut("one  two three", 9)
    'one two…'
    >>> cut("unbreakable", 6)
    'unbre…'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    whole = head if line[limit - 1] == " " else head.rpartition(" ")[0]
    return (whole or head).rstrip(" ,;:–") + "…"


def things_of(document: nodes.document) -> Iterator[Thing]:
    """Yield what can be cited on a page, in the order in which it stands there.

    Parameters
    ----------
    document
        The page as read, before references are resolved.
    """
    about = {_prefix(label) for part in document.children for label in part.get("ids", ()) if LABEL.match(label)}
    for node in document.findall(nodes.Element):
        reads = _reader(node)
        for label in node["ids"] if reads else ():
            if reads and _is_thing(label, node):
                part = isinstance(node, markup) and _prefix(label) in about
                one = reads(node, label)
                yield one._replace(kind=PART_OF + one.kind) if part else one


def _prefix(label: str) -> str:
    return label.partition("-")[0]


def _is_thing(label: str, node: nodes.Element) -> bool:
    if isinstance(node, nodes.term):
        return _prefix(label) == "term"
    return _prefix(label) in KINDS and LABEL.match(label) is not None


def _reader(node: nodes.Element) -> Callable[[Any, str], Thing] | None:
    """Return what reads a thing off a node, or nothing for a node that is none."""
    if isinstance(node, markup):
        return _of_entry if "entry" in node["classes"] else None
    if isinstance(node, nodes.section):  # the page on one thing; its sections are found by their headings
        return _of_section if isinstance(node.parent, nodes.document) else None
    return _READERS.get(type(node))


def words_of(node: nodes.Node | None) -> str:
    """Return the words of a node in one line, without what is there for the eye alone."""
    return "" if node is None else " ".join("".join(text.astext() for text in node.findall(nodes.Text)).split())


def _thing(label: str, title: str, facts: str = "", text: str = "", kind: str = "") -> Thing:
    kind = kind or KINDS[_prefix(label)]
    return Thing(label, kind, cut(title, TITLE), cut(facts, FACTS), cut(text, WORDS))


def _of_class(node: nodes.Element, name: str) -> str:
    return words_of(next((part for part in node.findall(nodes.paragraph) if name in part["classes"]), None))


def _of_entry(node: markup, label: str) -> Thing:
    body = [words_of(part) for part in node.children if isinstance(part, nodes.paragraph) and not part["classes"]]
    title = words_of(node.next_node(entry_heading))
    text = " ".join(words if words.endswith((".", "?", "!", "…")) else f"{words}." for words in body if words)
    return _thing(label, title or text, _of_class(node, "entry-meta"), text)


def _of_finding(node: nodes.list_item, label: str) -> Thing:
    sentence = _of_class(node, "finding-sentence")
    whole = sentence if len(sentence) > TITLE else ""  # told where the title has to cut it
    return _thing(label, sentence, _of_class(node, "finding-status"), whole)


def _of_figure(node: exhibit_figure, label: str) -> Thing:
    return _thing(label, words_of(node.next_node(exhibit_title)), text=_of_class(node, "exhibit-subtitle"))


def _of_table(node: nodes.table, label: str) -> Thing:
    body, heads = node.next_node(nodes.tbody), node.next_node(nodes.thead)
    count = len(body.children) if body is not None else 0
    columns = ", ".join(map(words_of, heads.findall(nodes.entry))) if heads is not None else ""
    return _thing(label, words_of(node.next_node(nodes.title)), "1 row" if count == 1 else f"{count} rows", columns)


def _of_section(node: nodes.section, label: str) -> Thing:
    return _thing(label, words_of(node.next_node(nodes.title)))


def _of_term(node: nodes.term, label: str) -> Thing:
    return _thing(label, words_of(node), text=words_of(node.parent.next_node(nodes.definition)))


def _of_row(node: nodes.row, label: str) -> Thing:
    cells = {str(cell.get("column", "")): words_of(cell) for cell in node.children}
    for form in ROWS.get(_prefix(label), ()):
        if set(form.title) <= set(cells):
            return _told_row(label, cells, form)
    first, *others = cells
    return _told_row(label, cells, RowForm((first,), named=tuple(others)))


def _told_row(label: str, cells: Mapping[str, str], form: RowForm) -> Thing:
    title = ": ".join(cells[name] for name in form.title)
    bare = [cells.get(name, "") for name in form.bare]
    named = [f"{name}: {cells[name]}" for name in form.named if cells.get(name, "") not in NOTHING]
    facts = " · ".join(fact for fact in [*bare, *named] if fact not in NOTHING)
    return _thing(label, title, facts, kind=form.kind)


_READERS: Mapping[type, Callable[[Any, str], Thing]] = {
    nodes.row: _of_row,
    nodes.table: _of_table,
    nodes.term: _of_term,
    nodes.list_item: _of_finding,
    exhibit_figure: _of_figure,
}


def _slug(kind: str) -> str:
    return kind.replace(" ", "-")


class Things(Domain):
    """The things of the whole book, by page; what Sphinx's search lists."""

    name = "thing"
    label = "things that can be cited"
    object_types: ClassVar[dict[str, ObjType]] = {
        _slug(kind): ObjType(kind) for word in WORDS_FOR_KINDS for kind in (word, PART_OF + word)
    }
    initial_data: ClassVar[dict[str, Any]] = {"things": {}}
    data_version = 1

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.data["things"].pop(docname, None)

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note the things of a page that was read."""
        self.data["things"][docname] = list(things_of(document))

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        for docname in docnames:
            self.data["things"][docname] = otherdata["things"].get(docname, [])

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """Return the word for a kind, alone: a search shows it after the title."""
        return str(type.lname)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield every thing as Sphinx wants it; its full name is its page and label, which differs from its anchor.

        (If both were the same, Sphinx's search would take the title for the anchor.)
        """
        for docname, things in self.data["things"].items():
            for one in things:
                yield f"{docname}#{one.label}", one.name, _slug(one.kind), docname, one.label, RANKS.get(one.kind, 2)

    def by_label(self) -> dict[str, Thing]:
        """Return every thing of the book by its label."""
        return {one.label: one for things in self.data["things"].values() for one in things}


def slim_inventory(app: Sphinx, error: Exception | None) -> None:
    """Write the inventory for other books anew without things: their labels stand in it already, as labels."""
    if error is not None or app.builder.format != "html":
        return
    domains = {name: domain for name, domain in app.env.domains.items() if name != Things.name}
    without = SimpleNamespace(config=app.config, domains=domains)
    InventoryFile.dump(str(Path(app.outdir, "objects.inv")), without, app.builder)  # type: ignore[arg-type]


def setup(app: Sphinx) -> None:
    """Register the things."""
    app.add_domain(Things)
    app.connect("build-finished", slim_inventory)
