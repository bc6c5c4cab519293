"""How does the joined text become a PDF that machines can read aloud, with no program of the system?

Pandoc (from its wheel) writes the joined pages as Typst through the filter beside the template; Typst (from its wheel) sets
them with the fonts that it carries, and with those in a folder `fonts` beside the template, if there is one. The result
must pass Typst's checks for PDF/UA-1 or there is none. No font of the system, no clock and no network enter, so the same
pages make the same bytes.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypandoc
import typst

from dossier.errors import BuildError

STANDARD = "ua-1"
MAIN = "report.typ"
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Invisible signs that let one line of a table turn its neighbours around (Unicode Standard Annex 9)."""
_PLACE = re.compile(r"┌─ (\S+:\d+:\d+)")


def body(html: str, *, filter_path: Path) -> str:
    """Return the joined pages as Typst source.

    Raises
    ------
    BuildError
        If pandoc refuses them, a formula above all.
    """
    arguments = [f"--lua-filter={filter_path}", "--wrap=none"]
    try:
        return pypandoc.convert_text(html, "typst-smart", format="html-auto_identifiers", extra_args=arguments)
    except (RuntimeError, OSError) as error:
        raise BuildError(f"PDF: pandoc cannot write the pages as Typst: {_one_line(str(error))}") from error


def unshown(text: str, fonts: typst.Fonts) -> set[str]:
    """Return the characters of a text that none of the fonts can show, by asking Typst, and those that turn its direction."""
    turning = _TURNING & set(text)
    characters = sorted({character for character in text if ord(character) > 126 and not character.isspace()} - turning)
    if not characters:
        return turning
    lines = "".join(f"#box({json.dumps(character, ensure_ascii=False)})\n" for character in characters)
    source = f'#set document(title: "probe")\n#set text(font: "Libertinus Serif")\n{lines}'
    try:
        typst.compile(source.encode(), font_paths=fonts, ignore_system_fonts=True, pdf_standards=[STANDARD])
    except typst.TypstError as error:
        named = "".join(_UNSHOWN.findall(f"{error.message}\n{error.diagnostic}"))
        return turning | (set(characters) & set(named))
    return turning


def fonts(template: Path) -> typst.Fonts:
    """Return the fonts that the report may use: those of Typst, and those beside the template."""
    folder = template.parent / "fonts"
    return typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder.is_dir() else [])


def compile_pdf(folder: Path, *, carried: typst.Fonts, facts: Mapping[str, Any]) -> bytes:
    """Set the report that lies in a folder; return it as PDF.

    Raises
    ------
    BuildError
        If Typst refuses it; the message names the source, which stays where it is.
    """
    day = datetime.datetime.fromisoformat(str(facts["compiled_on"])).replace(tzinfo=datetime.UTC)
    main = folder / "main.typ"
    try:
        return typst.compile(
            main, root=folder, font_paths=carried, ignore_system_fonts=True, pdf_standards=[STANDARD], timestamp=day
        )
    except typst.TypstError as error:
        place = _PLACE.search(error.diagnostic)
        hints = "; ".join([*([f"at {place.group(1)}"] if place else []), *error.hints])
        raise BuildError(
            f"PDF: Typst refuses {main}: {_one_line(error.message)}{f' ({hints})' if hints else ''}"
        ) from error


def _one_line(text: str) -> str:
    """Return the lines of a message that say something, as one."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())[:600]
