"""The page *Timeline*: what happened when, what was announced, and what may not be claimed about the tempo."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import charts, dates, evidence, tables, timeline
from dossier.actors import names
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, ref
from dossier.findings import Answer, Finding
from dossier.pages import disputes

READS = ("events", "deadlines", "disputes", "accounts")  # tables that the findings of this page are read from
SECTION = "sec-timeline-evidence"
TOLD, UNTOLD = "told by the narrative", "not told by the narrative"
FACETS = {"actor": "Actor", "kind": "Type", "strength": "Evidence", "telling": "Narrative", "accounts": "Accounts"}
LABELS_ACROSS = 17  # marks with numbers of two digits that fit beside each other
FEWER_A_DIGIT = 3  # with each digit more


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
        _left_out(view, rows),
        _disputed(view),
        _differing(view, rows),
        _kept(view),
        _power(view, rows),
        _later(view, rows),
        _weak(view, rows),
        _single(view, rows),
    ]
    return Answer([finding for finding in found if finding])


def lanes(view: View) -> ChartExhibit | EntriesExhibit:
    """Return the events in lanes by quad class, deadlines as rules, with a period and facets to choose."""
    rows = events(view)
    if rows.empty:
        return _nothing(view)
    first = timeline.recent(rows)
    ruled = _due_days(timeline.deadlines(view), rows["first_day"].min(), pd.Timestamp(view.as_of))
    wide, narrow = _drawn(view, rows, ruled, first)
    deeds, low, high = timeline.deeds_range(rows)
    since = dates.written(rows["date"].iloc[first])
    return ChartExhibit(
        label="fig-timeline-lanes",
        spec=wide,
        narrow=narrow,
        title=f"{len(rows) - deeds} of {tables.counted(len(rows), 'event')} are words; {_range(low, high)} deeds, by coding",
        subtitle=f"Events by quad class, {_span(rows)}; in the wide form the lanes open on those from {since} on",
        alt=_lanes_alt(rows, first, ruled),
        reading=(
            "Each mark is an event, its number that of the entry below; shape and colour say the quad class. Filled: the "
            "narrative tells it; hollow: it does not. ≠: accounts differ; °: one source or weak ones alone. Bars show events that "
            "lasted or are known only to the month. Lettered lines are deadlines, targets and appointments: solid if met, dashed if "
            "not. On screens a stretch of the strip can be marked to come closer, and a click on a mark leads to its entry."
        ),
        source=tables.own_tables(view, "events", "deadlines", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_event_table(view, rows),
    )


def told(view: View) -> ChartExhibit | EntriesExhibit:
    """Return events by year, those that the narrative tells beside those that it leaves out."""
    rows = events(view)
    if rows.empty:
        return _nothing(view)
    years = timeline.by_year(rows)
    before = timeline.by_year(timeline.until_told(rows))
    silent = int((before["told"] == 0).sum())
    title = f"The narrative leaves out {silent} of {tables.counted(len(before), 'year')} with an event up to its day"
    later = len(rows) - int(before["events"].sum())
    counts = [[str(row.year), str(row.told), str(row.events - row.told)] for row in years.itertuples()]
    return ChartExhibit(
        label="fig-timeline-years",
        spec=charts.finish(charts.stacks(_told_rows(years), axis_title="events")),
        narrow=charts.finish(charts.stacks(_told_rows(years), axis_title="events", narrow=True)),
        title=title,
        subtitle=f"Number of events by calendar year, {_span(rows)}, told by the narrative or not"
        + (f"; {later} of those not told came after its day" if later else ""),
        alt=(
            f"Bars of events by year from {years['year'].min()} to {years['year'].max()}: {int(years['told'].sum())} told by the "
            f"narrative, {int((years['events'] - years['told']).sum())} not. {title}. {_fullest(years)}"
        ),
        reading=(
            "The number at the end of a bar counts all events of its year; years without an event are left out. A tall bar means that "
            "editors put more into the record, not only that more happened."
        ),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=TableExhibit(
            label="tbl-timeline-years",
            title=title,
            columns=tables.columns("Year", "Told", "Not told", numbers=["Told", "Not told"]),
            rows=tables.rows(counts),
            source=tables.own_tables(view, "events"),
            as_of=view.as_of.isoformat(),
        ),
    )


def rule(view: View) -> TableExhibit:
    """Return the inclusion rule, with how many events meet each criterion and how many of them the narrative tells."""
    rows = timeline.by_criterion(view, events(view))
    cells = [[row.title, row.rule, str(row.events), str(row.told)] for row in rows.itertuples()]
    return TableExhibit(
        label="tbl-timeline-rule",
        title=f"{int(rows['events'].sum())} events enter by {tables.counted(len(rows), 'criterion', 'criteria')}; the narrative tells {int(rows['told'].sum())} of them",
        columns=tables.columns("Criterion", "What meets it", "Events", "Told", numbers=["Events", "Told"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "inclusion-criteria", "events"),
        as_of=view.as_of.isoformat(),
        note="An event may meet several criteria; the one that brought it in is counted.",
    )


def left_out(view: View) -> TableExhibit:
    """Return the main events that the narrative could have told and did not."""
    rows = timeline.left_out(events(view))
    main = rows[rows["main"]]
    sources = tables.row_sources(view, "event-sources", "event_id")
    cells: list[list[Inline]] = [
        [ref(row.headline, f"evt-{row.event_id}"), tables.day(row.date), row.type, sources[row.event_id]]
        for row in main.itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-left-out",
        title=f"The narrative leaves out {tables.counted(len(main), 'main event')}, and {len(rows) - len(main)} others that the rule admits",
        columns=tables.columns("Event", "Date", "Type", "Sources"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        note="Which events are main ones is the editor's judgement; the others stand among the entries.",
    )


def evidence_table(view: View) -> TableExhibit:
    """Return how many events rest on how strong evidence, by the best letter of their sources."""
    found = _strength(view, events(view))
    table = evidence.counts(found)
    cells = [[letter, *map(str, table.loc[letter]), str(int(table.loc[letter].sum()))] for letter in table.index]
    heads = [text.capitalize() for text in evidence.STRENGTHS]
    several = int((found["strength"] == evidence.STRENGTHS[0]).sum())
    return TableExhibit(
        label="tbl-timeline-evidence",
        title=f"{several} of {tables.counted(len(found), 'event')} rest on several sources, {int(found['weak'].sum())} on weak ones alone",
        columns=tables.columns("Best letter", *heads, "All", numbers=[*heads, "All"]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events", "event-sources", "sources"),
        as_of=view.as_of.isoformat(),
        note=(
            "Weak: state-controlled outlets, aggregators, wikis, blogs, the narrative itself, or anything graded D or worse. Several "
            "pages may carry one report. No main event rests on weak sources alone; where another does, its entry says so."
        ),
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
    rows = rows.sort_values("count", ascending=False, kind="stable")
    top = rows.iloc[0]
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
    rows = _faceted(view, events(view)).sort_values("number", ascending=False)
    sources = tables.row_sources(view, "event-sources", "event_id")
    strength, points = _strength(view, rows), _points(view)
    return EntriesExhibit(
        [
            _entry(row, sources[row.event_id], strength.loc[row.event_id], points.get(row.event_id, []))
            for row in rows.itertuples()
        ],
        source=tables.own_tables(view, "events", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No event in the data",
        facets=FACETS,
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


def _points(view: View) -> dict[str, list[tuple[str, list[Inline], str]]]:
    """Return for each event the points on which accounts differ: a title, and the accounts."""
    told, found = disputes.accounts(view), {}
    for point in timeline.disputed(view).itertuples():
        found.setdefault(point.event_id, []).append(
            (f"Accounts differ: {point.title}", told[point.dispute_id], f"sec-dispute-{point.dispute_id}")
        )
    return found


def _entry(
    row: object, sources: list[Inline], strength: pd.Series, differing: list[tuple[str, list[Inline], str]]
) -> Entry:
    when = tables.day(row.date) + (f" to {tables.day(row.end_date)}" if isinstance(row.end_date, str) else "")
    coding = f"{row.type}; {row.quad} (CAMEO {row.cameo})"
    if isinstance(row.quad_alternative, str):
        coding += f", or {row.quad_alternative}"
    meta: list[Inline] = [f"{row.number}. {when}", coding, row.telling, _evidence_words(strength, row.credibility)]
    body: list[Inline] = [row.summary]
    if strength["weak"]:
        body.append(f"This event rests on {evidence.said_of(strength)}.")
    more: list[tuple[str, Inline]] = [("Coding", tables.blank(row.coding_note, "as stated above."))]
    more += [("Took part", row.actor.replace("|", ", "))] if row.actor else []
    more.append(("Sources", sources))
    facets = {name: [value for value in getattr(row, name).split("|") if value] for name in FACETS}
    return Entry(f"evt-{row.event_id}", row.headline, meta, body, differing, more, facets)


def _evidence_words(strength: pd.Series, credibility: str) -> str:
    return f"evidence {strength['best']}{credibility}, {tables.counted(int(strength['sources']), 'source')}"


def _strength(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    return evidence.strength(view, "event-sources", "event_id").loc[list(rows["event_id"])]


def _faceted(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Add what a reader can choose events by: a column for each of ``FACETS``, values joined by ``|``."""
    known, involved = names(view), view["event-actors"]
    called = {
        actor: name.replace("|", "/") for actor, name in known.items()
    }  # the sign that parts the values of a facet
    took_part = involved.assign(name=involved["actor_id"].map(called)).groupby("event_id")["name"].agg("|".join)
    disputed = set(timeline.disputed(view)["event_id"].dropna())
    return rows.assign(
        actor=[took_part.get(name, "") for name in rows["event_id"]],
        kind=rows["type"],
        strength=list(_strength(view, rows)["strength"]),
        telling=[TOLD if mine else UNTOLD for mine in rows["in_narrative"]],
        accounts=["accounts differ" if name in disputed else "one account" for name in rows["event_id"]],
    )


def _state(row: object) -> str:
    if row.state == "open":
        return "open"
    known = f", known on {tables.day(row.outcome_on)}" if isinstance(row.outcome_on, str) else ""
    note = f": {row.outcome_note}" if isinstance(row.outcome_note, str) else ""
    return f"{row.state}{known}{note}"


def _event_table(view: View, rows: pd.DataFrame) -> TableExhibit:
    cells: list[list[Inline]] = [
        [
            str(row.number),
            tables.day(row.date),
            ref(row.headline, f"evt-{row.event_id}"),
            row.kind,
            row.quad,
            row.telling,
            row.strength,
        ]
        for row in _faceted(view, rows).itertuples()
    ]
    return TableExhibit(
        label="tbl-timeline-events",
        title="Events in order of date",
        columns=tables.columns(
            "Number", "Date", "Event", "Type", "Quad class", "Narrative", "Evidence", numbers=["Number"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "events"),
        as_of=view.as_of.isoformat(),
        filters=("Type", "Quad class", "Narrative", "Evidence"),
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
    known = events(view)
    total = len(known)
    return ChartExhibit(
        label=label,
        spec=charts.finish(charts.shares(rows, axis_title=axis, colours=colours)),
        narrow=charts.finish(charts.shares(rows, axis_title=axis, colours=colours, narrow=True)),
        title=title,
        subtitle=f"Share of {tables.counted(total, 'event')} by {what} (%), {_span(known)}, with 90 % intervals",
        alt=f"Dot chart of the share of each {what}, with 90 % intervals. {title}: {_shares_in_words(rows)}.",
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


def _span(rows: pd.DataFrame) -> str:
    return f"{dates.written(rows['date'].iloc[0])} to {dates.written(rows['date'].iloc[-1])}"


def _shares_in_words(rows: pd.DataFrame) -> str:
    top = rows.sort_values("count", ascending=False, kind="stable")
    return "; ".join(
        f"{row.kind} {tables.percent(row.share)} ({tables.percent(row.low)} to {tables.percent(row.high)})"
        for row in top.itertuples()
    )


def _nothing(view: View) -> EntriesExhibit:
    return EntriesExhibit([], tables.own_tables(view, "events"), view.as_of.isoformat(), empty="No event in the data")


def _lanes_alt(rows: pd.DataFrame, first: int, ruled: pd.DataFrame) -> str:
    counts = rows["quad"].value_counts()
    listed = ", ".join(f"{counts[quad]} {quad}" for quad in timeline.QUADS if counts.get(quad, 0))
    met = int((ruled["state"] == "met").sum())
    return (
        f"Timeline in four lanes by kind of act, {tables.counted(len(rows), 'event')}: {listed}. In the wide form the lanes open on "
        f"the last {len(rows) - first}. {tables.counted(len(ruled), 'line')} mark deadlines, targets and appointments: {met} met, "
        f"{len(ruled) - met} not or not yet. The table below the chart lists the same events."
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _drawn(view: View, rows: pd.DataFrame, ruled: pd.DataFrame, first: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the chart in its wide and in its narrow form."""
    shown = (rows["last_day"].max() - rows["first_day"].iloc[first]).days
    across = LABELS_ACROSS - FEWER_A_DIGIT * (len(str(len(rows))) - 2)
    apart = max(shown, 1) / across  # days that keep a mark and its number clear of the next one
    marked = _faceted(view, _levelled(rows, apart_days=apart))
    differs, strong = marked["accounts"] == "accounts differ", marked["strength"] == evidence.STRENGTHS[0]
    placed = marked.assign(
        told=marked["telling"] == TOLD,
        sign=["≠" * d + "°" * (not s) for d, s in zip(differs, strong, strict=True)],
        entry=[f"evt-{name}" for name in marked["event_id"]],
    )
    lettered = _in_rows(ruled, apart_days=apart / 2)
    choices = _choices(placed)
    wide = charts.lanes(placed, lettered, quads=timeline.QUADS, first=first + 1, facets=choices)
    narrow = charts.ladder(placed, lettered, quads=timeline.QUADS, facets=choices)
    return charts.finish(wide), charts.finish(narrow)


def _choices(placed: pd.DataFrame) -> list[charts.Facet]:
    """Return the lists by which the chart can be filtered: the same as those of the entries."""
    spread = {name: {value for cell in placed[name] for value in cell.split("|") if value} for name in FACETS}
    return [charts.Facet(name, title, sorted(spread[name])) for name, title in FACETS.items()]


def _told_rows(years: pd.DataFrame) -> pd.DataFrame:
    parts = [(TOLD, years["told"]), (UNTOLD, years["events"] - years["told"])]
    return pd.concat(
        [pd.DataFrame({"place": years["year"].astype(str), "kind": kind, "count": counts}) for kind, counts in parts]
    )


def _fullest(years: pd.DataFrame) -> str:
    top = years.loc[years["events"].idxmax()]
    return f"The fullest year is {int(top['year'])} with {tables.counted(int(top['events']), 'event')}."


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


def _finding(
    view: View, name: str, value: float | int | str | None, text: str, sentence: str, function: str, **more: object
) -> Finding:
    return Finding(
        finding_id=f"fnd-timeline-{name}",
        value=value,
        text=text,
        sentence=sentence,
        section=SECTION,
        computed=f"dossier.{function}" if "." in function else f"dossier.timeline.{function}",
        as_of=view.as_of.isoformat(),
        **more,
        tables=READS,
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
    mixed = timeline.mixed_types(rows[rows["in_narrative"]])
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


def _differing(view: View, rows: pd.DataFrame) -> Finding:
    count = int(rows["event_id"].isin(timeline.disputed(view)["event_id"].dropna()).sum())
    sentence = (
        f"On {count} of {tables.counted(len(rows), 'event')} accounts differ; the chart marks them with the sign ≠."
    )
    return _finding(view, "differing", count, f"{count} of {len(rows)}", sentence, "disputed", unit="events")


def _record_words(rows: pd.DataFrame) -> str:
    record = timeline.deadline_record(rows)
    parts = [f"{row.met} of {tables.counted(row.settled, row.kind)}" for row in record.itertuples() if row.settled]
    return ", ".join(parts) or "none has an outcome yet"


def _kept(view: View) -> Finding:
    rows = timeline.deadlines(view)
    met = int((rows["outcome"] == "met").sum())
    sentence = f"Of what was announced and has an outcome, this was met: {_record_words(rows)}. Moved or dropped counts as not met."
    return _finding(view, "deadlines", met, _record_words(rows), sentence, "deadline_record")


def _power(view: View, rows: pd.DataFrame) -> Finding:
    both = (len(rows), int(rows["in_narrative"].sum()))
    trend, window = ([tables.percent(power(n)) for n in both] for power in (timeline.trend_power, timeline.tempo_power))
    sentence = (
        f"A tripled rate in the last tenth of the period would be noticed by a test for trend {trend[0]} of the time with "
        f"{tables.counted(both[0], 'event')}, {trend[1]} with the narrative's {both[1]}; by an exact test whose window was fixed "
        f"beforehand {window[0]} and {window[1]}. And a raised rate may be the editor's: nothing is claimed about the tempo."
    )
    return _finding(view, "power", round(timeline.trend_power(both[0]), 4), trend[0], sentence, "trend_power", digits=2)


def _left_out(view: View, rows: pd.DataFrame) -> Finding:
    missing = timeline.left_out(rows)
    main = missing[missing["main"]]
    share = f"{len(missing)} of {len(missing) + int(rows['in_narrative'].sum())}"
    listed = f", among them {', '.join(main['short_name'])}" if len(main) else ""
    sentence = f"The narrative does not tell {share} events that the rule admits up to its day{listed}."
    if rows["told_on"].isna().all():
        sentence = "The narrative had not been told by the as-of date, so that nothing can be left out yet."
    return _finding(view, "left-out", len(missing), share, sentence, "left_out", unit="events")


def _later(view: View, rows: pd.DataFrame) -> Finding:
    count = int((_strength(view, rows)["later"] > 0).sum())
    sentence = f"Sources published after the as-of date are cited for {count} of {tables.counted(len(rows), 'event')}; each is marked."
    return _finding(
        view, "later-sources", count, f"{count} of {len(rows)}", sentence, "evidence.strength", unit="events"
    )


def _weak(view: View, rows: pd.DataFrame) -> Finding:
    count = int(_strength(view, rows)["weak"].sum())
    sentence = (
        f"On weak sources alone (state-controlled outlets, aggregators, wikis, blogs, or graded D and worse) rest {count} of "
        f"{tables.counted(len(rows), 'event')}; each entry says so."
    )
    return _finding(view, "weak", count, f"{count} of {len(rows)}", sentence, "evidence.strength", unit="events")


def _single(view: View, rows: pd.DataFrame) -> Finding:
    count = int((_strength(view, rows)["sources"] == 1).sum())
    sentence = (
        f"On one source alone rest {count} of {tables.counted(len(rows), 'event')}; they bear the sign ° in the chart."
    )
    return _finding(view, "single", count, f"{count} of {len(rows)}", sentence, "evidence.strength", unit="events")
