"""How is time until a violation drawn?

``spells`` shows a few cases in years since the start, with every tier; ``swimmers`` shows many, one bar a case.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from dossier.charts.look import BREAK, NARROW_PX, TIER_COLOURS, TIER_SHAPES, WIDE_PX, in_lines, in_words
from dossier.palette import light

SPELL_PX = 48
TIER_PX = 13  # between the marks of two tiers of one case
FAR = 0.6  # of the axis: a mark beyond it is named to its left


def spells(rows: pd.DataFrame, *, horizon_years: int, narrow: bool = False) -> alt.LayerChart:
    """Draw how long each case has been followed and when each tier was first crossed; every mark has its name beside it.

    Parameters
    ----------
    rows
        ``name``, ``tier``, ``years``, ``violated``, ``coded`` and ``followed_years`` (to the last day seen). A tier that was
        not coded has no mark: its date is only a bound.
    horizon_years
        A rule is drawn at this horizon.
    """
    rows = rows.assign(name=[in_lines(name, 14 if narrow else 28) for name in rows["name"]])
    cases = list(dict.fromkeys(rows["name"]))
    bars = rows.drop_duplicates("name")[["name", "followed_years"]]
    marks = rows[rows["violated"] & rows["coded"]][["name", "tier", "years"]]
    label = f"split(datum.label, '{BREAK}')"
    y_axis = alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=0, labelExpr=label)
    y = alt.Y("name:N", sort=cases, title=None, axis=y_axis)
    top = float(rows["followed_years"].max()) if len(rows) else 1.0
    scale = alt.Scale(domain=[0, top * 1.02], nice=False)
    x_axis = alt.Axis(tickCount=4 if narrow else 8)
    x = alt.X("followed_years:Q", title="years since the start", scale=scale, axis=x_axis)
    bar = alt.Chart(bars).mark_bar(height=12, color=light("band-strong")).encode(x=x, y=y)
    points = [
        mark
        for tier in TIER_SHAPES
        for mark in _tier_marks(marks[marks["tier"] == tier], tier, y=y, scale=scale, far=FAR * top)
    ]
    width = NARROW_PX - 122 if narrow else WIDE_PX - 80
    drawn = [bar, *_horizon_rule(horizon_years, scale), *points]
    return alt.layer(*drawn).properties(width=width, height=SPELL_PX * max(1, len(cases)))


def _horizon_rule(years: int, scale: alt.Scale) -> list[alt.Chart]:
    base = alt.Chart(pd.DataFrame({"at": [years], "label": [f"{years} years"]}))
    rule = base.mark_rule(strokeDash=[4, 3], color=light("axis")).encode(x=alt.X("at:Q", scale=scale))
    words = base.mark_text(align="left", dx=4, baseline="bottom", color=light("muted"))
    return [rule, words.encode(x=alt.X("at:Q", scale=scale), y=alt.value(-1), text="label:N")]


def _tier_marks(marks: pd.DataFrame, tier: str, *, y: alt.Y, scale: alt.Scale, far: float) -> list[alt.Chart]:
    """Draw one tier's marks a little above, on, or a little below the bars, so that marks of one day stay apart, and name them."""
    down = TIER_PX * (list(TIER_SHAPES).index(tier) - 1)
    x = alt.X("years:Q", scale=scale)
    tip = [alt.Tooltip("name:N"), alt.Tooltip("tier:N"), alt.Tooltip("years:Q", format=".1f")]
    point = alt.Chart(marks).mark_point(
        filled=True, size=90, opacity=1, yOffset=down, shape=TIER_SHAPES[tier], color=TIER_COLOURS[tier]
    )
    beside = marks["years"] > far
    words = [
        alt.Chart(some).mark_text(align=align, dx=dx, yOffset=down).encode(x=x, y=y, text="tier:N")
        for some, align, dx in ((marks[~beside], "left", 9), (marks[beside], "right", -9))
        if len(some)
    ]
    return [point.encode(x=x, y=y, tooltip=tip), *words]


SWIM_SHAPES = {**TIER_SHAPES, "guarantor withdrew": "square", "still holding": "triangle-right"}
SWIM_COLOURS = {
    **TIER_COLOURS,
    "guarantor withdrew": light("text"),
    "still holding": light("material-cooperation"),
}
MONTH = "%b %Y"
ROW_PX, TALL_PX = 17, 30
NAME_LETTERS, TALL_LETTERS = 40, 44


def swimmers(bars: pd.DataFrame, marks: pd.DataFrame, *, narrow: bool = False) -> alt.LayerChart:
    """Draw one bar a case from its start to its end or to the last day it was followed, with what happened on the way.

    Parameters
    ----------
    bars
        In the order to be drawn: ``name``, ``start``, ``end`` (ISO days), ``standing`` (holding, or how it ended),
        ``entry`` (label of the case's entry).
    marks
        ``name``, ``kind`` (one of ``SWIM_SHAPES``), ``day`` (ISO), ``entry``.
    narrow
        Names stand above the bars, which then have the whole width.
    """
    y = _swim_rows(list(bars["name"]), narrow=narrow)
    axis = alt.Axis(format="%Y", tickCount=4 if narrow else 8, orient="top", grid=True)
    tip = [alt.Tooltip("name:N"), alt.Tooltip("standing:N")]
    tip += [alt.Tooltip("began:N"), alt.Tooltip("until:N")]
    bars = bars.assign(began=in_words(bars["start"], MONTH), until=in_words(bars["end"], MONTH))
    x = alt.X("start:T", title=None, scale=alt.Scale(type="utc", nice=False), axis=axis)
    holding = bars["standing"] == "holding"
    down = {"yOffset": 7} if narrow else {}
    parts = [
        alt.Chart(rows)
        .mark_bar(height=8, cursor="pointer", color=light(tone), **down)
        .encode(x=x, x2="end:T", y=y, tooltip=tip)
        for rows, tone in ((bars[holding], "verbal-cooperation"), (bars[~holding], "rule"))
    ]
    points = [_swim_marks(marks[marks["kind"] == kind], kind, y=y, narrow=narrow) for kind in reversed(SWIM_SHAPES)]
    names = [_swim_names(bars, y)] if narrow else []
    width = NARROW_PX - 16 if narrow else WIDE_PX - 110
    height = (TALL_PX if narrow else ROW_PX) * max(1, len(bars))
    return alt.layer(*parts, *points, *names).properties(width=width, height=height)


def _swim_rows(names: list[str], *, narrow: bool) -> alt.Y:
    """Return the axis of the cases: each is known by its whole name, of which as much is shown as there is room for."""
    if narrow:
        return alt.Y("name:N", sort=names, title=None, axis=None)
    axis = alt.Axis(
        ticks=False, domain=False, labelLimit=0, labelPadding=6, labelExpr=_cut("datum.label", NAME_LETTERS)
    )
    return alt.Y("name:N", sort=names, title=None, axis=axis)


def _swim_names(bars: pd.DataFrame, y: alt.Y) -> alt.Chart:
    shown = alt.Chart(bars[["name", "entry"]]).transform_calculate(shown=_cut("datum.name", TALL_LETTERS))
    words = shown.mark_text(align="left", baseline="bottom", yOffset=2, cursor="pointer")
    return words.encode(x=alt.value(0), y=y, text="shown:N")


def _swim_marks(marks: pd.DataFrame, kind: str, *, y: alt.Y, narrow: bool) -> alt.Chart:
    form = {"direction": "vertical", "columns": 2} if narrow else {"direction": "horizontal", "columns": 3}
    legend = alt.Legend(title=None, orient="top", labelLimit=280, columnPadding=14, **form)
    mark = alt.Chart(marks.assign(on=in_words(marks["day"], MONTH))).mark_point(
        filled=True,
        size=85 if kind == "use of force" else 50,
        opacity=1,
        strokeWidth=1.5,
        cursor="pointer",
        **({"yOffset": 7} if narrow else {}),
    )
    kinds, shapes, tones = list(SWIM_SHAPES), list(SWIM_SHAPES.values()), list(SWIM_COLOURS.values())
    tip = [alt.Tooltip("name:N"), alt.Tooltip("kind:N"), alt.Tooltip("on:N")]
    return mark.encode(
        x=alt.X("day:T", scale=alt.Scale(type="utc", nice=False)),
        y=y,
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=shapes), legend=legend),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=tones), legend=legend),
        tooltip=tip,
    )


def _cut(text: str, letters: int) -> str:
    """Return an expression of the drawing language for so many letters of a text; a longer one ends in an ellipsis."""
    return f"truncate({text}, {letters})"
