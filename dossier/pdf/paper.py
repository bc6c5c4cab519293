"""What of a page goes on paper, and as what?

A page of the book holds things for screens (permalinks, downloads, narrow drawings, folded data) and things whose look
comes from style sheets. The first are dropped; of the second each gets the name of the function of the template that draws
it (`data-call`), its named pieces (`data-slot`) and values (`data-…`). The filter beside the template writes these as calls;
nothing that came with the page can make one, since all `data-` attributes are taken away first.
"""

from __future__ import annotations

from collections.abc import Iterable

import lxml.html
from lxml.html import builder

from dossier.pdf import columns

Element = lxml.html.HtmlElement

_SCREEN_ONLY_CLASSES = ["headerlink", "asset-link", "exhibit-files", "exhibit-data", "exhibit-narrow", "toctree-wrapper", "sd-summary-state-marker", "cell_input", "exhibit-controls", "cite", "visually-hidden", "sr-only"]
_SCREEN_ONLY_TAGS = ["script", "style", "button", "input", "select", "template", "noscript"]
_KEPT_DRAWING = ("svg",)
_READ = {"id", "href", "src", "type", "colspan", "rowspan", "scope", "start"}

_BLOCKS = {
    "answer": "answer",
    "admonition": "callout",
    "sd-dropdown": "callout",
    "entry": "entry",
    "exhibit-notes": "notes",
    "sd-card": "card",
    "citation": "reference",
}
"""Class of a block to the function of the template that draws it."""

_LINES = {
    "admonition-title": "block-title",
    "sd-summary-title": "block-title",
    "sd-card-title": "block-title",
    "sd-tab-label": "block-title",
    "finding-status": "status",
    "entry-title": "entry-title",
    "entry-meta": "entry-meta",
    "entry-list-title": "entry-list-title",
    "exhibit-subtitle": "subtitle",
    "caption-number": "number",
    "section-number": "secnum",
    "exhibit-key": "key",
    "unit": "unit",
}
"""Class of a line, or of words in it, to the function of the template that draws it."""


def reduce(article: Element, page: str) -> None:
    """Drop what is for screens only and turn footnotes into notes, in place."""
    for element in article.iter():
        if isinstance(element.tag, str) and not _in_drawing(element):
            for name in [name for name in element.attrib if name.startswith("data-")]:
                del element.attrib[name]
    for element in article.xpath(".//comment()"):
        element.drop_tree()
    for element in _with_class(article, _SCREEN_ONLY_CLASSES) + list(article.iter(*_SCREEN_ONLY_TAGS)):
        if element.getparent() is not None:
            element.drop_tree()
    _footnotes(article, page)


def cast(article: Element) -> None:
    """Give each thing whose look matters the name of the function that draws it on paper, in place."""
    _say_arrows(article)
    for element in _with_class(article, ["math"]):
        _equation(element)
    for element in article.xpath(".//pre"):
        _code(element)
    for name, call in _LINES.items():
        for element in _with_class(article, [name]):
            _call_line(element, call)
    for name, call in _BLOCKS.items():
        for element in _with_class(article, [name]):
            if not element.get("data-call"):  # a folded block is a card as well
                _call(element, call, **({"kind": _kind(element)} if call == "callout" else {}))
    for figure in article.xpath(".//figure"):
        _figure(figure)
    for table in article.xpath(".//table"):
        _table(table)
    _anchors(article)
    _bare(article)


def has_class(element: Element, name: str) -> bool:
    """Tell whether an element has a class."""
    return name in (element.get("class") or "").split()


def _with_class(article: Element, names: Iterable[str]) -> list[Element]:
    wanted = set(names)
    return [
        element
        for element in article.xpath(".//*[@class]")
        if not wanted.isdisjoint(element.get("class").split()) and not _in_drawing(element)
    ]


def _in_drawing(element: Element) -> bool:
    """Tell whether an element is part of a vector drawing; its root is not."""
    return any(True for _ in element.iterancestors(*_KEPT_DRAWING))


def _call(element: Element, call: str, **values: str) -> None:
    """Make a block call a function of the template."""
    element.tag = "div"
    element.set("data-call", call)
    for name, value in values.items():
        element.set(f"data-{name}", value)


def _call_line(element: Element, call: str) -> None:
    """Make the words of an element call a function of the template; a line keeps its paragraph."""
    if element.tag == "span":
        element.set("data-call", call)
        return
    words = builder.SPAN(**{"data-call": call})
    words.text, element.text = element.text, None
    words.extend(list(element))
    element.append(words)
    element.tag = "p" if element.tag in ("p", "div", "summary", "label") else element.tag


def _kind(element: Element) -> str:
    """Return which sort of callout a block is; those that warn look different."""
    warns = any(has_class(element, name) for name in ("warning", "caution", "danger", "attention", "error", "important"))
    return "warning" if warns else "note"


def _footnotes(article: Element, page: str) -> None:
    """Move the text of each footnote to where it is first called; later calls repeat its mark."""
    notes = {note.get("id"): note for note in _with_class(article, ["footnote"]) if note.get("id")}
    called: set[str] = set()
    for reference in _with_class(article, ["footnote-reference"]):
        target = (reference.get("href") or "").partition("#")[2]
        note = notes.get(target)
        reference.clear(keep_tail=True)
        reference.tag = "span"
        if note is not None:
            reference.set("data-call", "note-again" if target in called else "note")
            reference.set("data-name", f"{page}--note-{target}")
            reference.extend([] if target in called else _note_words(note))
            called.add(target)
    for element in _with_class(article, ["footnote-list", "footnotes", "footnote"]):
        if element.getparent() is not None:
            element.drop_tree()


def _note_words(note: Element) -> list[Element]:
    """Return the paragraphs of a footnote as words on one line each."""
    paragraphs = list(note.iter("p"))
    for paragraph in paragraphs:
        paragraph.tag = "span"
        paragraph.tail = None
    parted = [[paragraph, builder.BR()] for paragraph in paragraphs[:-1]]
    return [element for pair in parted for element in pair] + paragraphs[-1:]


def _say_arrows(article: Element) -> None:
    """Print the spoken name of a sign beside it: on paper nothing else says it."""
    for sign in article.xpath(".//span[@role='img'][@aria-label]"):
        sign.text = f"{sign.text_content().strip()} {sign.get('aria-label')}"
        for child in list(sign):
            sign.remove(child)
        sign.set("data-call", "sign")


def _equation(element: Element) -> None:
    """Replace mathematics for screens by its TeX, with the number that stands beside it."""
    source = "".join(element.xpath(".//*[local-name() = 'annotation'][@encoding='application/x-tex']//text()"))
    if not source.strip():
        return
    display = element.tag == "div"
    number = "".join(eqno.text_content() for eqno in _with_class(element, ["eqno"])).strip()
    anchor = element.get("id")
    element.clear(keep_tail=True)
    script = builder.SCRIPT(source, type="math/tex; mode=display" if display else "math/tex")
    element.append(builder.P(builder.SPAN(script, **{"data-call": "equation", "data-number": number})) if display else script)
    if anchor:
        element[0].set("id", anchor)


def _code(pre: Element) -> None:
    """Keep the text of a code block alone."""
    text = pre.text_content()
    pre.clear(keep_tail=True)
    code = builder.CODE()
    code.text = text
    pre.append(code)


def _figure(figure: Element) -> None:
    """Make a figure of a picture with the caption and the notes that stand around it."""
    for caption in figure.xpath("./figcaption"):
        caption.tag = "div"
        caption.set("data-slot", "caption")
    for notes in _with_class(figure, ["exhibit-notes"]):
        notes.attrib.pop("data-call", None)
        notes.set("data-slot", "notes")
        figure.append(notes)  # a slot is read from the figure itself, not from below
    _call(figure, "exhibit")
    _label(figure)


def _label(element: Element) -> None:
    if element.get("id"):
        element.set("data-label", element.attrib.pop("id"))


def _table(table: Element) -> None:
    """Size the columns of a table, and turn its page if need be."""
    rows = [list(row.iterchildren("th", "td")) for row in table.iter("tr")]
    if not rows or any(len(row) != len(rows[0]) for row in rows) or not rows[0]:
        return
    texts = [[" ".join(cell.text_content().split()) for cell in column] for column in zip(*rows, strict=True)]
    found = columns.layout(texts)
    table.set("data-columns", ",".join(found.widths))
    table.set("data-align", ",".join("right" if _numeric(cell) else "left" for cell in rows[-1]))
    table.set("data-size", f"{found.size}pt")
    _label(table)
    if found.turned:
        _turn(table)


def _numeric(cell: Element) -> bool:
    return has_class(cell, "number") or has_class(cell, "text-right")


def _turn(table: Element) -> None:
    """Put a table on a turned page, with its notes and, if they stand alone before it, heading and introduction."""
    outer = table
    while outer.getparent() is not None and outer.getparent().tag not in ("section", "article", "body"):
        outer = outer.getparent()
    if outer.getparent() is None:
        return
    turned = builder.DIV(**{"data-call": "turned"})
    outer.addprevious(turned)
    for element in [*_introduction(turned), outer]:
        turned.append(element)


def _introduction(turned: Element) -> list[Element]:
    """Return the heading and the short text before a turned page that would be left alone on the page before."""
    before: list[Element] = []
    for element in turned.itersiblings(preceding=True):
        before.insert(0, element)
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return before if sum(len(text.text_content()) for text in before) < 900 else []
        if element.tag not in ("p", "span"):
            return []
    return []


def _bare(article: Element) -> None:
    """Leave only the attributes that the filter reads."""
    for element in article.iter():
        for name in [name for name in element.attrib if name not in _READ and not name.startswith("data-")]:
            del element.attrib[name]


def _anchors(article: Element) -> None:
    """Put the names of places that are not drawn by a function of their own into their first words."""
    for element in article.xpath(".//*[@id][not(@data-label)]"):
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            continue
        inner = element if element.tag != "tr" else next(element.iterchildren("th", "td"), element)
        inner = next(inner.iter("p", "dt", "li", "th", "td"), inner)
        anchor = builder.SPAN(id=element.attrib.pop("id"))
        anchor.tail, inner.text = inner.text, None
        inner.insert(0, anchor)
