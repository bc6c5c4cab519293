"""The page *Forecasts*: the questions, how likely each is, what markets said, and how forecasts have fared."""

from __future__ import annotations

import pandas as pd

from dossier import charts, dates, language, lock, priors, questions, scenarios, tables
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, em, joined, ref
from dossier.findings import Answer, Finding, Result
from dossier.pages import fared
from dossier.pages.asking import MARKED, Forecasts, finding, price
from dossier.pages.outlook import Outlook


def forecasts(own: Outlook, *, began: str, deadline: str, until: str) -> Forecasts:
    """Return what the page tells; the days are those of `outlook`."""
    return Forecasts(own, began, deadline, until, lock.around())


def answer(page: Forecasts) -> Answer:
    """Return the page's findings."""
    told = [_count(page), _basis(page), _markets(page), _coherence(page), *fared.findings(page)]
    return Answer(told, results=_results(page))


def _results(page: Forecasts) -> list[Result]:
    """Return the probability of every open question and the answer to every other, to be compared between editions."""
    means = dict(zip(page.told["question_id"], page.told["mean"], strict=True))
    found = []
    for row in page.asked.itertuples():
        mean = means.get(row.question_id)
        value = row.outcome if row.state == "answered" else None if pd.isna(mean) else round(float(mean), 4)
        text = f"answered: {value}" if row.state == "answered" else "none" if value is None else language.percent(value)
        place = f"sec-question-{row.question_id}"
        found.append(Result("probability", f"question-{row.question_id}", row.text, value, text, place, digits=2))
    return found


def chart(page: Forecasts) -> ChartExhibit | EntriesExhibit:
    """Return the probabilities of the open questions over the words for them, with base rate and market beside."""
    told = page.told.dropna(subset=["mean"]).merge(
        page.asked[["question_id", "short_title", "closes"]], on="question_id"
    )
    if told.empty:
        return _nothing(page)
    told = told.sort_values(["closes", "question_id"]).rename(columns={"short_title": "label"})
    rows = told[["label", "mean", "low", "high", "inner_low", "inner_high"]]
    marks = _marks(page, told)
    bands = pd.DataFrame([{"word": band.word, "low": band.low, "high": band.high} for band in language.BANDS])
    wide, narrow = (
        charts.finish(charts.probabilities(rows, marks, bands, axis_title="probability of yes", narrow=form))
        for form in (False, True)
    )
    listed = "; ".join(f"{row.label} {language.percent(row.mean)}" for row in rows.itertuples())
    return ChartExhibit(
        label="fig-forecasts-questions",
        spec=wide,
        narrow=narrow,
        title=_likeliest(rows),
        subtitle=f"Probability of yes (%) with 50 and 90 % intervals, and what markets and crowds said, as of {tables.day(page.day)}",
        alt=f"Dot chart with intervals of the probability of every open question: {listed}. {_likeliest(rows)}.",
        reading=(
            "Circles are this report's, thick lines 50 %, thin lines 90 % intervals; diamonds the same with every elicited input at neutral; squares what a market, triangles what a "
            "crowd said. Shaded bands are every other word of the scale of probability. Their rules differ "
            "from the question's in part; the table says how."
        ),
        source=tables.own_tables(page.view, "questions", "quotes", "priors", sources="sources at each quote and input"),
        as_of=page.day,
        n=len(rows),
        table=table(page),
    )


def _likeliest(rows: pd.DataFrame) -> str:
    likely, top = int((rows["mean"] > questions.EVEN).sum()), rows.loc[rows["mean"].idxmax()]
    count = f"{likely or 'None'} of {tables.counted(len(rows), 'open question')} {'are' if likely > 1 else 'is'}"
    return f"{count} likelier yes than no; highest: {top['label']}, {language.percent(top['mean'])}"


def _marks(page: Forecasts, told: pd.DataFrame) -> pd.DataFrame:
    """Return the values to be drawn beside those of this report: elicited inputs at neutral, markets and crowds."""
    label = dict(zip(told["question_id"], told["label"], strict=True))
    neutral = [(row.label, "elicited at neutral", row.base) for row in told.itertuples() if pd.notna(row.base)]
    markets = [
        (label[row.question_id], row.kind, float(row.value))
        for row in page.quotes.itertuples()
        if row.question_id in label
    ]
    return pd.DataFrame([*neutral, *markets], columns=["label", "kind", "value"])


def table(page: Forecasts, scenario_id: str | None = None) -> TableExhibit:
    """Return the questions, all or those of one scenario, with what each is derived from and what came of it."""
    rows = page.asked if scenario_id is None else page.asked[page.asked["scenario_id"] == scenario_id]
    told = page.told.set_index("question_id")
    prices = _prices(page)
    cells: list[list[Inline]] = []
    for row in rows.itertuples():
        link = ref(row.text, f"sec-question-{row.question_id}")
        said = _said(told.loc[row.question_id]) if row.question_id in told.index else (tables.NOTHING,) * 3
        answer = f"{row.outcome} ({tables.day(row.resolved_on)})" if row.state == "answered" else row.state
        cells.append([link, tables.day(row.closes), *said, prices.get(row.question_id, tables.NOTHING), answer])
    heads = ["Probability of yes", "Elicited at neutral"]
    name = "forecasts" if scenario_id is None else scenario_id
    counts = rows["state"].value_counts()
    listed = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    return TableExhibit(
        label=f"tbl-{name}-questions",
        title=f"{tables.counted(len(rows), 'question')}: {listed}",
        columns=tables.columns(
            "Question",
            "Closes",
            "Probability of yes",
            "Derived from",
            "Elicited at neutral",
            "Market or crowd",
            "State",
            numbers=heads,
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(
            page.view, "questions", "resolutions", "quotes", sources="sources at each answer and quote"
        ),
        as_of=page.day,
        note="The probability with its 90 % interval. Answered questions have no probability of this day; what was said before they were answered stands in the back-test.",
    )


def entries(page: Forecasts) -> EntriesExhibit:
    """Return one entry a question: what counts, what does not, who will answer it, what it was."""
    sources = tables.supporting(page.view, "resolution-sources", "question_id")
    judged, told = tables.supporting(page.view, "prior-sources", "prior_id"), _derivations(page)
    titles = {one["scenario_id"]: one["title"] for one in scenarios.told(page.view)}
    found = []
    for row in page.asked.itertuples():
        late = " in retrospect" if dates.is_after(str(row.made_on), page.view.as_of) else ""
        mine: Inline = (
            [ref(titles[row.scenario_id], f"scn-{row.scenario_id}")] if row.scenario_id in titles else ["no scenario"]
        )
        meta: list[Inline] = [
            f"{tables.day(row.opens)} to {tables.day(row.closes)}",
            mine,
            row.state,
        ]
        body: list[Inline] = [
            [em("Yes: "), row.criterion],
            [em("Edge cases: "), row.edge_cases],
            [em("Read to answer it: "), row.resolved_by],
            f"Written{late} on {tables.day(str(row.made_on))}, applied from {tables.day(row.applies_from)}.",
        ]
        body.extend(told[row.question_id])
        if row.state == "answered":
            standing = "" if row.answer_standing == "sourced" else " No evidence of a yes was found."
            body.append([em(f"Answer: {row.outcome}, {tables.day(row.resolved_on)}. "), f"{row.answer_note}{standing}"])
        more = [("Sources of the answer", joined(sources[row.question_id]))] if row.question_id in sources else []
        more += [("Sources of the judgement", joined(judged[row.prior_id]))] if row.prior_id in judged else []
        found.append(Entry(f"sec-question-{row.question_id}", row.text, meta, body, more=more))
    credit = tables.own_tables(page.view, "questions", "resolutions")
    return EntriesExhibit(found, credit, page.day, empty="No question in the data")


def _derivations(page: Forecasts) -> dict[str, list[Inline]]:
    """Return for each question what its probability is computed from, and the probability while it is open."""
    told = page.told.dropna(subset=["mean"]).set_index("question_id")
    known, why = priors.read(page.view), page.view["priors"].set_index("prior_id")["why"]
    found: dict[str, list[Inline]] = {}
    for row in page.asked.itertuples():
        one = told.loc[row.question_id] if row.question_id in told.index else None
        counted = f": {one['detail']}" if one is not None and one["detail"] else ""
        lag = questions.lag_days(row)
        before = f"; a deal must come {lag} days before the question closes, which is a judgement" if lag else ""
        words = f"{MARKED[questions.basis(row.quantity)]}, {questions.WORDS[row.quantity]}{counted}{before}."
        if row.quantity == questions.JUDGED:
            prior = priors.pick(known, row.prior_id)
            words = f"a judgement of one person, {prior.written()}. {why[row.prior_id]}"
        found[row.question_id] = [[em("Derived from: "), words]]
        if one is not None:
            spoken = language.told(one["mean"], one["low"], one["high"])
            found[row.question_id].append([em("Probability of yes: "), f"{spoken}."])
    return found


def quotes(page: Forecasts) -> TableExhibit:
    """Return what markets and crowds said on or before the day beside this report, and where their rules differ."""
    told = page.told.set_index("question_id")
    sources = tables.row_sources(page.view, "quote-sources", "quote_id")
    texts = page.asked.set_index("question_id")["text"]
    cells: list[list[Inline]] = [
        [
            ref(texts[row.question_id], f"sec-question-{row.question_id}"),
            f"{row.venue}: {row.question}",
            row.kind,
            tables.day(row.date),
            price(float(row.value)),
            tables.NOTHING if pd.isna(row.volume_usd) else tables.number(float(row.volume_usd)),
            language.percent(told.at[row.question_id, "mean"])
            if row.question_id in told.index and pd.notna(told.at[row.question_id, "mean"])
            else tables.NOTHING,
            tables.blank(row.rule_differs),
            sources[row.quote_id],
        ]
        for row in page.quotes.itertuples()
    ]
    heads = ["Said", "Volume (USD)", "This report"]
    return TableExhibit(
        label="tbl-forecasts-quotes",
        title=f"{tables.counted(len(cells), 'quote')} of markets and crowds, beside this report and never mixed in",
        columns=tables.columns(
            "Question here", "Question there", "Kind", "On", *heads, "Where the rules differ", "Sources", numbers=heads
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "quotes", "questions"),
        as_of=page.day,
        filters=("Kind",),
        note="The newest quote of each venue up to the day. A price is no probability where few trade, and the rules of a market are its own.",
    )


def coherence(page: Forecasts) -> TableExhibit:
    """Return pairs of questions of which one cannot be true without the other, and who gave the narrower the greater chance."""
    found = questions.incoherent(page.view, page.told)
    texts = page.asked.set_index("question_id")["short_title"]
    cells: list[list[Inline]] = [
        [
            ref(texts[row.narrower_id], f"sec-question-{row.narrower_id}"),
            ref(texts[row.wider_id], f"sec-question-{row.wider_id}"),
            row.by,
            _as_said(row.by, row.narrower),
            _as_said(row.by, row.wider),
            "yes" if row.coherent else "no",
            row.why,
        ]
        for row in found.sort_values(["coherent", "narrower_id", "by"]).itertuples()
    ]
    heads = ["Narrower", "Wider"]
    who = ", ".join(
        f"{by} in {len(own[~own['coherent']])} of {tables.counted(len(own), 'pair')}" for by, own in found.groupby("by")
    )
    return TableExhibit(
        label="tbl-forecasts-coherence",
        title=f"The narrower question likelier than the wider: {who}",
        columns=tables.columns("If this", "then this", "By", *heads, "Coherent", "Why", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "implications", "quotes", sources="sources at each quote"),
        as_of=page.day,
    )


def _said(row: pd.Series) -> tuple[str, str, str]:
    if pd.isna(row["mean"]):
        return "not derived", MARKED[row["basis"]], tables.NOTHING
    own = f"{language.percent(row['mean'])} ({language.bounds(row['low'], row['high'])})"
    basis = f"{MARKED[row['basis']]}: {row['detail']}" if row["detail"] else MARKED[row["basis"]]
    return own, basis, language.percent(row["base"]) if pd.notna(row["base"]) else tables.NOTHING


def _prices(page: Forecasts) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in page.quotes.itertuples():
        found.setdefault(row.question_id, []).append(f"{price(float(row.value))} ({row.venue.split(',')[0]})")
    return {name: "; ".join(said) for name, said in found.items()}


def _as_said(by: str, probability: float) -> str:
    """Return a probability of this report in whole per cent, a price of a market to the tenth in which it is quoted."""
    return language.percent(probability) if by == questions.OURS else price(probability)


def _nothing(page: Forecasts) -> EntriesExhibit:
    return EntriesExhibit(
        [], tables.own_tables(page.view, "questions"), page.day, empty="No open question with a probability"
    )


def _count(page: Forecasts) -> Finding:
    counts = page.asked["state"].value_counts()
    listed = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    mine = page.asked["scenario_id"].notna().sum()
    sentence = f"{tables.counted(len(page.asked), 'question')} can be answered with yes or no: {listed}; {mine} of them belong to a scenario."
    return finding(page, "count", len(page.asked), str(len(page.asked)), sentence, "questions.asked")


def _basis(page: Forecasts) -> Finding:
    told = page.told
    counts = told[told["mean"].notna()]["basis"].value_counts()
    listed = ", ".join(f"{count} {MARKED[basis]}" for basis, count in counts.items()) or "none"
    judged = int(counts.get("judged", 0))
    return finding(
        page, "elicited", judged, str(judged), f"Their probabilities come from: {listed}.", "questions.probabilities"
    )


def _markets(page: Forecasts) -> Finding:
    told = page.told.dropna(subset=["mean"]).set_index("question_id")["mean"]
    both = page.quotes[page.quotes["question_id"].isin(told.index)]
    below = int(sum(told[row.question_id] < float(row.value) for row in both.itertuples()))
    sentence = (
        f"Beside {tables.counted(both['question_id'].nunique(), 'question')} stands a market or crowd: this report is below it in {below} of {tables.counted(len(both), 'quote')}. It takes nothing from them."
        if len(both)
        else "No market or crowd of the day speaks to these questions."
    )
    return finding(page, "markets", below, f"{below} of {len(both)}", sentence, "questions.quoted")


def _coherence(page: Forecasts) -> Finding:
    found = questions.incoherent(page.view, page.told)
    faults = found[~found["coherent"]]
    titles = page.asked.set_index("question_id")["short_title"]
    parts = [
        f"{row.by} has “{titles[row.narrower_id]}” at {_as_said(row.by, row.narrower)}, above “{titles[row.wider_id]}” at {_as_said(row.by, row.wider)}"
        for row in faults.itertuples()
    ]
    sentence = (
        f"What does not fit together: {'; '.join(parts)}. Different rules, or few who trade, may explain it."
        if parts
        else "Nobody gives a narrower question more than the wider one that it needs."
    )
    return finding(page, "coherence", len(faults), f"{len(faults)} of {len(found)}", sentence, "questions.incoherent")
