"""Findings: what one must carry, when two are the same, how they are collected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dossier import findings
from dossier.errors import DossierError
from dossier.exhibits import FINDINGS_MIME
from dossier.findings import Answer, Finding, Published, Result

DAY = date(2031, 6, 30)
EVENTS = Finding(
    "fnd-timeline-events",
    10,
    "10",
    "10 events are dated.",
    "sec-timeline-evidence",
    "dossier.timeline.dated",
    "2031-06-30",
)


def outputs(*answers: Answer) -> list[dict]:
    return [{"data": answer._repr_mimebundle_()} for answer in answers]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"finding_id": "timeline-events"}, "label 'timeline-events': accepted is fnd-words-in-lower-case"),
        ({"finding_id": "sec-events"}, "label 'sec-events': accepted is fnd-words-in-lower-case"),
        ({"finding_id": "fnd-Events"}, "label 'fnd-Events'"),
        ({"section": "timeline"}, "label 'timeline': accepted is a known prefix"),
        ({"text": " "}, "fnd-timeline-events: blank text"),
        ({"sentence": "", "computed": ""}, "fnd-timeline-events: blank sentence, computed"),
        ({"as_of": ""}, "blank as_of"),
        ({"arrow": "sideways", "reason": "why"}, "an arrow is one of up, down, flat, none and has a reason"),
        ({"arrow": "up"}, "an arrow is one of up, down, flat, none and has a reason"),
    ],
)
def test_a_finding_that_could_not_be_cited_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(EVENTS, **change)


def test_prose_calls_a_finding_by_its_id():
    assert EVENTS.name == "fnd_timeline_events"


def test_two_findings_are_the_same_to_the_digits_that_they_declare():
    power = replace(EVENTS, value=0.2241, text="22 %", digits=2)
    assert power.same_as(replace(power, value=0.2249))
    assert not power.same_as(replace(power, value=0.2351))
    assert not power.same_as(replace(power, text="23 %"))


def test_words_are_the_same_only_if_they_are_equal():
    word = replace(EVENTS, value="missed")
    assert word.same_as(replace(word))
    assert not word.same_as(replace(word, value="met"))
    assert not word.same_as(replace(word, value=None))
    assert replace(word, value=None).same_as(replace(word, value=None))


def test_a_repeated_finding_is_not_published_again():
    found = findings.published(outputs(Answer([EVENTS]), Answer([EVENTS], repeated=True)))
    assert found == Published.of([EVENTS])


def test_an_answer_leads_to_its_sections_only_where_it_repeats():
    assert [item["show_link"] for item in Answer([EVENTS]).content()["findings"]] == [False]
    assert [item["show_link"] for item in Answer([EVENTS], repeated=True).content()["findings"]] == [True]
    assert Answer([EVENTS]).mime() == FINDINGS_MIME


def test_an_answer_shows_an_arrow_with_its_reason():
    (item,) = Answer([replace(EVENTS, arrow="up", reason="two more than before")]).content()["findings"]
    assert item["status"] == {"arrow": "up", "reason": "two more than before"}


def test_findings_are_written_in_order_of_their_ids_and_read_back(tmp_path):
    words = replace(EVENTS, finding_id="fnd-timeline-words", value=6, text="6 of 10")
    findings.write(Published.of([words, EVENTS]), tmp_path / "one.json")
    findings.write(Published.of([EVENTS, words]), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert findings.read(tmp_path / "one.json") == {"fnd-timeline-events": EVENTS, "fnd-timeline-words": words}


def test_two_sections_may_not_derive_one_finding():
    with pytest.raises(DossierError, match="findings published twice: fnd-timeline-events; one section derives each"):
        Published.of([EVENTS, replace(EVENTS, value=11)])


def test_an_unknown_finding_is_refused_with_a_hint():
    with pytest.raises(DossierError, match="no finding 'fnd-timeline-event'; did you mean 'fnd-timeline-events'"):
        findings.pick({"fnd-timeline-events": EVENTS}, "fnd-timeline-event")


def test_findings_are_those_of_the_edition_around_the_notebook(tmp_path, monkeypatch):
    findings.write(Published.of([EVENTS]), tmp_path / findings.FILE)
    (tmp_path / "source" / "notebooks").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "source" / "notebooks")
    assert findings.of_this_edition(DAY) == {"fnd-timeline-events": EVENTS}


def test_a_notebook_opened_in_the_project_finds_the_newest_book(tmp_path, monkeypatch):
    (tmp_path / "_toc.yml").touch()
    for edition, value in (("2031-05-31", 8), ("2031-06-30", 10)):
        folder = tmp_path / "_build" / "site" / edition
        folder.mkdir(parents=True)
        findings.write(Published.of([replace(EVENTS, value=value)]), folder / findings.FILE)
    monkeypatch.chdir(tmp_path)
    assert findings.of_this_edition(DAY)["fnd-timeline-events"].value == 10


def test_without_a_book_the_way_to_one_is_named(tmp_path, monkeypatch):
    (tmp_path / "_toc.yml").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DossierError, match=r"no findings\.json here or above: build the book first \(make book\)"):
        findings.of_this_edition(DAY)


def test_findings_of_a_later_day_are_not_shown(tmp_path, monkeypatch):
    findings.write(Published.of([EVENTS]), tmp_path / findings.FILE)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        DossierError, match="the findings at hand are of 2031-06-30; accepted: an as_of not before that"
    ):
        findings.of_this_edition(date(2031, 6, 29))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_value(value):
    with pytest.raises(ValueError, match=f"value {value}; accepted: a finite number"):
        replace(EVENTS, value=value)
    with pytest.raises(ValueError, match=f"value {value}; accepted: a finite number"):
        Result("probability", "q", "Q", value, "7 %", "sec-q", 2)
