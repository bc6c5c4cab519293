"""The notebooks: thin, without outputs, one question a page, no result typed by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat import NotebookNode

from dossier import edition

ROOT = Path(__file__).parents[1]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ANALYSES = ("summary", "timeline", "actors", "precedents", "precedent", "rates", "scenarios", "scenario", "forecasts")
SECTIONS = ["Question", "Answer", "Evidence", "Limits", "Method and sources"]
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TITLE = re.compile(r"\((?P<label>[a-z0-9-]+)\)=\n# (?P<title>\S.*)")
HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
LABELLED = re.compile(r"^\([a-z0-9-]+\)=\n#{1,6} .+$", re.MULTILINE)
PARAMETER = re.compile(r"[a-z_]+: (str|int|float|bool) = \S.*  # .+ \([^()]+\)")
BRANCHES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.If, ast.IfExp,
    ast.Try, ast.With, ast.AsyncWith, ast.Match, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Delete, ast.Global,
)  # fmt: skip


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def notebook(path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_it_is_a_valid_notebook_without_outputs(notebook):
    nbformat.validate(notebook)
    assert [cell.id for cell in code(notebook) if cell.outputs or cell.execution_count is not None] == []


def test_its_metadata_names_no_machine(notebook):
    assert set(notebook.metadata) <= {"kernelspec", "dossier"}
    assert notebook.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}


def test_its_cells_have_names_of_their_own(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert [cell_id for cell_id in ids if not SLUG.fullmatch(cell_id)] == []
    assert len(ids) == len(set(ids))


def test_it_opens_with_a_labelled_title(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert TITLE.fullmatch(notebook.cells[0].source.strip())


def test_it_has_one_title(notebook):
    assert [len(marks) for marks, _ in HEADING.findall(prose(notebook))].count(1) == 1


def test_its_second_cell_declares_parameters(notebook):
    cell = notebook.cells[1]
    assert (cell.cell_type, cell.id) == ("code", "parameters")
    assert "parameters" in cell.metadata.tags
    assert [line for line in cell.source.splitlines() if not PARAMETER.fullmatch(line)] == []


def test_no_other_cell_declares_parameters(notebook):
    assert [cell.id for cell in code(notebook) if "parameters" in cell.metadata.get("tags", [])] == ["parameters"]


def test_its_third_cell_refuses_ill_typed_parameters(path, notebook):
    """Every parameter is handed to the check under its own name; days may go together."""
    assert notebook.cells[2].id == "setup"
    tree = ast.parse(notebook.cells[2].source)
    named = {
        ast.unparse(node.targets[0]): [
            f"{ast.literal_eval(key)}={ast.unparse(value)}"
            for key, value in zip(node.value.keys, node.value.values, strict=True)
        ]
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    }
    (call,) = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "edition.check_parameters"
    ]
    given = [
        pair
        for keyword in call.keywords
        for pair in (
            named[ast.unparse(keyword.value)]
            if keyword.arg is None
            else [f"{keyword.arg}={ast.unparse(keyword.value)}"]
        )
    ]
    assert ast.literal_eval(call.args[0]) == path.stem
    assert given == [f"{parameter.name}={parameter.name}" for parameter in edition.read_notebook(path).parameters]


def test_its_cells_are_short(notebook):
    assert {
        cell.id: len(cell.source.splitlines()) for cell in code(notebook) if len(cell.source.splitlines()) > 8
    } == {}
    assert sum(len(cell.source.splitlines()) for cell in code(notebook)) <= 60


def test_its_cells_decide_nothing(notebook):
    found = {
        cell.id: type(node).__name__
        for cell in code(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, BRANCHES)
    }
    assert found == {}


def test_its_cells_use_nothing_but_the_project(notebook):
    """No clock, no network, no environment, no chance: nothing to get them from is imported."""
    for cell in code(notebook):
        tree = ast.parse(cell.source)
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert [node for node in ast.walk(tree) if isinstance(node, ast.Import)] == []
        assert all(module.split(".")[0] == "dossier" for module in modules)
        assert re.search(r"__|\b(open|exec|eval|input|getattr|globals)\(|^[!%]", cell.source, re.MULTILINE) is None


def test_each_cell_after_the_third_shows_one_exhibit(notebook):
    for cell in code(notebook)[2:]:
        (statement,) = ast.parse(cell.source).body
        assert isinstance(statement, ast.Expr), cell.id
        assert isinstance(statement.value, ast.Call), cell.id


def test_the_book_shows_results_and_no_code(notebook):
    assert [cell.id for cell in code(notebook) if "remove-input" not in cell.metadata.get("tags", [])] == []


def test_every_heading_has_a_label_before_it(notebook):
    text = prose(notebook)
    assert len(LABELLED.findall(text)) == len(HEADING.findall(text))


def test_its_labels_begin_like_its_own(notebook):
    first = TITLE.match(notebook.cells[0].source)["label"]
    labels = re.findall(r"^\(([a-z0-9-]+)\)=$", prose(notebook), re.MULTILINE)
    assert [label for label in labels if label != first and not label.startswith(f"{first}-")] == []


def test_an_analysis_answers_first_and_shows_its_limits(path, notebook):
    if path.stem in ANALYSES:
        assert [title for marks, title in HEADING.findall(prose(notebook)) if len(marks) == 2] == SECTIONS


def test_a_page_of_many_takes_its_title_from_the_data(path, notebook):
    many = edition.read_notebook(path).fan_out is not None
    assert ("{{ page_title }}" in TITLE.match(notebook.cells[0].source)["title"]) is many


def test_no_figure_is_typed_in_the_prose(notebook):
    """Figures stand there by name. Left out: names, grades such as B1, labels, links, citations, code, formulas; and the section on methods, whose
    levels and units are settings and no results."""
    text = prose(notebook).partition("## Method and sources")[0]
    for mark in (
        r"\{\{.*?\}\}",
        r"^\(.*?\)=$",
        r"\]\([^)]*\)",
        r"\{[a-z:]+\}`[^`]*`",
        r"```.*?```",
        r"`[^`]*`",
        r"\$[^$]*\$",
    ):
        text = re.sub(mark, "", text, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r".{0,30}(?<![A-Za-z])\d.{0,30}", text) == []


def test_every_notebook_stands_once_in_the_contents():
    listed = re.findall(r"file: (notebooks/\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
    assert sorted(listed) == [f"notebooks/{path.stem}" for path in PATHS]


def test_no_label_is_used_by_two_sources():
    texts = [prose(nbformat.read(path, as_version=4)) for path in PATHS]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.md"))]
    labels = [label for text in texts for label in re.findall(r"^\(([a-z0-9-]+)\)=$", text, re.MULTILINE)]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


@pytest.mark.parametrize("page", sorted((ROOT / "book").glob("*.md")), ids=lambda page: page.stem)
def test_every_heading_of_a_prose_page_has_a_label_before_it(page):
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(LABELLED.findall(text)) == len(HEADING.findall(text))


def test_links_in_the_prose_lead_to_labels_and_never_to_slugs():
    texts = {path.stem: prose(nbformat.read(path, as_version=4)) for path in PATHS}
    texts |= {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.md"))}
    labels = {label for text in texts.values() for label in re.findall(r"^\(([a-z0-9-]+)\)=$", text, re.MULTILINE)}
    links = {
        (name, target)
        for name, text in texts.items()
        for target in re.findall(r"\]\(([^)]+)\)", text)
        if "://" not in target
    }
    assert {link for link in links if link[1] not in labels} == set()


def test_the_order_of_pages_lives_in_the_contents_alone():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    assert contents["root"] == "book/index"
    assert all(part["numbered"] for part in contents["parts"])  # so that section numbers agree between HTML and PDF
