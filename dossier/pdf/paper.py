"""What of a page goes on paper, and as what?

A page of the book holds things for screens (permalinks, downloads, narrow drawings, folded data) and things whose look
comes from style sheets. The first are dropped; of the second each gets the name of the function of the template that draws
it (`data-call`), its named pieces (`data-slot`) and values (`data-…`). The filter beside the template writes these as calls;
nothing that came with the page can make one, since all `data-` attributes are taken away first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import lxml.html
from lxml.html import builder

from dossier.pdf import columns

Element = lxml.html.HtmlElement
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_SCREEN_ONLY = [
    "headerlink",
    "asset-link",
    "exhibit-files",
    "exhibit-data",
    "exhibit-narrow",
    "table-tools",
    "screen-column",
    "toctree-wrapper",
    "sd-summary-state-marker",
    "cell_input",
    "above-input",
    "visually-hidden",
    "sr-only",
]
_SCREEN_ONLY_TAGS = [
    "script",
    "style",
    "button",
    "input",
    "select",
    "textarea",
    "template",
    "noscript",
    "iframe",
    "object",
    "audio",
    "video",
]
_ELSEWHERE = "The rows stand in the HTML edition and in its files of data:"
_READ_BY_FILTER = {"id", "href", "src", "type", "colspan", "rowspan", "scope", "start"}
_SPACES = re.compile(r"[^\S\u00a0]+")  # but those that hold a number and its unit together
_WARNINGS = {"warning", "caution", "danger", "attention", "error", "important"}

_ENTRY_END, _PAGE_END, _KEPT_CHARACTERS = 250, 500, 1200
"""The end of an entry or page that is not parted from itself: at least this much, and never more than a few paragraphs."""

_LAST_NAMES = 8
"""Names of tables that stand elsewhere which are not parted from each other."""

_SMALL_ROWS, _SMALL_CHARACTERS = 9, 60
"""Rows that a table may have, with its head, and characters of its longest cell, to be kept on one page."""

_BLOCKS = {
    "answer": "answer",
    "admonition": "callout",
    "sd-dropdown": "callout",
    "entry": "entry",
    "elsewhere": "elsewhere",
    "exhibit-notes": "notes",
    "sd-card": "card",
    "citation": "reference",
}
"""Class of a block to the function of the template that draws it; of two that fit, the first holds."""

_LINES = {
    "admonition-title": "block-title",
    "sd-summary-title": "block-title",
    "sd-card-title": "block-title",
    "sd-tab-label": "block-title",
    "finding-status": "status",
    "entry-title": "entry-title",
    "entry-meta": "entry-meta",
    "entry-list-title": "entry-list-title",
    "entry-line": "entry-line",
    "exhibit-subtitle": "subtitle",
    "caption-number": "number",
    "section-number": "secnum",
    "exhibit-key": "key",
    "unit": "unit",
}
"""Class of a line, or of words in it, to the function of the template that draws it."""


def reduce(article: Element, page: str) -> None:
    """Drop what is for screens only, let words of the glossary be plain, and turn footnotes into notes, in place."""
    for element in list(article.iter()):
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif next(element.iterancestors("svg"), None) is None:
            for name in [name for name in element.attrib if name.startswith("data-")]:
                del element.attrib[name]
    found = _by_class(article)
    unwanted = [element for name in _SCREEN_ONLY for element in found[name]]
    _drop(
        [
            *unwanted,
            *article.iter(*_SCREEN_ONLY_TAGS),
            *article.xpath(".//details[contains(@class, 'hide') or contains(@class, 'entry-more')]/summary"),
        ]
    )
    _drop([section for section in article.iter("section") if _only_leads_on(section)])
    for word in found["glossary-word"]:
        word.drop_tag()  # paper cannot tell a quiet link from another one
    for exhibit in found["screen-table"]:
        _only_name(exhibit)
    _footnotes(article, page)


def _only_leads_on(section: Element) -> bool:
    """Tell whether a section is a heading without a number and links to other pages: on paper the contents do that."""
    heading, *others = [part for part in section if part.tag != "span"] or [section]
    if heading.tag not in HEADINGS or heading.xpath("./span[@class='section-number']"):
        return False
    words = "".join(text for part in others for text in part.xpath(".//text()[not(ancestor::a)]"))
    return all(part.tag == "p" for part in others) and not any(sign.isalnum() for sign in words)


def _only_name(exhibit: Element) -> None:
    """Leave of a table that is for screens its number and title; of several, the first names them all and says where rows are."""
    before = exhibit.getprevious()
    names = [_name(table) for table in exhibit.iter("table")]
    if before is not None and before.get("class") == "elsewhere":
        before.extend(names)
        exhibit.drop_tree()
        return
    exhibit.clear(keep_tail=True)
    exhibit.set("class", "elsewhere")
    exhibit.extend([builder.P(_ELSEWHERE), *names])


def _name(table: Element) -> Element:
    """Return number and title of a table as a line that bears its id."""
    return builder.P(
        *table.xpath("./caption//*[@class='caption-number' or @class='caption-text']"), id=table.get("id", "")
    )


def _keep_last_names(exhibit: Element) -> None:
    """Keep the last of the tables that are only named on one page, so that no page holds one or two."""
    together = builder.DIV(**{"data-call": "together"})
    together.extend(list(exhibit)[-_LAST_NAMES:])
    exhibit.append(together)


def cast(article: Element) -> None:
    """Give each thing whose look matters the name of the function that draws it on paper, in place."""
    found = _by_class(article)
    for exhibit in found["exhibit-entries"]:
        _end_with_notes(exhibit)
    for entry in found["entry"]:
        _keep_end(entry, _ENTRY_END)
    _keep_end(article, _PAGE_END)
    for named in found["elsewhere"]:
        _keep_last_names(named)
    for sign in article.xpath(".//span[@role='img'][@aria-label]"):
        _say(sign)
    for span in found["exhibit-as-of"] + found["exhibit-n"]:
        _end_sentence_before(span)
    for element in found["math"]:
        _formula(element)
    for element in article.xpath(".//pre"):
        _code(element)
    for name, call in _LINES.items():
        for element in found[name]:
            _call_line(element, call)
    for name, call in _BLOCKS.items():
        for element in found[name]:
            _call_block(element, call)
    for figure in article.xpath(".//figure"):
        _figure(figure)
    for table in article.xpath(".//table"):
        _table(table)
    _anchors(article)
    _bare(article)


def _by_class(article: Element) -> Mapping[str, list[Element]]:
    """Return the elements outside drawings by each of their classes, in the order of the page."""
    found: dict[str, list[Element]] = defaultdict(list)
    for element in article.xpath(".//*[@class][not(ancestor::svg)]"):
        for name in element.get("class").split():
            found[name].append(element)
    return found


def _drop(elements: list[Element]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


# --- words ------------------------------------------------------------------------------------------------------------


def _footnotes(article: Element, page: str) -> None:
    """Move the text of each footnote to where it is first called; later calls repeat its mark."""
    found = _by_class(article)
    notes = {note.get("id"): note for note in found["footnote"] if note.get("id")}
    called: set[str] = set()
    for reference in found["footnote-reference"]:
        target = (reference.get("href") or "").partition("#")[2]
        reference.clear(keep_tail=True)
        reference.tag = "span"
        if target in notes:
            reference.set("data-call", "note-again" if target in called else "note")
            reference.set("data-name", f"{page}--note-{target}")
            reference.extend([] if target in called else _note_words(notes[target]))
            called.add(target)
    _drop(found["footnote-list"] + found["footnotes"] + found["footnote"])


def _note_words(note: Element) -> list[Element]:
    """Return the paragraphs of a footnote as words, each on a line of its own."""
    paragraphs = list(note.iter("p"))
    for paragraph in paragraphs:
        paragraph.tag, paragraph.tail = "span", None
    parted = [element for paragraph in paragraphs for element in (builder.BR(), paragraph)]
    return parted[1:]


def _say(sign: Element) -> None:
    """Print the spoken name of a sign beside it: on paper nothing else says it."""
    words = f"{sign.text_content().strip()} {sign.get('aria-label')}"
    tail = (sign.tail or "").lstrip()
    for child in list(sign):
        sign.remove(child)
    sign.text, sign.tail = words, f": {tail}" if tail else None
    sign.set("data-call", "sign")


def _end_sentence_before(span: Element) -> None:
    """Put a full stop before "As of …" where there is none: on screens a style sheet sets it apart."""
    before = span.getprevious()
    holder, place = (before, "tail") if before is not None else (span.getparent(), "text")
    text = getattr(holder, place) or ""
    said = (text if text.strip() or before is None else before.text_content()).strip()
    if said and said[-1] not in ".!?:;":
        setattr(holder, place, f"{text.rstrip()}. ")


def _formula(element: Element) -> None:
    """Replace mathematics for screens by its TeX, with the number that stands beside it."""
    source = "".join(element.xpath(".//*[local-name() = 'annotation'][@encoding='application/x-tex']//text()"))
    if not source.strip():
        return
    display, anchor = element.tag == "div", element.get("id")
    number = "".join(text.text_content() for text in element.xpath("./span[@class='eqno']")).strip()
    source = source.replace(r"\&", r"\text{\&}")  # pandoc would take the bare sign for an alignment point
    marked = f"%{number}\n{source}" if number else source  # in a TeX comment: the filter reads it back
    script = builder.SCRIPT(marked, type="math/tex; mode=display" if display else "math/tex")
    element.clear(keep_tail=True)
    element.append(builder.P(script) if display else script)
    if anchor:
        element[0].set("id", anchor)


def _code(pre: Element) -> None:
    """Keep the text of a code block alone."""
    text = pre.text_content()
    pre.clear(keep_tail=True)
    pre.append(builder.CODE())
    pre[0].text = text


def _call_line(element: Element, call: str) -> None:
    """Make the words of an element call a function of the template; a line stays a paragraph."""
    if element.tag == "span":
        element.set("data-call", call)
        return
    words = builder.SPAN(**{"data-call": call})
    words.text, element.text = (element.text or "").lstrip(), None
    words.extend(list(element))
    element.append(words)
    element.tag = "p"


# --- blocks -----------------------------------------------------------------------------------------------------------


def _end_with_notes(exhibit: Element) -> None:
    """Let the notes below entries end the last entry, so that they are kept with its last words."""
    entries, notes = exhibit.xpath("./*[contains(@class, 'entry')]"), exhibit.xpath("./*[@class='exhibit-notes']")
    if entries and notes:
        entries[-1].extend(notes)


def _keep_end(whole: Element, characters: int) -> None:
    """Keep the last lines of an entry or page together: as much as shows, at the head of paper, what it is the end of."""
    end: list[Element] = []
    for part in reversed(_plain_end(whole)[0]):
        if _characters(end) >= characters and end[0].tag not in HEADINGS:
            break
        end.insert(0, part)
    while _characters(end) > _KEPT_CHARACTERS:
        del end[0]
    if end:
        together = builder.DIV(**{"data-call": "together"})
        end[-1].addnext(together)
        together.extend(end)


def _plain_end(whole: Element) -> tuple[list[Element], bool]:
    """Return the texts and headings that something ends with, across sections, and whether it holds nothing else."""
    end: list[Element] = []
    for part in whole.iterchildren(reversed=True):
        inner, nothing_else = _plain_end(part) if part.tag == "section" else ([part], _is_plain(part))
        if nothing_else or part.tag == "section":
            end = inner + end
        if not nothing_else and not _is_empty(part):
            return end, False
    return end, True


def _is_plain(part: Element) -> bool:
    """Tell whether a part is text or a heading below that of the page, which begins a page of paper."""
    plain = part.tag in ("p", "ul", "ol", *HEADINGS) and not part.get("data-page")
    return plain or part.get("class") == "exhibit-notes"


def _is_empty(part: Element) -> bool:
    return not part.text_content().strip() and next(part.iter("img", "table"), None) is None


def _characters(parts: list[Element]) -> int:
    return sum(len(part.text_content()) for part in parts)


def _call_block(element: Element, call: str) -> None:
    """Make a block call a function of the template."""
    if element.get("data-call"):
        return
    element.tag = "div"
    element.set("data-call", call)
    if call == "answer" and len(element.text_content()) > _KEPT_CHARACTERS:
        element.set("data-long", "yes")
    if call == "callout":
        element.set("data-kind", "note" if _WARNINGS.isdisjoint(element.get("class", "").split()) else "warning")


def _figure(figure: Element) -> None:
    """Make a figure of a picture with the caption and the notes that stand around it."""
    for caption in figure.xpath("./figcaption"):
        caption.tag = "div"
        caption.set("data-slot", "caption")
    for notes in figure.xpath(".//*[@data-call='notes']"):
        del notes.attrib["data-call"]
        notes.set("data-slot", "notes")
        figure.append(notes)  # a slot is read from the figure itself, not from below
    _call_block(figure, "exhibit")
    _label(figure)


def _label(element: Element) -> None:
    """Hand the name of a place to the function that draws it."""
    if element.get("id"):
        element.set("data-label", element.attrib.pop("id"))


def _table(table: Element) -> None:
    """Size the columns of a table, and turn its page if need be."""
    rows = [list(row.iterchildren("th", "td")) for row in table.iter("tr")]
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        return  # merged cells: Typst finds the widths
    texts = [[_SPACES.sub(" ", cell.text_content()).strip() for cell in row] for row in rows]
    headed = bool(table.xpath("./thead"))
    found = columns.layout(texts[0] if headed else [""] * len(rows[0]), texts[1:] if headed else texts)
    table.set("data-columns", ",".join(found.widths))
    table.set("data-align", ",".join("right" if _numeric(cell) else "left" for cell in rows[-1]))
    table.set("data-size", f"{found.size}pt")
    marks = {
        "hyphenate": found.hyphenate,
        "tall": found.tall,
        "plainheads": found.plain_heads,
        "whole": _is_small(texts),
    }
    for name, holds in marks.items():
        if holds:
            table.set(f"data-{name}", "yes")
    if not table.xpath("./ancestor::*[contains(concat(' ', @class, ' '), ' exhibit ')]"):
        table.set("data-alone", "yes")
    _label(table)
    if found.turned:
        _turn(table)


def _is_small(texts: list[list[str]]) -> bool:
    """Tell whether a table is small enough to be kept on one page."""
    longest = max(len(text) for row in texts for text in row)
    return len(texts) <= _SMALL_ROWS and longest <= _SMALL_CHARACTERS


def _numeric(cell: Element) -> bool:
    return not {"number", "text-right"}.isdisjoint((cell.get("class") or "").split())


def _turn(table: Element) -> None:
    """Put a table on turned pages, with its notes and with a heading that would be left alone on the page before."""
    outer = table
    while outer.getparent() is not None and outer.getparent().tag not in ("section", "article"):
        outer = outer.getparent()
    turned = builder.DIV(**{"data-call": "turned"})
    outer.addprevious(turned)
    turned.extend([*_introduction(turned), outer])
    for heading in turned.iterchildren(*HEADINGS):
        heading.set("data-follows", "yes")  # the turned page is new already


def _introduction(place: Element) -> list[Element]:
    """Return heading and short text right before a place; nothing if more stands between."""
    before: list[Element] = []
    for element in place.itersiblings(preceding=True):
        before.insert(0, element)
        if element.tag in HEADINGS:
            return before if sum(len(text.text_content()) for text in before) < 900 else []
        if element.tag not in ("p", "span") and element.text_content().strip():
            return []
    return []


# --- places -----------------------------------------------------------------------------------------------------------


def _anchors(article: Element) -> None:
    """Put the names of places that no function draws into their first words."""
    for element in list(_places(article)):
        inner = next(element.iter("p", "dt", "li", "th", "td"), element)
        anchor = builder.SPAN(id=element.attrib.pop("id"))
        anchor.tail, inner.text = inner.text, None
        inner.insert(0, anchor)


def _places(article: Element) -> Iterator[Element]:
    return (element for element in article.xpath(".//*[@id]") if element.tag not in HEADINGS)


def _bare(article: Element) -> None:
    """Leave only the attributes that the filter reads."""
    for element in article.iter():
        for name in [name for name in element.attrib if name not in _READ_BY_FILTER and not name.startswith("data-")]:
            del element.attrib[name]
