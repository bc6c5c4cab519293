"""The command: exit codes, one-line errors, and nothing run before it is known to be right."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dossier import build
from dossier.errors import NotebookError


@pytest.fixture
def harbour(project) -> Path:
    return project()


REFUSED = {
    "an unknown parameter": (["-p", "timeline.as_off=2031-05-01"], 2, "timeline.as_off: no such parameter; did you mean 'as_of'? known: as_of"),
    "a value that is no day": (["-p", "timeline.as_of=tomorrow"], 2, "timeline.as_of: 'tomorrow' is not accepted; accepted: str (ISO day), such as"),
    "an unknown notebook": (["-p", "timline.as_of=2031-05-01"], 2, "timline: no such notebook; did you mean 'timeline'?"),
    "a day after the edition's": (["-p", "timeline.as_of=2031-07-01"], 2, "timeline.as_of: '2031-07-01' is later than edition 2031-06-30 knows"),
    "no parameter at all": (["-p", "timeline"], 2, "-p 'timeline'; accepted: notebook.name=value"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_parameter_is_refused_before_anything_runs(words, code, message, dossier, harbour):
    said = dossier("build", "2031-06-30", *words, where=harbour)
    assert said.code == code
    assert said.err.startswith(f"dossier: {message}")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (harbour / "_build").exists()


def test_an_unknown_edition_is_refused_before_anything_runs(dossier, harbour):
    said = dossier("build", "2031-06-31", where=harbour)
    assert (said.code, said.err) == (
        2,
        "dossier: no edition '2031-06-31'; did you mean '2031-06-30'? known: 2031-06-30\n",
    )
    assert not (harbour / "_build").exists()


def test_unsound_data_are_refused_before_anything_runs(dossier, harbour):
    path = harbour / "data" / "events.csv"
    path.write_text(path.read_text("utf-8").replace("2031-04-10,day", "2031-04-31,day", 1), "utf-8")
    said = dossier("build", "2031-06-30", where=harbour)
    assert said.code == 1
    assert said.err.startswith("dossier: data: 1 problem, run `dossier check`:\nevents.csv, line 7,")
    assert not (harbour / "_build").exists()


def test_parameters_change_one_edition_and_not_all(dossier, harbour):
    (harbour / "editions" / "2031-05-31.yml").write_text(
        (harbour / "editions" / "2031-06-30.yml").read_text("utf-8").replace("2031-06-30", "2031-05-31")
    )
    said = dossier("build", "-p", "timeline.as_of=2031-05-01", where=harbour)
    assert said.code == 2
    assert "-p changes one edition: name it, such as dossier build 2025-12-30" in said.err
    assert not (harbour / "_build").exists()


def test_a_notebook_that_fails_ends_with_3_and_is_named(dossier, harbour):
    path = harbour / "notebooks" / "actors.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2]["source"] = "raise RuntimeError('the pier is closed')"
    nbformat.write(notebook, path)
    for other in set((harbour / "notebooks").glob("*.ipynb")) - {path}:
        other.unlink()  # so that only this one has to run
    days = harbour / "editions" / "2031-06-30.yml"
    kept = [
        line
        for line in days.read_text("utf-8").splitlines()
        if line.split(":")[0].strip() not in ("began", "deadline", "until")
    ]
    days.write_text("\n".join(kept), "utf-8")  # parameters that this notebook does not take
    said = dossier("build", "2031-06-30", where=harbour)
    assert said.code == 3
    assert re.fullmatch(
        r"dossier: notebooks/actors\.ipynb: cell setup: RuntimeError: the pier is closed; log: \S+/actors\.log\n",
        said.err,
    )
    assert not (harbour / "_build" / "site").exists()


def test_an_edition_that_is_published_and_unchanged_is_not_built_again(dossier, harbour):
    planned = build.plan(harbour, "2031-06-30")
    source = harbour / "_build" / "2031-06-30" / "source"
    build.write_view(planned, harbour, source)
    published = harbour / "_build" / "site" / "2031-06-30"
    published.mkdir(parents=True)
    facts = {"title": "x", "edition": "2031-06-30", "edition_title": "x", "retrospective": True, "question": "x"}
    build.site.write_manifest(published, {**facts, "record": build.run_record(planned, harbour, source)})
    said = dossier("build", "2031-06-30", where=harbour)
    assert said == (0, f"2031-06-30 unchanged: {published}/index.html and {published}/report.pdf\n", "")
    (made,) = json.loads(dossier("build", "2031-06-30", "--json", where=harbour).out)
    assert (made["edition"], made["reused"], made["folder"]) == ("2031-06-30", True, str(published))
    assert re.fullmatch(r"swh:1:dir:[0-9a-f]{40}", made["content_hash"])


@pytest.fixture
def published(harbour) -> Path:
    """The edition as if it had been built: one page and the manifest."""
    planned = build.plan(harbour, "2031-06-30")
    record = build._prepare(planned, harbour, harbour / "_build" / "2031-06-30")
    folder = harbour / "_build" / "site" / "2031-06-30"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("a page")
    facts = {"title": "x", "edition": "2031-06-30", "edition_title": "x", "retrospective": True, "question": "x"}
    build.site.write_manifest(folder, {**facts, "record": record})
    return folder


HARMED = {
    "a page was deleted": lambda folder: (folder / "index.html").unlink(),
    "a page was changed": lambda folder: (folder / "index.html").write_text("another page"),
    "the manifest cannot be read": lambda folder: (folder / "manifest.json").write_text("{"),
    "the manifest is gone": lambda folder: (folder / "manifest.json").unlink(),
}


@pytest.mark.parametrize("harm", HARMED.values(), ids=HARMED)
def test_an_edition_that_was_harmed_is_built_again(harm, published, dossier, harbour, monkeypatch):
    """The notebooks begin to run, which here ends the build."""

    def begins(*_, **__):
        raise NotebookError("the notebooks run")

    monkeypatch.setattr(build.run, "execute", begins)
    assert dossier("build", "2031-06-30", where=harbour).out.startswith("2031-06-30 unchanged: ")
    harm(published)
    assert dossier("build", "2031-06-30", where=harbour) == (3, "", "dossier: the notebooks run\n")


def test_two_builds_of_an_edition_at_once_are_refused(published, dossier, harbour):
    before = {path: path.read_bytes() for path in harbour.rglob("*") if path.is_file()}
    with build.site.locked(harbour / "_build", "2031-06-30"):
        said = dossier("build", "2031-06-30", "--force", where=harbour)
    assert said == (1, "", "dossier: 2031-06-30: another build of this edition is running; wait for it to end\n")
    assert {path: path.read_bytes() for path in before} == before
    assert dossier("build", "2031-06-30", where=harbour).code == 0  # the lock goes with the build that held it


def test_rows_dated_later_do_not_make_an_edition_new(harbour):
    def content() -> str:
        planned = build.plan(harbour, "2031-06-30")
        build.write_view(planned, harbour, harbour / "view")
        return build.run_record(planned, harbour, harbour / "view")["content_hash"]

    before = content()
    events = harbour / "data" / "events.csv"
    events.write_text(events.read_text("utf-8").replace("The tolls return", "The tolls return twice"), "utf-8")
    assert content() == before
    events.write_text(
        events.read_text("utf-8").replace("The Harbour Treaty is signed", "The treaty is signed"), "utf-8"
    )
    assert content() != before


def test_nothing_of_a_later_edition_makes_an_edition_new(harbour):
    def content() -> str:
        planned = build.plan(harbour, "2031-06-30")
        build.write_view(planned, harbour, harbour / "view")
        return build.run_record(planned, harbour, harbour / "view")["content_hash"]

    before = content()
    (harbour / "editions" / "2031-12-31.md").write_text("What changed later.")
    (harbour / "CHANGELOG.md").write_text("More than before.")
    assert content() == before
    (harbour / "editions" / "2031-06-30.md").write_text("What changed in this one.")
    assert content() != before


@pytest.mark.parametrize("command", ["build", "check", "open"])
def test_help_shows_examples(command, dossier):
    said = dossier(command, "--help")
    assert said.code == 0
    assert f"Examples: dossier {command}" in " ".join(said.out.split())


def test_help_lists_the_commands(dossier):
    said = dossier("--help")
    assert said.code == 0
    assert [word for word in ("build", "check", "open") if not re.search(rf"^  {word} ", said.out, re.MULTILINE)] == []


@pytest.mark.parametrize("words", [["bild"], ["build", "--fast"], ["check", "one", "two"]])
def test_what_the_command_does_not_know_ends_with_2(words, dossier, harbour):
    said = dossier(*words, where=harbour)
    assert said.code == 2
    assert said.err
    assert not (harbour / "_build").exists()


def test_outside_a_project_the_command_says_so(dossier, tmp_path):
    said = dossier("build", where=tmp_path)
    assert said == (1, "", f"dossier: no '_toc.yml' in {tmp_path} or above it; start from inside the project\n")


def test_opening_what_is_not_built_says_how_to_build_it(dossier, harbour):
    said = dossier("open", "2031-06-30", "--show", where=harbour)
    assert (said.code, said.err) == (
        1,
        f"dossier: {harbour}/_build/site/2031-06-30/index.html: not built yet; run dossier build 2031-06-30\n",
    )


def test_opening_a_pdf_needs_an_edition(dossier, harbour):
    assert dossier("open", "--pdf", where=harbour).code == 2


def test_opening_prints_the_address(dossier, harbour):
    page = harbour / "_build" / "site" / "2031-06-30" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert dossier("open", "2031-06-30", "--show", where=harbour) == (0, f"{page.as_uri()}\n", "")


def test_the_installed_command_is_this_one(root):
    command = Path(sys.executable).with_name("dossier")
    done = subprocess.run([command, "check"], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "sound: no problems\n")


def test_a_draft_keeps_its_own_name(harbour):
    planned = build.plan(harbour, "2031-06-30", ["timeline.as_of=2031-05-01"])
    assert (planned.name, planned.draft) == ("2031-06-30-draft", True)
    assert planned.parameters["timeline"]["as_of"] == "2031-05-01"
    assert build._folders(harbour, planned)[1] == harbour / "_build" / "drafts" / "2031-06-30-draft"


@pytest.mark.parametrize(("file", "row_id"), [("priors.csv", "judged-lamp"), ("questions.csv", "treaty-by-2031-07-31")])
def test_an_edition_cannot_have_been_compiled_before_what_it_holds_was_judged(file, row_id, harbour, dossier):
    path = harbour / "data" / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    changed = [line.replace("2031-07-15", "2031-07-16") if line.startswith(f"{row_id},") else line for line in lines]
    assert changed != lines
    path.write_text("".join(changed), "utf-8")
    said = dossier("build", "2031-06-30", where=harbour)
    assert said.code == 1
    assert (
        "editions/2031-06-30.yml: compiled_on 2031-07-15; accepted: 2031-07-16 or later, "
        f"the newest made_on of {file}" in said.err
    )
