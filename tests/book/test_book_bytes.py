"""What a build leaves behind: whole, as its manifest says, named by a hash that git gives too, and the same each time."""

import csv
import hashlib
import json
import shutil
import subprocess

import pytest
from books import STORY, assemble, built

from dossier import build, check, edition, site

pytestmark = pytest.mark.book

LATER = "2099-01-01"
NAMED = {"present-case": "pressured"}  # a key that must name a column of the settlements


def test_the_folder_holds_everything_that_was_promised(book):
    names = {path.relative_to(book.folder).as_posix() for path in book.folder.rglob("*") if path.is_file()}
    wanted = {"index.html", "search.html", "searchindex.js", "report.pdf", "findings.json", "run.json", "manifest.json"}
    wanted |= {"citation.bib", "citation.ris", "citation.csl.json", "source/data/datapackage.json", "source/_toc.yml"}
    wanted |= {f"source/data/{table.path}" for table in book.view.package.tables.values()}
    assert not wanted - names


def test_the_manifest_holds_the_hash_of_every_file_and_no_other(book):
    stated = site.read_manifest(book.folder)["files"]
    found = {
        path.relative_to(book.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in book.folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == stated


def test_the_content_hash_is_the_one_that_git_gives_the_sources(book, tmp_path):
    copy = shutil.copytree(book.folder / "source", tmp_path / "source")
    for command in ("git init -q", "git add -A -f", "git write-tree"):
        done = subprocess.run(command.split(), cwd=copy, capture_output=True, text=True, check=True)
    assert book.record["content_hash"] == f"swh:1:dir:{done.stdout.strip()}"


def test_the_sources_beside_the_book_are_a_sound_data_package(book):
    assert check.check(book.folder / "source" / "data") == []


def test_what_is_current_is_not_built_again(invented):
    before = {path: path.stat().st_mtime_ns for path in invented.folder.rglob("*")}
    assert build.build(invented.root, invented.record["edition"], progress=print).reused
    assert {path: path.stat().st_mtime_ns for path in invented.folder.rglob("*")} == before


def test_rows_dated_after_the_edition_change_no_hash_and_call_for_no_build(invented, tmp_path):
    root = tmp_path / "later"
    shutil.copytree(invented.root, root, ignore=shutil.ignore_patterns("_build"))
    added = add_later_rows(root / "data", invented.view.package.tables)
    assert added >= {
        "events",
        "accounts",
        "deadlines",
        "roles",
        "precedents",
        "precedent-facts",
        "signposts",
        "signpost-states",
    }
    assert check.check(root / "data") == []
    planned = build.plan(root, invented.record["edition"])
    build.write_view(planned, root, tmp_path / "view")
    assert build.run_record(planned, root, tmp_path / "view") == invented.record


def add_later_rows(folder, tables):
    """Add a row like the first one, but of the far future, to each dated table, with sources of its own; return which."""
    dated = {name: table for name, table in tables.items() if table.cut and len(table.key) == 1 and not table.is_yaml}
    for table in dated.values():
        row = read_rows(folder / table.path)[0]
        required = {column["name"] for column in table.fields if column.get("constraints", {}).get("required")}
        blank = {"end_date", "to_date", "outcome", "outcome_on", "outcome_note", *table.revealed} - required
        later = {**row, **{name: "" for name in blank if name in row}, **dict.fromkeys(table.cut, LATER)}
        later |= {name: LATER for name in ("due", "observed_until") if name in row}
        later |= {"date_precision": "day"} if "date_precision" in row else {}
        append(folder / table.path, {**later, table.key[0]: name_of(table.name)})
    grown = set(dated)
    for part in tables.values():
        wholes = {link.table for link in part.foreign_keys if link.column == part.part_of} & grown
        if wholes and part.name not in grown:
            own = {part.key[0]: LATER + "-row"} if len(part.key) == 1 else {}
            append(folder / part.path, {**read_rows(folder / part.path)[0], part.part_of: name_of(min(wholes)), **own})
            grown |= {part.name} if own else set()  # a part with a name of its own has sources of its own
    return set(dated)


def name_of(table):
    return NAMED.get(table, LATER + "-row")


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def append(path, row):
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, list(row), lineterminator="\n").writerow(row)


def test_the_same_project_in_another_place_gives_the_same_bytes(invented, tmp_path):
    root = tmp_path / "another place"
    shutil.copytree(invented.root, root, ignore=shutil.ignore_patterns("_build"))
    again = built(root, invented.record["edition"])
    assert site.read_manifest(again.folder) == site.read_manifest(invented.folder)


def test_another_story_needs_another_data_folder_and_no_change_of_code(tmp_path):
    root = assemble(tmp_path, STORY)
    planned = build.plan(root, edition.editions(root)[-1].edition_id)
    assert planned.title == "The Harbour Treaty (Fictional example)"


def test_findings_and_citations_name_the_edition(book):
    record = json.loads((book.folder / "citation.csl.json").read_text("utf-8"))[0]
    assert record["edition"] == book.record["edition"]
    assert book.record["content_hash"] in record["note"]
    assert "DOI" not in record
    assert "URL" not in record
