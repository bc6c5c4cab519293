"""Citations: the identifier is git's own hash, and every record can be read by others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pybtex.database import parse_string

from dossier import cite
from dossier.cite import Citation

WHOLE = Citation("The Harbour Treaty", "2031-06-30", "2031-06-30", "2031", "swh:1:dir:" + "0" * 40)
PLACE = Citation(
    "The Harbour Treaty", "2031-06-30", "2031-06-30", "2031", "swh:1:dir:" + "0" * 40, "fnd-timeline-events"
)


def git_tree(folder: Path) -> str:
    """The hash that git gives to a folder."""
    git = ["git", "-c", "core.autocrlf=false", "-c", "core.fileMode=false", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "--force", "."], check=True)
    done = subprocess.run([*git, "write-tree"], check=True, capture_output=True, text=True)
    shutil.rmtree(folder / ".git")
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder whose names sort differently as files and as folders."""
    for name, content in {
        "a.txt": b"one\n",
        "a/b.txt": b"two",
        "a-b": b"",
        "ä.txt": b"drei\n",
        "a/c/d": bytes(range(256)),
        "a0": b"x",
    }.items():
        path = tmp_path / "view" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "view"


def test_the_identifier_is_gits_hash_of_the_folder(folder):
    assert cite.swhid(folder) == f"swh:1:dir:{git_tree(folder)}"


def test_the_identifier_of_a_story_is_gits_hash(story):
    assert cite.swhid(story.folder) == f"swh:1:dir:{git_tree(story.folder)}"


def test_an_empty_file_and_a_known_text_have_the_hashes_that_everybody_knows():
    assert cite._git_hash(b"blob", b"").hex() == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert cite._git_hash(b"blob", b"test content\n").hex() == "d670460b4b4aece5915caf5c68d12f560a9fe3e4"
    assert cite._git_hash(b"tree", b"").hex() == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def test_the_identifier_does_not_depend_on_how_the_folder_was_copied(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy" / "a.txt").chmod(0o755)
    assert cite.swhid(tmp_path / "copy") == cite.swhid(folder)


@pytest.mark.parametrize("change", ["content", "name", "place"])
def test_any_change_changes_the_identifier(change, folder):
    before = cite.swhid(folder)
    if change == "content":
        (folder / "a.txt").write_text("One\n")
    elif change == "name":
        (folder / "a.txt").rename(folder / "b.txt")
    else:
        (folder / "a.txt").rename(folder / "a" / "a.txt")
    assert cite.swhid(folder) != before


def test_a_link_is_refused(folder):
    (folder / "link").symlink_to(folder / "a.txt")
    with pytest.raises(ValueError, match="a link; accepted: files and folders"):
        cite.swhid(folder)


def test_the_hash_of_files_depends_on_names_and_contents_and_not_on_order(folder):
    files = [folder / "a.txt", folder / "a0"]
    assert cite.hash_files(folder, files) == cite.hash_files(folder, files[::-1])
    before = cite.hash_files(folder, files)
    (folder / "a0").rename(folder / "a1")
    assert cite.hash_files(folder, [folder / "a.txt", folder / "a1"]) != before


@pytest.mark.parametrize("citation", [WHOLE, PLACE], ids=["whole", "place"])
def test_bibtex_reads_back(citation):
    (entry,) = parse_string(citation.bibtex(), "bibtex").entries.values()
    assert entry.type == "techreport"
    assert entry.fields["title"] == "{The Harbour Treaty}"
    assert [str(person) for person in entry.persons["author"]] == ["{" + cite.AUTHORS + "}"] or entry.fields.get(
        "author"
    ) == "{" + cite.AUTHORS + "}"
    assert (entry.fields["year"], entry.fields["edition"]) == ("2031", "2031-06-30")
    assert WHOLE.content_hash in entry.fields["note"]
    assert ("fnd-timeline-events" in entry.fields["note"]) is (citation.label is not None)


def test_two_places_have_two_keys():
    keys = [next(iter(parse_string(citation.bibtex(), "bibtex").entries)) for citation in (WHOLE, PLACE)]
    assert keys == ["dossier-2031-06-30", "dossier-2031-06-30-fnd-timeline-events"]
    assert [json.loads(citation.csl_json())[0]["id"] for citation in (WHOLE, PLACE)] == keys


@pytest.mark.parametrize("title", ["Ports & piers: 100 % of #1_a", "A {brace} and a \\ slash", "}}, note = {injected"])
def test_a_title_with_signs_of_its_own_stays_one_field(title):
    """A title can come from a stranger's data."""
    entries = parse_string(
        Citation(title, "2031-06-30", "2031-06-30", "2031", "swh:1:dir:0").bibtex(), "bibtex"
    ).entries
    (entry,) = entries.values()
    assert set(entry.fields) | set(entry.persons) == {"title", "author", "year", "edition", "note"}
    assert "injected" not in entry.fields["note"]


@pytest.mark.parametrize("citation", [WHOLE, PLACE], ids=["whole", "place"])
def test_ris_is_tags_and_values_from_type_to_end(citation):
    lines = citation.ris().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line)] == []
    tags = dict(line.split("  - ", 1) for line in lines)
    assert (next(iter(tags)), list(tags)[-1]) == ("TY", "ER")
    assert (tags["TY"], tags["TI"], tags["PY"], tags["ET"]) == ("RPRT", "The Harbour Treaty", "2031", "2031-06-30")
    assert tags.get("SE") == citation.label


def test_a_line_break_in_a_title_does_not_break_a_record():
    ris = Citation("One\nER  - ", "2031-06-30", "2031-06-30", "2031", "swh:1:dir:0").ris()
    assert [line for line in ris.splitlines() if line.startswith("ER  - ")] == ["ER  - "]


@pytest.mark.parametrize("citation", [WHOLE, PLACE], ids=["whole", "place"])
def test_csl_json_has_the_fields_that_processors_ask_for(citation):
    (record,) = json.loads(citation.csl_json())
    assert (record["type"], record["title"], record["author"]) == (
        "report",
        "The Harbour Treaty",
        [{"literal": cite.AUTHORS}],
    )
    assert record["issued"] == {"date-parts": [[2031]]}
    assert record.get("section") == citation.label


def test_the_sentence_names_authors_year_title_edition_place_and_hash():
    assert PLACE.text() == (
        "The Dossier contributors. (2031). The Harbour Treaty (edition 2031-06-30, as of 2031-06-30), fnd-timeline-events "
        f"[Report]. {PLACE.content_hash}"
    )


def test_nothing_is_invented():
    everything = "".join([PLACE.text(), PLACE.bibtex(), PLACE.ris(), PLACE.csl_json()]).lower()
    assert not re.search(r"https?:|doi|isbn", everything)
