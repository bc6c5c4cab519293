"""Publishing: whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from dossier import build, shelf, site
from dossier.errors import BuildError, DossierError, NotebookError
from dossier.findings import Finding
from dossier.palette import PAGE_COLOURS

FACTS = {
    "title": "The story",
    "edition": "2031-06-30",
    "edition_title": "As known",
    "retrospective": True,
    "question": "Will it hold?",
    "record": {},
}


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "index.html").write_text(text)
    return path


def everything(path: Path) -> dict[str, bytes]:
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.fixture
def published(tmp_path) -> Path:
    """An edition on the site."""
    return folder(tmp_path / "site" / "2031-06-30", "old")


def test_a_finished_folder_takes_the_place_of_the_published_one(published, tmp_path):
    site.swap_in(folder(tmp_path / "ready", "new"), published)
    assert everything(published.parent) == {"2031-06-30/index.html": b"new"}
    assert not (tmp_path / "ready").exists()


def test_a_first_edition_makes_the_site(tmp_path):
    site.swap_in(folder(tmp_path / "ready", "new"), tmp_path / "site" / "2031-06-30")
    assert everything(tmp_path / "site") == {"2031-06-30/index.html": b"new"}


class Killed(BaseException):
    """The process ends here."""


def test_a_swap_killed_between_its_renames_is_mended(published, tmp_path, monkeypatch):
    ready = folder(tmp_path / "ready", "new")
    real = Path.rename

    def only_aside(self, target):
        if self == ready:
            raise Killed
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", only_aside)
        with pytest.raises(Killed):
            site.swap_in(ready, published)
    assert not published.exists()
    site.recover(published)
    assert everything(published.parent) == {"2031-06-30/index.html": b"old"}


def test_a_swap_killed_before_it_cleared_up_is_finished(published, tmp_path):
    published.rename(published.parent / ".2031-06-30.previous")
    folder(published, "new")
    site.recover(published)
    assert everything(published.parent) == {"2031-06-30/index.html": b"new"}


def test_mending_a_site_that_is_whole_changes_nothing(published):
    before = everything(published.parent)
    site.recover(published)
    site.recover(published.parent.parent / "no-site-yet" / "2031-06-30")
    assert everything(published.parent) == before


def test_the_manifest_names_every_file_and_its_hash(published):
    folder(published / "source", "inner")
    (published / "source" / "manifest.json").write_text("{}")
    site.write_manifest(published, FACTS)
    files = site.read_manifest(published)["files"]
    assert set(files) == {"index.html", "source/index.html", "source/manifest.json"}
    assert files["index.html"] == hashlib.sha256(b"old").hexdigest()


def test_what_was_never_published_has_an_empty_manifest(tmp_path):
    assert site.read_manifest(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"record": 1, "files": []}'])
def test_what_is_no_manifest_is_an_empty_one(text, tmp_path):
    (tmp_path / site.MANIFEST).write_text(text, "utf-8")
    assert site.read_manifest(tmp_path) == {}
    assert not site.holds(tmp_path, {})


def shelve(site_folder: Path, *names: str, **facts: object) -> None:
    """Publish editions that hold nothing but a manifest."""
    for name in names:
        own = {"edition": name, "edition_title": f"As known on {name}", "record": {"as_of": name[:10]}}
        site.write_manifest(folder(site_folder / name, ""), {**FACTS, **own, **facts})


def cards(site_folder: Path) -> list[str]:
    text = (site_folder / "index.html").read_text("utf-8")
    return [" ".join(re.sub("<[^>]+>", " ", card).split()) for card in re.findall("<li>.*?</li>", text, re.S)]


def test_the_index_lists_editions_newest_first_and_asks_nobody(tmp_path):
    shelve(tmp_path, "2031-05-31", "2031-06-30")
    shelf.write(tmp_path)
    text = (tmp_path / "index.html").read_text("utf-8")
    assert text.index("2031-06-30/index.html") < text.index("2031-05-31/index.html")
    assert "default-src 'none'" in text
    assert "://" not in text
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_revisions_are_newer_than_the_day_they_revise_and_sorted_by_number(tmp_path):
    shelve(tmp_path, "2031-06-30.10", "2031-06-30", "2031-06-30.2", "2031-05-31")
    names = [one["edition"] for one in site.manifests(tmp_path)]
    assert names == ["2031-06-30.10", "2031-06-30.2", "2031-06-30", "2031-05-31"]


def test_a_card_says_what_an_edition_found_what_changed_and_where_it_stands(tmp_path):
    shelve(tmp_path, "2031-05-31", headline="It may hold.")
    shelve(
        tmp_path,
        "2031-06-30",
        headline="It holds.",
        changed="Two findings moved.",
        supersedes="2031-05-31",
        retrospective=False,
    )
    shelf.write(tmp_path)
    assert cards(tmp_path) == [
        "As known on 2031-06-30 Edition 2031-06-30 · newest It holds. What changed: Two findings moved. Edition 2031-06-30 as PDF",
        "As known on 2031-05-31 Edition 2031-05-31 · superseded by 2031-06-30 · retrospective It may hold. "
        "Edition 2031-05-31 as PDF",
    ]


def test_an_edition_that_none_names_is_superseded_by_the_newest(tmp_path):
    shelve(tmp_path, "2031-04-30", "2031-05-31")
    shelf.write(tmp_path)
    assert "superseded by 2031-05-31" in cards(tmp_path)[1]


def test_the_index_has_the_colours_of_the_book_in_both_themes():
    text = shelf.index_text([])
    assert all(f"--dossier-link: {tone};" in text for tone in PAGE_COLOURS["link"])


def test_the_index_shows_hostile_text_as_text(tmp_path):
    hostile = "<script>alert(1)</script>"
    shelve(
        tmp_path, "2031-06-30", **dict.fromkeys(("title", "edition_title", "question", "headline", "changed"), hostile)
    )
    shelf.write(tmp_path)
    assert "<script>" not in (tmp_path / "index.html").read_text("utf-8")
    assert hostile not in (tmp_path / "editions.js").read_text("utf-8")


def test_the_index_does_not_list_what_a_killed_swap_left_aside(tmp_path):
    shelve(tmp_path, "2031-06-30", ".2031-06-30.previous")
    shelf.write(tmp_path)
    assert (tmp_path / "index.html").read_text("utf-8").count("<li>") == 1


def test_the_list_of_editions_is_a_script_that_names_them_newest_first(tmp_path):
    shelve(tmp_path, "2031-05-31", "2031-06-30")
    shelf.write(tmp_path)
    name, _, value = (tmp_path / "editions.js").read_text("utf-8").partition(" = ")
    listed = json.loads(value.rstrip(";\n"))
    assert name == "window.dossierEditions"
    assert [one["id"] for one in listed] == ["2031-06-30", "2031-05-31"]
    assert listed[0] == {
        "id": "2031-06-30",
        "title": "As known on 2031-06-30",
        "as_of": "2031-06-30",
        "retrospective": True,
        "supersedes": None,
    }


def test_the_page_that_hands_over_the_list_allows_the_one_script_in_it(tmp_path):
    shelf.write(tmp_path)
    text = (tmp_path / "editions.html").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(re.search("<script>(.*)</script>", text)[1].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in text


def test_what_stands_beside_the_editions_is_written_again_only_when_it_changes(tmp_path):
    shelve(tmp_path, "2031-05-31")
    shelf.write(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    shelf.write(tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    shelve(tmp_path, "2031-06-30")
    shelf.write(tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {name for name in before if after[name] != before[name]} == {"index.html", "editions.js"}


def test_a_manifest_tells_the_headline_and_the_change_where_the_edition_found_them():
    found = {name: Finding(name, 1, "1", f"Sentence of {name}.", "sec-x", "m.f", "2031-06-30") for name in ("fnd-a",)}
    assert build._told_in_list(found) == {}
    told = {build.HEADLINE: found["fnd-a"]}
    assert build._told_in_list(told) == {"headline": "Sentence of fnd-a."}


def test_one_build_at_a_time_works_on_an_edition(tmp_path):
    with site.locked(tmp_path, "2031-06-30"):
        with (
            pytest.raises(DossierError, match="2031-06-30: another build of this edition is running"),
            site.locked(tmp_path, "2031-06-30"),
        ):
            pass
        with site.locked(tmp_path, "2031-05-31"):
            pass
    with site.locked(tmp_path, "2031-06-30"):
        pass


@pytest.mark.parametrize("harm", ["changed", "missing", "no manifest", "broken manifest", "another record"])
def test_an_edition_that_was_harmed_does_not_count_as_published(harm, published):
    site.write_manifest(published, FACTS)
    assert site.holds(published, FACTS["record"])
    if harm == "changed":
        (published / "index.html").write_text("other")
    elif harm == "missing":
        (published / "index.html").unlink()
    elif harm == "no manifest":
        (published / site.MANIFEST).unlink()
    elif harm == "broken manifest":
        (published / site.MANIFEST).write_text("{")
    assert not site.holds(published, {"other": 1} if harm == "another record" else FACTS["record"])


FAILURES = {"notebooks": (build.run, "execute", NotebookError), "html": (build.book, "build_html", BuildError)}


@pytest.mark.parametrize(("module", "name", "error"), FAILURES.values(), ids=FAILURES)
def test_a_build_that_fails_leaves_the_site_as_it_was(module, name, error, project, monkeypatch):
    """Whatever step fails: here it is made to fail, so that no notebook need run."""
    root = project()
    before = everything(folder(root / "_build" / "site" / "2031-06-30", "old").parent)

    def fails(*_, **__):
        raise error("it failed")

    monkeypatch.setattr(build.run, "execute", lambda *_, **__: {})
    monkeypatch.setattr(build.book, "stage", lambda *_, **__: None)
    monkeypatch.setattr(module, name, fails)
    with pytest.raises(error, match="it failed"):
        build.build(root, "2031-06-30")
    assert everything(root / "_build" / "site") == before
