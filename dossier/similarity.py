"""How like the present case are the settlements, and is it inside what they cover at all?

Likeness is Gower's: the weighted share of coded features on which two cases agree, a feature that is not coded for one of them
being left out. The weights are the analyst's and stand in the data; how much hangs on them is shown by drawing others near
them. A likeness-weighted rate from a list picked by hand describes the list and is no forecast.

Refuses a feature that is no column, and numbers as features: what is counted in different ways in different cases, such as
deaths, cannot be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dossier import settlements, survival
from dossier.data import View
from dossier.errors import DossierError, did_you_mean

CONTEXT, OFFER = "context", "offer"
LEAST_EFFECTIVE = 8.0  # effective cases below which a weighted rate is not told
CONCENTRATION = 20.0  # how closely drawn weights keep to the analyst's
NEAREST = 3


def context(view: View) -> pd.DataFrame:
    """Return the features on which likeness is taken, with the present case's values and the analyst's weights.

    Returns
    -------
    pandas.DataFrame
        ``feature``, ``value``, ``weight`` (adding up to one), ``why``, ``standing``; heaviest first.
    """
    rows = view["present-case"]
    rows = rows[(rows["role"] == CONTEXT) & (rows["weight"].fillna(0) > 0)]
    total = float(rows["weight"].sum())
    rows = rows.assign(weight=rows["weight"].astype(float) / total if total else 0.0)
    return rows.sort_values(["weight", "feature"], ascending=[False, True], kind="stable").reset_index(drop=True)


def agreement(cases: pd.DataFrame, target: Mapping[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """Return which cases differ from a target on each feature, and where both are coded.

    Returns
    -------
    tuple of numpy.ndarray
        ``differs`` and ``coded``, both of shape (cases, features), as numbers 0 and 1.
    """
    for feature in target:
        if feature not in cases:
            raise DossierError(f"present case: feature {feature!r}; {did_you_mean(feature, cases.columns)}")
    values = [cases[feature].astype(object) for feature in target]
    coded = np.array([value.notna().to_numpy() for value in values], dtype=float).T.reshape(len(cases), len(values))
    differs = [
        (value.astype(str) != own).to_numpy(dtype=float) for value, own in zip(values, target.values(), strict=True)
    ]
    return np.array(differs).T.reshape(len(cases), len(values)) * coded, coded


def distances(differs: np.ndarray, coded: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return Gower's distance of each case, for one weighting or many.

    Parameters
    ----------
    differs, coded
        From `agreement`.
    weights
        Shape (features,) or (m, features), not negative.

    Returns
    -------
    numpy.ndarray
        Shape (cases,) or (m, cases), in [0, 1]; 1 for a case with which nothing can be compared.

    Notes
    -----
    Gower (1971): Σ w δ s / Σ w δ over the features, with δ one where both cases are coded.
    """
    compared = weights @ coded.T
    return np.divide(weights @ differs.T, compared, out=np.ones_like(compared), where=compared > 0)


def pairwise(cases: pd.DataFrame, features: Sequence[str], weights: np.ndarray) -> np.ndarray:
    """Return Gower's distances between all cases, shape (cases, cases); two cases with nothing in common lie 1 apart."""
    size = len(cases)
    codes = [pd.factorize(cases[feature].astype(object))[0] for feature in features]
    codes = np.array(codes, dtype=int).T.reshape(size, len(codes))
    coded = (codes >= 0).astype(float)
    both = coded[:, None, :] * coded[None, :, :]
    differ = (codes[:, None, :] != codes[None, :, :]) * both
    compared = both @ weights
    found = np.divide(differ @ weights, compared, out=np.ones_like(compared), where=compared > 0)
    np.fill_diagonal(found, 0.0)
    return found


def kernel(distance: np.ndarray) -> np.ndarray:
    """Return the weight of each case, falling off with distance: exp(−d / h), h the median distance.

    Where more than half of the cases do not differ at all, only those count.
    """
    width = np.median(distance, axis=-1, keepdims=True)
    return np.where(width > 0, np.exp(-distance / np.where(width > 0, width, 1.0)), (distance == 0).astype(float))


def effective(weights: np.ndarray) -> float:
    """Return how many equally weighted cases a weighting is worth.

    Notes
    -----
    Kish (1965): (Σ w)² / Σ w².

    >>> effective(np.ones(7)), effective(np.array([1.0, 0.0]))
    (7.0, 1.0)
    """
    squares = float(np.sum(weights**2))
    return float(np.sum(weights)) ** 2 / squares if squares else 0.0


def ranked(view: View) -> pd.DataFrame:
    """Return the settlements by likeness to the present case, nearest first.

    Returns
    -------
    pandas.DataFrame
        ``case_id``, ``name``, ``in_narrative``, ``outcome``, ``distance``, ``weight`` (adding up to one), ``agrees``
        (features alike, of those coded), ``coded``.
    """
    rows, features = settlements.cases(view), context(view)
    differs, coded = agreement(rows, _target(features))
    distance = distances(differs, coded, features["weight"].to_numpy(dtype=float))
    weights = kernel(distance) if len(rows) else distance
    kept = rows[["case_id", "name", "in_narrative", "outcome"]].assign(
        distance=distance,
        weight=weights / weights.sum() if len(rows) else weights,
        agrees=(coded - differs).sum(axis=1).astype(int),
        coded=coded.sum(axis=1).astype(int),
    )
    return kept.sort_values(["distance", "case_id"], kind="stable").reset_index(drop=True)


def weighted_rate(view: View, *, years: int) -> tuple[float, float, float]:
    """Return the share that returned to war within the horizon, weighted by likeness; the effective number; and unweighted."""
    rows, features = settlements.cases(view), context(view)
    differs, coded = agreement(rows, _target(features))
    weights = kernel(distances(differs, coded, features["weight"].to_numpy(dtype=float)))
    both = np.vstack([weights, np.ones_like(weights)])
    rates = survival.failed_by_weights(settlements.times(rows, view), [years], weights=both)[:, 0]
    return float(rates[0]), effective(weights), float(rates[1])


def redrawn(view: View, *, years: int, draws: int, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Return how often each case is among the nearest, and the weighted rate, when the weights are drawn anew.

    Parameters
    ----------
    draws
        How many weightings, drawn from a Dirichlet distribution around the analyst's.

    Returns
    -------
    tuple
        ``case_id`` and ``share`` of the draws in which it is among the `NEAREST`; and the rates, shape (draws,).
    """
    rows, features = settlements.cases(view), context(view)
    differs, coded = agreement(rows, _target(features))
    own = features["weight"].to_numpy(dtype=float)
    distance = distances(differs, coded, rng.dirichlet(CONCENTRATION * own, size=draws))
    tied = np.argsort(distance, axis=1, kind="stable")[:, :NEAREST]
    counts = np.bincount(tied.ravel(), minlength=len(rows)) / draws
    rates = survival.failed_by_weights(settlements.times(rows, view), [years], weights=kernel(distance))[:, 0]
    return pd.DataFrame({"case_id": rows["case_id"], "share": counts}), rates


def left_out(view: View, *, years: int) -> pd.DataFrame:
    """Return the weighted rate without each case, and without each feature.

    Returns
    -------
    pandas.DataFrame
        ``without``, ``kind`` (case or feature), ``rate``, ``effective``.
    """
    rows, features = settlements.cases(view), context(view)
    differs, coded = agreement(rows, _target(features))
    own, spells = features["weight"].to_numpy(dtype=float), settlements.times(rows, view)
    by_case = kernel(distances(differs, coded, own)) * (1 - np.eye(len(rows)))
    by_feature = kernel(distances(differs, coded, own * (1 - np.eye(len(own)))))
    found = []
    for kind, names, weights in (("case", rows["name"], by_case), ("feature", features["feature"], by_feature)):
        rates = survival.failed_by_weights(spells, [years], weights=weights)[:, 0]
        found += [(name, kind, float(r), effective(w)) for name, r, w in zip(names, rates, weights, strict=True)]
    return pd.DataFrame(found, columns=["without", "kind", "rate", "effective"])


def inside(view: View) -> dict[str, float | int | bool]:
    """Return whether the present case lies inside the settlements, or beyond them.

    Returns
    -------
    dict
        ``cases``; ``matches``, how many agree on every feature of the context; ``inside``, whether any does; ``with_offer``,
        how many agree on what is on offer too; ``spread``, the geometric variability of the cases; ``nearby``, how many lie
        within it of the present case; ``nearby_share``.

    Notes
    -----
    King and Zeng (2006). All features here are kinds and not amounts, so that the present case is a corner of the space of
    possible cases: it lies in the convex hull of those observed if and only if one of them stands on that corner. A case
    on which a feature is not coded cannot be shown to stand there. Geometric variability is half the mean of the pairwise
    Gower distances.
    """
    rows, features = settlements.cases(view), context(view)
    differs, coded = agreement(rows, _target(features))
    own = features["weight"].to_numpy(dtype=float)
    compared = coded.shape[1] > 0 and len(rows) > 0  # with nothing to compare, nothing is shown to lie inside
    matches = int(np.sum((differs.sum(axis=1) == 0) & (coded.sum(axis=1) == coded.shape[1]))) if compared else 0
    spread = float(np.mean(pairwise(rows, list(features["feature"]), own))) / 2 if compared else 0.0
    nearby = int(np.sum(distances(differs, coded, own) <= spread)) if compared else 0
    left = narrowing(view)["left"]
    return {
        "cases": len(rows),
        "matches": matches,
        "inside": matches > 0,
        "with_offer": int(left.iloc[-1]) if compared else 0,
        "spread": spread,
        "nearby": nearby,
        "nearby_share": nearby / max(1, len(rows)),
    }


def narrowing(view: View) -> pd.DataFrame:
    """Return how many settlements are left as one feature of the present case after another is asked for.

    Returns
    -------
    pandas.DataFrame
        ``feature``, ``value``, ``role``, ``left``, ``failed``, ``names`` (of those left, once few); context by weight, then what is on offer.
    """
    rows = settlements.cases(view)
    present = view["present-case"]
    offers = present[present["role"] == OFFER].sort_values("feature")
    found = []
    for row in pd.concat([context(view), offers])[["feature", "value", "role"]].itertuples(index=False):
        rows = rows[rows[row.feature].astype(object) == row.value]
        failed = int(settlements.failed(rows).sum())
        found.append((row.feature, row.value, row.role, len(rows), failed, list(rows["name"])))
    return pd.DataFrame(found, columns=["feature", "value", "role", "left", "failed", "names"])


def _target(features: pd.DataFrame) -> dict[str, str]:
    return dict(zip(features["feature"], features["value"], strict=True))
