"""How does a drawing lose what nobody sees?

Vega writes for a page that it will change later: every mark says its font, its role and what is the default anyway, and
numbers have as many digits as the machine has. Here a drawing is left with what changes the picture, so that a page with
many marks stays light. Assumes drawings of Vega, in which nothing but the attributes of an element says how it looks.
Refuses nothing: what it does not know it leaves as it is.
"""

from __future__ import annotations

import re

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
TEXT_SIZE = "12px"
KEPT_CLASSES = frozenset({"mark-symbol"})
"""Classes by which marks are found in a drawing; others belong to the script that made it."""

DEFAULTS = frozenset(
    {
        ("opacity", "1"),
        ("stroke-width", "1"),
        ("stroke-dasharray", "1,0"),
        ("font-weight", "normal"),
        ("text-anchor", "start"),
        ("transform", "translate(0,0)"),
    }
)
"""What an element looks like without saying so, as long as nothing around it says otherwise."""

SPOKEN = ("role", "aria-", "pointer-events", "version")
SHARED = ("fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor")
"""What a group hands down to its parts. Opacity is not among it: that of a group is another thing than that of its parts."""

_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-\d+")
_PLACE = re.compile(r"translate\((-?[\d.]+),(-?[\d.]+)\)")
_PAINTED = ("fill", "stroke", "clip-path")


def slim(svg: str, font: str) -> str:
    """Return a drawing without what changes nothing in it.

    Parameters
    ----------
    svg
        A drawing of Vega.
    font
        The font of its text, said once for the whole drawing.

    Examples
    --------
    >>> slim('<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0.123456,3" opacity="1" fill="red"/></g></svg>', "Arial")
    '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arial" font-size="12px"><path d="M0.12,3" fill="red"/></svg>'
    """
    root = etree.fromstring(svg.encode("utf-8"))
    for element in list(root.iter(f"{SVG}*")):
        if _unseen(element):
            element.getparent().remove(element)
        else:
            _plain(element, font)
    for group in list(root.iter(f"{SVG}g")):
        _share(group)
    for group in reversed(list(root.iter(f"{SVG}g"))):  # inner groups first
        _unwrap(group)
    root.set("font-family", font)
    root.set("font-size", TEXT_SIZE)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _unseen(element: etree._Element) -> bool:
    """Tell whether an element leaves no trace: hidden, seen through, or the ground of a group that is painted in no colour."""
    if element.get("display") == "none" or element.get("opacity") == "0":
        return True
    return element.get("class") == "background" and not any(element.get(name) for name in _PAINTED)


def _plain(element: etree._Element, font: str) -> None:
    for name, value in list(element.attrib.items()):
        said = (name, value) in DEFAULTS or name.startswith(SPOKEN)
        if said or (name, value) in {("font-family", font), ("font-size", TEXT_SIZE)}:
            del element.attrib[name]
        elif name == "class":
            _keep_classes(element)
        elif name in ("d", "transform", "x", "y", "x2", "y2", "width", "height"):
            element.set(name, _NUMBER.sub(_rounded, value))
    place = _PLACE.fullmatch(element.get("transform", ""))
    if element.tag == f"{SVG}text" and place and len(element) == 0:
        del element.attrib["transform"]
        element.set("x", place.group(1))
        element.set("y", place.group(2))


def _keep_classes(element: etree._Element) -> None:
    kept = [name for name in element.get("class", "").split() if name in KEPT_CLASSES]
    del element.attrib["class"]
    if kept:
        element.set("class", " ".join(kept))


def _rounded(number: re.Match[str]) -> str:
    """Return a number with two decimals: a fiftieth of what a fine screen can show."""
    text = f"{float(number.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _unwrap(group: etree._Element) -> None:
    """Drop a group without parts, and put the parts of one that says nothing in its place."""
    parent = group.getparent()
    if len(group) == 0:
        parent.remove(group)
    elif not group.attrib:
        place = parent.index(group)
        parent[place : place + 1] = list(group)


def _share(group: etree._Element) -> None:
    """Let a group say what all of its parts say. Marks keep their paint, by which filled and hollow ones are told apart."""
    if any(len(part) and part.tag != f"{SVG}text" for part in group):
        return
    names = SHARED[2:] if "mark-symbol" in group.get("class", "") else SHARED
    for name in names:
        values = {part.get(name) for part in group}
        if len(group) > 1 and len(values) == 1 and None not in values and group.get(name) is None:
            group.set(name, values.pop())
            for part in group:
                del part.attrib[name]
