"""The stage: names become values, text stays text, and every page stands in the contents."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from dossier import book, edition, run
from dossier.errors import BuildError, DossierError
from dossier.findings import Finding

KNOWN = {"fnd_timeline_events": "10", "as_of_long": "30 June 2031", "page_title": "The story"}
CONFIG = {"title": "The Harbour Treaty", "edition": "2031-06-30"}


@pytest.fixture(scope="module")
def pages(harbour_project, harbour_view):
    declared = run.notebooks(harbour_project)
    return run.pages(declared, {notebook.name: notebook.defaults() for notebook in declared}, harbour_view)


@pytest.fixture(scope="module")
def known(harbour_project):
    """A value for every name that the prose uses."""
    texts = [path.read_text("utf-8") for path in (harbour_project / "book").glob("*.md")]
    texts += [path.read_text("utf-8") for path in (harbour_project / "notebooks").glob("*.ipynb")]
    return {name: f"<{name}>" for text in texts for name in book.NAME.findall(text)}


def staged(harbour_project, tmp_path, pages, known):
    executed = {page.name: nbformat.read(page.notebook.path, as_version=4) for page in pages}
    book.stage(harbour_project, tmp_path / "stage", executed=executed, pages=pages, known=known, config=CONFIG)
    return tmp_path / "stage"


def front_matter(text: str) -> dict:
    return yaml.safe_load(re.match(r"\A---\n(.*?)\n---\n", text, re.DOTALL)[1])


def test_prose_gets_just_the_values_that_it_names():
    page = book.named_prose("There are {{ fnd_timeline_events }} events.\n", KNOWN, file="book/index.md")
    assert front_matter(page) == {"myst": {"substitutions": {"fnd_timeline_events": "10"}}}
    assert page.endswith("---\nThere are {{ fnd_timeline_events }} events.\n")


def test_prose_that_names_nothing_stays_as_it_is():
    assert book.named_prose("Nothing here.\n", KNOWN, file="book/index.md") == "Nothing here.\n"


def test_a_front_matter_that_is_there_is_kept():
    page = book.named_prose(
        "---\nauthor: nobody\nmyst: {html_meta: {a: b}}\n---\n{{ as_of_long }}\n", KNOWN, file="book/index.md"
    )
    assert front_matter(page) == {
        "author": "nobody",
        "myst": {"html_meta": {"a": "b"}, "substitutions": {"as_of_long": "30 June 2031"}},
    }
    assert page.count("---\n") == 2


def test_an_unknown_name_is_refused_with_file_line_and_hint():
    text = "First line.\n\nThere are {{ fnd_timeline_event }} events.\n"
    with pytest.raises(
        DossierError,
        match=r"^book/index\.md, line 3: \{\{ fnd_timeline_event \}\} names nothing; did you mean 'fnd_timeline_events'\?",
    ):
        book.named_prose(text, KNOWN, file="book/index.md")


def test_an_unknown_name_in_a_notebook_is_refused_with_its_cell(harbour_project, pages):
    page = next(page for page in pages if page.name == "timeline")
    notebook = nbformat.read(page.notebook.path, as_version=4)
    notebook.cells[0]["source"] += "\n\n{{ nothing }}"
    with pytest.raises(
        DossierError, match=r"^notebooks/timeline\.ipynb, cell title, line 4: \{\{ nothing \}\} names nothing"
    ):
        book.named_notebook(notebook, page, KNOWN)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "{{ x }}",
        "{% if x %}",
        "$x$",
        "`{role}`",
        "*b* _i_",
        "[a](b)",
        "a | b",
        "# h",
        "a\n\nb",
        "(x)=",
        "-- ... ``",
    ],
)
def test_hostile_values_are_escaped_character_by_character(hostile):
    escaped = book.escape(hostile)
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(hostile.split())
    assert not re.search(r"(?<!\\)[<{$`*_\[|#(]", escaped)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30))
def test_a_template_engine_leaves_an_escaped_value_alone(text):
    escaped = book.escape(text)
    assert Environment().from_string(escaped).render() == escaped


def test_values_are_findings_and_facts_of_the_edition(harbour_project):
    finding = Finding("fnd-timeline-events", 10, "10", "Ten.", "sec-timeline", "dossier.timeline.dated", "2031-06-30")
    values = book.values(edition.find(harbour_project, "2031-06-30"), {finding.finding_id: finding}, "The story")
    assert values == {
        "fnd_timeline_events": "10", "fnd_timeline_events_status": "no direction (none is told)", "edition": "2031-06-30", "as_of": "2031-06-30", "as_of_long": "30 June 2031",
        "compiled_on_long": "15 July 2031", "edition_title": "As known on 30 June 2031 (Fictional example)", "story_title": "The story",
        "compiled_note": "retrospective: compiled on 15 July 2031 from material dated up to 30 June 2031",
        "changed_note": "No edition stands before this one: there is nothing to compare it with.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arrow", "reason", "told"),
    [
        ("down", "20 % before", "↓ falling (20 % before)"),
        ("flat", "as before", "→ unchanged (as before)"),
        ("none", "the series differ", "no direction (the series differ)"),
    ],
)
def test_prose_can_say_which_way_a_finding_moved_and_why(harbour_project, arrow, reason, told):
    finding = Finding("fnd-a-b", 1, "1", "One.", "sec-a", "dossier.a", "2031-06-30", arrow=arrow, reason=reason)
    values = book.values(edition.find(harbour_project, "2031-06-30"), {finding.finding_id: finding}, "The story")
    assert values["fnd_a_b_status"] == told


def test_the_stage_mirrors_the_project(harbour_project, tmp_path, pages, known):
    stage = staged(harbour_project, tmp_path, pages, known)
    assert {path.name for path in stage.iterdir()} == {"_config.yml", "_toc.yml", "book", "notebooks"}
    assert {path.stem for path in (stage / "notebooks").iterdir()} == {page.name for page in pages}
    assert {path.name for path in (stage / "book").glob("*.md")} == {
        path.name for path in (harbour_project / "book").glob("*.md")
    }


def test_the_stage_tells_sphinx_which_edition_it_is(harbour_project, tmp_path, pages, known):
    config = yaml.safe_load((staged(harbour_project, tmp_path, pages, known) / "_config.yml").read_text("utf-8"))
    assert config["title"] == "The Harbour Treaty"
    assert config["sphinx"]["config"]["dossier"] == CONFIG
    assert config["execute"] == {"execute_notebooks": "off", "stderr_output": "remove-warn"}


def test_the_contents_list_each_page_in_the_place_of_its_notebook(harbour_project, tmp_path, pages, known):
    text = (staged(harbour_project, tmp_path, pages, known) / "_toc.yml").read_text("utf-8")
    files = re.findall(r"file: (\S+)", text)
    at = files.index("notebooks/precedents")
    assert files[at + 1 : at + 3] == ["notebooks/precedent-salt-1990", "notebooks/precedent-lantern-2010"]
    assert "notebooks/precedent" not in files
    assert len(files) == len(set(files))


def test_a_page_of_many_has_its_own_title_and_labels(harbour_project, tmp_path, pages, known):
    stage = staged(harbour_project, tmp_path, pages, known)
    notebook = nbformat.read(stage / "notebooks" / "precedent-salt-1990.ipynb", as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "prc-page" not in prose
    assert prose.startswith("(prc-salt-1990)=\n# {{ page_title }}")
    assert "(prc-salt-1990-evidence)=" in prose
    assert notebook.metadata.myst["substitutions"]["page_title"] == "Salt Islands Accord"


def test_an_edition_made_on_its_day_is_not_called_retrospective(harbour_project):
    made = replace(edition.find(harbour_project, "2031-06-30"), retrospective=False, supersedes="2031-05-31")
    values = book.values(made, {}, "The story")
    assert values["compiled_note"] == "compiled on 15 July 2031"
    assert values["changed_note"] == "This edition supersedes 2031-05-31."


def test_the_page_on_changes_holds_the_notes_of_each_edition_newest_first(harbour_project, tmp_path, pages, known):
    source = tmp_path / "source"
    shutil.copytree(harbour_project, source)
    for name in ("2031-05-31", "2031-06-30"):
        (source / "editions" / f"{name}.md").write_text(f"What changed in {name}.\n")
    text = (staged(source, tmp_path, pages, known) / "book" / "changes.md").read_text("utf-8")
    assert re.findall(r"\((sec-changes-.*)\)=\n## (.*)\n\n(.*)", text)[-2:] == [
        ("sec-changes-2031-06-30", "Edition 2031-06-30", "What changed in 2031-06-30."),
        ("sec-changes-2031-05-31", "Edition 2031-05-31", "What changed in 2031-05-31."),
    ]


def test_the_sources_are_untouched(harbour_project, tmp_path, pages, known):
    before = {path: path.read_bytes() for path in harbour_project.rglob("*") if path.is_file()}
    staged(harbour_project, tmp_path, pages, known)
    assert {path: path.read_bytes() for path in harbour_project.rglob("*") if path.is_file()} == before


def test_a_stage_holds_nothing_of_the_one_before(harbour_project, tmp_path, pages, known):
    stage = staged(harbour_project, tmp_path, pages, known)
    (stage / "book" / "stale.md").write_text("old")
    staged(harbour_project, tmp_path, pages, known)
    assert not (stage / "book" / "stale.md").exists()


def test_a_notebook_that_the_contents_leave_out_is_refused(harbour_project, pages):
    contents = yaml.safe_load((harbour_project / "_toc.yml").read_text("utf-8"))
    chapters = contents["parts"][0]["chapters"]
    contents["parts"][0]["chapters"] = [entry for entry in chapters if entry["file"] != "notebooks/actors"]
    with pytest.raises(
        DossierError, match=r"_toc\.yml: no entry for notebooks/actors; accepted: one entry for each notebook"
    ):
        book.expand_contents(contents, pages)


def test_a_notebook_without_rows_leaves_the_contents(harbour_project, pages):
    contents = yaml.safe_load((harbour_project / "_toc.yml").read_text("utf-8"))
    without = [page for page in pages if page.notebook.name != "precedent"]
    text = yaml.safe_dump(book.expand_contents(contents, without))
    assert "notebooks/precedent\n" not in text


def test_a_book_that_does_not_build_names_its_first_warnings_and_the_log(tmp_path, harbour):
    stage = tmp_path / "stage"
    stage.mkdir()
    (stage / "_toc.yml").write_text("format: jb-book\nroot: nowhere\n")
    (stage / "_config.yml").write_text("title: x\n")
    with pytest.raises(BuildError, match=rf"^jupyter-book: .*; log: {tmp_path}/book\.log$"):
        book.build_html(stage, tmp_path / "html", epoch=book.epoch_of(edition.find(harbour.parent, "2031-06-30")))
    assert (tmp_path / "book.log").is_file()
    assert not (tmp_path / "html").exists()
