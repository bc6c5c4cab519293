"""The timeline, worked out by hand on the harbour story."""

from __future__ import annotations

import itertools
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import exhibits, timeline
from dossier.pages import disputes, summary
from dossier.pages import timeline as page

ORDER = [
    "2030-01-10-harbour-closed",
    "2031-01-10-talks-open",
    "2031-01-20-tarso-warns",
    "2031-02-09-plan-announced",
    "2031-03-tolls-lifted",
    "2031-04-10-league-welcomes",
    "2031-04-10-treaty-signed",
    "2031-05-10-monitors-land",
    "2031-06-ferries-return",
    "2031-06-29-ships-turned-back",
]


def on_days(days) -> pd.DataFrame:
    """Events known to the day, in any order."""
    return pd.DataFrame({"date": [day.isoformat() for day in days], "date_precision": "day"})


@pytest.fixture
def events(harbour_view):
    return harbour_view["events"]


def test_events_stand_in_order_of_date_and_are_numbered(events):
    ordered = timeline.dated(events.sample(frac=1, random_state=3))
    assert list(ordered["event_id"]) == ORDER
    assert list(ordered["number"]) == list(range(1, 11))


def test_a_month_and_a_span_have_a_first_and_a_last_day(events):
    ordered = timeline.dated(events).set_index("event_id")
    march, landing = ordered.loc["2031-03-tolls-lifted"], ordered.loc["2031-05-10-monitors-land"]
    assert (march["first_day"], march["last_day"]) == (pd.Timestamp("2031-03-01"), pd.Timestamp("2031-03-31"))
    assert (landing["first_day"], landing["last_day"]) == (pd.Timestamp("2031-05-10"), pd.Timestamp("2031-05-20"))


def test_gaps_leave_out_what_is_known_only_to_the_month(events):
    # days between the eight events known to the day: 365, 10, 20, 60, 0, 30, 50
    found = timeline.gaps(events)
    assert (found.events, found.longest_days, found.longest_from, found.longest_to) == (
        8,
        365,
        "2030-01-10",
        "2031-01-10",
    )
    assert found.median_days == 30
    lengths = [365, 10, 20, 60, 0, 30, 50]
    assert found.spread == pytest.approx(stats.variation(lengths, ddof=1))


@given(st.lists(st.dates(date(2020, 1, 1), date(2040, 1, 1)), min_size=2, max_size=20))
def test_the_longest_gap_is_the_longest_and_all_sum_to_the_span(days):
    lengths = [(later - earlier).days for earlier, later in itertools.pairwise(sorted(days))]
    found = timeline.gaps(on_days(days))
    assert found.longest_days == max(lengths)
    assert (date.fromisoformat(found.longest_to) - date.fromisoformat(found.longest_from)).days == found.longest_days
    assert sum(lengths) == (max(days) - min(days)).days  # so the mean behind the spread is the span over n - 1
    if found.spread is not None:
        assert found.spread == pytest.approx(stats.variation(lengths, ddof=1))


def test_two_events_on_one_day_are_a_gap_of_zero():
    found = timeline.gaps(on_days([date(2031, 4, 10)] * 2))
    assert (found.longest_days, found.median_days, found.spread) == (0, 0, None)


@pytest.mark.parametrize("days", [[], [date(2031, 4, 10)]])
def test_too_few_events_give_nothing_and_not_a_number(days):
    found = timeline.gaps(on_days(days))
    assert (found.longest_days, found.longest_from, found.median_days, found.spread) == (None, None, None, None)


def test_the_mix_of_quad_classes(events):
    rows = timeline.mix(events, "quad", timeline.QUADS).set_index("kind")
    assert list(rows["count"]) == [4, 3, 2, 1]
    # (count + 1/2) / (10 + 4/2)
    assert list(rows["share"]) == pytest.approx([4.5 / 12, 3.5 / 12, 2.5 / 12, 1.5 / 12])
    oracle = stats.beta(4.5, 7.5).ppf([0.05, 0.95])
    assert list(rows.loc["verbal cooperation", ["low", "high"]]) == pytest.approx(oracle)


def test_a_type_that_never_occurred_keeps_a_share(events):
    rows = timeline.mix(events, "type", timeline.TYPES).set_index("kind")
    assert rows["count"].to_dict() == {
        "announcement": 1,
        "diplomatic": 2,
        "statement": 3,
        "military": 2,
        "legal": 0,
        "economic": 2,
    }
    assert rows.loc["legal", "share"] == pytest.approx(0.5 / (10 + 6 / 2))


def test_shares_sum_to_one(events):
    for column, kinds in (("quad", timeline.QUADS), ("type", timeline.TYPES)):
        assert timeline.mix(events, column, kinds)["share"].sum() == pytest.approx(1)


def test_no_events_have_no_mix(events):
    rows = timeline.mix(events[events["type"] == "legal"], "quad", timeline.QUADS)
    assert rows.empty
    assert list(rows.columns) == ["kind", "count", "share", "low", "high"]


def test_types_under_which_cooperation_and_conflict_stand(events):
    # statement: a welcome, a warning, a protest; military: a blockade, monitors
    assert timeline.mixed_types(events) == ["statement", "military"]


def test_ten_events_would_hardly_show_a_tripled_rate():
    # under no change the last tenth holds 1/10, so P(X >= 4) = .0128 <= .05 < .0702 = P(X >= 3);
    # tripled it holds .3/1.2 = 1/4, and P(X >= 4 | 1/4) = .2241
    assert timeline.tempo_power(10) == pytest.approx(0.2241, abs=5e-5)
    assert timeline.tempo_power(10) == pytest.approx(stats.binom.sf(3, 10, 0.25))


def test_more_events_show_more():
    assert timeline.tempo_power(15) < timeline.tempo_power(40) < timeline.tempo_power(80) < 1


def test_a_test_for_trend_sees_more_of_a_raised_rate_than_one_of_a_fixed_window():
    for events in (10, 15, 40, 80):
        assert timeline.tempo_power(events) < 1
    assert timeline.trend_power(0) == 0
    assert timeline.trend_power(15) < timeline.trend_power(40) < timeline.trend_power(80) < 1


def test_the_recent_stretch_holds_two_thirds_of_the_events(events):
    ordered = timeline.dated(events)
    assert timeline.recent(ordered) == 3  # the last 7 of 10, from the plan of 9 February 2031
    assert timeline.recent(ordered, share=0.5) == 5  # both events of 10 April are among the last 5
    assert timeline.recent(ordered, share=0.4) == 5  # and are never parted
    assert timeline.recent(ordered, share=1) == 0
    assert timeline.recent(ordered.iloc[:0]) == 0
    assert timeline.recent(ordered.iloc[:1]) == 0


@given(st.lists(st.integers(1, 9), max_size=25).map(sorted), st.floats(0.1, 1))
def test_the_recent_stretch_is_the_shortest_that_holds_its_share(days, share):
    events = pd.DataFrame({"date": [f"2031-05-{day:02}" for day in days]})
    position = timeline.recent(events, share=share)
    assert len(days) - position >= share * len(days)
    if days:
        first = days[position]
        assert position == days.index(first)
        assert sum(day > first for day in days) < share * len(days)


def test_marks_closer_than_the_distance_go_one_level_up():
    days = [pd.Timestamp(f"2031-01-{day:02}") for day in (1, 2, 3, 11, 12)]
    assert timeline.levels(days, apart_days=10) == [0, 1, 2, 0, 1]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=25).map(sorted), st.integers(1, 40))
def test_marks_on_one_level_keep_their_distance(offsets, apart):
    days = [pd.Timestamp("2031-01-01") + pd.Timedelta(days=offset) for offset in offsets]
    found = timeline.levels(days, apart_days=apart)
    for level in set(found):
        mine = [day for day, own in zip(days, found, strict=True) if own == level]
        assert all((later - earlier).days >= apart for earlier, later in itertools.pairwise(mine))


def test_one_event_stands_in_the_wrong_place_of_the_list(events):
    # listed newest first: 29 June, 10 January 2031 (wrong), 10 April, 9 February, 20 January, 10 January 2030
    assert timeline.out_of_order(events) == ["2031-01-10-talks-open"]


def test_a_list_in_order_has_nothing_out_of_order(events):
    assert timeline.out_of_order(events[events["event_id"] != "2031-01-10-talks-open"]) == []
    assert timeline.out_of_order(events[events["narrative_order"].isna()]) == []


def test_events_of_one_day_may_stand_in_any_order():
    events = pd.DataFrame({"event_id": ["a", "b", "c"], "date": ["2031-05-01"] * 3, "narrative_order": [2, 1, 3]})
    assert timeline.out_of_order(events) == []


@given(st.lists(st.integers(1, 28), min_size=1, max_size=7))
def test_no_fewer_removals_put_the_list_in_order(days):
    """Against trying every subset: what is kept is a longest run that never rises."""
    events = pd.DataFrame(
        {
            "event_id": [str(n) for n in range(len(days))],
            "date": [f"2031-05-{day:02}" for day in days],
            "narrative_order": range(1, len(days) + 1),
        }
    )
    wrong = set(map(int, timeline.out_of_order(events)))
    kept = [day for position, day in enumerate(days) if position not in wrong]
    assert kept == sorted(kept, reverse=True)
    runs = (run for size in range(len(days), 0, -1) for run in itertools.combinations(days, size))
    assert len(kept) == len(next(run for run in runs if list(run) == sorted(run, reverse=True)))


def test_deadlines_have_a_letter_and_a_state_on_the_day(harbour_view):
    rows = timeline.deadlines(harbour_view)
    assert list(rows["letter"]) == ["A", "B", "C"]
    assert list(rows["state"]) == ["met", "missed", "open"]
    assert list(rows["due"]) == ["2031-02-09", "2031-03-31", "2031-07-31"]


def test_a_deadline_past_its_day_without_an_outcome_says_so(story):
    story.set("deadlines.csv", "2031-03-31-harbour-open", outcome="", outcome_on="", outcome_note="")
    assert list(timeline.deadlines(story.view("2031-03-31"))["state"]) == ["met", "open"]  # its own day is not over yet
    assert list(timeline.deadlines(story.view("2031-04-01"))["state"]) == ["met", "no outcome recorded"]


def test_a_deadline_due_in_a_month_is_open_until_the_month_is_over(story):
    story.set("deadlines.csv", "2031-03-31-harbour-open", due="2031-06", outcome="", outcome_on="", outcome_note="")
    assert list(timeline.deadlines(story.view())["state"]) == ["met", "open", "open"]


def test_one_appointment_was_met_and_one_deadline_was_not(harbour_view):
    rows = timeline.deadline_record(timeline.deadlines(harbour_view))
    assert rows.to_dict("list") == {
        "kind": ["deadline", "target", "appointment"],
        "settled": [1, 0, 1],
        "met": [0, 0, 1],
    }


@pytest.mark.parametrize("outcome", ["missed", "moved", "dropped"])
def test_what_was_moved_or_dropped_was_not_met(outcome, story):
    story.set("deadlines.csv", "2031-02-09-second-meeting", outcome=outcome)
    assert list(timeline.deadline_record(timeline.deadlines(story.view()))["met"]) == [0, 0, 0]


def test_before_any_outcome_nothing_is_settled(story):
    rows = timeline.deadline_record(timeline.deadlines(story.view("2031-01-31")))
    assert list(rows["settled"]) == [0, 0, 0]


@pytest.mark.parametrize(("position", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")])
def test_letters_go_on_after_z(position, letter):
    assert timeline._letter(position) == letter


def test_a_point_is_disputed_once_a_second_account_stands(harbour_view, story):
    assert list(timeline.disputed(harbour_view)["dispute_id"]) == ["ships-turned-back"]
    assert list(timeline.disputed(harbour_view)["accounts"]) == [2]  # the League's count of 1 August is not known yet
    assert timeline.disputed(story.view("2031-06-29")).empty  # Veldania alone has spoken
    assert list(timeline.disputed(story.view("2031-08-01"))["accounts"]) == [3]


def test_whether_the_narrative_gives_one_of_the_accounts(harbour_view, story):
    assert list(timeline.disputed(harbour_view)["narrative"]) == [False]
    story.set("accounts.csv", "ships-veldania", standing="narrative")
    assert list(timeline.disputed(story.view())["narrative"]) == [True]


def test_accounts_are_told_side_by_side_oldest_first(harbour_view):
    points = disputes.accounts(harbour_view)
    assert list(points) == ["ships-turned-back"]
    told = [exhibits.plain(account) for account in points["ships-turned-back"]]
    assert [text.split(" (Fictional")[0] for text in told] == [
        "29 June 2031, Veldania (allegation): Three ships were turned back.",
        "30 June 2031, Radio of Korsmark (denial): One ship was asked to wait.",
    ]


def test_the_longest_gaps_name_the_events_on_both_sides(events):
    rows = timeline.longest_gaps(events, most=3)
    assert list(rows["days"]) == [365, 60, 50]
    assert list(rows.loc[1, ["from_id", "to_id"]]) == ["2031-02-09-plan-announced", "2031-04-10-league-welcomes"]
    assert len(timeline.longest_gaps(events, most=99)) == 7
    assert timeline.longest_gaps(events.iloc[0:1]).empty


def test_deeds_range_over_the_codings_that_an_honest_coder_could_choose(events):
    # four deeds as coded; the warning of 20 January could be a fifth
    assert timeline.deeds_range(events) == (4, 4, 5)
    assert timeline.deeds_range(events[events["quad_alternative"].isna()]) == (4, 4, 4)  # the nine with one coding


def test_a_deed_that_could_be_words_lowers_the_range(story):
    story.set("events.csv", "2031-05-10-monitors-land", quad_alternative="verbal cooperation")
    assert timeline.deeds_range(story.view()["events"]) == (4, 3, 5)


def scheduled(story) -> None:
    """A review announced in June for December."""
    story.add_like(
        "events.csv",
        "2031-03-tolls-lifted",
        event_id="2031-12-01-review",
        date="2031-12-01",
        date_precision="day",
        announced_on="2031-06-01",
        headline="The treaty is reviewed",
    )
    story.add("event_sources.csv", event_id="2031-12-01-review", source_id="bulletin-0410", supports="the plan")


def test_what_is_scheduled_happens_on_its_own_day(story):
    scheduled(story)
    events = story.view()["events"]
    assert len(timeline.happened(events, date(2031, 11, 30))) == 10
    assert len(timeline.happened(events, date(2031, 12, 1))) == 11


def test_a_scheduled_month_has_begun_on_its_first_day():
    events = pd.DataFrame({"date": ["2031-07"]})
    assert len(timeline.happened(events, date(2031, 6, 30))) == 0
    assert len(timeline.happened(events, date(2031, 7, 1))) == 1


def test_what_is_scheduled_counts_in_no_figure_of_the_page(harbour_view, story):
    def shown(view) -> list:
        sentences = [finding.sentence for finding in page.answer(view).findings]
        return [
            sentences,
            *((chart.title, chart.n) for chart in (page.lanes(view), page.kinds(view), page.quads(view))),
        ]

    scheduled(story)
    assert shown(story.view()) == shown(harbour_view)
    assert len(page.entries(story.view()).entries) == 10


def test_what_is_scheduled_is_watched(story):
    scheduled(story)
    cells = [row.cells for row in summary.watch(story.view()).rows]
    assert ["The treaty is reviewed", "1 December 2031", "scheduled event"] in cells


def test_what_is_only_scheduled_has_not_happened(story):
    story.add_like(
        "events.csv",
        "2031-04-10-treaty-signed",
        event_id="2031-12-01-review",
        date="2031-12-01",
        announced_on="2031-06-01",
    )
    events = story.view()["events"]
    assert len(events) == 11
    assert len(timeline.happened(events, date(2031, 6, 30))) == 10
    assert timeline.gaps(timeline.happened(events, date(2031, 6, 30))).events == 8


def test_years_are_counted_with_what_the_narrative_tells_of_them(events):
    rows = timeline.by_year(timeline.dated(events))
    assert rows.to_dict("list") == {"year": [2030, 2031], "events": [1, 9], "told": [1, 5]}


def test_the_narrative_leaves_out_what_had_happened_and_it_does_not_tell(events):
    assert list(timeline.left_out(timeline.dated(events))["event_id"]) == [
        "2031-03-tolls-lifted",
        "2031-04-10-league-welcomes",
        "2031-05-10-monitors-land",
        "2031-06-ferries-return",
    ]


def test_a_narrative_leaves_nothing_out_before_it_was_told(story):
    assert timeline.left_out(story.view("2031-06-29")["events"]).empty


def test_what_came_after_the_narrative_was_not_left_out(story):
    assert len(timeline.left_out(story.view("2031-12-31")["events"])) == 4  # a denial and tolls of July came later


def test_every_event_enters_by_a_criterion_of_the_rule(harbour_view, events):
    rows = timeline.by_criterion(harbour_view, events)
    assert rows[["criterion_id", "events", "told"]].to_dict("list") == {
        "criterion_id": ["ground", "meeting", "position", "text"],
        "events": [4, 1, 3, 2],
        "told": [1, 1, 2, 2],
    }


def test_the_rule_stands_even_where_no_event_meets_it(story):
    view = story.view("1900-01-01")
    assert list(timeline.by_criterion(view, view["events"])["events"]) == [0, 0, 0, 0]


def test_the_page_names_the_main_events_left_out_and_counts_the_others(harbour_view):
    table = page.left_out(harbour_view)
    assert [exhibits.plain(row.cells[0]) for row in table.rows] == ["Monitors of the League land"]
    assert table.title == "The narrative leaves out 1 main event, and 3 others that the rule admits"


def test_an_entry_folds_away_coding_part_takers_and_sources(harbour_view):
    entries = {entry.label: entry for entry in page.entries(harbour_view).entries}
    signed, ships = entries["evt-2031-04-10-treaty-signed"], entries["evt-2031-06-29-ships-turned-back"]
    assert [title for title, _ in signed.more] == ["Coding", "Took part", "Sources"]
    assert exhibits.plain(dict(signed.more)["Took part"]) == "Korsmark, Veldania"
    assert [title for title, _ in signed.lists] == []
    assert [(title, label) for title, _, label in ships.lists] == [
        ("Accounts differ: How many ships were turned back", "sec-dispute-ships-turned-back")
    ]
    assert ships.facets["accounts"] == ["accounts differ"]


def test_an_entry_on_weak_sources_alone_says_so(harbour_view):
    entries = {
        entry.label: [exhibits.plain(text) for text in entry.body] for entry in page.entries(harbour_view).entries
    }
    said = {label: texts[1:] for label, texts in entries.items() if len(texts) > 1}
    assert said == {
        "evt-2031-01-20-tarso-warns": [
            "This event rests on weak sources alone (narrative, state-controlled).",
        ],
        "evt-2031-06-ferries-return": ["This event rests on weak sources alone (state-controlled)."],
    }


def test_the_table_of_evidence_counts_every_event_once(harbour_view):
    table = page.evidence_table(harbour_view)
    assert [row.cells for row in table.rows] == [
        ["A", "1", "3", "0", "0", "4"],
        ["B", "1", "3", "0", "0", "4"],
        ["E", "0", "0", "2", "0", "2"],
    ]
    assert table.title == "2 of 10 events rest on several sources, 2 on weak ones alone"


def test_the_answer_of_the_page_in_figures(harbour_view):
    found = {
        finding.finding_id.removeprefix("fnd-timeline-"): finding.text for finding in page.answer(harbour_view).findings
    }
    assert found == {
        "latest": "29 June 2031",
        "events": "10",
        "words": "6 of 10",
        "silence": "365 days",
        "misplaced": "1",
        "left-out": "4 of 10",
        "disputed": "1",
        "differing": "1 of 10",
        "deadlines": "0 of 1 deadline, 1 of 1 appointment",
        "power": "15 %",
        "later-sources": "1 of 10",
        "weak": "2 of 10",
        "single": "7 of 10",
    }


def test_labels_are_called_mixed_for_the_narratives_own_events_alone(harbour_view, story):
    def mixed(view) -> list:
        return [f.text for f in page.answer(view).findings if f.finding_id == "fnd-timeline-mixed-labels"]

    assert mixed(harbour_view) == []  # the welcome and the monitors, which would mix two labels, it does not tell
    story.set("events.csv", "2031-05-10-monitors-land", in_narrative="true", narrative_order="7", told_on="2031-06-30")
    assert mixed(story.view()) == ["military"]
