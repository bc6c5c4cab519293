"""How does a frame become a chart in the one look of the report?

Altair writes Vega-Lite; the colours come from ``dossier.palette``, the font is one that the drawing engine carries, so
that a chart is drawn alike on every machine. A chart carries title, source and data as an exhibit, outside the drawing.
Every chart has a second form for narrow screens, made for them rather than shrunk. Functions take frames and return
Altair charts; they compute nothing that an analysis should have computed.
"""

from dossier.charts.curves import explorer
from dossier.charts.history import history
from dossier.charts.lanes import Facet, ladder, lanes
from dossier.charts.lines import groups, lines, ranges
from dossier.charts.look import NARROW_PX, QUAD_COLOURS, QUAD_SHAPES, TIER_SHAPES, WIDE_PX, finish
from dossier.charts.probabilities import Slider, probabilities, tornado, what_if
from dossier.charts.shares import shares, stacks, tiered
from dossier.charts.spells import spells, swimmers

__all__ = [
    "NARROW_PX",
    "QUAD_COLOURS",
    "QUAD_SHAPES",
    "TIER_SHAPES",
    "WIDE_PX",
    "Facet",
    "Slider",
    "explorer",
    "finish",
    "groups",
    "history",
    "ladder",
    "lanes",
    "lines",
    "probabilities",
    "ranges",
    "shares",
    "spells",
    "stacks",
    "swimmers",
    "tiered",
    "tornado",
    "what_if",
]
