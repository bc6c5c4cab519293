"""How are the changes of an edition told in the changelog, and on a terminal?

The section *Findings* of an edition in ``CHANGELOG.md`` is written from its lock when it is released, and from nothing else: its text
is a function of what `dossier.changes` found. Assumes headings ``## <edition> …`` and below them ``### Findings``; an edition without
its heading gets one on top.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dossier import changes
from dossier.changes import Change
from dossier.lock import Lock

FILE = "CHANGELOG.md"
WIDTH = 150
FIRST = "Nothing to compare: this is the first edition."
LISTED = {
    "probability": "Probabilities",
    "verdict": "Verdicts on claims",
    "indicator": "Indicators",
    "finding": "Findings",
}


def section(told: Mapping[str, Any] | None) -> str:
    """Return the findings of an edition for the changelog.

    Parameters
    ----------
    told
        What changed, from the edition's lock; None for a first edition.
    """
    if told is None:
        return FIRST
    found, rows = changes.from_dict(told)
    counts = [f"{LISTED[kind].lower()} {sum(change.kind == kind for change in found)}" for kind in LISTED]
    entered = Counter(row.table for row, _ in rows if row.how == "added")
    lines = [
        f"Against {told['from']}, of {told['compared']} things compared these moved: {', '.join(counts)}; "
        f"entered: {entered['events']} events, {entered['sources']} sources.",
        *[_line(change) for kind in ("probability", "verdict") for change in found if change.kind == kind],
    ]
    wrapped = [textwrap.fill(line, WIDTH, subsequent_indent="  " if line.startswith("- ") else "") for line in lines]
    return "\n\n".join([wrapped[0], "\n".join(wrapped[1:])]).rstrip()


def text(told: Mapping[str, Any]) -> str:
    """Return all changes as text for a terminal, one a line."""
    found, rows = changes.from_dict(told)
    if not found and not rows:
        return f"{told['from']} to {told['to']}: nothing changed"
    due = told["next_due"] or "no date set"
    head = f"{told['from']} to {told['to']}: period {' to '.join(told['period'])}; next edition due: {due}"
    blocks = [_block(LISTED[kind], [change for change in found if change.kind == kind]) for kind in LISTED]
    counts = Counter((row.table, row.how, cause) for row, cause in rows)
    listed = [f"- {table}: {count} {how} ({cause})" for (table, how, cause), count in sorted(counts.items())]
    return "\n".join([head, *blocks, f"Rows ({len(rows)})", *listed])


def update(path: Path, held: Lock) -> None:
    """Write the findings of a released edition into the changelog, whole or not at all."""
    old = path.read_text("utf-8") if path.is_file() else "# Changelog\n"
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(with_section(old, held.edition, section(held.changes)), "utf-8")
    temporary.replace(path)


def with_section(document: str, edition_id: str, findings: str) -> str:
    """Return a changelog with the findings of an edition put in their place."""
    chapters = re.split(r"(?m)^(?=## )", document)
    for number, chapter in enumerate(chapters):
        if re.match(rf"## {re.escape(edition_id)}(?=\s)", chapter):
            chapters[number] = _replaced(chapter, findings)
            return "".join(chapters)
    return "".join([chapters[0], f"## {edition_id}\n\n### Findings\n\n{findings}\n\n", *chapters[1:]])


def _replaced(chapter: str, findings: str) -> str:
    parts = re.split(r"(?m)^(?=### )", chapter)
    body = f"### Findings\n\n{findings}\n\n"
    for number, part in enumerate(parts):
        if part.startswith("### Findings"):
            parts[number] = body
            return "".join(parts)
    return "".join([parts[0], body, *parts[1:]])


def _block(title: str, found: Sequence[Change]) -> str:
    return "\n".join([f"{title} ({len(found)})", *map(_line, found)])


def _line(change: Change) -> str:
    """Return one change as a line of a list: what, before, after, and what caused it."""
    causes = ", ".join(f"{part.cause} {changes.amount(part.change, change.unit)}".strip() for part in change.parts)
    name = change.key if change.kind == "finding" else change.title
    return f"- {name}: {change.before or 'none'} → {change.after or 'none'} ({causes})"
