"""Charts: equal data give equal text, and nothing in it leads outside."""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert
from lxml import etree
from PIL import Image

from dossier import charts, exhibits, language, palette, precedents, settlements, timeline
from dossier.charts.lanes import _apart
from dossier.charts.probabilities import MARK_SHAPES
from dossier.charts.spells import SWIM_SHAPES
from dossier.pages import drivers, fared, forecasts, outlook, rates
from dossier.pages import precedents as precedents_page
from dossier.pages import settlements as settlements_page
from dossier.pages import timeline as timeline_page
from dossier.sphinx_ext import contract, pictures, saved, slim


def states(view):
    """The settlements between states, one bar a case."""
    return settlements_page.swimmers(view, "states")


DAYS = {"began": "2029-01-01", "deadline": "2031-07-31", "until": "2031-12-31"}


def ahead(view):
    """What may come of a story, from few draws."""
    return outlook.outlook(view, **DAYS, draws=4_000, seed=1)


def rated(view):
    """How often its settlements are violated, from few draws."""
    return rates.compute(view, tier="return to war", years=5, weights="as given", draws=4_000, seed=1)


CHARTS = {
    "lanes": timeline_page.lanes,
    "years": timeline_page.told,
    "quads": timeline_page.quads,
    "kinds": timeline_page.kinds,
    "spells": precedents_page.spells,
    "swimmers": states,
    "promises": settlements_page.shares,
    "tiers": lambda view: rates.tiers(rated(view)),
    "explorer": lambda view: rates.explorer(rated(view)),
    "probabilities": lambda view: outlook.shares(ahead(view)),
    "drivers": lambda view: drivers.of_deal(ahead(view)),
    "what-if": lambda view: drivers.what_if(ahead(view)),
    "questions": lambda view: forecasts.chart(forecasts.forecasts(ahead(view), **DAYS)),
    "history": lambda view: fared.course(forecasts.forecasts(ahead(view), **DAYS)),
}
TONES = {tone.light.lower() for tone in palette.CHART_COLOURS.values()}


@pytest.fixture(scope="module")
def made(harbour_view):
    """Every chart of the invented story, made once."""
    return {name: make(harbour_view) for name, make in CHARTS.items()}


@pytest.fixture(params=CHARTS)
def chart(request, made):
    return made[request.param]


def drawing(spec: dict[str, Any]) -> etree._Element:
    """A specification as it is drawn for a page."""
    place = contract.Place("page", "fig-x")
    text = json.dumps(pictures._clean(spec, place))
    return etree.fromstring(slim.slim(vl_convert.vegalite_to_svg(text, allowed_base_urls=[]), pictures.FONT))


def written(spec: dict[str, Any]) -> list[tuple[str, float, str]]:
    """Every line of text of a drawing, with its size in pixels and the colour that it or what it stands in has."""
    found = []
    for text in drawing(spec).iter(f"{slim.SVG}text"):
        around = [text, *text.iterancestors()]
        size = next(one.get("font-size") for one in around if one.get("font-size"))
        tone = next(one.get("fill") for one in around if one.get("fill"))
        found.append((" ".join(text.itertext()).strip(), float(size.removesuffix("px")), tone))
    return [one for one in found if one[0]]


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


def drawn(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    """The layers of a specification that draw a kind of mark, wherever they stand."""
    inner = [layer for key in ("layer", "vconcat") for part in spec.get(key, []) for layer in drawn(part, mark)]
    own = spec.get("mark", {})
    return [spec, *inner] if isinstance(own, dict) and own.get("type") == mark else inner


def width_of(part: dict[str, Any]) -> float:
    """The width of a drawing, or of all its small charts beside each other."""
    return part["spec"]["width"] * part["columns"] if "facet" in part else part["width"]


def rows_of(spec: dict[str, Any], layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that layers of a specification draw, in order, before anything is chosen."""
    names = [layer.get("data", spec.get("data", {}))["name"] for layer in layers]
    return [row for name in names for row in spec["datasets"][name]]


def parameter(spec: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [param for param in spec["params"] if param["name"] == name]
    return found


@pytest.fixture(scope="module")
def lanes(harbour_view):
    return timeline_page.lanes(harbour_view)


@pytest.fixture(scope="module")
def swimmers(harbour_view):
    return states(harbour_view)


def test_equal_data_give_equal_text(harbour_view, story):
    same = story.view()
    for make in CHARTS.values():
        first, again = make(harbour_view), make(same)
        assert json.dumps(first.content()) == json.dumps(again.content())


def test_the_order_in_which_charts_are_made_changes_nothing(harbour_view):
    alone = json.dumps(timeline_page.quads(harbour_view).spec)
    timeline_page.lanes(harbour_view)
    assert json.dumps(timeline_page.quads(harbour_view).spec) == alone


def test_other_data_give_another_chart(harbour_view, story):
    assert timeline_page.quads(story.view("2031-06-28")).spec != timeline_page.quads(harbour_view).spec


def test_the_narrow_form_is_drawn_for_itself(chart):
    assert chart.narrow != chart.spec
    wide, narrow = (max(map(width_of, spec.get("vconcat", [spec]))) for spec in (chart.spec, chart.narrow))
    assert 0 < narrow <= charts.NARROW_PX
    assert narrow < wide <= charts.WIDE_PX


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
    painted = {"color", "fill", "stroke", "background"}
    found = [(key, text) for key, text in texts(chart.spec) if key in painted and not text.startswith("#")]
    assert found == [("background", "transparent")]


def test_no_text_of_a_drawing_is_smaller_than_is_read_with_ease(chart):
    for spec in (chart.spec, chart.narrow):
        lines = written(spec)
        assert lines
        assert [line for line in lines if line[1] < 12] == []


def test_a_narrow_drawing_is_shown_at_its_own_size_on_a_screen_of_320(chart):
    assert float(drawing(chart.narrow).get("width")) <= 286  # what a page of 320 has left for it


def test_a_chart_has_three_hues_at_most(chart):
    hues = {"material-cooperation": "blue", "verbal-cooperation": "blue", "verbal-conflict": "ochre"}
    hues |= {"material-conflict": "red-brown", "series-c": "green"}
    named = {tone.light.lower(): hues[name] for name, tone in palette.CHART_COLOURS.items() if name in hues}
    for spec in (chart.spec, chart.narrow):
        parts = drawing(spec).iter()
        painted = {(part.get(name) or "").lower() for part in parts for name in ("fill", "stroke")}
        assert len({named[tone] for tone in painted & set(named)}) <= 3


def test_what_is_read_aloud_says_kind_and_main_point_in_sentences(chart):
    assert len(re.findall(r"[.!?](?:\s|$)", chart.alt)) >= 2
    assert len(chart.alt) > 60
    assert len(chart.reading) > 60


def test_thousands_and_per_cent_are_parted_by_a_thin_space(made):
    for one in made.values():
        assert one.spec["config"]["locale"]["number"]["thousands"] == "\N{THIN SPACE}"
        told = [words for words, _, _ in written(one.spec)]
        assert not [words for words in told if re.search(r"\d%|\d,\d{3}", words)]


def test_days_are_told_as_text_that_no_time_zone_moves(chart):
    for spec in (chart.spec, chart.narrow):
        tips = re.findall(r'"tooltip": (\[.*?\]|\{.*?\})', json.dumps(spec))
        assert not [tip for tip in tips if "temporal" in tip or "formatType" in tip]


def test_what_a_chart_shows_stands_in_its_table(harbour_view):
    rows = timeline.mix(harbour_view["events"], "quad", timeline.QUADS)
    assert [row.cells[:2] for row in timeline_page.quads(harbour_view).table.rows] == [
        [row.kind, str(row.n)] for row in rows.rename(columns={"count": "n"}).itertuples()
    ]


def test_every_lane_has_a_shape_and_a_colour_of_its_own():
    assert set(charts.QUAD_COLOURS) == set(charts.QUAD_SHAPES) == set(timeline.QUADS)
    assert len(set(charts.QUAD_COLOURS.values())) == len(set(charts.QUAD_SHAPES.values())) == 4
    assert set(charts.TIER_SHAPES) == set(precedents.TIERS)


def test_the_titles_say_the_finding(made):
    assert {name: chart.title for name, chart in made.items()} == {
        "lanes": "6 of 10 events are words; 4 to 5 deeds, by coding",
        "years": "The narrative leaves out 0 of 2 years with an event up to its day",
        "quads": "Verbal cooperation makes up 4 of 10 events",
        "kinds": "Statement events are the most frequent kind, 3 of 10",
        "spells": "1 of 2 precedents ended in war; force had been used in 1",
        "swimmers": "1 of 2 settlements between states or promised without a ceasefire failed",
        "promises": "Failed by kind of promise: assurance 1 of 1; forward deployed 0 of 1",
        "tiers": "The definition moves the answer: Coast, return to war 14 %, fatal clash 21 %, use of force 29 % within 5 years",
        "explorer": "Coast: 14 % violated (0–36 %) within 5 years. Choose another class, tier, reading or horizon",
        "probabilities": "None of these: 91 %, the likeliest; a deal by 31 July 2031 11 %",
        "drivers": "Signed by 31 July 2031: “Chance a day that such a war ends” moves it most, 4 % to 17 %",
        "what-if": "With every input at its median: None of these 92 %. Set the inputs, and the chances follow",
        "questions": "None of 3 open questions is likelier yes than no; highest: the treaty hold to the end of 2031, 31 %",
        "history": "One day of this report's own so far, beside the courses that markets and crowds took on 1 question",
    }


def test_the_strip_has_a_tick_for_every_event_of_the_same_width(lanes):
    strip = lanes.spec["vconcat"][0]
    ticks = drawn(strip, "tick")
    assert [row["number"] for row in rows_of(lanes.spec, ticks)] == list(range(1, 11))
    assert ticks[0]["encoding"]["x"]["scale"] == {"domain": [0.5, 10.5], "nice": False}


def test_the_strip_opens_on_the_last_two_thirds_of_the_events(lanes):
    # of 10 events the last 7: from the fourth, the plan of 9 February 2031
    assert parameter(lanes.spec, "strip")["value"] == {"x": [3.5, 10.5]}
    assert "from 9 February 2031 on" in lanes.subtitle
    assert "the last 7" in lanes.alt


def test_the_lanes_show_the_period_between_the_days_of_the_marked_events(lanes):
    since = parameter(lanes.spec, "since")["expr"]
    days = parameter(lanes.spec, "days")["value"]
    assert "ceil(strip.number[0]) : 4)" in since
    assert (len(days), days) == (10, sorted(days))
    assert days[3] == 1_928_361_600_000  # 9 February 2031, in milliseconds since 1970


def test_a_year_can_be_chosen_instead_of_a_stretch_of_the_strip(lanes):
    chosen = parameter(lanes.spec, "period")["bind"]
    assert chosen["options"] == ["", "all", "2031", "2030"]
    assert chosen["labels"] == ["as marked on the strip", "whole record", "2031", "2030"]
    assert set(parameter(lanes.spec, "bounds")["value"]) == {"all", "2031", "2030"}


def test_a_year_is_named_where_it_begins_on_the_strip():
    years = pd.DataFrame({"number": [1, 2, 9, 11, 60], "year": ["1994", "2014", "2019", "2022", "2025"]})
    # 34 px a name of 560 px for 100 events: names stand at least 6.07 events apart, the last ones first
    assert list(_apart(years, 100)["year"]) == ["2014", "2022", "2025"]


@pytest.mark.parametrize("form", ["spec", "narrow"])
def test_every_choice_offered_occurs_among_the_events(form, lanes):
    spec = getattr(lanes, form)
    numbers = [layer for layer in drawn(spec, "text") if layer["encoding"]["text"]["field"] == "label"]
    events = rows_of(spec, numbers)
    assert len(events) == 10
    for name in timeline_page.FACETS:
        offered = parameter(spec, name)["bind"]["options"]
        found = {value for row in events for value in row[name].split("|") if value}
        assert offered == ["", *sorted(found)]


@pytest.mark.parametrize("form", ["spec", "narrow"])
def test_what_is_chosen_hides_the_other_events_and_never_a_deadline(form, lanes):
    spec = getattr(lanes, form)
    filtered = {
        kind: [json.dumps(layer.get("transform", [])) for layer in drawn(spec, kind)] for kind in ("point", "rule")
    }
    assert filtered["point"]
    for name in timeline_page.FACETS:
        assert all(f"indexof(split(datum.{name}, '|'), {name}) >= 0" in test for test in filtered["point"])
        assert not [test for test in filtered["rule"] if f"datum.{name}" in test]


def test_the_chart_and_the_entries_are_filtered_by_the_same_names(lanes, harbour_view):
    named = {param["name"] for param in lanes.spec["params"]}
    assert set(timeline_page.entries(harbour_view).facets) <= named


@pytest.mark.parametrize("form", ["spec", "narrow"])
def test_a_mark_is_filled_if_the_narrative_tells_the_event(form, lanes):
    spec = getattr(lanes, form)
    marks = {layer["mark"]["filled"]: rows_of(spec, [layer]) for layer in drawn(spec, "point")}
    assert {filled: len(rows) for filled, rows in marks.items()} == {True: 6, False: 4}
    assert all(row["told"] is filled for filled, rows in marks.items() for row in rows)


def test_signs_say_where_accounts_differ_and_where_the_evidence_is_thin(lanes):
    numbers = [layer for layer in drawn(lanes.spec, "text") if layer["encoding"]["text"]["field"] == "label"]
    # only the plan of 9 February and the ships of 29 June have several sources that are not all weak
    assert [row["label"] for row in rows_of(lanes.spec, numbers)] == [
        "1°", "2°", "3°", "4", "5°", "6°", "7°", "8°", "9°", "10≠",
    ]  # fmt: skip


def test_the_ladder_has_one_row_an_event_in_order_of_date(lanes):
    days = [layer for layer in drawn(lanes.narrow, "text") if layer["encoding"]["text"]["field"] == "date"]
    rows = rows_of(lanes.narrow, days)
    assert [row["number"] for row in rows] == list(range(1, 11))
    assert [row["date"] for row in rows][:4] == ["10 Jan 2030", "10 Jan 2031", "20 Jan 2031", "9 Feb 2031"]
    assert lanes.narrow["height"] == 15 * 11


def test_a_deadline_lies_between_the_rows_of_the_ladder(lanes):
    # 9 February comes after the plan of that day, the fourth row; 31 March after the tolls of March, the fifth
    rules = {row["letter"]: row["number"] for row in rows_of(lanes.narrow, drawn(lanes.narrow, "rule"))}
    assert rules == {"A": 4.5, "B": 5.5}


def test_events_can_be_drawn_where_no_deadline_is_known(story):
    story.write("deadlines.csv", [])
    story.write("deadline_sources.csv", [])
    chart = timeline_page.lanes(story.view())
    assert rows_of(chart.narrow, drawn(chart.narrow, "rule")) == []
    assert "0 lines mark deadlines" in chart.alt


def test_swimmers_have_one_bar_a_case(swimmers, harbour_view):
    bars = rows_of(swimmers.spec, drawn(swimmers.spec, "bar"))
    assert sorted((bar["name"], bar["start"][:10], bar["end"][:10], bar["standing"]) for bar in bars) == [
        ("Lantern Pact", "2010-01-01", "2016-01-01", "failed"),
        ("Salt Islands Accord", "1990-06-30", "2031-06-30", "holding"),
    ]
    assert {bar["entry"] for bar in bars} <= {entry.label for entry in settlements_page.entries(harbour_view).entries}


def test_swimmers_mark_only_what_was_coded(swimmers):
    marks = rows_of(swimmers.spec, drawn(swimmers.spec, "point"))
    assert sorted((mark["name"], mark["kind"], mark["day"][:10]) for mark in marks) == [
        ("Lantern Pact", "return to war", "2016-01-01"),
        ("Lantern Pact", "use of force", "2013-01-01"),
        ("Salt Islands Accord", "still holding", "2031-06-30"),
    ]


def test_every_kind_of_mark_has_a_shape_of_its_own():
    assert set(SWIM_SHAPES) == {*precedents.TIERS, "guarantor withdrew", "still holding"}
    assert len(set(SWIM_SHAPES.values())) == len(SWIM_SHAPES)


def test_swimmers_of_a_group_without_cases_say_so(harbour_view):
    assert repr(settlements_page.swimmers(harbour_view, "civil")) == "No such case in the data as of 2031-06-30."


def test_two_cases_whose_names_begin_alike_have_a_bar_each(story):
    name = "Salt Islands Accord on the Waters between the Outer Reefs of {}"
    story.set("precedents.csv", "salt-1990", name=name.format("1990"))
    story.set("precedents.csv", "lantern-2010", name=name.format("2010"))
    chart = states(story.view())
    for spec in (chart.spec, chart.narrow):
        assert len({row["name"] for row in rows_of(spec, drawn(spec, "bar"))}) == 2
        assert len([words for words, _, _ in written(spec) if words.startswith("Salt")]) == 2


def test_long_names_are_cut_and_stand_in_full_in_the_table(story):
    name = "Salt Islands Accord on the Waters between the Outer Reefs"
    story.set("precedents.csv", "salt-1990", name=name)
    chart = states(story.view())
    for spec, most in ((chart.spec, 40), (chart.narrow, 44)):
        (cut,) = [words for words, _, _ in written(spec) if words.startswith("Salt")]
        assert len(cut) <= most
        assert cut.endswith("…")
    assert name in [exhibits.plain(row.cells[0]) for row in chart.table.rows]


def test_shares_of_settlements_show_the_plain_counts(harbour_view):
    chart = settlements_page.shares(harbour_view)
    dots = {row["value"]: row for row in rows_of(chart.spec, drawn(chart.spec, "point"))}
    assert [dots[value]["label"] for value in ("assurance", "forward deployed")] == [
        "assurance (1 of 1)",
        "forward deployed (0 of 1)",
    ]
    assert dots["forward deployed"]["high"] == pytest.approx(0.975)  # one case: (1 - p) = .025
    assert set(dots) == set(settlements.cases(harbour_view)["external_guarantee"])


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


# Probabilities

ALIKE = [
    "Will a general ceasefire on the whole front, on land and at sea and in the air, have begun by the end of March",
    "Will a general ceasefire on the whole front, on land and at sea and in the air, have begun by the end of June",
    "Truce",
]


def probabilities(labels, *, narrow):
    rows = pd.DataFrame(
        [
            {"label": label, "mean": 0.2, "low": 0.1, "high": 0.4, "inner_low": 0.15, "inner_high": 0.3}
            for label in labels
        ]
    )
    marks = pd.DataFrame(
        [{"label": label, "kind": kind, "value": 0.5} for label in labels for kind in ("market", "crowd")]
    )
    bands = pd.DataFrame([{"word": band.word, "low": band.low, "high": band.high} for band in language.BANDS])
    return charts.finish(charts.probabilities(rows, marks, bands, axis_title="probability", narrow=narrow))


@pytest.mark.parametrize("narrow", [False, True])
def test_names_that_begin_alike_have_a_row_each(narrow):
    spec = probabilities(ALIKE, narrow=narrow)
    places = [row["place"] for row in rows_of(spec, drawn(spec, "point"))]
    assert len(set(places)) == len(ALIKE)
    assert {place.replace("|", " ") for place in places} == set(ALIKE)


@pytest.mark.parametrize(("narrow", "width", "lines"), [(False, 36, 2), (True, 18, 3)])
def test_a_long_name_stands_in_lines_and_ends_in_an_ellipsis(narrow, width, lines):
    spec = probabilities([ALIKE[0], "Truce"], narrow=narrow)
    places = {row["place"] for row in rows_of(spec, drawn(spec, "point"))}
    (long,) = places - {"Truce"}
    assert long.endswith("…")
    assert len(long.split("|")) == lines
    assert max(map(len, long.split("|"))) <= width


def test_market_crowd_and_report_of_one_question_stand_in_one_row_each_as_a_mark_of_its_own():
    spec = probabilities(ALIKE, narrow=True)
    rows = pd.DataFrame(rows_of(spec, drawn(spec, "point")))
    assert rows.groupby("place")["kind"].apply(set).tolist() == [{"this report", "market", "crowd"}] * 3
    assert len(set(MARK_SHAPES.values())) == len(MARK_SHAPES)


def test_the_questions_of_the_edition_have_a_row_each_on_a_narrow_screen(real_view):
    days = {"began": "2022-02-24", "deadline": "2026-02-24", "until": "2026-12-31"}
    page = forecasts.forecasts(outlook.outlook(real_view, **days, draws=1_000, seed=1), **days)
    spec = forecasts.chart(page).narrow
    assert len({row["place"] for row in rows_of(spec, drawn(spec, "point"))}) == 17


@pytest.mark.parametrize("narrow", [False, True])
def test_every_slider_begins_within_its_bounds(narrow, harbour_view):
    chart = drivers.what_if(ahead(harbour_view))
    bound = [one for one in (chart.narrow if narrow else chart.spec)["params"] if "bind" in one]
    assert len(bound) == len(drivers.SLIDERS)
    assert all(one["bind"]["min"] <= one["value"] <= one["bind"]["max"] for one in bound)


# Drawings, and pictures to be saved

HOSTILE = '<script>alert("x")</script> & "quoted" ' + "long words of a title " * 12


def caption(title="A title"):
    return saved.Caption(
        title, "What is measured, in per cent, 2030 to 2031", "Two points.", "Source: x. Story, edition 1."
    )


def picture(spec, **words):
    inline = pictures.inline_svg(etree.tostring(drawing(spec), encoding="unicode"), prefix="chart", title="t", alt="a")
    return saved.alone(inline, caption(**words))


def size_of(png):
    return tuple(int.from_bytes(png[place : place + 4], "big") for place in (16, 20))


def pixels_of(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def test_a_slim_drawing_shows_the_same(chart):
    place = contract.Place("page", "fig-x")
    for spec in (chart.spec, chart.narrow):
        text = json.dumps(pictures._clean(spec, place) | {"background": "white"})
        whole = vl_convert.vegalite_to_svg(text, allowed_base_urls=[])
        lean = slim.slim(whole, pictures.FONT)
        assert len(lean) < 0.6 * len(whole)
        before, after = (pixels_of(vl_convert.svg_to_png(svg)) for svg in (whole, lean))
        assert before.shape == after.shape
        assert (np.abs(before - after).max(axis=2) > 64).mean() < 0.0005  # edges may shift by a hundredth of a pixel


def test_a_slim_drawing_still_tells_its_marks(made):
    marks = drawing(made["lanes"].narrow).xpath(".//*[@class='mark-symbol']/*")
    assert len(marks) == 10
    assert all(mark.get("stroke") or mark.get("fill") for mark in marks)


def test_a_saved_picture_says_what_it_is_on_a_white_ground(chart):
    root = etree.fromstring(picture(chart.spec))
    told = [text.text for text in root.findall(f"{slim.SVG}text")]
    assert told == ["A title", "What is measured, in per cent, 2030 to 2031", "Source: x. Story, edition 1."]
    assert root.find(f"{slim.SVG}rect").get("fill") == palette.light("background")


def test_hostile_words_of_a_saved_picture_stay_text_and_within_its_width(made):
    root = etree.fromstring(picture(made["quads"].spec, title=HOSTILE))
    lines = [text.text for text in root.findall(f"{slim.SVG}text")]
    assert " ".join(lines).startswith(" ".join(HOSTILE.split()))
    assert not root.findall(f".//{slim.SVG}script")
    assert max(map(len, lines)) * 16 * 0.5 <= float(root.get("width"))


def test_a_picture_is_a_small_png_of_twice_the_size_and_the_same_bytes_twice(chart, tmp_path):
    svg = picture(chart.spec)
    first, again = (saved.png(svg, tmp_path / name) for name in ("one", "other"))
    root = etree.fromstring(svg)
    assert first == again
    assert first.startswith(b"\x89PNG\r\n\x1a\n")
    assert size_of(first) == tuple(math.ceil(2 * float(root.get(side))) for side in ("width", "height"))
    assert len(first) < 150_000


def test_a_picture_is_made_once(made, tmp_path):
    svg = picture(made["quads"].spec)
    saved.png(svg, tmp_path)
    (kept,) = tmp_path.glob("*.png")
    kept.write_bytes(b"kept")
    assert saved.png(svg, tmp_path) == b"kept"


def test_a_packed_picture_shows_the_same(made):
    png = vl_convert.svg_to_png(picture(made["lanes"].spec), scale=2)
    packed = saved.packed(png)
    assert len(packed) < len(png) / 3
    assert np.abs(pixels_of(png) - pixels_of(packed)).max() < 10
    assert saved.packed(png) == packed
