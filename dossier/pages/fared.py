"""How the forecasts have fared: their course week by week, the back-test, the track record, and what was wrong in words.

A back-test is made after the fact and a track record is not: they are kept apart, and a question is in one of them at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dossier import charts, history, language, questions, scoring, tables
from dossier.exhibits import ChartExhibit, Column, EntriesExhibit, Inline, TableExhibit, joined, ref
from dossier.findings import Finding
from dossier.pages.asking import MARKED, Forecasts, finding, price
from dossier.questions import OURS, REFERENCES

STILL = 0.005  # a probability that has moved by no more has stood still: half a point
AT_ROWS = "sources at each answer and quote"


def findings(page: Forecasts) -> list[Finding]:
    """Return how forecasts have moved and fared, one sentence a finding."""
    return [_movement(page), _scored(page), _wrong(page), _record(page)]


# Week by week


def course(page: Forecasts) -> ChartExhibit | EntriesExhibit:
    """Return the probability of every question week by week, with what markets and crowds said, and the answer."""
    rows = _drawn(page)
    if rows.empty:
        credit = tables.own_tables(page.view, "questions")
        return EntriesExhibit([], credit, page.day, empty="No question with a probability or a quote")
    wide, narrow = (charts.finish(charts.history(rows, narrow=form)) for form in (False, True))
    count = rows["label"].nunique()
    return ChartExhibit(
        label="fig-forecasts-history",
        spec=wide,
        narrow=narrow,
        title=_course_title(page),
        subtitle=f"Probability of yes, {tables.day(rows['day'].min())} to {tables.day(rows['day'].max())}, computed after the fact",
        alt=_alt(page),
        reading=(
            "Line and band: this report and its 90 % interval, the circle its newest value. Dashed line: a market. Triangles: crowds. Cross: the answer, at the top for a yes and at the bottom for a no. "
            "Each week is computed with today's code and rows, and sees none that is dated later than itself. All panels have the same axes."
        ),
        source=tables.own_tables(page.view, "questions", "resolutions", "quotes", sources=AT_ROWS),
        as_of=page.day,
        n=count,
        table=_course_table(page),
    )


def _drawn(page: Forecasts) -> pd.DataFrame:
    """Return every mark of the chart, question by question in order of closing."""
    own = page.course.assign(kind=OURS, course=OURS, value=page.course["mean"])
    said = page.said.assign(
        day=page.said["date"], course=[f"{row.venue}: {row.question}" for row in page.said.itertuples()]
    )
    ends = page.asked[page.asked["outcome"].isin(list(history.YES_NO))]
    ends = ends.assign(
        kind=history.ANSWER, course=ends["outcome"], day=ends["resolved_on"], value=ends["outcome"].map(history.YES_NO)
    )
    kept = ["question_id", "kind", "course", "day", "value"]
    others = [part[kept].astype({"value": float}) for part in (said, ends) if len(part)]
    rows = pd.concat([own[[*kept, "low", "high"]], *others], ignore_index=True)
    newest = ~rows.sort_values("day", kind="stable").duplicated(["question_id", "kind", "course"], keep="last")
    places = {name: place for place, name in enumerate(page.asked["question_id"])}
    titles = page.asked.set_index("question_id")["short_title"]
    rows = rows.assign(newest=newest, place=rows["question_id"].map(places), label=rows["question_id"].map(titles))
    return rows.sort_values(["place", "kind", "course", "day"], kind="stable").drop(columns="place")


def _course_title(page: Forecasts) -> str:
    if page.course["day"].nunique() < 2:
        known = page.said["question_id"].nunique()
        return f"One day of this report's own so far, beside the courses that markets and crowds took on {tables.counted(known, 'question')}"
    return f"Of {tables.counted(page.course['question_id'].nunique(), 'probability', 'probabilities')} week by week {_ways_listed(page)}"


def _ways_listed(page: Forecasts) -> str:
    """Return how many probabilities fell, rose and stood still, from their first week to their last before an answer."""
    changes = [last - first for first, last in _ends(page).values()]
    fell, rose = (sum(sign * change > STILL for change in changes) for sign in (-1, 1))
    return f"{fell} fell, {rose} rose and {len(changes) - fell - rose} stood still"


def _ends(page: Forecasts) -> dict[str, tuple[float, float]]:
    """Return the first and the last probability of each question."""
    groups = page.course.groupby("question_id")["mean"]
    return {str(name): (float(path.iloc[0]), float(path.iloc[-1])) for name, path in groups}


def _alt(page: Forecasts) -> str:
    """Return in words what the small charts show: first and last probability of each question, and how it was answered."""
    ends, parts = _ends(page), []
    for row in page.asked.itertuples():
        path = " to ".join(dict.fromkeys(language.percent(one) for one in ends.get(row.question_id, ())))
        answer = f", answered {row.outcome}" if row.state == "answered" else ""
        parts.append(f"{row.short_title} {path or 'no probability'}{answer}")
    beside = history.compared(page.course, page.said)
    below = int((beside["mean"] < beside["value"]).sum())
    more = (
        f" This report stood below {below} of {tables.counted(len(beside), 'quote')} of the same week."
        if len(beside)
        else ""
    )
    return f"{tables.counted(len(parts), 'small line chart')}, one a question. First and last probability: {'; '.join(parts)}.{more}"


def _course_table(page: Forecasts) -> TableExhibit:
    """Return what is drawn: one row a question and day."""
    titles = page.asked.set_index("question_id")["short_title"]
    own = {(row.question_id, row.day): row for row in page.course.itertuples()}
    said: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in page.said.itertuples():
        cell = said.setdefault((row.question_id, row.date), {}).setdefault(row.kind, [])
        cell.append(price(float(row.value)))
    order = {name: place for place, name in enumerate(page.asked["question_id"])}
    cells: list[list[Inline]] = []
    for key in sorted({*own, *said}, key=lambda key: (order[key[0]], key[1])):
        row = own.get(key)
        ours = f"{language.percent(row.mean)} ({language.bounds(row.low, row.high)})" if row else tables.NOTHING
        others = ("; ".join(said.get(key, {}).get(kind, [])) or tables.NOTHING for kind in questions.KINDS)
        cells.append([titles[key[0]], tables.day(key[1]), ours, *others])
    return TableExhibit(
        label="tbl-forecasts-history",
        title="Probabilities week by week",
        columns=tables.columns(
            "Question", "On", "This report", "Market", "Crowd", numbers=["This report", "Market", "Crowd"]
        ),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "questions", "quotes"),
        as_of=page.day,
    )


def movement(page: Forecasts) -> TableExhibit:
    """Return for each question how much its probability moved and how much uncertainty went."""
    rows = history.moved(page.asked, page.course)
    rows = rows[rows["points"] + rows["answered"] > 1]  # one probability has not moved
    texts = page.asked.set_index("question_id")["short_title"]
    cells: list[list[Inline]] = [
        [
            ref(texts[row.question_id], f"sec-question-{row.question_id}"),
            f"{tables.day(row.first_day)} to {tables.day(row.last_day)}",
            str(row.points),
            language.percent(row.first),
            f"answered: {'yes' if row.last else 'no'}" if row.answered else language.percent(row.last),
            *(_signed(value) for value in (row.movement, row.reduction, row.excess)),
        ]
        for row in rows.itertuples()
    ]
    heads = ["Weeks", "First", "Movement", "Uncertainty gone", "Excess"]
    return TableExhibit(
        label="tbl-forecasts-movement",
        title=f"Steps, squared and added up: {rows['movement'].sum():.2f}; uncertainty gone: {rows['reduction'].sum():.2f}"
        if len(rows)
        else "Nothing has moved yet: no question has two probabilities to compare",
        columns=tables.columns("Question", "Followed", "Weeks", "First", "Last", *heads[2:], numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "questions", "resolutions", sources=AT_ROWS),
        as_of=page.day,
        note=(
            "Movement: the squared changes from week to week, added up. Uncertainty: p(1 − p), at the start less at the end; below 0 where it grew. Over many stories coherent beliefs move as much as uncertainty goes; most of the "
            f"movement of an answered question is its last step. One story is one path, which can go either way: shown, and no verdict. {history.DRAWS:,} draws a week, the same each week.".replace(
                ",000", "\N{THIN SPACE}000"
            )
        ),
    )


def _signed(value: float) -> str:
    return f"{value:.4f}".replace("-", "\N{MINUS SIGN}")


def _movement(page: Forecasts) -> Finding:
    rows = history.moved(page.asked, page.course)
    moved, gone = float(rows["movement"].sum()), float(rows["reduction"].sum())
    if page.course["day"].nunique() < 2:
        sentence = "Week by week: there is one day of probabilities so far, and nothing has moved."
        sentence = sentence if len(rows) else "Week by week: there is no probability to follow."
        return finding(page, "movement", 0, "none", sentence, "history.moved")
    sentence = (
        f"Week by week since {tables.day(page.course['day'].min())}, made after the fact: {_ways_listed(page)}. Their steps, squared and added up, make {moved:.2f}, and the uncertainty p(1 \N{MINUS SIGN} p) of all of them fell by {gone:.2f}; "
        "one story is one path, and passes no verdict."
    )
    return finding(page, "movement", round(moved, 2), f"{moved:.2f}", sentence, "history.moved")


# Back-test


def back_test(page: Forecasts) -> TableExhibit:
    """Return the answered questions of the back-test with their scores, references first."""
    card = _card(page)
    count = tables.counted(card.count, "answered question") if card.count else "no question of it has been answered"
    return TableExhibit(
        label="tbl-forecasts-back-test",
        title=f"Back-test (made after the fact): {count}",
        columns=_score_columns("Applied from"),
        rows=tables.rows(_score_cells(page, card, page.earlier[0], _applied(page))),
        source=_credit(page),
        as_of=page.day,
        note=(
            "Back-test, made after the fact: the probabilities are those of today's model for the day from which a question is applied, with inputs chosen by people who could know the answer. No skill is claimed. Brier: "
            "0 is right and certain, 0.5 even odds, 2 wrong and certain. A dash: nothing was said on or before that day. With fewer than ten answers a list and no mean."
        ),
    )


def means(page: Forecasts) -> TableExhibit:
    """Return mean scores of the back-test by who forecast, references first, once ten questions have been answered."""
    found = {row.reference: row for row in _card(page).comparisons}
    cells: list[list[Inline]] = []
    for kind in REFERENCES if found else ():
        row = found.get(kind)
        count, skill = (row.count, row.brier_skill) if row else (0, None)
        shown = (*_mean(row.theirs if row else None), *_mean(row.ours if row else None))
        cells.append([kind, str(count), *shown, tables.NOTHING if skill is None else f"{skill:.2f}"])
    heads = ["Questions", "Brier, theirs", "Log, theirs", "Brier, ours", "Log, ours", "Skill"]
    return TableExhibit(
        label="tbl-forecasts-means",
        title=f"Mean scores of the back-test: {'told' if cells else 'too few answers for any'}",
        columns=tables.columns("Against", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=_credit(page),
        as_of=page.day,
        note=f"Only over questions that a reference speaks to. Skill: one less our Brier score over theirs; below {scoring.LIST_BELOW} answers nothing is said, below {scoring.CURVE_FROM} no curve is drawn.",
    )


def _card(page: Forecasts) -> scoring.Scorecard:
    return questions.scored(page.asked, *page.earlier)


def _record_card(page: Forecasts) -> scoring.Scorecard:
    return questions.scored(page.asked, *page.recorded)


def _score_columns(day: str) -> list[Column]:
    heads = [*(f"Brier, {kind}" for kind in REFERENCES), f"Brier, {OURS}", "Probability of yes"]
    return tables.columns("Question", day, "Answer", *heads, "Derived from", numbers=heads)


def _applied(page: Forecasts) -> dict[str, str]:
    """Return the day from which each question was applied, for readers."""
    return {row.question_id: tables.day(row.applies_from) for row in page.asked.itertuples()}


def _score_cells(
    page: Forecasts, card: scoring.Scorecard, told: pd.DataFrame, since: Mapping[str, str]
) -> list[list[Inline]]:
    """Return a row for each scored question, with what its probability dates from: the references before this report."""
    by, rows = told.set_index("question_id"), page.asked.set_index("question_id")
    return [
        [
            ref(rows.at[name, "text"], f"sec-question-{name}"),
            since[name],
            rows.at[name, "outcome"],
            *(_brier(card.references.get(kind, {}).get(name)) for kind in REFERENCES),
            _brier(own),
            language.percent(by.at[name, "mean"]),
            MARKED[questions.basis(rows.at[name, "quantity"])],
        ]
        for name, own in card.each.items()
    ]


def _credit(page: Forecasts) -> Inline:
    return tables.own_tables(page.view, "questions", "resolutions", "quotes", sources=AT_ROWS)


def _mean(scores: scoring.Scores | None) -> tuple[str, str]:
    return (tables.NOTHING, tables.NOTHING) if scores is None else (f"{scores.brier:.3f}", f"{scores.log:.3f}")


def _brier(scores: scoring.Scores | None) -> str:
    return tables.NOTHING if scores is None else f"{scores.brier:.2f}"


def _scored(page: Forecasts) -> Finding:
    card = _card(page)
    words = {
        "list": "too few for a mean, a list alone",
        "scores": "enough for means, too few for a curve",
        "curve": "enough for a curve",
    }
    answered = (page.asked["state"] == "answered").any()
    none = "Every question that has been answered was asked before its answer: there is nothing to test back."
    none = none if answered else "No question had been answered by the day: there is nothing to score."
    many = f"Back-test, made after the fact: {tables.counted(card.count, 'question')} answered, {words[card.may]}."
    sentence = many if card.count else none
    return finding(page, "back-test", card.count, str(card.count), sentence, "questions.scored")


# Track record


def record(page: Forecasts) -> TableExhibit:
    """Return the answered questions that were written before their answer could be known; none until there is one."""
    card, told = _record_card(page), page.recorded[0]
    waiting = page.ahead[page.ahead["state"] != "answered"]
    title = (
        f"Track record: {tables.counted(card.count, 'question')} answered after being asked"
        if card.count
        else "Track record: empty, since no question has been answered after a released edition told its chance"
    )
    note: list[Inline] = [
        "It begins with the first answer to a question that an edition released before it had given a probability. That probability stands here as it was released, computed by nobody again; no skill is claimed. "
    ]
    if len(waiting):
        names = [_candidate(row) for row in waiting.itertuples()]
        note += [
            "Still open, and to be counted if answered after the release of an edition that asks them: ",
            *joined(names),
            ".",
        ]
    return TableExhibit(
        label="tbl-forecasts-track-record",
        title=title,
        columns=_score_columns("Told by edition"),
        rows=tables.rows(_score_cells(page, card, told, dict(zip(told["question_id"], told["edition"], strict=True)))),
        source=_credit(page),
        as_of=page.day,
        note=note,
    )


def _candidate(row: object) -> Inline:
    days = f" (written {tables.day(str(row.made_on))}, closes {tables.day(row.closes)})"
    return [ref(row.short_title, f"sec-question-{row.question_id}"), days]


def _record(page: Forecasts) -> Finding:
    """A track record begins with a question asked before its answer could be known."""
    count, waiting = _record_card(page).count, int((page.ahead["state"] != "answered").sum())
    after = f"{tables.counted(waiting, 'open question')} can begin it" if waiting else "no open question can begin it"
    sentence = (
        f"Track record: {tables.counted(count, 'question')} answered after being asked; no skill is claimed."
        if count
        else f"The track record is empty: no question has been answered after it was asked, and {after}."
    )
    return finding(page, "record", count, str(count), sentence, "questions.ahead")


# What was wrong


def misses(page: Forecasts) -> TableExhibit:
    """Return what the forecasts got wrong, in words, each with the scores of the question that showed it."""
    rows, texts = page.view["misses"], page.asked.set_index("question_id")
    scored = _all_scores(page)
    cells: list[list[Inline]] = []
    for row in rows.itertuples():
        known = isinstance(row.question_id, str)
        name: Inline = (
            ref(texts.at[row.question_id, "short_title"], f"sec-question-{row.question_id}") if known else "several"
        )
        scores = scored.get(row.question_id, {}) if known else {}
        shown = [_brier(scores.get(kind)) for kind in (*REFERENCES, OURS)]
        cells.append([row.what, row.why, name, tables.day(row.known_from), *shown])
    heads = [f"Brier, {kind}" for kind in (*REFERENCES, OURS)]
    return TableExhibit(
        label="tbl-forecasts-misses",
        title=f"{tables.counted(len(cells), 'thing')} known to have been wrong"
        if cells
        else "Nothing is known yet to have been wrong",
        columns=tables.columns("What was wrong", "Why", "Shown by", "Known from", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(page.view, "misses", "questions", "resolutions", sources=AT_ROWS),
        as_of=page.day,
        note="Words of those who made the forecasts, written after the answers; the scores beside them are computed. What turned out well by luck is not in the list.",
    )


def _all_scores(page: Forecasts) -> dict[str, dict[str, scoring.Scores]]:
    """Return the scores of each answered question, of the references and of this report."""
    found: dict[str, dict[str, scoring.Scores]] = {}
    for card in (_card(page), _record_card(page)):
        for name, own in card.each.items():
            said = {kind: by[name] for kind, by in card.references.items() if name in by}
            found[name] = {**said, OURS: own}
    return found


def _wrong(page: Forecasts) -> Finding:
    """How far this report was from what happened, beside each reference, and what was wrong most."""
    card, scores = _card(page), _all_scores(page)
    if not scores:
        sentence = "No question had been answered by the day: nothing is known yet to have been wrong."
        return finding(page, "wrong", None, "nothing yet", sentence, "questions.scored")
    worst = max(scores, key=lambda name: scores[name][OURS].brier)
    mean = (
        f"Mean Brier score of this report {card.mean.brier:.2f} over {card.count} answers, of even odds 0.50. "
        if card.mean
        else ""
    )
    closer = [_closer(kind, list(scores.values())) for kind in REFERENCES if kind != questions.EVEN_ODDS]
    listed = ", ".join(part for part in closer if part)
    came = f"Closer than this report was: {listed}. " if listed else ""
    sentence = f"{mean}{came}{_alike(page)}Furthest off: {_what(page, worst)}"
    value = round(card.mean.brier, 2) if card.mean else None
    return finding(page, "wrong", value, f"{value:.2f}" if card.mean else "too few", sentence, "questions.scored")


def _closer(kind: str, scores: Sequence[dict[str, scoring.Scores]]) -> str:
    """Return how often a reference was closer than this report to what happened; blank where it spoke of nothing."""
    both = [one for one in scores if kind in one]
    closer = sum(one[kind].brier < one[OURS].brier for one in both)
    return f"the {kind} in {closer} of {tables.counted(len(both), 'question')}" if both else ""


def _alike(page: Forecasts) -> str:
    """Return a warning where all answers are the same."""
    outcomes = page.asked["outcome"].dropna()
    if len(outcomes) < 2 or outcomes.nunique() > 1:
        return ""
    helped = {"no": "little", "yes": "much"}.get(outcomes.iloc[0])
    return (
        f"All {len(outcomes)} answers are {outcomes.iloc[0]}, which flatters whoever gives {helped}. " if helped else ""
    )


def _what(page: Forecasts, question_id: str) -> str:
    """Return in words what was wrong with a question, or its name."""
    rows = page.view["misses"]
    told = rows[rows["question_id"] == question_id]["what"]
    if len(told):
        return str(told.iloc[-1])
    titles = page.asked.set_index("question_id")["short_title"]
    return f"“{titles[question_id]}”."
