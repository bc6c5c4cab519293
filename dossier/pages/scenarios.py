"""The pages of the scenarios: one that sets them side by side, and one for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from dossier import dates, history, indicators, scenarios, settlements, tables
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, joined, ref
from dossier.findings import Answer, Finding
from dossier.pages import drivers, forecasts, outlook
from dossier.pages.forecasts import Forecasts
from dossier.pages.outlook import Outlook

READS = ("scenarios", "signposts", "signpost-states")  # tables that the findings of this page are read from


@dataclass(frozen=True)
class ScenarioPage:
    """The page of one scenario: its findings, questions, drivers and precedents from the draws that all pages share."""

    own: Outlook
    scenario_id: str
    forecasts: Forecasts

    def answer(self) -> Answer:
        """Return the findings of the page."""
        return Answer(
            [*outlook.of_scenario(self.own, self.scenario_id), _page_signposts(self.own.view, self.scenario_id)]
        )

    def questions(self) -> TableExhibit:
        """Return the questions that belong to the scenario."""
        return forecasts.table(self.forecasts, self.scenario_id)

    def drivers(self) -> ChartExhibit | EntriesExhibit:
        """Return how far one input at a time moves the probability of the scenario."""
        told = self.own.model is not None and self.scenario_id in self.own.simulation.chances
        own = self.own if told else replace(self.own, model=None)
        return drivers.of_chance(own, self.scenario_id, label=f"{self.scenario_id}-drivers")

    def precedents(self) -> EntriesExhibit:
        """Return the coded settlements that speak to the scenario, and how each stood."""
        return speaking_precedents(self.own.view, self.scenario_id)


def page(own: Outlook, scenario_id: str, *, began: str, deadline: str, until: str) -> ScenarioPage:
    """Return the page of one scenario; an unknown one is refused by name."""
    scenarios.one(own.view, scenario_id)
    return ScenarioPage(own, scenario_id, forecasts.forecasts(own, began=began, deadline=deadline, until=until))


def answer(own: Outlook) -> Answer:
    """Return the findings of the page that sets the scenarios side by side."""
    view = own.view
    told = [_count(view, len(scenarios.told(view))), outlook.headline(own), *outlook.findings(own)]
    return Answer([*told, _signposts(view), _in_retrospect(view)], results=outlook.results(own))


def overview(view: View) -> TableExhibit:
    """Return the scenarios with their triggers and how these stood on the day."""
    rows = scenarios.signposts(view)
    cells: list[list[Inline]] = []
    for scenario in scenarios.told(view):
        mine = rows[rows["scenario_id"] == scenario["scenario_id"]]
        states = joined([f"{row.observable} {row.status.capitalize()}." for row in mine.itertuples()], " ")
        cells.append(
            [ref(scenario["title"], f"scn-{scenario['scenario_id']}"), scenario["trigger"], states or "no signpost"]
        )
    return TableExhibit(
        label="tbl-scenarios-overview",
        title=f"{_seen(rows)} of {tables.counted(len(rows), 'signpost')} observed at least in part by {tables.day(view.as_of.isoformat())}",
        columns=tables.columns("Scenario", "Key trigger, as the narrative has it", "Its signposts, and how they stood"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "scenarios", "signposts", sources="sources on the page of each scenario"),
        as_of=view.as_of.isoformat(),
        note=None if cells else f"No scenario in the data as of {view.as_of.isoformat()}.",
    )


def together(view: View) -> TableExhibit:
    """Return which scenarios can come true together, and why."""
    titles = {scenario["scenario_id"]: scenario["title"] for scenario in scenarios.told(view)}
    cells: list[list[Inline]] = [
        [ref(titles[one], f"scn-{one}"), ref(titles[other], f"scn-{other}"), why]
        for one, other, why in scenarios.overlaps(view)
        if other in titles
    ]
    return TableExhibit(
        label="tbl-scenarios-together",
        title=f"{len(cells)} pairs of scenarios can come true together"
        if len(cells) != 1
        else "One pair of scenarios can come true together",
        columns=tables.columns("Scenario", "Together with", "Why"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "scenarios", sources="the judgement is this report's"),
        as_of=view.as_of.isoformat(),
        note=None if scenarios.covers_the_rest(view) else "No scenario stands for what none of these covers.",
    )


def speaking_precedents(view: View, scenario_id: str) -> EntriesExhibit:
    """Return the coded settlements that speak to a scenario, how they do, and what became of them."""
    rows = view["scenario-precedents"]
    rows = rows[rows["scenario_id"] == scenario_id]
    cases = settlements.cases(view).set_index("case_id")
    entries = []
    for row in rows[rows["case_id"].isin(cases.index)].itertuples():
        case = cases.loc[row.case_id]
        label = f"prc-{row.case_id}{'-coded' if case['in_narrative'] else ''}"
        meta: list[Inline] = [
            tables.day(str(case["start_date"])),
            f"main coding: {case['outcome']}",
            f"{case['external_guarantee']} as promise",
        ]
        entries.append(Entry(f"scn-{scenario_id}-{row.case_id}", ref(case["name"], label), meta, [row.why]))
    credit = tables.own_tables(
        view, "scenario-precedents", "precedents", sources="the choice is this report's; sources at each case"
    )
    return EntriesExhibit(entries, credit, view.as_of.isoformat(), empty="No coded settlement speaks to this scenario")


def _page_signposts(view: View, scenario_id: str) -> Finding:
    rows = scenarios.signposts(view, scenario_id)
    seen = _seen(rows)
    return Finding(
        f"fnd-{scenario_id}-signposts",
        seen,
        f"{seen} of {len(rows)}",
        f"{_standing_words(view, rows)} {_observed_words(rows)}".strip(),
        f"scn-{scenario_id}-evidence",
        "dossier.scenarios.signposts",
        view.as_of.isoformat(),
        unit="signposts",
        tables=READS,
    )


def account(view: View, scenario_id: str) -> EntriesExhibit:
    """Return the scenario as the narrative tells it, in our words."""
    scenario = scenarios.one(view, scenario_id)
    told = f"Told on {tables.day(scenario['told_on'])}, retold here in our words"
    entry = Entry(f"scn-{scenario_id}-told", told, [], scenario["account"])
    return _entries(view, [entry])


def discussed(view: View, scenario_id: str) -> EntriesExhibit:
    """Return who the narrative says discussed the scenario."""
    scenario = scenarios.one(view, scenario_id)
    names = "; ".join(scenario["discussed_by"]) or "nobody named"
    entry = Entry(f"scn-{scenario_id}-discussed-by", names, [], [scenario["discussed_by_note"]])
    return _entries(view, [entry])


def trigger(view: View, scenario_id: str) -> EntriesExhibit:
    """Return the key trigger and its observables, each with its state on the day and the reason."""
    scenario = scenarios.one(view, scenario_id)
    sources = tables.row_sources(view, "signpost-state-sources", "state_id")
    rows = scenarios.signposts(view, scenario_id)
    told = Entry(f"scn-{scenario_id}-key-trigger", "The trigger, as the narrative has it", [], [scenario["trigger"]])
    return EntriesExhibit(
        [told, *(_signpost(row, sources) for row in rows.itertuples())],
        source=tables.own_tables(view, "signposts", "signpost-states"),
        as_of=view.as_of.isoformat(),
    )


def _signpost(row: object, sources: Mapping[str, list[Inline]]) -> Entry:
    due = f"due {tables.day(row.due)}" if isinstance(row.due, str) else "no date"
    read = isinstance(row.state_id, str)
    status = f"{row.status} on {tables.day(row.date)}" if read else "no reading"
    late = " Read in retrospect." if read and dates.is_after(row.reading_made_on, dates.last_day(row.date)) else ""
    why: list[Inline] = [["Why: ", row.reason, " (", *sources[row.state_id], ")", late]] if read else []
    after = " in retrospect" if row.made_on > row.applies_from else ""
    written = f"Written{after} on {tables.day(row.made_on)}, applied from {tables.day(row.applies_from)}."
    return Entry(f"scn-{row.signpost_id}", row.observable, [status, due], [row.criterion, *why, written])


def _entries(view: View, entries: list[Entry]) -> EntriesExhibit:
    return EntriesExhibit(
        entries, tables.own_tables(view, "scenarios", sources="the source is the narrative"), view.as_of.isoformat()
    )


def _count(view: View, total: int) -> Finding:
    if not total:
        nothing = "No scenario in the data was told up to the as-of date."
        return _overview(view, "count", 0, "0", nothing, "told")
    pairs, rest = len(scenarios.overlaps(view)), scenarios.covers_the_rest(view)
    faults = [f"{tables.counted(pairs, 'pair')} of them can come true together"] if pairs else []
    faults += [] if rest else ["they do not cover everything that could happen"]
    end = f": {' and '.join(faults)}" if faults else " that exclude one another and leave nothing out"
    return _overview(
        view, "count", total, str(total), f"The narrative tells {tables.counted(total, 'scenario')}{end}.", "overlaps"
    )


def _signposts(view: View) -> Finding:
    rows: pd.DataFrame = scenarios.signposts(view)
    seen = _seen(rows)
    sentence = f"{_standing_words(view, rows)} {_observed_words(rows)}".strip()
    found = _overview(view, "signposts", seen, f"{seen} of {len(rows)}", sentence, "signposts")
    arrow, reason = _course_of_signposts(view, seen)
    return replace(found, arrow=arrow, reason=reason)


def _course_of_signposts(view: View, seen: int) -> tuple[str, str]:
    """Return whether more signposts are observed than were before, and the reason in a line."""
    told_from = min((dates.last_day(day) for day in view["signposts"]["applies_from"]), default=view.as_of)
    then = history.view_before(view, months=indicators.GLANCE_MONTHS, first=told_from)
    if then is None:
        return "none", "told for the first time"
    before = _seen(scenarios.signposts(then))
    way = "flat" if seen == before else "up" if seen > before else "down"
    return way, f"{before} observed at least in part on {tables.day(then.as_of.isoformat())}"


def _seen(rows: pd.DataFrame) -> int:
    counts = scenarios.status_counts(rows)
    return counts["observed"] + counts["partly observed"]


def _standing_words(view: View, rows: pd.DataFrame) -> str:
    listed = ", ".join(f"{count} {state}" for state, count in scenarios.status_counts(rows).items() if count)
    return f"{tables.counted(len(rows), 'signpost')} on {tables.day(view.as_of.isoformat())}: {listed or 'no reading'}."


def _observed_words(rows: pd.DataFrame) -> str:
    seen = rows[rows["status"].isin(["observed", "partly observed"])]
    return " ".join(f"{row.status.capitalize()}: {row.observable}" for row in seen.itertuples())


def _in_retrospect(view: View) -> Finding:
    rows = view["signposts"]
    late = int(sum(dates.is_after(made_on, view.as_of) for made_on in rows["made_on"]))
    sentence = f"Written after the as-of date, in retrospect: {late} of {tables.counted(len(rows), 'signpost')}; each is marked."
    return _overview(view, "in-retrospect", late, f"{late} of {len(rows)}", sentence, "signposts")


def _overview(view: View, name: str, value: float | None, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-scenarios-{name}",
        value,
        text,
        sentence,
        "sec-scenarios-evidence",
        f"dossier.scenarios.{function}",
        view.as_of.isoformat(),
        tables=READS,
    )
