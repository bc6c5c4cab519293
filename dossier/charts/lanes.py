"""How are events drawn in lanes along time, so that a reader can come closer and filter?

A strip on top gives every event the same width, in order of date: an editor's record is dense at its end and would be
unreadable on one scale. What is marked on the strip, or chosen from a list, is the period that the lanes show. ``ladder`` is
the form for narrow screens: one row an event, in order. Marks are filled if the narrative tells the event, hollow if not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import QUAD_COLOURS, QUAD_SHAPES, TEXT_PX, WIDE_PX, in_words
from dossier.palette import light

LEVEL_PX = 24
STRIP_PX = 22
RUNG_PX = 15
LADDER_PX = 176  # beside the dates
MARGIN = 0.02  # of the period, left free at both ends
DAY_MS = 86_400_000
TIME_FORMAT = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "week": "%d %b", "date": "%d %b", "day": "%d %b"}


@dataclass(frozen=True)
class Facet:
    """A list to choose from: ``column`` of the events holds the values of one event, joined by ``|``."""

    column: str
    title: str
    options: Sequence[str]


def lanes(
    events: pd.DataFrame,
    deadlines: pd.DataFrame,
    *,
    quads: Sequence[str],
    first: int,
    facets: Sequence[Facet] = (),
) -> alt.VConcatChart:
    """Draw events in lanes by quad class along time, with deadlines as rules.

    Parameters
    ----------
    events
        In order of date: ``first_day``, ``last_day``, ``number`` (counted from 1), ``quad``, ``headline``, ``level`` (0, 1, …
        within a lane), ``told`` (bool), ``sign`` (text after the number), ``entry`` (label of the event's entry), and a column for
        each facet.
    deadlines
        ``due_day``, ``letter``, ``what``, ``state``, ``row`` (0, 1, … for the height of the letter).
    quads
        Lanes, top to bottom.
    first
        Number of the first event of the period shown at first; it ends with the last event.
    facets
        What a reader can filter by.
    """
    place, room = _lane_places(events, quads)
    placed, ruled = _placed(events, place, facets), _ruled(deadlines)
    axes = _Axes(place, room)
    parts = [
        _rules(ruled, axes),
        *_letters(ruled, axes),
        _spans(placed, axes, facets),
        *(_marks(placed, axes, facets, told=told) for told in (True, False)),
        _numbers(placed, axes, facets),
    ]
    drawn = alt.layer(*parts).properties(width=WIDE_PX, height=LEVEL_PX * room)
    chosen = [*_period(events, first), *(_choice(facet) for facet in facets)]
    return alt.vconcat(_strip(placed, first), drawn, spacing=10).add_params(*chosen)


def ladder(
    events: pd.DataFrame, deadlines: pd.DataFrame, *, quads: Sequence[str], facets: Sequence[Facet] = ()
) -> alt.LayerChart:
    """Draw events for a narrow screen: one row an event with its day, a column a quad class; deadlines lie between the rows.

    Parameters are those of ``lanes``; rows are in order of date, so that distance says nothing about time.
    """
    column = {quad: position for position, quad in enumerate(quads)}
    placed = _placed(events, column, facets).assign(place=[column[quad] for quad in events["quad"]])
    ruled = _ruled(deadlines)
    ruled = ruled.assign(number=[int((placed["day"] <= due).sum()) + 0.5 for due in ruled["due"]])
    lane = alt.X(
        "place:Q", scale=alt.Scale(domain=[-0.3, len(quads) - 0.1], nice=False), axis=_columns(column), title=None
    )
    y = alt.Y("number:Q", scale=alt.Scale(domain=[0, len(placed) + 1], nice=False, reverse=True), axis=None)
    dates = alt.Chart(placed).mark_text(align="right", baseline="middle", dx=-6, color=light("muted"))
    rules = alt.Chart(ruled).mark_rule(color=light("axis"), strokeWidth=1)
    together = ruled.groupby("number", as_index=False).agg(letters=("letter", ", ".join))
    letters = alt.Chart(together).mark_text(align="right", baseline="bottom", dy=-1, color=light("muted"))
    parts = [
        rules.encode(y=y, strokeDash=_dash(), tooltip=_deadline_tip()),
        letters.encode(y=y, x=alt.value(LADDER_PX), text="letters:N"),
        _chosen(dates.encode(y=y, x=alt.value(0), text="date:N"), facets),
        *(_chosen(_mark(placed, told=told).encode(x=lane, y=y), facets) for told in (True, False)),
        _chosen(_number(placed).encode(x=lane, y=y), facets),
    ]
    drawn = alt.layer(*parts).properties(width=LADDER_PX, height=RUNG_PX * (len(placed) + 1))
    return drawn.add_params(*(_choice(facet) for facet in facets))


def _lane_places(events: pd.DataFrame, quads: Sequence[str]) -> tuple[dict[str, float], float]:
    """Return where each lane begins and how much room all take, in levels: a lane is as wide as its events need."""
    place, reached = {}, 0.8
    for quad in quads:
        place[quad] = round(reached, 2)
        highest = events.loc[events["quad"] == quad, "level"].max() if (events["quad"] == quad).any() else 0
        reached += float(highest) + 1.6
    return place, round(reached - 0.6, 2)


def _placed(events: pd.DataFrame, place: Mapping[str, float], facets: Sequence[Facet]) -> pd.DataFrame:
    placed = events.assign(
        place=[place[quad] + level for quad, level in zip(events["quad"], events["level"], strict=True)],
        day=events["first_day"].dt.strftime("%Y-%m-%d"),
        date=in_words(events["first_day"]),
        until=events["last_day"].dt.strftime("%Y-%m-%d"),
        label=[f"{number}{sign}" for number, sign in zip(events["number"], events["sign"], strict=True)],
    )
    kept = ["place", "day", "date", "until", "number", "label", "quad", "headline", "told", "entry"]
    return placed[[*kept, *(facet.column for facet in facets)]]


def _ruled(deadlines: pd.DataFrame) -> pd.DataFrame:
    days = deadlines["due_day"]
    ruled = deadlines.assign(due=days.dt.strftime("%Y-%m-%d"), on=in_words(days))
    return ruled.assign(line=["met" if state == "met" else "other" for state in ruled["state"]])[
        ["due", "on", "letter", "what", "state", "row", "line"]
    ]


def _period(events: pd.DataFrame, first: int) -> list[alt.Parameter]:
    """Return the parameters of the period: every event's day, a list of periods, and the ends that follow from both."""
    days = [_milliseconds(day) for day in events["first_day"]]
    bounds = {"all": [days[0], max(_milliseconds(day) for day in events["last_day"])]}
    for year in sorted({day.year for day in events["first_day"]}, reverse=True):
        bounds[str(year)] = [_milliseconds(pd.Timestamp(year, 1, 1)), _milliseconds(pd.Timestamp(year, 12, 31))]
    names = {"": "as marked on the strip", "all": "whole record"}
    options = ["", *bounds]
    listed = alt.binding_select(options=options, labels=[names.get(name, name) for name in options], name="Period ")
    low = f"(period == '' ? days[max(1, {_marked(0, first)}) - 1] : bounds[period][0])"
    high = f"(period == '' ? days[min({len(days)}, {_marked(1, len(days))}) - 1] : bounds[period][1])"
    margin = f"max({10 * DAY_MS}, ({high} - {low}) * {MARGIN})"
    return [
        alt.param(name="days", value=days),
        alt.param(name="bounds", value=bounds),
        alt.param(name="period", value="", bind=listed),
        alt.param(name="since", expr=f"{low} - {margin}"),
        alt.param(name="until", expr=f"{high} + {margin}"),
    ]


def _marked(end: int, otherwise: int) -> str:
    """Return the number of the first (0) or last (1) event marked on the strip; what counts is the middle of its tick."""
    return f"(isDefined(strip.number) ? {'ceil' if end == 0 else 'floor'}(strip.number[{end}]) : {otherwise})"


def _milliseconds(day: pd.Timestamp) -> int:
    return int(day.timestamp() * 1000)


def _choice(facet: Facet) -> alt.Parameter:
    return alt.param(
        name=facet.column,
        value="",
        bind=alt.binding_select(options=["", *facet.options], labels=["all", *facet.options], name=f"{facet.title} "),
    )


def _strip(placed: pd.DataFrame, first: int) -> alt.LayerChart:
    """Draw every event as a tick in order of date, with the year where it begins; a stretch can be marked."""
    scale = alt.Scale(domain=[0.5, len(placed) + 0.5], nice=False)
    x = alt.X("number:Q", scale=scale, axis=None)
    marked = alt.selection_interval(
        name="strip",
        encodings=["x"],
        value={"x": [first - 0.5, len(placed) + 0.5]},
        mark=alt.BrushConfig(fill=light("axis"), fillOpacity=0.18, stroke=light("axis")),
    )
    ticks = alt.Chart(placed).mark_tick(thickness=4, height=STRIP_PX - 6).encode(x=x, color=_quad_colour())
    years = placed.assign(year=placed["day"].str[:4]).drop_duplicates("year")[["number", "year"]]
    named = _apart(years, len(placed))
    words = alt.Chart(named).mark_text(align="left", baseline="bottom", dx=-3, dy=-2, color=light("muted"))
    layers = [ticks.add_params(marked), words.encode(x=x, y=alt.value(0), text="year:N")]
    return alt.layer(*layers).properties(width=WIDE_PX, height=STRIP_PX, view=alt.ViewConfig(stroke=light("rule")))


def _apart(years: pd.DataFrame, total: int) -> pd.DataFrame:
    """Return the years whose names fit beside each other; the last ones, which hold the most, come first."""
    room, kept = 34 * total / WIDE_PX, []
    for row in reversed(list(years.itertuples())):
        if not kept or kept[-1].number - row.number >= room:
            kept.append(row)
    return years.loc[[row.Index for row in reversed(kept)]]


class _Axes:
    """Encodings of time and lane."""

    def __init__(self, place: Mapping[str, float], room: float) -> None:
        self.time_scale = alt.Scale(type="utc", domainMin=alt.ExprRef("since"), domainMax=alt.ExprRef("until"))
        self.time_axis = alt.Axis(format=TIME_FORMAT, grid=False, tickCount=6, labelOverlap=True)
        self.lane_scale = alt.Scale(domain=[0, room], nice=False, reverse=True)
        self.lane_axis = alt.Axis(
            values=list(place.values()),
            labelExpr=_names(place),
            labelBaseline="middle",
            labelOverlap=False,
            ticks=False,
            domain=False,
            grid=True,
            labelPadding=8,
        )

    def time(self, column: str) -> alt.X:
        return alt.X(f"{column}:T", title=None, scale=self.time_scale, axis=self.time_axis)

    def encode(self, column: str) -> dict[str, Any]:
        lane = alt.Y("place:Q", title=None, scale=self.lane_scale, axis=self.lane_axis)
        return {"x": self.time(column), "y": lane}


def _columns(column: Mapping[str, float]) -> alt.Axis:
    return alt.Axis(
        values=list(column.values()),
        labelExpr=_names(column),
        labelAngle=-90,
        labelAlign="left",
        labelBaseline="middle",
        labelOverlap=False,
        ticks=False,
        domain=False,
        grid=True,
        orient="top",
    )


def _names(place: Mapping[str, float]) -> str:
    return " : ".join(f"datum.value == {at} ? '{quad}'" for quad, at in place.items()) + " : ''"


def _chosen(chart: alt.Chart, facets: Sequence[Facet]) -> alt.Chart:
    """Keep what is chosen in every list."""
    tests = [f"({name} == '' || indexof(split(datum.{name}, '|'), {name}) >= 0)" for name in (f.column for f in facets)]
    return chart.transform_filter(" && ".join(tests)) if tests else chart


def _seen(chart: alt.Chart, facets: Sequence[Facet] = (), *, since: str = "day", until: str = "day") -> alt.Chart:
    """Keep what lies in the period and is chosen in every list."""
    inside = f"time(toDate(datum.{until})) >= since && time(toDate(datum.{since})) <= until"
    return _chosen(chart.transform_filter(inside), facets)


def _dash() -> alt.StrokeDash:
    return alt.StrokeDash("line:N", scale=alt.Scale(domain=["met", "other"], range=[[1, 0], [4, 3]]), legend=None)


def _deadline_tip() -> list[alt.Tooltip]:
    return [alt.Tooltip("what:N"), alt.Tooltip("on:N"), alt.Tooltip("state:N")]


def _rules(ruled: pd.DataFrame, axes: _Axes) -> alt.Chart:
    """Draw a rule at each deadline: solid if met, dashed if not."""
    mark = alt.Chart(ruled).mark_rule(color=light("axis"), strokeWidth=1, opacity=0.6)
    drawn = mark.encode(x=axes.time("due"), strokeDash=_dash(), tooltip=_deadline_tip())
    return _seen(drawn, since="due", until="due")


def _letters(ruled: pd.DataFrame, axes: _Axes) -> list[alt.Chart]:
    """Write the letter of each deadline at the top of its rule, in rows so that neighbours stay apart."""
    return [_letter_row(ruled[ruled["row"] == row], axes, row=row) for row in sorted(ruled["row"].unique())]


def _letter_row(ruled: pd.DataFrame, axes: _Axes, *, row: int) -> alt.Chart:
    mark = alt.Chart(ruled).mark_text(align="center", baseline="bottom", dy=-3 - 13 * row, color=light("muted"))
    return _seen(mark.encode(x=axes.time("due"), y=alt.value(0), text="letter:N"), since="due", until="due")


def _spans(placed: pd.DataFrame, axes: _Axes, facets: Sequence[Facet]) -> alt.Chart:
    """Draw a bar where an event lasted, or where only its month is known."""
    lasting = placed[placed["day"] != placed["until"]]
    where = axes.encode("day")
    # Beside a second time Vega-Lite writes the domain in another form, which conflicts with that of the other layers.
    where["x"].scale = alt.Scale(type="utc")
    mark = alt.Chart(lasting).mark_bar(size=6, opacity=0.6, clip=True)
    return _seen(mark.encode(**where, x2="until:T", color=_quad_colour()), facets, until="until")


def _marks(placed: pd.DataFrame, axes: _Axes, facets: Sequence[Facet], *, told: bool) -> alt.Chart:
    return _seen(_mark(placed, told=told).encode(**axes.encode("day")), facets)


def _mark(placed: pd.DataFrame, *, told: bool) -> alt.Chart:
    """Draw events as marks whose shape and colour say the quad class, filled if the narrative tells them."""
    shape = alt.Shape(
        "quad:N", scale=alt.Scale(domain=list(QUAD_SHAPES), range=list(QUAD_SHAPES.values())), legend=None
    )
    tip = [alt.Tooltip("headline:N"), alt.Tooltip("date:N"), alt.Tooltip("quad:N")]
    mark = alt.Chart(placed[placed["told"] == told]).mark_point(
        filled=told, size=95 if told else 80, opacity=1, strokeWidth=2, cursor="pointer"
    )
    return mark.encode(color=_quad_colour(), shape=shape, tooltip=tip)


def _numbers(placed: pd.DataFrame, axes: _Axes, facets: Sequence[Facet]) -> alt.Chart:
    return _seen(_number(placed).encode(**axes.encode("day")), facets)


def _number(placed: pd.DataFrame) -> alt.Chart:
    """Write the number of each event beside its mark."""
    mark = alt.Chart(placed).mark_text(align="left", baseline="middle", dx=7, fontSize=TEXT_PX, cursor="pointer")
    return mark.encode(text="label:N")


def _quad_colour() -> alt.Color:
    return alt.Color(
        "quad:N", scale=alt.Scale(domain=list(QUAD_COLOURS), range=list(QUAD_COLOURS.values())), legend=None
    )
