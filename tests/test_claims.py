"""Claims: every rule by which a statement of the narrative gets its verdict, on small stories worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier import claims, data, dates
from dossier.claims.checks import RECORDED
from dossier.data import View
from dossier.errors import DossierError
from dossier.pages import claims as page

Change = Callable[[View], View]
NOT_YET = "not checkable yet"


def replaced(view: View, table: str, rows: list[dict[str, Any]]) -> View:
    """The story with other rows in one table."""
    frame = pd.DataFrame(rows, columns=view.package.table(table).columns, dtype="str")
    return View(view.as_of, view.package, {**view.raw, table: frame}, view.documents)


def without(table: str) -> Change:
    """Empty a table."""
    return lambda view: replaced(view, table, [])


def edited(table: str, key: str, **cells: str | None) -> Change:
    """Change cells of one row."""

    def change(view: View) -> View:
        rows, name = view.raw[table].to_dict("records"), view.package.table(table).key[0]
        assert key in {row[name] for row in rows}, f"{table}: no row {key}"
        return replaced(view, table, [{**row, **cells} if row[name] == key else row for row in rows])

    return change


def added(table: str, **cells: str) -> Change:
    """Add a row."""
    return lambda view: replaced(view, table, [*view.raw[table].to_dict("records"), cells])


def scenarios(*rows: dict[str, Any]) -> Change:
    """Tell other scenarios."""
    return lambda view: View(view.as_of, view.package, view.raw, {**view.documents, "scenarios": list(rows)})


def in_order(view: View) -> View:
    """Let the narrative list its six events newest first, as they happened."""
    for place, key in enumerate(["2031-04-10-treaty-signed", "2031-02-09-plan-announced", "2031-01-20-tarso-warns"], 2):
        view = edited("events", key, narrative_order=str(place))(view)
    return edited("events", "2031-01-10-talks-open", narrative_order="5")(view)


def measured(view: View) -> View:
    """Gazette counts 10, 12 and 18 quays on the 15th of March, May and June, the League 10, 14 and 15."""
    counts = {"quays-gazette": (10, 12, 18), "quays-league": (10, 14, 15)}
    days = ("2031-03-15", "2031-05-15", "2031-06-15")
    rows = [
        {"series_id": name, "date": day, "value": str(value)}
        for name, values in counts.items()
        for day, value in zip(days, values, strict=True)
    ]
    return replaced(view, "observations", rows)


def june(value: str) -> Change:
    """Let the League count another number of quays at the end of June."""

    def change(view: View) -> View:
        rows = view.raw["observations"].to_dict("records")
        own = {"series_id": "quays-league", "date": "2031-06-30"}
        return replaced(
            view, "observations", [{**row, "value": value} if own.items() <= row.items() else row for row in rows]
        )

    return change


def unchanged(view: View) -> View:
    return view


def told(value: str) -> Change:
    """Let the narrative count ships too."""
    cells = {"account_id": "ships-story", "dispute_id": "ships-turned-back", "told_on": "2031-06-30"}
    return added("accounts", **cells, told_by="The narrative", statement="So many.", value=value, standing="narrative")


def slowed(view: View) -> View:
    """Gazette counts 10, 14 and 14 quays on the 15th of March, June and September; the League has no count."""
    days = ("2031-03-15", "2031-06-15", "2031-09-15")
    rows = [
        {"series_id": "quays-gazette", "date": day, "value": str(value)}
        for day, value in zip(days, (10, 14, 14), strict=True)
    ]
    return View(dates.parse_day("2031-09-15"), view.package, replaced(view, "observations", rows).raw, view.documents)


def answered(outcome: str) -> Change:
    """Answer a question before the day."""
    cells = {"question_id": "treaty-by-2031-07-31", "resolved_on": "2031-06-29", "made_on": "2031-06-30"}
    return added("resolutions", **cells, outcome=outcome, standing="sourced", note="So it was.")


def verdict(view: View, check: str, parameters: Any, change: Change = unchanged) -> claims.Verdict:
    claim = SimpleNamespace(claim_id="a-claim", check=check, parameters=json.dumps(parameters))
    return claims.judge(change(view), claim)


TREATY_AGE = {"from": "events/2031-04-10-treaty-signed/date", "to": "as_of"}  # 81 days: 0.22 years
SHIPS = {"dispute": "ships-turned-back"}  # Korsmark says 1, Veldania says 3
VELDANIA, KORSMARK = ["ships-veldania"], ["ships-korsmark"]
QUAYS = {"indicator": "quays-held"}  # Gazette 21, League 18, of 100
RATE = {**QUAYS, "unit": "sq km", "months": [3]}  # 8 / 3 and 5 / 3 a month by the days in ``measured``
BINDING = {"guarantee": "league-promise", "feature": "binding"}
OVER = {"resolves": "2031-06-29", "question": "treaty-by-2031-07-31"}
SHIP = {"resolves": "2031-06-29", "signpost": "ships-stopped"}
GARRISON = {"case": "salt-1990", "column": "peak_troops"}  # 1200

CASES: list[tuple[str, str, dict[str, Any], Change]] = [
    ("duration", "supported", {**TREATY_AGE, "low": 0.1, "high": 0.3}, unchanged),
    ("duration", "supported", {"from": "2030-06-30", "to": "2031-06-30", "low": 0.99, "high": 1}, unchanged),
    ("duration", "imprecise", {**TREATY_AGE, "low": 0.23, "high": 0.3}, unchanged),  # by less than a tenth of 0.3
    ("duration", "contradicted", {**TREATY_AGE, "low": 1, "high": 2}, unchanged),
    ("duration", "dated", {**TREATY_AGE, "low": 0, "high": 0.1, "held_on": "2031-04-30"}, unchanged),  # 20 days
    ("duration", "contradicted", {**TREATY_AGE, "low": 0, "high": 0.02, "held_on": "2031-04-30"}, unchanged),
    ("level", "supported", {**QUAYS, "low": 18, "high": 21}, unchanged),
    ("level", "imprecise", {**QUAYS, "low": 20, "high": 25}, unchanged),  # one of two
    ("level", "contradicted", {**QUAYS, "low": 30, "high": 40}, unchanged),
    ("level", "supported", {"indicator": "ships-lost", "low": 5, "high": 5, "of_whole": False}, unchanged),
    ("window_rate", "supported", {**RATE, "at_least": 1.6}, measured),
    ("window_rate", "imprecise", {**RATE, "at_least": 2}, measured),
    ("window_rate", "contradicted", {**RATE, "at_least": 3}, measured),
    ("window_rate", "supported", {**RATE, "at_least": 0.64, "unit": "sq mi"}, measured),  # 5 / 3 sq km are 0.6435
    ("window_rate", "imprecise", {**RATE, "at_least": 0.65, "unit": "sq mi"}, measured),
    ("window_rate", "dated", {**RATE, "at_least": 1.3, "held_on": "2031-06-15"}, slowed),
    ("window_rate", "contradicted", {**RATE, "at_least": 1.4, "held_on": "2031-06-15"}, slowed),
    ("record_month", "supported", {**QUAYS, "months": 5}, unchanged),  # February to June hold both records
    ("record_month", "imprecise", {**QUAYS, "months": 1}, june("19")),  # a rise of 3 is the League's record
    ("record_month", "contradicted", {**QUAYS, "months": 4}, unchanged),  # both are of February
    ("order", "supported", {}, in_order),
    ("order", "contradicted", {}, unchanged),  # the talks stand before the plan that followed them
    ("count", "supported", {"table": "proposals", "where": {"plan_id": "five-points"}, "value": 2}, unchanged),
    ("count", "contradicted", {"table": "proposals", "where": {"plan_id": "five-points"}, "value": 5}, unchanged),
    ("count", "supported", {"table": "proposals", "distinct": "topic_id", "value": 3}, unchanged),  # of four points
    ("count", "supported", {"table": "events", "where": {"in_narrative": True}, "value": 6}, unchanged),
    ("event", "supported", {"event": "2031-04-10-treaty-signed"}, unchanged),
    ("event", NOT_YET, {"event": "2031-07-05-tarso-denies"}, unchanged),  # of July
    ("figure", "supported", {"indicator": "watch-size", "low": 100, "high": 100}, unchanged),
    ("figure", "imprecise", {"indicator": "watch-size", "low": 50, "high": 70}, unchanged),  # 40 to 60 was reported
    ("figure", "contradicted", {"indicator": "watch-size", "low": 200, "high": 300}, unchanged),
    ("figure", "contradicted", {"indicator": "treaty-length", "low": 8, "high": 8}, unchanged),  # its own figure alone
    ("figure", "supported", {"indicator": "treaty-length", "low": 5, "high": 5, "standing": ["offered"]}, unchanged),
    ("figure", "contradicted", {"indicator": "treaty-length", "low": 10, "high": 10, "standing": ["offered"]}, unchanged),
    ("consistent", "supported", {"claims": ["treaty-eight", "watch-hundred"]},
        edited("claims", "watch-hundred", parameters='{"low": 8, "high": 8}')),
    ("consistent", "internally inconsistent", {"claims": ["treaty-eight", "watch-hundred"]}, unchanged),
    ("account", "supported", {**SHIPS, "agrees_with": VELDANIA, "against": []}, unchanged),
    ("account", "attributed", {**SHIPS, "agrees_with": VELDANIA, "against": KORSMARK}, unchanged),
    ("account", "contradicted", {**SHIPS, "agrees_with": [], "against": KORSMARK}, unchanged),
    ("account", "attributed", SHIPS, told("3")),
    ("account", "contradicted", SHIPS, told("9")),
    ("account", "supported", SHIPS, lambda view: told("3")(edited("accounts", "ships-korsmark", value="3")(view))),
    ("facts", "supported", {"facts": ["lantern-shots"]}, unchanged),
    ("facts", "contradicted", {"facts": ["lantern-shots", "lantern-war", "lantern-terms"]}, unchanged),  # the gravest
    ("facts", "imprecise", {"facts": ["lantern-shots", "lantern-war"]}, unchanged),
    ("facts", "dated", {"facts": ["salt-still", "salt-terms"]}, unchanged),
    ("coded", "supported", {**GARRISON, "value": 1200}, unchanged),
    ("coded", "supported", {**GARRISON, "value": 1000, "tolerance": 200}, unchanged),
    ("coded", "contradicted", {**GARRISON, "value": 1000, "tolerance": 199}, unchanged),
    ("coded", "supported", {"case": "salt-1990", "column": "dmz", "value": "yes"}, unchanged),
    ("coded", "contradicted", {"case": "salt-1990", "column": "dmz", "value": "no"}, unchanged),
    ("conversion", "supported", {"km": 4, "miles": 2.5, "digits": 1}, unchanged),  # 2.4855
    ("conversion", "contradicted", {"km": 4, "miles": 2.5, "digits": 2}, unchanged),
    ("deadline", "supported", {"setter": "orla-teck", "due": "2031-03-31"}, unchanged),
    ("deadline", NOT_YET, {"setter": "iven-tarso", "due": "2031-03-31", "against": KORSMARK}, unchanged),
    ("feature", "supported", {**BINDING, "value": "yes"}, unchanged),
    ("feature", "contradicted", {**BINDING, "value": "no"}, unchanged),
    ("feature", "imprecise", {**BINDING, "feature": "watched", "value": "yes"}, unchanged),  # in part
    ("feature", "supported", {**BINDING, "feature": "watched", "value": "partly"}, unchanged),
    ("position", "attributed", {"actor": "orla-teck", "issue": "tolls"}, unchanged),
    ("position", NOT_YET, {"actor": "orla-teck", "issue": "watch"}, unchanged),
    ("share_failed", "imprecise", {}, unchanged),  # one of two tells nothing
    ("partition", "contradicted", {}, unchanged),  # a treaty can hold and fade
    ("partition", "imprecise", {}, scenarios({"scenario_id": "holds"}, {"scenario_id": "fades"})),
    ("forecast", "open", {"resolves": "2031-12-31"}, unchanged),
    ("forecast", "open", {"resolves": "2031-06-30"}, unchanged),  # the day is not over
    ("forecast", "open", {"resolves": "2031-06"}, unchanged),
    ("forecast", NOT_YET, {"resolves": "2031-06-29"}, unchanged),
    ("forecast", "did not come about", OVER, answered("no")),
    ("forecast", "came about", OVER, answered("yes")),
    ("forecast", "came about", {**OVER, "expects": "no"}, answered("no")),
    ("forecast", NOT_YET, OVER, answered("void")),
    ("forecast", NOT_YET, OVER, unchanged),  # the answer came in August
    ("forecast", "open", {**OVER, "resolves": "2031-06-30"}, answered("no")),
    ("forecast", "came about", SHIP, edited("signpost-states", "ships-stopped-0630", status="observed")),
    ("forecast", "did not come about", SHIP, edited("signpost-states", "ships-stopped-0630", status="not observed")),
    ("forecast", NOT_YET, SHIP, unchanged),  # observed in part
    ("forecast", NOT_YET, SHIP, edited("signpost-states", "ships-stopped-0630", date="2031-06-28", status="observed")),
    ("untested", NOT_YET, {}, unchanged),
]  # fmt: skip

WITHOUT_DATA: list[tuple[str, dict[str, Any], Change]] = [
    ("duration", {"from": "events/2031-07-05-tarso-denies/date", "to": "as_of", "low": 0, "high": 1}, unchanged),
    ("duration", {"from": "deadlines/2031-07-31-ratification/outcome_on", "to": "as_of", "low": 0, "high": 1}, unchanged),
    ("level", {**QUAYS, "low": 0, "high": 100}, without("observations")),
    ("level", {"indicator": "watch-size", "low": 0, "high": 100}, unchanged),
    ("level", {"indicator": "no-such", "low": 0, "high": 100}, unchanged),
    ("window_rate", {**RATE, "at_least": 0}, without("observations")),
    ("window_rate", {**RATE, "at_least": 0, "months": [12]}, measured),
    ("record_month", {**QUAYS, "months": 3}, without("observations")),
    ("order", {}, without("events")),
    ("count", {"table": "proposals", "where": {"plan_id": "five-points"}, "value": 2}, without("proposals")),
    ("count", {"table": "proposals", "where": {"plan_id": "no-such"}, "value": 2}, unchanged),
    ("event", {"event": "2031-04-10-treaty-signed"}, without("events")),
    ("figure", {"indicator": "watch-size", "low": 100, "high": 100}, without("stated-figures")),
    ("figure", {"indicator": "watch-size", "low": 100, "high": 100, "standing": ["offered"]}, unchanged),
    ("consistent", {"claims": ["treaty-eight", "watch-hundred"]}, without("claims")),
    ("account", SHIPS, without("accounts")),
    ("account", {"dispute": "who-raised-tolls", "agrees_with": ["tolls-port"]}, unchanged),  # told in August
    ("account", {**SHIPS, "agrees_with": ["ships-later-count"], "against": []}, unchanged),  # told in August
    ("facts", {"facts": ["lantern-shots"]}, without("precedent-facts")),
    ("facts", {"facts": ["salt-lesson"]}, unchanged),  # never compared
    ("coded", {**GARRISON, "value": 1200}, without("precedents")),
    ("coded", {"case": "lantern-2010", "column": "peak_troops", "value": 0}, unchanged),
    ("deadline", {"setter": "orla-teck", "due": "2031-03-31"}, without("deadlines")),
    ("feature", {**BINDING, "value": "yes"}, without("guarantee-features")),
    ("feature", {**BINDING, "feature": "lasting", "value": "no"}, unchanged),
    ("feature", {**BINDING, "value": "yes"}, edited("guarantee-features", "league-binding", value="unknown")),
    ("position", {"actor": "orla-teck", "issue": "tolls"}, without("positions")),
    ("share_failed", {}, without("precedents")),
    ("partition", {}, scenarios()),
    ("forecast", OVER, without("resolutions")),
    ("forecast", SHIP, without("signpost-states")),
    ("untested", {}, without("sources")),
]  # fmt: skip
READ_NOTHING = {"conversion"}  # it compares the narrative with arithmetic
NEVER_SUPPORTED = {
    "position": "attributed",
    "share_failed": "imprecise",
    "partition": "imprecise",
    "forecast": "open",
    "untested": NOT_YET,
}


@pytest.mark.parametrize(("check", "status", "parameters", "change"), CASES)
def test_a_check_gives_the_verdict_that_the_record_bears(harbour_view, check, status, parameters, change):
    assert verdict(harbour_view, check, parameters, change).status == status


@pytest.mark.parametrize(("check", "parameters", "change"), WITHOUT_DATA)
def test_without_data_nothing_is_said(harbour_view, check, parameters, change):
    found = verdict(harbour_view, check, parameters, change)
    assert (found.status, found.rows) == (NOT_YET, ())


def test_every_check_has_a_case_for_and_a_case_against_and_one_without_data():
    statuses = {name: {status for check, status, *_ in CASES if check == name} for name in claims.CHECKS}
    assert {name for name, own in statuses.items() if "supported" not in own} == set(NEVER_SUPPORTED)
    assert all(NEVER_SUPPORTED.get(name, "supported") in own for name, own in statuses.items())
    assert {name for name, own in statuses.items() if len(own) == 1} == {"share_failed", "untested"}
    assert {check for check, *_ in WITHOUT_DATA} == set(claims.CHECKS) - READ_NOTHING


@pytest.mark.parametrize(("check", "status", "parameters", "change"), CASES)
def test_a_check_is_pure(harbour_view, check, status, parameters, change):
    view = change(harbour_view)
    before = {name: frame.copy() for name, frame in view.raw.items()}
    assert verdict(view, check, parameters) == verdict(view, check, parameters)
    assert all(frame.equals(before[name]) for name, frame in view.raw.items())


@pytest.mark.parametrize(("check", "status", "parameters", "change"), CASES)
def test_a_verdict_reads_rows_that_exist(harbour_view, check, status, parameters, change):
    view = change(harbour_view)
    for table, key in verdict(view, check, parameters).rows:
        if table == "scenarios":
            assert key in {row["scenario_id"] for row in view.document("scenarios")}
        else:
            assert key in set(view[table][view.package.table(table).key[0]])


def test_a_share_of_an_indicator_without_a_whole_is_no_share(harbour_view):
    """A count of ships has no whole: no per cent of it can be compared, least of all 0 %."""
    with pytest.raises(DossierError, match=r"a-claim.*whole"):
        verdict(harbour_view, "level", {"indicator": "ships-lost", "low": 5, "high": 5})


def test_a_date_that_somebody_else_set_does_not_support_a_deadline(harbour_view):
    other = {"setter": "harbour-league", "due": "2031-03-31", "against": KORSMARK}
    found = verdict(harbour_view, "deadline", other)
    assert (found.status, found.rows) == (NOT_YET, (("accounts", "ships-korsmark"),))
    assert found.value == "Radio of Korsmark, 30 June 2031: One ship was asked to wait."


def test_a_position_is_the_newest_by_the_day(harbour_view, story):
    watch = {"actor": "iven-tarso", "issue": "watch"}
    assert verdict(harbour_view, "position", watch).value == "10 May 2031: The League may watch by day."
    assert verdict(story.view("2031-07-05"), "position", watch).value == "5 July 2031: Nobody may watch."


def test_a_share_of_two_precedents_says_almost_nothing(harbour_view):
    found = verdict(harbour_view, "share_failed", {})
    assert found.value == "50 % (95 % interval 1–99 %)"
    assert found.reason.startswith("1 of 2 hand-picked cases failed")


def test_every_series_is_named_with_its_value(harbour_view):
    found = verdict(harbour_view, "level", {**QUAYS, "low": 15, "high": 25})
    assert found.value == "Gazette 21.00 %; League 18.00 %"
    assert found.reason == "2 of 2 series lie within 15 to 25 %."


def test_windows_that_the_narrative_did_not_name_are_told_where_they_fall_short(harbour_view):
    found = verdict(harbour_view, "window_rate", {**RATE, "at_least": 4}, measured)
    assert all(words in found.value for words in ("Gazette, 3 months: 3", "League, 3 months: 2"))
    assert found.reason == "0 of 2 windows of 3 months reach 4 sq km. Below it: League over 1 months."


@pytest.mark.parametrize("recorded", list(RECORDED))
def test_a_recorded_comparison_keeps_its_verdict(harbour_view, recorded):
    change = edited("precedent-facts", "lantern-shots", holds=recorded)
    assert verdict(harbour_view, "facts", {"facts": ["lantern-shots"]}, change).status == RECORDED[recorded]


def test_every_recorded_comparison_has_a_status(harbour_view):
    (holds,) = [field for field in harbour_view.package.table("precedent-facts").fields if field["name"] == "holds"]
    assert set(holds["constraints"]["enum"]) == set(RECORDED)
    assert set(RECORDED.values()) <= set(claims.STATUSES)


@pytest.mark.parametrize("status", ["", "Supported", "true", "false"])
def test_a_status_that_is_none_is_refused(status):
    with pytest.raises(ValueError, match="accepted is one of contradicted, internally inconsistent"):
        claims.Verdict(status, "", "")


def test_an_unknown_check_is_refused_with_a_hint(harbour_view):
    with pytest.raises(
        DossierError, match=r"claims.csv, row a-claim, column check: 'levels'; did you mean 'level'\? known:"
    ):
        verdict(harbour_view, "levels", {})


@pytest.mark.parametrize(
    ("check", "parameters", "hint"),
    [
        ("level", {"low": 15, "high": 25}, "indicator"),
        ("level", {**QUAYS, "low": "15", "high": 25}, "'15'|str"),
        ("level", [], "list"),
        ("duration", {"from": "yesterday", "to": "as_of", "low": 0, "high": 1}, "yesterday"),
        ("duration", {"from": "events/2031-04-10-treaty-signed/day", "to": "as_of", "low": 0, "high": 1}, "day"),
        ("coded", {"case": "salt-1990", "column": "troops", "value": 1}, "troops"),
        ("count", {"table": "proposal", "value": 1}, "did you mean 'proposals'"),
        ("count", {"table": "proposals", "where": {"plan": "five-points"}, "value": 1}, "plan"),
        ("count", {"table": "proposals", "where": ["five-points"], "value": 1}, "where|list"),
        ("account", SHIPS, "agrees_with or against"),  # the narrative gave no number of its own to compare
        ("forecast", {"resolves": "soon"}, "soon"),
        ("forecast", {}, "resolves"),
    ],
)
def test_parameters_that_a_check_cannot_read_are_refused_with_the_claim_and_a_hint(
    harbour_view, check, parameters, hint
):
    with pytest.raises(DossierError, match=rf"claims\.csv, row a-claim, column parameters: .*({hint})"):
        verdict(harbour_view, check, parameters)


def test_parameters_that_are_no_json_are_refused(harbour_view):
    claim = SimpleNamespace(claim_id="a-claim", check="level", parameters="{indicator")
    with pytest.raises(DossierError, match=r"row a-claim, column parameters: '\{indicator'"):
        claims.judge(harbour_view, claim)


any_value = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


def answered(view: View, check: str, parameters: Any) -> bool:
    """Whether there is a verdict, or a refusal that names the claim."""
    try:
        return verdict(view, check, parameters).status in claims.STATUSES
    except DossierError as refused:
        return "a-claim" in str(refused)


@settings(max_examples=150)
@given(case=st.sampled_from([case for case in CASES if case[2]]), drawn=st.data())
def test_parameters_whatever_they_are_give_a_verdict_or_a_refusal_that_names_the_claim(harbour_view, case, drawn):
    check, _, parameters, _ = case
    parameters = {**parameters, drawn.draw(st.sampled_from(sorted(parameters))): drawn.draw(any_value)}
    assert answered(harbour_view, check, parameters)


@pytest.fixture(scope="module")
def judged(harbour_view) -> pd.DataFrame:
    return claims.verdicts(harbour_view)


def test_the_verdicts_on_the_story(judged):
    assert dict(zip(judged["claim_id"], judged["status"], strict=True)) == {
        "quays-fast": "contradicted",  # three in three months, by both maps
        "quays-record": "contradicted",
        "story-order": "contradicted",
        "treaty-eight": "contradicted",
        "two-lengths": "internally inconsistent",
        "best-harbour": NOT_YET,
        "salt-lesson": NOT_YET,
        "one-league": "open",
        "five-of-quays": "supported",
        "treaty-age": "supported",
        "watch-hundred": "supported",
    }


def test_verdicts_come_gravest_first_and_then_by_name(judged):
    keys = [(claims.STATUSES.index(row.status), row.claim_id) for row in judged.itertuples()]
    assert keys == sorted(keys)


def test_every_status_is_one_of_the_statuses(judged):
    assert set(judged["status"]) <= set(claims.STATUSES)
    assert list(claims.counts(judged)) == list(claims.STATUSES)
    assert sum(claims.counts(judged).values()) == len(judged) == 11


def test_a_status_never_stands_in_the_table(harbour_view):
    columns = set(harbour_view.package.table("claims").columns)
    assert columns.isdisjoint({"status", "verdict", "value", "reason", "holds"})
    for field in harbour_view.package.table("claims").fields:
        assert set(field.get("constraints", {}).get("enum", [])).isdisjoint(claims.STATUSES)


def test_the_same_story_is_judged_the_same_twice(harbour_view, judged):
    pd.testing.assert_frame_equal(claims.verdicts(harbour_view), judged)


def test_nothing_is_judged_before_the_narrative_was_told(story):
    before = claims.verdicts(story.view("2031-06-29"))
    assert before.empty
    assert set(claims.counts(before).values()) == {0}


def test_one_bad_claim_is_named_among_many(story):
    story.set("claims.csv", "five-of-quays", check="lvel")
    with pytest.raises(DossierError, match="row five-of-quays, column check: 'lvel'; did you mean 'level'"):
        claims.verdicts(story.view())


def test_a_change_of_the_record_changes_the_verdict_and_no_table_has_to(story):
    story.set("stated_figures.csv", "treaty-ten", low="8", high="8")
    rows = claims.verdicts(story.view()).set_index("claim_id")
    assert rows.at["treaty-eight", "status"] == "supported"


def test_an_entry_says_what_would_change_the_verdict_and_what_it_rests_on(harbour_view):
    entry = next(one for one in page.entries(harbour_view).entries if one.label == "clm-five-of-quays")
    assert entry.title == "“a fifth of the quays”"
    said = dict(entry.more)
    assert said["What would change it"] == "A new map."
    assert "src-gazette-0629" in str(said["Sources"])
    assert "src-bulletin-0410" in str(said["Sources"])


def test_a_verdict_on_rows_without_a_source_says_so_and_not_that_it_read_none(story):
    story.set("precedent_facts.csv", "salt-lesson", narrative_says="Islands kept peace.", holds="not tested",
              compared_on="2031-06-30", made_on="2031-06-30")  # fmt: skip
    entry = next(one for one in page.entries(story.view()).entries if one.label == "clm-salt-lesson")
    said = dict(entry.more)
    assert "salt-lesson" in str(said["Rows"])
    assert "narrative or the calendar alone" not in str(said["Sources"])


def test_the_answer_of_the_page_in_figures(harbour_view):
    assert {one.finding_id.removeprefix("fnd-claims-"): one.text for one in page.answer(harbour_view).findings} == {
        "counts": "3 of 11",
        "contradicted": "5 of 11",
        "unchecked": "2 of 11",
        "tokens": "1",
    }


def test_the_page_stands_before_the_narrative_was_told(harbour):
    view = data.view(data.describe(harbour), as_of="1900-01-01")
    assert page.overview(view).rows == []
    assert page.entries(view).entries == []
