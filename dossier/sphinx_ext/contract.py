"""Is this exhibit complete, and what is its text?

Notebook cells hand exhibits over as data; a data folder can come from a stranger. Assumes nothing about
that data: every value is checked here before a node is made of it. Refuses an exhibit without its label,
title, alternative text, source or as-of date, a row with too few cells, and text in a shape that is not
*inline content*; the message names document and exhibit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

from sphinx.errors import ExtensionError

from dossier.exhibits import LABEL


class Place(NamedTuple):
    """Where an exhibit stands: which document, which exhibit; for messages."""

    document: str
    exhibit: str

    def refuse(self, what: str) -> NoReturn:
        """Stop the build, naming document and exhibit."""
        raise ExtensionError(f"{self.document}: {self.exhibit}: {what}")


class Span(NamedTuple):
    """A run of text of one kind: plain, emphasized, or leading to a label or an address."""

    text: str
    ref: str | None = None
    url: str | None = None
    em: bool = False


def mapping(value: Any, place: Place, what: str) -> Mapping[str, Any]:
    """Return ``value`` if it is a mapping, or refuse it."""
    return (
        value if isinstance(value, Mapping) else place.refuse(f"{what} is {type(value).__name__}, expected a mapping")
    )


def sequence(value: Any, place: Place, what: str) -> Sequence[Any]:
    """Return ``value`` if it is a list, or refuse it."""
    return (
        value if isinstance(value, list | tuple) else place.refuse(f"{what} is {type(value).__name__}, expected a list")
    )


def text_of(data: Mapping[str, Any], key: str, place: Place) -> str:
    """Return a text that must be there and not blank."""
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        place.refuse(f"{key!r} is missing or blank; an exhibit carries it")
    return value


def label_of(data: Mapping[str, Any], key: str, place: Place) -> str:
    """Return a label that must be there and in the public form."""
    value = text_of(data, key, place)
    if not LABEL.match(value):
        place.refuse(
            f"{key} {value!r} is not a label; expected a known prefix and words in lower case, as in 'fig-timeline'"
        )
    return value


def day_of(data: Mapping[str, Any], place: Place) -> str:
    """Return the as-of date for readers.

    Examples
    --------
    >>> day_of({"as_of": "2025-12-30"}, Place("page", "fig-x"))
    '30 Dec 2025'
    """
    value = text_of(data, "as_of", place)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        place.refuse(f"as_of {value!r} is not a date; expected YYYY-MM-DD")
    return f"{day.day} {day:%b %Y}"


def source_of(data: Mapping[str, Any], place: Place) -> list[Span]:
    """Return the source line, which must be there and not blank."""
    spans = spans_of(data.get("source") or "", place)
    if not "".join(span.text for span in spans).strip():
        place.refuse("'source' is missing or blank; an exhibit carries it")
    return spans


def spans_of(inline: Any, place: Place) -> list[Span]:
    """Return inline content as a flat list of spans.

    Parameters
    ----------
    inline
        A string, a mapping with ``text`` and at most one of ``ref``, ``url``, ``em``, or a list of inline content.
    place
        For the message when the shape is another.
    """
    if isinstance(inline, str):
        return [Span(inline)]
    if isinstance(inline, list | tuple):
        return [span for part in inline for span in spans_of(part, place)]
    if isinstance(inline, Mapping) and isinstance(inline.get("text"), str):
        return [_span(inline, place)]
    place.refuse(f"text {inline!r} is not inline content: a string, a mapping with 'text', or a list of these")


def plain_text(inline: Any, place: Place) -> str:
    """Return inline content as bare text."""
    return "".join(span.text for span in spans_of(inline, place))


def _span(inline: Mapping[str, Any], place: Place) -> Span:
    ref, url = inline.get("ref"), inline.get("url")
    if ref is not None and not (isinstance(ref, str) and LABEL.match(ref)):
        place.refuse(f"text {inline['text']!r} refers to {ref!r}, which is not a label")
    return Span(inline["text"], ref=ref, url=url if _is_web_address(url) else None, em=bool(inline.get("em")))


def _is_web_address(url: Any) -> bool:
    """Say whether a link may be made of ``url``; anything else than http and https stays text."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return False
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.netloc)
