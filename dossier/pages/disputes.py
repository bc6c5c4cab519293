"""Points on which accounts differ: the accounts side by side, dated and sourced, never averaged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dossier import tables
from dossier.data import View
from dossier.exhibits import EntriesExhibit, Entry, Inline


def accounts(view: View) -> dict[str, list[Inline]]:
    """Return the accounts of every point, oldest first, each with who gave it and its sources."""
    sources = tables.row_sources(view, "account-sources", "account_id")
    found: dict[str, list[Inline]] = {}
    for row in view["accounts"].itertuples():
        words: Inline = [f"{_lead(row)}: {row.statement} (", *sources[row.account_id], ")"]
        found.setdefault(row.dispute_id, []).append(words)
    return found


def exhibit(view: View, disputes: Iterable[Any]) -> EntriesExhibit:
    """Return one entry a point (rows of ``disputes``): its question and the accounts of it."""
    told = accounts(view)
    return EntriesExhibit(
        [
            Entry(
                f"sec-dispute-{row.dispute_id}",
                row.title,
                [],
                [row.question],
                [("Accounts", told.get(row.dispute_id, []))],
            )
            for row in disputes
        ],
        source=tables.own_tables(view, "disputes", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No such point in the data",
    )


def _lead(row: Any) -> str:
    standing = "" if row.standing in ("stands", "narrative") else f" ({row.standing})"
    return f"{tables.day(row.told_on)}, {row.told_by}{standing}"
