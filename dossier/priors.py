"""How uncertain is an input, and what would it be if it said nothing?

An input of a model is a row of the table *priors*: a distribution with up to three parameters, a neutral value, and whether it
was published, recomputed or elicited. Elicited inputs are marked wherever they enter. Refuses parameters that make no
distribution.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from dossier.data import View
from dossier.errors import DossierError, did_you_mean

ELICITED = "elicited"
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("lowest", "highest"),
    "triangular": ("lowest", "mode", "highest"),
    "beta": ("alpha", "beta"),
    "lognormal": ("median", "standard deviation of the logarithm"),
    "gamma": ("shape", "rate"),
}


@dataclass(frozen=True)
class Prior:
    """One uncertain input."""

    prior_id: str
    title: str
    unit: str
    distribution: str
    parameters: tuple[float, ...]
    neutral: float
    standing: str
    short_title: str = ""

    def __post_init__(self) -> None:
        """Refuse parameters that make no distribution."""
        names = PARAMETERS.get(self.distribution)
        if names is None:
            raise DossierError(f"prior {self.prior_id}: {did_you_mean(self.distribution, PARAMETERS)}")
        if len(self.parameters) != len(names) or not _fits(self.distribution, self.parameters):
            given = ", ".join(f"{value:g}" for value in self.parameters)
            raise DossierError(
                f"prior {self.prior_id}: {given}; accepted for a {self.distribution} distribution: {', '.join(names)}, in order"
            )

    @property
    def elicited(self) -> bool:
        """Whether somebody judged it, rather than read or computed it."""
        return self.standing == ELICITED

    def draw(self, size: int, rng: np.random.Generator) -> np.ndarray:
        """Return ``size`` draws."""
        one, two, three = (*self.parameters, math.nan, math.nan)[:3]
        draws = {
            "fixed": lambda: np.full(size, one),
            "uniform": lambda: rng.uniform(one, two, size),
            "triangular": lambda: rng.triangular(one, two, three, size),
            "beta": lambda: rng.beta(one, two, size),
            "lognormal": lambda: one * np.exp(two * rng.standard_normal(size)),
            "gamma": lambda: rng.gamma(one, 1 / two, size),
        }
        return draws[self.distribution]()

    def quantile(self, share: float) -> float:
        """Return the value below which a share of the distribution lies."""
        one, two, three = (*self.parameters, math.nan, math.nan)[:3]
        found = {
            "fixed": lambda: one,
            "uniform": lambda: one + share * (two - one),
            "triangular": lambda: _triangular_quantile(share, one, two, three),
            "beta": lambda: special.betaincinv(one, two, share),
            "lognormal": lambda: one * math.exp(two * special.ndtri(share)) if two else one,
            "gamma": lambda: special.gammaincinv(one, share) / two,
        }
        return float(found[self.distribution]())

    def written(self) -> str:
        """Return the distribution in words."""
        given = zip(PARAMETERS[self.distribution], self.parameters, strict=True)
        return f"{self.distribution}: {', '.join(f'{name} {value:g}' for name, value in given)}"


def read(view: View) -> dict[str, Prior]:
    """Return the uncertain inputs known on the day, by id."""
    found = {}
    for row in view["priors"].itertuples():
        given = tuple(float(value) for value in (row.first, row.second, row.third) if pd.notna(value))
        found[row.prior_id] = Prior(
            row.prior_id,
            row.title,
            row.unit,
            row.distribution,
            given,
            float(row.neutral),
            row.standing,
            row.short_title,
        )
    return found


def pick(known: Mapping[str, Prior], name: str) -> Prior:
    """Return one input; raise ``DossierError`` with a hint if the data have none of that name."""
    if name not in known:
        raise DossierError(f"priors: no input {name!r}; {did_you_mean(name, known)}")
    return known[name]


def fixed_at(one: Prior, value: float) -> Prior:
    """Return an input held at one value."""
    return replace(one, distribution="fixed", parameters=(value,))


def _fits(distribution: str, parameters: tuple[float, ...]) -> bool:
    if not all(math.isfinite(value) for value in parameters):
        return False
    if distribution in ("uniform", "triangular"):
        return list(parameters) == sorted(parameters) and parameters[0] < parameters[-1]
    if distribution == "lognormal":
        return parameters[0] > 0 and parameters[1] >= 0
    return distribution == "fixed" or all(value > 0 for value in parameters)


def _triangular_quantile(share: float, low: float, mode: float, high: float) -> float:
    turn = (mode - low) / (high - low)
    if share < turn:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))
