"""What do the narrative's precedents show, and what of its account of them holds?

Pure functions over coded settlements. A case is followed to the earlier of the as-of date and ``observed_until``. A
return to war counts as a fatal clash and as a use of force, so each tier takes the earliest date of itself and the tiers
above; a blank date there means *not coded*; in the highest tier it means that none was found while the case was followed. A few hand-picked cases carry no rate: the exact interval says
how little they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dossier import dates
from dossier.data import View
from dossier.intervals import Interval, exact_share

TIERS: dict[str, tuple[str, ...]] = {
    "return to war": ("return_to_war_on",),
    "fatal clash": ("return_to_war_on", "first_fatal_on"),
    "use of force": ("return_to_war_on", "first_fatal_on", "first_force_on"),
}
HORIZONS_YEARS = (1, 5, 10, 20)
HEADLINE_YEARS = 5
CODED_FEATURES = (
    "conflict_type",
    "external_guarantee",
    "third_party",
    "enforcement",
    "dmz",
    "formal_treaty",
    "nuclear_adversary",
    "contiguous",
    "territorial_concession",
    "victory",
    "pressured",
)
ENFORCEMENT = {
    0: "none",
    1: "assurance or consultation",
    2: "monitors",
    3: "armed third party on the ground",
    4: "ally's garrison or treaty defence",
}
VERDICTS = ("does not hold", "too strong", "out of date", "imprecise", "holds", "not tested")


def told(view: View) -> pd.DataFrame:
    """Return the precedents that the narrative tells, oldest first."""
    cases = view["precedents"]
    return cases[cases["in_narrative"]].sort_values("start_date").reset_index(drop=True)


def followed_until(case: pd.Series, as_of: date) -> date:
    """Return the last day to which a case was followed: the as-of date, the end of the data, or another exit."""
    ends = [as_of, dates.last_day(str(case["observed_until"]))]
    ends += [dates.last_day(str(case["exit_other_on"]))] if isinstance(case["exit_other_on"], str) else []
    return min(ends)


def tier_dates(case: pd.Series) -> dict[str, date | None]:
    """Return the date by which each tier was crossed at the latest, or None where nothing is coded."""
    found: dict[str, date | None] = {}
    for tier, columns in TIERS.items():
        known = [dates.first_day(str(case[column])) for column in columns if isinstance(case[column], str)]
        found[tier] = min(known) if known else None
    return found


def spells(cases: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return one row a case and tier: when it began, was crossed or was last seen, and how long it had lasted.

    Returns
    -------
    pandas.DataFrame
        ``case_id``, ``name``, ``tier``, ``start``, ``end``, ``violated`` (bool), ``coded`` (bool: the tier has a date of
        its own; without one ``end`` is only the latest it can have been), ``years`` (of 365.25 days).
    """
    rows = []
    for _, case in cases.iterrows():
        start, until = dates.first_day(str(case["start_date"])), followed_until(case, as_of)
        for tier, first in tier_dates(case).items():
            end = first if first and first <= until else until
            rows.append(
                {
                    "case_id": case["case_id"],
                    "name": case["name"],
                    "tier": tier,
                    "start": start,
                    "end": end,
                    "violated": first is not None and first <= until,
                    "coded": isinstance(case[TIERS[tier][-1]], str),
                    "years": dates.years_between(start, end),
                }
            )
    return pd.DataFrame(rows, columns=["case_id", "name", "tier", "start", "end", "violated", "coded", "years"])


def at_horizon(spell: pd.Series, years: int) -> str:
    """Return how a spell stood after so many years: violated, held, not reached yet, or not coded.

    A blank in the highest tier, return to war, means that none was found while the case was followed; in the tiers below
    it means that nobody coded them, so that they count as violated from the tier above on and as unknown before.
    """
    if spell["violated"] and spell["years"] <= years:
        return "violated"
    if not spell["coded"] and spell["tier"] != "return to war":
        return "not coded"
    if not spell["violated"] and spell["years"] < years:
        return "not reached yet"
    return "held"


def horizon_table(cases: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the standing by case, tier and horizon: ``case_id``, ``name``, ``tier`` and one column a horizon in years."""
    rows = []
    for _, spell in spells(cases, as_of).iterrows():
        states = {years: at_horizon(spell, years) for years in HORIZONS_YEARS}
        rows.append({"case_id": spell["case_id"], "name": spell["name"], "tier": spell["tier"], **states})
    return pd.DataFrame(rows, columns=["case_id", "name", "tier", *HORIZONS_YEARS])


def differing(cases: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns on which the cases differ in what is coded; a blank is no value."""
    return [column for column in columns if cases[column].dropna().astype(str).nunique() > 1]


def share_failed(cases: pd.DataFrame, as_of: date, *, tier: str = "return to war") -> tuple[int, int, Interval | None]:
    """Return how many cases were violated in a tier, of how many, with the exact 95 % interval."""
    chosen = spells(cases, as_of)
    chosen = chosen[chosen["tier"] == tier]
    failed = int(chosen["violated"].sum())
    return failed, len(chosen), exact_share(failed, len(chosen)) if len(chosen) else None


def facts(view: View, case_id: str, section: str) -> pd.DataFrame:
    """Return the facts of one case in one section, in order of date."""
    rows = view["precedent-facts"]
    chosen = rows[(rows["case_id"] == case_id) & (rows["section"] == section)]
    return chosen.sort_values(["known_on", "fact_id"], kind="stable").reset_index(drop=True)


def compared(view: View, case_id: str | None = None) -> pd.DataFrame:
    """Return the facts on which the narrative says something, those that do not hold first."""
    rows = view["precedent-facts"]
    rows = rows[rows["holds"].notna()]
    rows = rows[rows["case_id"] == case_id] if case_id else rows
    rank = rows["holds"].map({verdict: position for position, verdict in enumerate(VERDICTS)})
    return rows.assign(rank=rank).sort_values(["rank", "known_on", "fact_id"], kind="stable").reset_index(drop=True)


def judged(view: View, case_id: str | None = None) -> pd.DataFrame:
    """Return one verdict a statement of the narrative: the gravest of those on the facts it was compared with.

    Returns
    -------
    pandas.DataFrame
        ``case_id``, ``narrative_says``, ``holds`` (the gravest verdict), ``facts`` (how many it was compared with); gravest
        first.
    """
    rows = compared(view, case_id)
    grouped = rows.groupby(["case_id", "narrative_says"], sort=False)
    found = grouped.agg(holds=("holds", "first"), rank=("rank", "first"), facts=("fact_id", "size")).reset_index()
    return found.sort_values("rank", kind="stable").drop(columns="rank").reset_index(drop=True)


def verdict_counts(statements: pd.DataFrame) -> dict[str, int]:
    """Return how many statements have each verdict, gravest first."""
    counts = statements["holds"].value_counts()
    return {verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS}
