"""Text of a stranger's data folder stays text: in pages, drawings, search, citations and on paper."""

import json
import re

import pytest
from books import lines, words
from hostile import BAD_ADDRESS, HOSTILE, SHOWN, marked
from lxml import etree

pytestmark = pytest.mark.book

DRAWN = {
    "fig-precedents-spells",
    "fig-settlements-promises",
    "fig-settlements-states",
    "fig-timeline-lanes",
    "fig-timeline-quads",
    "fig-timeline-types",
    "fig-timeline-years",
}
STRAIGHT = " ".join(HOSTILE.split())


def test_hostile_text_is_shown_as_the_text_that_it_is_wherever_it_is_shown(invented):
    shown, faults = set(), []
    for name, tree in invented.trees.items():
        text = words(tree)
        for mark in re.finditer("«([^»]+)»", text):
            shown.add(mark.group(1))
            if not text.startswith(f"«{mark.group(1)}» {STRAIGHT}", mark.start()):
                faults.append(f"{name}: {text[mark.start() : mark.start() + 200]}")
    assert not faults, lines(faults)
    assert not SHOWN - shown, lines(sorted(SHOWN - shown))


def test_hostile_text_makes_no_element_and_no_script(invented):
    faults = []
    for name, tree in invented.trees.items():
        faults += [
            f"{name}: script {script.text!r}" for script in tree.xpath("//script") if "hacked" in (script.text or "")
        ]
        faults += [f"{name}: image {image.get('src')!r}" for image in tree.xpath("//img")]
        faults += [f"{name}: 49" for _ in tree.xpath("//text()[contains(., '» 49') or contains(., '> 49')]")]
    assert not faults, lines(faults)


def test_an_address_that_is_no_web_address_stays_text(invented):
    register = invented.trees["notebooks/register-1.html"]
    assert BAD_ADDRESS in (invented.folder / "source" / "data" / "sources.csv").read_text("utf-8")
    title = marked("sources.title")
    row = next(
        row for row in register.xpath("//tr[starts-with(@id, 'src-')]") if "«sources.title»" in row.text_content()
    )
    assert title in " ".join(row.text_content().split())
    assert not [href for href in row.xpath(".//a/@href") if ":" in href]


def test_saved_drawings_hold_drawings_alone(invented):
    paths = sorted((invented.folder / "_static" / "exhibits").glob("*.svg"))
    assert {path.stem for path in paths} >= DRAWN
    for path in paths:
        parts = list(etree.parse(str(path)).iter())
        assert {etree.QName(part).localname for part in parts} <= {
            "svg",
            "defs",
            "clipPath",
            "g",
            "path",
            "rect",
            "line",
            "text",
            "title",
            "desc",
            "tspan",
        }
        assert not [name for part in parts for name in part.attrib if name.lower().startswith("on")]


def test_citations_stay_well_formed_around_hostile_titles(invented):
    record = json.loads((invented.folder / "citation.csl.json").read_text("utf-8"))
    assert record[0]["title"].endswith(marked("story.title"))
    assert (invented.folder / "citation.ris").read_text("utf-8").count("ER  - ") == 1
    assert f"TI  - {record[0]['title']}\n" in (invented.folder / "citation.ris").read_text("utf-8")
