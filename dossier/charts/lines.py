"""How is a course in time drawn?

``lines``: values of a few series along time, each named at its end, with a band where the producer gives bounds. ``ranges``:
figures that somebody stated on a day, one row a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import BREAK, NARROW_PX, TEXT_PX, WIDE_PX, above, handles, in_lines, in_words, key
from dossier.palette import light

TONES = ("material-cooperation", "verbal-conflict", "series-c")
BAR_TONES = ("material-cooperation", "verbal-conflict", "band-strong")  # dark, middle and light: apart in grey too
DASHES = ([1, 0], [6, 3], [2, 2])


def lines(rows: pd.DataFrame, *, axis_title: str, zero: bool = True, narrow: bool = False) -> alt.LayerChart:
    """Draw values along time, one line a series, named at its end.

    Parameters
    ----------
    rows
        ``series`` (at most three), ``day`` (ISO), ``value``, ``low``, ``high`` (blank without bounds).
    axis_title
        What is measured, with its unit.
    zero
        Whether the axis begins at zero.
    """
    names = list(dict.fromkeys(rows["series"]))
    colour = alt.Color("series:N", scale=alt.Scale(domain=names, range=_tones(len(names))), legend=None)
    dash = alt.StrokeDash("series:N", scale=alt.Scale(domain=names, range=list(DASHES[: len(names)])), legend=None)
    x = alt.X(
        "day:T",
        title=None,
        axis=alt.Axis(format="%Y", grid=False, tickCount="year", labelOverlap=True),
        scale=alt.Scale(type="utc"),
    )
    y = {"scale": alt.Scale(zero=zero), "axis": alt.Axis(tickCount=5, format=",.0f", **above(axis_title))}
    tip = [
        alt.Tooltip("series:N"),
        alt.Tooltip("on:N"),
        alt.Tooltip("value:Q", format=",.0f"),
    ]
    rows = rows.assign(on=in_words(rows["day"]))
    course = alt.Chart(rows).mark_line(strokeWidth=2)
    at = {"x": x, "y": alt.Y("value:Q", **y), "color": colour}
    drawn = [course.encode(**at, strokeDash=dash), handles(alt.Chart(rows), **at, tooltip=tip)]
    bounded = rows[rows["low"].notna()]
    if len(bounded):
        band = alt.Chart(bounded).mark_area(opacity=0.18)
        drawn.insert(0, band.encode(x=x, y=alt.Y("low:Q", **y), y2="high:Q", color=colour))
    drawn += [named.encode(x=x, y=alt.Y("at:Q", **y), color=colour) for named in _ends(rows, narrow=narrow)]
    size = {"width": NARROW_PX - 66, "height": 200} if narrow else {"width": WIDE_PX, "height": 230}
    return alt.layer(*drawn).properties(**size)


def _ends(rows: pd.DataFrame, *, narrow: bool) -> list[alt.Chart]:
    """Name each line at its end: the highest above its band, the others below their lines, clear of each other."""
    ends = rows.sort_values("day").groupby("series", sort=False).tail(1).reset_index(drop=True)
    ends = ends.assign(name=[in_lines(name, 22 if narrow else 60) for name in ends["series"]])
    top = ends["value"] == ends["value"].max()
    some = (
        (ends[top].assign(at=ends["high"].fillna(ends["value"])), "bottom", -6),
        (ends[~top].assign(at=ends["value"]), "top", 24),
    )
    marks = (
        alt.Chart(shown).mark_text(align="right", baseline=baseline, dy=dy, fontSize=TEXT_PX)
        for shown, baseline, dy in some
        if len(shown)
    )
    return [mark.encode(text="name:N") for mark in marks]


def groups(rows: pd.DataFrame, *, kinds: Sequence[str], axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw counts or sums as bars beside each other.

    Parameters
    ----------
    rows
        ``place`` along the axis, in order; ``kind``, one bar each; ``value``.
    kinds
        At most three, in the order of their tones, which is that of other charts of the same series.
    """
    places = list(dict.fromkeys(rows["place"]))
    tones = alt.Scale(domain=kinds, range=[light(tone) for tone in BAR_TONES[: len(kinds)]])
    colour = alt.Color("kind:N", scale=tones, legend=key(narrow=narrow))
    tip = [alt.Tooltip("place:N"), alt.Tooltip("kind:N"), alt.Tooltip("value:Q", format=",.1f")]
    place = {
        "title": None,
        "sort": places,
        "axis": alt.Axis(labelAngle=0, labelOverlap=True, labelPadding=6, ticks=False),
    }
    bars = alt.Chart(rows).mark_bar(stroke=light("axis"), strokeWidth=0.5)
    zero = alt.Chart(rows.head(1)).mark_rule(color=light("axis"))
    if narrow:
        axis = alt.Axis(tickCount=4, labelOverlap="greedy", labelSeparation=6)
        value = {"title": axis_title, "axis": axis}
        drawn = bars.encode(
            y=alt.Y("place:N", **place), yOffset=alt.YOffset("kind:N", sort=kinds), x=alt.X("value:Q", **value)
        )
        size = {"width": NARROW_PX - 84, "height": 12 * len(rows) + 20}
        return alt.layer(drawn.encode(color=colour, tooltip=tip), zero.encode(x=alt.datum(0))).properties(**size)
    value = {"axis": alt.Axis(tickCount=5, **above(axis_title))}
    drawn = bars.encode(
        x=alt.X("place:N", **place), xOffset=alt.XOffset("kind:N", sort=kinds), y=alt.Y("value:Q", **value)
    )
    size = {"width": WIDE_PX, "height": 220}
    return alt.layer(drawn.encode(color=colour, tooltip=tip), zero.encode(y=alt.datum(0))).properties(**size)


OF_SHAPES = ("circle", "diamond", "square")
NAME_LETTERS, NAME_LINES, TALL_PX = 38, 2, 38


def ranges(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw stated figures, one row a statement, oldest on top: a dot, or a line from the lower to the upper end.

    Parameters
    ----------
    rows
        ``label`` (who and when), ``low``, ``high``, ``standing``, ``of`` (what was counted; three at most, each with a mark of its own).
    narrow
        Names stand above the rows, which then have the whole width.
    """
    names = [in_lines(text, NAME_LETTERS, most=NAME_LINES) for text in rows["label"]]
    # Two statements may have one name: each row is known by its place, which is not shown.
    shown = rows.assign(row=[f"{place}{BREAK}{name}" for place, name in enumerate(names)])
    kinds = list(dict.fromkeys(rows["of"]))
    label = f"slice(split(datum.label, '{BREAK}'), 1)"
    axis = None if narrow else alt.Axis(ticks=False, domain=False, labelLimit=0, labelPadding=8, labelExpr=label)
    y = alt.Y("row:N", sort=list(shown["row"]), title=None, axis=axis)
    count = alt.Axis(tickCount=3 if narrow else 6, format=",.0f", labelOverlap="greedy", labelSeparation=6)
    x = {"title": axis_title, "scale": alt.Scale(zero=True), "axis": count}
    width = NARROW_PX - 20 if narrow else WIDE_PX - 130
    height = TALL_PX if narrow else 14 * max((name.count(BREAK) + 1 for name in names), default=1) + 8
    drawn = [*_stated(shown, kinds, x=x, y=y, narrow=narrow), *([_row_names(shown, y)] if narrow else [])]
    return alt.layer(*drawn).properties(width=width, height=height * max(1, len(shown)))


def _stated(
    shown: pd.DataFrame, kinds: Sequence[str], *, x: Mapping[str, Any], y: alt.Y, narrow: bool
) -> list[alt.Chart]:
    legend = key(narrow=narrow, direction="vertical", offset=6) if len(kinds) > 1 else None
    colour = alt.Color("of:N", scale=alt.Scale(domain=kinds, range=_tones(len(kinds))), legend=legend)
    marks = alt.Scale(domain=kinds, range=list(OF_SHAPES[: len(kinds)]))
    shape = alt.Shape("of:N", scale=marks, legend=legend)
    tip = [alt.Tooltip("label:N"), alt.Tooltip("of:N"), alt.Tooltip("low:Q", format=",.0f")]
    tip += [alt.Tooltip("high:Q", format=",.0f"), alt.Tooltip("standing:N")]
    down = {"yOffset": 9} if narrow else {}
    base = alt.Chart(shown)
    rule = base.mark_rule(strokeWidth=3, opacity=0.6, **down)
    dots = [
        base.mark_point(filled=True, size=70, opacity=1, **down).encode(
            x=alt.X(f"{end}:Q", **x), y=y, color=colour, shape=shape, tooltip=tip
        )
        for end in ("low", "high")
    ]
    return [rule.encode(x=alt.X("low:Q", **x), x2="high:Q", y=y, color=colour), *dots]


def _row_names(shown: pd.DataFrame, y: alt.Y) -> alt.Chart:
    names = alt.Chart(shown).transform_calculate(shown=f"truncate(datum.label, {NAME_LETTERS + 4})")
    words = names.mark_text(align="left", baseline="bottom", yOffset=1, fontSize=TEXT_PX)
    return words.encode(x=alt.value(0), y=y, text="shown:N")


def _tones(count: int) -> list[str]:
    return [light(tone) for tone in TONES[:count]]
