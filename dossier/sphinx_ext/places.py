"""On which page does each label stand, and where does an address lead that was given before something moved?

An address that was cited once must lead somewhere for good. The book carries its own list of labels, page by page, as a
classic script (`editions.js`): a page looks there when its address names a place that it does not hold, and another
edition looks there for the place that corresponds to its own. What no list can know is written in `book/moved.yml`: the
new name of a label that was renamed, and what took the place of a page that is no more; such a page is kept as a small one
that leads on.

Assumes that every public label stands in an article. Refuses a name in `book/moved.yml` that leads nowhere, or that says
something moved which is still there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import lxml.html
import yaml
from sphinx.errors import ExtensionError

from dossier.errors import did_you_mean
from dossier.exhibits import LABEL
from dossier.sphinx_ext import assets

MOVED = "book/moved.yml"
"""What was renamed or given up: `labels` (old label: label) and `pages` (old page: page or label)."""

LIST = "editions.js"
"""The edition's own list, at the root of its folder; it knows of no other edition, so that its bytes depend on none."""

SCRIPT = "_static/places.js"
"""What reads the list."""

LEADS_ON = "leads-on"
"""The id of the link by which a page leads on."""

FACTS = ("as_of", "retrospective", "supersedes")
_PAGE = re.compile(r"(?:[a-z0-9-]+/)*[a-z0-9-]+\.html")
_LABELS = "//article//@id[not(ancestor::*[local-name()='svg'])]"


@dataclass(frozen=True)
class Moved:
    """What `book/moved.yml` says."""

    labels: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)


def labels_by_page(root: Path) -> dict[str, list[str]]:
    """Return the public labels of each page of a built book, in the order in which they stand there.

    Pages that lead on, left by a build before this one, are none of the book.

    Parameters
    ----------
    root
        The built book.
    """
    paths = [path for path in sorted(root.rglob("*.html")) if path.relative_to(root).parts[0] != "_static"]
    trees = {path: lxml.html.parse(str(path), lxml.html.HTMLParser(encoding="utf-8")) for path in paths}
    return {
        path.relative_to(root).as_posix(): [str(name) for name in tree.xpath(_LABELS) if LABEL.match(name)]
        for path, tree in trees.items()
        if not tree.xpath(f"//*[@id='{LEADS_ON}']")
    }


def read_moved(path: Path, pages: Mapping[str, Iterable[str]]) -> Moved:
    """Return what moved, each old name with the name that is current now; nothing, where there is no such file.

    Parameters
    ----------
    path
        The file.
    pages
        Labels by page, as the book has them now.

    Raises
    ------
    sphinx.errors.ExtensionError
        Naming file and key, if a name leads nowhere, leads in a circle, or still stands in the book.
    """
    content = _content(path)
    known = {label for labels in pages.values() for label in labels}
    labels, gone = content.get("labels") or {}, content.get("pages") or {}
    _refuse_ill_named("labels", labels, LABEL, "a label, such as sec-words")
    _refuse_ill_named("pages", gone, _PAGE, "the path of a page, such as notebooks/words.html")
    moves = {**gone, **labels}
    return Moved(
        {old: _end("labels", old, moves, known) for old in labels},
        {old: _end("pages", old, moves, known | set(pages)) for old in gone},
    )


def _content(path: Path) -> dict[str, Any]:
    """Return what the file says, in the form that it should have."""
    try:
        content = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExtensionError(f"{MOVED}: not YAML: {' '.join(str(error).split())}") from error
    content = {} if content is None else content
    for key in content if isinstance(content, dict) else ():
        if key not in ("labels", "pages"):
            raise ExtensionError(f"{MOVED}: key {key!r}: {did_you_mean(str(key), ('labels', 'pages'))}")
    if not isinstance(content, dict) or not all(_is_pairs(part) for part in content.values()):
        raise ExtensionError(f"{MOVED}: accepted: labels (old label: label) and pages (old page: page or label)")
    return content


def _is_pairs(part: Any) -> bool:
    return part is None or (
        isinstance(part, dict) and all(isinstance(one, str) for pair in part.items() for one in pair)
    )


def _refuse_ill_named(key: str, names: Iterable[str], form: re.Pattern[str], accepted: str) -> None:
    for name in names:
        if not form.fullmatch(name):
            raise ExtensionError(f"{MOVED}: {key}: {name!r}; accepted: {accepted}")


def _end(key: str, old: str, moves: Mapping[str, str], known: set[str]) -> str:
    """Return where a name leads in the end: what moved once may have moved again."""
    if old in known:
        raise ExtensionError(f"{MOVED}: {key}: {old}: it still stands in the book; accepted: a name that is no more")
    passed, name = [old], moves[old]
    while name in moves and name not in passed:
        passed.append(name)
        name = moves[name]
    if name in passed:
        raise ExtensionError(f"{MOVED}: {key}: {old}: leads in a circle: {', '.join([*passed, name])}")
    if name not in known:
        raise ExtensionError(f"{MOVED}: {key}: {old}: {name!r} is nowhere in the book; {did_you_mean(name, known)}")
    return name


def list_text(facts: Mapping[str, Any], pages: Mapping[str, Iterable[str]], moved: Mapping[str, str]) -> str:
    """Return an edition's own list as a classic script.

    A script and not JSON, because a page opened from disk may run its scripts but not fetch its files.

    Examples
    --------
    >>> print(list_text({"edition": "2031-06-30"}, {"a.html": ["sec-a", "fig-b"]}, {"sec-old": "sec-a"}), end="")
    (window.dossierEditions = window.dossierEditions || []).push({"id":"2031-06-30","title":"","pages":{
    "a.html":"sec-a fig-b"
    },"moved":{"sec-old":"sec-a"}});
    """
    own = {"id": facts.get("edition", ""), "title": facts.get("edition_title", "")}
    own |= {name: facts[name] for name in FACTS if name in facts}
    lines = ",\n".join(f"{_json(page)}:{_json(' '.join(labels))}" for page, labels in pages.items())
    return (
        f"(window.dossierEditions = window.dossierEditions || []).push({_json(own)[:-1]},"
        f'"pages":{{\n{lines}\n}},"moved":{_json(dict(sorted(moved.items())))}}});\n'
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("</", "<\\/")


def leading_page(page: str, target: str, title: str) -> str:
    """Return a page that leads to another one, or on to wherever the label in its own address stands now.

    Parameters
    ----------
    page, target
        Both from the root of the book; the target with its label, if it has one.
    title
        What the link says.
    """
    up = "../" * page.count("/")
    address = escape(up + target)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8" />\n    <link rel="icon" href="data:," />\n'
        '    <meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        f'    <noscript><meta http-equiv="refresh" content="0; url={address}" /></noscript>\n'
        f"    <title>{escape(title)}</title>\n  </head>\n"
        f'  <body><main><h1><a id="{LEADS_ON}" href="{address}">{escape(title)}</a></h1></main>\n'
        f'    <script src="{up}{SCRIPT}"></script></body>\n</html>\n'
    )


def write(root: Path, *, front: str, title: str, facts: Mapping[str, Any], moved_file: Path) -> None:
    """Write the list of labels and the pages that lead on: the first page, and those that are no more.

    Parameters
    ----------
    root
        The built book.
    front
        Its front page, to which its first page leads.
    title
        Its title.
    facts
        What the edition says of itself.
    moved_file
        What moved.
    """
    first = "index.html"
    pages = {page: labels for page, labels in labels_by_page(root).items() if page != first or first == front}
    moved = read_moved(moved_file, pages)
    stands = {label: page for page, labels in pages.items() for label in labels}
    assets.write_if_changed(root / LIST, list_text(facts, pages, moved.labels))
    leading = {} if first == front else {first: (front, title)}
    leading |= {page: (_address(name, stands), f"This page moved: {title}") for page, name in moved.pages.items()}
    for page, (target, words) in leading.items():
        assets.write_if_changed(root / page, leading_page(page, target, words))


def _address(name: str, stands: Mapping[str, str]) -> str:
    return f"{stands[name]}#{name}" if name in stands else name
