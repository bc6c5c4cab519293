"""How is the course of many forecasts drawn, one small chart each?

``history``: this report's probability as a line with its band, what a market said as a dashed line, what crowds said as points, and the
answer as a cross at its end. All the small charts share both axes, so that they can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import BREAK, handles, in_lines, in_words
from dossier.palette import light

OURS, MARKET, CROWD, ANSWER = "this report", "market", "crowd", "answer"
SHAPES = {OURS: "circle", MARKET: "square", CROWD: "triangle-up", ANSWER: "cross"}
TONES = {OURS: "material-cooperation", MARKET: "verbal-conflict", CROWD: "series-c", ANSWER: "text"}
FORMS = {
    False: (3, 185, 84, 32),
    True: (2, 96, 74, 17),
}  # by whether the screen is narrow: columns, width, height, letters in a line
STEP = 0.2  # the axis ends at a whole number of these
MONTHS_FROM = 100  # days drawn, from which on the axis names months


def history(rows: pd.DataFrame, *, narrow: bool = False) -> alt.FacetChart:
    """Draw the courses of probabilities, one panel a question.

    Parameters
    ----------
    rows
        In the order of the panels: ``label``, ``kind`` (of `SHAPES`), ``course`` (which line within a kind), ``day`` (ISO), ``value``,
        ``low``, ``high`` (90 %, blank where there is none), ``newest`` (whether it is the last of its course).
    """
    columns, width, height, letters = FORMS[narrow]
    names = {label: in_lines(label, letters) for label in dict.fromkeys(rows["label"])}
    days = rows[rows["kind"] == OURS].groupby("label").size()
    shown = rows.assign(panel=rows["label"].map(names), alone=rows["label"].map(days) == 1)
    shown = shown.assign(on=in_words(shown["day"]))
    order = {kind: place for place, kind in enumerate(SHAPES)}  # the answer comes last and lies on top
    shown = shown.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    x, y = _axes(shown, narrow=narrow)
    colour, shape = _classes(shown, narrow=narrow)
    drawn = alt.layer(*_layers(x, y, colour, shape), data=shown).properties(width=width, height=height)
    head = alt.Header(title=None, labelExpr=f"split(datum.label, '{BREAK}')", labelAnchor="start", labelPadding=4)
    panels = alt.Facet("panel:N", sort=list(names.values()), header=head)
    return drawn.facet(facet=panels, columns=columns, spacing={"row": 12, "column": 12})


def _layers(x: alt.X, y: Mapping[str, Any], colour: alt.Color, shape: alt.Shape) -> list[alt.Chart]:
    """Draw band, lines and points, and what tells the values of lines; a course of one day has a bar in the place of its band."""
    tip = [
        alt.Tooltip("label:N"),
        alt.Tooltip("kind:N"),
        alt.Tooltip("course:N"),
        alt.Tooltip("on:N"),
        alt.Tooltip("value:Q", format=".1%"),
    ]
    low, value = alt.Y("low:Q", **y), alt.Y("value:Q", **y)
    own = light(TONES[OURS])
    band = _only(OURS).mark_area(opacity=0.2, color=own).encode(x=x, y=low, y2="high:Q")
    bar = _only(OURS).transform_filter("datum.alone").mark_rule(opacity=0.4, strokeWidth=4, color=own)
    dashed = _only(MARKET).mark_line(strokeWidth=1.5, strokeDash=[4, 2], color=light(TONES[MARKET]))
    solid = _only(OURS).mark_line(strokeWidth=2, color=own)
    points = alt.Chart().transform_filter(f"datum.kind === '{CROWD}' || datum.newest")
    return [
        band,
        bar.encode(x=x, y=low, y2="high:Q"),
        *(line.encode(x=x, y=value, detail="course:N") for line in (dashed, solid)),
        handles(alt.Chart().transform_filter("!datum.newest"), x=x, y=value, tooltip=tip),
        points.mark_point(filled=True, size=58, opacity=1, stroke=light("background"), strokeWidth=0.75).encode(
            x=x, y=value, color=colour, shape=shape, tooltip=tip
        ),
    ]


def _only(kind: str) -> alt.Chart:
    return alt.Chart().transform_filter(f"datum.kind === '{kind}'")


def _axes(rows: pd.DataFrame, *, narrow: bool) -> tuple[alt.X, dict[str, Any]]:
    """Return the axis of days and what makes the axis of probabilities, both the same for all panels."""
    top = max([*rows["value"], *rows["high"].dropna()])
    end = min(1.0, STEP * math.ceil(top / STEP + 1e-9))
    days = pd.to_datetime(rows["day"])
    form = "%b" if (days.max() - days.min()).days >= MONTHS_FROM else "%-d %b"
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format=form, grid=False, tickCount=2 if narrow else 4, labelOverlap="greedy", labelSeparation=6),
    )
    axis = alt.Axis(format="%", values=[0, end / 2, end])
    return x, {"title": None, "scale": alt.Scale(domain=[0, end], nice=False), "axis": axis}


def _classes(rows: pd.DataFrame, *, narrow: bool) -> tuple[alt.Color, alt.Shape]:
    """Return colour and shape of who said it, with one legend above all panels."""
    kinds = [kind for kind in SHAPES if kind in set(rows["kind"])]
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columns=2 if narrow else len(kinds))
    colours = alt.Scale(domain=kinds, range=[light(TONES[kind]) for kind in kinds])
    shapes = alt.Scale(domain=kinds, range=[SHAPES[kind] for kind in kinds])
    return alt.Color("kind:N", scale=colours, legend=legend), alt.Shape("kind:N", scale=shapes, legend=legend)
