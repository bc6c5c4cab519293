"""What look do all charts share?

The theme, the sizes of both forms, how numbers are written, and which tone and shape stand for which class. A finished chart is Vega-Lite with
fixed names, so that equal charts are equal text.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

from dossier.palette import light

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDE_PX = 560  # of the plot: with the lane names the drawing stays below 720
NARROW_PX = 280  # of the whole drawing: a page of 320 less its padding
TEXT_PX = 12  # the least that is read with ease
BREAK = "|"  # between the lines of a name
THIN = "\N{THIN SPACE}"
NUMBERS = {"decimal": ".", "thousands": THIN, "grouping": [3], "currency": ["", ""], "percent": f"{THIN}%"}
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
TIER_COLOURS = {
    "return to war": light("material-conflict"),
    "fatal clash": light("material-conflict"),
    "use of force": light("verbal-conflict"),
}


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
        "locale": {"number": NUMBERS},
        "view": {"stroke": None},
        "axis": axis,
        "legend": {**text, "labelFontSize": TEXT_PX, "titleFontSize": TEXT_PX, "titleFontWeight": "normal"},
        "text": {"lineBreak": BREAK, "font": FONT, "fontSize": TEXT_PX, "color": light("text")},
        "header": {
            "labelFontSize": TEXT_PX,
            "titleFontSize": TEXT_PX,
            "labelFont": FONT,
            "titleFont": FONT,
            "labelColor": light("text"),
            "titleColor": light("text"),
        },
    }


def above(title: str) -> dict[str, Any]:
    """Return what writes the title of an upright axis level above it, where it is read without turning the head."""
    return {"title": title, "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -36, "titleY": -14}


def in_lines(text: str, letters: int, *, most: int | None = None) -> str:
    """Return a text in lines of so many letters, with `BREAK` between them; one of more than the most lines ends in an ellipsis.

    >>> in_lines("General ceasefire by end of year", 18)
    'General ceasefire|by end of year'
    """
    lines = textwrap.wrap(text.replace(BREAK, " "), letters, max_lines=most, placeholder="…")
    return BREAK.join(lines) or text


def key(*, narrow: bool, **more: Any) -> alt.Legend:
    """Return the legend of a chart whose marks cannot be named one by one: above the plot and what `above` wrote there."""
    form = {"direction": "vertical"} if narrow else {"direction": "horizontal", "offset": 28}
    return alt.Legend(title=None, orient="top", labelLimit=270, symbolOpacity=1, **(form | more))


def in_words(days: Iterable[Any], form: str = "%-d %b %Y") -> list[str]:
    """Return days as they are told of a mark: as text, which no reader's time zone can move.

    >>> in_words(["2031-02-09"])
    ['9 Feb 2031']
    """
    return [pd.Timestamp(day).strftime(form) for day in days]


def handles(rows: alt.Chart, **encoded: Any) -> alt.Chart:
    """Return marks that nobody sees, by which a line tells its values where the pointer or the keyboard is: a line alone tells one."""
    return rows.mark_point(filled=True, opacity=0, size=90).encode(**encoded)


def _stable_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Rename Altair's counted names (views, parameters) by order of appearance, so that equal charts are equal text."""
    text = json.dumps(spec)
    counted = dict.fromkeys(re.findall(r"\b(?:view|param|concat)_\d+\b", text))
    for position, name in enumerate(counted):
        text = re.sub(rf"\b{name}\b", f"{name.split('_')[0]}_{position}", text)
    return json.loads(text)
