"""What does every page carry besides its text: which edition it is of, and what it may load?

A quiet line says edition, standing and as-of date and leads to the PDF. A Content-Security-Policy forbids
everything that does not lie in the book: no network, no evaluated code, no inline script but those counted
by hash when the page was written. Beside the pages stand the list of their labels (`places`) and
the words of the cards at their links (`cards`). Assumes the pinned theme, whose few gaps for readers who do not see the page are
closed here. Refuses inline event handlers.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from dossier.palette import style_sheet
from dossier.sphinx_ext import assets, cards, citing, places

SELF_CONTAINED = (
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'none'; "
    "object-src 'none'; frame-src 'self'; base-uri 'none'; form-action 'self'"
)
"""The part of the policy that is the same on every page. The one frame is that of the list of editions beside the book."""

PALETTE = "dossier-palette.css"
"""The style sheet made from `dossier.palette`."""

SEARCH = "search.js"
"""What shows the results of a search, on the page that searches alone."""

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.S)
_ATTRIBUTE = r"""\s+(?!on)[^\s=<>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?"""
_HANDLER = re.compile(rf"<[a-z][^\s<>/]*(?:{_ATTRIBUTE})*\s+on[a-z]+\s*=", re.I)
_WIDGETS = re.compile(r'\s*<script defer src="[^"]*/bootstrap\.js[^"]*"></script>')
"""What asks for the theme's library of widgets, of which no page has any: the theme's own script needs it for none of ours."""
_CHARSET = re.compile(r"<meta charset=\"utf-8\"\s*/?>", re.I)

REPAIRS: tuple[tuple[str, str], ...] = (
    (
        '<summary><span class="toctree-toggle"',
        '<summary aria-label="Show or hide the pages below"><span class="toctree-toggle"',
    ),
    (
        '<div class="sidebar-primary-items__start',
        '<div role="navigation" aria-label="Book" class="sidebar-primary-items__start',
    ),
    (' data-bs-toggle="tooltip"', ""),  # the browser's own tooltip is legible in both themes
    ('title="Toggle primary sidebar"', 'title="Pages of the book"'),
    ('title="Toggle secondary sidebar"', 'title="Contents of this page"'),
)
"""Names and roles that the theme's own templates leave out."""


def policy(html: str) -> str:
    """Return the Content-Security-Policy of a page: its own inline scripts by hash, the book's files, nothing else.

    Parameters
    ----------
    html
        The page as written.

    Raises
    ------
    sphinx.errors.ExtensionError
        If an element carries an inline event handler, which no hash can allow.
    """
    handler = _HANDLER.search(html)
    if handler:
        raise ExtensionError(f"inline event handler, which the policy of the pages forbids: {handler.group(0)}")
    digests = {hashlib.sha256(body.encode("utf-8")).digest() for body in _INLINE_SCRIPT.findall(html)}
    hashes = sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    scripts = " ".join(["'self'", *hashes])
    return f"default-src 'none'; script-src {scripts}; {SELF_CONTAINED}"


def with_policy(html: str) -> str:
    """Return a page with its policy, right after its character set; a page that has one stays as it is."""
    if "Content-Security-Policy" in html:
        return html
    meta = f'\n    <meta http-equiv="Content-Security-Policy" content="{policy(html)}" />'
    return _CHARSET.sub(lambda found: found.group(0) + meta, html, count=1)


def edition_line(edition: Mapping[str, Any]) -> str:
    """Return the line on top of every page as text.

    Examples
    --------
    >>> edition_line({"edition": "2025-12-30", "retrospective": True, "as_of_long": "30 December 2025"})
    'edition 2025-12-30 · retrospective · as of 30 December 2025'
    """
    if not edition:
        return "preview of the sources, not an edition"
    parts = [f"edition {edition['edition']}"]
    parts += ["retrospective"] if edition.get("retrospective") else []
    parts += [f"as of {edition.get('as_of_long') or edition.get('as_of')}"]
    parts += ["draft: not the edition as released"] if edition.get("draft") else []
    return " · ".join(parts)


def add_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the page's template the edition line and leave out scripts that the page has no use for."""
    edition = app.config.dossier or {}
    context["default_mode"] = "auto"
    for name in ("pagetitle", "root_title"):  # titles are text; the theme prints these, and the logo, as they are
        context[name] = escape(context.get(name) or "")
    context["theme_logo"] = {**(context.get("theme_logo") or {}), "text": escape(context.get("docstitle") or "")}
    context["dossier_edition_line"] = edition_line(edition)
    published = edition.get("edition") and not edition.get("draft")  # a draft stands beside no other edition
    context["dossier_edition"] = edition["edition"] if published else ""
    context["dossier_editions"] = context["content_root"] + "../index.html" if published else ""
    context["dossier_pdf"] = context["content_root"] + edition["pdf"] if edition.get("pdf") else ""
    tabs = doctree is not None and any(
        "sd-tab-set" in node.get("classes", ()) for node in doctree.findall(nodes.container)
    )
    words = cards.write(app, pagename, doctree)
    context["dossier_cards"] = context["content_root"] + words if words else ""
    unused = (*(() if tabs else ("design-tabs.js",)), *(() if words else (cards.SCRIPT,)))
    context["dossier_cite"] = citing.page_address(app, context)
    unused += () if pagename == "search" else (SEARCH,)
    unused += () if context["dossier_cite"] else (citing.SCRIPT,)
    context["script_files"] = [
        one for one in context["script_files"] if not str(getattr(one, "filename", one)).endswith(unused)
    ]


def write_palette(app: Sphinx) -> None:
    """Write the palette beside the style sheets of the book, before Sphinx counts their bytes."""
    if app.builder.format == "html":
        assets.write_if_changed(Path(app.outdir) / "_static" / PALETTE, style_sheet())


def finish(app: Sphinx, error: Exception | None) -> None:
    """Close the theme's gaps, add the policy to every page, drop what no page uses."""
    if error is not None or app.builder.format != "html":
        return
    root = Path(app.outdir)
    front = app.builder.get_target_uri(app.config.root_doc)
    places.write(
        root,
        front=front,
        title=app.config.html_title,
        facts=app.config.dossier or {},
        moved_file=Path(app.srcdir, places.MOVED),
    )
    citing.write(app)
    pages = [
        _finish_page(path) for path in sorted(root.rglob("*.html")) if path.relative_to(root).parts[0] != "_static"
    ]
    assets.drop_unused(root, pages)
    assets.slim(root, pages)


def _finish_page(path: Path) -> str:
    html = path.read_text(encoding="utf-8")
    if "Content-Security-Policy" in html:
        return html
    html = _WIDGETS.sub("", html)
    for gap, repair in REPAIRS:
        html = html.replace(gap, repair)
    html = with_policy(html)
    path.write_text(html, encoding="utf-8")
    return html


def setup(app: Sphinx) -> None:
    """Register the edition's configuration value and the two steps."""
    app.add_config_value("dossier", {}, "html", types=[dict])
    app.add_css_file(PALETTE)
    app.connect("builder-inited", write_palette)
    app.connect("html-page-context", add_context, priority=900)
    app.connect("build-finished", finish, priority=900)
