"""How wide is each column of a table on paper, how small its type, and does it need a page on its side?

Words stay whole, short cells stay on one line if there is room, and what room is left goes to the columns that make the rows
tall. The type shrinks, and at last the page turns, only as far as rows would otherwise grow too tall; a short table or one
with few columns never turns its page. Assumes the proportions of Libertinus Serif, good to a few per cent, which is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

PORTRAIT_PT = 470.5
LANDSCAPE_PT = 717.0
"""Width of the text column in points on an upright and on a turned A4 page, margins of 22 mm."""
_PADDING_PT = 9.5
"""Space that a column takes beside its text."""
_SHORT_EM = 9.2
"""Cells up to this length (a date, a name) stay on one line if there is room."""
_WORD_EM = 6.0
"""Where there is no room for whole words, longer ones are hyphenated."""
_STEP_EM = 0.5
_MOVES_EM = (0.5, 1.0, 2.0, 4.0)
"""How much room moves at once: a date needs several steps before it takes one line less."""
_ROUNDS = 60
_WIDTHS_EM = np.arange(1, 2 * LANDSCAPE_PT / 8.0) * _STEP_EM
"""Widths at which the lines of a text are counted."""
_SPACE_EM = 0.25
_UPRIGHT = ((False, 9.0, 6.0), (False, 8.5, 8.0), (False, 8.0, 1e9))
_LONG = ((False, 9.0, 3.5), (False, 8.5, 4.5), (True, 8.5, 5.0), (True, 8.0, 1e9))
"""Tried in turn: page turned, size of type in points, lines that a row may take on average."""
_LONG_ROWS, _LONG_COLUMNS = 30, 7
"""Tables of at least this many rows and columns may turn their page: they fill several."""
_RAGGED_EM = 1.4
"""What a line loses at its end, about half a word."""
_TALL_LINES = 24.0
_LONG_HEAD_EM = 13.0
_BREAK = re.compile(r"[^\S\u00a0]+|\u200b+|(?<=[-–—/])(?!\d)")

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """How a table is set."""

    widths: tuple[str, ...]
    """Typst track sizes."""
    size: float
    """Of the type, in points."""
    turned: bool = False
    hyphenate: bool = False
    tall: bool = False
    """Some row is too tall to be kept on one page."""
    plain_heads: bool = False
    """The heads of rows are sentences, too long for bold type."""


def layout(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """Return how a table is set, given the texts of its head and of its rows.

    Parameters
    ----------
    head
        One text a column; empty where the table has no head.
    rows
        One sequence a row, as long as the head. A zero-width space marks where a long word may break.

    Examples
    --------
    >>> layout(["Year", "Events"], [["2024", "12"]])
    Layout(widths=('auto', 'auto'), size=9.0, turned=False, hyphenate=False, tall=False, plain_heads=False)
    """
    lengths = np.array([[width_em(cell) for cell in row] for row in rows], dtype=float).reshape(-1, len(head))
    counts = [_wrapped([row[column] for row in rows]) for column in range(len(head))]
    heads = bool(lengths.size) and float(lengths[:, 0].mean()) > _LONG_HEAD_EM
    words = _longest_words(head, rows)
    longest = np.maximum(lengths.max(axis=0, initial=0.0), words)
    for turned, size, most_lines in _tried(lengths.shape):
        room = ((LANDSCAPE_PT if turned else PORTRAIT_PT) - _PADDING_PT * len(head)) / size
        if np.maximum(longest, [width_em(cell) for cell in head]).sum() <= room:
            return Layout(("auto",) * len(head), size, turned)
        least = _least(longest, words, room)
        widths = _settle(counts, least, _grow(lengths, least, room))
        lines = _lines(lengths, widths).max(axis=1, initial=1.0)
        if (lines.mean() if lines.size else 1.0) <= most_lines and (least >= words).all():
            break
    tracks = tuple(f"{width * size + _PADDING_PT:.0f}fr" for width in widths)
    cut = bool((least < words).any())
    return Layout(tracks, size, turned, cut, bool(lines.max(initial=1.0) > _TALL_LINES), heads)


@cache
def width_em(text: str) -> float:
    """Return about how wide a text runs, in units of its type size.

    >>> round(width_em("30 December 2025"), 1)
    7.7
    """
    return sum(_character_em(character) for character in text)


def _character_em(character: str) -> float:
    if character == "\u200b":
        return 0.0
    if character in " ',.:;|ijlIftrJ()[]{}!/-\"\u00a0\u2009\u202f":
        return 0.29
    if character in "mwMW@":
        return 0.85
    return 0.7 if character.isupper() or character == "&" else 0.48


def _longest_words(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Matrix:
    """Return the widest word of each column, heads of columns and of rows being bold."""
    columns = zip(*rows, strict=True) if rows else [()] * len(head)
    return np.array(
        [
            max([1.0, *_words(title, 1.1), *(word for cell in cells for word in _words(cell, 1.05 if number else 1.1))])
            for number, (title, cells) in enumerate(zip(head, columns, strict=True))
        ]
    )


def _words(text: str, weight: float) -> Iterator[float]:
    return (width_em(word) * weight for word in _BREAK.split(text) if word)


def _tried(shape: tuple[int, ...]) -> tuple[tuple[bool, float, float], ...]:
    return _LONG if shape[0] >= _LONG_ROWS and shape[1] >= _LONG_COLUMNS else _UPRIGHT


def _least(longest: Matrix, words: Matrix, room: float) -> Matrix:
    """Return the least width of each column: short cells whole, else words whole, else words cut."""
    whole = np.where(longest * 1.08 <= _SHORT_EM, longest * 1.08, words)
    if whole.sum() <= room * 0.8:
        return whole
    if words.sum() <= room:
        return words
    cut = np.minimum(words, _WORD_EM)
    return cut * min(1.0, room / cut.sum())


def _lines(lengths: Matrix, widths: Matrix) -> Matrix:
    """Return about how many lines each cell takes, as fractions."""
    return np.where(lengths <= widths, lengths / widths, lengths / np.maximum(widths - _RAGGED_EM, widths * 0.6))


def _grow(lengths: Matrix, least: Matrix, room: float) -> Matrix:
    """Share the room: again and again, the column whose text makes most height gets a little more."""
    widths = least.copy()
    while widths.sum() + _STEP_EM <= room:
        ratios = _lines(lengths, widths)
        tallest = ratios.max(axis=1, initial=0.0)
        needed = (ratios >= tallest[:, None] * 0.97) & (ratios > 0.9)
        if not needed.any():
            return widths * room / widths.sum()
        widths[np.argmax((ratios / widths * needed).sum(axis=0))] += _STEP_EM
    return widths


def _settle(counts: Sequence[Matrix], least: Matrix, widths: Matrix) -> Matrix:
    """Move room from one column to another as long as that makes the table less tall."""
    height = _height(counts, widths)
    pairs = [(giver, taker) for giver in range(len(widths)) for taker in range(len(widths)) if giver != taker]
    moves = [(*pair, room) for pair in pairs for room in _MOVES_EM]
    for _ in range(_ROUNDS):
        tried = [trial for move in moves if ((trial := _moved(widths, *move)) >= least).all()]
        heights = [_height(counts, trial) for trial in tried]
        best = int(np.argmin(heights)) if heights else 0
        if not heights or heights[best] >= height:
            return widths
        widths, height = tried[best], heights[best]
    return widths


def _moved(widths: Matrix, giver: int, taker: int, room: float) -> Matrix:
    trial = widths.copy()
    trial[giver] -= room
    trial[taker] += room
    return trial


def _height(counts: Sequence[Matrix], widths: Matrix) -> float:
    """Return how many lines the rows take together; of two equal, the one whose other columns are shorter is a little less."""
    steps = np.clip((widths / _STEP_EM).astype(int) - 1, 0, len(_WIDTHS_EM) - 1)
    lines = np.stack([column[:, step] for column, step in zip(counts, steps, strict=True)])
    return float(lines.max(axis=0, initial=1.0).sum() + 0.01 * lines.sum())


def _wrapped(texts: Sequence[str]) -> Matrix:
    """Return for each text of a column how many lines it takes at each width."""
    return np.array([_count_lines(text) for text in texts], dtype=float).reshape(-1, len(_WIDTHS_EM))


@cache
def _count_lines(text: str) -> Matrix:
    lines, filled = np.ones_like(_WIDTHS_EM), np.zeros_like(_WIDTHS_EM)
    for word in _words(text, 1.0):
        wider = filled + word + _SPACE_EM * (filled > 0)
        over = (wider > _WIDTHS_EM) & (filled > 0)
        lines += over
        filled = np.where(over, word, wider)
    return lines
