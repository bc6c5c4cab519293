"""How do the pages of the book become one document?

Articles follow each other in the order of the contents, with no second run of the book: section, figure and table numbers
are those of the HTML, by construction. A page's headings sink by its depth in the contents, and never by more than one
level at a time, as readers by ear need it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from lxml import etree

from dossier.errors import BuildError
from dossier.pdf import contents, names, paper, pictures
from dossier.pdf.contents import Page

_LONG_WORD = re.compile(r"\S{19,}")
_BREAK_AFTER = re.compile(r"([/_.,:;=&?#+-]+|\w{12})(?=\w)")
_SHORT_CHARACTERS = 900
"""A chapter of bare text up to this length, about a quarter of a page, follows the one before on the same page."""
_UNPARTED = re.compile(rf"(?<=\d) (?=%|(?:{'|'.join(calendar.month_name[1:])})\b)")
"""Spaces before a sign or after the day of a month: the two stay on one line."""
_ZERO_WIDTH_SPACE = "\u200b"


@dataclass(frozen=True)
class Joined:
    """The whole book as one piece of HTML."""

    html: str
    parts: tuple[dict[str, str], ...]
    """Title of each part and the name of the heading it begins with."""


def join(html: Path, folder: Path) -> Joined:
    """Join the pages of a built book.

    Parameters
    ----------
    html
        Folder of the built book.
    folder
        Where the pictures go.

    Raises
    ------
    BuildError
        If a page has no article or no title, or a picture no description.
    """
    articles = [(page, _article(page)) for page in contents.pages(html)]
    for page, article in articles:
        paper.reduce(article, page.name)
    known = names.assign(articles)
    names.forget(articles, names.link(articles, known))
    level, parts = 0, []
    for page, article in articles:
        level = _sink(page, article, level)
        if not parts or parts[-1]["title"] != page.part:
            parts.append({"title": page.part, "first": _open(page, article)})
        elif page.depth == 1 and _is_short(article):
            _headings(article)[0].set("data-follows", "yes")
        pictures.place(article, folder, page.name, page.path)
        _let_break(article)
        paper.cast(article)
    pieces = [etree.tostring(article, encoding="unicode", method="html", with_tail=False) for _, article in articles]
    return Joined(f"<html><body>{''.join(pieces)}</body></html>", tuple(parts))


def _article(page: Page) -> lxml.html.HtmlElement:
    found = contents.read(page.path).xpath("//article")
    if not found:
        raise BuildError(f"PDF: {page.path} has no <article>")
    return found[0]


def _headings(article: lxml.html.HtmlElement) -> Sequence[lxml.html.HtmlElement]:
    return list(article.iter(*paper.HEADINGS))


def _sink(page: Page, article: lxml.html.HtmlElement, level: int) -> int:
    """Set the levels of a page's headings by its depth; return the last one."""
    headings = _headings(article)
    if not headings:
        raise BuildError(f"PDF: {page.path} has no heading")
    headings[0].set("data-page", "yes")
    for heading in headings:
        level = min(page.depth - 1 + int(heading.tag[1]), level + 1, len(paper.HEADINGS))
        heading.tag = f"h{level}"
    return level


def _open(page: Page, article: lxml.html.HtmlElement) -> str:
    """Let the page's title open its part; return the title's name."""
    title = _headings(article)[0]
    if page.part:
        title.set("data-part", page.part)
    title.set("id", title.get("id") or f"{page.name}--title")
    return title.get("id")


def _is_short(article: lxml.html.HtmlElement) -> bool:
    """Tell whether a chapter is a few paragraphs without exhibits."""
    exhibits = next(article.iter("table", "figure", "pre", "svg", "img"), None)
    return exhibits is None and len(article.text_content()) <= _SHORT_CHARACTERS


def _let_break(article: lxml.html.HtmlElement) -> None:
    """Let long words break (addresses, hashes) and keep numbers with their sign and days with their month, except in code, which is copied."""
    for element in article.iter():
        if element.tag not in ("script", "code", "pre", "annotation"):
            element.text = _breakable(element.text)
        element.tail = _breakable(element.tail)


def _breakable(text: str | None) -> str | None:
    return text and _LONG_WORD.sub(_with_breaks, _UNPARTED.sub("\u00a0", text))


def _with_breaks(word: re.Match[str]) -> str:
    text = word.group()
    return text if text.isalpha() and len(text) < 40 else _BREAK_AFTER.sub(rf"\1{_ZERO_WIDTH_SPACE}", text)
