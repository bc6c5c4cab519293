"""What changed between two editions: every part has its cause, and the parts add up to the whole, exactly."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import DAY, Story

from dossier import changelog, changes, lock
from dossier.changes import CAUSES, CORRECTED, METHOD, NEW, TIME, Part
from dossier.findings import Finding, Published, Result
from dossier.lock import Moved

EARLIER = "2031-03-31"


def finding(
    value: float | str | None, text: str, *, digits: int = 0, name: str = "fnd-timeline-events", unit: str = ""
) -> Finding:
    return Finding(
        name,
        value,
        text,
        f"{text}.",
        "sec-timeline-evidence",
        "dossier.timeline",
        DAY,
        unit=unit,
        digits=digits,
        tables=("events",),
    )


def steps(*told: Published, causes: tuple[str, ...] = CAUSES) -> list[tuple[str, Published]]:
    return list(zip(("", *causes), told, strict=False))


def test_an_edition_against_itself_is_no_change():
    one = Published.of(
        [finding(3, "3")], [Result("verdict", "quays", "“quays”", "supported", "supported", "clm-quays")]
    )
    assert changes.moved(steps(one, one, one)) == []


def test_each_cause_has_the_part_that_its_step_moved():
    """By hand: 82 events; time takes none; a correction adds one; new rows add 17."""
    told = [Published.of([finding(value, str(value))]) for value in (82, 82, 83, 83, 100)]
    (change,) = changes.moved(steps(*told, causes=(METHOD, CORRECTED, TIME, NEW)))
    assert (change.how, change.before, change.after, change.change) == ("moved", "82", "100", "18")
    assert change.parts == (Part(CORRECTED, "82", "83", "1"), Part(NEW, "83", "100", "17"))


def test_differences_are_taken_of_values_rounded_to_their_digits():
    """0.0749 reads as 0.07 and 0.1251 as 0.13: the difference is 0.06, not 0.05."""
    told = [Published.of([finding(value, f"{value:.0%}", digits=2)]) for value in (0.0749, 0.1251)]
    (change,) = changes.moved(steps(*told, causes=(NEW,)))
    assert change.change == "0.06"


numbers = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-1000, 1000)


@given(st.lists(numbers, min_size=2, max_size=6), st.integers(0, 4))
def test_the_parts_add_up_to_the_change_exactly(values, digits):
    told = [Published.of([finding(value, f"{value:.{digits}f}", digits=digits)]) for value in values]
    for change in changes.moved(steps(*told)):
        assert sum(Decimal(part.change) for part in change.parts) == Decimal(change.change)


@given(st.lists(st.sampled_from(["met", "missed", "open", None]), min_size=2, max_size=6))
def test_parts_of_words_form_a_chain_from_the_first_to_the_last(words):
    told = [Published.of([finding(word, word)] if word else []) for word in words]
    found = changes.moved(steps(*told))
    assert len(found) == (words[0] != words[-1])
    for change in found:
        ends = [change.before, *(part.after for part in change.parts)]
        assert ends[-1] == change.after
        assert [part.before for part in change.parts] == ends[:-1]
        assert change.change is None


def test_what_is_new_and_what_is_gone_is_told():
    old, new = finding(1, "1", name="fnd-timeline-old"), finding(2, "2", name="fnd-timeline-new")
    found = changes.moved(steps(Published.of([old]), Published.of([new]), causes=(NEW,)))
    assert [(change.key, change.how, change.before, change.after) for change in found] == [
        ("fnd-timeline-new", "added", None, "2"),
        ("fnd-timeline-old", "removed", "1", None),
    ]


def test_a_number_that_becomes_a_word_has_no_difference():
    told = [
        Published.of([], [Result("probability", "q", "Q", value, text, "sec-q", 2)])
        for value, text in ((0.07, "7 %"), ("no", "no"))
    ]
    (change,) = changes.moved(steps(*told, causes=(NEW,)))
    assert (change.kind, change.change, change.parts[0].change) == ("probability", None, None)


def test_changes_survive_their_file():
    told = [Published.of([finding(value, str(value))]) for value in (1, 4)]
    found = changes.moved(steps(*told, causes=(NEW,)))
    rows = [(Moved("events", "2031-01", "added"), NEW)]
    content = changes.as_dict(
        before="a", after="b", period=("2031-01-01", DAY), next_due=None, changes=found, rows=rows, compared=1
    )
    assert changes.from_dict(json.loads(json.dumps(content))) == (found, rows)


def causes_of(story: Story, before: lock.Digests) -> dict[str, tuple[str, str]]:
    found = changes.row_changes(before, story.view(EARLIER), story.view(DAY))
    return {f"{row.table} {row.key}": (row.how, cause) for row, cause in found}


@pytest.fixture
def earlier(story):
    return lock.digests(story.view(EARLIER))


def test_a_row_dated_after_the_earlier_day_is_new(story, earlier):
    found = causes_of(story, earlier)
    assert found["events 2031-06-ferries-return"] == ("added", NEW)
    assert CORRECTED not in {cause for _, cause in found.values()}


def test_an_outcome_that_became_known_is_new(story, earlier):
    assert causes_of(story, earlier)["deadlines 2031-03-31-harbour-open"] == ("changed", NEW)


def test_a_case_only_followed_longer_moved_with_time(story):
    one, other = story.view("2031-07-16"), story.view("2031-07-20")
    found = changes.row_changes(lock.digests(one), one, other)
    assert (Moved("precedents", "salt-1990", "changed"), TIME) in found


def test_an_old_row_that_is_not_as_it_was_held_is_corrected(story, earlier):
    story.set("events.csv", "2031-01-20-tarso-warns", headline="Tarso threatens force")
    found = changes.row_changes(earlier, story.view(EARLIER), story.view(EARLIER))
    assert found == [(Moved("events", "2031-01-20-tarso-warns", "changed"), CORRECTED)]


def test_rows_of_an_edition_against_itself_do_not_differ(story):
    assert changes.row_changes(lock.digests(story.view()), story.view(), story.view()) == []


LOG = """# Changelog

For readers.

## 2031-06-30 (compiled 2031-07-15)

Words.

### Findings

Old.

### Data

Rows.
"""


def test_the_changelog_takes_the_findings_of_an_edition_and_keeps_the_rest():
    assert changelog.with_section(LOG, "2031-06-30", "New.") == LOG.replace("Old.", "New.")


def test_an_edition_that_the_changelog_does_not_know_comes_on_top():
    made = changelog.with_section(LOG, "2031-07-31", "New.")
    assert made.index("## 2031-07-31\n\n### Findings\n\nNew.") < made.index("## 2031-06-30")
    assert changelog.with_section(made, "2031-07-31", "New.") == made


def test_a_revision_is_not_taken_for_its_edition():
    made = changelog.with_section(LOG, "2031-06-30.2", "New.")
    assert "Old." in made
    assert "## 2031-06-30.2\n" in made


def test_the_section_of_a_first_edition_says_that_there_is_nothing_to_compare():
    assert changelog.section(None) == "Nothing to compare: this is the first edition."


def test_the_section_tells_counts_and_every_probability_and_verdict_with_its_cause():
    told = [
        Published.of([finding(v, str(v))], [Result("verdict", "q", "“quays”", w, w, "clm-q")])
        for v, w in ((1, "open"), (2, "supported"))
    ]
    content = changes.as_dict(
        before="a",
        after="b",
        period=("x", "y"),
        next_due=None,
        changes=changes.moved(steps(*told, causes=(TIME,))),
        compared=2,
    )
    assert changelog.section(content) == (
        "Against a, of 2 things compared these moved: probabilities 0, verdicts on claims 1, indicators 0, findings 1; "
        "entered: 0 events, 0 sources."
        "\n\n- “quays”: open → supported (time passing)"
    )


def test_nothing_changed_is_said_in_a_line():
    content = changes.as_dict(before="a", after="a", period=("x", "x"), next_due=None)
    assert changelog.text(content) == "a to a: nothing changed"
