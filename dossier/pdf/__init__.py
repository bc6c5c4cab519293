"""How does the report get onto paper?

From the HTML just built and from nothing else: the articles of all pages are joined in the order of the contents (`joined`),
reduced to what paper can show (`paper`, `pictures`, `columns`, `names`), written as Typst by pandoc and set by Typst
(`typeset`), in the look that ``report.typ`` gives, and made small (`packed`). Assumes the structure that the book's theme and our own exhibits have.
Refuses pictures without a description and whatever fails PDF/UA-1. Working files stay in ``pdf/`` beside the result.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dossier.errors import BuildError
from dossier.pdf import joined, packed, typeset

_TEXTS = (
    "title",
    "subtitle",
    "edition",
    "edition_title",
    "as_of",
    "as_of_long",
    "language",
    "content_hash",
    "compiled_on",
)
_FLAGS = ("retrospective", "draft")


def build(html: Path, output: Path, *, template: Path, facts: Mapping[str, Any]) -> None:
    """Make the PDF of a built book.

    Parameters
    ----------
    html
        Folder of the built book.
    output
        The PDF to write; working files go to the folder ``pdf`` beside it.
    template
        The Typst template; the pandoc filter ``pdf.lua`` lies beside it.
    facts
        What the title page says: title, subtitle, edition, edition_title, as_of, as_of_long, retrospective, draft, authors,
        language, content_hash, compiled_on.

    Raises
    ------
    BuildError
        If a page, a picture or a formula cannot be set, or the result would not pass PDF/UA-1.
    """
    folder = output.parent / "pdf"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    book = joined.join(html, folder)
    told = _told(facts) | {"parts": list(book.parts)}
    carried = typeset.fonts(template)
    drawings = sorted(folder.glob("*.svg"))
    everything = (
        book.html + json.dumps(told, ensure_ascii=False) + "".join(file.read_text("utf-8") for file in drawings)
    )
    missing = typeset.unshown(everything, carried)
    for drawing in drawings:
        drawing.write_text(_spelled(drawing.read_text("utf-8"), missing), "utf-8")
    shutil.copyfile(template, folder / typeset.MAIN)
    (folder / "facts.json").write_text(_spelled(json.dumps(told, ensure_ascii=False, indent=1), missing), "utf-8")
    body = typeset.body(_spelled(book.html, missing), filter_path=template.with_name("pdf.lua"))
    head = f'#import "{typeset.MAIN}": *\n#show: report.with(json("facts.json"))\n\n'
    (folder / "main.typ").write_text(head + body, "utf-8")
    output.write_bytes(packed.pack(typeset.compile_pdf(folder, carried=carried, facts=told)))


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts in the types that the template expects."""
    absent = [name for name in ("title", "edition", "as_of", "compiled_on") if not facts.get(name)]
    if absent:
        raise BuildError(f"PDF: the title page needs {', '.join(absent)}")
    authors = facts.get("authors") or []
    return {
        **{name: str(facts.get(name) or "") for name in _TEXTS},
        **{name: bool(facts.get(name)) for name in _FLAGS},
        "authors": [authors] if isinstance(authors, str) else [str(author) for author in authors],
        "language": str(facts.get("language") or "en"),
        "as_of_long": str(facts.get("as_of_long") or facts["as_of"]),
    }


def _spelled(text: str, characters: set[str]) -> str:
    """Write characters that no font can show by their number, so that nothing is lost without a trace."""
    return text.translate({ord(character): f"[U+{ord(character):04X}]" for character in characters})
