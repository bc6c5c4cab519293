"""In which order, and how deep, do the pages of the built book follow each other on paper?

The site's own contents decide: the navigation that every page carries, in the order in which it lists the pages, with the
captions of the parts. Assumes a book built by Sphinx with the navigation of the book theme. Refuses a folder whose start
page has no such navigation, or whose navigation names a page that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import lxml.html

from dossier.errors import BuildError

_NAVIGATION = "//nav[contains(concat(' ', @class, ' '), ' bd-links ')]"
_ENTRIES = (
    ".//a[contains(concat(' ', @class, ' '), ' reference ')] | .//p[contains(concat(' ', @class, ' '), ' caption ')]"
)


@dataclass(frozen=True)
class Page:
    """One page of the book and its place in the contents."""

    path: Path
    name: str
    """Path below the folder of the book without its ending, words joined by hyphens: the prefix of the page's ids."""
    depth: int
    """1 for a chapter, 2 for a page below a chapter, and so on."""
    part: str
    """Caption of the part the page stands in; empty before the first part."""


def read(path: Path) -> lxml.html.HtmlElement:
    """Return the root of an HTML file.

    Raises
    ------
    BuildError
        If there is no such file, or nothing in it.
    """
    try:
        return lxml.html.document_fromstring(path.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (OSError, ValueError, lxml.etree.ParserError) as error:
        raise BuildError(f"PDF: cannot read {path}: {error}") from error


def pages(html: Path) -> list[Page]:
    """Return the pages of the built book in the order of its contents.

    Parameters
    ----------
    html
        Folder of the built book; its ``index.html`` may send the reader on.

    Raises
    ------
    BuildError
        If the start page has no contents, or they name a page that is missing.
    """
    root = html.resolve()
    start = _start(root)
    found: dict[Path, Page] = {}
    for page in _listed(root, start):
        found.setdefault(page.path, page)
    if not found:
        raise BuildError(f"PDF: {start} has no contents (expected <nav class='bd-links'> naming the pages)")
    return list(found.values())


def _start(root: Path) -> Path:
    """Follow ``index.html`` where it only sends the reader on."""
    index = root / "index.html"
    for refresh in read(index).xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh') = 'refresh']/@content"):
        target = re.search(r"url\s*=\s*['\"]?([^'\"]+)", refresh, re.IGNORECASE)
        if target:
            return (root / unquote(target.group(1).strip())).resolve()
    return index


def _listed(root: Path, start: Path) -> Iterator[Page]:
    part = ""
    for navigation in read(start).xpath(_NAVIGATION)[:1]:
        for entry in navigation.xpath(_ENTRIES):
            if entry.tag == "p":
                part = " ".join(entry.text_content().split())
                continue
            file = unquote(entry.get("href", "").partition("#")[0])
            path = (start.parent / file).resolve() if file else start
            if "://" not in file and path.is_relative_to(root):
                yield Page(path, _name(path.relative_to(root)), len(list(entry.iterancestors("ul"))) or 1, part)


def _name(relative: Path) -> str:
    return "-".join(relative.with_suffix("").parts)
