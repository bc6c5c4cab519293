"""What does a link lead to, in short?

For links to things (`things`) a small card says what stands there, when the link is pointed at or focused. The words of the
cards that a page can show lie in one classic script beside it, `_static/cards/<page>.js`, which `cards.js` loads at the first
such moment; a page without such links has none.

Assumes that all pages have been read. Refuses nothing. The words are data: the script that shows them makes text of them alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from dossier.sphinx_ext import assets
from dossier.sphinx_ext.things import Thing

FOLDER = "_static/cards"
"""Where the words of cards lie, from the root of the book."""

SCRIPT = "cards.js"
"""What shows them."""


def labels_led_to(document: nodes.document) -> Iterator[str]:
    """Yield the label of each place in the book that a link of a page leads to, where it leads to one."""
    for link in document.findall(nodes.reference):
        if link.get("refid"):
            yield link["refid"]
        elif link.get("internal"):
            yield link.get("refuri", "").partition("#")[2]


def cards_for(labels: Iterable[str], things: Mapping[str, Thing]) -> dict[str, list[str]]:
    """Return the cards that links need, by label, in the order of their labels.

    Each is what it is, its title, its facts and its text; the last ones are left out where they are blank.

    Examples
    --------
    >>> cards_for(["src-a", "sec-b", "src-a"], {"src-a": Thing("src-a", "source", "A title", "Grade: B2")})
    {'src-a': ['Source', 'A title', 'Grade: B2']}
    """
    return {label: _card(things[label]) for label in sorted(set(labels)) if label in things}


def _card(thing: Thing) -> list[str]:
    words = [thing.kind[0].upper() + thing.kind[1:], thing.title, thing.facts, thing.text]
    while not words[-1]:
        words.pop()
    return words


def script_text(cards: Mapping[str, list[str]]) -> str:
    r"""Return cards as a classic script.

    A script and not JSON, because a page opened from disk may run its scripts but not fetch its files.

    Examples
    --------
    >>> print(script_text({"evt-a": ["Event", "</script>"]}), end="")
    window.dossierCards = {
    "evt-a":["Event","<\/script>"]
    };
    """
    lines = ",\n".join(f"{_json(label)}:{_json(card)}" for label, card in cards.items())
    return f"window.dossierCards = {{\n{lines}\n}};\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def write(app: Sphinx, pagename: str, document: nodes.document | None) -> str:
    """Write the words of a page's cards, and return where from the root of the book; blank if it has none.

    Parameters
    ----------
    app
        Sphinx.
    pagename
        The page.
    document
        Its nodes with references resolved; none for a page such as the one that searches.
    """
    things = app.env.get_domain("thing").by_label()
    cards = cards_for(labels_led_to(document), things) if document is not None else {}
    name = f"{FOLDER}/{pagename}.js"
    path = Path(app.outdir, name)
    if not cards:
        path.unlink(missing_ok=True)  # left by a build before this one
        return ""
    assets.write_if_changed(path, script_text(cards))
    return name
