"""How are probabilities drawn so that number, word and uncertainty are seen together?

``probabilities``: dots with their 50 and 90 % intervals on an axis from 0 to 100 %, the words of the one scale as bands behind; base rate and
market as marks of their own. ``tornado``: how far one input at a time moves a chance. ``what_if``: bars that follow sliders, computed in the page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dossier.charts.look import BREAK, NARROW_PX, WIDE_PX, key
from dossier.palette import light

ROW_PX = 34
LETTER_PX, LINE_PX = 7.2, 14  # of a name: a letter in a wide font, and the distance of two lines
NAME_LINES = {False: (36, 2), True: (18, 3)}  # of a name, by whether the screen is narrow: letters in a line, lines
SMALL_SPAN = 0.08  # of chances: below it whole per cent would make ends of bars look alike
NARROWEST_BAND = 0.05  # of the axis: a band no wider has no room for its word
MARK_SHAPES = {"this report": "circle", "elicited at neutral": "diamond", "market": "square", "crowd": "triangle-up"}
MARK_TONES = {
    "this report": "material-cooperation",
    "elicited at neutral": "muted",
    "market": "verbal-conflict",
    "crowd": "series-c",
}
MARK_SIZES = {"this report": 120, "elicited at neutral": 60, "market": 60, "crowd": 60}


@dataclass(frozen=True)
class Slider:
    """An input that a reader can set: its name in the expressions, its title, bounds, step and value at first."""

    name: str
    title: str
    low: float
    high: float
    step: float
    value: float


def probabilities(
    rows: pd.DataFrame, marks: pd.DataFrame, bands: pd.DataFrame, *, axis_title: str, narrow: bool = False
) -> alt.LayerChart:
    """Draw probabilities with their intervals over the words for them.

    Parameters
    ----------
    rows
        In the order to be drawn: ``label``, ``mean``, ``low``, ``high`` (90 %), ``inner_low``, ``inner_high`` (50 %); all in [0, 1].
    marks
        Further values beside them: ``label``, ``kind`` (of `MARK_SHAPES`), ``value``.
    bands
        The words: ``word``, ``low``, ``high``.
    """
    places = _places(rows["label"], narrow=narrow)
    shown, beside = (table.assign(place=table["label"].map(places)) for table in (rows, marks))
    y = _rows(list(shown["place"]))
    scale = alt.Scale(domain=[0, 1], nice=False)
    ticks = [0, 0.5, 1] if narrow else [0, 0.2, 0.4, 0.6, 0.8, 1]
    axis = alt.Axis(format="%", values=ticks, grid=False)
    x = {"scale": scale, "axis": axis, "title": axis_title}
    grounds = bands.assign(tone=[position % 2 for position in range(len(bands))])
    ground = (
        alt.Chart(grounds[grounds["tone"] == 0])
        .mark_rect(color=light("band"))
        .encode(x=alt.X("low:Q", **x), x2="high:Q", tooltip=[alt.Tooltip("word:N")])
    )
    words = _band_words(bands, x)
    base = alt.Chart(shown)
    tip = [alt.Tooltip("label:N"), alt.Tooltip("mean:Q", format=".0%")]
    tip += [alt.Tooltip("low:Q", format=".0%"), alt.Tooltip("high:Q", format=".0%")]
    outer = base.mark_rule(strokeWidth=2, color=light("verbal-cooperation")).encode(
        x=alt.X("low:Q", **x), x2="high:Q", y=y
    )
    inner = base.mark_rule(strokeWidth=6, color=light("verbal-cooperation")).encode(
        x=alt.X("inner_low:Q", **x), x2="inner_high:Q", y=y
    )
    dots = _dots(shown.assign(kind="this report", value=shown["mean"]), beside, y, x, tip, narrow=narrow)
    width = NARROW_PX - 150 if narrow else WIDE_PX - 190
    return alt.layer(ground, *([] if narrow else [words]), outer, inner, *dots).properties(
        width=width, height=_height(list(shown["place"]), least=ROW_PX)
    )


def _band_words(bands: pd.DataFrame, x: Mapping[str, object]) -> alt.Chart:
    """Draw the words above their bands, in two lines where one has two parts; the outermost bands are too narrow for theirs."""
    wide = bands[(bands["high"] - bands["low"]) > NARROWEST_BAND]
    rows = wide.assign(
        middle=(wide["low"] + wide["high"]) / 2,
        said=[word.removesuffix(" chance").replace(" ", BREAK) for word in wide["word"]],
    )
    return (
        alt.Chart(rows)
        .mark_text(baseline="bottom", color=light("muted"), lineHeight=13)
        .encode(x=alt.X("middle:Q", **x), y=alt.value(-16), text="said:N")
    )


def _dots(
    own: pd.DataFrame, beside: pd.DataFrame, y: alt.Y, x: Mapping[str, object], tip: list[alt.Tooltip], *, narrow: bool
) -> list[alt.Chart]:
    """Draw one layer a kind of mark, this report's below: what lies above is smaller, so that both are seen."""
    columns = ["label", "place", "kind", "value", "mean", "low", "high"]
    rows = pd.concat(
        [own[columns], beside.assign(mean=beside["value"], low=beside["value"], high=beside["value"])[columns]]
    )
    kinds = [kind for kind in MARK_SHAPES if kind in set(rows["kind"])]
    legend = key(narrow=narrow, **({} if narrow else {"offset": 38, "columnPadding": 18}))
    shapes = alt.Scale(domain=kinds, range=[MARK_SHAPES[kind] for kind in kinds])
    tones = alt.Scale(domain=kinds, range=[light(MARK_TONES[kind]) for kind in kinds])
    return [
        alt.Chart(rows[rows["kind"] == kind])
        .mark_point(filled=True, opacity=1, size=MARK_SIZES[kind], stroke=light("background"), strokeWidth=1)
        .encode(
            x=alt.X("value:Q", **x),
            y=y,
            shape=alt.Shape("kind:N", scale=shapes, legend=legend),
            color=alt.Color("kind:N", scale=tones, legend=legend),
            tooltip=[*tip, alt.Tooltip("kind:N")],
        )
        for kind in kinds
    ]


def tornado(rows: pd.DataFrame, *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw how far one input at a time moves a chance; both ends of a bar and the line in the middle say their chance.

    Parameters
    ----------
    rows
        Widest first: ``title``, ``elicited`` (bool), ``at_low``, ``at_high``, ``central`` (the same in all).
    """
    names = [f"{row.title}{' (elicited)' if row.elicited else ''}" for row in rows.itertuples()]
    shown = rows.assign(
        place=list(map(_places(names, narrow=narrow).get, names)),
        kind=["elicited" if judged else "from data" for judged in rows["elicited"]],
        left=rows[["at_low", "at_high"]].min(axis=1),
        right=rows[["at_low", "at_high"]].max(axis=1),
    )
    y = _rows(list(shown["place"]))
    span = float(shown["right"].max() - shown["left"].min())
    room = span * (0.55 if narrow else 0.16)  # for what stands at both ends
    scale = alt.Scale(domain=[float(shown["left"].min()) - room, float(shown["right"].max()) + room], nice=False)
    x = {"title": axis_title, "axis": alt.Axis(labels=False, ticks=False, grid=False, domain=False), "scale": scale}
    kinds = alt.Scale(domain=["from data", "elicited"], range=[light("material-cooperation"), light("verbal-conflict")])
    form = ".0%" if span > SMALL_SPAN else ".1%"
    tip = [alt.Tooltip("title:N"), alt.Tooltip("at_low:Q", format=form), alt.Tooltip("at_high:Q", format=form)]
    bars = (
        alt.Chart(shown)
        .mark_bar(height=14)
        .encode(
            x=alt.X("left:Q", **x),
            x2="right:Q",
            y=y,
            color=alt.Color("kind:N", scale=kinds, legend=None),
            tooltip=tip,
        )
    )
    told = f"'all at their medians: ' + format(datum.central, '{form}')"
    middle = alt.Chart(shown.head(1)).transform_calculate(told=told).encode(x=alt.X("central:Q", **x))
    words = [
        middle.mark_rule(color=light("text")),
        middle.mark_text(baseline="bottom", dy=-4).encode(y=alt.value(0), text="told:N"),
        *(
            alt.Chart(shown)
            .mark_text(align=align, dx=dx, color=light("muted"))
            .encode(x=alt.X(f"{end}:Q", **x), y=y, text=alt.Text(f"{end}:Q", format=form))
            for end, align, dx in (("left", "right", -5), ("right", "left", 5))
        ),
    ]
    width = NARROW_PX - 152 if narrow else WIDE_PX - 220
    return alt.layer(bars, *words).properties(width=width, height=_height(list(shown["place"]), least=24))


def what_if(rows: pd.DataFrame, sliders: Sequence[Slider], *, axis_title: str, narrow: bool = False) -> alt.LayerChart:
    """Draw a bar a scenario whose length follows the sliders.

    Parameters
    ----------
    rows
        In the order to be drawn: ``label``, ``expression`` (of the drawing language, over the names of the sliders), ``share`` (at the values at first).
    """
    shown = rows.assign(place=rows["label"].map(_places(rows["label"], narrow=narrow)), order=range(len(rows)))
    chosen = "0"
    for position, expression in reversed(list(enumerate(rows["expression"]))):
        chosen = f"datum.order=={position} ? {expression} : {chosen}"
    base = alt.Chart(shown[["label", "place", "order"]]).transform_calculate(
        share=chosen,
        said=(
            "datum.share > 0 && datum.share < 0.01 ? 'less than 1 %' : "
            "datum.share > 0.99 && datum.share < 1 ? 'more than 99 %' : format(datum.share, '.0%')"
        ),
    )
    y = _rows(list(shown["place"]))
    scale = alt.Scale(domain=[0, 1], nice=False)
    bars = base.mark_bar(height=16, color=light("material-cooperation")).encode(
        x=alt.X("share:Q", title=axis_title, scale=scale, axis=alt.Axis(format="%", tickCount=3 if narrow else 6)),
        y=y,
        tooltip=[alt.Tooltip("label:N"), alt.Tooltip("said:N", title="chance")],
    )
    words = base.mark_text(align="left", dx=5, color=light("text")).encode(
        x=alt.X("share:Q", scale=scale), y=y, text="said:N"
    )
    bound = [
        alt.param(
            name=one.name,
            value=one.value,
            bind=alt.binding_range(min=one.low, max=one.high, step=one.step, name=f"{one.title} "),
        )
        for one in sliders
    ]
    width = NARROW_PX - 160 if narrow else WIDE_PX - 190
    return (
        alt.layer(bars, words)
        .properties(width=width, height=_height(list(shown["place"]), least=28))
        .add_params(*bound)
    )


def _rows(places: Sequence[str]) -> alt.Y:
    """Return the axis of the rows, in order, their names in lines, with room for the widest of the fonts that may be at hand."""
    longest = max((len(line) for place in places for line in place.split(BREAK)), default=0)
    form = {"labelLimit": 0, "minExtent": round(LETTER_PX * longest), "labelExpr": f"split(datum.label, '{BREAK}')"}
    axis = alt.Axis(ticks=False, domain=False, labelPadding=8, **form)
    return alt.Y("place:N", sort=list(places), title=None, axis=axis)


def _height(places: Sequence[str], *, least: int) -> int:
    """Return the height of all rows: each as high as the name with most lines needs."""
    lines = max((place.count(BREAK) + 1 for place in places), default=1)
    return max(least, LINE_PX * lines + 4) * max(1, len(places))


def _places(texts: Iterable[str], *, narrow: bool) -> dict[str, str]:
    """Return names in lines that fit beside the plot; a long one ends in an ellipsis, unless that would make two names one."""
    width, most = NAME_LINES[narrow]
    known = list(dict.fromkeys(texts))
    cut = [BREAK.join(textwrap.wrap(text, width, max_lines=most, placeholder="…")) for text in known]
    whole = [BREAK.join(textwrap.wrap(text, width)) for text in known]
    return dict(zip(known, cut if len(set(cut)) == len(known) else whole, strict=True))
