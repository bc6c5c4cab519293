"""Scenarios and signposts, worked out by hand on the harbour story."""

from __future__ import annotations

import pytest

from dossier import language, scenarios
from dossier.errors import DossierError
from dossier.pages import outlook
from dossier.pages import scenarios as page


def test_scenarios_stand_in_the_order_of_the_narrative(harbour_view, story):
    told = story.scenarios()
    story.write_scenarios(told[::-1])
    assert [scenario["scenario_id"] for scenario in scenarios.told(harbour_view)] == ["treaty-holds", "treaty-fades"]
    assert [scenario["scenario_id"] for scenario in scenarios.told(story.view())] == ["treaty-holds", "treaty-fades"]


def test_a_signpost_has_its_newest_reading(harbour_view, story):
    def status(view):
        return dict(zip(*[scenarios.signposts(view)[column] for column in ("signpost_id", "status")], strict=True))

    assert status(harbour_view) == {"ratified": "not yet due", "ships-stopped": "partly observed"}
    assert status(story.view("2031-08-01")) == {
        "ratified": "not observed",
        "ships-stopped": "partly observed",
        "new-patrols": "no reading",
    }


def test_readings_of_another_day_do_not_count(story):
    # both scenarios were told on 30 June; told earlier, their signposts would stand as they did in May
    story.replace("scenarios.yml", 'told_on: "2031-06-30"', 'told_on: "2031-04-10"')
    rows = scenarios.signposts(story.view("2031-05-31")).set_index("signpost_id")
    assert rows["status"].to_dict() == {"ratified": "no reading", "ships-stopped": "not observed"}


def test_signposts_of_one_scenario(harbour_view):
    assert list(scenarios.signposts(harbour_view, "treaty-fades")["signpost_id"]) == ["ships-stopped"]


def test_states_are_counted_in_a_fixed_order(harbour_view):
    counts = scenarios.status_counts(scenarios.signposts(harbour_view))
    assert list(counts.items()) == [
        ("observed", 0),
        ("partly observed", 1),
        ("not observed", 0),
        ("not yet due", 1),
        ("no reading", 0),
    ]


def test_overlaps_name_both_and_say_why(harbour_view):
    assert scenarios.overlaps(harbour_view) == [
        ("treaty-fades", "treaty-holds", "A treaty can be approved and still fade.")
    ]


def test_an_overlap_with_what_is_told_later_does_not_count(story):
    story.replace("scenarios.yml", "- scenario_id: treaty-holds\n      why", "- scenario_id: league-leaves\n      why")
    assert scenarios.overlaps(story.view()) == []
    assert scenarios.overlaps(story.view("2031-08-01"))[0][:2] == ("treaty-fades", "league-leaves")


def test_whether_a_scenario_covers_the_rest(harbour_view, story):
    assert not scenarios.covers_the_rest(harbour_view)
    story.replace("scenarios.yml", "  short_title: Fades\n", "  short_title: Fades\n  covers_the_rest: true\n")
    assert scenarios.covers_the_rest(story.view())


def test_an_unknown_scenario_is_refused_with_a_hint(harbour_view):
    with pytest.raises(DossierError, match="no scenario 'treaty-hold' as of 2031-06-30; did you mean 'treaty-holds'"):
        scenarios.one(harbour_view, "treaty-hold")
    with pytest.raises(DossierError, match="no scenario 'league-leaves' as of 2031-06-30"):
        scenarios.one(harbour_view, "league-leaves")


DAYS = {"began": "2029-01-01", "deadline": "2031-07-31", "until": "2031-12-31"}


def looked_ahead(view):
    return outlook.outlook(view, **DAYS, draws=20_000, seed=1)


def test_the_answers_of_the_pages_in_figures(harbour_view):
    own = looked_ahead(harbour_view)
    answers = [page.answer(own), *(page.page(own, name, **DAYS).answer() for name in ("treaty-holds", "treaty-fades"))]
    texts = {finding.finding_id.removeprefix("fnd-"): finding.text for answer in answers for finding in answer.findings}
    assert {
        name: text for name, text in texts.items() if name.endswith(("count", "signposts", "in-retrospect", "elicited"))
    } == {
        "scenarios-count": "2",
        "scenarios-signposts": "1 of 2",
        "scenarios-in-retrospect": "2 of 2",
        "scenarios-elicited": "9",
        "treaty-holds-signposts": "0 of 1",
        "treaty-fades-signposts": "1 of 1",
    }
    for name in ("treaty-holds", "treaty-fades"):
        assert texts[f"{name}-probability"] == language.percent(own.simulation.mean(name))


def test_without_what_a_forecast_needs_no_number_is_told_and_the_page_says_why(story):
    view = story.view("2031-06-29")  # the scenarios were told on the day after
    answer = page.answer(looked_ahead(view))
    texts = {finding.finding_id: finding for finding in answer.findings}
    assert texts["fnd-scenarios-probability"].text == "no probability"
    assert texts["fnd-scenarios-deal"].text == "not told"
    assert "lack what a forecast needs" in texts["fnd-scenarios-probability"].sentence


def test_a_signpost_that_was_seen_is_named_with_its_state(harbour_view):
    own = looked_ahead(harbour_view)
    holds, fades = (page.page(own, name, **DAYS).answer().findings[-1] for name in ("treaty-holds", "treaty-fades"))
    assert holds.sentence == "1 signpost on 30 June 2031: 1 not yet due."
    assert fades.sentence == "1 signpost on 30 June 2031: 1 partly observed. Partly observed: Are ships turned back?"
