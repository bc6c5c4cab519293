"""The page *Situation*: the key indicators, each with its definition, newest value, change and what is missing."""

from __future__ import annotations

import pandas as pd

from dossier import charts, dates, indicators, tables
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Inline, TableExhibit
from dossier.findings import Answer, Finding, Result

READS = (
    "indicators",
    "series",
    "observations",
    "stated-figures",
    "polls",
    "quotes",
)  # tables that the findings of this page are read from
GLANCE_MONTHS = indicators.GLANCE_MONTHS
SHOWN_MONTHS, NARROW_MONTHS = 24, 6
QUOTE = "quote"
AREA_UNIT = "sq km"
OF_THE_FILES = "Said in retrospect, of the files as they were read for this report in November 2026, whatever the day of the edition."


def answer(view: View) -> Answer:
    """Return one finding an indicator: newest values, change, an arrow with its reason."""
    rows = indicators.ordered(view)
    found = [_finding(view, row) for _, row in rows.iterrows()]
    told = [_count(view, rows), *(finding for finding in found if finding)]
    return Answer(told, results=[result for _, about in rows.iterrows() for result in _results(view, about)])


def _results(view: View, about: pd.Series) -> list[Result]:
    """Return the newest value of every series of an indicator, to be compared between editions."""
    return [
        Result(
            "indicator",
            one.series_id,
            f"{about['title']}: {one.title}",
            one.value,
            _value_words(about, one),
            "tbl-situation-glance",
            digits=2,
        )
        for one in indicators.latest(view, about["indicator_id"])
    ]


def glance(view: View) -> TableExhibit:
    """Return every indicator with its newest values, its change and what a rise means."""
    cells = []
    for _, about in indicators.ordered(view).iterrows():
        newest = indicators.latest(view, about["indicator_id"])
        cells.append(
            [
                about["title"],
                _newest_words(about, newest) or _other_words(view, about) or "nothing up to the day",
                _change_words(view, about) or tables.NOTHING,
                about["rise_means"],
            ]
        )
    return TableExhibit(
        label="tbl-situation-glance",
        title=f"{tables.counted(len(cells), 'indicator')}: newest value, change over {GLANCE_MONTHS} months, and what a rise means",
        columns=tables.columns("Indicator", "Newest", "Change", "A rise means"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "indicators", "series", "observations", sources="sources of each series below"),
        as_of=view.as_of.isoformat(),
        note="What each counts is said below, with what is missing. Values of the past are those of the data files read for this report, which are younger than the as-of date.",
    )


def levels(view: View, topic: str) -> ChartExhibit | EntriesExhibit:
    """Return the course of the levels of a topic, its series side by side."""
    about, rows = _course(view, topic)
    if about is None or rows.empty:
        return _nothing(view, topic)
    newest = indicators.latest(view, about["indicator_id"])
    title = f"{about['title']}: {_span_of_newest(about, newest)}"
    zero = topic != "territory"
    table = [[row.series, tables.day(row.date), tables.number(row.value), _bounds(row)] for row in rows.itertuples()]
    return ChartExhibit(
        label=f"fig-situation-{topic}",
        spec=charts.finish(charts.lines(rows, axis_title=about["unit"], zero=zero)),
        narrow=charts.finish(charts.lines(rows, axis_title=about["unit"], zero=zero, narrow=True)),
        title=title,
        subtitle=f"{about['definition']} {_span_words(rows, short=True)}; unit: {about['unit']}",
        alt=f"Lines over time. {about['title']}: {_newest_words(about, newest)}. {_span_words(rows)}",
        reading="Each line is named at its end. "
        + (
            "A band shows the producer's interval."
            if rows["low"].notna().any()
            else "No producer gives an interval; how far the lines are apart is all that is known of the uncertainty."
        )
        + ("" if zero else " The axis does not begin at zero."),
        source=_series_sources(view, about["indicator_id"]),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=TableExhibit(
            label=f"tbl-situation-{topic}",
            title=title,
            columns=tables.columns(
                "Series", "Day", f"Value ({about['unit']})", "Interval", numbers=[f"Value ({about['unit']})"]
            ),
            rows=tables.rows(table),
            source=tables.own_tables(view, "observations", sources="sources of each series below"),
            as_of=view.as_of.isoformat(),
        ),
    )


def advance(view: View, topic: str) -> TableExhibit:
    """Return the change of the levels of a topic over windows, the series side by side, with their disagreement."""
    about = _first(view, topic)
    found = indicators.windows(view, about["indicator_id"]) if about is not None else pd.DataFrame()
    unit = about["unit"] if about is not None else ""
    cells = []
    for length, rows in found.groupby("months") if len(found) else []:
        for row in rows.itertuples():
            span = f"{tables.day(row.start.isoformat())} to {tables.day(row.end.isoformat())}"
            cells.append(
                [
                    _months(length),
                    row.title,
                    span,
                    tables.number(row.net),
                    tables.number(row.per_month),
                    _miles(unit, row.per_month),
                ]
            )
    numbers = [f"Net ({unit})", f"A month ({unit})", "A month (sq mi)"]
    return TableExhibit(
        label=f"tbl-situation-{topic}-windows",
        title=_disagreement(found, unit),
        columns=tables.columns("Window", "Series", "From, to", *numbers, numbers=numbers),
        rows=tables.rows(cells),
        source=_series_sources(view, about["indicator_id"])
        if about is not None
        else tables.own_tables(view, "observations"),
        as_of=view.as_of.isoformat(),
        note="A window ends with the newest value of its series. The series are drawn by different rules; they are shown side by side and never averaged.",
    )


def monthly(view: View, topic: str) -> ChartExhibit | EntriesExhibit:
    """Return the change of the levels of a topic month by month."""
    about = _first(view, topic)
    changes = indicators.monthly_changes(view, about["indicator_id"]) if about is not None else pd.DataFrame()
    if about is None or changes.empty:
        return _nothing(view, topic)
    months = sorted(changes["month"].unique())[-SHOWN_MONTHS:]
    shown = changes[changes["month"].isin(months)].sort_values(["month", "series_id"], kind="stable")
    title = f"The largest rise in a month since {tables.day(months[0])}: {_records(about, shown)}"
    drawn = shown.rename(columns={"title": "kind", "change": "value"}).assign(
        place=[f"{dates.first_day(month):%b %Y}" for month in shown["month"]]
    )
    kinds = list(indicators.series_of(view, about["indicator_id"])["title"])  # as in the chart of the levels
    kinds = [kind for kind in kinds if kind in set(drawn["kind"])]
    axis, last = f"{about['unit']} a month", drawn[drawn["month"].isin(months[-NARROW_MONTHS:])]
    return ChartExhibit(
        label=f"fig-situation-{topic}-months",
        spec=charts.finish(charts.groups(drawn, kinds=kinds, axis_title=axis)),
        narrow=charts.finish(charts.groups(last, kinds=kinds, axis_title=axis, narrow=True)),
        title=title,
        subtitle=f"Change from one month's last day to the next, {tables.day(months[0])} to {tables.day(months[-1])}; unit: {about['unit']}",
        alt=f"Bars of the change in each of {len(months)} months, one a series. {title}.",
        reading=(
            f"Bars of one month stand beside each other, one a series; the narrow form shows the last {NARROW_MONTHS} months alone. "
            "A month without a bar has no value for its last day or for that of the month before. A change has no interval of its own: how "
            "far the bars of a month are apart shows how uncertain it is."
        ),
        source=_series_sources(view, about["indicator_id"]),
        as_of=view.as_of.isoformat(),
        n=len(shown),
        table=_month_table(view, about, changes, label=f"tbl-situation-{topic}-months", title=title),
    )


def _records(about: pd.Series, shown: pd.DataFrame) -> str:
    rows = shown.loc[shown.groupby("series_id", sort=True)["change"].idxmax()]
    return "; ".join(
        f"{tables.number(row.change)} {about['unit']} in {tables.day(row.month)} ({row.title})"
        for row in rows.itertuples()
    )


def _month_table(view: View, about: pd.Series, changes: pd.DataFrame, *, label: str, title: str) -> TableExhibit:
    change = f"Change ({about['unit']})"
    cells = [[tables.day(row.month), row.title, tables.number(row.change)] for row in changes.itertuples()]
    return TableExhibit(
        label=label,
        title=title,
        columns=tables.columns("Month", "Series", change, numbers=[change]),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "observations"),
        as_of=view.as_of.isoformat(),
    )


def flows(view: View, topic: str) -> ChartExhibit | EntriesExhibit:
    """Return the yearly sums of the flows of a topic by side, with the months in a table."""
    about = _first(view, topic)
    sums = indicators.yearly(view, about["indicator_id"]) if about is not None else pd.DataFrame()
    if about is None or sums.empty:
        return _nothing(view, topic)
    unit = about["unit"].split(" a ")[0]
    last = sums[sums["year"] == sums["year"].max()]
    listed = "; ".join(f"{row.side} {row.total:.1f}" for row in last.itertuples())
    newest = max(
        indicators.values(view, name)["date"].max()
        for name in indicators.series_of(view, about["indicator_id"])["series_id"]
    )
    places = [_year_name(year, newest) for year in sums["year"]]
    drawn = sums.assign(kind=sums["side"], place=places, value=sums["total"]).sort_values(["year", "series_id"])
    kinds = list(dict.fromkeys(drawn["kind"]))
    year = f"{last['year'].iloc[0]}" + ("" if newest.endswith("-12") else f", up to {tables.day(newest)}")
    title = f"{about['title']} in {year} ({unit}): {listed}"
    months = _flow_table(view, about, label=f"tbl-situation-{topic}", title=title)
    return ChartExhibit(
        label=f"fig-situation-{topic}",
        spec=charts.finish(charts.groups(drawn, kinds=kinds, axis_title=unit)),
        narrow=charts.finish(charts.groups(drawn, kinds=kinds, axis_title=unit, narrow=True)),
        title=title,
        subtitle=f"{about['definition']} Sums by calendar year, {sums['year'].min()} to {tables.day(newest)}; unit: {unit}",
        alt=f"Bars by year and donor group. {title}.",
        reading="One bar a donor group and year; the months stand in the table. These are plain sums, without an interval.",
        source=_series_sources(view, about["indicator_id"]),
        as_of=view.as_of.isoformat(),
        n=len(months.rows),
        table=months,
    )


def _flow_table(view: View, about: pd.Series, *, label: str, title: str) -> TableExhibit:
    months = [
        [series.side, tables.day(row.date), f"{row.value:.3f}"]
        for series in indicators.series_of(view, about["indicator_id"]).itertuples()
        for row in indicators.values(view, series.series_id).itertuples()
    ]
    return TableExhibit(
        label=label,
        title=title,
        columns=tables.columns("Side", "Month", about["unit"], numbers=[about["unit"]]),
        rows=tables.rows(months),
        source=tables.own_tables(view, "observations"),
        as_of=view.as_of.isoformat(),
        filters=("Side",),
    )


def _year_name(year: int, newest: str) -> str:
    """Return a year; one that is not over says so, since it looks small beside the others."""
    over = str(year) != newest[:4] or newest.endswith("-12")
    return str(year) if over else f"{year} to {dates.first_day(newest):%b}"


def stated(view: View, topic: str) -> ChartExhibit | EntriesExhibit:
    """Return the figures that were stated on a topic, oldest first."""
    about = view["indicators"]
    about = about[about["topic"] == topic].set_index("indicator_id")
    rows = view["stated-figures"]
    rows = rows[rows["indicator_id"].isin(about.index)].sort_values(["said_on", "figure_id"])
    if rows.empty:
        return _nothing(view, topic)
    unit, label = about["unit"].iloc[0], f"{topic.replace(' ', '-')}-stated"
    rows = rows.sort_values(["indicator_id", "said_on", "figure_id"])
    drawn = rows.assign(
        label=[f"{_short_day(row.said_on)}: {row.said_by}" for row in rows.itertuples()],
        of=rows["indicator_id"].map(about["title"]),
    )
    drawn = drawn.assign(
        low=rows["low"].fillna(rows["high"]).astype(float), high=rows["high"].fillna(rows["low"]).astype(float)
    )
    title = f"What was said on {topic}, in {unit}: {_runs(drawn)}"
    least, most = (drawn.loc[drawn[end].sort_values(kind="stable").index[at]] for end, at in (("low", 0), ("high", -1)))
    order = "Oldest on top" if drawn["of"].nunique() == 1 else "By what was counted, oldest on top"
    return ChartExhibit(
        label=f"fig-situation-{label}",
        spec=charts.finish(charts.ranges(drawn, axis_title=unit)),
        narrow=charts.finish(charts.ranges(drawn, axis_title=unit, narrow=True)),
        title=title,
        subtitle=f"{' '.join(about.loc[rows['indicator_id'].unique(), 'definition'])} {order}, {tables.day(rows['said_on'].min())} to {tables.day(rows['said_on'].max())}; unit: {unit}",
        alt=(
            f"Dots and lines, one row for each of {tables.counted(len(rows), 'statement')}. {title}: least by {least['said_by']}, most by "
            f"{most['said_by']}."
        ),
        reading="A line joins the lower and the upper end of what was said; one dot is one figure. Who said what stands in the table.",
        source=tables.own_tables(view, "stated-figures"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_stated_table(view, rows, about, label=f"tbl-situation-{label}", title=title),
    )


def _runs(drawn: pd.DataFrame) -> str:
    """Return from where to where the figures run, for each thing that was counted if there are several."""
    groups = drawn.groupby("of", sort=False)
    parts = [(f"{of}, " if len(groups) > 1 else "", rows["low"].min(), rows["high"].max()) for of, rows in groups]
    return "; ".join(f"{of}{tables.number(low)} to {tables.number(high)}" for of, low, high in parts)


def _stated_table(view: View, rows: pd.DataFrame, about: pd.DataFrame, *, label: str, title: str) -> TableExhibit:
    sources = tables.row_sources(view, "stated-figure-sources", "figure_id")
    cells: list[list[Inline]] = [
        [
            tables.day(row.said_on),
            str(about.at[row.indicator_id, "title"]),
            row.said_by,
            row.standing,
            _figure(row),
            row.statement,
            sources[row.figure_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label=label,
        title=title,
        columns=tables.columns(
            "Said on", "Of", "By", "Standing", "Figure", "What was said", "Sources", numbers=["Figure"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "stated-figures"),
        as_of=view.as_of.isoformat(),
        filters=("Of", "Standing"),
    )


def polls(view: View) -> TableExhibit:
    """Return what people answered, with how many were asked and whether the wording of the question was seen."""
    rows = view["polls"]
    sources = tables.row_sources(view, "poll-sources", "poll_id")
    cells: list[list[Inline]] = [
        [
            row.question,
            row.answer,
            f"{row.percent:.0f}",
            tables.number(row.n) if pd.notna(row.n) else tables.NOTHING,
            f"{tables.day(row.fieldwork_from)} to {tables.day(row.fieldwork_to)}",
            f"{row.pollster}; wording {row.wording}",
            sources[row.poll_id],
        ]
        for row in rows.itertuples()
    ]
    unseen = int((rows["wording"] == "not seen").sum())
    return TableExhibit(
        label="tbl-situation-polls",
        title=f"{tables.counted(len(rows), 'answer')}; of {unseen} the wording of the question was not seen",
        columns=tables.columns(
            "Asked", "Answer", "Per cent", "n", "Fieldwork", "By", "Sources", numbers=["Per cent", "n"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "polls"),
        as_of=view.as_of.isoformat(),
        note="The answer depends on the question: shares of different questions cannot be compared.",
    )


def quotes(view: View) -> TableExhibit:
    """Return the newest quote of every question, with the money traded."""
    rows = indicators.newest_quotes(view).sort_values(["closes", "question"], kind="stable")
    sources = tables.row_sources(view, "quote-sources", "quote_id")
    cells: list[list[Inline]] = [
        [
            row.question,
            tables.percent(row.value),
            row.venue,
            tables.day(row.date),
            tables.day(row.closes),
            tables.number(row.volume_usd) if pd.notna(row.volume_usd) else tables.NOTHING,
            sources[row.quote_id],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-situation-quotes",
        title=f"{tables.counted(len(rows), 'quote')} of markets and crowds, none of them used as a probability here",
        columns=tables.columns(
            "Question", "Quote", "Venue", "On", "Closes", "Volume (USD)", "Sources", numbers=["Quote", "Volume (USD)"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "quotes"),
        as_of=view.as_of.isoformat(),
        note="A market answers its own rule, and thinly traded questions need not fit together. A question that has closed keeps the last quote that was stored.",
    )


def missing(view: View) -> TableExhibit:
    """Return what each indicator counts, and what is missing from it and why."""
    rows = indicators.ordered(view)
    return TableExhibit(
        label="tbl-situation-missing",
        title=f"From {int(rows['missing'].notna().sum())} of {tables.counted(len(rows), 'indicator')} something is missing",
        columns=tables.columns("Indicator", "What it counts", "What is missing, and why"),
        rows=tables.rows([[row.title, row.definition, tables.blank(row.missing)] for row in rows.itertuples()]),
        source=tables.own_tables(view, "indicators", sources="sources at the other exhibits of this page"),
        as_of=view.as_of.isoformat(),
        note=OF_THE_FILES,
    )


def series(view: View) -> TableExhibit:
    """Return every series with what a value is, how it was derived, and its sources."""
    rows = view["series"]
    sources = tables.row_sources(view, "series-sources", "series_id")
    cells: list[list[Inline]] = [
        [row.title, row.measures, row.derivation, tables.day(row.vintage), sources[row.series_id]]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-situation-series",
        title=f"{len(rows)} series, and how their values were derived",
        columns=tables.columns("Series", "One value is", "Derived", "File of", "Sources"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "series"),
        as_of=view.as_of.isoformat(),
        note=OF_THE_FILES,
    )


def _first(view: View, topic: str) -> pd.Series | None:
    rows = view["indicators"]
    rows = rows[rows["topic"] == topic]
    return None if rows.empty else rows.iloc[0]


def _course(view: View, topic: str) -> tuple[pd.Series | None, pd.DataFrame]:
    about = _first(view, topic)
    if about is None:
        return None, pd.DataFrame()
    parts = [
        indicators.values(view, row.series_id).assign(series=row.title)
        for row in indicators.series_of(view, about["indicator_id"]).itertuples()
    ]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=["series", "date", "day", "value", "low", "high"])
    rows = rows.assign(day=[day.isoformat() for day in rows["day"]])
    return about, rows.astype({"value": float, "low": float, "high": float})


def _newest_words(about: pd.Series, newest: list[indicators.Latest]) -> str:
    return "; ".join(f"{one.title} {_value_words(about, one)}" for one in newest)


def _value_words(about: pd.Series, one: indicators.Latest) -> str:
    part = indicators.share(about, one.value)
    text = f"{_number(one.value)} {about['unit']}" + (f" ({part * 100:.2f} %)" if part is not None else "")
    bounds = f", {_number(one.low)} to {_number(one.high)}" if one.low is not None and one.high is not None else ""
    stale = ", stale" if one.stale else ""
    return (
        f"{text}{bounds} on {tables.day(one.day)}{stale}"
        if len(one.day) == 10
        else f"{text}{bounds} in {tables.day(one.day)}{stale}"
    )


def _other_words(view: View, about: pd.Series) -> str:
    """Return the newest words on an indicator without series: a stated figure, an answer, or a quote."""
    figures = indicators.stated(view, about["indicator_id"])
    figures = figures[figures["standing"] != "narrative"]
    if len(figures):
        last = figures.iloc[-1]
        return f"{_figure(last)} {about['unit']}, {last['standing']} ({last['said_by']}, {tables.day(last['said_on'])}{_old(view, about, last['said_on'])})"
    answers = view["polls"]
    answers = answers[answers["indicator_id"] == about["indicator_id"]].sort_values("fieldwork_to", kind="stable")
    if len(answers):
        last = answers.iloc[-1]
        same = answers[(answers["fieldwork_to"] == last["fieldwork_to"]) & (answers["question"] == last["question"])]
        listed = ", ".join(f"{row.answer} {row.percent:.0f} %" for row in same.itertuples())
        return f"{listed} ({last['pollster']}, to {tables.day(last['fieldwork_to'])}{_old(view, about, last['fieldwork_to'])})"
    return _quoted(view, about)


def _quoted(view: View, about: pd.Series) -> str:
    """Return the two newest quotes of questions that are not over, or that all are over, or nothing without a quote."""
    rows = indicators.newest_quotes(view)
    rows = rows[rows["indicator_id"] == about["indicator_id"]]
    if rows.empty:
        return ""
    ahead = rows[[dates.last_day(closes) >= view.as_of for closes in rows["closes"]]]
    if ahead.empty:
        return f"none of {tables.counted(len(rows), 'question')} with a quote is open"
    ahead = ahead.sort_values("date", ascending=False, kind="stable").head(2)
    return "; ".join(
        f"{row.question} {tables.percent(row.value)} ({tables.day(row.date)}{_old(view, about, row.date)})"
        for row in ahead.itertuples()
    )


def _old(view: View, about: pd.Series, day: str) -> str:
    """Return a mark for what was said longer ago than the indicator allows."""
    return ", stale" if (view.as_of - dates.last_day(day)).days > int(about["stale_after_days"]) else ""


def _changes(view: View, about: pd.Series) -> pd.DataFrame:
    """Return the change of each series over the glance window: ``title``, ``before``, ``after``; a flow compares sums."""
    if about["kind"] == "flow":
        found = indicators.recent_flow(view, about["indicator_id"], months=GLANCE_MONTHS)
        return found.rename(columns={"newest": "after"})
    if about["kind"] == QUOTE:
        return indicators.quote_changes(view, about["indicator_id"], months=GLANCE_MONTHS)
    if about["kind"] != "level":
        return pd.DataFrame(columns=["title", "before", "after"])
    found = indicators.windows(view, about["indicator_id"], (GLANCE_MONTHS,))
    values = {one.series_id: one.value for one in indicators.latest(view, about["indicator_id"])}
    after = found["series_id"].map(values)
    return found.assign(after=after, before=after - found["net"])


def _change_words(view: View, about: pd.Series) -> str:
    rows = _changes(view, about)
    if about["kind"] == "flow":
        return "; ".join(f"{row.title} {row.after:.1f} after {row.before:.1f}" for row in rows.itertuples())
    if about["kind"] == QUOTE:
        return "; ".join(
            f"{row.title} {tables.percent(row.after)} after {tables.percent(row.before)}" for row in rows.itertuples()
        )
    return "; ".join(f"{row.title} {_signed(row.after - row.before)}" for row in rows.itertuples())


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace(",", "\N{THIN SPACE}").replace("-", "\N{MINUS SIGN}")


def _number(value: float) -> str:
    return tables.number(value) if abs(value) >= 100 else f"{value:.2f}"


def _figure(row: object) -> str:
    if pd.isna(row.low) or pd.isna(row.high):
        return f"up to {tables.number(row.high)}" if pd.isna(row.low) else f"at least {tables.number(row.low)}"
    low, high = (tables.number(value) for value in (row.low, row.high))
    return low if low == high else f"{low} to {high}"


def _bounds(row: object) -> str:
    return tables.NOTHING if pd.isna(row.low) else f"{tables.number(row.low)} to {tables.number(row.high)}"


def _months(count: int) -> str:
    return tables.counted(int(count), "month")


def _miles(unit: str, value: float) -> str:
    return tables.number(indicators.square_miles(value)) if unit == AREA_UNIT else tables.NOTHING


def _span_words(rows: pd.DataFrame, *, short: bool = False) -> str:
    span = f"{tables.day(rows['day'].min())} to {tables.day(rows['day'].max())}"
    return span if short else f"From {span}; the table has every value."


def _span_of_newest(about: pd.Series, newest: list[indicators.Latest]) -> str:
    """Return the newest values in one line: one with its bounds, or the least and the greatest of several series."""
    if len(newest) < 2:
        return "; ".join(_value_words(about, one) for one in newest)
    values, days = [one.value for one in newest], sorted({one.day for one in newest})
    return f"{_number(min(values))} to {_number(max(values))} {about['unit']} on {tables.day(days[-1])}, by series"


def _short_day(text: str) -> str:
    day = dates.first_day(text)
    return f"{day.day} {day:%b %Y}" if dates.precision(text) == "day" else f"{day:%b %Y}"


def _disagreement(found: pd.DataFrame, unit: str) -> str:
    if found.empty:
        return "No change can be measured up to the day"
    spread = found.groupby("months")["per_month"].agg(["min", "max", "size"])
    both = spread[spread["size"] > 1]
    if both.empty:
        return "Change over windows"
    widest = (both["max"] - both["min"]).idxmax()
    low, high = both.loc[widest, "min"], both.loc[widest, "max"]
    return f"The series disagree: over {_months(widest)} {tables.number(low)} or {tables.number(high)} {unit} a month"


def _series_sources(view: View, indicator_id: str) -> Inline:
    ids = list(indicators.series_of(view, indicator_id)["series_id"])
    rows = view["series-sources"]
    named = list(dict.fromkeys(rows.loc[rows["series_id"].isin(ids), "source_id"]))
    return [*tables.cited(view, named), "; derived as the table of series below says."]


def _nothing(view: View, topic: str) -> EntriesExhibit:
    return EntriesExhibit(
        [], tables.own_tables(view, "indicators"), view.as_of.isoformat(), empty=f"No value on {topic}"
    )


def _count(view: View, rows: pd.DataFrame) -> Finding:
    newest = [one for name in rows["indicator_id"] for one in indicators.latest(view, name)]
    stale = sum(one.stale for one in newest)
    sentence = (
        f"{tables.counted(len(rows), 'indicator')} are measured, counted or asked; of {tables.counted(len(newest), 'series', 'series')} "
        f"with a value {stale} are stale by the day; from {int(rows['missing'].notna().sum())} something is missing, and the page says what."
    )
    return _named(view, "indicators", len(rows), str(len(rows)), sentence, "latest")


def _finding(view: View, about: pd.Series) -> Finding | None:
    newest = indicators.latest(view, about["indicator_id"])
    words = _newest_words(about, newest) or _other_words(view, about)
    if not words:
        return None
    arrow, reason = _arrow(view, about)
    value = newest[0].value if newest else None
    return _named(
        view, about["indicator_id"], value, words, f"{about['title']}: {words}.", "latest", arrow=arrow, reason=reason
    )


def _arrow(view: View, about: pd.Series) -> tuple[str, str]:
    """Return the direction over the glance window with one line of reason; none where the series disagree."""
    rows = _changes(view, about)
    if rows.empty:
        return "none", "no change can be measured over the window"
    way = indicators.direction_of_share if about["kind"] == QUOTE else indicators.direction
    ways = {way(row.before, row.after) for row in rows.itertuples()}
    words = f"{_months(GLANCE_MONTHS)}: {_change_words(view, about)}"
    if len(ways) > 1:
        return "none", f"the series differ over {words}"
    return ways.pop(), f"over {words}"


def _named(
    view: View, name: str, value: float | None, text: str, sentence: str, function: str, **more: object
) -> Finding:
    return Finding(
        f"fnd-situation-{name}",
        value,
        text,
        sentence,
        "sec-situation-evidence",
        f"dossier.indicators.{function}",
        view.as_of.isoformat(),
        **more,
        tables=READS,
    )
