"""The released editions of the project: each still finds what it found, and what is told of them comes from their locks."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from dossier import answers, build, changelog, changes, diff, edition, lock

ROOT = Path(__file__).parents[1]
RELEASED = [path.name.removesuffix(lock.SUFFIX) for path in sorted((ROOT / "editions").glob(f"*{lock.SUFFIX}"))]
LATER = [name for name in RELEASED if edition.find(ROOT, name).supersedes]
CHANGELOG = (ROOT / changelog.FILE).read_text("utf-8")


@pytest.fixture(params=RELEASED)
def held(request) -> lock.Lock:
    return lock.read(lock.path_of(ROOT, request.param))


@pytest.fixture(params=LATER)
def told(request) -> dict:
    found = lock.read(lock.path_of(ROOT, request.param)).changes
    assert found is not None
    return dict(found)


def test_every_edition_has_been_released():
    assert [entry.edition_id for entry in edition.editions(ROOT)] == RELEASED


def test_a_released_edition_still_finds_what_it_found(held):
    """Rebuilt from today's tables and code by its day alone; what it finds otherwise is named with its row."""
    planned = build.plan(ROOT, held.edition)
    found = answers.of(planned.view, planned.parameters, root=ROOT, made_by=build.made_by(ROOT))
    diff.refuse_other_findings(held, found, planned.view, planned.parameters)
    assert len(found.findings) > 90
    assert {result.kind for result in found.results.values()} == {"verdict", "probability", "indicator"}


def test_an_edition_is_released_after_it_was_compiled_and_after_all_that_it_holds_was_judged(held):
    assert held.released_on >= edition.find(ROOT, held.edition).compiled_on.isoformat() >= "2026-11-28"


def test_what_changed_is_told_against_the_edition_superseded(told):
    named = edition.find(ROOT, told["to"])
    assert told["from"] == named.supersedes
    assert told["period"] == [edition.find(ROOT, told["from"]).as_of.isoformat(), named.as_of.isoformat()]
    assert told["next_due"] == named.next_due


def test_every_part_adds_up_and_every_change_has_a_cause(told):
    found, rows = changes.from_dict(told)
    assert len(found) > 20
    for change in found:
        assert change.parts, change.key
        assert {part.cause for part in change.parts} <= set(changes.CAUSES)
        if change.change is not None:
            assert sum(Decimal(part.change) for part in change.parts) == Decimal(change.change)
    assert {cause for _, cause in rows} <= set(changes.CAUSES)


def test_what_moved_is_what_differs_between_the_two_locks(told):
    """Only what both locks publish is looked at: pages that only tell of the comparison are left out."""
    before, after = (
        lock.read(lock.path_of(ROOT, told[name])).published.without(diff.OWN_PAGE) for name in ("from", "to")
    )
    wanted = {(change.kind, change.key) for change in changes.moved([("", before), (changes.NEW, after)])}
    assert {(change.kind, change.key) for change in changes.from_dict(told)[0]} == wanted


def test_between_editions_of_the_same_tables_nothing_is_corrected_and_no_method_changed(told):
    found, rows = changes.from_dict(told)
    assert {part.cause for change in found for part in change.parts} <= {changes.TIME, changes.NEW}
    assert {cause for _, cause in rows} <= {changes.TIME, changes.NEW}


def test_the_changelog_has_the_findings_of_every_edition_as_its_lock_tells_them(held):
    chapter = re.search(rf"(?ms)^## {re.escape(held.edition)}\s.*?^### Findings\n\n(.*?)\n\n(?=### )", CHANGELOG)
    assert chapter is not None
    assert chapter[1] == changelog.section(held.changes)
