"""The pages of the precedents: one that compares them, and one for each that the narrative tells."""

from __future__ import annotations

import pandas as pd

from dossier import charts, dates, precedents, tables
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer, Finding
from dossier.pages import disputes

READS = ("precedents", "precedent-facts")  # tables that the findings of this page are read from
HORIZON_YEARS = precedents.HEADLINE_YEARS
FEATURES: tuple[tuple[str, str], ...] = (
    ("Instrument", "instrument"),
    ("In effect from", "start_date"),
    ("Kind of conflict", "conflict_type"),
    ("Promise from outside", "external_guarantee"),
    ("Guarantor", "guarantor"),
    ("Mission on the ground", "third_party"),
    ("Enforcement", "enforcement"),
    ("Peak of the mission (persons, without a garrison)", "peak_troops"),
    ("Demilitarized zone", "dmz"),
    ("Treaty settling the issue", "formal_treaty"),
    ("Nuclear-armed adversary", "nuclear_adversary"),
    ("Land border between the parties", "contiguous"),
    ("Land changed hands", "territorial_concession"),
    ("A side had won", "victory"),
    ("Outsiders pressed for it (a judgement)", "pressured"),
    ("First use of force", "first_force_on"),
    ("First fatal clash", "first_fatal_on"),
    ("Return to war", "return_to_war_on"),
    ("The coding rests on", "standing"),
)
WORDS = {
    "guarantee": "none: a promise in peacetime",
    "forward deployed": "troops stationed",
    "later": "not at first, later yes",
    "de facto": "in fact, not in law",
    "verified": "dated sources",
    "partly verified": "dated sources, in part",
    "remembered": "memory",
}
COLUMN_WORDS = {
    "return_to_war_on": "none found",
    "first_force_on": "not coded",
    "first_fatal_on": "not coded",
    "guarantor": "none",
    "peak_troops": "no figure",
}


def answer(view: View) -> Answer:
    """Return the findings of the page that compares the precedents."""
    cases = precedents.told(view)
    if cases.empty:
        nothing = "No precedent in the data began on or before the as-of date."
        return Answer([_overview(view, "returned", None, "none", nothing, "told"), _account(view)])
    return Answer([_returned(view, cases), _within_horizon(view, cases), _definition(view, cases), _account(view)])


def matrix(view: View) -> TableExhibit:
    """Return the features of the precedents side by side."""
    cases = precedents.told(view)
    cells: list[list[Inline]] = [
        [title, *(_feature(case, column) for _, case in cases.iterrows())] for title, column in FEATURES
    ]
    differ = len(precedents.differing(cases, precedents.CODED_FEATURES))
    return TableExhibit(
        label="tbl-precedents-matrix",
        title=f"{tables.counted(len(cases), 'precedent')} side by side: they differ on {differ} of {len(precedents.CODED_FEATURES)} coded features",
        columns=tables.columns("Feature", *cases["name"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", sources="sources on the page of each precedent"),
        as_of=view.as_of.isoformat(),
        note="Not coded means that nobody looked or no page was found; it never means that nothing happened.",
    )


def spells(view: View) -> ChartExhibit | EntriesExhibit:
    """Return how long each precedent was followed and when each tier was first crossed."""
    cases = precedents.told(view)
    if cases.empty:
        return _nothing(view)
    rows = _followed(cases, view)
    wide, narrow = (
        charts.finish(charts.spells(rows, horizon_years=HORIZON_YEARS, narrow=form)) for form in (False, True)
    )
    wars = rows[(rows["tier"] == "return to war") & rows["violated"]]
    force = rows[(rows["tier"] == "use of force") & rows["violated"]]
    title = (
        f"{len(wars)} of {tables.counted(len(cases), 'precedent')} ended in war; force had been used in {len(force)}"
    )
    return ChartExhibit(
        label="fig-precedents-spells",
        spec=wide,
        narrow=narrow,
        title=title,
        subtitle=f"Years from the start to the first crossing of each tier, followed to {tables.day(view.as_of.isoformat())}",
        alt=(
            f"Bars show how many years each of {tables.counted(len(cases), 'precedent')} was followed, marks when a tier was "
            f"first crossed; a dashed line stands at {HORIZON_YEARS} years. {_listed(wars, 'war')} {_listed(force, 'force')}"
        ),
        reading=(
            "A bar ends where following ends. Triangle: war; diamond: fatal clash; circle: use of force. A tier without a mark "
            "was not coded or, for war, none was found."
        ),
        source=tables.own_tables(view, "precedents", sources="sources on the page of each precedent"),
        as_of=view.as_of.isoformat(),
        n=len(cases),
        table=_spell_table(view, rows),
    )


def horizons(view: View) -> TableExhibit:
    """Return how each precedent stood after 1, 5, 10 and 20 years, by tier."""
    rows = precedents.horizon_table(precedents.told(view), view.as_of)
    years = [tables.counted(horizon, "year") for horizon in precedents.HORIZONS_YEARS]
    cells = [[row["name"], row["tier"], *(row[h] for h in precedents.HORIZONS_YEARS)] for _, row in rows.iterrows()]
    war, force = (
        int((rows[rows["tier"] == tier][HORIZON_YEARS] == "violated").sum())
        for tier in ("return to war", "use of force")
    )
    return TableExhibit(
        label="tbl-precedents-horizons",
        title=f"After {HORIZON_YEARS} years: war in {war} of {rows['case_id'].nunique()} precedents, force used in {force}",
        columns=tables.columns("Precedent", "Tier", *years),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", sources="sources on the page of each precedent"),
        as_of=view.as_of.isoformat(),
        note=(
            "A return to war counts as a fatal clash and as a use of force; each tier takes the earliest date of itself and the "
            "tiers above. Dates from dispute data are the first day of a dispute, not the day of an act."
        ),
    )


def _followed(cases: pd.DataFrame, view: View) -> pd.DataFrame:
    rows = precedents.spells(cases, view.as_of)
    followed = {
        case["name"]: dates.years_between(
            dates.first_day(case["start_date"]), precedents.followed_until(case, view.as_of)
        )
        for _, case in cases.iterrows()
    }
    return rows.assign(followed_years=rows["name"].map(followed))


def verdicts(view: View, case_id: str | None = None) -> TableExhibit:
    """Return what the narrative says beside what the record says, the gravest first.

    For all cases together only what is at fault is listed; the rest stands on the pages of the cases.
    """
    rows, counts = precedents.compared(view, case_id), precedents.verdict_counts(precedents.judged(view, case_id))
    total, tested = sum(counts.values()), sum(counts.values()) - counts["not tested"]
    fault = tested - counts["holds"]
    shown = rows if case_id else rows[~rows["holds"].isin(["holds", "not tested"])]
    where = [] if case_id else ["Precedent"]
    note = "Statements that hold, or could not be tested, stand on the pages of the precedents. " if not case_id else ""
    return TableExhibit(
        label=f"tbl-precedents-verdicts{f'-{case_id}' if case_id else ''}",
        title=f"{fault} of {tested} tested statements of the narrative are at fault, {counts['does not hold']} of them outright",
        columns=tables.columns("The narrative says", *where, "Verdict", "The record says", "Sources"),
        rows=tables.rows(_verdict_cells(view, shown, with_case=not case_id)),
        source=tables.own_tables(view, "precedent-facts"),
        as_of=view.as_of.isoformat(),
        note=f"{note}A statement that is compared with several facts has the gravest verdict of them."
        if total
        else f"No comparison in the data as of {view.as_of.isoformat()}.",
    )


def _verdict_cells(view: View, rows: pd.DataFrame, *, with_case: bool) -> list[list[Inline]]:
    sources = tables.row_sources(view, "precedent-fact-sources", "fact_id")
    cases = view["precedents"].set_index("case_id")["name"]
    cells: list[list[Inline]] = []
    for row in rows.itertuples():
        case: list[Inline] = [ref(str(cases[row.case_id]), f"prc-{row.case_id}")] if with_case else []
        cells.append([row.narrative_says, *case, row.holds, row.statement, sources[row.fact_id]])
    return cells


def case_answer(view: View, case_id: str) -> Answer:
    """Return the findings of the page of one precedent."""
    case = _case(view, case_id)
    return Answer([_case_standing(view, case), _case_account(view, case)])


def case_facts(view: View, case_id: str, section: str) -> EntriesExhibit:
    """Return the facts of one precedent in one section, dated and sourced; a date stands once above its facts."""
    rows = precedents.facts(view, case_id, section)
    sources = tables.row_sources(view, "precedent-fact-sources", "fact_id")
    first = ~rows["known_on"].duplicated()
    entries = [
        Entry(f"prc-{row.fact_id}", tables.day(row.known_on) if opens else "", [], [_stated(row, sources[row.fact_id])])
        for row, opens in zip(rows.itertuples(), first, strict=True)
    ]
    return EntriesExhibit(
        entries,
        source=tables.own_tables(view, "precedent-facts"),
        as_of=view.as_of.isoformat(),
        empty=f"No fact on this in the data ({section})",
    )


def case_sources(view: View, case_id: str) -> EntriesExhibit:
    """Return the sources on which the coding of one precedent rests, and what each supports."""
    items = tables.supporting(view, "precedent-sources", "case_id").get(case_id, [])
    note = tables.blank(_case(view, case_id)["coding_note"])
    entry = Entry(f"prc-{case_id}-coding", "The coding", [], [note], [("Rests on", items)])
    return EntriesExhibit([entry], tables.own_tables(view, "precedents"), view.as_of.isoformat())


def case_disputes(view: View, case_id: str) -> EntriesExhibit:
    """Return the points of one precedent on which accounts differ."""
    rows = view["disputes"]
    return disputes.exhibit(view, rows[rows["case_id"] == case_id].itertuples())


def _stated(row: object, sources: list[Inline]) -> Inline:
    if row.standing == "unsourced":
        return [row.statement, " (no source found)"]
    lead = " (computed from " if row.standing == "computed" else " ("
    return [row.statement, lead, *sources, ")"]


def _case(view: View, case_id: str) -> pd.Series:
    cases = view["precedents"].set_index("case_id", drop=False)
    if case_id not in cases.index:
        raise DossierError(
            f"no precedent {case_id!r} as of {view.as_of.isoformat()}; {did_you_mean(case_id, cases.index)}"
        )
    return cases.loc[case_id]


def _feature(case: pd.Series, column: str) -> Inline:
    value = case[column]
    if pd.isna(value):
        return COLUMN_WORDS.get(column, "does not apply")
    if column.endswith(("_on", "_date")):
        return tables.day(value)
    if column == "enforcement":
        return f"{value}: {precedents.ENFORCEMENT[int(value)]}"
    return tables.number(int(value)) if column == "peak_troops" else WORDS.get(str(value), str(value))


def _spell_table(view: View, rows: pd.DataFrame) -> TableExhibit:
    cells = [
        [
            row.name,
            row.tier,
            tables.day(row.start.isoformat()),
            _crossed(row),
            f"{row.years:.1f}",
        ]
        for row in rows.itertuples(name="Spell")
    ]
    return TableExhibit(
        label="tbl-precedents-spells",
        title="Spells of the precedents",
        columns=tables.columns(
            "Precedent",
            "Tier",
            "Start",
            "First crossed",
            "Years to then or to the end of following",
            numbers=["Years to then or to the end of following"],
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents"),
        as_of=view.as_of.isoformat(),
    )


def _crossed(row: object) -> str:
    if not row.violated:
        return "none found" if row.tier == "return to war" else "not coded"
    return tables.day(row.end.isoformat()) if row.coded else f"by {tables.day(row.end.isoformat())} at the latest"


def _nothing(view: View) -> EntriesExhibit:
    return EntriesExhibit(
        [], tables.own_tables(view, "precedents"), view.as_of.isoformat(), empty="No precedent in the data"
    )


def _returned(view: View, cases: pd.DataFrame) -> Finding:
    failed, total, interval = precedents.share_failed(cases, view.as_of)
    rows = precedents.spells(cases, view.as_of)
    wars = rows[(rows["tier"] == "return to war") & rows["violated"]]
    when = "; ".join(f"{row['name']}, after {row['years']:.1f} years" for _, row in wars.iterrows())
    sentence = (
        f"{failed} of {tables.counted(total, 'precedent')} of the narrative ended in war{f' ({when})' if when else ''}. Cases "
        f"picked by hand give no rate: the exact 95 % interval runs from {tables.percent(interval.low)} to "
        f"{tables.percent(interval.high)}."
    )
    return _overview(view, "returned", failed, f"{failed} of {total}", sentence, "share_failed", unit="cases")


def _within_horizon(view: View, cases: pd.DataFrame) -> Finding:
    rows = precedents.horizon_table(cases, view.as_of)
    states = {tier: rows[rows["tier"] == tier][HORIZON_YEARS].value_counts() for tier in precedents.TIERS}
    war, force = (int(states[tier].get("violated", 0)) for tier in ("return to war", "use of force"))
    early = int(states["return to war"].get("not reached yet", 0))
    blank = int(states["fatal clash"].get("not coded", 0))
    sentence = (
        f"Within {HORIZON_YEARS} years {war} of {tables.counted(len(cases), 'precedent')} had come to war, but force had been "
        f"used in {force}; fatal clashes are not coded for {blank}"
        + (f", and {early} had not been followed that long." if early else ".")
    )
    return _overview(view, "within-five", war, f"{war} of {len(cases)}", sentence, "horizon_table", unit="cases")


def _definition(view: View, cases: pd.DataFrame) -> Finding:
    counts = {tier: precedents.share_failed(cases, view.as_of, tier=tier)[0] for tier in precedents.TIERS}
    listed = ", ".join(f"{count} by {tier}" for tier, count in counts.items())
    moves = (
        "the count moves with the definition"
        if len(set(counts.values())) > 1
        else "the definition does not move the count"
    )
    sentence = (
        f"Violated by {tables.day(view.as_of.isoformat())}: {listed}; {moves}. Blank codings are unknown, not intact."
    )
    text = " / ".join(str(count) for count in counts.values())
    return _overview(view, "tiers", text, text, sentence, "spells", unit="cases by tier")


def _account(view: View) -> Finding:
    statements = precedents.judged(view)
    sentence = f"{_judged_words(statements)} about its precedents: {_verdict_words(statements)}."
    good, text = _good(statements)
    return _overview(view, "account", good, text, sentence, "judged", unit="statements")


def _judged_words(statements: pd.DataFrame) -> str:
    count = tables.counted(len(statements), "statement")
    return f"The record was set beside {count} of the narrative"


def _verdict_words(statements: pd.DataFrame) -> str:
    counts = precedents.verdict_counts(statements)
    order = ("holds", "imprecise", "out of date", "too strong", "does not hold", "not tested")
    return ", ".join(f"{verdict} {counts[verdict]}" for verdict in order if counts[verdict]) or "none"


def _good(statements: pd.DataFrame) -> tuple[int, str]:
    counts = precedents.verdict_counts(statements)
    return counts["holds"], f"{counts['holds']} of {len(statements)}"


def _overview(
    view: View, name: str, value: float | str | None, text: str, sentence: str, function: str, unit: str = ""
) -> Finding:
    return Finding(
        f"fnd-precedents-{name}",
        value,
        text,
        sentence,
        "sec-precedents-evidence",
        f"dossier.precedents.{function}",
        view.as_of.isoformat(),
        unit=unit,
        tables=READS,
    )


def _case_standing(view: View, case: pd.Series) -> Finding:
    spells = precedents.spells(pd.DataFrame([case]), view.as_of).set_index("tier")
    war = spells.loc["return to war"]
    parts = [_tier_words(tier, spells.loc[tier]) for tier in precedents.TIERS]
    years = f"{war['years']:.1f}"
    sentence = f"{case['name']}: {'; '.join(part for part in parts if part)}."
    return _case_finding(
        view, case, "standing", round(float(war["years"]), 1), f"{years} years", sentence, "spells", unit="years"
    )


def _tier_words(tier: str, spell: pd.Series) -> str:
    years = f"{spell['years']:.1f} years"
    if tier == "return to war":
        return f"war after {years}" if spell["violated"] else f"no war found in {years}"
    if not spell["coded"]:
        return f"{tier} not coded, which does not mean none"
    return f"first {tier} after {years}"


def _case_account(view: View, case: pd.Series) -> Finding:
    statements = precedents.judged(view, case["case_id"])
    good, text = _good(statements)
    sentence = f"{_judged_words(statements)} about it: {_verdict_words(statements)}."
    return _case_finding(view, case, "account", good, text, sentence, "judged", unit="statements")


def _case_finding(
    view: View, case: pd.Series, name: str, value: float, text: str, sentence: str, function: str, unit: str
) -> Finding:
    case_id = case["case_id"]
    return Finding(
        f"fnd-{case_id}-{name}",
        value,
        text,
        sentence,
        f"prc-{case_id}-evidence",
        f"dossier.precedents.{function}",
        view.as_of.isoformat(),
        unit=unit,
        digits=1,
        tables=READS,
    )


def _listed(rows: pd.DataFrame, what: str) -> str:
    parts = [f"{row['name']} after {row['years']:.1f} years" for _, row in rows.iterrows()]
    return f"First {what}: {', '.join(parts)}." if parts else f"No {what} is recorded."
