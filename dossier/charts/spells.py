"""How is time until a violation drawn?

``spells`` shows a few cases in years since the start, with every tier; ``swimmers`` shows many, one bar a case.
"""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from dossier.charts.look import NARROW_PX, WIDE_PX
from dossier.palette import light

TIER_SHAPES = {"return to war": "triangle-up", "fatal clash": "diamond", "use of force": "circle"}


def spells(rows: pd.DataFrame, *, horizon_years: int, narrow: bool = False) -> alt.LayerChart:
    """Draw how long each case has been followed and when each tier was first crossed.

    Parameters
    ----------
    rows
        ``name``, ``tier``, ``years``, ``violated``, ``coded`` and ``followed_years`` (to the last day seen). A tier that was
        not coded has no mark: its date is only a bound.
    horizon_years
        A rule is drawn at this horizon.
    """
    rows = rows.assign(name=["|".join(textwrap.wrap(name, 14 if narrow else 28)) for name in rows["name"]])
    cases = list(dict.fromkeys(rows["name"]))
    bars = rows.drop_duplicates("name")[["name", "followed_years"]]
    marks = rows[rows["violated"] & rows["coded"]][["name", "tier", "years"]]
    y = alt.Y(
        "name:N",
        sort=cases,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelExpr="split(datum.label, '|')"),
    )
    top = float(rows["followed_years"].max()) if len(rows) else 1.0
    scale = alt.Scale(domain=[0, top * 1.02], nice=False)
    bar = (
        alt.Chart(bars)
        .mark_bar(height=12, color=light("band-strong"))
        .encode(
            x=alt.X(
                "followed_years:Q",
                title="years since the start",
                scale=scale,
                axis=alt.Axis(tickCount=4 if narrow else 8),
            ),
            y=y,
        )
    )
    points = [_tier_marks(marks[marks["tier"] == tier], tier, y=y, scale=scale, narrow=narrow) for tier in TIER_SHAPES]
    rule = (
        alt.Chart(pd.DataFrame({"at": [horizon_years]}))
        .mark_rule(strokeDash=[4, 3], color=light("axis"))
        .encode(x=alt.X("at:Q", scale=scale))
    )
    said = (
        alt.Chart(pd.DataFrame({"at": [horizon_years], "label": [f"{horizon_years} years"]}))
        .mark_text(align="left", dx=4, dy=4, baseline="top", color=light("muted"))
        .encode(x=alt.X("at:Q", scale=scale), y=alt.value(-4), text="label:N")
    )
    width = NARROW_PX - 130 if narrow else WIDE_PX - 80
    return alt.layer(bar, rule, said, *points).properties(width=width, height=44 * max(1, len(cases)))


def _tier_marks(marks: pd.DataFrame, tier: str, *, y: alt.Y, scale: alt.Scale, narrow: bool) -> alt.Chart:
    """Draw one tier's marks a little above, on, or a little below the bars, so that marks of one day stay apart."""
    tiers = list(TIER_SHAPES)
    colours = [light("material-conflict"), light("verbal-conflict"), light("verbal-conflict")]
    legend = alt.Legend(title=None, orient="bottom", direction="vertical" if narrow else "horizontal")
    return (
        alt.Chart(marks)
        .mark_point(
            filled=True,
            size=90,
            opacity=1,
            strokeWidth=2,
            yOffset=13 * (tiers.index(tier) - 1),
        )
        .encode(
            x=alt.X("years:Q", scale=scale),
            y=y,
            shape=alt.Shape("tier:N", scale=alt.Scale(domain=tiers, range=list(TIER_SHAPES.values())), legend=legend),
            color=alt.Color("tier:N", scale=alt.Scale(domain=tiers, range=colours), legend=legend),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("tier:N"), alt.Tooltip("years:Q", format=".1f")],
        )
    )


SWIM_SHAPES = {**TIER_SHAPES, "guarantor withdrew": "square", "still holding": "triangle-right"}
ROW_PX = 17


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
        Names are cut to what fits beside a narrow plot; the table under the figure has them in full.
    """
    shorten = 19 if narrow else 40
    bars, marks = (rows.assign(name=[_cut(name, shorten) for name in rows["name"]]) for rows in (bars, marks))
    scale = alt.Scale(type="utc", nice=False)
    axis = alt.Axis(format="%Y", tickCount=3 if narrow else 8, orient="top", grid=True)
    y = alt.Y(
        "name:N",
        sort=list(bars["name"]),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=0, labelPadding=6),
    )
    tip = [alt.Tooltip("name:N"), alt.Tooltip("standing:N")]
    tip += [alt.Tooltip("start:T", format="%Y"), alt.Tooltip("end:T", format="%Y")]
    x = alt.X("start:T", title=None, scale=scale, axis=axis)
    holding = bars["standing"] == "holding"
    parts = [
        alt.Chart(rows)
        .mark_bar(height=8, cursor="pointer", color=light(tone))
        .encode(x=x, x2="end:T", y=y, tooltip=tip)
        for rows, tone in ((bars[holding], "verbal-cooperation"), (bars[~holding], "rule"))
    ]
    points = [_swim_marks(marks[marks["kind"] == kind], kind, y=y, narrow=narrow) for kind in reversed(SWIM_SHAPES)]
    width = NARROW_PX - 125 if narrow else WIDE_PX - 110
    return alt.layer(*parts, *points).properties(width=width, height=ROW_PX * max(1, len(bars)))


def _swim_marks(marks: pd.DataFrame, kind: str, *, y: alt.Y, narrow: bool) -> alt.Chart:
    kinds = list(SWIM_SHAPES)
    tones = ["material-conflict", "material-conflict", "verbal-conflict", "text", "material-cooperation"]
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="vertical" if narrow else "horizontal",
        columns=1 if narrow else 3,
        labelLimit=280,
    )
    return (
        alt.Chart(marks)
        .mark_point(
            filled=True, size=85 if kind == "use of force" else 50, opacity=1, strokeWidth=1.5, cursor="pointer"
        )
        .encode(
            x=alt.X("day:T", scale=alt.Scale(type="utc", nice=False)),
            y=y,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=list(SWIM_SHAPES.values())), legend=legend),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[light(tone) for tone in tones]), legend=legend
            ),
            tooltip=[
                alt.Tooltip("name:N"),
                alt.Tooltip("kind:N"),
                alt.Tooltip("day:T", format="%b %Y", formatType="utc"),
            ],
        )
    )


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
