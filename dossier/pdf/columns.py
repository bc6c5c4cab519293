"""How wide is each column of a table on paper, how small its type, and does it need a page on its side?

Widths follow the text: a column gets at least its longest word, and the rest is shared so that the tallest cells of all
columns take about as many lines. The type shrinks, and at last the page turns, only as far as needed to keep words whole and
rows short. Assumes the proportions of Libertinus Serif, good to some five per cent, which is enough for proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PORTRAIT_PT = 470.5
LANDSCAPE_PT = 717.0
"""Width of the text column in points on an upright and on a turned A4 page, margins of 22 mm."""
_PADDING_PT = 9.0
"""Space that a column takes beside its text."""
_LONGEST_WORD_EM = 7.5
"""Longer words may be hyphenated or broken."""
_LAYOUTS = ((False, 9.5, 7), (False, 8.5, 9), (True, 8.5, 9), (True, 7.5, 14), (True, 7.0, 1000))
"""Tried in turn: page turned, size of type in points, lines that the tallest cell may take."""
_FEWEST_TURNED = 6
"""Tables with fewer columns stay upright: long text reads better in narrow columns than on a turned page."""


@dataclass(frozen=True)
class Layout:
    """How a table is set: `widths` are Typst track sizes, `size` is in points."""

    widths: tuple[str, ...]
    size: float
    turned: bool


def layout(columns: Sequence[Sequence[str]]) -> Layout:
    """Return the layout of a table given the texts of each column's cells, head first.

    Examples
    --------
    >>> layout([["Year", "2024"], ["Events", "12"]])
    Layout(widths=('auto', 'auto'), size=9.5, turned=False)
    >>> layout([["Year", "2024"], ["Account", "long text " * 30]]).widths[0] < "9"
    True
    """
    needs = [_needs(cells) for cells in columns]
    for turned, size, most_lines in _LAYOUTS:
        if turned and len(columns) < _FEWEST_TURNED:
            continue
        width = LANDSCAPE_PT if turned else PORTRAIT_PT
        room = (width - _PADDING_PT * len(columns)) / size
        if sum(longest for _, longest in needs) <= room:
            return Layout(("auto",) * len(columns), size, turned)
        lines = _lines(needs, room)
        if lines <= most_lines and sum(word for word, _ in needs) <= room:
            return Layout(_shares(needs, lines, size), size, turned)
    return Layout(_shares(needs, _lines(needs, room), size), size, turned)


def width_em(text: str) -> float:
    """Return about how wide a text runs, in units of its type size."""
    return sum(_character_em(character) for character in text)


def _character_em(character: str) -> float:
    if character.isupper():
        return 0.68
    if character.isspace() or character in ".,;:'|!ijl":
        return 0.27
    return 0.49


def _needs(cells: Sequence[str]) -> tuple[float, float]:
    """Return the widest word (up to a limit) and the width of a long cell on one line, in em."""
    words = [width_em(word) for cell in cells for word in cell.split()]
    lengths = sorted(width_em(cell) for cell in cells)
    word = min(max(words, default=1.0), _LONGEST_WORD_EM)
    return word, max(lengths[-1] if lengths else 1.0, word)


def _lines(needs: Sequence[tuple[float, float]], room: float) -> float:
    """Return the fewest lines to which the tallest cells can be brought in that room, by halving."""
    low, high = 1.0, 1000.0
    for _ in range(40):
        middle = (low + high) / 2
        fits = sum(max(word, longest / middle) for word, longest in needs) <= room
        low, high = (low, middle) if fits else (middle, high)
    return high


def _shares(needs: Sequence[tuple[float, float]], lines: float, size: float) -> tuple[str, ...]:
    """Return the columns' widths as shares of the whole, padding included."""
    return tuple(f"{max(word, longest / lines) * size + _PADDING_PT:.0f}fr" for word, longest in needs)
