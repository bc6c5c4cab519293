"""How are counts and shares drawn so that nobody takes a count for a certainty?

``shares``: a dot with its interval, one row a kind. ``stacks``: plain counts by place, split in two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import NARROW_PX, TIER_COLOURS, TIER_SHAPES, WIDE_PX, above, key
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
    width = NARROW_PX - 160 if narrow else WIDE_PX - 110
    return alt.layer(interval, dots).properties(width=width, height=34 * len(shown) + 10)


def tiered(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw shares as dots with their intervals, a row a place, the tiers of one place under each other.

    Where there is room the tiers are named beside their marks, at the first place that has all of them.

    Parameters
    ----------
    rows
        ``place``, ``tier`` (of `TIER_SHAPES`, the gravest first), ``share``, ``low``, ``high`` (shares in [0, 1]).
    axis_title
        What is measured, with its unit.
    """
    tiers = list(dict.fromkeys(rows["tier"]))
    legend = alt.Legend(title=None, orient="top", direction="vertical") if narrow else None
    y = alt.Y(
        "place:N",
        sort=list(dict.fromkeys(rows["place"])),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=0),
    )
    offset = alt.YOffset("tier:N", sort=tiers, scale=alt.Scale(paddingInner=0.1))
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", tickCount=3 if narrow else 6)
    tones, shapes = [TIER_COLOURS[tier] for tier in tiers], [TIER_SHAPES[tier] for tier in tiers]
    colour = alt.Color("tier:N", scale=alt.Scale(domain=tiers, range=tones), legend=legend)
    shape = alt.Shape("tier:N", scale=alt.Scale(domain=tiers, range=shapes), legend=legend)
    base = alt.Chart(rows)
    line = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title=axis_title), x2="high:Q", y=y, yOffset=offset, color=colour
    )
    tip = [alt.Tooltip("place:N"), alt.Tooltip("tier:N"), alt.Tooltip("share:Q", format=".0%")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("share:Q", scale=scale), y=y, yOffset=offset, color=colour, shape=shape, tooltip=tip
    )
    full = rows.groupby("place", sort=False)["tier"].transform("nunique") == len(tiers)
    place = rows.loc[full, "place"].iloc[0] if full.any() else rows["place"].iloc[0]
    words = alt.Chart(rows[rows["place"] == place]).mark_text(align="left", dx=8)
    named = words.encode(x=alt.X("high:Q", scale=scale), y=y, yOffset=offset, color=colour, text="tier:N")
    width = NARROW_PX - 142 if narrow else WIDE_PX - 110
    return alt.layer(line, dots, *([] if narrow else [named])).properties(
        width=width, height=54 * rows["place"].nunique()
    )


def stacks(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw counts as bars, one a place, split by kind: the first kind dark, the second light; the whole stands at the end.

    Parameters
    ----------
    rows
        ``place``, ``kind`` (two of them), ``count``.
    axis_title
        What is counted.
    """
    kinds = list(dict.fromkeys(rows["kind"]))
    tones = [light("material-cooperation"), light("band-strong")]
    ticks = {"tickMinStep": 1, "tickCount": 4}
    whole = rows.groupby("place", sort=False, as_index=False)["count"].sum()
    total = alt.Chart(whole)
    places = {
        "title": None,
        "sort": list(dict.fromkeys(rows["place"])),
        "axis": alt.Axis(labelAngle=0, labelOverlap=True),
    }
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=tones), legend=key(narrow=narrow))
    tip = [alt.Tooltip("place:N"), alt.Tooltip("kind:N"), alt.Tooltip("count:Q")]
    base = alt.Chart(rows).mark_bar(stroke=light("axis"), strokeWidth=0.5)
    if narrow:
        count = alt.X("count:Q", title=axis_title, axis=alt.Axis(**ticks))
        drawn = base.encode(y=alt.Y("place:N", **places), x=count, color=colour, tooltip=tip)
        said = total.mark_text(align="left", dx=4).encode(y=alt.Y("place:N", **places), x=count, text="count:Q")
        return alt.layer(drawn, said).properties(width=NARROW_PX - 70, height=20 * len(whole))
    count = alt.Y("count:Q", axis=alt.Axis(**ticks, **above(axis_title)))
    drawn = base.encode(x=alt.X("place:N", **places), y=count, color=colour, tooltip=tip)
    said = total.mark_text(baseline="bottom", dy=-3).encode(x=alt.X("place:N", **places), y=count, text="count:Q")
    return alt.layer(drawn, said).properties(width=WIDE_PX, height=150)


def _kind_colour(kinds: list[str], colours: Mapping[str, str] | None) -> Any:
    if colours is None:
        return alt.value(light("material-cooperation"))
    return alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]), legend=None)
