"""Which name does a place of a page have on paper, and where do links lead?

Pages joined into one document share one space of names. A public label (`sec-`, `fig-`, …) keeps its name, so that the
address of a heading is the same in both forms of the book; every other id gets the name of its page in front. Of the ids
of one heading the label stands for all. Links between pages become links inside the document, web addresses stay live, and
what leads to a file of the site (a download, the search page) remains as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import lxml.html

from dossier.pdf.contents import Page
from dossier.pdf.paper import HEADINGS

PUBLIC = ("sec-", "fig-", "tbl-", "fnd-", "clm-", "scn-", "prc-", "evt-", "src-")
"""Kinds of labels that are a public contract."""
_LIVE = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.:-]")
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

Article = lxml.html.HtmlElement
Names = Mapping[Path, Mapping[str, str]]
"""Page to id to name; the empty id is the page itself."""


def assign(articles: Sequence[tuple[Page, Article]]) -> dict[Path, dict[str, str]]:
    """Give every place of every page a name that nothing else in the document has; the ids are changed in place."""
    taken: set[str] = set()
    return {page.path: _assign(page, article, taken) for page, article in articles}


def _assign(page: Page, article: Article, taken: set[str]) -> dict[str, str]:
    same = _fold(article)
    names: dict[str, str] = {}
    for element in article.xpath(".//*[@id]"):
        old = element.attrib.pop("id")
        plain = _UNSAFE.sub(lambda character: f".{ord(character.group()):x}", old)
        name = plain if plain.startswith(PUBLIC) and plain not in taken else f"{page.name}--{plain}"
        if old and name not in taken:
            taken.add(name)
            names[old] = name
            element.set("id", name)
    names |= {other: names[main] for other, main in same.items() if main in names and other not in names}
    return names | {"": _first_heading(article)}


def _fold(article: Article) -> dict[str, str]:
    """Move the id of each section to its heading; return the other ids of the section with the one that stands for them."""
    same: dict[str, str] = {}
    for section in article.xpath(".//section[@id]"):
        heading = next((child for child in section if child.tag in HEADINGS), None)
        if heading is None:
            continue
        heading.set("id", section.attrib.pop("id"))
        for empty in [
            child for child in section if child.tag == "span" and child.get("id") and not child.text_content()
        ]:
            same[empty.attrib.pop("id")] = heading.get("id")
    return same


def _first_heading(article: Article) -> str:
    return next((element.get("id") for element in article.iter(*HEADINGS) if element.get("id")), "")


def link(articles: Iterable[tuple[Page, Article]], names: Names) -> set[str]:
    """Turn every link to where it leads on paper, in place; return the names that links lead to."""
    used: set[str] = set()
    for page, article in articles:
        for anchor in article.xpath(".//a"):
            target = _target(page, anchor.get("href", ""), names)
            if target and anchor.text_content().strip():
                anchor.attrib.clear()
                anchor.set("href", target)
                used |= {target[1:]} if target.startswith("#") else set()
            elif anchor.get("id"):
                anchor.tag = "span"
            else:
                anchor.drop_tag()
    return used


def _target(page: Page, href: str, names: Names) -> str:
    """Return where a link leads on paper; empty if nowhere."""
    if _LIVE.match(href):
        return href
    file, _, place = href.partition("#")
    if not href or _OTHER_SCHEME.match(file):
        return ""
    path = (page.path.parent / unquote(file)).resolve() if file else page.path
    name = names.get(path, {}).get(unquote(place), "")
    return f"#{name}" if name else ""


def forget(articles: Iterable[tuple[Page, Article]], used: set[str]) -> None:
    """Take away the ids that no link leads to, except those of headings."""
    for _, article in articles:
        for element in article.xpath(".//*[@id]"):
            if element.tag not in HEADINGS and element.get("id") not in used:
                del element.attrib["id"]
