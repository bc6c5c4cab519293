"""The page *Claims*: every checkable statement of the narrative with the verdict of its check, the gravest first."""

from __future__ import annotations

import pandas as pd

from dossier import claims, tables, trail
from dossier.data import View
from dossier.exhibits import EntriesExhibit, Entry, Inline, TableExhibit, joined
from dossier.findings import Answer, Finding, Result

READS = (
    "claims",
    "events",
    "precedents",
    "precedent-facts",
    "accounts",
    "series",
    "stated-figures",
)  # tables that the findings of this page are read from
FACETS = {"verdict": "Verdict", "section": "Part", "kind": "Kind"}


def answer(view: View) -> Answer:
    """Return the page's findings."""
    rows = claims.verdicts(view)
    told = [_counts(view, rows), _grave(view, rows), _unchecked(view, rows), _tokens(view)]
    return Answer(told, results=[_result(row) for row in rows.itertuples()])


def _result(row: object) -> Result:
    return Result("verdict", row.claim_id, f"“{row.quote}”", row.status, row.status, f"clm-{row.claim_id}")


def overview(view: View) -> TableExhibit:
    """Return how many claims of each part of the narrative have each status."""
    rows = claims.verdicts(view)
    table = pd.crosstab(rows["section"], rows["status"]) if len(rows) else pd.DataFrame()
    statuses = [status for status in claims.STATUSES if status in table]
    cells = [
        [section, *(str(int(table.at[section, status])) for status in statuses), str(int(table.loc[section].sum()))]
        for section in table.index
    ]
    heads = [status.capitalize() for status in statuses]
    return TableExhibit(
        label="tbl-claims-overview",
        title=_counts_words(claims.counts(rows)),
        columns=tables.columns("Part of the narrative", *heads, "All", numbers=[*heads, "All"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "claims", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        note="A status comes from the check that a claim names, never from a table.",
    )


def entries(view: View) -> EntriesExhibit:
    """Return one entry a claim, the gravest first: quote, verdict, value, why, sources, and what would change it."""
    return EntriesExhibit(
        [_entry(view, row) for row in claims.verdicts(view).itertuples()],
        source=tables.own_tables(view, "claims"),
        as_of=view.as_of.isoformat(),
        empty="The narrative had not been told",
        facets=FACETS,
    )


def _entry(view: View, row: object) -> Entry:
    sources = trail.sources_of_rows(view, row.rows)
    cited = (
        tables.cited(view, sources)
        if sources
        else [
            "no source for the rows read" if row.rows else "none: the check reads the narrative or the calendar alone"
        ]
    )
    more: list[tuple[str, Inline]] = [
        ("What would change it", row.would_change),
        ("Check", f"{row.check} {row.parameters}"),
        ("Rows", joined(trail.places(view, row.rows)) or "none"),
        ("Sources", cited),
    ]
    facets = {"verdict": [row.status], "section": [row.section], "kind": [row.type]}
    meta: list[Inline] = [row.status, row.section, row.type]
    body: list[Inline] = [f"{row.statement}", f"Found: {row.value}", row.reason]
    return Entry(f"clm-{row.claim_id}", f"“{row.quote}”", meta, body, more=more, facets=facets)


def _counts_words(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    listed = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "none"
    return f"{tables.counted(total, 'claim')} checked: {listed}"


def _counts(view: View, rows: pd.DataFrame) -> Finding:
    counts = claims.counts(rows)
    return _finding(
        view,
        "counts",
        counts["supported"],
        f"{counts['supported']} of {len(rows)}",
        f"{_counts_words(counts)}.",
        "counts",
    )


def _grave(view: View, rows: pd.DataFrame) -> Finding:
    grave = rows[rows["status"].isin(claims.GRAVE[:2])]
    listed = "; ".join(f"“{row.quote}” ({row.status})" for row in grave.itertuples()) or "none"
    return _finding(
        view,
        "contradicted",
        len(grave),
        f"{len(grave)} of {len(rows)}",
        f"Contradicted by the record or by the narrative itself: {listed}.",
        "verdicts",
    )


def _unchecked(view: View, rows: pd.DataFrame) -> Finding:
    count = int((rows["status"] == "not checkable yet").sum())
    sentence = f"For {count} of {tables.counted(len(rows), 'claim')} nothing in the record settles them; {int((rows['status'] == 'open').sum())} lie ahead of the day."
    return _finding(view, "unchecked", count, f"{count} of {len(rows)}", sentence, "verdicts")


def _tokens(view: View) -> Finding:
    tokens = view["narrative-tokens"]
    listed = ", ".join(f"{count} {kind}s" for kind, count in tokens["kind"].value_counts().items()) or "none"
    sentence = f"{tables.counted(len(tokens), 'number, date or superlative', 'numbers, dates and superlatives')} of the narrative are listed ({listed}); each is owned by a claim."
    return _finding(view, "tokens", len(tokens), str(len(tokens)), sentence, "verdicts")


def _finding(view: View, name: str, value: float, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-claims-{name}",
        value,
        text,
        sentence,
        "sec-claims-evidence",
        f"dossier.claims.{function}",
        view.as_of.isoformat(),
        tables=READS,
    )
