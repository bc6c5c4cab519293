"""How forecasts have fared: back-test and track record apart, references first, and what was wrong in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dossier import data
from dossier.exhibits import TableExhibit, plain
from dossier.findings import Published, Result
from dossier.lock import Lock
from dossier.pages import fared, forecasts, outlook
from dossier.pages.asking import Forecasts

DAYS = {"began": "2029-03-01", "deadline": "2031-07-31", "until": "2031-12-31"}
REAL = {"began": "2022-02-24", "deadline": "2026-02-24", "until": "2026-12-31"}
SOON = "treaty-by-2031-07-31"
ANSWERED = "2031-08-06"
OWN = "Brier, this report"


def page_of(view: data.View, days: dict[str, str] = DAYS) -> Forecasts:
    return forecasts.forecasts(outlook.outlook(view, **days, draws=500, seed=1), **days)


def released(on: str, share: float | str = 0.25, *, edition: str = "2031-06-30") -> Lock:
    """The lock of an edition that gave the question on July a chance, and was released on a day."""
    told = Published.of(
        [], [Result("probability", f"question-{SOON}", "In force?", share, str(share), "sec-question-x", digits=2)]
    )
    return Lock(edition, "2031-06-30", on, "swh:1:dir:0", "c", "e", "b", {}, [], None, {}, told)


@pytest.fixture
def page(story) -> Callable[..., Forecasts]:
    return lambda as_of, *locks: replace(page_of(story.view(as_of)), locks=locks)


@pytest.fixture(scope="module")
def real(root) -> Forecasts:
    return page_of(data.view(data.describe(root / "data"), as_of="2026-08-21"), REAL)


def heads(table: TableExhibit) -> list[str]:
    return [column.title for column in table.columns]


def texts(table: TableExhibit) -> list[list[str]]:
    return [[plain(cell) for cell in row.cells] for row in table.rows]


def sentence(page: Forecasts, name: str) -> str:
    (found,) = [one for one in fared.findings(page) if one.finding_id == f"fnd-forecasts-{name}"]
    return found.sentence


# Back-test and track record


@pytest.mark.parametrize("make", [fared.back_test, fared.record])
def test_references_stand_before_this_report(make, page):
    found = heads(make(page(ANSWERED)))
    assert found[3:8] == ["Brier, base rate alone", "Brier, even odds", "Brier, market", "Brier, crowd", OWN]


def test_means_are_told_against_each_reference_in_the_same_order(real):
    assert [row[0] for row in texts(fared.means(real))] == ["base rate alone", "even odds", "market", "crowd"]


def test_a_chance_released_before_the_answer_is_in_the_track_record_and_not_in_the_back_test(page):
    own = page(ANSWERED, released("2031-07-15"))
    (row,) = texts(fared.record(own))
    assert row[:3] == ["Will the treaty be in force by 31 July 2031?", "2031-06-30", "no"]
    assert row[7:9] == ["0.12", "25 %"]  # Brier of two categories: 2 x 0.25^2
    assert fared.back_test(own).rows == []
    assert sentence(own, "record") == "Track record: 1 question answered after being asked; no skill is claimed."


def test_the_newest_edition_released_before_the_answer_counts_as_it_told_it(page):
    locks = [
        released("2031-07-15", 0.25),
        released("2031-07-20", 0.4, edition="2031-06-30.2"),
        released("2031-08-02", 0.01),
    ]
    before = page(ANSWERED, *locks).recorded[0]
    assert [(row.edition, row.mean) for row in before.itertuples()] == [("2031-06-30.2", 0.4)]


@pytest.mark.parametrize(
    "lock", [released("2031-08-01"), released("2031-07-15", "no")], ids=["on the day", "an answer"]
)
def test_what_was_not_a_chance_before_the_answer_is_in_the_back_test_alone(lock, page):
    own = page(ANSWERED, lock)
    assert [row[:3] for row in texts(fared.back_test(own))] == [
        ["Will the treaty be in force by 31 July 2031?", "30 June 2031", "no"]
    ]
    assert fared.record(own).rows == []


def test_a_day_written_at_a_question_alone_makes_no_record(page, story):
    story.set("questions.csv", SOON, made_on="2031-07-01")
    assert fared.record(page(ANSWERED)).rows == []


def test_no_question_is_in_both(real, page):
    for own in (real, page(ANSWERED), page(ANSWERED, released("2031-07-15"))):
        tested, recorded = (set(found[0]["question_id"]) for found in (own.earlier, own.recorded))
        assert tested & recorded == set()


def test_an_empty_track_record_says_which_questions_can_begin_it(real):
    table = fared.record(real)
    assert table.rows == []
    assert table.title.startswith("Track record: empty")
    said = plain(table.note)
    assert "Deal signed by end of 2026 (written 28 November 2026, closes 31 December 2026)" in said
    assert "Sloviansk" not in said
    assert sentence(real, "record").endswith("5 open questions can begin it.")


def test_without_an_answer_nothing_is_scored(page):
    own = page("2031-06-30")
    for make in (fared.back_test, fared.means, fared.record, fared.misses):
        assert make(own).rows == []
    assert sentence(own, "back-test") == "No question had been answered by the day: there is nothing to score."
    assert "nothing is known yet to have been wrong" in sentence(own, "wrong")


# What was wrong


def test_what_was_wrong_stands_beside_the_scores_that_are_computed(real):
    table = fared.misses(real)
    scores = {row[0]: row[heads(fared.back_test(real)).index(OWN)] for row in texts(fared.back_test(real))}
    by = dict(zip(real.asked["short_title"], real.asked["text"], strict=True))
    shown = [row for row in texts(table) if row[2] != "several"]
    assert len(shown) == 5
    assert [row[-1] for row in shown] == [scores[by[row[2]]] for row in shown]


def test_what_was_wrong_is_told_from_the_day_on_which_it_was_known(page):
    assert fared.misses(page("2031-07-31")).rows == []
    assert len(fared.misses(page("2031-08-01")).rows) == 1


def test_the_words_of_what_was_wrong_are_true_to_the_scores(real):
    """What the rows of the real story say in words, compared with what is computed."""
    card, told = fared._card(real), real.earlier[0].set_index("question_id")
    base, market, own = card.references["base rate alone"], card.references["market"], card.each
    for name in ("deal-by-2026-02-24", "ceasefire-by-2026-03-31"):
        assert base[name].brier < own[name].brier
    assert market["ceasefire-by-2026-03-31"].brier < own["ceasefire-by-2026-03-31"].brier
    assert max(own, key=lambda name: own[name].brier) == "advance-in-both-months" == told["mean"].idxmax()
    assert told[told["basis"] == "judged"]["mean"].idxmax() == "leaders-meet-by-2026-06-30"
    judged = real.asked[real.asked["quantity"] == "judged"]["question_id"]
    assert set(real.course[real.course["question_id"].isin(judged)].groupby("question_id")["mean"].nunique()) == {1}


def test_where_all_answers_are_alike_it_is_said_whom_that_flatters(real):
    assert "All 12 answers are no, which flatters whoever gives little." in sentence(real, "wrong")


# Week by week


def test_what_was_drawn_stands_in_the_table_of_the_chart(page):
    chart = fared.course(page("2031-07-07"))
    assert [row[:2] for row in texts(chart.table)] == [
        ["the treaty be in force by 31 July 2031", "30 June 2031"],
        ["the treaty be in force by 31 July 2031", "7 July 2031"],
        ["the lamp be lit by the end of 2031", "30 June 2031"],
        ["the lamp be lit by the end of 2031", "7 July 2031"],
        ["the treaty hold to the end of 2031", "20 June 2031"],
        ["the treaty hold to the end of 2031", "30 June 2031"],
        ["the treaty hold to the end of 2031", "7 July 2031"],
    ]
    assert chart.title.startswith("Of 3 probabilities week by week ")


def test_one_day_of_probabilities_has_not_moved(page):
    own = page("2031-06-30")
    assert fared.movement(own).rows == []
    assert sentence(own, "movement") == "Week by week: there is one day of probabilities so far, and nothing has moved."


def test_without_a_question_the_place_of_the_chart_says_so(page):
    assert repr(fared.course(page("1900-01-01"))) == "No question with a probability or a quote as of 1900-01-01."
    assert fared.movement(page("1900-01-01")).rows == []


def test_a_crowd_and_a_market_have_marks_of_their_own(story, page):
    story.add_like("quotes.csv", "bet-june", quote_id="guess-june", venue="Club", kind="crowd", volume_usd="")
    rows = fared._drawn(page(ANSWERED))
    assert set(rows["kind"]) == {"this report", "market", "crowd", "answer"}
    assert rows[rows["kind"] == "answer"][["question_id", "value"]].to_numpy().tolist() == [[SOON, 0.0]]
