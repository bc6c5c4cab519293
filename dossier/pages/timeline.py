"""The page *Timeline*: what happened when, what was announced, and what may not be claimed about the tempo."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import charts, dates, tables, timeline
from dossier.actors import names
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer, Finding
from dossier.pages import disputes

SECTION = "sec-timeline-evidence"
ENOUGH_POWER = 0.8  # the convention below which a test is not worth relying on


def events(view: View) -> pd.DataFrame:
    """Return the view's events in order of date, those that had happened by the day."""
    return timeline.dated(timeline.happened(view["events"], view.as_of))


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
    start = timeline.main_period(rows) or rows["first_day"].min().date()
    begin = pd.Timestamp(start) - pd.Timedelta(days=21)
    stop = pd.Timestamp(view.as_of) + pd.Timedelta(days=21)
    shown = rows[rows["first_day"] >= begin]
    earlier = rows[rows["first_day"] < begin]
    ruled = _due_days(timeline.deadlines(view), begin, stop)
    wide, narrow = (_drawn_lanes(shown, ruled, earlier, begin, stop, narrow=form) for form in (False, True))
    outside = (
        f"; {len(earlier)} earlier, of {_listed_days(earlier)}, stands outside the picture" if len(earlier) else ""
    )
    deeds, low, high = timeline.deeds_range(rows)
    return ChartExhibit(
        label="fig-timeline-lanes",
        spec=wide,
        narrow=narrow,
        title=f"{len(rows) - deeds} of {tables.counted(len(rows), 'event')} are words; {_range(low, high)} deeds, by coding",
        subtitle=f"Events by quad class, {dates.written(shown['date'].min())} to {dates.written(view.as_of.isoformat())}{outside}",
        alt=_lanes_alt(shown, earlier, ruled),
        reading=(
            "Each mark is an event, its number that of the entry below; shape and colour say the quad class. Bars show events "
            "that lasted or are known only to the month. Lettered lines are deadlines, targets and "
            "appointments: solid if met, dashed if not. An event before the axis begins is named at its edge."
        ),
        source=tables.own_tables(view, "events", "deadlines", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_event_table(view, rows),
    )


def deadlines(view: View) -> TableExhibit:
    """Return every announced deadline and what became of it."""
    rows = timeline.deadlines(view)
    sources = tables.row_sources(view, "deadline-sources", "deadline_id")
    known = names(view)
    cells: list[list[Inline]] = [
        [
            f"{row.letter}: {row.kind}, {tables.day(row.due)}",
            row.what,
            f"{known[row.setter_id]}, {tables.day(row.announced_on)}",
            _state(row),
            sources[row.deadline_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-deadlines",
        title=f"Met so far: {_record_words(rows)}",
        columns=tables.columns("Kind and due", "What", "Set by, on", "What had become of it", "Sources"),
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
            tables.number(row.days),
            [tables.day(row.from_date), ": ", ref(str(headlines[row.from_id]), f"evt-{row.from_id}")],
            [tables.day(row.to_date), ": ", ref(str(headlines[row.to_id]), f"evt-{row.to_id}")],
        ]
        for row in found.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-gaps",
        title=f"The longest silence lasts {tables.counted(int(found['days'].iloc[0]), 'day')}"
        if len(found)
        else "No gap can be measured",
        columns=tables.columns("Days", "After", "Before", numbers=["Days"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        note=_gap_note(rows),
    )


def kinds(view: View) -> ChartExhibit | EntriesExhibit:
    """Return counts by type with the interval of each share."""
    rows = timeline.mix(events(view), "type", timeline.TYPES)
    if rows.empty:
        return _nothing(view)
    top = rows.loc[rows["count"].idxmax()]
    title = (
        f"{str(top['kind']).capitalize()} events are the most frequent kind, {int(top['count'])} of {len(events(view))}"
    )
    return _share_chart(view, rows, label="fig-timeline-types", title=title, what="type", colours=None)


def quads(view: View) -> ChartExhibit | EntriesExhibit:
    """Return counts by quad class with the interval of each share."""
    rows = timeline.mix(events(view), "quad", timeline.QUADS)
    if rows.empty:
        return _nothing(view)
    top = rows.loc[rows["count"].idxmax()]
    title = f"{str(top['kind']).capitalize()} makes up {int(top['count'])} of {len(events(view))} events"
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
    rows = view["disputes"]
    return disputes.exhibit(view, rows[rows["event_id"].isna() & rows["case_id"].isna()].itertuples())


def _gap_note(rows: pd.DataFrame) -> str:
    found = timeline.gaps(rows)
    if found.median_days is None:
        return "Fewer than two events are known to the day."
    spread = f"; their standard deviation is {found.spread:.1f} times their mean" if found.spread is not None else ""
    return f"The middle gap is {tables.counted(round(found.median_days), 'day')}{spread}."


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
    about = view["disputes"]
    for dispute in about[about["event_id"] == row.event_id].itertuples():
        lists.append((f"Accounts differ: {dispute.title}", disputes.accounts(view, dispute.dispute_id)))
    return Entry(f"evt-{row.event_id}", row.headline, meta, body, [*lists, ("Sources", [sources])])


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
            tables.percent(row.share),
            f"{tables.percent(row.low)} to {tables.percent(row.high)}",
        ]
        for row in rows.rename(columns={"count": "count_"}).itertuples()
    ]
    total = len(events(view))
    return ChartExhibit(
        label=label,
        spec=charts.finish(charts.shares(rows, axis_title=axis, colours=colours)),
        narrow=charts.finish(charts.shares(rows, axis_title=axis, colours=colours, narrow=True)),
        title=title,
        subtitle=f"Share of {tables.counted(total, 'event')} by {what}, with 90 % intervals",
        alt=f"Dot chart of the share of each {what}, with 90 % intervals: {_shares_in_words(rows)}.",
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


def _shares_in_words(rows: pd.DataFrame) -> str:
    top = rows.sort_values("count", ascending=False, kind="stable").head(2)
    return "; ".join(
        f"{row.kind} {tables.percent(row.share)} ({tables.percent(row.low)} to {tables.percent(row.high)})"
        for row in top.itertuples()
    )


def _nothing(view: View) -> EntriesExhibit:
    return EntriesExhibit([], tables.own_tables(view, "events"), view.as_of.isoformat(), empty="No event in the data")


def _lanes_alt(shown: pd.DataFrame, earlier: pd.DataFrame, ruled: pd.DataFrame) -> str:
    counts = shown["quad"].value_counts()
    listed = ", ".join(f"{counts[quad]} {quad}" for quad in timeline.QUADS if counts.get(quad, 0))
    met = int((ruled["state"] == "met").sum())
    before = f"; {len(earlier)} lies earlier" if len(earlier) else ""
    return (
        f"Timeline in four lanes by kind of act. {tables.counted(len(shown), 'event')} shown: {listed}{before}. "
        f"{tables.counted(len(ruled), 'line')} mark deadlines, targets and appointments: {met} met, {len(ruled) - met} not or "
        "not yet. The table below the chart lists the same events."
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _drawn_lanes(
    shown: pd.DataFrame,
    ruled: pd.DataFrame,
    earlier: pd.DataFrame,
    begin: pd.Timestamp,
    stop: pd.Timestamp,
    *,
    narrow: bool,
) -> dict[str, Any]:
    apart = _apart(begin, stop, narrow=narrow)
    levelled, lettered = _levelled(shown, apart_days=apart), _in_rows(ruled, apart_days=apart / 2)
    before = earlier.assign(when=[tables.day(text) for text in earlier["date"]])[["number", "when", "quad"]]
    drawn = charts.lanes(levelled, lettered, before, quads=timeline.QUADS, start=begin, end=stop, narrow=narrow)
    return charts.finish(drawn)


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
    if rows.empty:
        return _finding(
            view, "events", 0, "0", "The record holds no event up to the as-of date.", "dated", unit="events"
        )
    span = f"from {tables.day(rows['date'].iloc[0])} to {tables.day(rows['date'].iloc[-1])}"
    mine = int(rows["in_narrative"].sum())
    sentence = (
        f"{tables.counted(len(rows), 'event')} are dated and sourced, {span}; {mine} of them are told by the narrative."
    )
    return _finding(view, "events", len(rows), str(len(rows)), sentence, "dated", unit="events")


def _words_and_deeds(view: View, rows: pd.DataFrame) -> Finding | None:
    if rows.empty:
        return None
    deeds, low, high = timeline.deeds_range(rows)
    sentence = (
        f"{len(rows) - deeds} of {tables.counted(len(rows), 'event')} are words (offers, talks, threats), {deeds} deeds"
    )
    sentence += f"; other defensible codings give {_range(low, high)} deeds." if low != high else "."
    return _finding(
        view, "words", len(rows) - deeds, f"{len(rows) - deeds} of {len(rows)}", sentence, "deeds_range", unit="events"
    )


def _labels(view: View, rows: pd.DataFrame) -> Finding | None:
    mixed = timeline.mixed_types(rows)
    if not mixed:
        return None
    listed = ", ".join(mixed)
    sentence = f"The narrative's labels {listed} each cover both cooperation and conflict."
    if len(mixed) == 1:
        sentence = f"The narrative's label {listed} covers both cooperation and conflict."
    return _finding(view, "mixed-labels", len(mixed), listed, sentence, "mixed_types", unit="types")


def _silence(view: View, rows: pd.DataFrame) -> Finding | None:
    found = timeline.gaps(rows)
    if found.longest_days is None:
        return None
    text = tables.counted(found.longest_days, "day")
    between = f"from {tables.day(found.longest_from)} to {tables.day(found.longest_to)}"
    sentence = f"The longest silence in the list is {text}, {between}; whether in events or in the telling, the list cannot say."
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
    rows = timeline.disputed(view)
    mine = int(rows["narrative"].sum())
    sentence = f"On {tables.counted(len(rows), 'point')} accounts differ; on {mine} the narrative's is one of them. All stand side by side."
    return _finding(view, "disputed", len(rows), str(len(rows)), sentence, "disputed", unit="points")


def _record_words(rows: pd.DataFrame) -> str:
    record = timeline.deadline_record(rows)
    parts = [f"{row.met} of {tables.counted(row.settled, row.kind)}" for row in record.itertuples() if row.settled]
    return ", ".join(parts) or "none has an outcome yet"


def _kept(view: View) -> Finding:
    rows = timeline.deadlines(view)
    met = int((rows["outcome"] == "met").sum())
    sentence = f"Of what was announced and has an outcome, met were: {_record_words(rows)}. Moved or dropped counts as not met."
    return _finding(view, "deadlines", met, _record_words(rows), sentence, "deadline_record")


def _power(view: View, rows: pd.DataFrame) -> Finding:
    power = timeline.tempo_power(len(rows))
    weak = power < ENOUGH_POWER
    end = "; nothing is claimed about the tempo." if weak else "."
    sentence = (
        f"With {tables.counted(len(rows), 'event')} an exact test at 5 % would notice a tripled rate in the last tenth of the "
        f"period {tables.percent(power)} of the time{end}"
    )
    return _finding(view, "power", round(power, 4), tables.percent(power), sentence, "tempo_power", digits=2)


def _later(view: View, rows: pd.DataFrame) -> Finding:
    mine = timeline.strength(view).set_index("event_id").loc[list(rows["event_id"])]
    count = int((mine["later"] > 0).sum())
    sentence = f"Sources published after the as-of date are cited for {count} of {tables.counted(len(rows), 'event')}; each is marked."
    return _finding(view, "later-sources", count, f"{count} of {len(rows)}", sentence, "strength", unit="events")


def _weak(view: View, rows: pd.DataFrame) -> Finding:
    mine = timeline.strength(view).set_index("event_id").loc[list(rows["event_id"])]
    count = int(mine["weak"].sum())
    sentence = f"On weak sources alone (reliability D or worse) rest {count} of {tables.counted(len(rows), 'event')}."
    return _finding(view, "weak", count, f"{count} of {len(rows)}", sentence, "strength", unit="events")
