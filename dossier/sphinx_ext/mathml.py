"""How is mathematics shown without a script?

Every formula of the book goes through pandoc in one call and comes back as MathML, which browsers draw and
screen readers read. The formulas are handed over as pandoc's own document tree, so that no character of the
TeX can be taken for Markdown. Results are kept on disk by the hash of the TeX. Assumes TeX that pandoc
knows; refuses the rest with a warning that names the page.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pypandoc
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from dossier.sphinx_ext.assets import write_if_changed
from dossier.sphinx_ext.pictures import cache_folder

LOGGER = logging.getLogger(__name__)


class Formula(NamedTuple):
    """TeX, set in a line of its own or within text."""

    tex: str
    display: bool

    def kept(self, cache: Path) -> Path:
        """Return where its MathML is kept."""
        name = f"{pypandoc.get_pandoc_version()}\n{self.display}\n{self.tex}"
        return cache / f"{hashlib.sha256(name.encode()).hexdigest()}.mathml"


def convert(formulas: Iterable[Formula], cache: Path) -> None:
    """Make the MathML of formulas that have none yet, in one call of pandoc.

    Parameters
    ----------
    formulas
        What the book contains.
    cache
        Folder of MathML already made.
    """
    missing = sorted({formula for formula in formulas if not formula.kept(cache).exists()})
    if not missing:
        return
    blocks = [{"t": "Para", "c": [_pandoc_math(formula)]} for formula in missing]
    tree = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    html = pypandoc.convert_text(json.dumps(tree), "html", format="json", extra_args=["--mathml", "--wrap=none"])
    for formula, paragraph in zip(missing, re.findall(r"<p>(.*?)</p>", html, re.S), strict=True):
        write_if_changed(formula.kept(cache), paragraph)


def _pandoc_math(formula: Formula) -> dict[str, object]:
    kind = "DisplayMath" if formula.display else "InlineMath"
    return {"t": "Math", "c": [{"t": kind}, formula.tex.strip()]}


def mathml(formula: Formula, cache: Path, location: nodes.Node) -> str:
    """Return the MathML of a formula; warns, with the place, if pandoc does not know its TeX."""
    convert([formula], cache)
    made = formula.kept(cache).read_text(encoding="utf-8")
    if not made.startswith("<math"):
        LOGGER.warning("formula is not understood: %s", formula.tex, location=location, type="dossier", subtype="math")
    return made


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the formulas of a document that has just been read."""
    app.env.dossier_formulas = {**_formulas(app.env), app.env.docname: sorted(_formulas_in(doctree))}


def convert_all(app: Sphinx, env: BuildEnvironment) -> None:
    """Make the MathML of the whole book, once everything is read."""
    convert((Formula(*one) for some in _formulas(env).values() for one in some), cache_folder(app))


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the formulas of a document that is read again or gone."""
    env.dossier_formulas = {name: some for name, some in _formulas(env).items() if name != docname}


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over the formulas that another process has read."""
    env.dossier_formulas = {
        **_formulas(env),
        **{name: some for name, some in _formulas(other).items() if name in docnames},
    }


def _formulas(env: BuildEnvironment) -> dict[str, list[Formula]]:
    return getattr(env, "dossier_formulas", {})


def _formulas_in(doctree: nodes.document) -> set[Formula]:
    inline = {Formula(node.astext(), False) for node in doctree.findall(nodes.math)}
    return inline | {Formula(node.astext(), True) for node in doctree.findall(nodes.math_block)}


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within text."""
    made = mathml(Formula(node.astext(), False), cache_folder(self.builder.app), node)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight") + made + "</span>")
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula in a line of its own, with its number if it has one."""
    made = mathml(Formula(node.astext(), True), cache_folder(self.builder.app), node)
    number = get_node_equation_number(self, node) if node.get("number") else ""
    if "amsmath" in node["classes"]:  # myst names these at random; nothing can refer to them by such a name
        node["ids"] = [f"equation-{number}".replace(".", "-")] if number else []
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="math-scroll">{made}</div>')
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, f"Link to equation {number}")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the renderer `mathml` and what collects formulas for it."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_block, None))
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", convert_all)
