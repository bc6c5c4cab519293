"""The page *How often settlements are violated*: outcome, classes, explorer, enforcement, lessons.

Everything is computed once, in `compute`, from the tables and the page's parameters; the exhibits only tell it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dossier import base_rate, charts, language, lessons, precedents, priors, reference, settlements, survival, tables
from dossier.base_rate import ClassRate, Draws
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, em, ref
from dossier.findings import Answer, Finding
from dossier.pages import likeness
from dossier.pages.inputs import inputs_of
from dossier.priors import Prior
from dossier.reference import ReferenceClass

READS = ("conflict-spells", "case-sets", "reference-classes", "precedents", "priors", "present-case", "lessons")
HORIZONS = (1, 5, 10, 20)
LAST_YEAR = 20
WHAT = {"pooled": "All, pooled", "assured": "Without armed enforcement", "enforced": "With armed enforcement"}


@dataclass(frozen=True)
class Rates:
    """What the page tells: estimates by class, and draws of the base rate by tier."""

    view: View
    tier: str
    years: int
    seed: int
    classes: Sequence[ReferenceClass]
    weights: Mapping[str, float]
    estimates: pd.DataFrame
    inputs: Mapping[str, Prior]
    draws: Mapping[str, Draws | None]
    switches: Mapping[str, Draws | None]

    def of(self, class_id: str, tier: str, years: int) -> pd.Series | None:
        """Return the estimate of a class, or None where its set does not code the tier."""
        rows = self.estimates
        rows = rows[(rows["class_id"] == class_id) & (rows["tier"] == tier) & (rows["years"] == years)]
        return None if rows.empty else rows.iloc[0]

    def rates(self, tier: str | None = None) -> list[ClassRate]:
        """Return the rates of the classes that are pooled."""
        return base_rate.class_rates(self.estimates, self.weights, tier=tier or self.tier, years=self.years)


def compute(view: View, *, tier: str, years: int, weights: str, draws: int, seed: int) -> Rates:
    """Return all that the page tells, computed once.

    Parameters
    ----------
    tier, years
        What counts as violated, and within how many years.
    weights
        Of the reference classes; see `reference.weighted`.
    draws
        Draws of the base rate.
    seed
        Start of the random numbers.
    """
    if tier not in reference.TIERS:
        raise DossierError(f"tier {tier!r}; {did_you_mean(tier, reference.TIERS)}")
    if not 1 <= years <= LAST_YEAR or draws < 1:
        raise DossierError(f"years {years}, draws {draws}; accepted: 1 to {LAST_YEAR} years and at least one draw")
    known, inputs = reference.classes(view), priors.read(view)
    shares = reference.weighted(known, weights)
    found = reference.estimates(view, horizons=sorted({*HORIZONS, years}), draws=reference.SAMPLES, seed=seed)

    def drawn(own_tier: str, own: Mapping[str, Prior], own_weights: Mapping[str, float]) -> Draws | None:
        rates = base_rate.class_rates(found, own_weights, tier=own_tier, years=years)
        return base_rate.sample(rates, own, draws=draws, seed=seed)

    by_tier = {name: drawn(name, inputs, shares) for name in reference.TIERS}
    switches = {name: drawn(tier, own, of) for name, own, of in _switches(known, inputs, shares)}
    return Rates(view, tier, years, seed, known, shares, found, inputs, by_tier, switches)


def answer(rates: Rates) -> Answer:
    """Return the page's findings."""
    found = [_pooled(rates), _definition(rates), _enforced(rates), _raw(rates), _confidence(rates), _own_test(rates)]
    found += [*likeness.findings(rates.view, years=rates.years), _lessons(rates), _drivers(rates), _information(rates)]
    return Answer([finding for finding in found if finding])


def tiers(rates: Rates) -> ChartExhibit | EntriesExhibit:
    """Return the share violated by the horizon for every class and tier, with intervals that keep wars whole."""
    rows = rates.estimates[(rates.estimates["years"] == rates.years) & rates.estimates["estimated"]]
    if rows.empty:
        return _nothing(rates)
    names = _short_titles(rates)
    drawn = rows.assign(
        place=[f"{names[row.class_id]} ({row.cases})" for row in rows.itertuples()], share=rows["failed"]
    )
    axis = f"share violated within {rates.years} years"
    listed = "; ".join(f"{row.place}, {row.tier} {language.percent(row.share)}" for row in drawn.itertuples())
    wide, narrow = (charts.finish(charts.tiered(drawn, axis_title=axis, narrow=form)) for form in (False, True))
    return ChartExhibit(
        label="fig-rates-tiers",
        spec=wide,
        narrow=narrow,
        title=_definition_title(rates),
        subtitle=f"Share violated within {rates.years} years (%) by tier and class (number of cases), with 95 % intervals from drawing whole wars",
        alt=f"Dot chart with intervals of the share violated within {rates.years} years: {listed}. {_definition_title(rates)}.",
        reading=(
            "Marks are Kaplan–Meier shares, lines the range of the middle 95 % of samples that draw whole wars with replacement. "
            f"Where fewer than {survival.ENOUGH} cases were at risk nothing is drawn, and a set that does not code a tier has no mark for it."
        ),
        source=_credit(rates),
        as_of=_day(rates),
        n=int(rows["cases"].max()),
        table=_tier_table(rates, drawn),
    )


def _tier_table(rates: Rates, drawn: pd.DataFrame) -> TableExhibit:
    cells = [
        [row.place, row.tier, language.percent(row.share), _bounds(row.low, row.high)] for row in drawn.itertuples()
    ]
    return TableExhibit(
        label="tbl-rates-tiers",
        title=_definition_title(rates),
        columns=tables.columns(
            "Class (cases)", "Tier", "Violated", "95 % interval", numbers=["Violated", "95 % interval"]
        ),
        rows=tables.rows(cells),
        source=_credit(rates),
        as_of=_day(rates),
    )


def composition(rates: Rates) -> TableExhibit:
    """Return for every class how its wars had ended, and how many of each had returned to war by the horizon."""
    names, cells = _short_titles(rates), []
    for one in _curves(rates):
        rows = reference.cases(rates.view, one)
        ends = rows["outcome"].replace(dict.fromkeys(("won by a", "won by b"), "won by one of the two states"))
        for outcome, chosen in rows[ends.notna()].groupby(ends):
            times = reference.spells(chosen.reset_index(drop=True), tier=reference.HEADLINE_TIER)
            counts = [len(chosen), times.violated_by(rates.years)] if times else [len(chosen), 0]
            cells.append([ref(names[one.class_id], f"sec-class-{one.class_id}"), str(outcome), *map(str, counts)])
    heads = ["Cases", f"{reference.HEADLINE_TIER.capitalize()} by then"]
    return TableExhibit(
        label="tbl-rates-composition",
        title=f"How the wars of each class had ended, and how many had returned to war within {rates.years} years",
        columns=tables.columns("Class", "The war had ended", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=_credit(rates),
        as_of=_day(rates),
        note="Counts, where the data set says how a war ended.",
    )


def class_table(rates: Rates) -> TableExhibit:
    """Return for every class and tier the cases and the share violated by each horizon, before any pooling."""
    names, cells = _short_titles(rates), []
    for one in rates.classes:
        for tier in reference.TIERS:
            if rates.of(one.class_id, tier, rates.years) is not None:
                cells.append(_class_row(rates, one, tier, names))
    heads = ["Cases", "Wars", *(f"Within {years} y" for years in HORIZONS)]
    return TableExhibit(
        label="tbl-rates-classes",
        title=_class_title(rates),
        columns=tables.columns(
            "Class", "Tier", *heads, "Peace within 5 y (years)", numbers=[*heads, "Peace within 5 y (years)"]
        ),
        rows=tables.rows(cells),
        source=_credit(rates),
        as_of=_day(rates),
        note=(
            f"Kaplan–Meier shares with 95 % intervals from {tables.number(reference.SAMPLES)} samples of whole wars. Not estimated: fewer than "
            f"{survival.ENOUGH} cases at risk; 11/15 would say that 11 of 15 had been violated by then. Where a set cannot see a return within a year, the share for one year is zero by construction. The last column is the mean number of the first five years that were years of peace."
        ),
    )


def classes(rates: Rates) -> EntriesExhibit:
    """Return one entry a class: its rule, why it speaks to the question, what it cannot tell, its weight."""
    sources = tables.row_sources(rates.view, "case-set-sources", "set_id")
    sets = {row.set_id: row for row in rates.view["case-sets"].itertuples()}
    entries = []
    for one in rates.classes:
        rows = reference.cases(rates.view, one)
        weight = "a list, no rate" if one.is_list else f"weight {rates.weights[one.class_id] * 100:.0f} %"
        own = sets.get(one.set_id)
        body: list[Inline] = [
            f"Rule: {_rule(one)}. {one.why}",
            [em("Caution: "), one.caution],
            [em("Weight: "), one.weight_why],
        ]
        more: list[tuple[str, Inline]] = []
        if own is not None:
            more = [
                (
                    "The set",
                    f"{own.unit} Return: {own.war_means} Stricter reading: {own.strict_means} {own.derivation} {own.limits}",
                )
            ]
            more.append(("Sources", sources[one.set_id]))
        meta: list[Inline] = [tables.counted(len(rows), "case"), weight]
        entries.append(Entry(f"sec-class-{one.class_id}", one.title, meta, body, more=more))
    credit = tables.own_tables(rates.view, "reference-classes", "case-sets")
    return EntriesExhibit(entries, credit, _day(rates), empty="No reference class in the data")


def listed(rates: Rates) -> TableExhibit:
    """Return the classes that are lists, case by case, with what speaks against reading a rate from them."""
    cells: list[list[Inline]] = []
    for one in (one for one in rates.classes if one.is_list):
        for row in reference.listed(rates.view, one).to_dict("records"):
            label = f"prc-{row['case_id']}{'-coded' if row['in_narrative'] else ''}"
            crossed = [_years(row[tier]) for tier in reference.TIERS]
            cells.append(
                [
                    ref(row["name"], label),
                    tables.blank(row["victory"], "n/a"),
                    row["outcome"],
                    *crossed,
                    f"{row['followed_years']:.0f}",
                ]
            )
    won = sum(row[1] == "yes" for row in cells)
    heads = [tier.removeprefix("return to ").capitalize() for tier in reference.TIERS]
    return TableExhibit(
        label="tbl-rates-list",
        title=f"{tables.counted(len(cells), 'settlement')} with a guarantor's forces, a list and no curve: {won} followed a decisive win",
        columns=tables.columns(
            "Case", "A side had won", "Main coding", *heads, "Followed", numbers=[*heads, "Followed"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(rates.view, "precedents", sources="sources at each case"),
        as_of=_day(rates),
        note="Numbers: years from the start. A dash: no such date is coded, which means none only for war. What the forces did cannot be told apart from the win, where there was one.",
    )


def explorer(rates: Rates) -> ChartExhibit | EntriesExhibit:
    """Return every curve in one drawing, with lists for class, tier, reading and horizon."""
    steps, years = reference.curves(rates.view, last=LAST_YEAR, draws=reference.SAMPLES, seed=rates.seed)
    if steps.empty:
        return _nothing(rates)
    left = reference.last_seen(rates.view, last=LAST_YEAR)
    names = {one.class_id: one.short_title for one in rates.classes}
    steps, years, left = (rows.assign(refclass=rows["class_id"].map(names)) for rows in (steps, years, left))
    facts = _facts(years, list(dict.fromkeys(steps["refclass"])))
    shown = ["refclass", "tier", "coding", "years"]
    steps = steps[[*shown, "failed", "low", "high", "enough", "thin"]].round(4)
    left = left[["refclass", "tier", "coding", "years", "failed"]].round(4)
    choices = [("refclass", "Class", list(dict.fromkeys(steps["refclass"])))]
    choices += [("tier", "Tier", _first(rates.tier, reference.TIERS)), ("coding", "Reading", list(reference.CODINGS))]
    form = {"choices": choices, "horizons": sorted({*HORIZONS, 2, 3, 15, rates.years}), "horizon": rates.years}
    wide, narrow = (charts.finish(charts.explorer(steps, facts, left, **form, narrow=small)) for small in (False, True))
    first = facts[
        (facts["refclass"] == choices[0][2][0]) & (facts["tier"] == rates.tier) & (facts["years"] == rates.years)
    ].iloc[0]
    return ChartExhibit(
        label="fig-rates-explorer",
        spec=wide,
        narrow=narrow,
        title=f"{first['refclass']}: {first['said']} within {rates.years} years. Choose another class, tier, reading or horizon",
        subtitle="Share violated (%) by years of peace, with 95 % intervals from drawing whole wars; cases at risk under the axis",
        alt=(
            f"A curve of the share violated over {LAST_YEAR} years with its interval. Shown at first: {first['refclass']}, {rates.tier}, main "
            f"reading: {first['said']}, {first['counted']}. Lists choose another curve; the table has them all."
        ),
        reading=(
            "A step up is a violation, a short stroke a case that was last looked at without one. Where fewer cases are at risk than an estimate needs, the line is thin and broken. The stricter reading takes years as "
            "early as they allow and follows a pair only while both states existed; in the episodes it counts any new fighting of the same pair."
        ),
        source=_credit(rates),
        as_of=_day(rates),
        n=int(years["cases"].max()),
        table=_explorer_table(rates, years),
    )


def exits(rates: Rates) -> TableExhibit:
    """Return in which ways the settlements came to an end, when a way out other than war is a way of its own."""
    rows = settlements.cases(rates.view)
    found = {years: settlements.ways_out(rows, rates.view, years=years) for years in HORIZONS} if len(rows) else {}
    ways = list(dict.fromkeys(way for shares in found.values() for way in shares))
    ways = [way for way in ways if way != "neither"] + (["neither"] if ways else [])
    order = [way for way in ways if way not in ("neither", "one less Kaplan-Meier")] + [
        "neither",
        "one less Kaplan-Meier",
    ]
    cells = (
        [[way, *(language.percent(found[years].get(way, 0.0)) for years in HORIZONS)] for way in order] if found else []
    )
    heads = [f"Within {years} y" for years in HORIZONS]
    return TableExhibit(
        label="tbl-rates-exits",
        title=f"{tables.counted(len(rows), 'settlement')} by the way they ended: war, another way out, or neither",
        columns=tables.columns("Way", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(rates.view, "precedents", sources="sources at each case"),
        as_of=_day(rates),
        note=(
            "Aalen–Johansen shares of a list picked by hand: they describe the list. The ways add up to the whole; the last row takes other ways out for mere endings of "
            "following and cannot be smaller than the first. A treaty of peace or a union of states would be a way out too; where none is coded, none has a row."
        ),
    )


def enforcement(rates: Rates) -> TableExhibit:
    """Return the base rate with enforcement and without, by tier, and with one thing at a time changed."""
    cells = [[*_rate_row(tier, draws), _named_classes(rates, tier)] for tier, draws in rates.draws.items()]
    cells += [[*_rate_row(name.capitalize(), draws), ""] for name, draws in rates.switches.items()]
    heads = list(WHAT.values())
    return TableExhibit(
        label="tbl-rates-enforcement",
        title=_enforced_title(rates),
        columns=tables.columns("Tier, and what is changed", *heads, "Classes", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            rates.view, "conflict-spells", "reference-classes", "priors", sources="sources at each set and input"
        ),
        as_of=_day(rates),
        note=(
            f"Mean share violated within {rates.years} years, with the 90 % interval, of a Beta distribution fitted to each class; the table of the classes gives 95 % from drawing whole wars. The classes do not code enforcement: the last two columns come from dividing the pooled rate by an assumed "
            "ratio, so that their difference is an assumption carried through and no finding. "
            f"A row rests on the classes named: those with a weight that code the tier with {survival.ENOUGH} cases at risk or more. A class drops out where most of its cases have been "
            "violated already, so that the lesser tiers are rather too low."
        ),
    )


def inputs(rates: Rates) -> EntriesExhibit:
    """Return the inputs of the division, elicited ones marked."""
    return inputs_of(rates.view, [base_rate.RATIO, base_rate.TRANSPORT, base_rate.SHARE])


def drivers(rates: Rates) -> TableExhibit:
    """Return what share of the spread of each rate an ingredient brings."""
    draws = rates.draws[rates.tier]
    found = draws.shares() if draws else pd.DataFrame(columns=["ingredient", "enforced", "assured"])
    found = found.sort_values("assured", ascending=False)
    cells = [
        [base_rate.INGREDIENTS[row.ingredient], language.percent(row.assured), language.percent(row.enforced)]
        for row in found.itertuples()
    ]
    heads = ["Without armed enforcement", "With armed enforcement"]
    top = cells[0][0].lower() if cells else "nothing"
    return TableExhibit(
        label="tbl-rates-drivers",
        title=f"What makes the rates uncertain: above all {top}",
        columns=tables.columns("Ingredient", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            rates.view, "conflict-spells", "reference-classes", "priors", sources="sources at each set and input"
        ),
        as_of=_day(rates),
        note="First-order shares of the variance of each rate; what ingredients bring only together is left out, so that a column need not add up to the whole.",
    )


def two_by_two(rates: Rates) -> TableExhibit:
    """Return the raw counts: enforced or not, violated within the horizon or not."""
    cells = [[name, *map(str, counts)] for name, counts in _enforcement_counts(rates).items()]
    heads = ["Cases", "Violated", "Held", "Not reached yet", "Not coded", "After a win"]
    return TableExhibit(
        label="tbl-rates-two-by-two",
        title=f"The raw counts after {rates.years} years, {rates.tier}: "
        + "; ".join(f"{row[0].lower()} {row[2]} of {int(row[2]) + int(row[3])}" for row in cells),
        columns=tables.columns("Settlements", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(rates.view, "precedents", sources="sources at each case"),
        as_of=_day(rates),
        note=(
            "Shares are of cases that reached the horizon. The list was picked by hand and joins wars between states and inside them. A hidden cause would have to go with both enforcement and peace by a ratio of "
            f"{_e_values(rates)} to explain the hazard ratio of peacekeepers away (the E-value). How many cases followed a decisive win stands in the last column: enforcement and victory are entangled."
        ),
    )


def lesson_table(rates: Rates) -> TableExhibit:
    """Return the narrative's lessons, each put to the coded settlements three times."""
    found = lessons.judged(rates.view)
    cells: list[list[Inline]] = [
        [row.lesson, row.standing, *(_contrast(contrast) for contrast in row.contrasts), row.caution]
        for row in found.itertuples()
    ]
    return TableExhibit(
        label="tbl-rates-lessons",
        title=f"The narrative's lessons before the coded settlements: {_counted(found)}",
        columns=tables.columns(
            "Lesson", "Standing", *(reading.capitalize() for reading in lessons.READINGS), "Caution"
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(rates.view, "lessons", "precedents", sources="sources at each case"),
        as_of=_day(rates),
        note=(
            "Failed of all: the cases that the lesson speaks of against the others. A lesson survives if the exact 95 % intervals of the two shares lie apart as it expects on all three "
            "readings, in part if on some; if they overlap on all, nothing can be read. Even then it is a pattern of a picked list and no cause."
        ),
    )


def _switches(
    known: Sequence[ReferenceClass], inputs: Mapping[str, Prior], weights: Mapping[str, float]
) -> list[tuple[str, Mapping[str, Prior], Mapping[str, float]]]:
    """Return what is changed one at a time: elicited inputs at neutral, the effect carried over not at all or whole, each class alone."""
    neutral = {name: priors.fixed_at(one, one.neutral) if one.elicited else one for name, one in inputs.items()}
    switched = [("elicited inputs at neutral", neutral, weights)]
    if base_rate.TRANSPORT in inputs:
        carried = inputs[base_rate.TRANSPORT]
        switched += [
            (f"effect carried over {words}", {**inputs, carried.prior_id: priors.fixed_at(carried, value)}, weights)
            for words, value in (("not at all", 0.0), ("whole", 1.0))
        ]
    pooled = [one for one in known if weights.get(one.class_id, 0) > 0]
    return switched + [(f"{one.short_title} alone", inputs, {one.class_id: 1.0}) for one in pooled]


def _rate_row(name: str, draws: Draws | None) -> list[Inline]:
    if draws is None:
        return [name, *["not estimated"] * len(WHAT)]
    found = draws.summary().set_index("what").loc[list(WHAT)]
    return [name, *(f"{language.percent(r['mean'])} ({_bounds(r['low'], r['high'])})" for _, r in found.iterrows())]


def _named_classes(rates: Rates, tier: str) -> str:
    names = _short_titles(rates)
    return ", ".join(names[rate.class_id] for rate in rates.rates(tier)) or "none"


def _by_enforcement(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return settlements by the scale of enforcement: armed third party or garrison, monitors, promise or nothing."""
    level = rows["enforcement"].astype(int)
    return {
        "Armed enforcement": rows[level >= 3],
        "Monitors": rows[level == 2],
        "A promise, or nothing": rows[level <= 1],
    }


def _counted(found: pd.DataFrame) -> str:
    """Return how many lessons have each standing; that none survives whole is said too."""
    counts = found["standing"].value_counts()
    many = {
        lessons.SURVIVES: "survive whole",
        lessons.IN_PART: "survive in part",
        lessons.AGAINST: "point the other way",
    }
    shown = [word for word in lessons.STANDINGS if word in counts or word == lessons.SURVIVES]
    return ", ".join(f"{int(counts.get(word, 0))} {many.get(word, word)}" for word in shown)


def _contrast(contrast: lessons.Contrast) -> str:
    return f"{contrast.failed} of {contrast.cases} against {contrast.other_failed} of {contrast.other_cases}"


def _e_values(rates: Rates) -> str:
    ratio = rates.inputs.get(base_rate.RATIO)
    if ratio is None:
        return "–"
    near = min(ratio.quantile(0.975), 1.0)
    return f"{base_rate.e_value(ratio.quantile(0.5)):.1f}, or {base_rate.e_value(near):.1f} at the nearer end of its interval,"


def _class_row(rates: Rates, one: ReferenceClass, tier: str, names: Mapping[str, str]) -> list[Inline]:
    found = [rates.of(one.class_id, tier, years) for years in HORIZONS]
    times = reference.spells(reference.cases(rates.view, one), tier=tier)
    mean = f"{survival.restricted_mean(survival.kaplan_meier(times), 5):.1f}" if times else tables.NOTHING
    cells = [_share(row) if row is not None else tables.NOTHING for row in found]
    first = next(row for row in found if row is not None)
    title = ref(names[one.class_id], f"sec-class-{one.class_id}")
    means = {row.set_id: row.war_short for row in rates.view["case-sets"].itertuples()}
    said = f"{tier}: {means[one.set_id]}" if tier == reference.HEADLINE_TIER and one.set_id in means else tier
    return [title, said, str(first["cases"]), str(first["wars"]), *cells, mean]


def _share(row: pd.Series) -> str:
    if not row["estimated"]:
        return f"not estimated: {row['violations']}/{row['cases']}"
    if row["high"] == 0:
        return "none seen"
    return f"{language.percent(row['failed'])} ({_bounds(row['low'], row['high'])})"


def _bounds(low: float, high: float) -> str:
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def _facts(years: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the two lines of text for each curve and year; a curve that a set does not have says so."""
    rows = years.assign(
        said=[
            _share(row).replace(" (", " violated (", 1) if row["estimated"] else "not estimated"
            for _, row in years.iterrows()
        ],
        counted=[
            f"{row.cases} cases, {row.wars} wars; {row.violations} violated, {row.at_risk} at risk"
            for row in years.itertuples()
        ],
    )[["refclass", "tier", "coding", "years", "at_risk", "said", "counted"]]
    there = set(zip(rows["refclass"], rows["tier"], rows["coding"], strict=True))
    missing = [
        {
            "refclass": name,
            "tier": tier,
            "coding": coding,
            "years": year,
            "at_risk": "",
            "said": "not coded in this set",
            "counted": "",
        }
        for name in names
        for tier in reference.TIERS
        for coding in reference.CODINGS
        for year in range(1, LAST_YEAR + 1)
        if (name, tier, coding) not in there
    ]
    return pd.concat([rows.astype({"at_risk": str}), pd.DataFrame(missing)], ignore_index=True)


def _explorer_table(rates: Rates, years: pd.DataFrame) -> TableExhibit:
    rows = years[years["years"].isin([*HORIZONS, rates.years])]
    cells = [
        [
            row["refclass"],
            row["tier"],
            row["coding"],
            str(row["years"]),
            _share(row),
            str(row["cases"]),
            str(row["at_risk"]),
        ]
        for _, row in rows.iterrows()
    ]
    heads = ["Years", "Cases", "At risk"]
    return TableExhibit(
        label="tbl-rates-explorer",
        title="Every curve at the main horizons",
        columns=tables.columns(
            "Class", "Tier", "Reading", "Years", "Share violated", "Cases", "At risk", numbers=heads
        ),
        rows=tables.rows(cells),
        source=_credit(rates),
        as_of=_day(rates),
        filters=("Class", "Tier", "Reading"),
    )


def _rule(one: ReferenceClass) -> str:
    words = []
    for condition in one.where:
        name = str(condition["column"]).replace("_", " ")
        words += [f"{name} is {' or '.join(condition['is'])}"] if "is" in condition else []
        words += [f"{name} is not {' nor '.join(condition['is_not'])}"] if "is_not" in condition else []
        words += [f"{name} from {condition['from']}"] if "from" in condition else []
        words += [f"{name} to {condition['to']}"] if "to" in condition else []
    return "; ".join(words)


def _curves(rates: Rates) -> list[ReferenceClass]:
    return [one for one in rates.classes if not one.is_list]


def _short_titles(rates: Rates) -> dict[str, str]:
    return {one.class_id: one.short_title for one in rates.classes}


def _first(chosen: str, options: Mapping[str, object]) -> list[str]:
    return [chosen, *(name for name in options if name != chosen)]


def _years(value: float) -> str:
    return tables.NOTHING if pd.isna(value) else f"{value:.1f}"


def _credit(rates: Rates) -> Inline:
    return tables.own_tables(rates.view, "conflict-spells", "reference-classes", sources="sources at each set")


def _day(rates: Rates) -> str:
    return rates.view.as_of.isoformat()


def _nothing(rates: Rates) -> EntriesExhibit:
    return EntriesExhibit([], _credit(rates), _day(rates), empty="No reference class with enough cases in the data")


def _finding(
    rates: Rates, name: str, value: float | str | None, text: str, sentence: str, function: str, **more: object
) -> Finding:
    where = {"unit": "share", "digits": 2} if isinstance(value, float) else {}
    return Finding(
        f"fnd-rates-{name}",
        value,
        text,
        sentence,
        "sec-rates-evidence",
        f"dossier.{function}",
        _day(rates),
        tables=READS,
        **{**where, **more},
    )


def _pooled(rates: Rates) -> Finding:
    draws, count = rates.draws[rates.tier], len(rates.rates())
    if draws is None:
        nothing = (
            f"No reference class has {survival.ENOUGH} cases at risk after {rates.years} years: no base rate is told."
        )
        return _finding(rates, "pooled", None, "not estimated", nothing, "base_rate.sample")
    row = draws.summary().set_index("what").loc["pooled"]
    spoken = language.spoken(row["mean"], row["low"], row["high"])
    sentence = (
        f"Chance of a {rates.tier} within {rates.years} years after a war like this one: {spoken.replace(': ', ', ', 1)}, pooled by weight over "
        f"{tables.counted(count, 'reference class', 'reference classes')}."
    )
    return _finding(
        rates, "pooled", float(row["mean"]), f"{spoken} within {rates.years} years", sentence, "base_rate.sample"
    )


def _by_tier(rates: Rates) -> tuple[str, dict[str, float]]:
    """Return the class that codes most tiers with enough cases at risk, and its shares."""
    best: tuple[str, dict[str, float]] = ("", {})
    for one in _curves(rates):
        rows = {tier: rates.of(one.class_id, tier, rates.years) for tier in reference.TIERS}
        shares = {tier: float(row["failed"]) for tier, row in rows.items() if row is not None and row["estimated"]}
        best = (one.short_title, shares) if len(shares) > len(best[1]) else best
    return best


def _definition_title(rates: Rates) -> str:
    name, shares = _by_tier(rates)
    listed = ", ".join(f"{tier} {language.percent(share)}" for tier, share in shares.items())
    return f"The definition moves the answer: {name}, {listed} within {rates.years} years"


def _class_title(rates: Rates) -> str:
    rows = [rates.of(one.class_id, rates.tier, rates.years) for one in _curves(rates)]
    shares = [float(row["failed"]) for row in rows if row is not None and row["estimated"]]
    count = tables.counted(len(_curves(rates)), "reference class", "reference classes")
    if not shares:
        return f"{count}, none with a rate"
    span = f"{language.percent(min(shares))} to {language.percent(max(shares))}"
    return f"{count} before any pooling: {rates.tier} within {rates.years} years in {span}"


def _definition(rates: Rates) -> Finding:
    name, shares = _by_tier(rates)
    listed = ", ".join(f"{tier} {language.percent(share)}" for tier, share in shares.items()) or "not estimated"
    sentence = f"What counts as violated moves the answer ({name or 'no class'}, within {rates.years} years): {listed}."
    return _finding(rates, "definition", listed, listed, sentence, "reference.estimates")


def _enforced_title(rates: Rates) -> str:
    draws = rates.draws[rates.tier]
    if draws is None:
        return "With enforcement and without: not estimated"
    row = draws.summary().set_index("what")["mean"]
    return f"With armed enforcement {language.percent(row['enforced'])}, without it {language.percent(row['assured'])}: an assumption carried through"


def _enforced(rates: Rates) -> Finding | None:
    draws = rates.draws[rates.tier]
    if draws is None:
        return None
    found = draws.summary().set_index("what")
    said = {
        what: f"{language.percent(row['mean'])} (90 % interval {_bounds(row['low'], row['high'])})"
        for what, row in found.iterrows()
    }
    overlap = found.at["enforced", "high"] >= found.at["assured", "low"]
    sentence = (
        f"With armed enforcement {said['enforced']}, without it {said['assured']}"
        + (": the intervals overlap. " if overlap else ". ")
        + f"Enforcement has the lower rate in {language.percent(draws.enforced_lower())} of the draws because the assumed ratio says so; how much it helps, these cases do not tell."
    )
    return _finding(
        rates, "enforced", float(found.at["enforced", "mean"]), said["enforced"], sentence, "base_rate.split"
    )


def _raw(rates: Rates) -> Finding | None:
    """The plain counts of the coded settlements, which need not point where the assumed ratio does."""
    counts = _enforcement_counts(rates)
    armed, bare = counts["Armed enforcement"], counts["A promise, or nothing"]
    reached = [counts[1] + counts[2] for counts in (armed, bare)]
    if not all(reached):
        return None
    against = armed[1] / reached[0] >= bare[1] / reached[1]
    sentence = (
        f"The plain counts of the coded settlements {'do not bear that out' if against else 'point the same way'}: of those that reached {rates.years} years, {armed[1]} of {reached[0]} with an armed "
        f"third party were violated, {bare[1]} of {reached[1]} with a promise or nothing. The list was picked, and joins wars between states and inside them."
    )
    text = f"{armed[1]} of {reached[0]} against {bare[1]} of {reached[1]}"
    return _finding(rates, "raw", armed[1], text, sentence, "precedents.at_horizon", unit="cases")


def _enforcement_counts(rates: Rates) -> dict[str, list[int]]:
    """Return by level of enforcement: cases, violated, held, not reached yet, not coded, after a decisive win."""
    rows = settlements.cases(rates.view)
    spells = precedents.spells(rows, rates.view.as_of)
    spells = spells[spells["tier"] == rates.tier].set_index("case_id")
    found = {}
    for name, chosen in _by_enforcement(rows).items():
        standing = [precedents.at_horizon(spells.loc[case], rates.years) for case in chosen["case_id"]]
        counts = [standing.count(word) for word in ("violated", "held", "not reached yet", "not coded")]
        found[name] = [len(chosen), *counts, int((chosen["victory"] == "yes").sum())]
    return found


def _confidence(rates: Rates) -> Finding | None:
    if rates.draws[rates.tier] is None:
        return None
    word, ground = base_rate.confidence(rates.rates(), rates.inputs)
    return _finding(
        rates, "confidence", word, word, f"Confidence in these rates is {word}: {ground}.", "base_rate.confidence"
    )


def _own_test(rates: Rates) -> Finding | None:
    """The narrative's own test, put to its own precedents."""
    told = precedents.told(rates.view)
    if told.empty:
        return None
    spells = precedents.spells(told, rates.view.as_of).rename(columns={"name": "title"})
    own = spells[spells["tier"] == rates.tier]
    failed = own["violated"] & (own["years"] <= rates.years)
    later = own[own["violated"] & ~failed]["case_id"]
    parts = []
    for _, case in spells[spells["case_id"].isin(later)].groupby("case_id", sort=False):
        crossed = case[case["violated"] & case["coded"]].sort_values("years")
        parts.append(
            f"{case['title'].iloc[0]}, "
            + ", ".join(
                f"{row.tier.removeprefix('return to ')} after {row.years:.0f} years" for row in crossed.itertuples()
            )
        )
    text = f"{int(failed.sum())} of {len(told)}"
    sentence = f"By a test of {rates.years} years, {text} of the narrative's own precedents had a {rates.tier}"
    sentence += f"; later: {'; '.join(parts)}." if parts else "; none had one later."
    return _finding(rates, "own-test", int(failed.sum()), text, sentence, "precedents.spells", unit="cases")


def _lessons(rates: Rates) -> Finding | None:
    found = lessons.judged(rates.view)
    if found.empty:
        return None
    counts = found["standing"].value_counts()
    listed = _counted(found)
    sentence = f"Of {tables.counted(len(found), 'lesson')} that the narrative draws from its precedents: {listed}."
    survived = int(counts.get(lessons.SURVIVES, 0))
    return _finding(rates, "lessons", survived, listed, sentence, "lessons.judged", unit="lessons")


def _drivers(rates: Rates) -> Finding | None:
    draws = rates.draws[rates.tier]
    if draws is None:
        return None
    found = draws.shares().sort_values("enforced", ascending=False)
    listed = ", ".join(
        f"{base_rate.INGREDIENTS[row.ingredient].lower()} {language.percent(row.enforced)}"
        for row in found.itertuples()
    )
    sentence = f"The spread of the rate with enforcement comes from: {listed}."
    return _finding(rates, "drivers", float(found["enforced"].iloc[0]), listed, sentence, "sensitivity.variance_shares")


def _information(rates: Rates) -> Finding | None:
    """How little the class with most weight could show about enforcement, had it been coded."""
    share, ratio = rates.inputs.get(base_rate.SHARE), rates.inputs.get(base_rate.RATIO)
    pooled = sorted(rates.rates(), key=lambda rate: -rate.weight)
    if share is None or ratio is None or not pooled:
        return None
    row = rates.of(pooled[0].class_id, rates.tier, rates.years)
    violations, part = int(row["violations"]), share.quantile(0.5)
    if not violations:
        return None
    least = survival.ratio_error(violations, share=part)
    factor = 2.718281828459045 ** (1.959963984540054 * least)
    needed = survival.events_needed(ratio.quantile(0.5), share=part)
    sentence = (
        f"With {tables.counted(violations, 'violation')} in the class of most weight, and if {language.percent(part)} of it, a judgement, had been enforced, a hazard ratio could be told only to within a factor of "
        f"{factor:.0f}; {needed} violations would be needed to see that of peacekeepers."
    )
    return _finding(
        rates,
        "information",
        round(factor, 1),
        f"a factor of {factor:.0f}",
        sentence,
        "survival.ratio_error",
        unit="factor",
        digits=0,
    )
