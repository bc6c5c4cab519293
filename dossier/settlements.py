"""What do the coded settlements show, counted and no more?

Pure functions over all coded cases, the narrative's and the others. The main coding says whether a settlement failed,
was breached or was superseded; the tiers of ``dossier.precedents`` say when force was used, somebody died, or war returned.
A blank lesser tier was not coded and counts as unknown, never as none. The cases were picked by hand: counts describe the
list, and an interval says only how little so few cases could tell even if they had been drawn at random.
"""

from __future__ import annotations

import pandas as pd

from dossier import dates, precedents, survival
from dossier.data import View
from dossier.intervals import exact_share

FEATURES: dict[str, str] = {
    "conflict_type": "Kind of conflict",
    "third_party": "Third party on the ground",
    "external_guarantee": "Promise from outside",
    "dmz": "Demilitarized zone",
    "formal_treaty": "Treaty settling the issue",
    "victory": "A side had won",
    "pressured": "Outsiders pressed for it",
    "contiguous": "Land border",
    "nuclear_adversary": "Nuclear-armed adversary",
}
ORDER: dict[str, tuple[str, ...]] = {
    "conflict_type": ("interstate", "civil", "guarantee"),
    "third_party": ("none", "monitors", "peacekeepers", "enforcement"),
    "external_guarantee": ("none", "assurance", "treaty guarantee", "forward deployed"),
    "nuclear_adversary": ("no", "later", "yes"),
}
YES_NO = ("yes", "no")
OUTCOMES = ("holding", "failed", "breached", "superseded")
GARRISON = "forward deployed"


def cases(view: View) -> pd.DataFrame:
    """Return every coded case, oldest first, with ``outcome`` by the main coding (one of ``OUTCOMES``)."""
    rows = view["precedents"].sort_values(["start_date", "case_id"], kind="stable").reset_index(drop=True)
    return rows.assign(outcome=rows["ended_as"].fillna("holding"))


def failed(rows: pd.DataFrame, *, strict: bool = False) -> pd.Series:
    """Return which cases failed by the main coding; read strictly, a breach, low-level failure or early collapse counts too."""
    main = rows["outcome"] == "failed"
    return main | rows["strict_failure_on"].notna() if strict else main


def outcomes(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many cases have each outcome by the main coding."""
    counts = rows["outcome"].value_counts()
    return {outcome: int(counts.get(outcome, 0)) for outcome in OUTCOMES}


def by_feature(rows: pd.DataFrame, feature: str) -> pd.DataFrame:
    """Return how many cases with each value of a feature failed.

    Returns
    -------
    pandas.DataFrame
        One row a value that occurs, in the order of the codebook; a case to which the feature does not apply is left out:
        ``value``, ``cases``, ``wars`` (clusters of cases of one conflict), ``failed``, ``strict`` (failed, read strictly),
        ``share``, ``low``, ``high`` (exact 95 % interval of the share failed, in [0, 1]).
    """
    found = []
    for value in ORDER.get(feature, YES_NO):
        chosen = rows[rows[feature] == value]
        if chosen.empty:
            continue
        count = int(failed(chosen).sum())
        interval = exact_share(count, len(chosen))
        found.append(
            {
                "value": value,
                "cases": len(chosen),
                "wars": chosen["war_cluster"].nunique(),
                "failed": count,
                "strict": int(failed(chosen, strict=True).sum()),
                "share": interval.share,
                "low": interval.low,
                "high": interval.high,
            }
        )
    columns = ["value", "cases", "wars", "failed", "strict", "share", "low", "high"]
    return pd.DataFrame(found, columns=columns)


def tiers(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return how many cases crossed each tier up to the day, and for how many that is unknown.

    Returns
    -------
    pandas.DataFrame
        ``tier``, ``crossed``, ``none_found`` (followed and none found: the highest tier alone can say so), ``unknown``.
    """
    spells = precedents.spells(rows, view.as_of)
    found = []
    for position, tier in enumerate(precedents.TIERS):
        own = spells[spells["tier"] == tier]
        crossed = int(own["violated"].sum())
        rest = len(own) - crossed
        found.append(
            {
                "tier": tier,
                "crossed": crossed,
                "none_found": 0 if position else rest,
                "unknown": rest if position else 0,
            }
        )
    return pd.DataFrame(found, columns=["tier", "crossed", "none_found", "unknown"])


def crossed(rows: pd.DataFrame, view: View, tier: str) -> int:
    """Return how many cases crossed a tier up to the day, as far as that is coded."""
    table = tiers(rows, view).set_index("tier")
    return int(table.loc[tier, "crossed"])


def bars(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return for each case its bar of time: ``case_id``, ``name``, ``start``, ``end`` (ISO days), ``outcome``.

    A bar ends where the main coding ends it, else on the last day to which the case was followed.
    """
    followed = (min(view.as_of, dates.last_day(str(text))) for text in rows["observed_until"])
    ends = [
        dates.first_day(ended) if isinstance(ended, str) else last
        for ended, last in zip(rows["ended_on"], followed, strict=True)
    ]
    return rows[["case_id", "name", "outcome"]].assign(
        start=[dates.first_day(text).isoformat() for text in rows["start_date"]], end=[end.isoformat() for end in ends]
    )


def marks(rows: pd.DataFrame, view: View) -> pd.DataFrame:
    """Return what happened to each case, as far as coded: ``case_id``, ``name``, ``kind``, ``day`` (ISO day).

    Kinds are the tiers with a date of their own, *guarantor withdrew*, and *still holding* (on the last day followed).
    """
    columns = {
        "return to war": "return_to_war_on",
        "fatal clash": "first_fatal_on",
        "use of force": "first_force_on",
    }
    found = [_dated(rows, column, kind) for kind, column in columns.items()]
    found.append(_dated(rows[rows["exit_other"] == "guarantor withdrew"], "exit_other_on", "guarantor withdrew"))
    holding = bars(rows, view).query("outcome == 'holding'")
    found.append(holding.assign(kind="still holding", day=holding["end"]))
    return pd.concat(found)[["case_id", "name", "kind", "day"]].reset_index(drop=True)


def times(rows: pd.DataFrame, view: View) -> survival.Spells:
    """Return years to a return to war, followed to another exit or the last day known; no case was followed for less than a day."""
    found = precedents.spells(rows, view.as_of)
    found = found[found["tier"] == next(iter(precedents.TIERS))].set_index("case_id").loc[list(rows["case_id"])]
    return survival.Spells(
        found["years"].clip(lower=1 / dates.DAYS_PER_YEAR).to_numpy(dtype=float),
        found["violated"].to_numpy(dtype=bool),
        rows["war_cluster"].to_numpy(dtype=str),
    )


def ways_out(rows: pd.DataFrame, view: View, *, years: int) -> dict[str, float]:
    """Return the share of cases that by a time had returned to war, or left in another way, or neither.

    Returns
    -------
    dict
        ``return to war``, one key a way out that occurs, ``neither`` (shares that add up to one), and ``one less Kaplan-Meier``: the
        share returned to war if the other ways out were taken for mere endings of following.
    """
    war, peace = next(iter(precedents.TIERS)), times(rows, view)
    left = [_left(row, view) for _, row in rows.iterrows()]
    cause = [war if violated else way for violated, way in zip(peace.violated, left, strict=True)]
    ways = [war, *sorted({way for way in cause if way and way != war})]
    shares = survival.aalen_johansen(peace.years, pd.Series(cause).to_numpy(dtype=object), causes=ways, at=years)
    alone = survival.kaplan_meier(peace).failed_by(years)
    return {**{way: shares[way] for way in ways}, "neither": shares[""], "one less Kaplan-Meier": alone}


def _left(row: pd.Series, view: View) -> str:
    """Return how a case left other than by violation, or a blank."""
    on = row["exit_other_on"]
    left = isinstance(on, str) and dates.last_day(on) <= min(view.as_of, dates.last_day(str(row["observed_until"])))
    return str(row["exit_other"]) if left else ""


def remembered(rows: pd.DataFrame) -> pd.Series:
    """Return for each case the columns whose value rests on memory, as a list."""
    return rows["remembered"].fillna("").map(lambda text: [part for part in text.split(";") if part])


def bearings(view: View) -> dict[str, int]:
    """Return how many studies bear for, against, both ways or otherwise on promises, strong texts and missions."""
    counts = view["studies"]["bearing"].value_counts()
    return {bearing: int(counts.get(bearing, 0)) for bearing in ("for", "against", "mixed", "other")}


def _dated(rows: pd.DataFrame, column: str, kind: str) -> pd.DataFrame:
    known = rows[rows[column].notna()]
    days = [dates.first_day(text).isoformat() for text in known[column]]
    return known[["case_id", "name"]].assign(kind=kind, day=days)
