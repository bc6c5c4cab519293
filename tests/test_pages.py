"""Every page on every day: exhibits that can be cited, names and references that lead somewhere."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from cells import pages, published
from stories import DAY

from dossier import book, data, edition, findings, run
from dossier.exhibits import ENTRIES_MIME, TABLE_MIME, TABLES_MIME, Exhibit, plain
from dossier.findings import Answer

BEFORE_ANYTHING = "1900-01-01"
HALF_WAY = "2031-02-15"
LABEL = re.compile(r"^\(([a-z0-9-]+)\)=$", re.MULTILINE)


@pytest.fixture(scope="module", params=[DAY, HALF_WAY, BEFORE_ANYTHING])
def day(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def made(harbour_project, day):
    return pages(harbour_project, day)


def exhibits(made: dict[str, dict[str, Any]]) -> Iterator[Exhibit]:
    for page in made.values():
        yield from page.values()


def inline_refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "ref" in node:
            yield node["ref"]
        for value in node.values():
            yield from inline_refs(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from inline_refs(value)


def labels_made(exhibit: Exhibit) -> Iterator[str]:
    content = exhibit.content()
    if isinstance(exhibit, Answer):
        yield from () if exhibit.repeated else (finding.finding_id for finding in exhibit.findings)
    elif exhibit.mime() == TABLE_MIME:
        yield content["label"]
        yield from (row["id"] for row in content["rows"] if row["id"])
    elif exhibit.mime() == TABLES_MIME:
        yield from (table["label"] for table in content["tables"])
    elif exhibit.mime() == ENTRIES_MIME:
        yield from (entry["id"] for entry in content["entries"])
    elif "usermeta" in content:
        yield content["usermeta"]["dossier"]["label"]


def labels_written(project: Path, as_of: str) -> list[str]:
    """Labels of prose and notebooks; those of a notebook that makes many pages once for each."""
    texts = [path.read_text("utf-8") for path in sorted((project / "book").glob("*.md"))]
    view = data.view(data.describe(project / "data"), as_of=as_of)
    declared = run.notebooks(project)
    for page in run.pages(declared, {notebook.name: notebook.defaults() for notebook in declared}, view):
        cells = nbformat.read(page.notebook.path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        texts.append(re.sub(rf"\b{page.label.split('-')[0]}-page\b", page.label, text) if page.label else text)
    return [label for text in texts for label in LABEL.findall(text)]


def test_every_page_shows_exhibits_and_nothing_else(made):
    assert {"timeline", "actors", "precedents", "scenarios", "summary", "data", "cite", "reproduction"} <= set(made)
    assert all(isinstance(exhibit, Exhibit) for exhibit in exhibits(made))


def test_pages_of_precedents_and_scenarios_are_those_of_the_day(made, day):
    """The narrative was told on the day of the edition: before, it tells of no precedent and of no scenario."""
    fanned = [name for name in made if name.startswith(("precedent-", "scenario-"))]
    told = ["precedent-salt-1990", "precedent-lantern-2010", "scenario-treaty-holds", "scenario-treaty-fades"]
    assert fanned == (told if day == DAY else [])


def test_no_label_is_used_twice(made, harbour_project, day):
    labels = [label for exhibit in exhibits(made) for label in labels_made(exhibit)] + labels_written(
        harbour_project, day
    )
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_every_reference_leads_to_a_label(made, harbour_project, day):
    labels = {label for exhibit in exhibits(made) for label in labels_made(exhibit)} | set(
        labels_written(harbour_project, day)
    )
    wanted = {label for exhibit in exhibits(made) for label in inline_refs(exhibit.content())}
    assert sorted(wanted - labels) == []


def test_every_finding_names_the_section_that_derives_it(made, harbour_project, day):
    assert {finding.section for finding in published(made)} <= set(labels_written(harbour_project, day))


def test_every_name_in_the_prose_has_a_value(made, harbour_project, day):
    found = {finding.finding_id: finding for finding in published(made)}
    known = set(book.values(edition.editions(harbour_project)[-1], found, "The story")) | {"page_title"}
    texts = [path.read_text("utf-8") for path in (harbour_project / "book").glob("*.md")]
    for path in (harbour_project / "notebooks").glob("*.ipynb"):
        texts += [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    assert {name for text in texts for name in book.NAME.findall(text)} <= known


def test_every_finding_says_how_it_was_computed(made):
    for finding in published(made):
        module, _, function = finding.computed.rpartition(".")
        assert inspect.isfunction(getattr(__import__(module, fromlist=[function]), function, None)), finding.finding_id
        assert finding.computed.startswith("dossier."), finding.finding_id


def test_the_day_stands_at_every_exhibit(made, day):
    assert {exhibit.as_of for exhibit in exhibits(made) if hasattr(exhibit, "as_of")} == {day}


def test_nothing_that_came_later_shows(made, day):
    later = [
        "Tarso denies",
        "tolls return",
        "New talks",
        "Pier Truce",
        "League leaves",
        "Mira Dane",
        "counted two",
        "had not voted",
        "bulletin-0801",
    ]
    later += ["Treaty is signed", "Monitors of the League land", "treaty-holds"] if day < DAY else []
    text = "\n".join(repr(exhibit.content()) for exhibit in exhibits(made))
    assert [words for words in later if words in text] == []


def shown_text(made) -> str:
    return "\n".join(f"{exhibit!r} {exhibit.content()!r}" for exhibit in exhibits(made))


@pytest.mark.parametrize("words", ["famous", "first edition", "fifteen", "three precedents", "four scenarios"])
def test_nothing_is_said_that_holds_for_another_story_alone(words, made, harbour_project):
    """Neither by the exhibits nor by the prose around them."""
    texts = [path.read_text("utf-8") for path in sorted((harbour_project / "book").glob("*.md"))]
    for path in sorted((harbour_project / "notebooks").glob("*.ipynb")):
        texts += [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    text = "\n".join([shown_text(made), *texts])
    assert re.findall(rf"\b{words}\b", text, re.IGNORECASE) == []


def test_no_cell_shows_a_blank_of_the_machine(made):
    text = shown_text(made)
    assert re.findall(r".{30}\b(?:nan|NaN|NaT|<NA>|None years)\b.{10}", text) == []


def test_an_empty_result_says_since_when(harbour_project):
    made = pages(harbour_project, BEFORE_ANYTHING)
    assert repr(made["timeline"]["lanes"]) == "No event in the data as of 1900-01-01."
    assert repr(made["precedents"]["spells"]) == "No precedent in the data as of 1900-01-01."
    assert made["scenarios"]["overview"].note == "No scenario in the data as of 1900-01-01."


def test_the_real_story_holds_on_the_day_of_each_edition(real_project):
    for entry in edition.editions(real_project):
        as_of = entry.as_of.isoformat()
        made = pages(real_project, as_of)
        labels = [label for exhibit in exhibits(made) for label in labels_made(exhibit)]
        labels += labels_written(real_project, as_of)
        assert sorted({label for label in labels if labels.count(label) > 1}) == []
        assert {label for exhibit in exhibits(made) for label in inline_refs(exhibit.content())} <= set(labels)


def test_the_key_findings_are_repeated_and_derived_elsewhere(made):
    repeated = [value for value in made["summary"].values() if isinstance(value, Answer) and value.repeated]
    derived = {
        finding.finding_id
        for name in made
        if name != "summary"
        for value in made[name].values()
        if isinstance(value, Answer)
        for finding in value.findings
    }
    assert repeated
    assert {finding.finding_id for answer in repeated for finding in answer.findings} <= derived


def test_the_first_page_tells_directions_with_their_reasons(made):
    rows = made["summary"]["status"].rows
    assert rows
    for row in rows:
        what, value, direction, reason = map(plain, row.cells)
        assert direction in {*findings.DIRECTIONS.values(), "no direction"}
        assert what
        assert value
        assert reason


def test_nothing_displayed_has_an_address_in_memory(made):
    assert [repr(exhibit) for exhibit in exhibits(made) if re.search(r" at 0x[0-9a-f]+", repr(exhibit))] == []


def test_how_things_stand_is_the_newest_row_of_each_topic(made, day):
    shown = [value for value in made["summary"].values() if isinstance(value, Answer) and not value.repeated]
    expected = {
        DAY: [
            "whether ships of Veldania may enter Port Selwick.",
            "a treaty of five points, which the Harbour League watches over.",
            "whether both parliaments approve the treaty.",
            "monitors stand along the quays; patrols of Korsmark still sail.",
        ],
        HALF_WAY: [
            "whether ships of Veldania may enter Port Selwick.",
            "that the two sides meet again.",
            "nothing in the data.",
            "nothing in the data.",
        ],
        BEFORE_ANYTHING: ["nothing in the data."] * 4,
    }
    found = [finding.text for answer in shown for finding in answer.findings][:4]
    assert found == [words[0].upper() + words[1:] for words in expected[day]]


def test_findings_survive_their_file(made, tmp_path):
    findings.write(findings.Published.of(published(made)), tmp_path / findings.FILE)
    assert findings.read(tmp_path / findings.FILE) == {finding.finding_id: finding for finding in published(made)}
