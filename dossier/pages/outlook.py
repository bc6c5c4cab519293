"""Exhibits of the forecast: the event tree, what its ends are worth, what goes into it, and what it says in sentences.

The draws are made once, in `outlook`, and shared by all exhibits of a page. Pages of one scenario use the same draws as the page that sets
the scenarios side by side, so that no number differs between them. What drives the numbers stands in `drivers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from dossier import (
    charts,
    dates,
    forecast,
    hazards,
    history,
    indicators,
    language,
    precedents,
    reference,
    scenarios,
    survival,
    tables,
    tree,
)
from dossier.data import View
from dossier.errors import DossierError
from dossier.exhibits import ChartExhibit, EntriesExhibit, Inline, TableExhibit, ref
from dossier.findings import Finding, Result
from dossier.forecast import EARLY, LATER, Model, Simulation
from dossier.pages.inputs import inputs_of

READS = ("conflict-spells", "war-durations", "hazard-classes", "reference-classes", "priors", "likelihoods", "leaf-map")
READS += ("scenarios", "signposts", "signpost-states")
DRAWS = 1_000_000
TIER, YEARS, WEIGHTS = reference.HEADLINE_TIER, precedents.HEADLINE_YEARS, reference.WEIGHTS_AS_GIVEN
REST_TITLE = "None of these"
REST_PARTS = {
    "holds": "a signed deal that holds",
    "rejected": "a deal rejected in a vote",
    "violated": "a deal that is violated",
    "ended": "an end without a signed deal",
    "advance": "a war that goes on with the advance",
    "stall": "a war that goes on without such an advance",
}
NAMED_WARS = 8  # of a class with more the number is given
NO_MODEL = "The data lack what a forecast needs"


@dataclass(frozen=True)
class Outlook:
    """The view, the model and its draws; model and draws are None where the data lack what they need."""

    view: View
    model: Model | None
    draws: int
    seed: int

    @cached_property
    def simulation(self) -> Simulation:
        """The draws; made when first asked for."""
        if self.model is None:
            raise DossierError(f"{NO_MODEL}; accepted: scenarios, classes of wars and inputs in the data")
        return forecast.simulate(self.model, draws=self.draws, seed=self.seed)

    @cached_property
    def at_neutral(self) -> Simulation:
        """Draws with every elicited input at neutral."""
        assert self.model is not None
        return forecast.simulate(forecast.neutral(self.model), draws=forecast.KEPT, seed=self.seed)

    @property
    def titles(self) -> dict[str, str]:
        """Short titles of the scenarios in the order of the narrative, and of what is none of them."""
        told = {one["scenario_id"]: str(one["short_title"]) for one in scenarios.told(self.view)}
        return {**told, tree.REST: REST_TITLE}

    @property
    def deal(self) -> str:
        """The chance of a deal that is still open: by the deadline, or by the horizon once the deadline has passed."""
        assert self.model is not None
        return EARLY if self.model.setting.deadline > self.model.setting.as_of else LATER

    @property
    def deal_day(self) -> date:
        """The day of that deal."""
        assert self.model is not None
        return self.model.setting.deadline if self.deal == EARLY else self.model.setting.horizon

    @property
    def day(self) -> str:
        """The as-of date, as in the data."""
        return self.view.as_of.isoformat()

    def named(self, name: str) -> str:
        """Return what the chance of a scenario or of a signature is called on the page."""
        if self.model is None:
            return self.titles[name]
        days = {EARLY: self.model.setting.deadline, LATER: self.model.setting.horizon}
        return f"Signed by {_short(days[name])}" if name in days else self.titles[name]

    def nothing(self) -> EntriesExhibit:
        """Return what stands in the place of an exhibit where the data lack what it needs."""
        return EntriesExhibit([], tables.own_tables(self.view, "scenarios"), self.day, empty=NO_MODEL)

    def told(self, name: str) -> str:
        """Return a chance as word, number and interval for the end of a sentence."""
        return language.told(self.simulation.mean(name), *self.simulation.interval(name))

    def spoken(self, name: str) -> str:
        """Return a chance as word, number and interval."""
        return language.spoken(self.simulation.mean(name), *self.simulation.interval(name))


def outlook(view: View, *, began: str, deadline: str, until: str, draws: int, seed: int) -> Outlook:
    """Return the model and its draws for a page.

    Parameters
    ----------
    began, deadline, until
        ISO days: the first day of the war, the deadline, and the last day by which a deal counts.
    """
    if draws < 1:
        raise DossierError(f"draws {draws}; accepted: at least one")
    own = forecast.model(
        view, war_began=began, deadline=deadline, horizon=until, years=YEARS, tier=TIER, weights=WEIGHTS, seed=seed
    )
    return Outlook(view, own, draws, seed)


def findings(own: Outlook) -> list[Finding]:
    """Return what the forecast says, one sentence a finding."""
    if own.model is None:
        return [_finding(own, "deal", None, "not told", f"No chance of a deal is told. {NO_MODEL}.", "forecast.model")]
    return [
        _deal(own),
        *_broken(own),
        _precision(own),
        _neutral(own),
        _confidence(own),
        _drivers(own),
        *_judgement(own),
    ]


def results(own: Outlook) -> list[Result]:
    """Return the probability of every scenario and of none of them, to be compared between editions."""
    if own.model is None:
        return []
    means = {name: own.simulation.mean(name) for name in own.titles if name in own.simulation.chances}
    return [
        Result(
            "probability",
            f"scenario-{name}",
            own.titles[name],
            round(mean, 4),
            language.percent(mean),
            "sec-scenarios-evidence" if name == tree.REST else f"scn-{name}",
            digits=2,
        )
        for name, mean in means.items()
    ]


def headline(own: Outlook) -> Finding:
    """Return the probabilities of all scenarios in one sentence, or why there are none."""
    if own.model is None:
        sentence = f"This edition gives no probability for any scenario. {NO_MODEL}."
        return _finding(own, "probability", None, "no probability", sentence, "forecast.model")
    means = {name: own.simulation.mean(name) for name in own.titles if name in own.simulation.chances}
    told = [f"“{own.titles[name]}” {language.percent(value)}" for name, value in means.items() if name != tree.REST]
    rest = language.percent(means.get(tree.REST, 0.0))
    sentence = f"By scenario: {'; '.join(told)}; none of them {rest}. For this count each future goes to one scenario or to none."
    likeliest = max((name for name in means if name != tree.REST), key=lambda name: means[name], default=tree.REST)
    text = f"{language.percent(means[likeliest])} for the likeliest of {tables.counted(len(told), 'scenario')}"
    return _finding(own, "probability", means[likeliest], text, sentence, "forecast.simulate")


def of_scenario(own: Outlook, scenario_id: str) -> list[Finding]:
    """Return the finding on the probability of one scenario, for its own page."""
    if own.model is None or scenario_id not in own.simulation.chances:
        return []
    wider = own.simulation.readings.get(scenario_id, 0.0)
    mean = own.simulation.mean(scenario_id)
    more = language.percent(wider) != language.percent(mean) and wider > mean
    more = f" Read more widely, with ends that belong to another scenario, {language.percent(wider)}." if more else ""
    sentence = f"Chance of what the event tree counts for it: {own.told(scenario_id)}.{more} The account as a whole, with all its details, is less likely."
    if mean == 0 and own.deal != EARLY:
        sentence = f"Its deadline, {_short(own.model.setting.deadline)}, has passed without what the event tree counts for it: the chance is {own.told(scenario_id)}.{more}"
    found = Finding(
        f"fnd-{scenario_id}-probability",
        mean,
        language.percent(mean),
        sentence,
        f"scn-{scenario_id}-evidence",
        "dossier.forecast.simulate",
        own.day,
        unit="share",
        digits=2,
        tables=READS,
    )
    return [found]


def tree_table(own: Outlook) -> TableExhibit:
    """Return the ends of the event tree: the chance of each, and which scenario it belongs to."""
    mapping = tree.leaf_map(own.view)
    titles = own.titles
    cells: list[list[Inline]] = []
    for row in mapping.itertuples() if own.model else ():
        mine: Inline = (
            ref(titles[row.scenario_id], f"scn-{row.scenario_id}") if row.scenario_id != tree.REST else REST_TITLE
        )
        others = "; ".join(titles[name] for name in row.overlapping if name in titles)
        cells.append(
            [row.words, language.percent(own.simulation.leaves[row.leaf_id]), mine, others or tables.NOTHING, row.why]
        )
    total = language.percent(sum(own.simulation.leaves[leaf] for leaf in tree.LEAVES)) if own.model else "0 %"
    return TableExhibit(
        label="tbl-scenarios-tree",
        title=f"{len(cells)} ends of the event tree, {total} together"
        if cells
        else f"No event tree: {NO_MODEL.lower()}",
        columns=tables.columns("End", "Chance", "Counted for", "Could also be read as", "Why", numbers=["Chance"]),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "leaf-map", "priors", "conflict-spells", sources="sources at each input"),
        as_of=own.day,
        note=_days_note(own),
    )


def shares(own: Outlook, *, label: str = "fig-scenarios-probabilities") -> ChartExhibit | EntriesExhibit:
    """Return the probability of every scenario, of none of them and of a signature, over the words for them."""
    if own.model is None:
        return own.nothing()
    names = [*(name for name in own.titles if name in own.simulation.chances), EARLY, LATER]
    named = {
        **own.titles,
        EARLY: f"Signed by {_short(own.model.setting.deadline)}",
        LATER: f"Signed by {_short(own.model.setting.horizon)}",
    }
    rows = pd.DataFrame([_row(own, name, named[name]) for name in names])
    marks = pd.DataFrame(
        [{"label": named[name], "kind": "elicited at neutral", "value": own.at_neutral.mean(name)} for name in names]
    )
    bands = pd.DataFrame([{"word": band.word, "low": band.low, "high": band.high} for band in language.BANDS])
    axis = "probability"
    wide, narrow = (
        charts.finish(charts.probabilities(rows, marks, bands, axis_title=axis, narrow=form)) for form in (False, True)
    )
    listed = "; ".join(f"{row.label} {language.percent(row.mean)}" for row in rows.itertuples())
    return ChartExhibit(
        label=label,
        spec=wide,
        narrow=narrow,
        title=_shares_title(own),
        subtitle=f"Probability of each scenario and of a signature (%), with 50 and 90 % intervals, as of {tables.day(own.day)}",
        alt=f"Dot chart with intervals over bands for the words of probability: {listed}. {_shares_title(own)}.",
        reading=(
            "Circles are means over the draws, thick lines the middle half of them, thin lines 90 %. Shaded bands are every other word of the scale, from almost no chance to "
            "almost certain. Diamonds: the same with every elicited input at neutral and signposts left aside."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=own.day,
        table=_share_table(own, names, named),
    )


def hazards_table(own: Outlook) -> TableExhibit:
    """Return how often wars as long as this one ended, by class, and what that makes of the time to the deadline."""
    classes = hazards.classes(own.view) if own.model else []
    cells = [_hazard_row(own, *pair) for pair in zip(classes, own.model.hazards if own.model else [], strict=True)]
    days = own.model.setting.days_to(own.deal_day) if own.model else 0
    by = f"Chance to end by {_short(own.deal_day)}" if own.model else "Chance to end"
    heads = ["At risk", f"Ended within {days} days", "Ended in all", "Days at risk", by]
    return TableExhibit(
        label="tbl-scenarios-hazards",
        title=_hazards_title(own, cells),
        columns=tables.columns("Class", *heads, "Which", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            own.view, "hazard-classes", "conflict-spells", "war-durations", sources="sources at each set"
        ),
        as_of=own.day,
        note=(
            "At risk: conflicts that lasted longer than this war had on the day; days at risk: how long they went on beyond that length, together. The chance is the median, with 90 %, "
            "before talks or anything else is counted, if wars do not age: the same chance each day, from all that ended in all the days at risk. It is given in tenths, to be compared with the counts. "
            f"{_shape_words(own.view)} A class of weight 0 is shown for comparison."
        ),
    )


def _hazard_row(own: Outlook, one: hazards.HazardClass, found: hazards.Hazard) -> list[Inline]:
    setting = own.model.setting
    days = setting.days_to(own.deal_day)
    soon = hazards.ended_soon(own.view, one, after_days=_lasted(own), within_days=days)
    low, middle, high = (found.ended_within(days, quantile=q) * 100 for q in (0.05, 0.5, 0.95))
    chance = f"{middle:.1f} % ({low:.1f}–{high:.1f} %)" if found.days else "nothing known"
    count = len(found.at_risk)
    named = "; ".join(found.at_risk) if count <= NAMED_WARS else tables.counted(count, "conflict")
    counts = [str(count), str(soon), str(found.ends), tables.number(found.days)]
    return [f"{found.title} (weight {found.weight:g})", *counts, chance, named]


def _hazards_title(own: Outlook, cells: list[list[Inline]]) -> str:
    speaking = [row for row, one in zip(cells, own.model.hazards if own.model else [], strict=True) if one.speaks]
    if not speaking:
        return "No class of wars to compare with"
    days = own.model.setting.days_to(own.deal_day)
    counts = " and ".join(f"{row[2]} of {row[1]}" for row in speaking)
    return f"Of conflicts that went on beyond {tables.number(_lasted(own))} days, {counts} ended within the next {days}"


def _lasted(own: Outlook) -> int:
    return (own.model.setting.as_of - own.model.setting.war_began).days


def _shape_words(view: View) -> str:
    """Return how far lengths of wars speak against that, by the shape of the Weibull distribution that fits them."""
    days = view["war-durations"]["days"].to_numpy(dtype=float)
    if len(days) < survival.ENOUGH:
        return ""
    shape, error = survival.weibull_shape(days)
    return f"The lengths of {len(days)} wars give a Weibull shape of {shape:.2f} (standard error {error:.2f}); 1 would mean that wars do not age."


def inputs(own: Outlook) -> EntriesExhibit:
    """Return the inputs of the tree, elicited ones marked."""
    return inputs_of(own.view, [name for name in forecast.INPUTS if name not in RATES])


RATES = (forecast.RATIO, forecast.TRANSPORT, forecast.ALREADY)  # told on the page of the rates


def _row(own: Outlook, name: str, label: str) -> dict[str, object]:
    low, high = own.simulation.interval(name)
    inner_low, inner_high = own.simulation.interval(name, level=0.5)
    mean = own.simulation.mean(name)
    return {"label": label, "mean": mean, "low": low, "high": high, "inner_low": inner_low, "inner_high": inner_high}


def _share_table(own: Outlook, names: list[str], label: Mapping[str, str]) -> TableExhibit:
    cells = [
        [
            label[name],
            language.words(own.simulation.mean(name), *own.simulation.interval(name)),
            language.percent(own.simulation.mean(name)),
            language.bounds(*own.simulation.interval(name)),
            language.percent(own.simulation.readings[name]) if name in own.simulation.readings else tables.NOTHING,
            language.percent(own.at_neutral.mean(name)),
            f"{own.simulation.error(name) * 100:.3f}",
        ]
        for name in names
    ]
    heads = ["Probability", "90 % interval", "Read more widely", "Elicited at neutral", "Error of drawing (points)"]
    return TableExhibit(
        label="tbl-scenarios-probabilities",
        title=_shares_title(own),
        columns=tables.columns("What", "In words", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=own.day,
        note=(
            "Read more widely: with ends that are counted for another scenario but could be read as this one; these overlap. The error of drawing says how far the mean could be off because "
            "only so many draws were made; the interval says how little is known."
        ),
    )


def _shares_title(own: Outlook) -> str:
    means = {name: own.simulation.mean(name) for name in own.titles if name in own.simulation.chances}
    first = max(means, key=lambda name: means[name])
    return f"{own.titles[first]}: {language.percent(means[first])}, the likeliest; a deal by {_short(own.deal_day)} {language.percent(own.simulation.mean(own.deal))}"


def _widest(own: Outlook) -> str:
    """Return the scenario of the narrative that is likeliest: the headline whose assumptions matter most."""
    known = [name for name in own.titles if name in own.simulation.chances and name != tree.REST]
    return max(known, key=own.simulation.mean, default=EARLY)


def _short(day: date) -> str:
    return dates.written(day.isoformat())


def _days_note(own: Outlook) -> str:
    if own.model is None:
        return f"{NO_MODEL}."
    setting = own.model.setting
    return f"The deadline is {_short(setting.deadline)}, the horizon {_short(setting.horizon)}; violated means a {setting.tier} within {setting.years} years of the signature, by whichever side. Means over the draws, whole points."


def _finding(own: Outlook, name: str, value: float | str | None, text: str, sentence: str, function: str) -> Finding:
    unit = {"unit": "share", "digits": 2} if isinstance(value, float) else {}
    return Finding(
        f"fnd-scenarios-{name}",
        value,
        text,
        sentence,
        "sec-scenarios-evidence",
        f"dossier.{function}",
        own.day,
        tables=READS,
        **unit,
    )


def _deal(own: Outlook) -> Finding:
    setting = own.model.setting
    sentence = (
        f"Chance of a deal signed by {_short(setting.deadline)}: {own.told(EARLY)}; by {_short(setting.horizon)}: {own.told(LATER)}."
        if setting.deadline > setting.as_of
        else f"The deadline of {_short(setting.deadline)} has passed. Chance of a deal signed by {_short(setting.horizon)}: {own.told(LATER)}."
    )
    later = f"{own.spoken(LATER)} by {_short(setting.horizon)}"
    early = f"{own.spoken(EARLY)} by {_short(setting.deadline)}; " if setting.deadline > setting.as_of else ""
    # the value is that by the horizon, which is the same event in every edition
    found = _finding(own, "deal", own.simulation.mean(LATER), early + later, sentence, "forecast.simulate")
    arrow, reason = _course_of_deal(own)
    return replace(found, arrow=arrow, reason=reason)


def _course_of_deal(own: Outlook) -> tuple[str, str]:
    """Return which way the chance of a deal by the horizon has moved, computed anew for the earlier day, and the reason in a line."""
    told_from = min(dates.last_day(day) for day in own.view["priors"]["applies_from"])
    then = history.view_before(own.view, months=indicators.GLANCE_MONTHS, first=told_from)
    setting = own.model.setting
    days = {name: getattr(setting, name).isoformat() for name in ("war_began", "deadline", "horizon")}
    model = then and forecast.model(then, **days, years=YEARS, tier=TIER, weights=WEIGHTS, seed=own.seed)
    if not model:
        return "none", "told for the first time"
    before = forecast.simulate(model, draws=forecast.KEPT, seed=own.seed).mean(LATER)
    present = own.simulation.mean(LATER)
    words = (
        f"{language.percent(before)} on {_short(then.as_of)} for {_short(setting.horizon)}, computed in the same way"
    )
    return indicators.direction_of_share(before, present), words


def _broken(own: Outlook) -> list[Finding]:
    """Signed and violated together, and violated if signed: two numbers that are easily taken for each other."""
    leaves = own.simulation.leaves
    kept = sum(share for leaf, share in leaves.items() if leaf.endswith(("holds", "violated")))
    violated = sum(share for leaf, share in leaves.items() if leaf.endswith("violated"))
    if kept <= 0:
        return []
    share, setting = violated / kept, own.model.setting
    sentence = (
        f"Of deals that are signed by {_short(setting.horizon)} and not rejected, {language.percent(share)} are violated within {setting.years} years ({setting.tier}); signed and "
        f"violated together, {language.percent(violated)}; signed and holding, {language.percent(kept - violated)}."
    )
    return [_finding(own, "broken", share, language.percent(share), sentence, "forecast.simulate")]


def _precision(own: Outlook) -> Finding:
    name = _widest(own)
    low, high = own.simulation.interval(name)
    error = own.simulation.error(name) * 100
    sentence = (
        f"{tables.number(own.simulation.draws)} draws leave an error of {error:.2f} points in “{own.titles[name]}”; the interval of what is not known spans "
        f"{(high - low) * 100:.0f} points. More draws would not make it better known."
    )
    return _finding(own, "precision", round(error, 3), f"{error:.2f} points", sentence, "forecast.simulate")


def _neutral(own: Outlook) -> Finding:
    inputs = own.model.inputs.values()
    judged = sum(one.elicited for one in inputs)
    weighed = len({(sign.signpost_id, sign.node) for sign in own.model.signs})
    name = _widest(own)
    sentence = (
        f"Beside the rates counted from data, {judged} of {len(list(inputs))} inputs and all {weighed} likelihoods of signposts are elicited from one person. With every one of them at neutral, a deal by {_short(own.deal_day)} is "
        f"{language.percent(own.at_neutral.mean(own.deal))} and “{own.titles[name]}” {language.percent(own.at_neutral.mean(name))}."
    )
    return _finding(own, "elicited", float(judged), str(judged), sentence, "forecast.neutral")


def _confidence(own: Outlook) -> Finding:
    judged = sum(one.elicited for one in own.model.inputs.values()) / len(own.model.inputs)
    wide, speaking = len(own.model.rates) >= 3, sum(one.speaks for one in own.model.hazards)
    word = "high" if judged <= 0.25 and wide and speaking >= 2 else "moderate" if judged <= 0.5 and wide else "low"
    sentence = (
        f"Confidence in these numbers is {word}: {language.percent(judged)} of the inputs beside the rates are judgements of one person, made after the events could be known; "
        f"{tables.counted(len(own.model.rates), 'reference class', 'reference classes')} and {tables.counted(speaking, 'class of wars', 'classes of wars')} speak."
    )
    return _finding(own, "confidence", word, word, sentence, "pages.outlook.findings")


def _drivers(own: Outlook) -> Finding:
    found = list(own.simulation.drivers(own.deal).items())[:3]
    named = {**forecast.TITLES, **{name: one.short_title for name, one in own.model.inputs.items()}}
    listed = "; ".join(f"“{named[name]}” {language.percent(share)}" for name, share in found)
    sentence = f"What is not known about a deal by {_short(own.deal_day)} comes mostly from: {listed} of the variance."
    return _finding(own, "drivers", listed, listed, sentence, "sensitivity.variance_shares")


def _judgement(own: Outlook) -> list[Finding]:
    """A conjunction feels likelier than it is: say the product."""
    told = [name for name in own.titles if name in own.simulation.chances and name != tree.REST]
    if not told:
        return []
    together = sum(own.simulation.mean(name) for name in told)
    mapping = tree.leaf_map(own.view)
    rest = mapping[mapping["scenario_id"] == tree.REST]
    parts = {
        words: sum(own.simulation.leaves[leaf] for leaf in rest["leaf_id"] if leaf.endswith(ends))
        for ends, words in REST_PARTS.items()
    }
    listed = ", ".join(f"{words} {language.percent(share)}" for words, share in parts.items() if share > 0)
    sentence = f"All {len(told)} scenarios of the narrative together: {language.percent(together)}. None of them: {own.told(tree.REST)}; of it {listed}."
    return [
        _finding(
            own,
            "none",
            own.simulation.mean(tree.REST),
            language.percent(own.simulation.mean(tree.REST)),
            sentence,
            "tree.shares",
        )
    ]
