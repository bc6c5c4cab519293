"""How likely does a war that has lasted so long end by a day, before anything is said about this one?

Wars that lasted at least as long as the present one are followed from that length on: how many ended, in how many days. The chance of
an end a day is then a gamma distribution (Jeffreys' prior), and a war goes on with that chance each day: no war ends sooner or later for its
age, which the lengths do not contradict. Several classes of wars are drawn by their weights.

Refuses to speak for a class in which no war went on beyond the length of this one: nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import special

from dossier import chance, dates, reference
from dossier.data import View
from dossier.errors import DossierError
from dossier.reference import Condition

SPELLS, DURATIONS = "conflict-spells", "war-durations"
PRIOR_ENDS = 0.5  # Jeffreys: half an end before any is counted


@dataclass(frozen=True)
class HazardClass:
    """A rule that chooses wars, with the weight of the class."""

    class_id: str
    title: str
    short_title: str
    set_id: str
    where: tuple[Condition, ...]
    why: str
    caution: str
    weight: float
    weight_why: str


@dataclass(frozen=True)
class Hazard:
    """The chance of an end in a class: ``ends`` of wars in ``days`` beyond the present length; ``at_risk`` names of these wars."""

    class_id: str
    title: str
    weight: float
    ends: int
    days: float
    at_risk: tuple[str, ...]

    @property
    def shape(self) -> float:
        """Shape of the gamma distribution of the chance a day."""
        return self.ends + PRIOR_ENDS

    @property
    def rate(self) -> float:
        """Rate of the gamma distribution, in days."""
        return self.days

    @property
    def speaks(self) -> bool:
        """Whether the class has a weight and a war that went on beyond the length of the present one."""
        return self.weight > 0 and self.days > 0

    def ended_within(self, days: float, *, quantile: float) -> float:
        """Return a quantile of the probability that a war like this ends within so many days; nan where nothing is known."""
        if not self.days:
            return float("nan")
        daily = float(special.gammaincinv(self.shape, quantile)) / self.rate
        return -float(np.expm1(-daily * days))

    def mean_within(self, days: float) -> float:
        """Return the mean probability: that of Lomax, 1 − (b / (b + T))^a.

        >>> round(Hazard("one", "One", 1.0, 0, 100.0, ()).mean_within(300), 4)
        0.5
        """
        return 1.0 - (self.rate / (self.rate + days)) ** self.shape


def classes(view: View) -> list[HazardClass]:
    """Return the classes of wars known on the day, in order."""
    return reference.rules(view, "hazard-classes", HazardClass)


def lengths(view: View, one: HazardClass) -> pd.DataFrame:
    """Return the wars of a class and how long they lasted.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``war_days`` (so far, for a war that goes on), ``ended`` (bool).
    """
    spells = view[SPELLS]
    spells = spells[spells["set_id"] == one.set_id]
    rows = _of_spells(spells, view.as_of) if len(spells) else _of_durations(view, one.set_id)
    return reference.chosen(rows, one.class_id, one.where)[["name", "war_days", "ended"]]


def hazard(view: View, one: HazardClass, *, lasted_days: int) -> Hazard:
    """Return the chance of an end in a class beyond a length."""
    rows = lengths(view, one)
    rows = rows[rows["war_days"] > lasted_days]
    exposure = float((rows["war_days"] - lasted_days).sum())
    return Hazard(one.class_id, one.title, one.weight, int(rows["ended"].sum()), exposure, tuple(rows["name"]))


def ended_soon(view: View, one: HazardClass, *, after_days: int, within_days: int) -> int:
    """Return how many wars of a class that went on beyond a length ended within so many days of it."""
    rows = lengths(view, one)
    soon = (rows["war_days"] > after_days) & (rows["war_days"] <= after_days + within_days) & rows["ended"]
    return int(soon.sum())


def hazards(view: View, *, war_began: date) -> list[Hazard]:
    """Return the chance of an end in every class, beyond the length of the present war on the day."""
    lasted = (view.as_of - war_began).days
    return [hazard(view, one, lasted_days=lasted) for one in classes(view)]


def draw(found: Sequence[Hazard], size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return draws of the chance of an end a day, and of the class that each came from (its place among those with a weight).

    Parameters
    ----------
    found
        Those that speak are drawn by weight.
    """
    weighted = [one for one in found if one.speaks]
    if not weighted:
        raise DossierError("no class of wars has a weight and a war that went on beyond the length of the present one")
    which = chance.by_weight([one.weight for one in weighted], size, rng)
    shape = np.array([one.shape for one in weighted])[which]
    rate = np.array([one.rate for one in weighted])[which]
    return rng.standard_gamma(shape) / rate, which


def _of_spells(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return conflicts with their length up to their end, or to the last day that the data cover."""
    ended = rows["war_ended"].notna().to_numpy()
    last = [
        row.war_ended if isinstance(row.war_ended, str) else min(dates.last_day(row.observed_until), as_of).isoformat()
        for row in rows.itertuples()
    ]
    days = [reference.elapsed_days(start, end) for start, end in zip(rows["war_started"], last, strict=True)]
    names = [
        f"{row.state_a}–{row.state_b}, {row.war_started[:4]} to {'' if over else 'beyond '}{end[:4]}"
        for row, end, over in zip(rows.itertuples(), last, ended, strict=True)
    ]
    return rows.assign(name=names, war_days=days, ended=ended)


def _of_durations(view: View, set_id: str) -> pd.DataFrame:
    rows = view[DURATIONS]
    rows = rows[rows["set_id"] == set_id]
    names = [f"{row.duration_id}, from {row.war_started}" for row in rows.itertuples()]
    return rows.assign(name=names, war_days=rows["days"].astype(int), ended=True)
