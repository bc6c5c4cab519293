"""The real story: what its tables must hold, against figures worked out or published elsewhere."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
import yaml

from dossier import data, dates, edition, evidence, indicators, play, rules, settlements, timeline
from dossier.dates import parse_day

FIRST, LATEST = "2025-12-30", "2026-08-21"
ROOTS = {
    "verbal cooperation": ("01", "02", "03", "04", "05"),
    "material cooperation": ("06", "07", "08"),
    "verbal conflict": ("09", "10", "11", "12", "13", "14", "16"),
    "material conflict": ("15", "17", "18", "19", "20"),
}
YIELDS_IN_WORDS = {  # CAMEO root 08, yield, counts as a deed; these gave up a position in words alone
    "2025-08-16-peace-deal-first": "A demand given up in words, so verbal.",
    "2025-11-25-deadline-dropped": "A demand given up in words, so verbal.",
    "2025-12-14-nato-offer": "An offer to yield, made in words and on conditions, so verbal.",
}
LEFT_OUT = (
    "2014-09-05-minsk-protocol",
    "2015-02-12-minsk-ii",
    "2022-03-29-istanbul-communique",
    "2025-08-15-alaska-summit",
    "2025-11-20-twenty-eight-points",
    "2025-11-23-geneva-framework",
    "2025-12-15-berlin-statement",
    "2025-12-29-valdai-allegation",
)
# Published with the list of 74 settlements from which the coding was taken over: cases and failures by value
PUBLISHED = {
    "conflict_type": {"interstate": (30, 17), "civil": (41, 16), "guarantee": (3, 2)},
    "third_party": {"none": (13, 7), "monitors": (22, 12), "peacekeepers": (28, 14), "enforcement": (11, 2)},
    "external_guarantee": {
        "none": (40, 22),
        "assurance": (16, 11),
        "treaty guarantee": (3, 1),
        "forward deployed": (15, 1),
    },
    "formal_treaty": {"yes": (43, 14), "no": (31, 21)},
    "dmz": {"yes": (35, 17), "no": (39, 18)},
    "nuclear_adversary": {"yes": (16, 11), "no": (52, 22)},
}
PUBLISHED_STATUS = {"failed": 35, "holding": 35, "superseded": 3, "breached": 1}
PUBLISHED_STANDING = {"verified": 57, "partly verified": 17}


@pytest.fixture(scope="module")
def views(root) -> dict[str, data.View]:
    package = data.describe(root / "data")
    return {day: data.view(package, as_of=day) for day in (FIRST, LATEST)}


@pytest.fixture(scope="module")
def first(views) -> data.View:
    return views[FIRST]


@pytest.fixture(scope="module")
def latest(views) -> data.View:
    return views[LATEST]


@pytest.fixture(scope="module")
def files(root, latest) -> dict[str, list[dict[str, str]]]:
    """Every row of every CSV table, whatever its day."""

    def rows(path: str) -> list[dict[str, str]]:
        with (root / "data" / path).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return {table.name: rows(table.path) for table in latest.package.tables.values() if not table.is_yaml}


@pytest.fixture(params=[FIRST, LATEST])
def view(request, views) -> data.View:
    return views[request.param]


def happened(view: data.View) -> pd.DataFrame:
    return timeline.dated(timeline.happened(view["events"], view.as_of))


def as_published(view: data.View, column: str) -> pd.DataFrame:
    """The settlements with every correction of one column undone."""
    rows = settlements.cases(view).set_index("case_id", drop=False)
    fixed = view["corrections"]
    for row in fixed[(fixed["table_name"] == "precedents") & (fixed["column_name"] == column)].itertuples():
        assert rows.loc[row.row_id, column] == row.new_value
        rows.loc[row.row_id, column] = row.old_value
    return rows


# Sources


def links_to_sources(view: data.View) -> dict[str, tuple[str, str]]:
    """Each table whose rows have sources, with its link table and the column that names the row."""
    found = {}
    for links in view.package.tables.values():
        tables = {link.column: link.table for link in links.foreign_keys}
        if "sources" in tables.values() and links.part_of:
            found[tables[links.part_of]] = (links.name, links.part_of)
    return found


def test_twenty_three_tables_have_sources_for_their_rows(latest):
    assert sorted(links_to_sources(latest)) == [
        "accounts", "case-sets", "commitments", "deadlines", "events", "guarantee-features", "guarantees", "plans", "polls", "positions",
        "precedent-facts", "precedents", "present-case", "priors", "proposals", "quotes", "resolutions", "roles", "series", "signpost-states",
        "state-of-play", "stated-figures", "studies",
    ]  # fmt: skip


def test_every_row_reaches_a_source_or_says_that_it_has_none(view):
    for table, (links, key) in links_to_sources(view).items():
        rows, known = view[table], set(view["sources"]["source_id"])
        named = data.sources_of(view, links, key)
        bare = [not set(named.get(row_id, [])) & known for row_id in rows[key]]
        without = rows[pd.Series(bare, index=rows.index, dtype=bool)]
        openly = (
            without[without["standing"].isin(rules.OPENLY_UNSOURCED)] if "standing" in without else without.iloc[:0]
        )
        assert list(without[key]) == list(openly[key]), table


def test_every_source_is_used(files, latest):
    used = {
        row["source_id"] for name, rows in files.items() if name != "sources" for row in rows if row.get("source_id")
    }
    used.add(latest.document("story")["narrative"]["source_id"])
    assert {row["source_id"] for row in files["sources"]} == used


def test_every_value_of_a_list_is_one_of_the_list(files, latest):
    for name, rows in files.items():
        for field in latest.package.table(name).fields:
            listed = field.get("constraints", {}).get("enum")
            if listed:
                assert {row[field["name"]] for row in rows} - {""} <= set(listed), f"{name}.{field['name']}"


def test_no_main_event_rests_on_weak_sources_alone(view):
    strength = evidence.strength(view, "event-sources", "event_id")
    events = view["events"]
    assert list(strength.index[strength["weak"] & strength.index.isin(events.loc[events["main"], "event_id"])]) == []


def test_no_settlement_rests_on_weak_sources_alone(view):
    strength = evidence.strength(view, "precedent-sources", "case_id")
    assert list(strength.index[strength["weak"]]) == []


# Events


def test_every_event_has_the_quad_class_of_its_code(files):
    by_root = {root: quad for quad, roots in ROOTS.items() for root in roots}
    other = {row["event_id"]: row for row in files["events"] if by_root[row["cameo"][:2]] != row["quad"]}
    assert sorted(other) == sorted(YIELDS_IN_WORDS)
    for event_id, row in other.items():
        assert (row["cameo"], row["quad"], row["quad_alternative"]) == (
            "080",
            "verbal cooperation",
            "material cooperation",
        )
        assert row["coding_note"].startswith(YIELDS_IN_WORDS[event_id])


def test_a_relation_reduced_says_that_it_could_be_a_deed(files):
    """CAMEO root 16: a verbal conflict, unless one counts what was really stopped."""
    reduced = [row for row in files["events"] if row["cameo"].startswith("16")]
    assert len(reduced) >= 5
    assert {(row["quad"], row["quad_alternative"]) for row in reduced} == {("verbal conflict", "material conflict")}


def test_whoever_could_code_otherwise_is_told_why(files):
    events = files["events"]
    assert [row["event_id"] for row in events if row["quad_alternative"] and not row["coding_note"]] == []
    assert [row["event_id"] for row in events if row["quad_alternative"] == row["quad"]] == []


def test_every_event_has_a_code_of_the_scheme(files):
    roots = {root for group in ROOTS.values() for root in group}
    assert all(row["cameo"].isdigit() and len(row["cameo"]) in (2, 3, 4) for row in files["events"])
    assert {row["cameo"][:2] for row in files["events"]} <= roots


def test_the_narrative_tells_fifteen_of_at_least_seventy_events(first):
    events = first["events"]
    told = events[events["in_narrative"]]
    assert len(events) >= 70
    assert len(events) - len(told) >= 55
    assert sorted(told["narrative_order"]) == list(range(1, 16))
    assert all(dates.last_day(day) <= parse_day(FIRST) for day in told["date"])
    assert set(told["told_on"]) == {FIRST}


def test_no_later_edition_adds_to_what_the_narrative_tells(latest):
    assert int(latest["events"]["in_narrative"].sum()) == 15


def test_the_record_reaches_from_1994_to_august_2026(latest):
    ordered = happened(latest)
    assert ordered["date"].iloc[0] == "1994-12-05"
    assert ordered["date"].iloc[-1].startswith("2026-08")


def test_nothing_of_the_first_edition_happened_after_its_day(first):
    assert all(dates.last_day(day) <= first.as_of for day in first["events"]["date"])


def test_no_event_is_announced_after_its_day_or_ends_before_it(files):
    for row in files["events"]:
        assert not row["announced_on"] or row["announced_on"] <= row["date"]
        assert not row["end_date"] or row["end_date"] >= row["date"]


def test_the_longest_silences(view):
    # counted from the calendar: 5 December 1994 to 27 February 2014 is 19 years with 5 leap days and 84 days more
    assert 19 * 365 + 5 + 84 == 7024
    rows = timeline.longest_gaps(happened(view), most=3)
    assert rows[["days", "from_date", "to_date"]].to_numpy().tolist() == [
        [7024, "1994-12-05", "2014-02-27"],
        [1761, "2015-02-12", "2019-12-09"],
        [513, "2020-07-22", "2021-12-17"],
    ]


def test_the_summit_of_london_came_before_the_pause_in_arms_and_that_before_jeddah(view):
    events = happened(view).set_index("event_id")
    order = ["2025-03-02-london-summit", "2025-03-03-us-arms-pause", "2025-03-11-jeddah-ceasefire-offer"]
    assert list(events.loc[order, "date"]) == ["2025-03-02", "2025-03-03", "2025-03-11"]
    assert list(events.loc[order, "number"]) == sorted(events.loc[order, "number"])
    # the narrative lists, newest first, the summit before the offer of Jeddah and that before the pause
    assert list(events.loc[order, "narrative_order"]) == [12, 14, 13]
    assert timeline.out_of_order(events.reset_index()) == ["2025-03-02-london-summit"]


def test_what_the_narrative_leaves_out(view):
    missing = timeline.left_out(happened(view))
    assert len(missing) >= 55
    assert set(LEFT_OUT) <= set(missing.loc[missing["main"], "event_id"])
    assert missing.loc[missing["main"], "short_name"].notna().all()


def test_the_allegation_of_valdai_stands_with_the_accounts_of_both_sides(view):
    points = view["disputes"]
    (point,) = points.loc[points["event_id"] == "2025-12-29-valdai-allegation", "dispute_id"]
    accounts = view["accounts"]
    accounts = accounts[accounts["dispute_id"] == point]
    standing = dict(zip(accounts["told_by"], accounts["standing"], strict=True))
    assert standing["Sergei Lavrov"] == "allegation"
    assert standing["Volodymyr Zelenskyy"] == "denial"


def test_every_criterion_of_the_rule_brings_events_in(first):
    rows = timeline.by_criterion(first, first["events"])
    assert (rows["events"] > 0).all()
    assert rows["events"].sum() == len(first["events"])
    assert rows["told"].sum() == 15


def test_every_event_names_who_took_part(files):
    named = {row["event_id"] for row in files["event-actors"]}
    assert [row["event_id"] for row in files["events"] if row["event_id"] not in named] == []


# Settlements


def test_status_is_that_of_the_published_list(view):
    assert settlements.outcomes(settlements.cases(view)) == PUBLISHED_STATUS
    assert len(settlements.cases(view)) == sum(PUBLISHED_STATUS.values()) == 74


@pytest.mark.parametrize("feature", PUBLISHED)
def test_counts_are_those_of_the_published_list_once_corrections_are_undone(feature, first):
    rows = settlements.by_feature(as_published(first, feature), feature).set_index("value")
    found = {value: (rows.at[value, "cases"], rows.at[value, "failed"]) for value in PUBLISHED[feature]}
    assert found == PUBLISHED[feature]


def test_one_feature_alone_differs_from_the_published_list(first):
    """Namibia in 1989: the adversary had nuclear weapons at the start and not only later."""
    differing = {
        feature
        for feature, published in PUBLISHED.items()
        for row in settlements.by_feature(settlements.cases(first), feature).itertuples()
        if row.value in published and published[row.value] != (row.cases, row.failed)
    }
    assert differing == {"nuclear_adversary"}
    fixed = first["corrections"]
    (namibia,) = fixed[fixed["column_name"] == "nuclear_adversary"].itertuples()
    assert (namibia.row_id, namibia.old_value, namibia.new_value) == ("namibia-1989", "later", "yes")
    assert counts_of(settlements.cases(first), "nuclear_adversary") == {"no": 52, "yes": 17, "later": 5}


def counts_of(rows: pd.DataFrame, column: str) -> dict[str, int]:
    return {str(value): int(count) for value, count in rows[column].value_counts().items()}


def test_standing_is_that_of_the_published_list_once_corrections_are_undone(first):
    assert counts_of(as_published(first, "standing"), "standing") == PUBLISHED_STANDING
    raised = first["corrections"].query("column_name == 'standing'")
    assert set(raised["old_value"]) == {"partly verified"}
    assert set(raised["new_value"]) == {"verified"}
    verified = counts_of(settlements.cases(first), "standing")["verified"]
    assert verified == PUBLISHED_STANDING["verified"] + len(raised)


@pytest.mark.parametrize(("promise", "cases", "intact"), [("forward deployed", 15, 12), ("assurance", 16, 3)])
def test_cases_intact_on_the_stricter_reading(promise, cases, intact, first):
    rows = settlements.by_feature(as_published(first, "strict_failure_on"), "external_guarantee").set_index("value")
    assert (rows.at[promise, "cases"], rows.at[promise, "cases"] - rows.at[promise, "strict"]) == (cases, intact)


def test_seven_of_the_fifteen_garrisons_followed_a_win(first):
    rows = settlements.cases(first)
    garrisons = rows[rows["external_guarantee"] == settlements.GARRISON]
    assert (len(garrisons), int((garrisons["victory"] == "yes").sum())) == (15, 7)


def test_of_thirty_neighbours_twenty_returned_to_war(first):
    rows = settlements.cases(first)
    neighbours = rows[rows["contiguous"] == "yes"]
    assert (len(neighbours), settlements.crossed(neighbours, first, "return to war")) == (30, 20)


def test_every_correction_says_what_was_and_what_is_and_why(files):
    for row in files["corrections"]:
        assert row["old_value"] != row["new_value"]
        assert row["why"].strip()


def test_three_settlements_are_told_by_the_narrative(first):
    rows = settlements.cases(first)
    assert int(rows["in_narrative"].sum()) == 3


# When rows were written

BEGUN = "2026-11-23"


def made_days(node: object) -> Iterator[str]:
    """Every ``made_on`` of a YAML document, however deep."""
    if isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "made_on")
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    for one in inner:
        yield from made_days(one)


@pytest.fixture(scope="module")
def made(root, files, latest) -> dict[str, list[str]]:
    """The days on which rows were written, by table, of CSV and YAML alike."""
    found = {name: [row["made_on"] for row in rows if row.get("made_on")] for name, rows in files.items()}
    for table in latest.package.tables.values():
        if table.is_yaml:
            document = yaml.load((root / "data" / table.path).read_text("utf-8"), Loader=data.TextDates)
            found[table.name] = list(made_days(document))
    return {name: days for name, days in found.items() if days}


def test_no_row_says_that_it_was_written_before_the_project_began(made):
    assert len(made) > 5
    assert {name: min(days) for name, days in made.items() if min(days) < BEGUN} == {}


def test_every_day_of_writing_is_a_full_day(made):
    assert {day for days in made.values() for day in days if dates.precision(day) != "day"} == set()


# What was wrong


def test_what_was_wrong_is_known_no_earlier_than_the_answer_that_showed_it(files):
    answers = {row["question_id"]: row["resolved_on"] for row in files["resolutions"]}
    shown = [row for row in files["misses"] if row["question_id"]]
    assert shown
    assert [row["miss_id"] for row in shown if row["known_from"] < answers[row["question_id"]]] == []


def test_no_number_that_is_computed_stands_in_the_words_of_what_was_wrong(files):
    texts = [row[column] for row in files["misses"] for column in ("what", "why")]
    assert [text for text in texts if re.search(r"[0-9%]", text)] == []


# How things stand, and the story, in every edition

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NAMED = re.compile(
    rf"(?:(?P<day>[0-9]{{1,2}}) )?(?:(?P<month>{'|'.join(MONTHS)}) )?(?P<year>(?:19|20)[0-9]{{2}})(?![0-9])"
)


def first_days(text: str) -> list[date]:
    """The first day of every day, month or year that a text names with its year."""
    found = []
    for match in NAMED.finditer(text):
        month = MONTHS.index(match["month"]) + 1 if match["month"] else 1
        found.append(date(int(match["year"]), month, int(match["day"]) if match["day"] and match["month"] else 1))
    return found


def test_the_days_that_a_text_names_are_found():
    assert first_days("On 28 December 2025, in March 2026 and by 2027; 1 200 men") == [
        date(2025, 12, 28), date(2026, 3, 1), date(2027, 1, 1),
    ]  # fmt: skip


def test_how_things_stand_and_the_story_name_no_day_after_their_own(latest):
    standing = [(row.known_on, row.statement) for row in latest["state-of-play"].itertuples()]
    story = latest.document("story")
    told = [(entry["told_on"], entry["text"]) for name in ("overview", "tension") for entry in story[name]]
    assert (len(standing), len(told)) >= (12, 11)
    for known, text in [*standing, *told]:
        assert all(day <= dates.last_day(known) for day in first_days(text)), text


def test_each_edition_knows_more_than_the_one_before(root):
    package = data.describe(root / "data")
    made = edition.editions(root)
    for before, after in itertools.pairwise(made):
        view = data.view(package, as_of=after.as_of)
        standing = play.standing(view)
        assert (standing["known_on"] > before.as_of.isoformat()).all(), after.edition_id
        told = [entry["told_on"] for entry in view.document("story")["overview"]]
        assert max(told) > before.as_of.isoformat(), after.edition_id
        readings = view["signpost-states"].groupby("signpost_id")["date"].max()
        assert (readings > before.as_of.isoformat()).all(), after.edition_id


def test_what_is_said_of_the_ground_is_what_the_two_series_give(latest):
    """The share of each series on the day, and its change over the month before."""
    whole = float(indicators.indicator(latest, "territory-held")["whole"])
    rows = latest["state-of-play"].query("topic == 'on the ground'")
    for row in rows.itertuples():
        day = parse_day(row.known_on)
        for series in indicators.series_of(latest, "territory-held")["series_id"]:
            known = indicators.values(latest, series).set_index("day")["value"]
            assert f"{known[day] / whole * 100:.2f}" in row.statement, (row.item_id, series)
            change = abs(known[day] - known[indicators.months_before(day, 1)])
            assert re.search(rf"\b{change:.0f}\b", row.statement), (row.item_id, series)
    assert len(rows) == 3
