"""How is a share violated drawn over time, so that a reader can ask about another class, tier, reading or horizon?

One drawing holds every curve; lists choose which is shown, in the page and without a server. Where fewer cases are at risk than
an estimate needs, the curve goes on in grey. A line of text says the share at the horizon; a row under the axis counts the
cases at risk, and short strokes on the curve say when a case was last looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dossier.charts.look import NARROW_PX, WIDE_PX, handles
from dossier.palette import light

HEIGHT_PX = 240
CHOSEN = "datum.refclass == refclass && datum.tier == tier && datum.coding == coding"
KEYS = ("refclass", "tier", "coding")


def explorer(
    steps: pd.DataFrame,
    facts: pd.DataFrame,
    left: pd.DataFrame,
    *,
    choices: Sequence[tuple[str, str, Sequence[str]]],
    horizons: Sequence[int],
    horizon: int,
    narrow: bool = False,
) -> alt.VConcatChart:
    """Draw curves of the share violated, one at a time, with lists to choose by.

    Parameters
    ----------
    steps
        ``refclass``, ``tier``, ``coding``, ``years``, ``failed``, ``low``, ``high`` (shares in [0, 1]), ``enough`` (bool: enough
        cases at risk), in order of years; each curve from zero to the last year drawn.
    facts
        One row a curve and whole year: ``refclass``, ``tier``, ``coding``, ``years``, ``at_risk``, ``said`` and ``counted``
        (two lines of text on the share at that year).
    left
        ``refclass``, ``tier``, ``coding``, ``years``, ``failed``: when cases without a violation were last looked at.
    choices
        ``(key, title, options)`` for each of `KEYS`; the first option is shown at first.
    horizons, horizon
        The years to choose from, and the one shown at first.
    """
    last = float(steps["years"].max())
    width = NARROW_PX - 68 if narrow else WIDE_PX
    x = {"scale": alt.Scale(domain=[0, last], nice=False)}
    drawn = [
        _band(steps, x),
        *(_line(steps, x, enough=enough) for enough in (False, True)),
        _censored(left, x),
        _horizon(facts, x),
        *_words(facts),
    ]
    chart = alt.layer(*drawn).properties(width=width, height=HEIGHT_PX)
    parts = alt.vconcat(chart, _risk(facts, x, width=width, narrow=narrow), spacing=4)
    lists = [_choice(key, title, options) for key, title, options in choices]
    years = alt.binding_select(options=list(horizons), labels=[f"{year} years" for year in horizons], name="Horizon ")
    return parts.add_params(*lists, alt.param(name="horizon", value=horizon, bind=years))


def _choice(key: str, title: str, options: Sequence[str]) -> alt.Parameter:
    return alt.param(name=key, value=options[0], bind=alt.binding_select(options=list(options), name=f"{title} "))


def _share(field: str) -> alt.Y:
    axis = alt.Axis(format="%", tickCount=5)
    return alt.Y(f"{field}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis)


def _band(steps: pd.DataFrame, x: dict[str, Any]) -> alt.Chart:
    place = alt.X("years:Q", title="years of peace", **x)
    return (
        alt.Chart(steps)
        .transform_filter(CHOSEN)
        .mark_area(interpolate="step-after", color=light("verbal-cooperation"), opacity=0.25)
        .encode(x=place, y=_share("low"), y2="high:Q")
    )


def _line(steps: pd.DataFrame, x: dict[str, Any], *, enough: bool) -> alt.LayerChart:
    tone = light("material-cooperation") if enough else light("muted")
    base = alt.Chart(steps).transform_filter(f"{CHOSEN} && datum.{'enough' if enough else 'thin'}")
    tip = [alt.Tooltip("years:Q", format=".1f"), alt.Tooltip("failed:Q", format=".0%", title="violated")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    style = {"strokeWidth": 2.5} if enough else {"strokeWidth": 1.5, "strokeDash": [3, 3]}
    at = {"x": alt.X("years:Q", **x), "y": _share("failed")}
    course = base.mark_line(interpolate="step-after", color=tone, **style).encode(**at)
    return alt.layer(course, handles(base, **at, tooltip=tip))


def _censored(left: pd.DataFrame, x: dict[str, Any]) -> alt.Chart:
    strokes = alt.Chart(left).transform_filter(CHOSEN).mark_tick(orient="vertical", height=9, thickness=1.5)
    return strokes.encode(x=alt.X("years:Q", **x), y=_share("failed"), color=alt.value(light("material-cooperation")))


def _horizon(facts: pd.DataFrame, x: dict[str, Any]) -> alt.Chart:
    rows = facts[["years"]].drop_duplicates()
    rule = alt.Chart(rows).transform_filter("datum.years == horizon")
    return rule.mark_rule(strokeDash=[4, 3], color=light("axis")).encode(x=alt.X("years:Q", **x))


def _words(facts: pd.DataFrame) -> list[alt.Chart]:
    """Write what the curve says at the horizon above the plot, where no line runs through it."""
    base = alt.Chart(facts).transform_filter(f"{CHOSEN} && datum.years == horizon")
    return [
        base.mark_text(align="left", baseline="bottom", color=light(tone), fontWeight=weight).encode(
            x=alt.value(-36), y=alt.value(17 * line - 27), text=f"{field}:N"
        )
        for line, (field, tone, weight) in enumerate((("said", "text", "bold"), ("counted", "muted", "normal")))
    ]


def _risk(facts: pd.DataFrame, x: dict[str, Any], *, width: int, narrow: bool) -> alt.LayerChart:
    every = 5 if not narrow else 10
    rows = facts[(facts["years"] % every == 0) | (facts["years"] == 1)]
    place = alt.X("years:Q", axis=None, **x)
    counts = alt.Chart(rows).transform_filter(CHOSEN).mark_text(color=light("muted"))
    title = alt.Chart(pd.DataFrame({"title": ["at risk"]})).mark_text(align="right", color=light("muted"))
    return alt.layer(
        counts.encode(x=place, y=alt.value(8), text="at_risk:N"),
        title.encode(x=alt.value(-8), y=alt.value(8), text="title:N"),
    ).properties(width=width, height=16)
