"""How is a course in time drawn?

``lines``: values of a few series along time, each named at its end, with a band where the producer gives bounds. ``ranges``:
figures that somebody stated on a day, one row a statement.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from dossier.charts.look import NARROW_PX, TEXT_PX, WIDE_PX
from dossier.palette import light

TONES = ("material-cooperation", "verbal-conflict", "series-c")
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
    y = alt.Y("value:Q", title=axis_title, scale=alt.Scale(zero=zero), axis=alt.Axis(tickCount=5, titleAnchor="end"))
    tip = [
        alt.Tooltip("series:N"),
        alt.Tooltip("day:T", format="%d %b %Y", formatType="utc"),
        alt.Tooltip("value:Q", format=",.0f"),
    ]
    base = alt.Chart(rows)
    drawn = [base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=tip)]
    bounded = rows[rows["low"].notna()]
    if len(bounded):
        band = (
            alt.Chart(bounded)
            .mark_area(opacity=0.18)
            .encode(x=x, y=alt.Y("low:Q", title=axis_title), y2="high:Q", color=colour)
        )
        drawn.insert(0, band)
    ends = rows.sort_values("day").groupby("series", sort=False).tail(1)
    highest = ends["value"] == ends["value"].max()
    for some, baseline, dy in (
        (ends[highest], "bottom", -6),
        (ends[~highest], "top", 24 if narrow else 8),
    ):  # clear of the other line
        if len(some):
            named = alt.Chart(some).mark_text(align="right", baseline=baseline, dy=dy, fontSize=TEXT_PX)
            drawn.append(named.encode(x=x, y=y, color=colour, text="series:N"))
    size = {"width": NARROW_PX - 60, "height": 200} if narrow else {"width": WIDE_PX, "height": 230}
    return alt.layer(*drawn).properties(**size)


def groups(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.Chart:
    """Draw counts or sums as bars beside each other: ``place`` along the axis, one bar a ``kind`` (at most three), ``value``."""
    kinds, places = list(dict.fromkeys(rows["kind"])), list(dict.fromkeys(rows["place"]))
    legend = alt.Legend(title=None, orient="top", direction="vertical" if narrow else "horizontal", labelLimit=260)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=_tones(len(kinds))), legend=legend)
    tip = [alt.Tooltip("place:N"), alt.Tooltip("kind:N"), alt.Tooltip("value:Q", format=",.1f")]
    place = {"title": None, "sort": places, "axis": alt.Axis(labelAngle=0, labelOverlap=True, ticks=False)}
    value = {"title": axis_title, "axis": alt.Axis(tickCount=5)}
    base = alt.Chart(rows).mark_bar()
    if narrow:
        drawn = base.encode(
            y=alt.Y("place:N", **place), yOffset=alt.YOffset("kind:N", sort=kinds), x=alt.X("value:Q", **value)
        )
        return drawn.encode(color=colour, tooltip=tip).properties(width=NARROW_PX - 70, height=12 * len(rows) + 20)
    drawn = base.encode(
        x=alt.X("place:N", **place), xOffset=alt.XOffset("kind:N", sort=kinds), y=alt.Y("value:Q", **value)
    )
    return drawn.encode(color=colour, tooltip=tip).properties(width=WIDE_PX, height=220)


def ranges(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw stated figures, one row a statement, oldest on top: a dot, or a line from the lower to the upper end.

    Parameters
    ----------
    rows
        ``label`` (who and when), ``low``, ``high``, ``standing``.
    """
    shown = rows.assign(
        label=[
            text if len(text) <= (22 if narrow else 44) else text[: (21 if narrow else 43)] + "…"
            for text in rows["label"]
        ]
    )
    y = alt.Y(
        "label:N",
        sort=list(shown["label"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=0, labelPadding=8),
    )
    scale = alt.Scale(zero=True)
    axis = alt.Axis(tickCount=3 if narrow else 6, format=",.0f")
    tip = [
        alt.Tooltip("label:N"),
        alt.Tooltip("low:Q", format=",.0f"),
        alt.Tooltip("high:Q", format=",.0f"),
        alt.Tooltip("standing:N"),
    ]
    base = alt.Chart(shown)
    rule = base.mark_rule(strokeWidth=3, color=light("verbal-cooperation")).encode(
        x=alt.X("low:Q", title=axis_title, scale=scale, axis=axis), x2="high:Q", y=y
    )
    dots = [
        base.mark_point(filled=True, size=70, opacity=1, color=light("material-cooperation")).encode(
            x=alt.X(f"{end}:Q", title=axis_title, scale=scale, axis=axis), y=y, tooltip=tip
        )
        for end in ("low", "high")
    ]
    width = NARROW_PX - 150 if narrow else WIDE_PX - 160
    return alt.layer(rule, *dots).properties(width=width, height=24 * max(1, len(shown)))


def _tones(count: int) -> list[str]:
    return [light(tone) for tone in TONES[:count]]
