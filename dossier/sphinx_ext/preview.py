"""What do prose and headings show where no edition has been built?

Someone runs `jupyter-book build .` on the repository itself: notebooks have no outputs and findings no
values. Every name in double braces then shows the finding as the newest released edition had it, or its own
name in brackets, never nothing. Assumes that a stage defines its own names (page by page) and leaves this
alone; refuses nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from sphinx.application import Sphinx
from sphinx.config import Config

NAME = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def names_used(folder: Path) -> set[str]:
    """Return every name that prose or a notebook's text puts in double braces.

    Parameters
    ----------
    folder
        Root of the sources; folders beginning with a dot or an underscore are left out.
    """
    return {name for text in _texts(folder) for name in NAME.findall(text)}


def newest_findings(folder: Path) -> dict[str, str]:
    """Return text by name of the findings in the newest lock in ``folder``, empty where there is none.

    Parameters
    ----------
    folder
        The folder `editions`.
    """
    locks = sorted(folder.glob("*.lock.json"))
    if not locks:
        return {}
    held = json.loads(locks[-1].read_text(encoding="utf-8")).get("findings", [])
    return {_name(item["id"]): item["text"] for item in held if "id" in item and "text" in item}


def shown(name: str, findings: Mapping[str, str]) -> str:
    r"""Return what a name shows in a preview, as Markdown that stays literal.

    Examples
    --------
    >>> shown("fnd_p_deal", {"fnd_p_deal": "7 %"})
    '7 \\%'
    >>> shown("fnd_p_deal", {})
    '\\[fnd\\-p\\-deal\\]'
    """
    fallback = f"[{name.replace('_', '-') if name.startswith('fnd_') else name}]"
    return _PUNCTUATION.sub(r"\\\1", findings.get(name, fallback))


def fill(app: Sphinx, config: Config) -> None:
    """Define every name that is used and not defined, unless an edition is being built."""
    if config.dossier:
        return
    root = Path(app.srcdir)
    findings = newest_findings(root / "editions")
    known = dict(config.myst_substitutions or {})
    config.myst_substitutions = {name: shown(name, findings) for name in sorted(names_used(root))} | known


def _name(finding_id: str) -> str:
    return finding_id.replace("-", "_")


def _texts(folder: Path) -> Iterator[str]:
    for path in _sources(folder):
        if path.suffix == ".md":
            yield path.read_text(encoding="utf-8")
            continue
        cells = nbformat.read(path, as_version=4).cells
        yield from (cell.source for cell in cells if cell.cell_type == "markdown")


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir():
            yield from _sources(path)
        elif path.suffix in {".md", ".ipynb"}:
            yield path


def setup(app: Sphinx) -> None:
    """Fill names before any document is read."""
    app.connect("config-inited", fill)
