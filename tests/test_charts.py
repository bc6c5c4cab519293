"""Charts: equal data give equal text, and nothing in it leads outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dossier import charts, palette, precedents, timeline
from dossier.pages import precedents as precedents_page
from dossier.pages import timeline as timeline_page

CHARTS = {
    "lanes": timeline_page.lanes,
    "quads": timeline_page.quads,
    "kinds": timeline_page.kinds,
    "spells": precedents_page.spells,
}
TONES = {tone.light.lower() for tone in palette.CHART_COLOURS.values()}


@pytest.fixture(params=CHARTS.values(), ids=CHARTS)
def chart(request, harbour_view):
    return request.param(harbour_view)


def texts(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a specification with the key under which it stands."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, key)
    elif isinstance(node, str):
        yield key, node


def test_equal_data_give_equal_text(harbour_view, story):
    for make in CHARTS.values():
        first, again = make(harbour_view), make(story.view())
        assert json.dumps(first.content()) == json.dumps(again.content())


def test_the_order_in_which_charts_are_made_changes_nothing(harbour_view):
    alone = json.dumps(timeline_page.quads(harbour_view).spec)
    timeline_page.lanes(harbour_view)
    assert json.dumps(timeline_page.quads(harbour_view).spec) == alone


def test_other_data_give_another_chart(harbour_view, story):
    assert timeline_page.quads(story.view("2031-06-28")).spec != timeline_page.quads(harbour_view).spec


def test_the_narrow_form_is_drawn_for_itself(chart):
    assert chart.narrow != chart.spec
    assert 0 < chart.narrow["width"] <= charts.NARROW_PX
    assert chart.narrow["width"] < chart.spec["width"] <= charts.WIDE_PX


def test_a_specification_leads_nowhere(chart):
    for spec in (chart.spec, chart.narrow):
        inner = {key: value for key, value in spec.items() if key != "$schema"}
        assert not [text for key, text in texts(inner) if re.search(r"://|\burl\(", text) or key in {"url", "href"}]


def test_every_colour_is_one_of_the_palette(chart):
    for spec in (chart.spec, chart.narrow):
        colours = {text.lower() for _, text in texts(spec) if re.fullmatch(r"#[0-9a-fA-F]{3,8}", text)}
        assert colours
        assert colours <= TONES


def test_no_colour_is_named_in_words(chart):
    words = [
        (key, text)
        for key, text in texts(chart.spec)
        if key in {"color", "fill", "stroke", "background"} and not text.startswith("#")
    ]
    assert words == [("background", "transparent")]


def test_what_a_chart_shows_stands_in_its_table(harbour_view):
    rows = timeline.mix(harbour_view["events"], "quad", timeline.QUADS)
    assert [row.cells[:2] for row in timeline_page.quads(harbour_view).table.rows] == [
        [row.kind, str(row.n)] for row in rows.rename(columns={"count": "n"}).itertuples()
    ]


def test_every_lane_has_a_shape_and_a_colour_of_its_own():
    assert set(charts.QUAD_COLOURS) == set(charts.QUAD_SHAPES) == set(timeline.QUADS)
    assert len(set(charts.QUAD_COLOURS.values())) == len(set(charts.QUAD_SHAPES.values())) == 4
    assert set(charts.TIER_SHAPES) == set(precedents.TIERS)


def test_the_titles_say_the_finding(harbour_view):
    assert {name: make(harbour_view).title for name, make in CHARTS.items()} == {
        "lanes": "6 of 10 events are words; 4 to 5 deeds, by coding",
        "quads": "Verbal cooperation makes up 4 of 10 events",
        "kinds": "Statement events are the most frequent kind, 3 of 10",
        "spells": "1 of 2 precedents ended in war; force had been used in 1",
    }


def test_an_early_event_does_not_squeeze_the_rest(harbour_view):
    lanes = timeline_page.lanes(harbour_view)
    assert "1 earlier, of 10 January 2030, stands outside the picture" in lanes.subtitle
    drawn = json.dumps(lanes.spec)
    assert "Korsmark closes Port Selwick" not in drawn
    assert "The Harbour Treaty is signed" in drawn


def test_a_tone_has_one_meaning():
    tones = [tone.light for tone in palette.CHART_COLOURS.values()]
    assert len(tones) == len(set(tones))


def test_every_tone_that_vega_uses_unasked_follows_a_name():
    assert set(palette.VEGA_DEFAULTS.values()) <= set(palette.CHART_COLOURS)


@pytest.mark.parametrize("tone", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_background(tone):
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for marks and axes."""
    colour = {name: getattr(both, tone) for name, both in {**palette.CHART_COLOURS, **palette.PAGE_COLOURS}.items()}
    needed = {
        "text": 4.5,
        "muted": 4.5,
        "link": 4.5,
        "axis": 3,
        "verbal-cooperation": 3,
        "material-cooperation": 3,
        "verbal-conflict": 3,
        "material-conflict": 3,
    }
    ratios = {name: _contrast(colour[name], colour["background"]) for name in needed}
    assert {name: ratio for name, ratio in ratios.items() if ratio < needed[name]} == {}


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
