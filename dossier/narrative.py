"""Which numbers, dates and superlatives does a text hold, and does a list of them agree with it?

Pure functions of a text. The text itself is not part of the project: a list names each token by the hash of its sentence and its place in it, so
that whoever holds the text can check the list, and nobody can read the text from it.

A text is cut into sentences at line ends; inside a line where a small letter or digit runs without a space into a capitalized word (a label glued to
what follows); and after a full stop, question or exclamation mark before a capital, a digit or a quotation mark. Sentences without a letter or digit
are dropped. Tokens do not overlap: the earlier in the sentence wins, then the longer. English only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
CARDINAL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion"
)
ORDINAL = "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
SUPERLATIVE = (
    "largest|biggest|smallest|greatest|longest|shortest|highest|lowest|strongest|weakest|hardest|thorniest|fastest|"
    "slowest|worst|best|oldest|newest|latest|earliest|deadliest|gravest|most|least"
)
YEAR = r"(?:1[89]|20)\d\d"
DATE = re.compile(
    rf"(?:(?i:early|mid|late)[ -])?\b(?:{MONTH})(?:[-–](?:{MONTH}))?\b(?: \d{{1,2}}(?!\d))?(?:,? {YEAR}\b)?"
    rf"|\b(?i:spring|summer|autumn|fall|winter|early|mid|late)[ -]{YEAR}\b"
    rf"|(?<![\d.,]){YEAR}(?:[-–](?:{YEAR}|present))?(?![\d%+,.-]*\d)(?![%+])"
)
NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?:[-–]\d+(?:[.,]\d+)*)?[+%]?"
    rf"|\b(?i:{CARDINAL})\b"
    r"|\b(?<!no )(?<!No )(?i:one)\b(?! that| of)"  # a number, not a pronoun
    rf"|\b(?i:{ORDINAL})\b(?!-(?:{SUPERLATIVE}))"
    r"|\b(?i:(?:nearly |almost |over |about )?a (?:decade|dozen|century))\b"
    r"|\b(?i:hour-long)\b"
)
COMPARED = re.compile(
    rf"\b(?i:(?:{ORDINAL})-(?:{SUPERLATIVE}))\b"
    r"|\b(?i:single biggest)\b"
    rf"|\b(?i:(?:{SUPERLATIVE})(?:-standing)?)\b"
    r"|\b(?i:first)\b"
    r"|\b[a-z]+er (?:[a-z]+ )?than any\b(?: point\b)?"
    r"|\b(?i:maximal)\b"
)
KINDS = (("date", DATE), ("number", NUMBER), ("superlative", COMPARED))
GLUED = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z]|[A-Z]{2,}\b)")
ENDED = re.compile(r"(?<=[.!?])(?=\s+[A-Z0-9\"“])|(?<=[.!?][\"”])(?=\s+[A-Z0-9\"“])")


@dataclass(frozen=True, order=True)
class Token:
    """A number, date or superlative: the hash of its sentence, where it begins in it, its words and its kind."""

    sentence_sha256: str
    position: int
    token: str
    kind: str


def sentences(text: str) -> list[str]:
    r"""Return the sentences of a text, in order.

    >>> sentences("DiplomaticHour-long call. Next one.\n-\n")
    ['Diplomatic', 'Hour-long call.', 'Next one.']
    """
    pieces = (
        piece for line in text.splitlines() for glued in GLUED.split(line.strip()) for piece in ENDED.split(glued)
    )
    return [piece.strip() for piece in pieces if any(letter.isalnum() for letter in piece)]


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, in order.

    >>> [(one.position, one.token, one.kind) for one in tokens("After nearly four years 20% of it was lost.")]
    [(13, 'four', 'number'), (24, '20%', 'number')]
    """
    return [token for sentence in sentences(text) for token in _tokens_of(sentence)]


def differences(text: str, listed: Iterable[Token]) -> tuple[list[Token], list[Token]]:
    """Return the tokens of the text that the list lacks, and those of the list that the text does not hold."""
    held, named = list(tokens(text)), list(listed)
    return [token for token in held if token not in set(named)], [token for token in named if token not in set(held)]


def digest(sentence: str) -> str:
    """Return the SHA-256 of a sentence, without the white space around it, as UTF-8."""
    return hashlib.sha256(sentence.strip().encode("utf-8")).hexdigest()


def _tokens_of(sentence: str) -> list[Token]:
    hits = [
        (match.start(), -len(match.group()), match.group(), kind)
        for kind, pattern in KINDS
        for match in pattern.finditer(sentence)
    ]
    found, end = [], 0
    for start, _, words, kind in sorted(hits):
        if start >= end:
            found.append(Token(digest(sentence), start, words, kind))
            end = start + len(words)
    return found
