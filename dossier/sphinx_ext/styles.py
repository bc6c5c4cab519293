"""Which rules of the theme's style sheets does no page of the book use?

The theme brings the styles of a whole toolkit; the book uses a part of it. A rule stays if all the classes and ids that its
selector asks for occur in a page, or as words in a script, which may give them later. Assumes that classes are not put
together from pieces by a script, which none of the theme's scripts does. Refuses nothing: what cannot be read as a rule
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import groupby, pairwise

import tinycss2
from tinycss2 import ast

_CLASSES = re.compile(r"""\b(?:class|id)=(?:"([^"]*)"|'([^']*)')""")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NESTED = frozenset({"media", "supports", "layer", "container"})


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return every class and id that a page has or that a script may give.

    Examples
    --------
    >>> sorted(names_in(['<p class="one two" id="three">four</p>'], ["node.className = 'five'"]))
    ['className', 'five', 'node', 'one', 'three', 'two']
    """
    found = {name for page in pages for pair in set(_CLASSES.findall(page)) for one in pair for name in one.split()}
    return found | {word for script in scripts for word in _WORD.findall(script)}


def without_unused(sheet: str, names: Collection[str]) -> str:
    """Return a style sheet without the rules that ask for classes and ids of which none is known.

    Parameters
    ----------
    sheet
        The style sheet.
    names
        Classes and ids that are known.

    Examples
    --------
    >>> without_unused("p, .a.b { color: red } @media print { .c { top: 0 } } .d:not(.c) { top: 1px }", {"b", "d"})
    'p{ color: red }.d:not(.c){ top: 1px }'
    """
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rule, names) for rule in rules)


def _kept(rule: ast.Node, names: Collection[str]) -> str:
    if isinstance(rule, ast.QualifiedRule):
        selectors = [tinycss2.serialize(one).strip() for one in _selectors(rule.prelude) if _is_known(one, names)]
        return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""
    if isinstance(rule, ast.AtRule) and rule.lower_at_keyword in _NESTED and rule.content is not None:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "".join(_kept(one, names) for one in inner)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}" if body else ""
    return rule.serialize()


def _selectors(prelude: list[ast.Node]) -> list[list[ast.Node]]:
    """Return the selectors of a rule, which commas part."""
    parts = groupby(prelude, key=lambda token: token.type == "literal" and token.value == ",")
    return [list(tokens) for is_comma, tokens in parts if not is_comma]


def _is_known(selector: list[ast.Node], names: Collection[str]) -> bool:
    """Say whether every class and id that a selector asks for is known; what stands in brackets, such as `:not(…)`, asks for none."""
    asked = [token.value for token in selector if token.type == "hash"]
    asked += [
        token.value
        for before, token in pairwise(selector)
        if token.type == "ident" and before.type == "literal" and before.value == "."
    ]
    return all(name in names for name in asked)
