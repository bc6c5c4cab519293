"""A released edition as a book: the same bytes again, a changed row refused, a revision at an address of its own."""

import json
import shutil

import pytest
import yaml
from books import OLDER, hashes

from dossier import build, edition, findings, lock, press, site
from dossier.diff import ReleasedError

pytestmark = pytest.mark.book

REVISION = f"{OLDER}.2"
EVENT = "2031-03-tolls-lifted"


@pytest.fixture(scope="module")
def again(two, tmp_path_factory):
    """The project of the two editions in another folder, with the locks and without anything built."""
    root = two[0].folder.parents[2]
    copy = tmp_path_factory.mktemp("again") / "elsewhere"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("_build"))
    return copy


@pytest.fixture(scope="module")
def rebuilt(again):
    return build.build(again, OLDER).folder


@pytest.fixture(scope="module")
def revised(again, rebuilt):
    """The same with a cell of an old row mended, entered as a correction, and a revision that takes it up."""
    change_cell(again)
    held = lock.read(lock.path_of(again, OLDER))
    path = again / "data" / "corrections.csv"
    path.write_text(
        path.read_text("utf-8")
        + f"tolls,events,{EVENT},quad,material cooperation,verbal conflict,,The archive says so.,2031-10-16,2031-03\n",
        "utf-8",
    )
    content = yaml.safe_load((again / "editions" / f"{OLDER}.yml").read_text("utf-8"))
    content |= {
        "id": REVISION,
        "supersedes": OLDER,
        "compiled_on": "2031-10-16",
        "title": "As known on 30 June 2031, revised",
    }
    (again / "editions" / f"{REVISION}.yml").write_text(yaml.safe_dump(content), "utf-8")
    return held, build.build(again, REVISION).folder


def change_cell(root):
    path = root / "data" / "events.csv"
    text = path.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith(f"{EVENT},"))
    assert "material cooperation" in line
    path.write_text(text.replace(line, line.replace("material cooperation", "verbal conflict", 1)), "utf-8")
    return text


def test_rebuilding_from_the_lock_gives_the_same_findings_and_bytes(again, rebuilt):
    held = lock.read(lock.path_of(again, OLDER))
    manifest = site.read_manifest(rebuilt)
    assert findings.read_all(json.loads((rebuilt / findings.FILE).read_text("utf-8"))) == held.published
    assert manifest["record"]["content_hash"] == held.content_hash
    assert site.book_hash(manifest) == held.book_hash


def test_a_changed_cell_is_refused_and_what_is_published_stays(again, rebuilt):
    before, text = hashes(rebuilt.parent), change_cell(again)
    try:
        with pytest.raises(ReleasedError, match=f"fnd-timeline-words: .* by events {EVENT} \\(changed\\)"):
            press.build_all(again, [OLDER], keep_revised=True)
    finally:
        (again / "data" / "events.csv").write_text(text, "utf-8")
    assert hashes(rebuilt.parent) == before


def test_a_revision_has_an_address_of_its_own_and_leaves_the_first_as_it_was_published(again, rebuilt, revised):
    held, folder = revised
    assert (folder.parent, folder.name) == (rebuilt.parent, REVISION)
    assert build.build(again, OLDER).reused
    assert site.book_hash(site.read_manifest(rebuilt)) == held.book_hash


def test_a_revision_tells_what_it_corrected(revised):
    told = json.loads((revised[1] / build.CHANGES).read_text("utf-8"))
    words = next(change for change in told["changes"] if change["key"] == "fnd-timeline-words")
    assert [part["cause"] for part in words["parts"]] == ["corrected data"]
    assert "no new period" in (revised[1] / "notebooks" / "changed.html").read_text("utf-8")


def test_editions_stand_in_order_of_day_and_revision(again, revised):
    assert [entry.edition_id for entry in edition.editions(again)][:2] == [OLDER, REVISION]
    listed = (revised[1].parent / "editions.js").read_text("utf-8")
    assert listed.index(f'"{REVISION}"') < listed.index(f'"{OLDER}"')
