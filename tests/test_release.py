"""Releasing: a released edition is rebuilt as it was, or refused with the row that did it; a revision tells what was wrong."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from stories import HARBOUR, Story, assemble

from dossier import answers, build, changes, diff, edition, findings, lock, release, site
from dossier.changes import CORRECTED
from dossier.errors import DossierError
from dossier.findings import Published
from dossier.pages import changed

FIRST, REVISED, NEXT = "2031-06-30", "2031-06-30.2", "2031-08-15"
EVENT = "2031-03-tolls-lifted"
MADE_BY = "test"


def write_edition(root: Path, edition_id: str, **changed: str) -> None:
    """Write an edition file like that of the first edition, but for what is given."""
    text = (HARBOUR / "editions" / f"{FIRST}.yml").read_text("utf-8")
    given = {"id": edition_id, "as_of": edition_id[:10], "supersedes": FIRST, "compiled_on": "2031-09-01", **changed}
    lines = [line for line in text.splitlines() if line.split(":")[0] not in given]
    heads = [f"{key}: {json.dumps(value)}" for key, value in given.items()]
    body = "\n".join([*heads, *lines]).replace('as_of: "2031-06-30"', f'as_of: "{given["as_of"]}"')
    (root / "editions" / f"{edition_id}.yml").write_text(body + "\n", "utf-8")


def answered(root: Path, edition_id: str) -> Published:
    planned = build.plan(root, edition_id)
    return answers.of(planned.view, planned.parameters, root=root, made_by=MADE_BY)


def locked(root: Path, edition_id: str, found: Published) -> lock.Lock:
    """Write the lock of an edition that has found ``found``, without a book."""
    planned = build.plan(root, edition_id)
    held = lock.Lock(
        edition_id, planned.edition.as_of.isoformat(), "2031-09-02", "swh:1:dir:0", "code", "environment", "book",
        planned.parameters, planned.view.corrections, None, lock.digests(planned.view), found,
    )  # fmt: skip
    lock.write(held, lock.path_of(root, edition_id))
    return held


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Published:
    """What the first edition of the invented story publishes."""
    return answered(assemble(tmp_path_factory.mktemp("first") / "project", HARBOUR), FIRST)


@pytest.fixture
def released(project, found) -> Path:
    """A project whose first edition has been released."""
    root = project()
    locked(root, FIRST, found)
    return root


@pytest.fixture
def tables(released) -> Story:
    """The tables of that project, to be changed in place."""
    story = Story.__new__(Story)
    story.folder = released / "data"
    return story


def correct(story: Story, **cells: str) -> None:
    dated = {"why": "The archive says so.", "corrected_on": "2031-09-03", "known_from": "2031-03"}
    story.add("corrections.csv", correction_id="tolls", table_name="events", row_id=EVENT, **dated, **cells)


def refused(root: Path, now: Published) -> str:
    planned = build.plan(root, FIRST)
    with pytest.raises(diff.ReleasedError) as caught:
        diff.refuse_other_findings(planned.held, now, planned.view, planned.parameters)
    return str(caught.value)


def with_words(found: Published, text: str) -> Published:
    words = replace(found.findings["fnd-timeline-words"], text=text)
    return Published({**found.findings, words.finding_id: words}, found.results)


def test_a_released_edition_that_finds_the_same_is_built(released, found):
    planned = build.plan(released, FIRST)
    diff.refuse_other_findings(planned.held, found, planned.view, planned.parameters)
    assert lock.moved_rows(planned.held.rows, lock.digests(planned.view)) == []


def test_a_changed_cell_in_an_old_row_is_refused_with_old_and_new_value_and_the_row(released, tables, found):
    tables.set("events.csv", EVENT, headline="Tolls lifted for good")
    old = found.findings["fnd-timeline-words"].text
    assert refused(released, with_words(found, "9 of 9")).splitlines() == [
        f"editions/{FIRST}.lock.json: released on 2031-09-02, and would now find otherwise:",
        f"  fnd-timeline-words: {old!r} -> '9 of 9', by events {EVENT} (changed)",
        "accepted: what it found then. If a table was wrong, enter the change in corrections.csv and publish a revision: "
        f"editions/{REVISED}.yml, which supersedes {FIRST}; {FIRST} stays as it was published. "
        f"To look at it only: dossier build {FIRST} --draft",
    ]


def test_a_row_that_the_finding_does_not_read_is_not_blamed_while_one_that_it_reads_moved(released, tables, found):
    tables.set("events.csv", EVENT, headline="Tolls lifted for good")
    tables.set("sources.csv", "archive-salt", title="Another title")
    assert "archive-salt" not in refused(released, with_words(found, "9 of 9"))


def test_a_finding_that_no_row_moved_is_told_of_the_code(released, found):
    assert "by no row: code or environment changed" in refused(released, with_words(found, "9 of 9"))


def test_a_finding_that_a_parameter_moved_names_the_parameter(released, found):
    path = released / "editions" / f"{FIRST}.yml"
    path.write_text(path.read_text("utf-8").replace('until: "2031-12-31"', 'until: "2031-11-30"'), "utf-8")
    assert "scenarios.until = '2031-11-30', was '2031-12-31'" in refused(released, with_words(found, "9 of 9"))


def test_a_correction_made_since_leaves_a_released_edition_as_it_was(released, tables):
    before = build.plan(released, FIRST).view
    tables.set("events.csv", EVENT, headline="Tolls lifted for good")
    correct(tables, column_name="headline", old_value="Korsmark lifts the tolls", new_value="Tolls lifted for good")
    after = build.plan(released, FIRST).view
    assert list(after["events"]["headline"]) == list(before["events"]["headline"])
    assert lock.moved_rows(lock.digests(before), lock.digests(after)) == []


def test_a_revision_reads_what_was_corrected_and_tells_it_as_corrected(released, tables, found):
    """An event coded as a deed turns out to have been words: what moves is told of the correction alone."""
    row = next(row for row in tables.rows("events.csv") if row["event_id"] == EVENT)
    tables.set("events.csv", EVENT, quad="verbal conflict")
    correct(tables, column_name="quad", old_value=row["quad"], new_value="verbal conflict")
    write_edition(released, REVISED)
    first, revised = diff.side(released, FIRST), diff.side(released, REVISED)
    told = diff.between(released, first, revised, made_by=MADE_BY)
    moved, rows = changes.from_dict(told)
    assert {part.cause for change in moved for part in change.parts} == {CORRECTED}
    assert "fnd-timeline-words" in {change.key for change in moved}
    assert (lock.Moved("events", EVENT, "changed"), CORRECTED) in rows
    assert {cause for _, cause in rows} <= {CORRECTED, changes.NEW}  # the correction itself is a new row


def test_the_diff_of_an_edition_with_itself_is_empty(released):
    own = diff.side(released, FIRST)
    told = diff.between(released, own, own, made_by=MADE_BY)
    assert (told["changes"], told["rows"]) == ([], [])


def test_a_later_edition_cannot_be_the_first_of_two(released):
    write_edition(released, NEXT)
    sides = [diff.side(released, name) for name in (NEXT, FIRST)]
    with pytest.raises(
        DossierError,
        match=f"{NEXT} is later than {FIRST}; accepted: the earlier edition first: dossier diff {FIRST} {NEXT}",
    ):
        diff.between(released, *sides, made_by=MADE_BY)


def test_an_edition_that_supersedes_one_not_released_is_refused(project):
    root = project()
    write_edition(root, NEXT)
    with pytest.raises(
        DossierError,
        match=f"supersedes '{FIRST}', which has not been released; accepted: a released edition: dossier release {FIRST}",
    ):
        build.plan(root, NEXT)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"supersedes": "last year"}, "supersedes 'last year'; accepted: the id of an edition"),
        ({"supersedes": NEXT}, f"supersedes '{NEXT}'; accepted: the id of an earlier edition"),
        ({"supersedes": f"{NEXT}.2"}, "accepted: the id of an earlier edition"),
        ({"next_due": NEXT}, f"next_due '{NEXT}'; accepted: a day after {NEXT}"),
        ({"next_due": "soon"}, "next_due"),
    ],
)
def test_an_edition_out_of_order_is_refused(changed, message, tmp_path):
    (tmp_path / "editions").mkdir()
    write_edition(tmp_path, NEXT, **changed)
    with pytest.raises(DossierError, match=message):
        edition.find(tmp_path, NEXT)


def test_a_revision_supersedes_the_first_of_the_same_day(tmp_path):
    (tmp_path / "editions").mkdir()
    shutil.copyfile(HARBOUR / "editions" / f"{FIRST}.yml", tmp_path / "editions" / f"{FIRST}.yml")
    write_edition(tmp_path, REVISED)
    assert edition.find(tmp_path, REVISED).supersedes == FIRST
    assert edition.is_revised(tmp_path, FIRST)
    assert not edition.is_revised(tmp_path, REVISED)


def not_built() -> build.Built:
    raise AssertionError("it must not be built")


def test_an_edition_is_released_once(released):
    with pytest.raises(
        DossierError, match=f"released on 2031-09-02; accepted: a revision, editions/{REVISED}.yml, which supersedes it"
    ):
        release.release(released, FIRST, released_on="2031-09-05", build_it=not_built)


def test_an_edition_is_not_released_before_it_was_compiled(project):
    with pytest.raises(
        DossierError, match="released on 2031-07-14; accepted: 2031-07-15 or later, when it was compiled"
    ):
        release.release(project(), FIRST, released_on="2031-07-14", build_it=not_built)


def test_the_hash_of_a_book_is_that_of_all_its_files(tmp_path):
    (tmp_path / "a.html").write_text("a", "utf-8")
    site.write_manifest(tmp_path, {})
    one = site.book_hash(site.read_manifest(tmp_path))
    site.write_manifest(tmp_path, {"title": "other facts"})
    assert site.book_hash(site.read_manifest(tmp_path)) == one
    (tmp_path / "a.html").write_text("b", "utf-8")
    site.write_manifest(tmp_path, {})
    assert site.book_hash(site.read_manifest(tmp_path)) != one


@pytest.fixture
def published(project, found, tmp_path) -> build.Built:
    """The first edition as it would lie published, without a book."""
    folder = tmp_path / "published"
    folder.mkdir()
    findings.write(found, folder / findings.FILE)
    (folder / build.CHANGES).write_text(
        json.dumps(changes.as_dict(before=None, after=FIRST, period=None, next_due=None)), "utf-8"
    )
    hashes = {f"{name}_hash": name for name in ("content", "code", "environment")}
    site.write_manifest(folder, {"record": {"as_of": FIRST, "parameters": {}, **hashes}})
    return build.Built(FIRST, folder, "content", reused=True)


def test_a_release_cut_short_is_made_again(project, published, monkeypatch):
    root = project()
    (root / "requirements.txt").touch()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(lock, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            release.release(root, FIRST, released_on="2031-09-02", build_it=lambda: published)
    release.release(root, FIRST, released_on="2031-09-02", build_it=lambda: published)
    assert (root / "CHANGELOG.md").read_text("utf-8").count("Nothing to compare: this is the first edition.") == 1
    assert lock.find(root, FIRST) is not None


def test_an_edition_is_not_compared_by_what_it_never_found(released, found):
    locked(released, FIRST, with_words(found, "9 of 9"))
    one = diff.side(released, FIRST)
    with pytest.raises(diff.ReleasedError, match="fnd-timeline-words: '9 of 9' -> "):
        diff.between(released, one, one, made_by=MADE_BY)


def test_rows_of_a_table_that_is_no_more_are_told_by_its_name(released):
    view = build.plan(released, FIRST).view
    told = changes.as_dict(
        before=FIRST,
        after=NEXT,
        period=(FIRST, NEXT),
        next_due=None,
        rows=[(lock.Moved("tides", "a", "removed"), CORRECTED)],
    )
    page = changed.Changed(view, told, *changes.from_dict(told))
    assert [[str(cell) for cell in row.cells] for row in changed.other_rows(page).rows] == [
        ["tides", "removed", CORRECTED, "1"]
    ]
