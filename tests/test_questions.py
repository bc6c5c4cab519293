"""Questions: what each probability is computed from, which quotes stand beside it, and how answers are scored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dossier import chance, data, forecast, priors, questions, tree
from dossier.errors import DossierError

SET = {"war_began": "2022-02-24", "deadline": "2026-02-24", "horizon": "2026-12-31", "years": 5, "seed": 1}
SET |= {"tier": "return to war", "weights": "as given"}
PACE = {"indicator": "territory-held", "pace": 388.5, "run": 2, "back": 24}
LATER = "2026-08-21"


@pytest.fixture(scope="module")
def own(real_view):
    return forecast.model(real_view, **SET)


@pytest.fixture(scope="module")
def told(real_view, own) -> pd.DataFrame:
    return questions.probabilities(real_view, own, seed=1, draws=40_000).set_index("question_id")


@pytest.fixture(scope="module")
def later(root):
    return data.view(data.describe(root / "data"), as_of=LATER)


@pytest.fixture(scope="module")
def draws(own):
    point = forecast.primitives(own, 40_000, chance.stream(1, "test"))
    return forecast.nodes(own, point), point


def chances(own, draws, name: str, day: str) -> np.ndarray:
    at, point = draws
    return questions.quantity(own, at, point, name, day=date.fromisoformat(day))


def table(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


def quoted(*said: tuple[str, str, float, str]) -> pd.DataFrame:
    """Quotes of one question: kind, value, volume, day."""
    return pd.DataFrame(said, columns=["kind", "value", "volume_usd", "date"]).assign(question_id="a")


# Where a probability comes from


def test_every_quantity_has_words_for_the_page():
    assert set(questions.WORDS) == set(questions.QUANTITIES)


def test_every_question_of_the_day_has_a_probability_within_its_interval(told):
    assert len(told) == 17
    assert ((told["low"] <= told["mean"]) & (told["mean"] <= told["high"])).all()
    assert told["basis"].value_counts().to_dict() == {"model": 11, "judged": 5, "counted": 1}


def test_a_deal_by_a_day_is_that_of_the_event_tree(told, own):
    tree_says = forecast.simulate(own, draws=200_000, seed=1).mean(forecast.EARLY)
    assert told.at["deal-by-2026-02-24", "mean"] == pytest.approx(tree_says, abs=0.002)


def test_an_end_of_the_war_by_the_horizon_is_all_ends_of_the_tree_but_those_of_a_war_that_goes_on(own, draws):
    at, _ = draws
    ends = tree.leaves(at)
    over = sum(drawn for leaf, drawn in ends.items() if leaf not in ("unsigned-advance", "unsigned-stall"))
    assert chances(own, draws, "war ends by", "2026-12-31") == pytest.approx(over, abs=1e-12)


def test_a_later_day_is_never_less_likely(own, draws):
    for name in ("signed by", "war ends by", "enforced by", "vote by", "rejected by"):
        early, late = (chances(own, draws, name, day) for day in ("2026-03-31", "2026-12-31"))
        assert (early <= late + 1e-12).all()


def test_what_needs_a_deal_is_no_likelier_than_the_deal(own, draws):
    signed = chances(own, draws, "signed by", "2026-06-30")
    for name in ("enforced by", "vote by", "rejected by"):
        assert (chances(own, draws, name, "2026-06-30") <= signed + 1e-12).all()
    assert (signed <= chances(own, draws, "war ends by", "2026-06-30") + 1e-12).all()


def test_violated_if_signed_is_the_joint_chance_over_that_of_a_deal_kept_from_the_vote(own, draws):
    at, _ = draws
    found = float(np.mean(questions.violated_if_signed(at)))
    assert 0.1 < found < 0.5
    broken = [name for name in vars(at) if name.startswith("violated")]
    for share in (0.0, 1.0):
        same = replace(at, **{name: np.full_like(getattr(at, name), share) for name in broken})
        assert questions.violated_if_signed(same) == pytest.approx(share)


def test_violated_if_signed_is_told_even_where_nothing_can_be_signed(own, draws):
    at, _ = draws
    none = replace(at, signed_early=0 * at.signed_early, signed=0 * at.signed)
    by_hand = at.enforced * at.violated_enforced + (1 - at.enforced) * at.violated_promise
    assert questions.violated_if_signed(none) == pytest.approx(by_hand)


def test_a_vote_must_have_terms_some_days_before_the_question_closes(told, own, real_view):
    row = questions.asked(real_view).set_index("question_id").loc["referendum-by-2026-06-30"]
    assert questions._parameters(row)["lag_days"] == 60
    point = forecast.primitives(own, 40_000, chance.stream(1, "test"))
    at = forecast.nodes(own, point)
    without = float(np.mean(questions.quantity(own, at, point, "vote by", day=date(2026, 6, 30))))
    assert told.at["referendum-by-2026-06-30", "mean"] < without


def test_a_judged_question_has_the_mean_of_its_prior_and_no_base_rate(told, real_view):
    row = questions.asked(real_view).set_index("question_id").loc["election-by-2026-06-30"]
    prior = priors.pick(priors.read(real_view), row["prior_id"])
    found = told.loc["election-by-2026-06-30"]
    assert found["mean"] == pytest.approx(float(np.mean(prior.draw(200_000, chance.stream(2, "x")))), abs=0.003)
    assert np.isnan(found["base"])


def test_without_a_model_only_what_needs_none_is_told(real_view):
    found = questions.probabilities(real_view, None, seed=1, draws=1_000)
    assert set(found[found["mean"].notna()]["basis"]) == {"judged", "counted"}
    assert found[found["basis"] == "model"]["mean"].isna().all()


def test_the_same_seed_gives_the_same_numbers_whatever_else_is_asked(real_view, own):
    first, second = (questions.probabilities(real_view, own, seed=1, draws=2_000) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_quantity_that_is_not_known_is_refused_by_name(own, draws):
    with pytest.raises(DossierError, match=r"signed buy.*did you mean"):
        chances(own, draws, "signed buy", "2026-06-30")


# Counted from the data


def test_seven_of_sixteen_runs_of_two_months_lay_above_the_pace_on_both_series(real_view, told):
    assert questions.runs_above(real_view, PACE) == (7, 16)
    found = told.loc["advance-in-both-months"]
    assert found["mean"] == pytest.approx(7.5 / 17)
    assert found["base"] == found["mean"]
    assert found["detail"] == "7 of 16 overlapping runs of months"


def test_once_a_month_asked_about_has_fallen_short_no_chance_is_left():
    def chance_on(day):
        view = data.load(day)
        rows = questions.asked(view)
        return questions._counted(view, rows[rows["question_id"] == "advance-in-both-months"].iloc[0])

    assert chance_on("2026-01-30")[0] > 0
    assert chance_on("2026-01-31")[0] == chance_on("2026-02-25")[0] == 0


def test_a_pace_that_nothing_reaches_and_one_that_everything_does(real_view):
    assert questions.runs_above(real_view, {**PACE, "pace": 1e9})[0] == 0
    hits, runs = questions.runs_above(real_view, {**PACE, "pace": -1e9})
    assert hits == runs == 16


def test_a_longer_run_is_rarer_and_there_are_fewer(real_view):
    counts = [questions.runs_above(real_view, {**PACE, "run": run}) for run in (1, 2, 3)]
    hits, runs = ([count[place] for count in counts] for place in (0, 1))
    assert hits == sorted(hits, reverse=True)
    assert runs[0] > runs[1] > runs[2]


def test_where_nothing_can_be_counted_nothing_is_told(real_view):
    row = questions.asked(real_view).set_index("question_id", drop=False).loc["advance-in-both-months"]
    none = row.copy()
    none["parameters"] = row["parameters"].replace("territory-held", "nothing-held")
    assert np.isnan(questions._counted(real_view, none)[0])


# Beside it


def test_each_venue_stands_with_its_newest_quote_of_the_day(real_view):
    found = questions.quoted(real_view)
    assert not found.duplicated(["question_id", "venue", "question"]).any()
    assert (found["date"] <= "2025-12-30").all()
    assert len(found) == 7


def test_two_pairs_of_market_prices_do_not_fit_together_and_none_of_ours(real_view, told):
    found = questions.incoherent(real_view, told.reset_index())
    faults = found[~found["coherent"]]
    assert set(zip(faults["by"], faults["narrower"], faults["wider"], strict=True)) == {
        ("Polymarket", 0.275, 0.185),
        ("Polymarket", 0.58, 0.465),
    }


def test_prices_of_answered_questions_are_not_compared(later):
    open_ones = questions.probabilities(later, None, seed=1, draws=1_000)
    found = questions.incoherent(later, open_ones)
    assert set(found["narrower_id"]) | set(found["wider_id"]) <= set(open_ones["question_id"])


# Answers and scores


def test_twelve_questions_are_answered_by_a_later_day_and_none_on_the_first(real_view, later):
    assert set(questions.asked(real_view)["state"]) == {"open"}
    assert questions.asked(later)["state"].value_counts().to_dict() == {"answered": 12, "open": 5}


def test_a_question_past_its_day_without_an_answer_is_past_due_and_not_no(root):
    view = data.view(data.describe(root / "data"), as_of="2026-02-25")
    states = questions.asked(view).set_index("question_id")["state"]
    assert states["deal-by-2026-02-24"] == "answered"
    assert set(states) <= {"answered", "open", "past due"}


def test_an_answered_question_has_no_probability_any_more(later, own):
    open_ones = questions.asked(later).query("state != 'answered'")["question_id"]
    found = questions.probabilities(later, None, seed=1, draws=1_000)
    assert set(found["question_id"]) == set(open_ones)


def test_the_back_test_has_scores_and_no_curve(real_view, later, told):
    card = questions.scored(questions.asked(later), told.reset_index(), questions.quoted(real_view))
    assert (card.count, card.may) == (12, "scores")
    mean = told.loc["election-by-2026-06-30", "mean"]
    assert card.each["election-by-2026-06-30"].brier == pytest.approx(2 * mean**2)


def test_the_base_rate_alone_speaks_only_of_signatures_and_of_an_end(real_view, later, told):
    card = questions.scored(questions.asked(later), told.reset_index(), questions.quoted(real_view))
    spoken = set(card.references["base rate alone"])
    by = questions.asked(later).set_index("question_id")["quantity"]
    assert spoken
    assert {by[name] for name in spoken} <= set(questions.BASE_RATES)


def test_an_ambiguous_answer_is_scored_by_nobody():
    answers = table(question_id=["a", "b"], outcome=["ambiguous", "yes"], quantity=["judged", "judged"])
    told = table(question_id=["a", "b"], mean=[0.5, 0.8], base=[np.nan, np.nan])
    quotes = quoted(("market", "0.5", 1.0, "2031-07-01"))
    card = questions.scored(answers, told, quotes)
    assert list(card.each) == ["b"]
    assert card.each["b"].brier == pytest.approx(0.08)


def test_of_two_markets_the_one_with_more_money_is_the_reference():
    answers = table(question_id=["a"], outcome=["yes"], quantity=["judged"])
    told = table(question_id=["a"], mean=[0.5], base=[np.nan])
    quotes = quoted(("market", "0.1", 5.0, "2031-07-02"), ("market", "0.9", 50.0, "2031-07-01"))
    card = questions.scored(answers, told, quotes)
    assert card.references["market"]["a"].brier == pytest.approx(0.02)


def one_answer(*said: tuple[str, str, float, str]) -> dict[str, float]:
    """The Brier scores of the references of one question that was answered with yes, ours being even odds."""
    answers = table(question_id=["a"], outcome=["yes"], quantity=["judged"])
    card = questions.scored(answers, table(question_id=["a"], mean=[0.5], base=[np.nan]), quoted(*said))
    return {name: scores["a"].brier for name, scores in card.references.items()}


def test_market_and_crowd_are_references_apart():
    found = one_answer(("market", "0.9", 5.0, "2031-07-01"), ("crowd", "0.8", np.nan, "2031-07-01"))
    assert found == pytest.approx({"even odds": 0.5, "market": 0.02, "crowd": 0.08})


def test_of_two_crowds_the_one_that_spoke_last_is_the_reference():
    found = one_answer(("crowd", "0.9", np.nan, "2031-07-01"), ("crowd", "0.8", np.nan, "2031-07-02"))
    assert found == pytest.approx({"even odds": 0.5, "crowd": 0.08})


def test_every_reference_has_its_place_before_this_report():
    assert questions.REFERENCES == ("base rate alone", "even odds", "market", "crowd")


# What makes a track record


def written(made_on: str, resolved_on: str | None, closes: str = "2031-07-31") -> pd.DataFrame:
    return table(question_id=["a"], made_on=[made_on], closes=[closes], resolved_on=[resolved_on])


@pytest.mark.parametrize(
    ("made_on", "resolved_on", "counts"),
    [
        ("2031-07-15", None, True),
        ("2031-07-31", None, True),
        ("2031-08-01", None, False),
        ("2031-07-15", "2031-07-16", True),
        ("2031-07-15", "2031-07-15", False),
        ("2031-07-15", "2031-07-14", False),
        ("2031-08-02", "2031-08-05", False),  # closed before it was written, whenever somebody looked
        ("2031-07-15", "2031-07", False),  # answered some day in July: perhaps before
    ],
)
def test_a_question_counts_if_it_was_written_before_it_closed_and_before_its_answer(made_on, resolved_on, counts):
    assert len(questions.ahead(written(made_on, resolved_on))) == counts


def test_no_answered_question_of_the_story_was_asked_ahead_and_five_open_ones_are(later):
    found = questions.ahead(questions.asked(later))
    assert set(found["state"]) == {"open"}
    assert sorted(found["question_id"]) == [
        "advance-without-deal-2026",
        "ceasefire-by-2026-12-31",
        "deal-by-2026-12-31",
        "referendum-no-by-2026-12-31",
        "violated-within-five-years",
    ]
