"""By which rule does a claim get its verdict?

One pure function a check: it takes the view and the claim's parameters, states what it found and which rows it read. Without data a check says
*not checkable yet*; it never passes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dossier import dates, indicators, precedents, settlements, timeline
from dossier.claims.verdict import Rows, Verdict
from dossier.data import View
from dossier.intervals import exact_share

KM_PER_MILE = 1.609344  # the international mile of 1959
RECORDED = {
    "does not hold": "contradicted",
    "too strong": "imprecise",
    "imprecise": "imprecise",
    "out of date": "dated",
    "not tested": "not checkable yet",
    "holds": "supported",
}
Parameters = Mapping[str, Any]


def check_duration(view: View, parameters: Parameters) -> Verdict:
    """Time between two days, in years, beside the bounds that the narrative's words allow.

    What runs to the as-of date and held on the day named by ``held_on`` is dated once it holds no more: time alone has passed.
    """
    found = [_day(view, parameters[name]) for name in ("from", "to")]
    if None in found:
        return _nothing("one of the two days is not in the record up to the day")
    (start, first), (end, last) = found
    years = dates.years_between(start, end)
    status = _within(years, parameters["low"], parameters["high"])
    if status != "supported" and "held_on" in parameters:
        then = dates.years_between(start, min(end, dates.parse_day(parameters["held_on"])))
        status = "dated" if _within(then, parameters["low"], parameters["high"]) == "supported" else status
    words = f"the words allow {parameters['low']} to {parameters['high']}"
    reason = f"From {_written(start)} to {_written(end)} are {years:.2f} years; {words}."
    return Verdict(status, f"{years:.1f} years", reason, (*first, *last))


def check_level(view: View, parameters: Parameters) -> Verdict:
    """The newest value of every series of an indicator beside the bounds that the narrative's figure allows."""
    about = indicators.indicator(view, parameters["indicator"])
    newest = indicators.latest(view, parameters["indicator"])
    if about is None or not newest:
        return _nothing(f"no value of {parameters['indicator']} up to the day")
    of_whole = parameters.get("of_whole", True)
    if of_whole and pd.isna(about["whole"]):
        raise ValueError(f"of_whole: {parameters['indicator']} has no whole; accepted is false")
    found = [(indicators.share(about, one.value) or 0.0) * 100 if of_whole else one.value for one in newest]
    inside = [parameters["low"] <= value <= parameters["high"] for value in found]
    unit = "%" if of_whole else about["unit"]
    values = "; ".join(f"{one.title} {value:,.2f} {unit}" for one, value in zip(newest, found, strict=True))
    return Verdict(
        _share_of(inside),
        values,
        f"{sum(inside)} of {len(inside)} series lie within {parameters['low']} to {parameters['high']} {unit}.",
        _series_rows(newest),
    )


def check_window_rate(view: View, parameters: Parameters) -> Verdict:
    """The mean monthly change over windows, in every series, beside the figure that the narrative gives as a floor.

    What held on the day named by ``held_on`` is dated once it holds no more.
    """
    found = indicators.windows(view, parameters["indicator"])
    wanted = found[found["months"].isin(parameters["months"])]
    if wanted.empty:
        return _nothing(f"no window of {parameters['indicator']} up to the day")
    rate = indicators.square_miles if parameters.get("unit") == "sq mi" else float
    reached = [rate(value) >= parameters["at_least"] for value in wanted["per_month"]]
    status = _share_of(reached)
    values = "; ".join(
        f"{row.title}, {row.months} month{'s' * (row.months > 1)}: {rate(row.per_month):.0f}"
        for row in found.itertuples()
    )
    others = found[~found["months"].isin(parameters["months"])]
    short = [
        f"{row.title} over {row.months}" for row in others.itertuples() if rate(row.per_month) < parameters["at_least"]
    ]
    reason = f"{sum(reached)} of {len(reached)} windows of {_and(parameters['months'])} months reach {parameters['at_least']} {parameters.get('unit', '')}."
    reason += f" Below it: {', '.join(short)} months." if short else ""
    if status != "supported" and "held_on" in parameters:
        until = dates.parse_day(parameters["held_on"])
        then = indicators.windows(view, parameters["indicator"], parameters["months"], until=min(until, view.as_of))
        if len(then) and all(rate(value) >= parameters["at_least"] for value in then["per_month"]):
            status, reason = "dated", f"{reason} On {dates.written(parameters['held_on'])} all of these windows did."
    return Verdict(status, values, reason, tuple(("series", name) for name in wanted["series_id"].unique()))


def check_record_month(view: View, parameters: Parameters) -> Verdict:
    """Whether the newest months hold the largest monthly rise of each series."""
    changes = indicators.monthly_changes(view, parameters["indicator"])
    if changes.empty:
        return _nothing(f"no monthly change of {parameters['indicator']} up to the day")
    newest = sorted(changes["month"].unique())[-int(parameters["months"]) :]
    best = indicators.records(view, parameters["indicator"])
    inside = [month in newest for month in best["month"]]
    values = "; ".join(f"{row.title}: {dates.written(row.month)} with {row.change:,.0f}" for row in best.itertuples())
    status = {True: "supported", False: "contradicted"}[all(inside)] if len(set(inside)) == 1 else "imprecise"
    reason = f"The largest rise of {sum(not own for own in inside)} of {len(inside)} series lies before {dates.written(newest[0])}."
    return Verdict(status, values, reason, tuple(("series", name) for name in best["series_id"]))


def check_order(view: View, parameters: Parameters) -> Verdict:
    """Whether the narrative's events stand in the order of their days."""
    events = timeline.dated(timeline.happened(view["events"], view.as_of))
    told = events[events["narrative_order"].notna()]
    if told.empty:
        return _nothing("the narrative tells no event up to the day")
    wrong = timeline.out_of_order(events)
    names = "; ".join(told.set_index("event_id").loc[wrong, "headline"]) or "none"
    status = "contradicted" if wrong else "supported"
    return Verdict(
        status,
        f"out of order: {names}",
        f"{len(wrong)} of {len(told)} events stand in the wrong place.",
        _rows("events", wrong or list(told["event_id"])),
    )


def check_count(view: View, parameters: Parameters) -> Verdict:
    """How many rows of a table have certain values, or how many different values of a column they have."""
    rows = view[parameters["table"]]
    for column, value in parameters.get("where", {}).items():
        rows = rows[rows[column] == value]
    key = view.package.table(parameters["table"]).key[0]
    count = int(rows[parameters.get("distinct", key)].nunique())
    if rows.empty:
        return _nothing(f"no such row of {parameters['table']} up to the day")
    status = "supported" if count == parameters["value"] else "contradicted"
    reason = f"The record holds {count}, the narrative {parameters['value']}."
    return Verdict(status, str(count), reason, _rows(parameters["table"], list(rows[key])))


def check_event(view: View, parameters: Parameters) -> Verdict:
    """Whether an event is in the record by the day."""
    rows = view["events"]
    rows = rows[rows["event_id"] == parameters["event"]]
    if rows.empty:
        return _nothing(f"no event {parameters['event']} in the record up to the day")
    row = rows.iloc[0]
    return Verdict("supported", dates.written(row["date"]), f"{row['headline']}.", _rows("events", [row["event_id"]]))


def check_figure(view: View, parameters: Parameters) -> Verdict:
    """Whether somebody other than the narrative stated the figure by the day."""
    rows = indicators.stated(view, parameters["indicator"])
    rows = rows[rows["standing"] != "narrative"]
    if "standing" in parameters:
        rows = rows[rows["standing"].isin(parameters["standing"])]
    if rows.empty:
        return _nothing(f"no stated figure of {parameters['indicator']} up to the day")
    low, high = rows["low"].fillna(rows["high"]), rows["high"].fillna(rows["low"])
    same = rows[(low >= parameters["low"]) & (high <= parameters["high"])]
    values = "; ".join(f"{row.said_by}: {_figure(row)}" for row in rows.itertuples())
    touching = rows[(low <= parameters["high"]) & (high >= parameters["low"])]
    status = "supported" if len(same) else "imprecise" if len(touching) else "contradicted"
    shown = same if len(same) else touching if len(touching) else rows
    return Verdict(
        status,
        values,
        f"{len(same)} of {len(rows)} stated figures lie within {parameters['low']:,} to {parameters['high']:,}.",
        _rows("stated-figures", list(shown["figure_id"])),
    )


def check_consistent(view: View, parameters: Parameters) -> Verdict:
    """Whether the narrative's own figures in several places agree."""
    rows = view["claims"].set_index("claim_id")
    if not set(parameters["claims"]) <= set(rows.index):
        return _nothing("not every place was told by the day")
    figures = {name: json.loads(rows.at[name, "parameters"]) for name in parameters["claims"]}
    bounds = {(own["low"], own["high"]) for own in figures.values()}
    values = "; ".join(
        f"{rows.at[name, 'section']}: {own['low']:g}" + (f" to {own['high']:g}" if own["high"] != own["low"] else "")
        for name, own in figures.items()
    )
    status = "supported" if len(bounds) == 1 else "internally inconsistent"
    return Verdict(
        status,
        values,
        f"The narrative gives {len(bounds)} different figures for one thing."
        if len(bounds) > 1
        else "The places agree.",
        _rows("claims", list(figures)),
    )


def check_account(view: View, parameters: Parameters) -> Verdict:
    """The narrative's account of a disputed point beside the other accounts."""
    rows = view["accounts"]
    rows = rows[rows["dispute_id"] == parameters["dispute"]]
    others = rows[rows["standing"] != "narrative"]
    if others.empty:
        return _nothing(f"no account of {parameters['dispute']} up to the day")
    agree, against = _agreeing(rows, others, parameters)
    if agree.empty and against.empty:
        return _nothing("none of the accounts named is in the record up to the day")
    status = "supported" if against.empty else "attributed" if len(agree) else "contradicted"
    values = "; ".join(
        f"{row.told_by}: {row.statement}" for row in (against if status == "contradicted" else others).itertuples()
    )
    return Verdict(
        status,
        values,
        f"{len(agree)} of {len(others)} other accounts agree with the narrative.",
        _rows("accounts", list(others["account_id"])),
    )


def check_facts(view: View, parameters: Parameters) -> Verdict:
    """The gravest of the recorded comparisons of the narrative with dated facts."""
    rows = view["precedent-facts"]
    rows = rows[rows["fact_id"].isin(parameters["facts"]) & rows["holds"].notna()]
    if rows.empty:
        return _nothing("no comparison in the record up to the day")
    rank = {verdict: position for position, verdict in enumerate(precedents.VERDICTS)}
    gravest = rows.loc[rows["holds"].map(rank).idxmin()]
    return Verdict(
        RECORDED[gravest["holds"]],
        gravest["statement"],
        f"Recorded as: {gravest['holds']}.",
        _rows("precedent-facts", list(rows["fact_id"])),
    )


def check_coded(view: View, parameters: Parameters) -> Verdict:
    """One coded value of a settlement beside the narrative's."""
    rows = view["precedents"]
    rows = rows[rows["case_id"] == parameters["case"]]
    if rows.empty or pd.isna(rows.iloc[0][parameters["column"]]):
        return _nothing(f"{parameters['column']} of {parameters['case']} is not coded")
    found, wanted = rows.iloc[0][parameters["column"]], parameters["value"]
    same = (
        abs(float(found) - float(wanted)) <= parameters.get("tolerance", 0)
        if isinstance(wanted, int | float)
        else str(found) == wanted
    )
    return Verdict(
        "supported" if same else "contradicted",
        str(found),
        f"Coded is {found}, the narrative has {wanted}.",
        _rows("precedents", [parameters["case"]]),
    )


def check_conversion(view: View, parameters: Parameters) -> Verdict:
    """Whether a length in miles is that in kilometres."""
    miles = parameters["km"] / KM_PER_MILE
    same = round(miles, parameters["digits"]) == round(parameters["miles"], parameters["digits"])
    return Verdict(
        "supported" if same else "contradicted",
        f"{miles:.2f} miles",
        f"{parameters['km']} km are {miles:.2f} miles.",
        _fact_rows(parameters),
    )


def check_deadline(view: View, parameters: Parameters) -> Verdict:
    """Whether somebody had set a date, by the day; without a page nothing is contradicted, whatever else the one named said."""
    rows = view["deadlines"]
    rows = rows[(rows["setter_id"] == parameters["setter"]) & (rows["due"] == parameters["due"])]
    if len(rows):
        keys = _rows("deadlines", list(rows["deadline_id"]))
        return Verdict("supported", "; ".join(rows["what"]), "Announced by the one named.", keys)
    accounts = view["accounts"]
    against = accounts[accounts["account_id"].isin(parameters.get("against", []))]
    if against.empty:
        return _nothing("no such date was announced by the one named, as far as the record goes")
    values = "; ".join(f"{row.told_by}, {dates.written(row.told_on)}: {row.statement}" for row in against.itertuples())
    reason = "No page was found that supports it, and the one named said otherwise."
    return Verdict("not checkable yet", values, reason, _rows("accounts", list(against["account_id"])))


def check_feature(view: View, parameters: Parameters) -> Verdict:
    """One feature of a guarantee beside what the narrative says of it."""
    rows = view["guarantee-features"]
    rows = rows[(rows["guarantee_id"] == parameters["guarantee"]) & (rows["feature_id"] == parameters["feature"])]
    if rows.empty or rows.sort_values("known_on", kind="stable").iloc[-1]["value"] == "unknown":
        return _nothing("no page was found that says")
    row = rows.iloc[-1]
    status = (
        "supported"
        if row["value"] == parameters["value"]
        else "imprecise"
        if row["value"] == "partly"
        else "contradicted"
    )
    return Verdict(status, str(row["value"]), str(row["reason"]), _rows("guarantee-features", [row["cell_id"]]))


def check_position(view: View, parameters: Parameters) -> Verdict:
    """Whether the one named took the position, in a dated statement."""
    rows = view["positions"]
    rows = rows[(rows["actor_id"] == parameters["actor"]) & (rows["issue_id"] == parameters["issue"])]
    if rows.empty:
        return _nothing("no dated statement of the one named on this")
    last = rows.sort_values("said_on").iloc[-1]
    return Verdict(
        "attributed",
        f"{dates.written(last['said_on'])}: {last['statement']}",
        "It is what the one named said.",
        _rows("positions", list(rows["position_id"])),
    )


def check_share_failed(view: View, parameters: Parameters) -> Verdict:
    """What the narrative's few precedents can say about a rate."""
    cases = precedents.told(view)
    if cases.empty:
        return _nothing("no precedent up to the day")
    count = int((settlements.cases(view).set_index("case_id").loc[list(cases["case_id"]), "outcome"] == "failed").sum())
    interval = exact_share(count, len(cases))
    return Verdict(
        "imprecise",
        interval.percent(),
        f"{count} of {len(cases)} hand-picked cases failed; the interval spans almost everything.",
        _rows("precedents", list(cases["case_id"])),
    )


def check_partition(view: View, parameters: Parameters) -> Verdict:
    """Whether the narrative's scenarios exclude each other and leave nothing out."""
    rows = view.document("scenarios")
    overlapping = [row["scenario_id"] for row in rows if row.get("overlaps")]
    if not rows:
        return _nothing("no scenario up to the day")
    status = "contradicted" if overlapping else "imprecise"
    return Verdict(
        status,
        f"{len(overlapping)} of {len(rows)} overlap",
        "Scenarios that overlap, or leave a rest, are no partition.",
        _rows("scenarios", overlapping or [row["scenario_id"] for row in rows]),
    )


def check_forecast(view: View, parameters: Parameters) -> Verdict:
    """A statement about the time to come: open until its day, then what the record says came of it.

    The record speaks through the answer to a ``question``, compared with the answer that the narrative ``expects``, or through the
    newest state of a ``signpost``.
    """
    resolves = parameters["resolves"]
    day = f"until {dates.written(resolves)}"
    if dates.last_day(resolves) >= view.as_of:
        return Verdict("open", day, "It lies ahead of the day.")
    found = _answered(view, parameters) or _observed(view, parameters)
    return found or Verdict("not checkable yet", day, "The time has passed; no resolution is in the record.")


def _answered(view: View, parameters: Parameters) -> Verdict | None:
    """Return what the answer to the question that stands for a forecast says of it, or None without one."""
    rows = view["resolutions"]
    rows = rows[(rows["question_id"] == parameters.get("question")) & rows["outcome"].isin(["yes", "no"])]
    if rows.empty:
        return None
    row = rows.iloc[0]
    came = row["outcome"] == parameters.get("expects", "yes")
    asked = view["questions"].set_index("question_id").at[row["question_id"], "short_title"]
    value = f"the question “{asked}” answered with {row['outcome']}, {dates.written(row['resolved_on'])}"
    return Verdict(_came(came), value, row["note"], _rows("resolutions", [row["question_id"]]))


def _observed(view: View, parameters: Parameters) -> Verdict | None:
    """Return what the newest state of the signpost that stands for a forecast says of it, or None without one."""
    rows = view["signpost-states"]
    rows = rows[rows["signpost_id"] == parameters.get("signpost")].sort_values(["date", "state_id"], kind="stable")
    rows = rows[rows["date"].map(dates.last_day) >= dates.last_day(parameters["resolves"])]
    if rows.empty:
        return None
    row = rows.iloc[-1]
    asked = view["signposts"].set_index("signpost_id").at[row["signpost_id"], "observable"]
    value = f"the signpost “{asked}” {row['status']}, {dates.written(row['date'])}"
    whole = {"observed": True, "not observed": False}
    status = _came(whole[row["status"]]) if row["status"] in whole else "not checkable yet"
    return Verdict(status, value, row["reason"], _rows("signpost-states", [row["state_id"]]))


def _came(about: bool) -> str:
    return "came about" if about else "did not come about"


def check_untested(view: View, parameters: Parameters) -> Verdict:
    """A statement for which no source was found."""
    return _nothing("no source was found that would settle it")


def _nothing(reason: str) -> Verdict:
    return Verdict("not checkable yet", "nothing found", f"{reason[0].upper()}{reason[1:]}.")


def _within(value: float, low: float, high: float) -> str:
    if low <= value <= high:
        return "supported"
    near = 0.1 * max(abs(low), abs(high))
    return "imprecise" if low - near <= value <= high + near else "contradicted"


def _share_of(held: Sequence[bool]) -> str:
    return "supported" if all(held) else "imprecise" if any(held) else "contradicted"


def _day(view: View, text: str) -> tuple[date, Rows]:
    """Return a day: the as-of date, an ISO date, or ``table/row/column``; with the row it was read from."""
    if text == "as_of":
        return view.as_of, ()
    if "/" not in text:
        return dates.first_day(text), ()
    table, row_id, column = text.split("/")
    rows = view[table]
    rows = rows[rows[view.package.table(table).key[0]] == row_id]
    if column not in rows:
        raise KeyError(column)
    if rows.empty or not isinstance(rows.iloc[0][column], str):
        return None
    return dates.first_day(rows.iloc[0][column]), ((table, row_id),)


def _agreeing(rows: pd.DataFrame, others: pd.DataFrame, parameters: Parameters) -> tuple[pd.DataFrame, pd.DataFrame]:
    if "agrees_with" in parameters or "against" in parameters:
        named = [others[others["account_id"].isin(parameters.get(key, []))] for key in ("agrees_with", "against")]
        return named[0], named[1]
    own = rows[(rows["standing"] == "narrative") & rows["value"].notna()]
    figures = others[others["value"].notna()]
    if own.empty or figures.empty:
        raise KeyError("agrees_with or against: the accounts have no figures to compare")
    same = figures["value"] == own.iloc[0]["value"]
    return figures[same], figures[~same]


def _figure(row: Any) -> str:
    if pd.isna(row.low) or pd.isna(row.high):
        return f"up to {row.high:,.0f}" if pd.isna(row.low) else f"at least {row.low:,.0f}"
    return f"{row.low:,.0f}" + (f" to {row.high:,.0f}" if row.high != row.low else "")


def _rows(table: str, keys: Sequence[str]) -> Rows:
    return tuple((table, str(key)) for key in keys)


def _series_rows(newest: Sequence[indicators.Latest]) -> Rows:
    return tuple(("series", one.series_id) for one in newest)


def _fact_rows(parameters: Parameters) -> Rows:
    return _rows("precedent-facts", parameters.get("facts", []))


def _written(day: date) -> str:
    return dates.written(day.isoformat())


def _and(numbers: Sequence[int]) -> str:
    return " and ".join(map(str, numbers))


CHECKS: dict[str, Callable[[View, Parameters], Verdict]] = {
    function.__name__.removeprefix("check_"): function
    for function in (
        check_duration,
        check_level,
        check_window_rate,
        check_record_month,
        check_order,
        check_count,
        check_event,
        check_figure,
        check_consistent,
        check_account,
        check_facts,
        check_coded,
        check_conversion,
        check_deadline,
        check_feature,
        check_position,
        check_share_failed,
        check_partition,
        check_forecast,
        check_untested,
    )
}
"""Every registered check by the name that a claim uses."""
