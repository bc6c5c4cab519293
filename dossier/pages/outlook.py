"""Exhibits of the forecast: the event tree, what its ends are worth, what drives them, what would change our mind.

The draws are made once, in `outlook`, and shared by all exhibits of a page. Pages of one scenario use the same draws as the page that sets
the scenarios side by side, so that no number differs between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from dossier import (
    charts,
    dates,
    forecast,
    hazards,
    language,
    precedents,
    reference,
    scenarios,
    survival,
    tables,
    tree,
    updating,
)
from dossier.data import View
from dossier.errors import DossierError
from dossier.exhibits import ChartExhibit, EntriesExhibit, Inline, TableExhibit, ref
from dossier.findings import Finding
from dossier.forecast import EARLY, LATER, Model, Simulation
from dossier.pages.inputs import inputs_of

READS = ("conflict-spells", "war-durations", "hazard-classes", "reference-classes", "priors", "likelihoods", "leaf-map")
READS += ("scenarios", "signposts", "signpost-states")
DRAWS = 1_000_000
TIER, YEARS, WEIGHTS = reference.HEADLINE_TIER, precedents.HEADLINE_YEARS, reference.WEIGHTS_AS_GIVEN
REST_TITLE = "None of these"
SLIDERS = {
    "ends": ("A war like this ends within a year", 0.0, 0.9, 0.01),
    "talks": ("Times as likely while talks go on", 0.5, 10.0, 0.1),
    "share": ("Ends that are a signed settlement", 0.0, 1.0, 0.01),
    "vote": ("Signed terms are put to a vote", 0.0, 1.0, 0.01),
    "no": ("The vote says no", 0.0, 1.0, 0.01),
    "troops": ("A deal comes with troops", 0.0, 1.0, 0.01),
    "broken_enforced": ("Violated, with troops", 0.0, 1.0, 0.01),
    "broken_promise": ("Violated, a promise alone", 0.0, 1.0, 0.01),
    "advance": ("Advance, if nothing is signed", 0.0, 1.0, 0.01),
}
REST_PARTS = {
    "holds": "a signed deal that holds",
    "rejected": "a deal rejected in a vote",
    "violated": "a deal that is violated",
    "ended": "an end without a signed deal",
    "advance": "a war that goes on with the advance",
    "stall": "a war that goes on without such an advance",
}
NODE_WORDS = {
    "signed": "a deal is signed",
    "enforced": "troops come with it",
    "rejected": "a vote rejects it",
    "advance": "the advance goes on",
}
BARS = 10  # of the tornado
LEAST_MOVE = 0.005  # a signpost that moves a chance by less is not named
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
    sentence = f"Chance that it comes true: {own.told(scenario_id)}.{more}"
    found = Finding(
        f"fnd-{scenario_id}-probability",
        mean,
        language.percent(mean),
        sentence,
        f"scn-{scenario_id}-evidence",
        "dossier.forecast.simulate",
        _day(own),
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
        as_of=_day(own),
        note=_days_note(own),
    )


def shares(own: Outlook) -> ChartExhibit | EntriesExhibit:
    """Return the probability of every scenario, of none of them and of a signature, over the words for them."""
    if own.model is None:
        return _nothing(own)
    names = [*(name for name in own.titles if name in own.simulation.chances), EARLY, LATER]
    label = {
        **own.titles,
        EARLY: f"Signed by {_short(own.model.setting.deadline)}",
        LATER: f"Signed by {_short(own.model.setting.horizon)}",
    }
    rows = pd.DataFrame([_row(own, name, label[name]) for name in names])
    marks = pd.DataFrame(
        [{"label": label[name], "kind": "elicited at neutral", "value": own.at_neutral.mean(name)} for name in names]
    )
    bands = pd.DataFrame([{"word": band.word, "low": band.low, "high": band.high} for band in language.BANDS])
    axis = "probability"
    wide, narrow = (
        charts.finish(charts.probabilities(rows, marks, bands, axis_title=axis, narrow=form)) for form in (False, True)
    )
    listed = "; ".join(f"{row.label} {language.percent(row.mean)}" for row in rows.itertuples())
    return ChartExhibit(
        label="fig-scenarios-probabilities",
        spec=wide,
        narrow=narrow,
        title=_shares_title(own),
        subtitle=f"Probability of each scenario and of a signature, with 50 and 90 % intervals, as of {tables.day(_day(own))}",
        alt=f"Dot chart with intervals over bands for the words of probability: {listed}.",
        reading=(
            "Circles are means over the draws, thick lines the middle half of them, thin lines 90 %. Shaded bands are every other word of the scale, from almost no chance to "
            "almost certain. Diamonds: the same with every elicited input at neutral and signposts left aside."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=_day(own),
        table=_share_table(own, names, label),
    )


def hazards_table(own: Outlook) -> TableExhibit:
    """Return how often wars as long as this one ended, by class, and what that makes of the time to the deadline."""
    found = own.model.hazards if own.model else []
    setting = own.model.setting if own.model else None
    cells: list[list[Inline]] = []
    for one in found:
        days = setting.days_to(own.deal_day)
        low, middle, high = (one.ended_within(days, quantile=q) for q in (0.05, 0.5, 0.95))
        spoken = f"{middle * 100:.1f} % ({low * 100:.1f}–{high * 100:.1f} %)"
        named = "; ".join(one.at_risk) if len(one.at_risk) <= 8 else tables.counted(len(one.at_risk), "war")
        cells.append(
            [one.title, str(len(one.at_risk)), str(one.ends), tables.number(one.days), spoken, f"{one.weight:g}", named]
        )
    heads = ["At risk", "Ended", "Days", f"Ends by {_short(own.deal_day)}" if setting else "Ends", "Weight"]
    lasted = (setting.as_of - setting.war_began).days if setting else 0
    return TableExhibit(
        label="tbl-scenarios-hazards",
        title=_hazards_title(own, lasted),
        columns=tables.columns("Class of wars", *heads, "Which", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            own.view, "hazard-classes", "conflict-spells", "war-durations", sources="sources at each set"
        ),
        as_of=_day(own),
        note=(
            "At risk: wars that lasted longer than this one had on the day; days: how long they went on beyond that length, together. Median and 90 % of the chance that such a war "
            "ends by the day named, before talks or anything else is counted, if wars do not age: the chance a day is the same all the time. "
            f"{_shape_words(own.view)} A class without a weight is shown for comparison."
        ),
    )


def _hazards_title(own: Outlook, lasted: int) -> str:
    if own.model is None:
        return "No class of wars to compare with"
    days = own.model.setting.days_to(own.deal_day)
    counts = [
        f"{hazards.ended_soon(own.view, one, after_days=lasted, within_days=days)} of {len(found.at_risk)}"
        for one, found in zip(hazards.classes(own.view), own.model.hazards, strict=True)
        if found.speaks
    ]
    return (
        f"Of wars that went on beyond {tables.number(lasted)} days, {' and '.join(counts)} ended within the next {days}"
    )


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


def deal_drivers(own: Outlook) -> ChartExhibit | EntriesExhibit:
    """Return how far one input at a time moves the chance of a deal that is still open."""
    return drivers(own, own.deal, label="scenarios-drivers") if own.model else _nothing(own)


def drivers(own: Outlook, name: str, *, label: str) -> ChartExhibit | EntriesExhibit:
    """Return how far one input at a time moves a chance, widest first, with its share of the variance."""
    if own.model is None:
        return _nothing(own)
    rows = forecast.tornado(own.model, own.simulation, name)
    variance = own.simulation.drivers(name)
    rows = rows.assign(variance=[variance.get(one, 0.0) for one in rows["input"]])
    rows = rows[rows["swing"] > 0].head(BARS)
    if rows.empty:
        return _nothing(own)
    what = _named(own, name)
    wide, narrow = (charts.finish(charts.tornado(rows, axis_title="chance", narrow=form)) for form in (False, True))
    top = rows.iloc[0]
    listed = "; ".join(
        f"{row.title}: {language.percent(row.at_low)} to {language.percent(row.at_high)}" for row in rows.itertuples()
    )
    return ChartExhibit(
        label=f"fig-{label}",
        spec=wide,
        narrow=narrow,
        title=f"{what}: what moves it most is “{top['title']}”",
        subtitle="The chance when one input goes from its 5 % to its 95 % quantile, the others at their medians",
        alt=f"Bars, widest first, of how far each input moves the chance: {listed}.",
        reading=(
            "A bar runs from the chance at the input's 5 % quantile to that at its 95 % quantile; the line is the chance with all inputs at their medians, which is not the mean. "
            "Ochre bars are judgements. The table adds what share of the variance each input alone brings."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=_day(own),
        table=_tornado_table(own, rows, label),
    )


def switches(own: Outlook) -> TableExhibit:
    """Return the probabilities when one structural choice at a time is made otherwise."""
    cells: list[list[Inline]] = []
    chances: list[float] = []
    names = [*(name for name in own.titles if own.model and name in own.simulation.chances), EARLY, LATER]
    if own.model:
        chances.append(own.simulation.mean(own.deal))
        cells.append(["as it is", *(language.percent(own.simulation.mean(name)) for name in names)])

        def rates(tier: str) -> list:
            return forecast.class_rates(own.view, years=YEARS, tier=tier, weights=WEIGHTS, seed=own.seed)

        titles = {one.class_id: one.short_title for one in reference.classes(own.view)}
        for words, changed in forecast.switches(own.model, rates, list(reference.TIERS), titles):
            found = forecast.simulate(changed, draws=forecast.SWITCH_DRAWS, seed=own.seed)
            chances.append(found.mean(own.deal))
            cells.append([words, *(language.percent(found.mean(name)) for name in names)])
    heads = [{**own.titles, EARLY: "Signed by the deadline", LATER: "Signed by the horizon"}[name] for name in names]
    return TableExhibit(
        label="tbl-scenarios-switches",
        title=_switch_title(own, chances),
        columns=tables.columns("What is changed", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            own.view, "priors", "hazard-classes", "reference-classes", sources="sources at each input"
        ),
        as_of=_day(own),
        note=f"Each row from {tables.number(forecast.SWITCH_DRAWS)} draws; differences of a point can be chance.",
    )


def _switch_title(own: Outlook, chances: list[float]) -> str:
    if not chances:
        return f"No probabilities: {NO_MODEL.lower()}"
    lowest, highest = language.percent(min(chances)), language.percent(max(chances))
    return f"One choice changed at a time: a deal by {_short(own.deal_day)} between {lowest} and {highest}"


def minds(own: Outlook) -> TableExhibit:
    """Return for each headline what evidence would carry it to the next word, and which signpost comes nearest."""
    cells: list[list[Inline]] = []
    texts = own.view["signposts"].set_index("signpost_id")
    names = [*(name for name in own.titles if own.model and name in own.simulation.chances), EARLY] if own.model else []
    for name in names:
        mean = own.simulation.mean(name)
        steps = language.to_next_band(mean)
        moved = forecast.moved_by(own.model, name, seed=own.seed)
        cells.append(
            [
                _named(own, name),
                f"{language.percent(mean)}, {language.word(round(mean, 2))}",
                _step(steps.up),
                _mover(moved, texts, up=True),
                _step(steps.down),
                _mover(moved, texts, up=False),
            ]
        )
    heads = (
        "Next word up: ratio needed",
        "Signpost that raises it most, due",
        "Next word down: ratio needed",
        "Signpost that lowers it most, due",
    )
    return TableExhibit(
        label="tbl-scenarios-minds",
        title=_minds_title(own, names),
        columns=tables.columns("What", "Now", *heads),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "signposts", "likelihoods", sources="the likelihoods are judged"),
        as_of=_day(own),
        note=(
            "The ratio needed is that of the odds at the edge of the next word to the odds now: evidence so many times as likely if it comes true as if it does not. For the signposts: "
            "the probability if it were observed, or if its day passed without it, all else as it stands. A signpost that is due after the deadline bears on a deal by it only if it comes in time."
        ),
    )


def _minds_title(own: Outlook, names: list[str]) -> str:
    """Return which headline is nearest to another word, by the evidence that it would take."""
    found = []
    for name in names:
        steps = language.to_next_band(own.simulation.mean(name))
        found += [
            (abs(math.log(step.ratio)), step, name)
            for step in (steps.up, steps.down)
            if step and 0 < step.ratio < math.inf
        ]
    if not found:
        return "What would change our mind: nothing is told"
    _, step, name = min(found, key=lambda one: one[0])
    return f"What would change our mind: “{_named(own, name)}” is nearest to another word, {step.word}, at a ratio of {step.ratio:.2g}"


def signs_table(own: Outlook) -> TableExhibit:
    """Return the judged likelihoods of the signposts, their ratios, and how far each moves the odds today."""
    rows = updating.told(own.view)
    texts = own.view["signposts"].set_index("signpost_id")["observable"]
    why = own.view["likelihoods"].set_index(["signpost_id", "node"])["why"]
    cells: list[list[Inline]] = [
        [
            ref(texts[row.signpost_id], f"scn-{row.signpost_id}"),
            NODE_WORDS[row.node],
            f"{row.if_true * 100:.0f} / {row.if_not * 100:.0f} %",
            f"{row.ratio_seen:.2g}",
            f"{row.ratio_unseen:.2g}",
            "not due" if pd.isna(row.grade) else f"× {row.moves:.2g}",
            why[(row.signpost_id, row.node)],
        ]
        for row in rows.itertuples()
    ]
    moving = int((rows["moves"] != 1).sum()) if len(rows) else 0
    heads = ["Chance if it comes true / if not", "Ratio if seen", "If not seen", "Moves the odds now"]
    return TableExhibit(
        label="tbl-scenarios-likelihoods",
        title=f"{moving} of {tables.counted(len(rows), 'signpost with judged likelihoods', 'signposts with judged likelihoods')} move the odds on the day",
        columns=tables.columns("Signpost", "Node", *heads, "Why", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "likelihoods", sources="judged, no source"),
        as_of=_day(own),
        note=(
            f"Most likely values; lower and higher ones are drawn. Signposts of one group count for less together; all of a node's signposts may not move its odds by more than a factor of {updating.CAP:g}. "
            "A signpost seen in part moves the odds half as far, on the scale of logarithms."
        ),
    )


def assumptions(own: Outlook) -> TableExhibit:
    """Return the key assumptions, each with the parameter that holds it and the chance that it moves farthest."""
    swings: dict[str, tuple[float, str]] = {}
    if own.model:
        for name in [*(name for name in own.titles if name in own.simulation.chances), EARLY]:
            for row in forecast.tornado(own.model, own.simulation, name).to_dict("records"):
                swings[row["input"]] = max(swings.get(row["input"], (0.0, name)), (row["swing"], name))
    cells: list[list[Inline]] = [
        [
            words,
            held,
            f"{swings[key][0] * 100:.0f}" if key in swings else "by definition",
            _named(own, swings[key][1]) if key in swings else tables.NOTHING,
        ]
        for words, held, key in ASSUMPTIONS
        if own.model
    ]
    return TableExhibit(
        label="tbl-scenarios-assumptions",
        title=f"{tables.counted(len(cells), 'key assumption')}, each with the parameter that holds it and the bar that shows it",
        columns=tables.columns(
            "Assumption", "Held by", "Swing (points)", "Of the chance of", numbers=["Swing (points)"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(
            own.view, "priors", "hazard-classes", "reference-classes", sources="sources at each input"
        ),
        as_of=_day(own),
        note="Swing: how far the chance that it moves most goes when the parameter runs from its 5 % to its 95 % quantile, the others at their medians. What holds by definition is tested by the switches instead.",
    )


ASSUMPTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "This war ends with the chance of other wars that had lasted as long; it does not age.",
        "classes of wars",
        forecast.DAILY,
    ),
    ("Negotiations make an end likelier by a factor, the same all the time.", forecast.TALKS, forecast.TALKS),
    ("A fixed share of ends are signed settlements.", forecast.SIGNED_SHARE, forecast.SIGNED_SHARE),
    (
        "Signed terms may be put to a vote, whose result does not depend on the terms.",
        f"{forecast.VOTE}; {forecast.REJECTS}",
        forecast.REJECTS,
    ),
    ("Whether troops come does not depend on when a deal is signed.", forecast.ENFORCED, forecast.ENFORCED),
    (
        "Past settlements between states tell how often this one would be violated.",
        "reference classes and their weights",
        forecast.POOLED,
    ),
    ("A part of the effect of enforcement in wars inside states carries over.", forecast.TRANSPORT, forecast.TRANSPORT),
    ("A deal signed under a deadline is violated sooner.", forecast.PRESSURE, forecast.PRESSURE),
    ("Without a deal the pace of the front is settled apart from the talks.", forecast.ADVANCE, forecast.ADVANCE),
    ("Inputs are independent of one another.", "the model", ""),
)


def what_if(own: Outlook) -> ChartExhibit | EntriesExhibit:
    """Return the tree as a chart whose inputs a reader can set."""
    if own.model is None:
        return _nothing(own)
    start = what_if_start(own)
    found = forecast.what_if(own.model, own.simulation, start)
    written = forecast.what_if_expressions(own.model, own.simulation)
    label = {**own.titles, EARLY: "Signed by the deadline"}
    names = [name for name in label if name in found]
    rows = pd.DataFrame([{"label": label[name], "expression": written[name], "share": found[name]} for name in names])
    sliders = [
        charts.Slider(name, title, low, high, step, start[name]) for name, (title, low, high, step) in SLIDERS.items()
    ]
    wide, narrow = (
        charts.finish(charts.what_if(rows, sliders, axis_title="chance", narrow=form)) for form in (False, True)
    )
    listed = "; ".join(f"{row.label} {language.percent(row.share)}" for row in rows.itertuples())
    return ChartExhibit(
        label="fig-scenarios-what-if",
        spec=wide,
        narrow=narrow,
        title="What if? Set the inputs, and the chances follow",
        subtitle="The event tree with one value for every input; at first each stands at its median",
        alt=f"Bars of the chance of each scenario: {listed}. Sliders set the inputs of the event tree.",
        reading=(
            "One value for each input gives one value for each chance, without uncertainty; with all at their medians these are not the means told above. Signposts "
            "and the effect of a deadline on violations stay as they are."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=_day(own),
        table=_what_if_table(own, rows),
    )


def what_if_start(own: Outlook) -> dict[str, float]:
    """Return the values that the sliders show at first: the medians, within the bounds and to the step of each slider."""
    values = forecast.what_if_values(own.model, own.simulation)
    return {
        name: round(min(max(round(values[name] / step) * step, low), high), 4)
        for name, (_, low, high, step) in SLIDERS.items()
    }


def _what_if_table(own: Outlook, rows: pd.DataFrame) -> TableExhibit:
    cells = [[row.label, language.percent(row.share)] for row in rows.itertuples()]
    return TableExhibit(
        label="tbl-scenarios-what-if",
        title="The chances with every input at its median",
        columns=tables.columns("What", "Chance", numbers=["Chance"]),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "priors", sources="sources at each input"),
        as_of=_day(own),
    )


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
            _bounds(*own.simulation.interval(name)),
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
        as_of=_day(own),
        note=(
            "Read more widely: with ends that are counted for another scenario but could be read as this one; these overlap. The error of drawing says how far the mean could be off because "
            "only so many draws were made; the interval says how little is known."
        ),
    )


def _tornado_table(own: Outlook, rows: pd.DataFrame, label: str) -> TableExhibit:
    cells = [
        [
            row.title,
            "elicited" if row.elicited else "from data",
            f"{row.low_value:.3g} to {row.high_value:.3g}",
            language.percent(row.at_low),
            language.percent(row.at_high),
            language.percent(row.variance),
        ]
        for row in rows.itertuples()
    ]
    heads = ["At its 5 %", "At its 95 %", "Of the variance"]
    return TableExhibit(
        label=f"tbl-{label}",
        title="One input at a time",
        columns=tables.columns("Input", "Standing", "From, to", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "priors", sources="sources at each input"),
        as_of=_day(own),
    )


def _shares_title(own: Outlook) -> str:
    means = {name: own.simulation.mean(name) for name in own.titles if name in own.simulation.chances}
    first = max(means, key=lambda name: means[name])
    return f"{own.titles[first]}: {language.percent(means[first])}, the likeliest; a deal by {_short(own.deal_day)} {language.percent(own.simulation.mean(own.deal))}"


def _widest(own: Outlook) -> str:
    """Return the scenario of the narrative that is likeliest: the headline whose assumptions matter most."""
    known = [name for name in own.titles if name in own.simulation.chances and name != tree.REST]
    return max(known, key=own.simulation.mean, default=EARLY)


def _step(step: language.Step | None) -> str:
    return tables.NOTHING if step is None else f"{step.word}: {step.ratio:.2g}"


def _mover(moved: pd.DataFrame, texts: pd.DataFrame, *, up: bool) -> Inline:
    """Return the signpost whose coming, or staying out, carries a chance farthest up or down."""
    best: tuple[float, Inline] = (0.0, "none")
    for row in moved.to_dict("records"):
        for value, words in ((row["if_seen"], "if observed"), (row["if_not"], "if not")):
            size = (value - row["now"]) * (1 if up else -1)
            observable, due = texts.loc[row["signpost_id"], ["observable", "due"]]
            if size > max(best[0], LEAST_MOVE):
                when = f", due {tables.day(due)}" if isinstance(due, str) else ""
                name = ref(observable, f"scn-{row['signpost_id']}")
                best = (size, [name, f" {words}: {language.percent(value)}{when}"])
    return best[1]


def _named(own: Outlook, name: str) -> str:
    setting = own.model.setting if own.model else None
    signed = (
        {EARLY: f"Signed by {_short(setting.deadline)}", LATER: f"Signed by {_short(setting.horizon)}"}
        if setting
        else {}
    )
    return {**own.titles, **signed}[name]


def _bounds(low: float, high: float) -> str:
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def _short(day: date) -> str:
    return dates.written(day.isoformat())


def _day(own: Outlook) -> str:
    return own.view.as_of.isoformat()


def _days_note(own: Outlook) -> str:
    if own.model is None:
        return f"{NO_MODEL}."
    setting = own.model.setting
    return f"The deadline is {_short(setting.deadline)}, the horizon {_short(setting.horizon)}; violated means a {setting.tier} within {setting.years} years of the signature, by whichever side. Means over the draws, whole points."


def _nothing(own: Outlook) -> EntriesExhibit:
    return EntriesExhibit([], tables.own_tables(own.view, "scenarios"), _day(own), empty=NO_MODEL)


def _finding(own: Outlook, name: str, value: float | str | None, text: str, sentence: str, function: str) -> Finding:
    unit = {"unit": "share", "digits": 2} if isinstance(value, float) else {}
    return Finding(
        f"fnd-scenarios-{name}",
        value,
        text,
        sentence,
        "sec-scenarios-evidence",
        f"dossier.{function}",
        _day(own),
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
    return _finding(own, "deal", own.simulation.mean(EARLY), own.spoken(EARLY), sentence, "forecast.simulate")


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
        f"{judged} of {len(list(inputs))} inputs and all {weighed} likelihoods of signposts are elicited from one person. With every one of them at neutral, a deal by {_short(own.deal_day)} is "
        f"{language.percent(own.at_neutral.mean(own.deal))} and “{own.titles[name]}” {language.percent(own.at_neutral.mean(name))}."
    )
    return _finding(own, "elicited", float(judged), str(judged), sentence, "forecast.neutral")


def _confidence(own: Outlook) -> Finding:
    judged = sum(one.elicited for one in own.model.inputs.values()) / len(own.model.inputs)
    wide, speaking = len(own.model.rates) >= 3, sum(one.speaks for one in own.model.hazards)
    word = "high" if judged <= 0.25 and wide and speaking >= 2 else "moderate" if judged <= 0.5 and wide else "low"
    sentence = (
        f"Confidence in these numbers is {word}: {language.percent(judged)} of the inputs are judgements of one person, made after the events could be known; "
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
