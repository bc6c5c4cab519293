"""Where on a page is a word of the glossary used first?

The first use of each term in the prose of each page becomes a quiet link to its entry. Prose are the paragraphs that someone
wrote, and the boxed answer: no headings, links, code, captions, tables or entries, and not the glossary itself. A word with
a capital inside a sentence is part of a name; a word that the book uses in an everyday sense too is named in its configuration.

Assumes that all pages have been read, so that the glossary is known wherever it stands in the book. Refuses nothing; the
words stay as they are, labels and numbers too. On paper the words are plain (`dossier.pdf.paper`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from dossier.sphinx_ext.nodes import exhibit_figure, markup

WORD = "glossary-word"
"""Class of a link from prose to the glossary."""

_NO_PROSE = (
    nodes.table,
    nodes.title,
    nodes.caption,
    nodes.legend,
    nodes.topic,
    nodes.sidebar,
    nodes.footnote,
    nodes.citation,
    nodes.figure,
    addnodes.glossary,
    exhibit_figure,
)
_RUNNING = (nodes.paragraph, nodes.emphasis, nodes.strong)


def pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of the terms as a whole word, the longest first, also with a plural -s.

    A term written with capitals, such as a name, is found so written only; others in any case.

    Examples
    --------
    >>> found = pattern(["claim", "claim of right", "CAMEO"])
    >>> [match.group() for match in found.finditer("Claims, a claim of right, a reclaim; CAMEO and cameo.")]
    ['Claims', 'claim of right', 'CAMEO']
    """
    ordered = sorted(set(terms), key=lambda term: (-len(term), term))
    return re.compile("|".join(map(_one, ordered)) or r"(?!)")


def _one(term: str) -> str:
    words = r"\s+".join(map(re.escape, term.split()))
    return rf"(?<![\w-]){words if term != term.lower() else f'(?i:{words})'}s?(?![\w-])"


def term_in(found: str, terms: Mapping[str, str]) -> str:
    """Return the term that words stand for.

    Parameters
    ----------
    found
        Words that `pattern` found.
    terms
        The terms of the glossary, by themselves in lower case.

    Examples
    --------
    >>> term_in("Base  rates", {"base rate": "base rate"})
    'base rate'
    """
    words = " ".join(found.lower().split())
    return terms[words] if words in terms else terms[words.removesuffix("s")]


def is_part_of_a_name(words: str, start: int) -> bool:
    """Say whether a word has a capital though no sentence begins with it.

    Examples
    --------
    >>> is_part_of_a_name("The Northern Armistice", 13), is_part_of_a_name("It held. Armistice lines", 9)
    (True, False)
    """
    before = words[:start].rstrip()
    return words[start].isupper() and bool(before) and (before[-1].isalnum() or before[-1] in ",'’")


class LinkTerms(SphinxPostTransform):
    """Links the first use of each term on a page to the glossary."""

    default_priority = 5  # the form of each output is chosen (4), references are resolved later (10)
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Link the terms of one page."""
        found = glossary(self.env)
        if not found or any(page == self.env.docname for page, _ in found.values()):
            return
        told = sorted(set(found) - set(self.config.dossier_words_of_two_senses))
        terms, finds, seen = {term.lower(): term for term in told}, pattern(told), set[str]()
        for text in list(prose(self.document)):
            parts = list(self._parts(text, finds, terms, seen))
            if any(isinstance(part, nodes.reference) for part in parts):
                text.parent.replace(text, parts)

    def _parts(
        self, text: nodes.Text, finds: re.Pattern[str], terms: Mapping[str, str], seen: set[str]
    ) -> Iterator[nodes.Node]:
        """Yield a text in pieces, with a link for each term that was not seen before."""
        words, end = text.astext(), 0
        for match in finds.finditer(words):
            term = term_in(match.group(), terms)
            if term in seen or (term == term.lower() and is_part_of_a_name(words, match.start())):
                continue
            seen.add(term)
            if match.start() > end:
                yield nodes.Text(words[end : match.start()])
            yield self._link(match.group(), term)
            end = match.end()
        if end < len(words):
            yield nodes.Text(words[end:])

    def _link(self, words: str, term: str) -> nodes.reference:
        docname, label = glossary(self.env)[term]
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        return nodes.reference("", words, internal=True, refuri=f"{uri}#{label}", classes=[WORD])


def glossary(env: Any) -> dict[str, tuple[str, str]]:
    """Return the terms of the book, each with its page and label."""
    objects = env.get_domain("std").objects
    return {name: place for (kind, name), place in sorted(objects.items()) if kind == "term"}


def prose(document: nodes.document) -> Iterator[nodes.Text]:
    """Yield the running text of a page, in order, that someone wrote as prose."""
    for paragraph in document.findall(nodes.paragraph):
        if is_prose(paragraph):
            yield from (text for text in paragraph.findall(nodes.Text) if _runs(text))


def is_prose(paragraph: nodes.paragraph) -> bool:
    """Say whether a paragraph is prose: in no table, caption, card or entry, but perhaps in the boxed answer."""
    around: nodes.Element | None = paragraph.parent
    while around is not None:
        if isinstance(around, _NO_PROSE) or "sd-card" in around.get("classes", ()):
            return False
        if isinstance(around, markup) and "exhibit" in around["classes"]:
            return "answer" in around["classes"] and "finding-sentence" in paragraph["classes"]
        around = around.parent
    return True


def _runs(text: nodes.Text) -> bool:
    """Say whether words stand in the run of a sentence, in nothing that means something of its own."""
    around = text.parent
    while isinstance(around, _RUNNING):
        if isinstance(around, nodes.paragraph):
            return True
        around = around.parent
    return False


def setup(app: Sphinx) -> None:
    """Register the links, and the words that mean something else too and are therefore left alone."""
    app.add_config_value("dossier_words_of_two_senses", [], "env", types=[list])
    app.add_post_transform(LinkTerms)
