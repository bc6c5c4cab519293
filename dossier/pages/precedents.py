"""The pages of the precedents: one that compares them, and one for each that the narrative tells."""

from __future__ import annotations

import pandas as pd

from dossier import charts, dates, precedents, tables, timeline
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer, Finding

HORIZON_YEARS = precedents.HEADLINE_YEARS
FEATURES: tuple[tuple[str, str], ...] = (
    ("Instrument", "instrument"),
    ("In effect from", "start_date"),
    ("Kind of conflict", "conflict_type"),
    ("Promise from outside", "external_guarantee"),
    ("Guarantor", "guarantor"),
    ("Mission on the ground", "third_party"),
    ("Enforcement", "enforcement"),
    ("Peak of the mission (persons)", "peak_troops"),
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
    ("Standing of the coding", "standing"),
)
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
        title=f"The {len(cases)} precedents differ on {differ} of {len(precedents.CODED_FEATURES)} coded features",
        columns=tables.columns("Feature", *cases["name"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents"),
        as_of=view.as_of.isoformat(),
        note="Not coded means that nobody looked or no page was found; it never means that nothing happened.",
    )


def spells(view: View) -> ChartExhibit | EntriesExhibit:
    """Return how long each precedent was followed and when each tier was first crossed."""
    cases = precedents.told(view)
    if cases.empty:
        return _nothing(view)
    rows = precedents.spells(cases, view.as_of)
    followed = {
        case["name"]: dates.years_between(
            dates.first_day(case["start_date"]), precedents.followed_until(case, view.as_of)
        )
        for _, case in cases.iterrows()
    }
    rows = rows.assign(followed_years=rows["name"].map(followed))
    wars = rows[(rows["tier"] == "return to war") & rows["violated"]]
    drawn = {
        narrow: charts.finish(charts.spells(rows, horizon_years=HORIZON_YEARS, narrow=narrow))
        for narrow in (False, True)
    }
    return ChartExhibit(
        label="fig-precedents-spells",
        spec=drawn[False],
        narrow=drawn[True],
        title=f"{_words(len(wars), len(cases))} returned to war; the date of failure depends on what counts as one",
        subtitle=f"Years from the start to the first crossing of each tier, followed to {dates.written(view.as_of.isoformat())}",
        alt=(
            f"Bars show how many years each of {len(cases)} precedents was followed, marks the first use of force, the first fatal "
            f"clash and the return to war; a dashed line stands at {HORIZON_YEARS} years. {_listed(wars)}"
        ),
        reading="A bar ends where following ends. A tier without a mark was not coded, or, for the return to war, none was found.",
        source=tables.own_tables(view, "precedents"),
        as_of=view.as_of.isoformat(),
        n=len(cases),
        table=_spell_table(view, rows),
    )


def horizons(view: View) -> TableExhibit:
    """Return how each precedent stood after 1, 5, 10 and 20 years, by tier."""
    rows = precedents.horizon_table(precedents.told(view), view.as_of)
    wars = rows[rows["tier"] == "return to war"]
    early, late = (
        int((wars[horizon] == "violated").sum()) for horizon in (HORIZON_YEARS, precedents.HORIZONS_YEARS[-1])
    )
    years = [f"{horizon} years" if horizon > 1 else "1 year" for horizon in precedents.HORIZONS_YEARS]
    cells = [[row["name"], row["tier"], *(row[h] for h in precedents.HORIZONS_YEARS)] for _, row in rows.iterrows()]
    return TableExhibit(
        label="tbl-precedents-horizons",
        title=f"Within {HORIZON_YEARS} years {early} of {len(wars)} had returned to war, within {precedents.HORIZONS_YEARS[-1]} years {late}",
        columns=tables.columns("Precedent", "Tier", *years),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents"),
        as_of=view.as_of.isoformat(),
        note=(
            "A return to war counts as a fatal clash and as a use of force; each tier takes the earliest date of itself and the "
            "tiers above."
        ),
    )


def verdicts(view: View, case_id: str | None = None) -> TableExhibit:
    """Return what the narrative says beside what the record says, those that do not hold first.

    For all cases together only the statements that do not hold as they stand are listed; the others stand on the pages
    of the cases.
    """
    rows = precedents.compared(view, case_id)
    good = rows["holds"] == "holds"
    shown = rows if case_id else rows[~good]
    where = [] if case_id else ["Precedent"]
    note = "The statements that hold stand on the pages of the precedents." if not case_id else None
    return TableExhibit(
        label=f"tbl-precedents-verdicts{f'-{case_id}' if case_id else ''}",
        title=f"{int((~good).sum())} of {len(rows)} statements of the narrative do not hold as they stand",
        columns=tables.columns("The narrative says", *where, "Verdict", "The record says", "Sources"),
        rows=tables.rows(_verdict_cells(view, shown, with_case=not case_id)),
        source=tables.own_tables(view, "precedent-facts"),
        as_of=view.as_of.isoformat(),
        note=note if len(rows) else f"No comparison in the data as of {view.as_of.isoformat()}.",
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
    """Return the facts of one precedent in one section, dated and sourced; facts of one date stand together."""
    rows = precedents.facts(view, case_id, section)
    sources = tables.row_sources(view, "precedent-fact-sources", "fact_id")
    entries = [
        Entry(
            f"prc-{group['fact_id'].iloc[0]}",
            tables.day(known_on),
            [],
            [_stated(row, sources[row.fact_id]) for row in group.itertuples()],
        )
        for known_on, group in rows.groupby("known_on", sort=False)
    ]
    return EntriesExhibit(
        entries,
        source=tables.own_tables(view, "precedent-facts"),
        as_of=view.as_of.isoformat(),
        empty=f"No fact on this in the data ({section})",
    )


def case_sources(view: View, case_id: str) -> EntriesExhibit:
    """Return the sources on which the coding of one precedent rests, and what each supports."""
    rows = view["precedent-sources"]
    rows = rows[rows["case_id"] == case_id]
    items: list[Inline] = [[*tables.cited(view, [row.source_id]), f": {row.supports}"] for row in rows.itertuples()]
    note = tables.blank(_case(view, case_id)["coding_note"])
    entry = Entry(f"prc-{case_id}-coding", "The coding", [], [note], [("Rests on", items)])
    return EntriesExhibit([entry], tables.own_tables(view, "precedents"), view.as_of.isoformat())


def case_disputes(view: View, case_id: str) -> EntriesExhibit:
    """Return the points of one precedent on which accounts differ."""
    rows = timeline.accounts_of(view, case_id=case_id)
    sources = tables.row_sources(view, "account-sources", "account_id")
    entries = []
    for dispute_id, group in rows.groupby("dispute_id", sort=False):
        told: list[Inline] = [
            [f"{tables.day(row.told_on)}, {row.told_by}: {row.statement} (", *sources[row.account_id], ")"]
            for row in group.itertuples()
        ]
        entries.append(
            Entry(
                f"sec-dispute-{dispute_id}",
                group["title"].iloc[0],
                [],
                [group["question"].iloc[0]],
                [("Accounts", told)],
            )
        )
    return EntriesExhibit(
        entries,
        source=tables.own_tables(view, "disputes", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No point with differing accounts in the data",
    )


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
    return f"{int(value):,}".replace(",", " ") if column == "peak_troops" else str(value)


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
    sentence = (
        f"{failed} of the narrative's {total} precedents returned to war; the exact 95 % interval for such a share runs from "
        f"{interval.low:.0%} to {interval.high:.0%}, so {total} hand-picked cases carry no rate."
    )
    return _overview(view, "returned", failed, f"{failed} of {total}", _spaced(sentence), "share_failed", unit="cases")


def _within_horizon(view: View, cases: pd.DataFrame) -> Finding:
    rows = precedents.horizon_table(cases, view.as_of)
    war = rows[rows["tier"] == "return to war"]
    failed = int((war[HORIZON_YEARS] == "violated").sum())
    spell = precedents.spells(cases, view.as_of)
    wars = spell[(spell["tier"] == "return to war") & spell["violated"]]
    when = "; ".join(f"{row['name']} after {row['years']:.1f} years" for _, row in wars.iterrows())
    later = f" ({when})" if when else ""
    sentence = f"Within {HORIZON_YEARS} years, the headline horizon, {failed} of {len(war)} precedents had returned to war{later}."
    return _overview(view, "within-five", failed, f"{failed} of {len(war)}", sentence, "horizon_table", unit="cases")


def _definition(view: View, cases: pd.DataFrame) -> Finding:
    counts = {tier: precedents.share_failed(cases, view.as_of, tier=tier)[0] for tier in precedents.TIERS}
    listed = ", ".join(f"{count} by {tier}" for tier, count in counts.items())
    sentence = f"What counts as a violation moves the answer: of {len(cases)} precedents {listed} (blank codings are unknown, not intact)."
    text = " / ".join(str(count) for count in counts.values())
    return _overview(view, "tiers", text, text, sentence, "spells", unit="cases by tier")


def _account(view: View) -> Finding:
    rows = precedents.compared(view)
    good = int((rows["holds"] == "holds").sum())
    sentence = f"Of {len(rows)} statements of the narrative about its precedents that were compared, {good} hold as they stand."
    return _overview(view, "account", good, f"{good} of {len(rows)}", sentence, "compared", unit="statements")


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
        return f"return to war after {years}" if spell["violated"] else f"no return to war found in {years}"
    if not spell["coded"]:
        return f"{tier} not coded" + (f", but at the latest after {years}" if spell["violated"] else "")
    return f"first {tier} after {years}"


def _case_account(view: View, case: pd.Series) -> Finding:
    rows = precedents.compared(view, case["case_id"])
    good = int((rows["holds"] == "holds").sum())
    sentence = f"Of {len(rows)} statements of the narrative about it, {good} hold as they stand."
    return _case_finding(view, case, "account", good, f"{good} of {len(rows)}", sentence, "compared", unit="statements")


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
    )


def _words(count: int, total: int) -> str:
    return f"{count} of {total} precedents"


def _listed(wars: pd.DataFrame) -> str:
    if wars.empty:
        return "None returned to war."
    return " ".join(f"{row['name']} returned to war after {row['years']:.1f} years." for _, row in wars.iterrows())


def _spaced(text: str) -> str:
    return text.replace(" %", "%").replace("%", " %")
