"""Which statements of the narrative hold, and what would change that?

Each claim names a registered check (``dossier.claims.checks``): a pure function of the view and of the claim's parameters that returns a
verdict. A status comes only from its check, never from a table, and every verdict reaches the rows that it was read from.
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from dossier import narrative
from dossier.claims.checks import CHECKS
from dossier.claims.verdict import GRAVE, STATUSES, Verdict
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.package import Problem

QUOTE_WORDS = 8
QUOTED_SHARE = 0.15  # of the words of the narrative, all quotes together

__all__ = ["CHECKS", "GRAVE", "STATUSES", "Verdict", "counts", "judge", "problems", "verdicts"]


def verdicts(view: View) -> pd.DataFrame:
    """Return every claim told by the day with the verdict of its check, the gravest first.

    Returns
    -------
    pandas.DataFrame
        The columns of ``claims`` and ``status``, ``value``, ``reason``, ``rows``.

    Raises
    ------
    DossierError
        If a claim names no registered check, or parameters that the check cannot read; names the claim.
    """
    rows = view["claims"]
    found = [judge(view, row) for row in rows.itertuples()]
    rows = rows.assign(
        status=[one.status for one in found],
        value=[one.value for one in found],
        reason=[one.reason for one in found],
        rows=[one.rows for one in found],
    )
    rank = rows["status"].map({status: position for position, status in enumerate(STATUSES)})
    return (
        rows.assign(rank=rank)
        .sort_values(["rank", "claim_id"], kind="stable")
        .drop(columns="rank")
        .reset_index(drop=True)
    )


def judge(view: View, claim: Any) -> Verdict:
    """Return the verdict of one claim (a row of ``claims``)."""
    if claim.check not in CHECKS:
        raise DossierError(
            f"claims.csv, row {claim.claim_id}, column check: {claim.check!r}; {did_you_mean(claim.check, CHECKS)}"
        )
    try:
        parameters = json.loads(claim.parameters)
        return CHECKS[claim.check](view, parameters)
    except (ValueError, LookupError, TypeError, AttributeError, DossierError) as error:
        raise DossierError(
            f"claims.csv, row {claim.claim_id}, column parameters: {claim.parameters!r}: {error!r}"
        ) from error


def problems(view: View, text: str | None = None) -> list[Problem]:
    """Return what is wrong with the claims: unknown checks, unreadable parameters, long quotes, and, with the text, a false list.

    Parameters
    ----------
    text
        The narrative, where somebody holds it: its tokens must be those of the list, and every quote must stand in it.
    """
    found = [problem for row in view["claims"].itertuples() for problem in _claim_problems(view, row)]
    return [*found, *(_text_problems(view, text) if text is not None else [])]


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many claims have each status, gravest first."""
    found = rows["status"].value_counts()
    return {status: int(found.get(status, 0)) for status in STATUSES}


def _claim_problems(view: View, claim: Any) -> list[Problem]:
    found = []
    if len(claim.quote.split()) > QUOTE_WORDS:
        found.append(Problem("claims.csv", 0, claim.claim_id, "quote", claim.quote, f"at most {QUOTE_WORDS} words"))
    try:
        judge(view, claim)
    except DossierError as error:
        found.append(Problem("claims.csv", 0, claim.claim_id, "check", claim.check, str(error)))
    return found


def _text_problems(view: View, text: str) -> list[Problem]:
    rows = view["narrative-tokens"]
    listed = [narrative.Token(row.sentence_sha256, int(row.position), row.token, row.kind) for row in rows.itertuples()]
    unlisted, foreign = narrative.differences(text, listed)
    path = "narrative_tokens.csv"
    found = [
        Problem(path, 0, "", "token", one.token, f"a row for it (sentence {one.sentence_sha256[:12]}…)")
        for one in unlisted
    ]
    found += [Problem(path, 0, "", "token", one.token, "a token of the text") for one in foreign]
    quotes = view["claims"]["quote"]
    found += [
        Problem("claims.csv", 0, "", "quote", quote, "words of the text") for quote in quotes if quote not in text
    ]
    words = sum(len(quote.split()) for quote in set(quotes))
    if words > QUOTED_SHARE * len(text.split()):
        found.append(Problem("claims.csv", 0, "", "quote", f"{words} words", f"at most {QUOTED_SHARE:.0%} of the text"))
    return found
