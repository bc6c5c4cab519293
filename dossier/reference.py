"""Which cases are comparable, and how often were they violated?

A reference class is a rule over a set of cases, written in the data: conditions on columns that must all hold. Classes overlap
where they must; each is shown before any are pooled, because the choice of class moves the rate more than chance does. A
class of settlements picked by hand is a list and has no curve.

Assumes that cases of one war are not independent, so that intervals come from drawing whole wars. A pair of states known by
years is followed in whole years: the gap is the difference of calendar years, at least half a year.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from dossier import chance, dates, precedents, settlements, survival
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.survival import Estimate, Spells

Condition: TypeAlias = Mapping[str, Any]  # column, and some of is, is_not, from, to
Rule = TypeVar("Rule")  # a class of cases: a dataclass with conditions in ``where``
SETTLEMENTS = "settlements"
CODINGS = ("main", "strict")
TIERS: Mapping[str, tuple[str, ...]] = {
    "return to war": ("next_war",),
    "fatal clash": ("next_war", "next_fatal"),
    "use of force": ("next_war", "next_fatal", "next_force"),
}
HEADLINE_TIER = next(iter(TIERS))
LEAST_YEARS = {"year": 0.5, "day": 1 / dates.DAYS_PER_YEAR}
WEIGHTS_AS_GIVEN = "as given"
SAMPLES = 2_000  # of whole wars, for the intervals


@dataclass(frozen=True)
class ReferenceClass:
    """A rule that chooses comparable cases from a set."""

    class_id: str
    title: str
    short_title: str
    set_id: str
    where: tuple[Condition, ...]
    shown_as: str
    why: str
    caution: str
    weight: float
    weight_why: str

    @property
    def is_list(self) -> bool:
        """Whether its cases are too few, or picked, so that they are listed and no rate is told."""
        return self.shown_as == "list"


def classes(view: View) -> list[ReferenceClass]:
    """Return the reference classes known on the day, in order."""
    return rules(view, "reference-classes", ReferenceClass)


def rules(view: View, document: str, kind: type[Rule]) -> list[Rule]:
    """Return the rules of a document in order, each as an object of a kind, whose fields it has."""
    rows = sorted(view.document(document), key=lambda row: row["order"])
    return [
        kind(**{**{field.name: row[field.name] for field in fields(kind)}, "where": tuple(row["where"])})
        for row in rows
    ]


def weighted(known: Sequence[ReferenceClass], weights: str) -> dict[str, float]:
    """Return the weight of each class with a curve, adding up to one.

    Parameters
    ----------
    weights
        ``as given`` for those of the data, or ``class=weight;class=weight``; a class that is not named gets none.

    Raises
    ------
    DossierError
        For an unknown class, a list, a weight below zero, or weights that add up to nothing.
    """
    curves = {one.class_id: one.weight for one in known if not one.is_list}
    if weights != WEIGHTS_AS_GIVEN:
        curves = {**dict.fromkeys(curves, 0.0), **dict(_weight(part, curves) for part in weights.split(";"))}
    total = sum(curves.values())
    if curves and total <= 0:
        raise DossierError(f"weights of reference classes {weights!r} add up to nothing; accepted: one above zero")
    return {name: weight / total for name, weight in curves.items()}


def cases(view: View, one: ReferenceClass) -> pd.DataFrame:
    """Return the rows that a class takes in: settlements, or conflicts that have ended, in the order of the set."""
    rows = settlements.cases(view) if one.set_id == SETTLEMENTS else ended(view, one.set_id)
    return chosen(rows, one.class_id, one.where)


def chosen(rows: pd.DataFrame, class_id: str, where: Sequence[Condition]) -> pd.DataFrame:
    """Return the rows that meet every condition; raise ``DossierError`` with a hint for a column that they do not have."""
    for condition in where:
        column = str(condition["column"])
        if column not in rows:
            raise DossierError(f"class {class_id}: column {column!r}; {did_you_mean(column, rows.columns)}")
        rows = rows[holds(rows[column], condition)]
    return rows.reset_index(drop=True)


def ended(view: View, set_id: str) -> pd.DataFrame:
    """Return the conflicts of a set that had ended by the day.

    Returns
    -------
    pandas.DataFrame
        The columns of the table, ``war_days`` (length of the war; see `elapsed_days`) and ``pair_next`` (when the same two states next began to fight, over any issue), ``at_war_elsewhere`` (whether they were then still
        fighting each other in another war of the set).
    """
    rows = view["conflict-spells"]
    rows = rows[rows["set_id"] == set_id].reset_index(drop=True)
    rows = rows.assign(pair_next=_pair_next(rows), at_war_elsewhere=_at_war_elsewhere(rows))
    rows = rows[rows["war_ended"].notna()].reset_index(drop=True)
    spans = zip(rows["war_started"], rows["war_ended"], strict=True)
    return rows.assign(war_days=[elapsed_days(start, end) for start, end in spans])


def elapsed_days(start: str, end: str) -> int:
    """Return the days from the first day to the last; for dates known by years, from one first of January to the other.

    >>> elapsed_days("2022-02-24", "2025-12-30"), elapsed_days("1950", "1953")
    (1405, 1096)
    """
    return (dates.first_day(end) - dates.first_day(start)).days


def spells(rows: pd.DataFrame, *, tier: str = HEADLINE_TIER, coding: str = "main") -> Spells | None:
    """Return the times of peace of conflicts that ended, or None where the set does not code the tier.

    Parameters
    ----------
    rows
        From `cases`, of a set of conflicts.
    tier
        One of `TIERS`; each takes the earliest date of itself and the tiers above.
    coding
        ``main``, or ``strict``: years read as early as they allow and a pair followed only while both states existed;
        for conflicts known by days, new fighting of the same pair over any issue. None counts whose states were still at war.
    """
    columns = TIERS[tier]
    if rows.empty or (len(columns) > 1 and not rows[columns[-1]].notna().any()):
        return None
    if coding == "strict":
        rows = rows[~rows["at_war_elsewhere"]]
    found = [_spell(row, columns, strict=coding == "strict") for _, row in rows.iterrows()]
    years, violated = zip(*found, strict=True)
    return Spells(np.array(years), np.array(violated), rows["war_id"].to_numpy(dtype=str))


def estimates(
    view: View,
    *,
    horizons: Sequence[int],
    draws: int,
    seed: int,
    tiers: Sequence[str] = tuple(TIERS),
    codings: Sequence[str] = ("main",),
) -> pd.DataFrame:
    """Return the share violated for every class with a curve, tier, coding and horizon.

    Returns
    -------
    pandas.DataFrame
        ``class_id``, ``tier``, ``coding``, ``years``, ``failed``, ``low``, ``high`` (95 %, whole wars drawn),
        ``low_alone``, ``high_alone`` (as if cases were independent), ``sd`` (of the draws), ``cases``, ``wars``,
        ``at_risk``, ``violations``, ``estimated``. A tier that a set does not code has no row.
    """
    found = []
    for one, tier, coding, times in _followed(view, tiers, codings):
        rng = chance.stream(seed, "reference", one.class_id, tier, coding)
        drawn = survival.bootstrap(times, horizons, draws=draws, rng=rng)
        for position, years in enumerate(horizons):
            whole = survival.failed_by_wars(times, years, draws=drawn[:, position])
            alone = survival.failed_by(times, years)
            named = {"class_id": one.class_id, "tier": tier, "coding": coding}
            found.append({**named, **_told(whole, alone), "sd": float(np.std(drawn[:, position]))})
    return pd.DataFrame(found, columns=ESTIMATE_COLUMNS)


ESTIMATE_COLUMNS = [
    *("class_id", "tier", "coding", "years", "failed", "low", "high", "low_alone", "high_alone"),
    *("cases", "wars", "at_risk", "violations", "estimated", "sd"),
]


def curves(view: View, *, last: int, draws: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every curve as steps up to a year, and what it says at each whole year.

    Returns
    -------
    tuple of pandas.DataFrame
        Steps: ``class_id``, ``tier``, ``coding``, ``years``, ``failed``, ``low``, ``high``, ``enough`` and ``thin`` (whether the
        step belongs to the part with enough cases at risk, or to the rest; where they meet it belongs to both). Years: as
        from `estimates`, for each year from 1 to ``last``.
    """
    found = []
    for one, tier, coding, times in _followed(view, tuple(TIERS), CODINGS):
        rng = chance.stream(seed, "curves", one.class_id, tier, coding)
        named = {"class_id": one.class_id, "tier": tier, "coding": coding}
        found.append(_steps(times, last, draws=draws, rng=rng).assign(**named))
    steps = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=STEP_COLUMNS)
    years = estimates(view, horizons=range(1, last + 1), draws=draws, seed=seed, codings=CODINGS)
    return steps[STEP_COLUMNS], years


def last_seen(view: View, *, last: int) -> pd.DataFrame:
    """Return when cases of every curve were last looked at without a violation, to a tenth of a year, up to a year.

    Returns
    -------
    pandas.DataFrame
        ``class_id``, ``tier``, ``coding``, ``years``, ``failed`` (share violated by then).
    """
    found = []
    for one, tier, coding, times in _followed(view, tuple(TIERS), CODINGS):
        curve = survival.kaplan_meier(times)
        ends = np.unique(np.round(times.years[~times.violated], 1))
        found += [(one.class_id, tier, coding, year, curve.failed_by(year)) for year in ends[ends <= last]]
    return pd.DataFrame(found, columns=["class_id", "tier", "coding", "years", "failed"])


STEP_COLUMNS = ["class_id", "tier", "coding", "years", "failed", "low", "high", "enough", "thin"]


def listed(view: View, one: ReferenceClass) -> pd.DataFrame:
    """Return the settlements of a class that is shown as a list, each with the years to each tier.

    Returns
    -------
    pandas.DataFrame
        ``case_id``, ``name``, ``in_narrative``, ``victory``, ``outcome``, ``followed_years`` and one column a tier: years
        to the first crossing, or missing where none is coded.
    """
    rows = cases(view, one)
    known = precedents.spells(rows, view.as_of)
    known = known.assign(shown=known["years"].where(known["violated"] & known["coded"]))
    by_tier = known.pivot(index="case_id", columns="tier", values="shown").reindex(columns=list(TIERS))
    kept = rows[["case_id", "name", "in_narrative", "victory", "outcome"]]
    followed = [
        dates.years_between(dates.first_day(str(row["start_date"])), precedents.followed_until(row, view.as_of))
        for _, row in rows.iterrows()
    ]
    return kept.assign(followed_years=followed).merge(by_tier, on="case_id", how="left")


def _followed(
    view: View, tiers: Sequence[str], codings: Sequence[str]
) -> Iterator[tuple[ReferenceClass, str, str, Spells]]:
    """Return the times of peace of every class with a curve, by tier and coding; a tier that a set does not code is left out."""
    for one in classes(view):
        rows = pd.DataFrame() if one.is_list else cases(view, one)
        for tier, coding in itertools.product(tiers, codings):
            times = spells(rows, tier=tier, coding=coding)
            if times is not None:
                yield one, tier, coding, times


def _steps(times: Spells, last: int, *, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    longest = np.sort(times.years)[::-1]
    turn = float(longest[survival.ENOUGH - 1]) if len(times) >= survival.ENOUGH else 0.0
    curve = survival.kaplan_meier(times)
    at = np.unique(np.concatenate([[0.0, float(last)], curve.times[curve.times < last], [turn] if turn < last else []]))
    drawn = survival.bootstrap(times, list(at), draws=draws, rng=rng)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    failed = [curve.failed_by(year) for year in at]
    whole = {"years": at, "failed": failed, "low": low, "high": high}
    return pd.DataFrame({**whole, "enough": at <= turn, "thin": at >= turn})


def _told(whole: Estimate, alone: Estimate) -> dict[str, Any]:
    return {
        "years": whole.years,
        "failed": whole.failed,
        "low": whole.low,
        "high": whole.high,
        "low_alone": alone.low,
        "high_alone": alone.high,
        "cases": whole.cases,
        "wars": whole.wars,
        "at_risk": whole.at_risk,
        "violations": whole.violations,
        "estimated": whole.estimated,
    }


def _weight(part: str, known: Mapping[str, float]) -> tuple[str, float]:
    name, equals, value = part.partition("=")
    name = name.strip()
    if name not in known:
        raise DossierError(f"weights of reference classes: {name!r}; {did_you_mean(name, known)}")
    try:
        weight = float(value) if equals else -1.0
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise DossierError(f"weights of reference classes: {part!r}; accepted: {name}= and a number not below zero")
    return name, weight


def holds(values: pd.Series, condition: Condition) -> pd.Series:
    """Return where a condition holds; what is blank meets none."""
    found = values.notna()
    if "is" in condition:
        found &= values.astype(str).isin(condition["is"])
    if "is_not" in condition:
        found &= ~values.astype(str).isin(condition["is_not"])
    for key, sign in (("from", 1), ("to", -1)):
        if key in condition:
            bound = condition[key]
            found &= pd.Series([pd.notna(v) and _reaches(v, bound, sign) for v in values], index=values.index)
    return found.astype(bool)


def _reaches(value: Any, bound: Any, sign: int) -> bool:
    if isinstance(bound, str):
        day, limit = dates.first_day(str(value)), dates.first_day(bound) if sign > 0 else dates.last_day(bound)
        return day >= limit if sign > 0 else day <= limit
    return sign * (float(value) - float(bound)) >= 0


def _pair_next(rows: pd.DataFrame) -> list[str | None]:
    """Return for each conflict the next one of the same two states, in either order."""
    pairs = [frozenset(pair) for pair in zip(rows["state_a"], rows["state_b"], strict=True)]
    begun = list(zip(pairs, rows["war_started"], strict=True))
    found: list[str | None] = []
    for pair, ended_on in zip(pairs, rows["war_ended"], strict=True):
        later = [day for other, day in begun if other == pair and isinstance(ended_on, str) and day > ended_on]
        found.append(min(later) if later else None)
    return found


def _at_war_elsewhere(rows: pd.DataFrame) -> list[bool]:
    """Return for each conflict whether the same two states were fighting each other in another one when it ended."""
    pairs = [frozenset(pair) for pair in zip(rows["state_a"], rows["state_b"], strict=True)]
    spans = list(zip(pairs, rows["war_id"], rows["war_started"], rows["war_ended"], strict=True))
    return [
        isinstance(end, str)
        and any(
            other == pair and war != own and start <= end and (not isinstance(last, str) or last > end)
            for other, war, start, last in spans
        )
        for pair, own, _, end in spans
    ]


def _spell(row: pd.Series, columns: Sequence[str], *, strict: bool) -> tuple[float, bool]:
    """Return years of peace and whether they ended in a violation; what happened after the last day followed is not known."""
    by_years = dates.precision(row["war_ended"]) == "year"
    until = dates.last_day(str(row["observed_until"]))
    known = [row[column] for column in columns] + ([row["pair_next"]] if strict and not by_years else [])
    if strict and isinstance(row["exit_other_on"], str):
        until = min(until, dates.last_day(row["exit_other_on"]))
    event = _first(day for day in known if isinstance(day, str) and dates.first_day(day) <= until)
    if by_years:
        last = _year(event) - strict if event else _last_full_year(until)
        years = float(last - _year(row["war_ended"]))
    else:
        years = dates.years_between(dates.first_day(row["war_ended"]), dates.first_day(event) if event else until)
    return max(years, LEAST_YEARS["year" if by_years else "day"]), event is not None


def _first(days: Any) -> str | None:
    known = [day for day in days if isinstance(day, str)]
    return min(known) if known else None


def _year(text: str) -> int:
    return dates.first_day(text).year


def _last_full_year(day: date) -> int:
    """Return the last calendar year that is over by a day."""
    return day.year - ((day.month, day.day) != (12, 31))
