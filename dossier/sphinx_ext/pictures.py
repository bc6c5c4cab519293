"""How does a chart's specification become a drawing that is there before any script runs?

Vega-Lite is drawn to SVG in this one process, and kept on disk under the hash of the specification. The
drawing stands inline in the page with the chart's title and description; it keeps the plain light tones of
the palette, which the style sheet turns into those of the reader's theme. A narrow variant takes over in
narrow columns; without one the chart scrolls in a box.

Assumes specifications that carry their own data. Refuses one that would load data or images from elsewhere.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import vl_convert
from docutils import nodes
from lxml import etree
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from dossier.sphinx_ext import assets, saved
from dossier.sphinx_ext.contract import Place, day_of, mapping, source_of, text_of
from dossier.sphinx_ext.slim import slim

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Liberation Sans comes with vl-convert, so that text is measured alike everywhere; Arial and Helvetica have its widths."""

DRAWING_VERSION = "2"
"""To be raised when the same specification should be drawn anew."""

_FOREIGN_IMAGE = re.compile(r'<image\b[^>]*\bhref="((?!data:image/)[^"]*)"')

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


class exhibit_picture(nodes.General, nodes.Element):  # noqa: N801 - docutils names node classes in lower case
    """The drawing of a figure: `label`, `title`, `alt`, what a saved copy says beside them, and its `variants` to be drawn."""


def picture(spec: Mapping[str, Any], own: Mapping[str, Any], label: str, place: Place) -> exhibit_picture:
    """Return the node of a chart's drawing.

    Parameters
    ----------
    spec
        The Vega-Lite specification.
    own
        Its ``usermeta.dossier``: title, subtitle, alternative text, source, as-of date, narrow variant.
    label
        Label of the figure.
    place
        For messages.
    """
    variants = {"wide": _clean(spec, place)}
    if own.get("narrow"):
        variants["narrow"] = _clean(mapping(own["narrow"], place, "narrow"), place)
    source = "".join(span.text for span in source_of(own, place)).rstrip(".")
    count = "" if own.get("n") is None else f" n = {own['n']}."
    return exhibit_picture(
        label=label,
        title=text_of(own, "title", place),
        subtitle=text_of(own, "subtitle", place),
        alt=text_of(own, "alt", place),
        credit=f"Source: {source}. As of {day_of(own, place)}.{count}",
        variants=variants,
    )


def draw(spec: Mapping[str, Any], cache: Path) -> str:
    """Return the SVG of a specification, drawn now or on an earlier day.

    Parameters
    ----------
    spec
        A Vega-Lite specification with its data inside.
    cache
        Folder of drawings already made, by the hash of their specification.

    Raises
    ------
    ValueError
        If Vega cannot draw it, or if the drawing would load an image from elsewhere.
    """
    text = json.dumps(spec, sort_keys=True, ensure_ascii=False)
    named = "\n".join([DRAWING_VERSION, vl_convert.__version__, text])
    kept = cache / f"{hashlib.sha256(named.encode()).hexdigest()}.svg"
    if not kept.exists():
        drawn = vl_convert.vegalite_to_svg(text, allowed_base_urls=[])
        foreign = _FOREIGN_IMAGE.search(drawn)
        if foreign:
            raise ValueError(f"it shows the image {foreign.group(1)}, which is not part of the book")
        assets.write_if_changed(kept, slim(_renumbered(drawn), FONT))
    return kept.read_text(encoding="utf-8")


def inline_svg(svg: str, *, prefix: str, title: str, alt: str) -> str:
    """Return a drawing for the page: one image with a title and a description, ids of its own, links only to the web.

    Parameters
    ----------
    svg
        A drawing.
    prefix
        Put before every id, which must be unique on a page.
    title, alt
        What is read aloud.
    """
    root = etree.fromstring(svg.encode("utf-8"))
    _prefix_ids(root, prefix)
    for element in root.iter():
        if not element.get(HREF, "#").startswith(("http:", "https:", "#", "data:image/")):
            del element.attrib[HREF]
    for number, (tag, words) in enumerate((("title", title), ("desc", alt))):
        child = etree.Element(f"{SVG}{tag}", id=f"{prefix}-{tag}")
        child.text = words
        root.insert(number, child)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    root.set("focusable", "false")
    return etree.tostring(root, encoding="unicode")


def visit_exhibit_picture(self: HTML5Translator, node: exhibit_picture) -> None:
    """Write the drawing, and the files that belong to it."""
    root, cache = Path(self.builder.outdir), cache_folder(self.builder.app)
    try:
        drawings = {name: draw(spec, cache) for name, spec in node["variants"].items()}
    except ValueError as error:
        place = Place(self.builder.current_docname, node["label"])
        place.refuse(f"the chart cannot be drawn: {' '.join(str(error).splitlines()[:2])}")
    label, title, alt = node["label"], node["title"], node["alt"]
    _save(drawings["wide"], node, self.builder.app)
    assets.write_if_changed(root / assets.FOLDER / f"{label}.js", assets.registration_text(label, node["variants"]))
    assets.write_if_changed(root / assets.VEGA, assets.vega_text(cache))
    self.body.append(f'<div class="exhibit-picture" data-exhibit="{label}">\n')
    for name, svg in drawings.items():
        inline = inline_svg(svg, prefix=f"{label}-{name}", title=title, alt=alt)
        self.body.append(self.starttag(node, "div", "", **_variant(name, node)) + inline + "</div>\n")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _save(drawing: str, node: exhibit_picture, app: Sphinx) -> None:
    """Write the picture that a reader can take out of the book, as SVG and as PNG."""
    facts = app.config.dossier or {}
    whole = ", ".join([app.config.html_title, *([f"edition {facts['edition']}"] if facts.get("edition") else [])])
    caption = saved.Caption(node["title"], node["subtitle"], node["alt"], f"{node['credit']} {whole}.")
    svg = saved.alone(inline_svg(drawing, prefix="chart", title=node["title"], alt=node["alt"]), caption)
    path = Path(app.outdir) / assets.FOLDER / node["label"]
    assets.write_if_changed(path.with_suffix(".svg"), svg)
    assets.write_if_changed(path.with_suffix(".png"), saved.png(svg, cache_folder(app)))


def cache_folder(app: Sphinx) -> Path:
    """Return where drawings are kept between builds: as configured, or beside the built book, never inside it."""
    configured = app.config.dossier_cache
    return Path(app.confdir, configured) if configured else Path(app.outdir).parent / ".dossier-cache"


def _variant(name: str, node: exhibit_picture) -> dict[str, str]:
    """Return the HTML attributes of a variant's box: how many controls to leave room for, how to reach it if it scrolls."""
    bound = sum(1 for one in node["variants"][name].get("params", ()) if isinstance(one.get("bind"), dict))
    own = {"data-variant": name, "CLASS": f"exhibit-variant exhibit-{name}"}
    if bound:
        own["data-controls"] = str(bound)
    if len(node["variants"]) > 1:
        return own
    spoken = {"role": "group", "tabindex": "0", "aria-label": f"Chart: {node['title']}"}
    return own | spoken | {"CLASS": "exhibit-variant exhibit-only"}


def _clean(spec: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return a specification without what is not drawn: transparent, with our font unless it names one."""
    for url in _urls(spec):
        place.refuse(f"the specification loads {url!r}; a chart carries its own data")
    own = copy.deepcopy({key: value for key, value in spec.items() if key != "usermeta"})
    config = own.setdefault("config", {})
    config.setdefault("font", FONT)
    config["aria"] = False  # the drawing as a whole has a title and a description; its parts are not read
    config["mark"] = {**config.get("mark", {}), "aria": False}
    own["background"] = None
    return own


def _urls(part: Any, key: str = "") -> Iterator[str]:
    """Yield every address that a specification would load data or images from."""
    if isinstance(part, Mapping):
        if key in {"data", "from", "mark"} and isinstance(part.get("url"), str):
            yield part["url"]
        for name, value in part.items():
            if name not in {"values", "datasets"}:
                yield from _urls(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _urls(value, key)


def _renumbered(svg: str) -> str:
    """Number ids in the order in which they appear: Vega counts on from one chart of a process to the next."""
    names = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    for number, name in enumerate(names):
        svg = svg.replace(f'id="{name}"', f'id="part-{number}"').replace(f"url(#{name})", f"url(#part-{number})")
    return svg


def _prefix_ids(root: etree._Element, prefix: str) -> None:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set("id", f"{prefix}-{value}")
            elif "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))


def setup(app: Sphinx) -> None:
    """Register the node and the configuration value of the cache."""
    app.add_config_value("dossier_cache", "", "", types=[str])
    app.add_node(exhibit_picture, html=(visit_exhibit_picture, None))
