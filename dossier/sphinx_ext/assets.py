"""Which files stand beside the pages, and which of them does no page use?

Each chart has its data (CSV), a picture (SVG and PNG) and, for readers who touch it, its specification as a classic
script; each table has its data; the book has the Vega library once. All of it lies in `_static` and works
from disk. Assumes that whoever writes knows the root of the built book. Files are only written when their
bytes change, so that their time stamps mean something.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from dossier.sphinx_ext import styles

FOLDER = "_static/exhibits"
"""Where the files of exhibits lie, from the root of the book."""

VEGA = "_static/vega.js"
"""The library that makes charts interactive, from the root of the book."""

UNUSED = (
    "**/*.map",
    "**/*.LICENSE.txt",
    "_static/scripts/bootstrap.js",
    "_static/scripts/fontawesome.js",
    "_static/vendor",
    "_static/webpack-macros.html",
    "_static/sbt-webpack-macros.html",
    "_static/locales",
    "_static/images",
    "_static/*.png",
    "_static/mystnb.*.css.map",
)
"""What the theme brings and no page of the book uses: sources of sources, a library of widgets, icon fonts, launch logos,
translations."""

SCRIPTS = ("_static/*.js", "_static/scripts/*.js")
"""What runs in the pages. Scripts further down carry data alone, whose words are no classes."""

SOMETIMES = ("design-tabs.js",)
"""What the theme brings for pages that ask for it, if there are any."""

_ICON_FONT = re.compile(r"@font-face\{[^}]*Font Awesome[^}]*\}|(?:\.fa-[a-z0-9-]+:before,?)+\{content:\"[^\"]*\"\}")
_SOURCE_MAP = re.compile(r"\n?(?:/\*#|//#) sourceMappingURL=\S+(?: \*/)?")


def write_if_changed(path: Path, content: str | bytes) -> None:
    """Write text or bytes unless the file holds them already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as comma-separated text with Unix line ends.

    Examples
    --------
    >>> csv_text([["day", "words"], ["1", "one, two"]]).splitlines()
    ['day,words', '1,"one, two"']
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def registration_text(label: str, variants: dict[str, Any]) -> str:
    """Return a classic script that registers the specifications of a chart under its label.

    A script and not JSON, because a page opened from disk may run its scripts but not fetch its files.
    """
    body = json.dumps({"label": label, "variants": variants}, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"(window.dossierCharts = window.dossierCharts || []).push({body});\n"


def vega_text(cache: Path) -> str:
    """Return the Vega library as one classic script, kept on disk between builds."""
    kept = cache / f"vega-{vl_convert.__version__}-{vl_convert.get_vega_version()}.js"
    if not kept.exists():
        bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
        write_if_changed(kept, "(function () {\n" + bundle + "\n})();\n")
    return kept.read_text(encoding="utf-8")


def drop_unused(root: Path, pages: Iterable[str]) -> None:
    """Remove files of the built book that no page uses.

    Parameters
    ----------
    root
        The built book.
    pages
        The HTML of every page, to see which exhibits are still shown.
    """
    for pattern in UNUSED:
        for path in sorted(root.glob(pattern), reverse=True):
            _remove(path)
    everything = "\n".join(pages)
    for name in SOMETIMES:
        if name not in everything:
            _remove(root / "_static" / name)
    shown = set(re.findall(r"(?:data-exhibit=\"|/exhibits/)((?:fig|tbl)-[a-z0-9-]+)", everything))
    for path in (root / FOLDER).glob("*.*"):
        if path.stem not in shown:
            path.unlink()


def slim(root: Path, pages: Iterable[str]) -> None:
    """Take source maps out of scripts and style sheets, and out of the sheets what no page uses: icons and other rules.

    Parameters
    ----------
    root
        The built book, from which unused files are gone.
    pages
        The HTML of every page.
    """
    paths = [path for pattern in SCRIPTS for path in root.glob(pattern) if path != root / VEGA]
    scripts = {path: path.read_text("utf-8") for path in paths}
    names = styles.names_in(pages, scripts.values())
    for path, text in scripts.items():
        write_if_changed(path, _SOURCE_MAP.sub("", text))
    for path in root.glob("_static/**/*.css"):
        text = _ICON_FONT.sub("", _SOURCE_MAP.sub("", path.read_text("utf-8")))
        write_if_changed(path, styles.without_unused(text, names))


def _remove(path: Path) -> None:
    if path.is_dir():
        for child in path.iterdir():
            _remove(child)
        path.rmdir()
    elif path.exists():
        path.unlink()
