"""The page *Timeline*: what happened when, what was announced, and what may not be claimed about the tempo."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import charts, dates, tables, timeline
from dossier.actors import names
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer, Finding

SECTION = "sec-timeline-evidence"


def events(view: View) -> pd.DataFrame:
    """Return the view's events in order of date."""
    return timeline.dated(view["events"])


def answer(view: View) -> Answer:
    """Return the page's findings."""
    rows = events(view)
    found = [
        _latest(view, rows),
        _count(view, rows),
        _words_and_deeds(view, rows),
        _labels(view, rows),
        _silence(view, rows),
        _order(view, rows),
        _disputed(view),
        _kept(view),
        _power(view, rows),
        _later(view, rows),
        _weak(view, rows),
    ]
    return Answer([finding for finding in found if finding])


def lanes(view: View) -> ChartExhibit | EntriesExhibit:
    """Return the events in lanes by quad class, deadlines as rules."""
    rows = events(view)
    if rows.empty:
        return _nothing(view)
    start = timeline.main_period(view["events"]) or rows["first_day"].min().date()
    begin = pd.Timestamp(start) - pd.Timedelta(days=21)
    stop = pd.Timestamp(view.as_of) + pd.Timedelta(days=21)
    shown = rows[rows["first_day"] >= begin]
    earlier = rows[rows["first_day"] < begin]
    ruled = _due_days(timeline.deadlines(view), begin, stop)
    wide, narrow = (_drawn_lanes(shown, ruled, begin, stop, narrow=form) for form in (False, True))
    outside = (
        f"; {len(earlier)} earlier, of {_listed_days(earlier)}, stands outside the picture" if len(earlier) else ""
    )
    talk = _verbal(rows)
    return ChartExhibit(
        label="fig-timeline-lanes",
        spec=wide,
        narrow=narrow,
        title=f"{talk} of {len(rows)} events are words, {len(rows) - talk} are deeds",
        subtitle=f"Events by quad class, {dates.written(shown['date'].min())} to {dates.written(view.as_of.isoformat())}{outside}",
        alt=(
            f"Timeline in four lanes: verbal and material cooperation, verbal and material conflict. {len(shown)} numbered "
            f"events, {_verbal(shown)} of them verbal; {len(ruled)} deadlines as vertical lines, dashed unless met. "
            "The table below the chart lists the same events."
        ),
        reading=(
            "Each mark is an event, its number that of the entry below; shape and colour say the quad class. Bars show events "
            "that lasted or are known only to the month. Lettered lines are deadlines: solid if met, dashed if not."
        ),
        source=tables.own_tables(view, "events", "deadlines"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_event_table(view, rows),
    )


def deadlines(view: View) -> TableExhibit:
    """Return every announced deadline and what became of it."""
    rows = timeline.deadlines(view)
    sources = tables.row_sources(view, "deadline-sources", "deadline_id")
    known = names(view)
    met, settled, _ = timeline.deadline_record(rows)
    cells: list[list[Inline]] = [
        [
            f"{row.letter}: {tables.day(row.due)}",
            f"{row.what} ({row.kind})",
            f"{known[row.setter_id]}, {tables.day(row.announced_on)}",
            _state(row),
            sources[row.deadline_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-deadlines",
        title=f"{len(rows)} deadlines, targets and appointments announced; {met} of {settled} that are settled were met",
        columns=tables.columns("Due", "What", "Set by, on", "What had become of it", "Sources"),
        rows=tables.rows(cells, [f"dln-{name}" for name in rows["deadline_id"]]),
        source=tables.own_tables(view, "deadlines"),
        as_of=view.as_of.isoformat(),
        note=None if len(rows) else f"No deadline in the data as of {view.as_of.isoformat()}.",
    )


def gaps(view: View) -> TableExhibit:
    """Return the longest silences between events, with the middle gap and the trend of the list."""
    rows = events(view)
    headlines = rows.set_index("event_id")["headline"]
    found = timeline.longest_gaps(rows)
    cells: list[list[Inline]] = [
        [
            str(row.days),
            [tables.day(row.from_date), ": ", ref(str(headlines[row.from_id]), f"evt-{row.from_id}")],
            [tables.day(row.to_date), ": ", ref(str(headlines[row.to_id]), f"evt-{row.to_id}")],
        ]
        for row in found.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-gaps",
        title=f"The longest silence lasts {found['days'].iloc[0]} days" if len(found) else "No gap can be measured",
        columns=tables.columns("Days", "After", "Before", numbers=["Days"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        note=_gap_note(view, rows),
    )


def kinds(view: View) -> ChartExhibit | EntriesExhibit:
    """Return counts by type with the interval of each share."""
    rows = timeline.mix(view["events"], "type", timeline.TYPES)
    if rows.empty:
        return _nothing(view)
    top = rows.loc[rows["count"].idxmax()]
    title = f"{str(top['kind']).capitalize()} events are the most frequent kind, {int(top['count'])} of {len(view['events'])}"
    return _share_chart(view, rows, label="fig-timeline-types", title=title, what="type", colours=None)


def quads(view: View) -> ChartExhibit | EntriesExhibit:
    """Return counts by quad class with the interval of each share."""
    rows = timeline.mix(view["events"], "quad", timeline.QUADS)
    if rows.empty:
        return _nothing(view)
    top = rows.loc[rows["count"].idxmax()]
    title = f"{str(top['kind']).capitalize()} makes up {int(top['count'])} of {len(view['events'])} events"
    colours = charts.QUAD_COLOURS
    return _share_chart(view, rows, label="fig-timeline-quads", title=title, what="quad class", colours=colours)


def entries(view: View) -> EntriesExhibit:
    """Return one entry an event: what happened, who took part, where accounts differ, sources."""
    rows = events(view).sort_values("number", ascending=False)
    sources = tables.row_sources(view, "event-sources", "event_id")
    strength = timeline.strength(view).set_index("event_id")
    return EntriesExhibit(
        [_entry(view, row, sources[row.event_id], strength.loc[row.event_id]) for row in rows.itertuples()],
        source=tables.own_tables(view, "events", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No event in the data",
    )


def open_points(view: View) -> EntriesExhibit:
    """Return disputed points that belong to no single event, accounts side by side."""
    disputes = view["disputes"]
    chosen = disputes[disputes["event_id"].isna() & disputes["case_id"].isna()]
    return EntriesExhibit(
        [
            Entry(
                f"sec-dispute-{row.dispute_id}",
                row.title,
                [],
                [row.question],
                [("Accounts", _accounts(view, row.dispute_id))],
            )
            for row in chosen.itertuples()
        ],
        source=tables.own_tables(view, "disputes", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No such point in the data",
    )


def _gap_note(view: View, rows: pd.DataFrame) -> str:
    found = timeline.gaps(rows)
    if found.median_days is None:
        return "Fewer than two events are known to the day."
    parts = [f"The middle gap is {found.median_days:.0f} days"]
    parts += (
        [f"the gaps' standard deviation is {found.spread:.1f} times their mean"] if found.spread is not None else []
    )
    trend = timeline.laplace_trend(rows, start=rows["first_day"].iloc[0].date(), end=view.as_of)
    told = f" Laplace's trend statistic is {trend:.1f}: " if trend is not None else ""
    told += "above 2 a list thickens towards its end, as lists made by editors do." if trend is not None else ""
    return f"{'; '.join(parts)}.{told}"


def _entry(view: View, row: object, sources: list[Inline], strength: pd.Series) -> Entry:
    involved = view["event-actors"]
    who = [names(view)[actor] for actor in involved.loc[involved["event_id"] == row.event_id, "actor_id"]]
    when = tables.day(row.date) + (f" to {tables.day(row.end_date)}" if isinstance(row.end_date, str) else "")
    coding = f"{row.type}; {row.quad} (CAMEO {row.cameo})"
    if isinstance(row.quad_alternative, str):
        coding += f", or {row.quad_alternative}"
    meta: list[Inline] = [
        f"{row.number}. {when}",
        coding,
        f"evidence {strength['best']}{row.credibility}, {strength['sources']} sources",
    ]
    body: list[Inline] = [row.summary]
    if isinstance(row.coding_note, str):
        body.append(["On the coding: ", row.coding_note])
    lists = [("Took part", [", ".join(who)])] if who else []
    for dispute in timeline.accounts_of(view, event_id=row.event_id).drop_duplicates("dispute_id").itertuples():
        lists.append((f"Accounts differ: {dispute.title}", _accounts(view, dispute.dispute_id)))
    return Entry(f"evt-{row.event_id}", row.headline, meta, body, [*lists, ("Sources", [sources])])


def _accounts(view: View, dispute_id: str) -> list[Inline]:
    rows = view["accounts"]
    sources = tables.row_sources(view, "account-sources", "account_id")
    return [
        [
            f"{tables.day(row.told_on)}, {row.told_by}"
            + ("" if row.standing in ("stands", "narrative") else f" ({row.standing})")
            + f": {row.statement} (",
            *sources[row.account_id],
            ")",
        ]
        for row in rows[rows["dispute_id"] == dispute_id].itertuples()
    ]


def _state(row: object) -> str:
    if row.state == "open":
        return "open"
    known = f", known on {tables.day(row.outcome_on)}" if isinstance(row.outcome_on, str) else ""
    note = f": {row.outcome_note}" if isinstance(row.outcome_note, str) else ""
    return f"{row.state}{known}{note}"


def _event_table(view: View, rows: pd.DataFrame) -> TableExhibit:
    cells = [
        [str(row.number), tables.day(row.date), ref(row.headline, f"evt-{row.event_id}"), row.type, row.quad]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-events",
        title="Events in order of date",
        columns=tables.columns("Number", "Date", "Event", "Type", "Quad class", numbers=["Number"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
    )


def _share_chart(
    view: View, rows: pd.DataFrame, *, label: str, title: str, what: str, colours: dict[str, str] | None
) -> ChartExhibit:
    axis = "share of events (%)"
    cells = [
        [
            row.kind,
            str(row.count_),
            f"{row.share:.0%}".replace("%", " %"),
            f"{row.low:.0%} to {row.high:.0%}".replace("%", " %"),
        ]
        for row in rows.rename(columns={"count": "count_"}).itertuples()
    ]
    total = len(view["events"])
    return ChartExhibit(
        label=label,
        spec=charts.finish(charts.shares(rows, axis_title=axis, colours=colours)),
        narrow=charts.finish(charts.shares(rows, axis_title=axis, colours=colours, narrow=True)),
        title=title,
        subtitle=f"Share of {total} events by {what}, with 90 % intervals (Jeffreys–Dirichlet)",
        alt=f"Dot chart of the share of each {what}, with 90 % intervals. {title}. With {total} events the intervals are wide.",
        reading="Dots are shares smoothed by the prior, lines their 90 % intervals; the number after each name is the plain count.",
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        n=total,
        table=TableExhibit(
            label=label.replace("fig-", "tbl-"),
            title=title,
            columns=tables.columns(
                what.capitalize(), "Count", "Share", "90 % interval", numbers=["Count", "Share", "90 % interval"]
            ),
            rows=tables.rows(cells),
            source=tables.own_tables(view, "events"),
            as_of=view.as_of.isoformat(),
        ),
    )


def _nothing(view: View) -> EntriesExhibit:
    return EntriesExhibit([], tables.own_tables(view, "events"), view.as_of.isoformat(), empty="No event in the data")


def _drawn_lanes(
    shown: pd.DataFrame, ruled: pd.DataFrame, begin: pd.Timestamp, stop: pd.Timestamp, *, narrow: bool
) -> dict[str, Any]:
    apart = _apart(begin, stop, narrow=narrow)
    levelled, lettered = _levelled(shown, apart_days=apart), _in_rows(ruled, apart_days=apart / 2)
    return charts.finish(charts.lanes(levelled, lettered, quads=timeline.QUADS, start=begin, end=stop, narrow=narrow))


def _verbal(rows: pd.DataFrame) -> int:
    return int(rows["quad"].str.startswith("verbal").sum())


def _due_days(rows: pd.DataFrame, begin: pd.Timestamp, stop: pd.Timestamp) -> pd.DataFrame:
    due = pd.to_datetime([dates.last_day(text) for text in rows["due"]])
    placed = rows.assign(due_day=due)
    return placed[(placed["due_day"] >= begin) & (placed["due_day"] <= stop)]


def _levelled(rows: pd.DataFrame, *, apart_days: float) -> pd.DataFrame:
    found = pd.Series(0, index=rows.index)
    for _, lane in rows.groupby("quad"):
        found.loc[lane.index] = timeline.levels(list(lane["first_day"]), apart_days=apart_days)
    return rows.assign(level=found)


def _in_rows(ruled: pd.DataFrame, *, apart_days: float) -> pd.DataFrame:
    ordered = ruled.sort_values(["due_day", "letter"], kind="stable")
    return ordered.assign(row=timeline.levels(list(ordered["due_day"]), apart_days=apart_days))


def _apart(begin: pd.Timestamp, stop: pd.Timestamp, *, narrow: bool) -> float:
    """Return the days that keep a mark and its number clear of the next one."""
    return (stop - begin).days / (26 if narrow else 17)


def _listed_days(rows: pd.DataFrame) -> str:
    return ", ".join(dates.written(text) for text in rows["date"])


def _finding(
    view: View, name: str, value: float | int | str | None, text: str, sentence: str, function: str, **more: object
) -> Finding:
    return Finding(
        finding_id=f"fnd-timeline-{name}",
        value=value,
        text=text,
        sentence=sentence,
        section=SECTION,
        computed=f"dossier.timeline.{function}",
        as_of=view.as_of.isoformat(),
        **more,
    )


def _latest(view: View, rows: pd.DataFrame) -> Finding:
    if rows.empty:
        return _finding(view, "latest", None, "none", "The record holds no event up to the as-of date.", "dated")
    last = rows.iloc[-1]
    sentence = f"The newest event of the record, on {tables.day(last['date'])}: {last['headline']}."
    return _finding(view, "latest", str(last["date"]), tables.day(last["date"]), sentence, "dated")


def _count(view: View, rows: pd.DataFrame) -> Finding:
    total, mine = len(rows), int(rows["in_narrative"].sum())
    told = "all of them told by the narrative" if mine == total else f"{mine} of them told by the narrative"
    span = f", from {tables.day(rows['date'].iloc[0])} to {tables.day(rows['date'].iloc[-1])}" if total else ""
    sentence = f"{total} events are dated and sourced, {told}{span}."
    return _finding(view, "events", total, str(total), sentence, "dated", unit="events")


def _words_and_deeds(view: View, rows: pd.DataFrame) -> Finding:
    talk = _verbal(rows)
    sentence = f"{talk} of the {len(rows)} events are words (offers, talks, threats); {len(rows) - talk} are deeds."
    return _finding(view, "words", talk, f"{talk} of {len(rows)}", sentence, "mix", unit="events")


def _labels(view: View, rows: pd.DataFrame) -> Finding | None:
    mixed = timeline.mixed_types(rows)
    if not mixed:
        return None
    listed = ", ".join(mixed)
    sentence = f"Under the narrative's own labels acts of opposite kinds stand together: {listed} each hold both cooperation and conflict."
    if len(mixed) == 1:
        sentence = f"Under the narrative's label {listed} stand both cooperation and conflict."
    return _finding(view, "mixed-labels", len(mixed), listed, sentence, "mixed_types", unit="types")


def _silence(view: View, rows: pd.DataFrame) -> Finding | None:
    found = timeline.gaps(rows)
    if found.longest_days is None:
        return None
    text = f"{found.longest_days} days".replace(",", " ")
    sentence = (
        f"The longest silence in the list is {found.longest_days} days, from {tables.day(found.longest_from)} to "
        f"{tables.day(found.longest_to)}: a gap in the telling, not a pause in events."
    )
    return _finding(view, "silence", found.longest_days, text, sentence, "gaps", unit="days")


def _order(view: View, rows: pd.DataFrame) -> Finding | None:
    listed = rows[rows["narrative_order"].notna()]
    if listed.empty:
        return None
    wrong = timeline.out_of_order(rows)
    headlines = listed.set_index("event_id").loc[wrong, "headline"]
    where = f": {'; '.join(headlines)}" if wrong else ""
    verb = "stands" if len(wrong) == 1 else "stand"
    sentence = f"{len(wrong)} of the narrative's {len(listed)} events {verb} in the wrong place in its list{where}."
    return _finding(view, "misplaced", len(wrong), str(len(wrong)), sentence, "out_of_order", unit="events")


def _disputed(view: View) -> Finding:
    points = len(view["disputes"])
    sentence = f"On {points} points accounts differ; they stand side by side in the timeline and are never averaged."
    return _finding(view, "disputed", points, str(points), sentence, "accounts_of", unit="points")


def _kept(view: View) -> Finding:
    met, settled, interval = timeline.deadline_record(timeline.deadlines(view))
    if interval is None:
        return _finding(
            view,
            "deadlines",
            0,
            "0 of 0",
            "No announced deadline had an outcome yet.",
            "deadline_record",
            unit="deadlines",
        )
    sentence = (
        f"{met} of {settled} announced deadlines, targets and appointments with a known outcome were met "
        f"(share with 90 % interval {interval.low:.0%} to {interval.high:.0%})."
    )
    return _finding(
        view, "deadlines", met, f"{met} of {settled}", _spaced(sentence), "deadline_record", unit="deadlines"
    )


def _power(view: View, rows: pd.DataFrame) -> Finding:
    power = timeline.tempo_power(len(rows))
    sentence = (
        f"With {len(rows)} events even the most favourable test would notice a tripled rate in the last tenth of the period "
        f"only {power:.0%} of the time, so nothing is claimed about the tempo."
    )
    return _finding(view, "power", round(power, 4), _spaced(f"{power:.0%}"), _spaced(sentence), "tempo_power", digits=2)


def _later(view: View, rows: pd.DataFrame) -> Finding:
    count = int((timeline.strength(view)["later"] > 0).sum())
    sentence = (
        f"{count} of {len(rows)} events cite a source published after the as-of date; each such source is marked."
    )
    return _finding(view, "later-sources", count, f"{count} of {len(rows)}", sentence, "strength", unit="events")


def _weak(view: View, rows: pd.DataFrame) -> Finding:
    count = int(timeline.strength(view)["weak"].sum())
    sentence = f"{count} of {len(rows)} events rest on weak sources alone (reliability D or worse)."
    return _finding(view, "weak", count, f"{count} of {len(rows)}", sentence, "strength", unit="events")


def _spaced(text: str) -> str:
    """Return text with a space before each per cent sign, once."""
    return text.replace(" %", "%").replace("%", " %")
