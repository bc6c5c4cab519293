"""How does a frame become a chart in the one look of the report?

Altair writes Vega-Lite; the colours come from ``dossier.palette``, the font is one that the drawing engine carries, so
that a chart is drawn alike on every machine. A chart carries title, source and data as an exhibit, outside the drawing.
Every chart has a second form for narrow screens, made for them rather than shrunk. Functions take frames and return
Altair charts; they compute nothing that an analysis should have computed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from dossier.palette import light

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDE_PX = 560  # of the plot: with the lane names the drawing stays below 720
NARROW_PX = 280  # of the whole drawing: a page of 320 less its padding
NARROW_LANES_PX = 215
LEVEL_PX = 24
TEXT_PX = 12
QUAD_COLOURS = {
    "verbal cooperation": light("verbal-cooperation"),
    "material cooperation": light("material-cooperation"),
    "verbal conflict": light("verbal-conflict"),
    "material conflict": light("material-conflict"),
}
QUAD_SHAPES = {
    "verbal cooperation": "circle",
    "material cooperation": "square",
    "verbal conflict": "diamond",
    "material conflict": "triangle-up",
}
TIER_SHAPES = {"return to war": "triangle-up", "fatal clash": "diamond", "use of force": "circle"}


def finish(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart as Vega-Lite with the report's theme; names are fixed, so equal charts give equal text."""
    spec = chart.to_dict(context={"datasets": {}}, validate=True)
    spec["config"] = theme()
    return _stable_names(spec)


def theme() -> dict[str, Any]:
    """Return the Vega-Lite configuration of every chart."""
    text = {"labelColor": light("muted"), "titleColor": light("text"), "labelFont": FONT, "titleFont": FONT}
    axis = {
        **text,
        "labelFontSize": TEXT_PX,
        "titleFontSize": TEXT_PX,
        "titleFontWeight": "normal",
        "gridColor": light("rule"),
        "domainColor": light("axis"),
        "tickColor": light("axis"),
        "labelLimit": 240,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {**text, "labelFontSize": TEXT_PX, "titleFontSize": TEXT_PX, "titleFontWeight": "normal"},
        "text": {"font": FONT, "fontSize": TEXT_PX, "color": light("text")},
        "header": {"labelFont": FONT, "titleFont": FONT, "labelColor": light("text"), "titleColor": light("text")},
    }


def lanes(
    events: pd.DataFrame,
    deadlines: pd.DataFrame,
    earlier: pd.DataFrame,
    *,
    quads: Sequence[str],
    start: pd.Timestamp,
    end: pd.Timestamp,
    narrow: bool = False,
) -> alt.LayerChart:
    """Draw events in lanes by quad class along time, with deadlines as rules.

    Parameters
    ----------
    events
        ``first_day``, ``last_day``, ``quad``, ``number``, ``headline``, ``level`` (0, 1, … within a lane),
        ``date_precision``.
    deadlines
        ``due_day``, ``letter``, ``what``, ``state``, ``row`` (0, 1, … for the height of the letter).
    earlier
        ``number``, ``when``, ``quad`` of events before the axis begins: named at its edge.
    quads
        Lanes, top to bottom (left to right in the narrow form).
    start, end
        First and last day of the axis.
    narrow
        Time runs downwards and lanes are columns.
    """
    place, room = _lane_places(events, quads)
    placed = events.assign(
        place=[place[quad] + level for quad, level in zip(events["quad"], events["level"], strict=True)],
        day=events["first_day"].dt.strftime("%Y-%m-%d"),
        until=events["last_day"].dt.strftime("%Y-%m-%d"),
        label=events["number"].astype(str),
    )[["place", "day", "until", "label", "quad", "headline"]]
    ruled = deadlines.assign(due=deadlines["due_day"].dt.strftime("%Y-%m-%d"))[
        ["due", "letter", "what", "state", "row"]
    ]
    ruled = ruled.assign(line=["met" if state == "met" else "other" for state in ruled["state"]])
    axes = _LaneAxes(narrow, place, room, start, end)
    layers = [
        _deadline_rules(ruled, axes),
        *_deadline_letters(ruled, axes),
        _event_spans(placed, axes),
        _event_marks(placed, axes),
        _event_numbers(placed, axes),
        *_earlier_names(earlier, place, axes),
    ]
    size = {"width": NARROW_LANES_PX, "height": 620} if narrow else {"width": WIDE_PX, "height": LEVEL_PX * room}
    return alt.layer(*layers).properties(**size)


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
    tip = [alt.Tooltip("kind:N"), alt.Tooltip("count:Q"), alt.Tooltip("share:Q", format=".0%")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour, tooltip=tip)
    width = NARROW_PX - 140 if narrow else WIDE_PX - 110
    return alt.layer(interval, dots).properties(width=width, height=34 * len(shown) + 10)


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


def _lane_places(events: pd.DataFrame, quads: Sequence[str]) -> tuple[dict[str, float], float]:
    """Return where each lane begins and how much room all take, in levels: a lane is as wide as its events need."""
    place, reached = {}, 0.8
    for quad in quads:
        place[quad] = round(reached, 2)
        highest = events.loc[events["quad"] == quad, "level"].max() if (events["quad"] == quad).any() else 0
        reached += float(highest) + 1.6
    return place, round(reached - 0.6, 2)


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


class _LaneAxes:
    """Encodings of time and lane, for both forms of the lanes chart."""

    def __init__(
        self,
        narrow: bool,
        place: Mapping[str, float],
        room: float,
        start: pd.Timestamp,
        end: pd.Timestamp,
    ) -> None:
        self.narrow = narrow
        self.time_scale = alt.Scale(domain=[start.strftime("%Y-%m-%d"), end.strftime("%Y-%m-%d")], type="utc")
        self.open_time_scale = alt.Scale(type="utc")
        if narrow:
            self.time_scale.reverse = self.open_time_scale.reverse = True
        self.lane_scale = alt.Scale(domain=[0, room], nice=False, reverse=not narrow)
        names = " : ".join(f"datum.value == {at} ? '{quad}'" for quad, at in place.items())
        self.lane_axis = alt.Axis(
            values=list(place.values()),
            labelExpr=f"{names} : ''",
            labelAngle=-90 if narrow else 0,
            labelAlign="left" if narrow else "right",
            labelBaseline="middle",
            labelOverlap=False,
            ticks=False,
            domain=False,
            grid=True,
            orient="top" if narrow else "left",
            labelPadding=8,
        )
        self.time_axis = alt.Axis(
            format="%b %Y", grid=False, tickCount={"interval": "month", "step": 2}, labelOverlap=True
        )

    def time(self, column: str) -> alt.X | alt.Y:
        kind = alt.Y if self.narrow else alt.X
        return kind(f"{column}:T", title=None, scale=self.time_scale, axis=self.time_axis)

    def time_end(self, column: str) -> alt.X2 | alt.Y2:
        return (alt.Y2 if self.narrow else alt.X2)(column)

    def lane(self, column: str) -> alt.X | alt.Y:
        kind = alt.X if self.narrow else alt.Y
        return kind(f"{column}:Q", title=None, scale=self.lane_scale, axis=self.lane_axis)

    def encode(self, column: str) -> dict[str, Any]:
        time, lane = self.time(column), self.lane("place")
        return {"y": time, "x": lane} if self.narrow else {"x": time, "y": lane}


def _deadline_rules(ruled: pd.DataFrame, axes: _LaneAxes) -> alt.Chart:
    """Draw a rule at each deadline: solid if met, dashed if not."""
    where = {"y": axes.time("due")} if axes.narrow else {"x": axes.time("due")}
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=["met", "other"], range=[[1, 0], [4, 3]]), legend=None)
    tip = [alt.Tooltip("what:N"), alt.Tooltip("due:T", format="%d %b %Y", formatType="utc"), alt.Tooltip("state:N")]
    return alt.Chart(ruled).mark_rule(color=light("axis"), strokeWidth=1).encode(**where, strokeDash=dash, tooltip=tip)


def _deadline_letters(ruled: pd.DataFrame, axes: _LaneAxes) -> list[alt.Chart]:
    """Write the letter of each deadline at the far end of its rule, in rows so that neighbours stay apart."""
    return [_letter_row(ruled[ruled["row"] == row], axes, row=row) for row in sorted(ruled["row"].unique())]


def _letter_row(ruled: pd.DataFrame, axes: _LaneAxes, *, row: int) -> alt.Chart:
    if axes.narrow:
        mark = alt.Chart(ruled).mark_text(
            align="right", baseline="bottom", dx=-1 - 11 * row, dy=-1, color=light("muted")
        )
        return mark.encode(y=axes.time("due"), x=alt.value(NARROW_LANES_PX), text="letter:N")
    mark = alt.Chart(ruled).mark_text(align="center", baseline="bottom", dy=-3 - 13 * row, color=light("muted"))
    return mark.encode(x=axes.time("due"), y=alt.value(0), text="letter:N")


def _event_spans(placed: pd.DataFrame, axes: _LaneAxes) -> alt.Chart:
    """Draw a bar where an event lasted, or where only its month is known."""
    lasting = placed[placed["day"] != placed["until"]]
    where = axes.encode("day")
    # Beside a second time Vega-Lite writes the domain in another form, which conflicts with that of the other layers.
    where["y" if axes.narrow else "x"].scale = axes.open_time_scale
    end = {("y2" if axes.narrow else "x2"): axes.time_end("until")}
    return alt.Chart(lasting).mark_bar(size=6, opacity=0.6).encode(**where, **end, color=_quad_colour())


def _event_marks(placed: pd.DataFrame, axes: _LaneAxes) -> alt.Chart:
    """Draw each event as a mark whose shape and colour say its quad class."""
    shape = alt.Shape(
        "quad:N", scale=alt.Scale(domain=list(QUAD_SHAPES), range=list(QUAD_SHAPES.values())), legend=None
    )
    tip = [alt.Tooltip("headline:N"), alt.Tooltip("day:T", format="%d %b %Y", formatType="utc"), alt.Tooltip("quad:N")]
    return (
        alt.Chart(placed)
        .mark_point(filled=True, size=95, opacity=1)
        .encode(**axes.encode("day"), color=_quad_colour(), shape=shape, tooltip=tip)
    )


def _event_numbers(placed: pd.DataFrame, axes: _LaneAxes) -> alt.Chart:
    """Write the number of each event beside its mark."""
    return (
        alt.Chart(placed)
        .mark_text(align="left", baseline="middle", dx=7, fontSize=TEXT_PX)
        .encode(**axes.encode("day"), text="label:N")
    )


def _earlier_names(earlier: pd.DataFrame, place: Mapping[str, float], axes: _LaneAxes) -> list[alt.Chart]:
    """Name the events before the axis begins, at its edge and in their lane."""
    if earlier.empty:
        return []
    words = [f"‹ {row.number}" + ("" if axes.narrow else f": {row.when}") for row in earlier.itertuples()]
    named = pd.DataFrame(
        {"place": [place[quad] for quad in earlier["quad"]], "words": words, "quad": list(earlier["quad"])}
    )
    mark = alt.Chart(named).mark_text(align="center" if axes.narrow else "left", baseline="bottom", dy=-4)
    edge = (
        {"y": alt.value(14), "x": axes.lane("place")} if axes.narrow else {"x": alt.value(3), "y": axes.lane("place")}
    )
    return [mark.encode(**edge, text="words:N")]


def _quad_colour() -> alt.Color:
    return alt.Color(
        "quad:N", scale=alt.Scale(domain=list(QUAD_COLOURS), range=list(QUAD_COLOURS.values())), legend=None
    )


def _kind_colour(kinds: list[str], colours: Mapping[str, str] | None) -> Any:
    if colours is None:
        return alt.value(light("material-cooperation"))
    return alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]), legend=None)


def _stable_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Rename Altair's counted names (views, parameters) by order of appearance, so that equal charts are equal text."""
    import json
    import re

    text = json.dumps(spec)
    counted = dict.fromkeys(re.findall(r"\b(?:view|param|concat)_\d+\b", text))
    for position, name in enumerate(counted):
        text = re.sub(rf"\b{name}\b", f"{name.split('_')[0]}_{position}", text)
    return json.loads(text)
