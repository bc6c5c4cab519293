"""How are counts and shares drawn so that nobody takes a count for a certainty?

``shares``: a dot with its interval, one row a kind. ``stacks``: plain counts by place, split in two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import NARROW_PX, WIDE_PX
from dossier.palette import light


def shares(
    rows: pd.DataFrame, *, axis_title: str, colours: Mapping[str, str] | None = None, narrow: bool = False
) -> alt.LayerChart:
    """Draw shares as dots with their intervals, one row a kind.

    Parameters
    ----------
    rows
        ``kind``, ``count``, ``share``, ``low``, ``high`` (shares in [0, 1]).
    axis_title
        What is measured, with its unit.
    colours
        Colour of each kind; one colour for all if none are given.
    """
    shown = rows.assign(label=[f"{kind} ({count})" for kind, count in zip(rows["kind"], rows["count"], strict=True)])
    y = alt.Y(
        "label:N", sort=list(shown["label"]), title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8)
    )
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("share:Q", title=axis_title, scale=scale, axis=alt.Axis(format="%", tickCount=3 if narrow else 6))
    colour = _kind_colour(list(shown["kind"]), colours)
    base = alt.Chart(shown)
    interval = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, title=axis_title), x2="high:Q", y=y, color=colour
    )
    tip = [alt.Tooltip("kind:N"), alt.Tooltip("count:N"), alt.Tooltip("share:Q", format=".0%")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour, tooltip=tip)
    width = NARROW_PX - 140 if narrow else WIDE_PX - 110
    return alt.layer(interval, dots).properties(width=width, height=34 * len(shown) + 10)


TIER_TONES = ("material-conflict", "verbal-conflict", "verbal-cooperation")
TIER_MARKS = ("triangle-up", "diamond", "circle")


def tiered(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw shares as dots with their intervals, a row a place, the tiers of one place under each other.

    Parameters
    ----------
    rows
        ``place``, ``tier`` (three at most, the gravest first), ``share``, ``low``, ``high`` (shares in [0, 1]).
    axis_title
        What is measured, with its unit.
    """
    tiers = list(dict.fromkeys(rows["tier"]))
    legend = alt.Legend(title=None, orient="top", direction="vertical" if narrow else "horizontal")
    y = alt.Y(
        "place:N",
        sort=list(dict.fromkeys(rows["place"])),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=0),
    )
    offset = alt.YOffset("tier:N", sort=tiers, scale=alt.Scale(paddingInner=0.1))
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=3 if narrow else 6)
    tones = [light(tone) for tone in TIER_TONES[: len(tiers)]]
    colour = alt.Color("tier:N", scale=alt.Scale(domain=tiers, range=tones), legend=legend)
    shape = alt.Shape("tier:N", scale=alt.Scale(domain=tiers, range=list(TIER_MARKS[: len(tiers)])), legend=legend)
    base = alt.Chart(rows)
    line = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title=axis_title), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    tip = [alt.Tooltip("place:N"), alt.Tooltip("tier:N"), alt.Tooltip("share:Q", format=".0%")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("share:Q", scale=scale), y=y, yOffset=offset, color=colour, shape=shape, tooltip=tip
    )
    width = NARROW_PX - 140 if narrow else WIDE_PX - 110
    return alt.layer(line, dots).properties(width=width, height=54 * rows["place"].nunique())


def stacks(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.Chart:
    """Draw counts as bars, one a place, split by kind: the first kind dark, the second light.

    Parameters
    ----------
    rows
        ``place``, ``kind`` (two of them), ``count``.
    axis_title
        What is counted.
    """
    kinds = list(dict.fromkeys(rows["kind"]))
    tones = [light("material-cooperation"), light("band-strong")]
    legend = alt.Legend(title=None, orient="top", direction="vertical" if narrow else "horizontal", labelLimit=260)
    count = {"title": axis_title, "axis": alt.Axis(tickMinStep=1, tickCount=4)}
    places = {
        "title": None,
        "sort": list(dict.fromkeys(rows["place"])),
        "axis": alt.Axis(labelAngle=0, labelOverlap=True),
    }
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=tones), legend=legend)
    tip = [alt.Tooltip("place:N"), alt.Tooltip("kind:N"), alt.Tooltip("count:Q")]
    base = alt.Chart(rows).mark_bar(stroke=light("axis"), strokeWidth=0.5)
    if narrow:
        drawn = base.encode(y=alt.Y("place:N", **places), x=alt.X("count:Q", **count), color=colour, tooltip=tip)
        return drawn.properties(width=NARROW_PX - 60, height=20 * rows["place"].nunique())
    drawn = base.encode(x=alt.X("place:N", **places), y=alt.Y("count:Q", **count), color=colour, tooltip=tip)
    return drawn.properties(width=WIDE_PX, height=150)


def _kind_colour(kinds: list[str], colours: Mapping[str, str] | None) -> Any:
    if colours is None:
        return alt.value(light("material-cooperation"))
    return alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]), legend=None)
