"""Which colour means what, on pages, in charts and on paper?

One table of names, each with its tone on a light and on a dark page. Charts draw with the light tones; the
style sheet of the book turns each of them into a custom property, so that a drawing follows the page's
theme without being drawn twice.

Assumes that a page has one of two backgrounds (`background`). Refuses to give one tone two meanings: within
`CHART_COLOURS` each light tone belongs to one name, because the style sheet finds the name by the tone.

Cooperation is blue, conflict runs from ochre to red-brown; what is said is lighter, what is done is
stronger. The four stay apart for readers with any common colour vision and in grey; still, never colour
alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Tone(NamedTuple):
    """One colour as it shows on a light and on a dark page."""

    light: str
    dark: str


CHART_COLOURS: Mapping[str, Tone] = MappingProxyType(
    {
        "text": Tone("#1B232C", "#E6EAEE"),
        "muted": Tone("#55606B", "#A9B4BF"),
        "background": Tone("#FFFFFF", "#14181E"),
        "axis": Tone("#7C8792", "#77838F"),  # axis lines, borders of controls: 3:1 against the background
        "rule": Tone("#D5DBE1", "#39434E"),  # hairlines and grid
        "band": Tone("#EDF1F4", "#222A33"),  # words of probability behind dots, every other lane
        "band-strong": Tone("#DFE5EA", "#2E3843"),
        "material-cooperation": Tone("#0A4A82", "#A9D6F5"),  # also series A
        "verbal-cooperation": Tone("#4C93C4", "#5E93B8"),  # also the light tone of series A
        "verbal-conflict": Tone("#C9721A", "#C27A33"),  # also series B
        "material-conflict": Tone("#7A1F0A", "#FFC08A"),
        "series-c": Tone("#4D7A2E", "#9CCB7A"),  # a third series, only if it must be
    }
)
"""Colours that may appear in a chart, by meaning."""

PAGE_COLOURS: Mapping[str, Tone] = MappingProxyType(
    {
        "link": Tone("#0A4A82", "#8EC5F0"),
        "surface": Tone("#F6F8FA", "#1B2129"),  # code, the boxed answer
        "focus": Tone("#B4540A", "#FFB066"),
        "mark": Tone("#FFF1C9", "#4A3B12"),  # found words, the row a link points to
    }
)
"""Colours that only the page around the charts uses."""

SERIES_A = CHART_COLOURS["material-cooperation"].light
SERIES_B = CHART_COLOURS["verbal-conflict"].light
SERIES_C = CHART_COLOURS["series-c"].light

VEGA_DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "#000": "text",
        "#000000": "text",
        "black": "text",
        "#888": "axis",
        "#ddd": "rule",
        "#fff": "background",
        "white": "background",
    }
)
"""Tones that Vega uses unasked, and the name each of them should follow."""


def light(name: str) -> str:
    """Return the light tone of a colour that may appear in a chart.

    Raises
    ------
    KeyError
        If no chart colour has this name.

    Examples
    --------
    >>> light("verbal-conflict")
    '#C9721A'
    """
    return CHART_COLOURS[name].light


def properties(*names: str, dark: bool = False) -> str:
    """Return some colours of the palette as custom properties, for a page that stands outside the book.

    Examples
    --------
    >>> properties("text", "link")
    '--dossier-text: #1B232C; --dossier-link: #0A4A82;'
    """
    tones = {**CHART_COLOURS, **PAGE_COLOURS}
    return " ".join(_declarations({name: tones[name] for name in names}, dark=dark).split())


def _declarations(tones: Mapping[str, Tone], *, dark: bool) -> str:
    lines = (f"  --dossier-{name}: {tone.dark if dark else tone.light};" for name, tone in tones.items())
    return "\n".join(lines)


def _follow(tone: str, name: str) -> str:
    rules = (
        f'.exhibit-picture svg [{attribute}="{tone}" i] {{ {attribute}: var(--dossier-{name}); }}'
        for attribute in ("fill", "stroke", "stop-color")
    )
    return "\n".join(rules)


def style_sheet() -> str:
    """Return the palette as CSS: custom properties for both themes, and the rules by which drawings follow them.

    A drawing keeps its plain light tones as attributes (so that a saved file and paper need nothing else); a style rule wins
    over an attribute, so on a page each tone turns into the custom property of its name.

    Examples
    --------
    >>> "--dossier-material-conflict: #7A1F0A;" in style_sheet()
    True
    """
    tones = {**CHART_COLOURS, **PAGE_COLOURS}
    followed = {tone.light: name for name, tone in CHART_COLOURS.items()} | dict(VEGA_DEFAULTS)
    return "\n".join(
        [
            "html {",
            _declarations(tones, dark=False),
            "}",
            '@media screen { html[data-theme="dark"] {',  # paper is light whatever the screen is
            _declarations(tones, dark=True),
            "} }",
            *(_follow(tone, name) for tone, name in followed.items()),
            "",
        ]
    )
