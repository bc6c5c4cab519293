"""Into which ends does the story branch, and which scenario does each end belong to?

One event tree: signed by the deadline, signed later but by the horizon, or not signed; a signed deal is rejected in a vote or not; if not, it comes
with armed enforcement or without; and it is violated within the years of the test, by whichever side, or holds; without a deal the war ends all the same, or goes on
while one side advances at the stated pace, or not. The ends exclude one another and leave nothing out, whatever the chances at the nodes. Which end belongs to
which scenario is data; an end of no scenario is one of *none of these*.

The same tree is written once as numbers and once as expressions of the drawing language, so that a reader's browser and this
package give the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import pandas as pd

from dossier import scenarios
from dossier.data import View

Number: TypeAlias = "float | np.ndarray"
REST = "none"
LEAST = 1e-15  # a chance of nothing cannot be divided by
EARLY, LATE = "early", "late"
OUTCOMES = ("rejected", "enforced-holds", "enforced-violated", "promise-holds", "promise-violated")
LEAVES: tuple[str, ...] = (
    *(f"{window}-{outcome}" for window in (EARLY, LATE) for outcome in OUTCOMES),
    "unsigned-ended",
    "unsigned-advance",
    "unsigned-stall",
)
LEAF_WORDS = {
    **{
        f"{window}-{outcome}": f"{words}; {what}"
        for window, words in ((EARLY, "signed by the deadline"), (LATE, "signed after it, by the horizon"))
        for outcome, what in (
            ("rejected", "rejected in a vote"),
            ("enforced-holds", "with troops, holds"),
            ("enforced-violated", "with troops, violated"),
            ("promise-holds", "without troops, holds"),
            ("promise-violated", "without troops, violated"),
        )
    },
    "unsigned-ended": "ended by the horizon without a signed deal",
    "unsigned-advance": "goes on at the horizon; one side advances at the pace",
    "unsigned-stall": "goes on at the horizon; no such advance",
}


@dataclass(frozen=True)
class Nodes:
    """The chances at the nodes: numbers, or arrays of draws of one shape.

    Attributes
    ----------
    signed_early, signed
        Signed by the deadline, and by the horizon (the second at least the first).
    rejected
        Rejected in a vote, if signed.
    enforced
        With armed enforcement, if signed and not rejected.
    violated_enforced_early, violated_promise_early, violated_enforced, violated_promise
        Violated within the years of the test, by kind and window.
    ended
        Ended in another way by the horizon, if nothing is signed.
    advance
        One side advances at the stated pace, if the war goes on.
    """

    signed_early: Number
    signed: Number
    rejected: Number
    enforced: Number
    violated_enforced_early: Number
    violated_promise_early: Number
    violated_enforced: Number
    violated_promise: Number
    ended: Number
    advance: Number


def leaves(nodes: Nodes) -> dict[str, Number]:
    """Return the chance of every end: in [0, 1], adding up to one."""
    late = nodes.signed - nodes.signed_early
    windows = (
        (EARLY, nodes.signed_early, nodes.violated_enforced_early, nodes.violated_promise_early),
        (LATE, late, nodes.violated_enforced, nodes.violated_promise),
    )
    found: dict[str, Number] = {}
    for window, signed, by_force, by_promise in windows:
        kept = signed * (1 - nodes.rejected)
        enforced, promised = kept * nodes.enforced, kept * (1 - nodes.enforced)
        parts = (signed * nodes.rejected, enforced * (1 - by_force), enforced * by_force)
        parts += (promised * (1 - by_promise), promised * by_promise)
        found |= {f"{window}-{outcome}": part for outcome, part in zip(OUTCOMES, parts, strict=True)}
    unsigned = 1 - nodes.signed
    going_on = unsigned * (1 - nodes.ended)
    return found | {
        "unsigned-ended": unsigned * nodes.ended,
        "unsigned-advance": going_on * nodes.advance,
        "unsigned-stall": going_on * (1 - nodes.advance),
    }


def expressions(names: Mapping[str, str]) -> dict[str, str]:
    """Return the chance of every end as an expression of the drawing language.

    Parameters
    ----------
    names
        For each field of `Nodes` an expression, such as the name of a parameter.
    """
    at = {one.name: f"({names[one.name]})" for one in fields(Nodes)}
    found = {}
    for window, signed in ((EARLY, at["signed_early"]), (LATE, f"({at['signed']}-{at['signed_early']})")):
        early = "_early" if window == EARLY else ""
        force, promise = at[f"violated_enforced{early}"], at[f"violated_promise{early}"]
        kept = f"{signed}*(1-{at['rejected']})"
        enforced, promised = f"{kept}*{at['enforced']}", f"{kept}*(1-{at['enforced']})"
        parts = (f"{signed}*{at['rejected']}", f"{enforced}*(1-{force})", f"{enforced}*{force}")
        parts += (f"{promised}*(1-{promise})", f"{promised}*{promise}")
        found |= {f"{window}-{outcome}": part for outcome, part in zip(OUTCOMES, parts, strict=True)}
    going_on = f"(1-{at['signed']})*(1-{at['ended']})"
    found["unsigned-ended"] = f"(1-{at['signed']})*{at['ended']}"
    found["unsigned-advance"] = f"{going_on}*{at['advance']}"
    found["unsigned-stall"] = f"{going_on}*(1-{at['advance']})"
    return found


def leaf_map(view: View) -> pd.DataFrame:
    """Return which end belongs to which scenario, in the order of the tree; an end without an exclusive scenario belongs to `REST`.

    Returns
    -------
    pandas.DataFrame
        ``leaf_id``, ``words``, ``scenario_id``, ``overlapping`` (list of other scenarios), ``why``.
    """
    rows = view["leaf-map"]
    known = {scenario["scenario_id"] for scenario in scenarios.told(view)}
    rows = rows[rows["scenario_id"].isin(known)]
    own = rows[rows["reading"] == "exclusive"].set_index("leaf_id")
    others = rows[rows["reading"] == "overlapping"].groupby("leaf_id")["scenario_id"].agg(list)
    found = [
        {
            "leaf_id": leaf,
            "words": LEAF_WORDS[leaf],
            "scenario_id": own.at[leaf, "scenario_id"] if leaf in own.index else REST,
            "overlapping": others.get(leaf, []),
            "why": own.at[leaf, "why"] if leaf in own.index else "No scenario tells this.",
        }
        for leaf in LEAVES
    ]
    return pd.DataFrame(found, columns=["leaf_id", "words", "scenario_id", "overlapping", "why"])


def shares(found: Mapping[str, Number], mapping: pd.DataFrame) -> dict[str, Number]:
    """Return the chance of every scenario that an end is counted for, and of none of them; they exclude one another and add up to one."""
    totals: dict[str, Number] = {name: 0.0 for name in [*dict.fromkeys(mapping["scenario_id"]), REST]}
    for leaf, scenario in zip(mapping["leaf_id"], mapping["scenario_id"], strict=True):
        totals[scenario] = totals[scenario] + found[leaf]
    return totals


def readings(found: Mapping[str, Number], mapping: pd.DataFrame) -> dict[str, Number]:
    """Return the chance of every scenario on its wider reading: ends that can be read as it too are counted in; these overlap."""
    totals: dict[str, Number] = {}
    for row in mapping.itertuples():
        for scenario in {row.scenario_id, *row.overlapping} - {REST}:
            totals[scenario] = totals.get(scenario, 0.0) + found[row.leaf_id]
    return totals


def signed_by(days: float, *, daily: Number, multiplier: Number, share: Number) -> Number:
    """Return the chance that a deal is signed within so many days.

    A war ends with the chance ``daily`` times ``multiplier`` each day, and ``share`` of the ends are signed settlements; nothing is
    signed within no days, or less.
    """
    return -share * np.expm1(-daily * multiplier * max(0.0, days))


def ended_unsigned(days: float, *, daily: Number, multiplier: Number, share: Number) -> Number:
    """Return the chance that a war has ended within so many days, given that no deal was signed by then."""
    ended = signed_by(days, daily=daily, multiplier=multiplier, share=1.0)
    return (1 - share) * ended / np.maximum(1 - share * ended, LEAST)


def shifted(chance: Number, log_ratio: Number) -> Number:
    """Return a chance after evidence with the logarithm of a likelihood ratio; none and certainty stay as they are.

    >>> round(float(shifted(0.5, np.log(3))), 4)
    0.75
    """
    ratio = np.exp(log_ratio)
    return chance * ratio / (1 - chance + chance * ratio)


def sooner_violated(chance: Number, ratio: Number) -> Number:
    """Return a chance of violation when the hazard is multiplied by a ratio: 1 − (1 − chance)^ratio."""
    return -np.expm1(ratio * np.log1p(-np.minimum(chance, 1 - LEAST)))
