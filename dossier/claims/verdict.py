"""What does a check of a claim return?

A status, the value that was found, a reason in a sentence, and the rows that were read.
"""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = (
    "contradicted",
    "internally inconsistent",
    "imprecise",
    "dated",
    "did not come about",
    "not checkable yet",
    "attributed",
    "open",
    "came about",
    "supported",
)
"""Gravest first: the order in which a page shows them."""
GRAVE = STATUSES[:4]
Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verdict:
    """What a check found: its status, the value beside the narrative's, why, and the rows it read (table, key)."""

    status: str
    value: str
    reason: str
    rows: Rows = ()

    def __post_init__(self) -> None:
        """Refuse a status that is none."""
        if self.status not in STATUSES:
            raise ValueError(f"status {self.status!r}: accepted is one of {', '.join(STATUSES)}")
