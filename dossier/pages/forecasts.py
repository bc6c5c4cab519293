"""The page *Forecasts*: the questions, how likely each is, what markets said, and how forecasts have fared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dossier import charts, data, dates, language, priors, questions, scenarios, scoring, tables
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, em, joined, ref
from dossier.findings import Answer, Finding
from dossier.pages.outlook import Outlook, outlook

READS = ("questions", "resolutions", "quotes", "priors", "implications", "conflict-spells", "war-durations")
MARKED = {"judged": "elicited", "counted": "counted from data", "model": "event tree"}


@dataclass(frozen=True)
class Forecasts:
    """The outlook, and the settings by which that of an earlier day is made again."""

    own: Outlook
    began: str
    deadline: str
    until: str

    @property
    def view(self) -> View:
        """The view of the day."""
        return self.own.view

    @cached_property
    def asked(self) -> pd.DataFrame:
        """Questions with their answers."""
        return questions.asked(self.view)

    @cached_property
    def told(self) -> pd.DataFrame:
        """Questions still open, with their probabilities."""
        return questions.probabilities(self.view, self.own.model, seed=self.own.seed)

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """What markets and crowds said on or before the day."""
        return questions.quoted(self.view)

    @cached_property
    def earlier(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Probabilities and quotes on the days from which questions that have been answered were applied."""
        answered = self.asked[self.asked["state"] == "answered"]
        told, quotes = [], []
        for day, group in answered.groupby("applies_from"):
            then = data.view(self.view.package, as_of=day)
            model = outlook(
                then, began=self.began, deadline=self.deadline, until=self.until, draws=1, seed=self.own.seed
            ).model
            found = questions.probabilities(then, model, seed=self.own.seed)
            told.append(found[found["question_id"].isin(group["question_id"])])
            quotes.append(questions.quoted(then))
        empty = (self.told.iloc[:0], self.quotes.iloc[:0])
        return (pd.concat(told), pd.concat(quotes)) if told else empty


def forecasts(own: Outlook, *, began: str, deadline: str, until: str) -> Forecasts:
    """Return what the page tells; the days are those of `outlook`."""
    return Forecasts(own, began, deadline, until)


def answer(page: Forecasts) -> Answer:
    """Return the page's findings."""
    return Answer([_count(page), _basis(page), _markets(page), _coherence(page), _scored(page), _record(page)])


def chart(page: Forecasts) -> ChartExhibit | EntriesExhibit:
    """Return the probabilities of the open questions over the words for them, with base rate and market beside."""
    told = page.told.dropna(subset=["mean"]).merge(
        page.asked[["question_id", "short_title", "closes"]], on="question_id"
    )
    if told.empty:
        return _nothing(page)
    told = told.sort_values(["closes", "question_id"]).rename(columns={"short_title": "label"})
    rows = told.assign(inner_low=told["low"], inner_high=told["low"])[
        ["label", "mean", "low", "high", "inner_low", "inner_high"]
    ]
    label = dict(zip(told["question_id"], told["label"], strict=True))
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
        title=f"{tables.counted(len(rows), 'open question')} with a probability, {tables.counted(len(set(page.quotes['question_id']) & set(label)), 'of them', 'of them')} with a market or crowd beside",
        subtitle=f"Probability of yes with 90 % intervals, as of {tables.day(_day(page))}",
        alt=f"Dot chart of the probability of every open question: {listed}.",
        reading=(
            "Circles are this report's, lines 90 % intervals; diamonds the same with every elicited input at neutral; triangles what a market or crowd said. Their rules differ "
            "from the question's in part; the table says how."
        ),
        source=tables.own_tables(page.view, "questions", "quotes", "priors", sources="sources at each quote and input"),
        as_of=_day(page),
        n=len(rows),
        table=table(page),
    )


def _marks(page: Forecasts, told: pd.DataFrame) -> pd.DataFrame:
    """Return the values to be drawn beside those of this report: elicited inputs at neutral, markets and crowds."""
    label = dict(zip(told["question_id"], told["label"], strict=True))
    neutral = [(row.label, "elicited at neutral", row.base) for row in told.itertuples() if pd.notna(row.base)]
    markets = [
        (label[row.question_id], "market or crowd", float(row.value))
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
        as_of=_day(page),
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
    return EntriesExhibit(found, credit, _day(page), empty="No question in the data")


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
            tables.day(row.date),
            _price(float(row.value)),
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
            "Question here", "Question there", "On", *heads, "Where the rules differ", "Sources", numbers=heads
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "quotes", "questions"),
        as_of=_day(page),
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
        as_of=_day(page),
    )


def back_test(page: Forecasts) -> TableExhibit:
    """Return the questions that have been answered, with what was computed for the day they were applied from, and their scores."""
    card = _card(page)
    told = page.earlier[0].set_index("question_id")
    texts = page.asked.set_index("question_id")
    cells: list[list[Inline]] = []
    for name, own in card.each.items():
        references = card.references
        beside = [_brier(references[kind].get(name)) if kind in references else tables.NOTHING for kind in REFERENCES]
        cells.append(
            [
                ref(texts.at[name, "text"], f"sec-question-{name}"),
                tables.day(texts.at[name, "applies_from"]),
                texts.at[name, "outcome"],
                *beside,
                f"{own.brier:.2f}",
                language.percent(told.at[name, "mean"]),
                MARKED[told.at[name, "basis"]],
            ]
        )
    heads = [*(f"Brier, {kind}" for kind in REFERENCES), "Brier, this report", "Probability of yes"]
    return TableExhibit(
        label="tbl-forecasts-back-test",
        title=_card_title(card),
        columns=tables.columns("Question", "Applied from", "Answer", *heads, "Derived from", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            page.view, "questions", "resolutions", "quotes", sources="sources at each answer and quote"
        ),
        as_of=_day(page),
        note=(
            "Back-test, made after the fact: the probabilities are those of today's model for the day from which a question is applied, with inputs chosen by people who could know the answer. No skill is claimed. Brier: "
            "0 is right and certain, 0.5 even odds, 2 wrong and certain. With fewer than ten answers a list and no mean."
        ),
    )


REFERENCES = ("base rate alone", "even odds", "market")


def means(page: Forecasts) -> TableExhibit:
    """Return mean scores of the back-test by who forecast, references first, once ten questions have been answered."""
    card = _card(page)
    cells: list[list[Inline]] = []
    for row in card.comparisons:
        theirs, ours = row.theirs, row.ours
        cells.append(
            [
                row.reference,
                str(row.count),
                *(_mean(theirs)),
                *(_mean(ours)),
                tables.NOTHING if row.brier_skill is None else f"{row.brier_skill:.2f}",
            ]
        )
    heads = ["Questions", "Brier, theirs", "Log, theirs", "Brier, ours", "Log, ours", "Skill"]
    return TableExhibit(
        label="tbl-forecasts-means",
        title=f"Mean scores of the back-test: {'told' if cells else 'too few answers for any'}",
        columns=tables.columns("Against", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(
            page.view, "questions", "resolutions", "quotes", sources="sources at each answer and quote"
        ),
        as_of=_day(page),
        note=f"Only over questions that a reference speaks to. Skill: one less our Brier score over theirs; below {scoring.LIST_BELOW} answers nothing is said, below {scoring.CURVE_FROM} no curve is drawn.",
    )


def _card(page: Forecasts) -> scoring.Scorecard:
    return questions.scored(page.asked, *page.earlier)


def _card_title(card: scoring.Scorecard) -> str:
    if not card.count:
        return "Back-test (made after the fact): no question has been answered"
    return f"Back-test (made after the fact): {tables.counted(card.count, 'answered question')}"


def _mean(scores: scoring.Scores | None) -> tuple[str, str]:
    return (tables.NOTHING, tables.NOTHING) if scores is None else (f"{scores.brier:.3f}", f"{scores.log:.3f}")


def _brier(scores: scoring.Scores | None) -> str:
    return tables.NOTHING if scores is None else f"{scores.brier:.2f}"


def _said(row: pd.Series) -> tuple[str, str, str]:
    if pd.isna(row["mean"]):
        return "not derived", MARKED[row["basis"]], tables.NOTHING
    own = f"{language.percent(row['mean'])} ({language.bounds(row['low'], row['high'])})"
    basis = f"{MARKED[row['basis']]}: {row['detail']}" if row["detail"] else MARKED[row["basis"]]
    return own, basis, language.percent(row["base"]) if pd.notna(row["base"]) else tables.NOTHING


def _prices(page: Forecasts) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in page.quotes.itertuples():
        found.setdefault(row.question_id, []).append(f"{_price(float(row.value))} ({row.venue.split(',')[0]})")
    return {name: "; ".join(said) for name, said in found.items()}


def _as_said(by: str, probability: float) -> str:
    """Return a probability of this report in whole per cent, a price of a market to the tenth in which it is quoted."""
    return language.percent(probability) if by == questions.OURS else _price(probability)


def _price(share: float) -> str:
    return f"{share * 100:.1f} %"


def _day(page: Forecasts) -> str:
    return page.view.as_of.isoformat()


def _nothing(page: Forecasts) -> EntriesExhibit:
    return EntriesExhibit(
        [], tables.own_tables(page.view, "questions"), _day(page), empty="No open question with a probability"
    )


def _finding(page: Forecasts, name: str, value: float | str | None, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-forecasts-{name}",
        value,
        text,
        sentence,
        "sec-forecasts-evidence",
        f"dossier.{function}",
        _day(page),
        tables=READS,
    )


def _count(page: Forecasts) -> Finding:
    counts = page.asked["state"].value_counts()
    listed = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    mine = page.asked["scenario_id"].notna().sum()
    sentence = f"{tables.counted(len(page.asked), 'question')} can be answered with yes or no: {listed}; {mine} of them belong to a scenario."
    return _finding(page, "count", len(page.asked), str(len(page.asked)), sentence, "questions.asked")


def _basis(page: Forecasts) -> Finding:
    told = page.told
    counts = told[told["mean"].notna()]["basis"].value_counts()
    listed = ", ".join(f"{count} {MARKED[basis]}" for basis, count in counts.items()) or "none"
    judged = int(counts.get("judged", 0))
    return _finding(
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
    return _finding(page, "markets", below, f"{below} of {len(both)}", sentence, "questions.quoted")


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
    return _finding(page, "coherence", len(faults), f"{len(faults)} of {len(found)}", sentence, "questions.incoherent")


def _scored(page: Forecasts) -> Finding:
    card = _card(page)
    words = {
        "list": "too few for a mean, a list alone",
        "scores": "enough for means, too few for a curve",
        "curve": "enough for a curve",
    }
    sentence = (
        f"Back-test, made after the fact: {tables.counted(card.count, 'question')} answered, {words[card.may]}."
        if card.count
        else "No question had been answered by the day: there is nothing to score."
    )
    return _finding(page, "back-test", card.count, str(card.count), sentence, "questions.scored")


def _record(page: Forecasts) -> Finding:
    """A track record begins with a question asked before its answer could be known."""
    ahead = page.asked[
        [str(made) <= str(opens) for made, opens in zip(page.asked["made_on"], page.asked["opens"], strict=True)]
    ]
    sentence = (
        f"Track record: {tables.counted(len(ahead), 'question')} asked before the days they are about."
        if len(ahead)
        else "The track record is empty: no question was asked before the days it is about began."
    )
    return _finding(page, "record", len(ahead), str(len(ahead)), sentence, "questions.asked")
