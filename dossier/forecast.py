"""How likely is each scenario, and none of them, and what does that hang on?

The inputs of the event tree are drawn, the chances of its ends are computed for every draw without drawing the ends themselves, and the
spread over the draws is the uncertainty about these chances. Inputs: the chance a day that such a war ends (`hazards`), a multiplier for talks, the
share of ends that are signed, a vote, enforcement, the rates of violation (`base_rate`), an advance, and what signposts say (`updating`).

Assumes that inputs are independent and that a war does not age. Refuses to answer where the data lack the inputs: the model is then None, and the
pages say so. More draws buy precision, not knowledge: the error of drawing stands beside the spread wherever a number is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from dossier import base_rate, chance, dates, hazards, priors, reference, scenarios, sensitivity, tree, updating
from dossier.base_rate import ClassRate
from dossier.data import View
from dossier.hazards import Hazard
from dossier.priors import Prior
from dossier.tree import Nodes
from dossier.updating import Sign

DAILY, POOLED = "daily", "pooled"
TALKS, SIGNED_SHARE, VOTE, REJECTS = "talks-multiplier", "settlement-share", "vote-held", "vote-rejects"
ENFORCED, ADVANCE, PRESSURE = "enforced-if-signed", "advance-if-unsigned", "pressure-hazard-ratio"
RATIO, TRANSPORT, ALREADY = base_rate.RATIO, base_rate.TRANSPORT, base_rate.SHARE
INPUTS = (TALKS, SIGNED_SHARE, VOTE, REJECTS, ENFORCED, ADVANCE, PRESSURE, RATIO, TRANSPORT, ALREADY)
NODES = ("signed", "enforced", "rejected", "advance")
SHIFT = "signposts on "
TITLES = {DAILY: "Chance a day that such a war ends", POOLED: "Rate of violation in the reference classes"} | {
    f"{SHIFT}{node}": f"Signposts on: {node}" for node in NODES
}
CHUNK = 100_000  # draws at a time, so that memory stays small
KEPT = 200_000  # draws whose inputs are kept, for what drives the result
SWITCH_DRAWS = 50_000
LEVEL = 0.90
EARLY = "signed by the deadline"
LATER = "signed by the horizon"


@dataclass(frozen=True)
class Setting:
    """The days and definitions that the tree is cut by."""

    as_of: date
    war_began: date
    deadline: date
    horizon: date
    years: int
    tier: str

    def days_to(self, day: date) -> int:
        """Return the days from the as-of date; none for a day that has passed."""
        return max(0, (day - self.as_of).days)


@dataclass(frozen=True)
class Model:
    """Everything that the draws come from."""

    setting: Setting
    hazards: Sequence[Hazard]
    rates: Sequence[ClassRate]
    inputs: Mapping[str, Prior]
    signs: Sequence[Sign]
    mapping: pd.DataFrame


@dataclass(frozen=True)
class Simulation:
    """Draws of the chances, and of the inputs of the first of them.

    Attributes
    ----------
    chances
        By scenario, `tree.REST`, `EARLY` and `LATER`: draws of the chance, shape (draws,).
    leaves, readings
        Mean chance of every end of the tree, and of every scenario on its wider reading.
    inputs
        Draws of each input, shape (at most `KEPT`,).
    """

    chances: Mapping[str, np.ndarray]
    leaves: Mapping[str, float]
    readings: Mapping[str, float]
    inputs: Mapping[str, np.ndarray]

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.chances[EARLY])

    def mean(self, name: str) -> float:
        """Return the probability of a scenario: the mean over the draws."""
        return float(np.clip(np.mean(self.chances[name]), 0, 1))

    def interval(self, name: str, *, level: float = LEVEL) -> tuple[float, float]:
        """Return the interval of the chance over the draws."""
        low, high = np.clip(
            np.quantile(self.chances[name], [(1 - level) / 2, (1 + level) / 2]), 0, 1
        )  # sums may round past 1
        return float(low), float(high)

    def error(self, name: str) -> float:
        """Return the standard error of the mean that comes from drawing alone."""
        return float(np.std(self.chances[name]) / np.sqrt(self.draws))

    def drivers(self, name: str) -> dict[str, float]:
        """Return the share of the variance of a chance that each input alone brings, largest first."""
        found = sensitivity.variance_shares(self.inputs, self.chances[name][: len(self.inputs[DAILY])])
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def model(
    view: View, *, war_began: str, deadline: str, horizon: str, years: int, tier: str, weights: str, seed: int
) -> Model | None:
    """Return the model as of the day, or None where the data lack scenarios, wars to compare with, or inputs.

    Parameters
    ----------
    war_began, deadline, horizon
        ISO days.
    years, tier, weights
        Of the test of violation and of the reference classes; see `reference.estimates` and `reference.weighted`.
    """
    known = priors.read(view)
    days = [date.fromisoformat(day) for day in (war_began, deadline, horizon)]
    setting = Setting(view.as_of, *days, years, tier)
    found = hazards.hazards(view, war_began=setting.war_began)
    if not scenarios.told(view) or not any(one.speaks for one in found) or not set(INPUTS) <= set(known):
        return None
    return Model(
        setting,
        found,
        class_rates(view, years=years, tier=tier, weights=weights, seed=seed),
        {name: known[name] for name in INPUTS},
        updating.signs(view),
        tree.leaf_map(view),
    )


def class_rates(view: View, *, years: int, tier: str, weights: str, seed: int) -> list[ClassRate]:
    """Return the rates of violation of the reference classes that are pooled."""
    estimates = reference.estimates(view, horizons=[years], tiers=[tier], draws=reference.SAMPLES, seed=seed)
    shares = reference.weighted(reference.classes(view), weights)
    return base_rate.class_rates(estimates, shares, tier=tier, years=years)


def primitives(own: Model, size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return draws of every input, each of shape (size,)."""
    names = [DAILY, POOLED, *INPUTS, *(f"{SHIFT}{node}" for node in NODES)]
    own_rng = dict(
        zip(names, rng.spawn(len(names)), strict=True)
    )  # whatever is changed elsewhere, an input keeps its draws
    drawn = {
        DAILY: hazards.draw(own.hazards, size, own_rng[DAILY])[0],
        POOLED: _pooled(own.rates, size, own_rng[POOLED]),
    }
    drawn |= {name: own.inputs[name].draw(size, own_rng[name]) for name in INPUTS}
    shifts = {
        name: updating.draw_shift(own.signs, name.removeprefix(SHIFT), size, own_rng[name])
        for name in names
        if name.startswith(SHIFT)
    }
    return drawn | shifts


def nodes(own: Model, point: Mapping[str, tree.Number]) -> Nodes:
    """Return the chances at the nodes for given inputs: numbers, or draws."""
    setting = own.setting
    early, late = (
        tree.shifted(signed_by(own, point, day=day), point[f"{SHIFT}signed"])
        for day in (setting.deadline, setting.horizon)
    )
    promise, force = base_rate.split(
        np.asarray(point[POOLED]), ratio=np.asarray(point[RATIO] ** point[TRANSPORT]), share=np.asarray(point[ALREADY])
    )
    pressure = point[PRESSURE]
    return Nodes(
        signed_early=early,
        signed=np.maximum(early, late),  # a horizon before the deadline adds nothing
        rejected=tree.shifted(point[VOTE] * point[REJECTS], point[f"{SHIFT}rejected"]),
        enforced=tree.shifted(point[ENFORCED], point[f"{SHIFT}enforced"]),
        violated_enforced_early=tree.sooner_violated(force, pressure),
        violated_promise_early=tree.sooner_violated(promise, pressure),
        violated_enforced=force,
        violated_promise=promise,
        ended=tree.ended_unsigned(
            setting.days_to(setting.horizon), daily=point[DAILY], multiplier=point[TALKS], share=point[SIGNED_SHARE]
        ),
        advance=tree.shifted(point[ADVANCE], point[f"{SHIFT}advance"]),
    )


def signed_by(own: Model, point: Mapping[str, tree.Number], *, day: date) -> tree.Number:
    """Return the chance that a deal is signed by a day, before signposts."""
    days = own.setting.days_to(day)
    return tree.signed_by(days, daily=point[DAILY], multiplier=point[TALKS], share=point[SIGNED_SHARE])


def simulate(own: Model, *, draws: int, seed: int) -> Simulation:
    """Return draws of the chance of every scenario; equal seeds give equal draws."""
    names = [*tree.shares(dict.fromkeys(tree.LEAVES, 0.0), own.mapping), EARLY, LATER]
    chances = {name: np.empty(draws) for name in names}
    leaves, readings = dict.fromkeys(tree.LEAVES, 0.0), dict[str, float]()
    kept: list[dict[str, np.ndarray]] = []
    for number, start in enumerate(range(0, draws, CHUNK)):
        size = min(CHUNK, draws - start)
        point = primitives(own, size, chance.stream(seed, "forecast", str(number)))
        at = nodes(own, point)
        ends = tree.leaves(at)
        told = tree.shares(ends, own.mapping) | {EARLY: at.signed_early, LATER: at.signed}
        for name in names:
            chances[name][start : start + size] = told[name]
        for leaf, drawn in ends.items():
            leaves[leaf] += float(np.sum(drawn)) / draws
        for name, drawn in tree.readings(ends, own.mapping).items():
            readings[name] = readings.get(name, 0.0) + float(np.sum(drawn)) / draws
        kept += [point] if start < KEPT else []
    inputs = {name: np.concatenate([point[name] for point in kept]) for name in kept[0]}
    return Simulation(chances, leaves, readings, inputs)


def central(own: Model, simulation: Simulation) -> dict[str, float]:
    """Return every input at its median."""
    return {name: quantile_of(own, simulation, name, 0.5) for name in simulation.inputs}


def quantile_of(own: Model, simulation: Simulation, name: str, share: float) -> float:
    """Return a quantile of an input: exact for a distribution of the data, from the draws for one that is computed."""
    return (
        own.inputs[name].quantile(share) if name in own.inputs else float(np.quantile(simulation.inputs[name], share))
    )


def at_point(own: Model, point: Mapping[str, float]) -> dict[str, float]:
    """Return the chance of every scenario, and of a signature, if every input had one value."""
    at = nodes(own, point)
    told = tree.shares(tree.leaves(at), own.mapping) | {EARLY: at.signed_early, LATER: at.signed}
    return {name: float(value) for name, value in told.items()}


def tornado(own: Model, simulation: Simulation, name: str) -> pd.DataFrame:
    """Return how a chance moves when one input goes from its 5 % to its 95 % quantile, the others at their medians.

    Returns
    -------
    pandas.DataFrame
        ``input``, ``title``, ``elicited``, ``low_value``, ``high_value``, ``at_low``, ``at_high``, ``central``, ``swing``; the widest first.
    """
    middle = central(own, simulation)
    rest = at_point(own, middle)[name]
    rows = []
    for one in middle:
        values = [quantile_of(own, simulation, one, share) for share in (0.05, 0.95)]
        ends = [at_point(own, {**middle, one: value})[name] for value in values]
        prior = own.inputs.get(one)
        title, judged = (
            (prior.short_title or prior.title, prior.elicited) if prior else (TITLES[one], one.startswith(SHIFT))
        )
        rows.append((one, title, judged, *values, *ends, rest, abs(ends[1] - ends[0])))
    columns = ["input", "title", "elicited", "low_value", "high_value", "at_low", "at_high", "central", "swing"]
    return (
        pd.DataFrame(rows, columns=columns).sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)
    )


def neutral(own: Model) -> Model:
    """Return the model with every elicited input at its neutral value, and without what signposts say."""
    fixed = {name: priors.fixed_at(one, one.neutral) if one.elicited else one for name, one in own.inputs.items()}
    return replace(own, inputs=fixed, signs=())


def switches(
    own: Model, rates: Callable[..., Sequence[ClassRate]], tiers: Sequence[str], titles: Mapping[str, str]
) -> list[tuple[str, Model]]:
    """Return the model with one structural choice changed at a time, each with its name.

    Parameters
    ----------
    rates
        Returns the rates of violation for a ``tier``.
    tiers
        The tiers of violation.
    titles
        Short titles of the reference classes.
    """
    setting = own.setting
    found = [("every elicited input at neutral", neutral(own)), ("signposts left aside", replace(own, signs=()))]
    found += [
        ("talks count for nothing", _with(own, TALKS, 1.0)),
        ("no effect of enforcement", _with(own, TRANSPORT, 0.0)),
        ("no effect of pressure", _with(own, PRESSURE, 1.0)),
    ]
    spoken = [one for one in own.hazards if one.days > 0]
    found += [(f"ends as in: {one.title}", replace(own, hazards=[replace(one, weight=1.0)])) for one in spoken]
    found += [
        (f"violations as in: {titles.get(one.class_id, one.class_id)}", replace(own, rates=[replace(one, weight=1.0)]))
        for one in own.rates
        if len(own.rates) > 1
    ]
    found += [
        (f"violated means: {tier}", replace(own, rates=rates(tier=tier), setting=replace(setting, tier=tier)))
        for tier in tiers
        if tier != setting.tier
    ]
    return [*found, ("the deadline at the horizon", replace(own, setting=replace(setting, deadline=setting.horizon)))]


WHAT_IF = ("ends", "talks", "share", "vote", "no", "troops", "broken_enforced", "broken_promise", "advance")
"""Names of the inputs that a reader can set: the chance that a war like this ends within a year, and the nodes of the tree."""


def what_if_values(own: Model, simulation: Simulation) -> dict[str, float]:
    """Return what a reader can set, at the medians."""
    middle = central(own, simulation)
    at = nodes(own, middle)
    named = {
        "ends": -np.expm1(-middle[DAILY] * dates.DAYS_PER_YEAR),
        "talks": middle[TALKS],
        "share": middle[SIGNED_SHARE],
    }
    named |= {"vote": middle[VOTE], "no": middle[REJECTS], "troops": middle[ENFORCED], "advance": middle[ADVANCE]}
    named |= {"broken_enforced": at.violated_enforced, "broken_promise": at.violated_promise}
    return {name: float(named[name]) for name in WHAT_IF}


def what_if(own: Model, simulation: Simulation, values: Mapping[str, float]) -> dict[str, float]:
    """Return the chance of every scenario for given values of `WHAT_IF`: the closed form that the page computes too."""
    middle = central(own, simulation)
    daily = -np.log1p(-values["ends"]) / dates.DAYS_PER_YEAR
    named = {TALKS: "talks", SIGNED_SHARE: "share", VOTE: "vote", REJECTS: "no", ENFORCED: "troops", ADVANCE: "advance"}
    point = {**middle, DAILY: daily, **{name: values[given] for name, given in named.items()}}
    force, promise = values["broken_enforced"], values["broken_promise"]
    at = replace(
        nodes(own, point),
        violated_enforced_early=tree.sooner_violated(force, middle[PRESSURE]),
        violated_promise_early=tree.sooner_violated(promise, middle[PRESSURE]),
        violated_enforced=force,
        violated_promise=promise,
    )
    found = tree.shares(tree.leaves(at), own.mapping) | {EARLY: at.signed_early}
    return {name: float(value) for name, value in found.items()}


def what_if_expressions(own: Model, simulation: Simulation) -> dict[str, str]:
    """Return the same closed form as expressions of the drawing language over the names of `WHAT_IF`."""
    middle = central(own, simulation)

    def shifted(chance: str, node: str) -> str:
        ratio = float(np.exp(middle[f"{SHIFT}{node}"]))
        return f"(({chance})*{ratio!r}/(1-({chance})+({chance})*{ratio!r}))"

    def signed(day: date) -> str:
        days = own.setting.days_to(day) / dates.DAYS_PER_YEAR
        return shifted(f"share*(1-pow(1-ends,talks*{days!r}))", "signed")

    pressure = middle[PRESSURE]
    ended = f"1-pow(1-ends,talks*{own.setting.days_to(own.setting.horizon) / dates.DAYS_PER_YEAR!r})"
    names = {
        "signed_early": signed(own.setting.deadline),
        "signed": f"max({signed(own.setting.deadline)},{signed(own.setting.horizon)})",
        "rejected": shifted("vote*no", "rejected"),
        "enforced": shifted("troops", "enforced"),
        "violated_enforced_early": f"(1-pow(1-broken_enforced,{pressure!r}))",
        "violated_promise_early": f"(1-pow(1-broken_promise,{pressure!r}))",
        "violated_enforced": "broken_enforced",
        "violated_promise": "broken_promise",
        "ended": f"((1-share)*({ended})/max(1-share*({ended}),{tree.LEAST!r}))",
        "advance": shifted("advance", "advance"),
    }
    ends = tree.expressions(names)
    totals: dict[str, list[str]] = {name: [] for name in [*dict.fromkeys(own.mapping["scenario_id"]), tree.REST]}
    for leaf, scenario in zip(own.mapping["leaf_id"], own.mapping["scenario_id"], strict=True):
        totals[scenario].append(f"({ends[leaf]})")
    return {name: "+".join(parts) or "0" for name, parts in totals.items()} | {EARLY: names["signed_early"]}


def moved_by(own: Model, names: Sequence[str], *, seed: int) -> dict[str, pd.DataFrame]:
    """Return, for each chance, what each signpost would do to it if it were observed, and if its day passed without it.

    Returns
    -------
    dict of pandas.DataFrame
        ``signpost_id``, ``node``, ``now``, ``if_seen``, ``if_not``; the one that moves it most first.
    """

    def means(signs: Sequence[Sign]) -> dict[str, float]:
        found = simulate(replace(own, signs=signs), draws=SWITCH_DRAWS, seed=seed)
        return {name: found.mean(name) for name in names}

    present = means(own.signs)
    then = [
        [means([replace(sign, grade=grade) if sign == one else sign for sign in own.signs]) for grade in (1.0, 0.0)]
        for one in own.signs
    ]
    return {
        name: _most_moved(own.signs, present[name], [[found[name] for found in both] for both in then])
        for name in names
    }


def _most_moved(signs: Sequence[Sign], present: float, then: Sequence[Sequence[float]]) -> pd.DataFrame:
    rows = [(one.signpost_id, one.node, present, *both) for one, both in zip(signs, then, strict=True)]
    found = pd.DataFrame(rows, columns=["signpost_id", "node", "now", "if_seen", "if_not"])
    size = (found[["if_seen", "if_not"]].sub(found["now"], axis=0)).abs().max(axis=1)
    return (
        found.assign(size=size)
        .sort_values("size", ascending=False, kind="stable")
        .drop(columns="size")
        .reset_index(drop=True)
    )


def _with(own: Model, name: str, value: float) -> Model:
    return replace(own, inputs={**own.inputs, name: priors.fixed_at(own.inputs[name], value)})


def _pooled(rates: Sequence[ClassRate], size: int, rng: np.random.Generator) -> np.ndarray:
    """Return draws of the rate of violation: of the class that speaks, drawn by weight; anything at all where no class has a rate."""
    if not rates:
        return rng.uniform(size=size)
    which = chance.by_weight([rate.weight for rate in rates], size, rng)
    bounds = np.array([base_rate.beta_of(rate) for rate in rates])[which]
    return rng.beta(bounds[:, 0], bounds[:, 1])
