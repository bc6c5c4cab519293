"""How does a drawing that leaves the book still say what it is?

A saved picture stands alone: a white ground, the title and what is measured above the drawing, and below it the source, the
as-of date and the edition, in lines that fit its width. The same picture is kept as an SVG and, at twice its size, as a PNG;
both are the same bytes whenever they are made. Assumes a slim drawing that names its width and height. Refuses nothing: text of
the data becomes text of the picture, never markup.
"""

from __future__ import annotations

import hashlib
import io
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import vl_convert
from lxml import etree
from PIL import Image

from dossier.palette import light
from dossier.sphinx_ext import assets

SVG = "{http://www.w3.org/2000/svg}"
MARGIN, GAP, NEAR, LEAST = 16, 10, 3, 480
"""Pixels around the picture, around the drawing, between its words, and across a drawing that is narrower than these need."""
SCALE = 2
"""Pixels of the PNG for one of the drawing."""
TONES, DOTS_PER_INCH = 256, 72
"""Tones that a packed picture may have, and dots of a drawing to the inch."""
PICTURE_VERSION = "2"
"""To be raised when the same picture should be made anew."""


@dataclass(frozen=True)
class Caption:
    """What a picture says in words: above the drawing, aloud, and below it."""

    title: str
    subtitle: str
    alt: str
    credit: str


@dataclass(frozen=True)
class Face:
    """How one part of the words is set: size and distance of lines in pixels, width of a letter in parts of its size."""

    size: int
    line: int
    letter: float
    tone: str
    weight: str = "normal"

    def lines(self, words: str, across: float) -> list[str]:
        """Return words in lines no longer than so many pixels."""
        return textwrap.wrap(words, max(1, int(across / (self.size * self.letter))))


TITLE = Face(16, 21, 0.57, "text", "bold")
SUBTITLE = Face(13, 18, 0.52, "muted")
CREDIT = Face(12, 16, 0.52, "muted")


def alone(drawing: str, caption: Caption) -> str:
    """Return the SVG of a drawing with its words, on a white ground.

    Parameters
    ----------
    drawing
        A drawing with ids of its own, a title and a description, as it stands in a page.
    caption
        Its words.
    """
    root = etree.fromstring(drawing.encode("utf-8"))
    width, height = (float(root.get(side, "0")) for side in ("width", "height"))
    across = max(width, LEAST)
    marks = etree.Element(f"{SVG}g")
    marks.extend([part for part in root if etree.QName(part).localname not in ("title", "desc")])
    texts, top = [], float(MARGIN)
    for words, face in ((caption.title, TITLE), (caption.subtitle, SUBTITLE)):
        texts += _set(face.lines(words, across), face, top)
        top += face.line * len(face.lines(words, across)) + NEAR
    marks.set("transform", f"translate({MARGIN},{top + GAP:g})")
    below = CREDIT.lines(caption.credit, across)
    top += height + 2 * GAP
    texts += _set(below, CREDIT, top)
    _resize(root, across + 2 * MARGIN, top + CREDIT.line * len(below) + MARGIN)
    ground = etree.Element(f"{SVG}rect", width="100%", height="100%", fill=light("background"))
    root.extend([ground, *texts, marks])
    return etree.tostring(root, encoding="unicode") + "\n"


def png(svg: str, cache: Path) -> bytes:
    """Return a picture as PNG, made now or on an earlier day.

    Parameters
    ----------
    svg
        The picture.
    cache
        Folder of pictures already made, by the hash of what they show.
    """
    named = "\n".join([PICTURE_VERSION, vl_convert.__version__, str(SCALE), svg])
    kept = cache / f"{hashlib.sha256(named.encode()).hexdigest()}.png"
    if not kept.exists():
        assets.write_if_changed(kept, packed(vl_convert.svg_to_png(svg, scale=SCALE)))
    return kept.read_bytes()


def packed(png: bytes) -> bytes:
    """Return a PNG with a palette that shows the same: a chart has few tones, and the drawing engine writes four bytes a pixel.

    Parameters
    ----------
    png
        An opaque picture as the drawing engine makes it.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(TONES, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True, dpi=(SCALE * DOTS_PER_INCH,) * 2)
    return out.getvalue()


def _set(lines: list[str], face: Face, top: float) -> Iterator[etree._Element]:
    """Yield lines of text, the first of which begins at a height."""
    for number, line in enumerate(lines):
        made = etree.Element(f"{SVG}text", x=str(MARGIN), y=f"{top + face.line * number + face.size:g}")
        made.attrib.update({"font-size": f"{face.size}px", "font-weight": face.weight, "fill": light(face.tone)})
        made.text = line
        yield made


def _resize(root: etree._Element, width: float, height: float) -> None:
    root.attrib.update({"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"})
