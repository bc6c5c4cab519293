"""Exhibits of what the forecast hangs on: inputs one at a time, other choices, key assumptions, signposts, and what a reader would put in.

They read the draws of `outlook`; only the switches and the signposts that might come make draws of their own.
"""

from __future__ import annotations

import math

import pandas as pd

from dossier import charts, dates, forecast, language, reference, scenarios, tables, updating
from dossier.exhibits import ChartExhibit, EntriesExhibit, Inline, TableExhibit, ref
from dossier.forecast import EARLY, LATER
from dossier.pages.outlook import NO_MODEL, WEIGHTS, YEARS, Outlook

SLIDERS = {
    "ends": ("A war like this ends within a year", 0.0, 0.9, 0.01),
    "talks": ("Times as likely while talks go on", 0.5, 10.0, 0.1),
    "share": ("Ends that are a signed settlement", 0.0, 1.0, 0.01),
    "vote": ("Signed terms are put to a vote", 0.0, 1.0, 0.01),
    "no": ("The vote says no", 0.0, 1.0, 0.01),
    "troops": ("A deal comes with troops", 0.0, 1.0, 0.01),
    "broken_enforced": ("Violated, with troops", 0.0, 1.0, 0.01),
    "broken_promise": ("Violated, without troops", 0.0, 1.0, 0.01),
    "advance": ("Advance, if the war goes on", 0.0, 1.0, 0.01),
}
NODE_WORDS = {
    "signed": "a deal is signed",
    "enforced": "troops come with it",
    "rejected": "a vote rejects it",
    "advance": "the advance goes on",
}
BARS = 10  # of the tornado
LEAST_MOVE = 0.005  # a signpost that moves a chance by less is not named
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


def of_deal(own: Outlook) -> ChartExhibit | EntriesExhibit:
    """Return how far one input at a time moves the chance of a deal that is still open."""
    return of_chance(own, own.deal, label="scenarios-drivers") if own.model else own.nothing()


def of_chance(own: Outlook, name: str, *, label: str) -> ChartExhibit | EntriesExhibit:
    """Return how far one input at a time moves a chance, widest first, with its share of the variance."""
    if own.model is None:
        return own.nothing()
    rows = forecast.tornado(own.model, own.simulation, name)
    variance = own.simulation.drivers(name)
    rows = rows.assign(variance=[variance.get(one, 0.0) for one in rows["input"]])
    rows = rows[rows["swing"] > 0].head(BARS)
    if rows.empty:
        return own.nothing()
    what = own.named(name)
    wide, narrow = (charts.finish(charts.tornado(rows, axis_title="chance", narrow=form)) for form in (False, True))
    top = rows.iloc[0]
    listed = "; ".join(
        f"{row.title}: {language.percent(row.at_low)} to {language.percent(row.at_high)}" for row in rows.itertuples()
    )
    return ChartExhibit(
        label=f"fig-{label}",
        spec=wide,
        narrow=narrow,
        title=f"{what}: “{top['title']}” moves it most, {_ends(top)}",
        subtitle=(
            f"Chance (%) when one input goes from its 5 % to its 95 % quantile, the others at their medians, as of {tables.day(own.day)}"
        ),
        alt=(
            f"Bars, widest first, of how far each input moves the chance: {listed}. With every input at its median the chance is "
            f"{language.percent(top['central'])}."
        ),
        reading=(
            "A bar runs from the chance at the input's 5 % quantile to that at its 95 % quantile; the line is the chance with all inputs at their medians, which is not the mean. "
            "Bars called elicited, in ochre, are judgements. The table adds what share of the variance each input alone brings."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=own.day,
        table=_tornado_table(own, rows, label),
    )


def _ends(row: pd.Series) -> str:
    return f"{language.percent(row['at_low'])} to {language.percent(row['at_high'])}"


def _tornado_table(own: Outlook, rows: pd.DataFrame, label: str) -> TableExhibit:
    cells = [
        [
            row.title,
            "elicited" if row.elicited else "from data",
            f"{row.low_value:.2g} to {row.high_value:.2g}",
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
        as_of=own.day,
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
            if changed.setting.deadline == own.model.setting.deadline:  # another day is another question
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
        as_of=own.day,
        note=f"Each row from {tables.number(forecast.SWITCH_DRAWS)} draws; differences of a point can be rounding. The last row asks for another day and is left out of the range in the title.",
    )


def _switch_title(own: Outlook, chances: list[float]) -> str:
    if not chances:
        return f"No probabilities: {NO_MODEL.lower()}"
    lowest, highest = language.percent(min(chances)), language.percent(max(chances))
    return f"One choice changed at a time: “{own.named(own.deal)}” between {lowest} and {highest}"


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
            own.named(swings[key][1]) if key in swings else tables.NOTHING,
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
        as_of=own.day,
        note="Swing: how far the chance that it moves most goes when the parameter runs from its 5 % to its 95 % quantile, the others at their medians. What holds by definition is tested by the switches instead.",
    )


def minds(own: Outlook) -> TableExhibit:
    """Return for each headline what evidence would carry it to the next word, and which signpost comes nearest."""
    cells: list[list[Inline]] = []
    texts = _still_open(own)
    names = [*(name for name in own.titles if own.model and name in own.simulation.chances), EARLY] if own.model else []
    moves = forecast.moved_by(own.model, names, seed=own.seed) if names else {}
    for name, moved in moves.items():
        mean = own.simulation.mean(name)
        steps = language.to_next_band(mean)
        cells.append(
            [
                own.named(name),
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
        as_of=own.day,
        note=(
            "Now: the word for the mean alone, whatever the interval. The ratio needed is that of the odds at the edge of the next word to the odds now: evidence so many times as likely if it comes true as if it does not. For the signposts: "
            "the probability if it were observed, or if its day passed without it, all else as it stands. A signpost that is due after the deadline bears on a deal by it only if it comes in time. Signposts that are settled, or whose day has passed, can move nothing more and are left out. A dash: no evidence carries it there."
        ),
    )


def _still_open(own: Outlook) -> pd.DataFrame:
    """Return the signposts that can still move a chance: neither settled nor past their day."""
    rows = scenarios.signposts(own.view)
    ahead = [
        row.status not in scenarios.SETTLED
        and not (isinstance(row.due, str) and dates.last_day(row.due) < own.view.as_of)
        for row in rows.itertuples()
    ]
    return rows[pd.Series(ahead, index=rows.index, dtype=bool)].set_index("signpost_id")


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
    return f"What would change our mind: “{own.named(name)}” is nearest to another word, {step.word}, at a ratio of {step.ratio:.2g}"


def _step(step: language.Step | None) -> str:
    return f"{step.word}: {step.ratio:.2g}" if step and 0 < step.ratio < math.inf else tables.NOTHING


def _mover(moved: pd.DataFrame, texts: pd.DataFrame, *, up: bool) -> Inline:
    """Return the signpost whose coming, or staying out, carries a chance farthest up or down."""
    best: tuple[float, Inline] = (0.0, "none")
    for row in moved[moved["signpost_id"].isin(texts.index)].to_dict("records"):
        for value, words in ((row["if_seen"], "if observed"), (row["if_not"], "if not")):
            size = (value - row["now"]) * (1 if up else -1)
            observable, due = texts.loc[row["signpost_id"], ["observable", "due"]]
            if size > max(best[0], LEAST_MOVE):
                when = f", due {tables.day(due)}" if isinstance(due, str) else ""
                name = ref(observable, f"scn-{row['signpost_id']}")
                best = (size, [name, f" {words}: {language.percent(value)}{when}"])
    return best[1]


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
        title=f"{moving} of {tables.counted(len(rows), 'signpost with judged likelihoods', 'signposts with judged likelihoods')} {'moves' if moving == 1 else 'move'} the odds on the day",
        columns=tables.columns("Signpost", "Node", *heads, "Why", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(own.view, "likelihoods", sources="judged, no source"),
        as_of=own.day,
        note=(
            f"Most likely values; lower and higher ones are drawn. Signposts of one group count for less together; all of a node's signposts may not move its odds by more than a factor of {updating.CAP:g}. "
            "A signpost seen in part moves the odds half as far, on the scale of logarithms."
        ),
    )


def what_if(own: Outlook) -> ChartExhibit | EntriesExhibit:
    """Return the tree as a chart whose inputs a reader can set."""
    if own.model is None:
        return own.nothing()
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
    top = rows.loc[rows["share"].idxmax()]
    return ChartExhibit(
        label="fig-scenarios-what-if",
        spec=wide,
        narrow=narrow,
        title=f"With every input at its median: {top['label']} {language.percent(top['share'])}. Set the inputs, and the chances follow",
        subtitle=f"Chance (%) by the event tree with one value for every input, as of {tables.day(own.day)}",
        alt=(
            f"Bars of the chance of each scenario with every input at its median: {listed}. Sliders set the inputs of the event tree; the "
            f"likeliest at first is {top['label']}."
        ),
        reading=(
            "One value for each input gives one value for each chance, without uncertainty; with all at their medians these are not the means told above. Signposts "
            "and the effect of a deadline on violations stay as they are."
        ),
        source=tables.own_tables(
            own.view, "priors", "conflict-spells", "reference-classes", sources="sources at each input"
        ),
        as_of=own.day,
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
        as_of=own.day,
    )
