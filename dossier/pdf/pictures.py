"""How do the pictures of the pages get onto paper?

Vector drawings that stand in a page are written out as files, with a font that the PDF carries; picture files are copied.
Widths on paper keep the proportion between the drawing and the text column it was drawn for. Assumes drawings with plain
colours (what the style sheet of the book recolours on screens). Refuses a picture that nobody described in words.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import lxml.html
from lxml import etree

from dossier.errors import BuildError

FONT = "Libertinus Serif"
TEXT_WIDTH_MM = 166.0
"""A4 less two margins of 22 mm."""
_TEXT_WIDTH_PX = 720.0
"""Widest drawing on a screen page: it fills the text column on paper."""
_MOST_HEIGHT_MM = 195.0
"""Leaves room on the page for caption and notes."""
_FONT_SCALE = 1.08
"""Libertinus is smaller and narrower than the sans serif that charts are drawn with: larger, it still fits."""
_VECTOR = "{http://www.w3.org/2000/svg}"
_SCREEN_ONLY = {"class", "role", "focusable", "aria-labelledby", "aria-roledescription", "aria-label", "tabindex"}

# HTML lowers the case of names; these are the ones in drawings that matter (HTML Standard, 13.2.6.5 and 13.2.6.1).
_NAMES = {
    name.lower(): name
    for name in [
        "viewBox",
        "preserveAspectRatio",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clipPathUnits",
        "patternUnits",
        "patternTransform",
        "patternContentUnits",
        "maskUnits",
        "maskContentUnits",
        "markerUnits",
        "markerWidth",
        "markerHeight",
        "refX",
        "refY",
        "pathLength",
        "startOffset",
        "textLength",
        "lengthAdjust",
        "stdDeviation",
        "filterUnits",
        "primitiveUnits",
        "clipPath",
        "linearGradient",
        "radialGradient",
        "textPath",
    ]
}


def place(article: lxml.html.HtmlElement, folder: Path, page: str, source: Path) -> None:
    """Replace every drawing and picture of an article by an image that names a file in the folder.

    Parameters
    ----------
    article
        The article of one page, changed in place.
    folder
        Where the files go.
    page
        Name of the page, for file names and messages.
    source
        The page's own file: paths of pictures are relative to it.

    Raises
    ------
    BuildError
        If a picture has no description, or its file is missing.
    """
    drawings = article.xpath(".//*[local-name() = 'svg']")
    for number, drawing in enumerate(drawings, 1):
        _draw(drawing, folder, f"{page}-{number}.svg", page)
    for image in article.xpath(".//img[not(@data-file)]"):
        _copy(image, folder, page, source)


def _draw(drawing: lxml.html.HtmlElement, folder: Path, file: str, page: str) -> None:
    if drawing.get("aria-hidden") == "true" and not drawing.xpath("*[local-name() = 'desc']"):
        drawing.drop_tree()
        return
    words = ("desc", "title")
    told = [_words(text) for word in words for text in drawing.xpath(f"*[local-name() = '{word}']//text()")]
    alt = next((text for text in [*told, _words(drawing.get("aria-label", ""))] if text), "")
    if not alt:
        raise BuildError(f"PDF: page {page}: a drawing has no description (expected <desc> in the SVG)")
    width, height = _size(drawing)
    (folder / file).write_bytes(_vector(drawing))
    _become_image(drawing, file, alt, width * TEXT_WIDTH_MM / _TEXT_WIDTH_PX, height / width)


def _copy(image: lxml.html.HtmlElement, folder: Path, page: str, source: Path) -> None:
    address, alt = image.get("src", ""), _words(image.get("alt", ""))
    if not alt:
        raise BuildError(f"PDF: page {page}: picture {address} has no description (expected alt text)")
    path = (source.parent / address).resolve()
    if not path.is_file():
        raise BuildError(f"PDF: page {page}: picture {address} is missing (expected a file of the built book)")
    file = f"{page}-{path.name}"
    shutil.copyfile(path, folder / file)
    _become_image(image, file, alt, TEXT_WIDTH_MM, 0.0)


def _become_image(element: lxml.html.HtmlElement, file: str, alt: str, width_mm: float, ratio: float) -> None:
    element.clear(keep_tail=True)
    element.tag = "img"
    across = min(width_mm, TEXT_WIDTH_MM, _MOST_HEIGHT_MM / ratio if ratio else TEXT_WIDTH_MM)
    for name, value in (("src", file), ("data-file", file), ("data-alt", alt), ("data-across", f"{across:.1f}mm")):
        element.set(name, value)


def _size(drawing: lxml.html.HtmlElement) -> tuple[float, float]:
    """Return width and height in pixels, from the box where the drawing names one."""
    box = (drawing.get("viewbox") or drawing.get("viewBox") or "").replace(",", " ").split()
    sizes = box[2:] if len(box) == 4 else [drawing.get("width", ""), drawing.get("height", "")]
    numbers = [float(match.group()) for size in sizes if (match := re.match(r"\d+(\.\d+)?", size))]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and all(numbers) else (_TEXT_WIDTH_PX, _TEXT_WIDTH_PX / 2)


def _vector(drawing: lxml.html.HtmlElement) -> bytes:
    """Return a drawing as an SVG file whose text uses the font of the report."""
    text = etree.tostring(drawing, encoding="unicode", with_tail=False)
    root = etree.fromstring(_with_namespace(text), etree.XMLParser(resolve_entities=False, no_network=True))
    for element in [found for found in root.iter() if isinstance(found.tag, str)]:
        local = etree.QName(element).localname
        if element is not root and (local in ("title", "desc", "script", "foreignobject") or _reaches_out(element)):
            element.getparent().remove(element)
        else:
            element.tag = _VECTOR + _NAMES.get(local, local)
            _plain(element)
    root.set("font-family", FONT)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _reaches_out(element: etree._Element) -> bool:
    """Tell whether an element of a drawing needs another file."""
    addresses = [value for name, value in element.attrib.items() if etree.QName(name).localname == "href"]
    return etree.QName(element).localname != "a" and not all(
        address.startswith(("#", "data:")) for address in addresses
    )


def _with_namespace(text: str) -> str:
    head, _, rest = text.partition(">")
    for name, address in (("xmlns", "http://www.w3.org/2000/svg"), ("xmlns:xlink", "http://www.w3.org/1999/xlink")):
        if f"{name}=" not in head:
            head = head.replace("<svg", f'<svg {name}="{address}"', 1)
    return f"{head}>{rest}"


def _plain(element: etree._Element) -> None:
    """Give attributes back their case, drop those for screens and scripts, and take the font and its size for paper."""
    for name, value in list(element.attrib.items()):
        del element.attrib[name]
        if name in _SCREEN_ONLY or name.startswith(("on", "data-")) or name == "font-family":
            continue
        if name == "style":
            value = re.sub(r"font-family\s*:[^;]*;?", "", value)
        if name == "font-size" and (size := re.fullmatch(r"([\d.]+)(px)?", value)):
            value = f"{float(size.group(1)) * _FONT_SCALE:.2f}px"
        element.set(_NAMES.get(name, name), value)


def _words(text: str) -> str:
    return " ".join(text.split())
