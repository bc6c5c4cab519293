"""The shape of the code: imports run downwards, functions stay short, the engine knows no story."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dossier"
FILES = sorted(PACKAGE.rglob("*.py"))
ANALYSES = {
    "timeline",
    "precedents",
    "settlements",
    "scenarios",
    "actors",
    "play",
    "indicators",
    "guarantees",
    "claims",
    "narrative",
    "reference",
    "base_rate",
    "similarity",
    "lessons",
    "hazards",
    "tree",
    "updating",
    "forecast",
    "questions",
    "history",
}
SHARED = {
    "survival",
    "scoring",
    "language",
    "chance",
    "priors",
    "sensitivity",
    "intervals",
    "findings",
    "exhibits",
    "evidence",
    "trail",
    "charts",
    "tables",
    "palette",
    "lock",
    "changes",
}
GROUND = {"errors", "dates", "package", "corrections", "data", "edition"}
ENGINE = {
    "run",
    "kernels",
    "book",
    "pdf",
    "site",
    "shelf",
    "cite",
    "build",
    "sphinx_ext",
    "check",
    "rules",
    "case_rules",
    "answers",
    "press",
    "release",
    "diff",
    "changelog",
}
MAY_IMPORT = {
    "errors": set(),
    "dates": set(),
    "package": {"errors", "dates"},
    "corrections": {"package"},
    "data": {"errors", "dates", "package", "corrections"},
    "edition": {"errors", "dates", "data"},
    "palette": set(),
    **dict.fromkeys(SHARED - {"palette"}, GROUND | SHARED),
    **dict.fromkeys(ANALYSES, GROUND | SHARED | ANALYSES),
    "pages": GROUND | SHARED | ANALYSES | {"cite", "pages"},  # cite says how the report is named; it knows no engine
    **dict.fromkeys(ENGINE, GROUND | SHARED | ENGINE),
    "cli": GROUND | SHARED | ANALYSES | ENGINE,
}
STORY_WORDS = (
    "Ukrain",
    "Russia",
    "Kyiv",
    "Putin",
    "Zelensk",
    "Budapest",
    "Dayton",
    "Korea",
    "Trump",
    "Donbas",
    "Kremlin",
    "NATO",
)
DEFAULT_PAGES = {"precedent.ipynb": "budapest-1994", "scenario.ipynb": "deal-by-february"}


def room(path: Path) -> str:
    """The module or folder of the package to which a file belongs."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The rooms of the package that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "dossier":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dossier."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("dossier.")}
    return found


def outside(path: Path) -> set[str]:
    """The packages from elsewhere that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in names} - {"dossier"}


@pytest.fixture(params=FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def file(request) -> Path:
    return request.param


@pytest.fixture
def tree(file) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_imports_run_downwards(file):
    if file.name != "__init__.py" or file.parent != PACKAGE:
        assert sorted(imported(file) - MAY_IMPORT[room(file)] - {room(file)}) == []


def test_every_room_has_its_place(file):
    assert room(file) in MAY_IMPORT or file == PACKAGE / "__init__.py"


def test_an_analysis_prints_nothing_reads_no_clock_and_asks_nobody(file, tree):
    if room(file) not in ANALYSES | {"pages", "intervals"}:
        return
    allowed = {
        "__future__",
        "calendar",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "functools",
        "hashlib",
        "itertools",
        "json",
        "math",
        "pandas",
        "numpy",
        "re",
        "scipy",
        "typing",
    }
    assert sorted(outside(file) - allowed) == []
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    assert (
        sorted(
            names
            & {
                "print",
                "open",
                "input",
                "now",
                "today",
                "utcnow",
                "environ",
                "default_rng",
                "urlopen",
                "read_csv",
                "to_csv",
            }
        )
        == []
    )


def test_scipy_stats_is_not_loaded_at_run_time(tree):
    """It costs a second a process; ``scipy.special`` is enough."""
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "scipy"
        for alias in node.names
    ]
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "stats" not in names
    assert "scipy.stats" not in modules


def test_nothing_asks_the_network(tree):
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    asking = re.compile(r"(requests|urllib3|httpx|aiohttp|socket|ftplib|http\.client|urllib\.request)(\..*)?")
    assert sorted(filter(asking.fullmatch, names)) == []


def test_functions_stay_short(tree):
    """Lines of statements, 40 at most; the docstring does not count."""
    lines = {}
    for function in functions(tree):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        lines[function.name] = body[-1].end_lineno - body[0].lineno + 1 if body else 0
    assert {name: count for name, count in lines.items() if count > 40} == {}


def test_the_module_says_what_it_is_for(tree):
    docstring = ast.get_docstring(tree)
    assert docstring
    assert docstring.splitlines()[0].endswith((".", "?"))


def test_what_others_may_call_says_what_it_does(tree):
    public = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    members = [member for node in [tree, *public] for member in node.body if isinstance(member, ast.FunctionDef)]
    named = [node for node in [*public, *members] if not node.name.startswith("_")]
    assert [node.name for node in named if not ast.get_docstring(node)] == []


def test_arguments_and_results_have_types(tree):
    for function in functions(tree):
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        bare = [
            argument.arg
            for argument in arguments
            if argument.annotation is None and argument.arg not in {"self", "cls"}
        ]
        assert bare == [], function.name
        assert function.returns is not None, function.name


def test_no_default_is_shared_between_calls(tree):
    defaults = [
        default for function in functions(tree) for default in [*function.args.defaults, *function.args.kw_defaults]
    ]
    assert not [default for default in defaults if isinstance(default, ast.List | ast.Dict | ast.Set)]


def test_no_error_is_swallowed(tree):
    """Whoever catches everything hides a defect."""
    bare = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type is None]
    broad = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "BaseException"
    ]
    assert bare + broad == []


def test_frames_are_named_for_their_rows(file):
    assert re.findall(r"\bdf\b|\btmp\b", file.read_text("utf-8")) == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert {path.stem for path in FILES} & {"utils", "util", "helpers", "common", "misc"} == set()


ENGINE_TEXTS = [
    *FILES,
    *sorted((ROOT / "book").glob("*.md")),
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    ROOT / "_toc.yml",
    ROOT / "_config.yml",
]


@pytest.mark.parametrize("path", ENGINE_TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_engine_and_the_prose_know_no_story(path):
    text = path.read_text("utf-8").replace(DEFAULT_PAGES.get(path.name, "\0"), "")
    assert [word for word in STORY_WORDS if re.search(rf"\b{word}", text, re.IGNORECASE)] == []


def test_the_two_notebooks_that_make_many_pages_open_with_a_page_of_this_story():
    for name, row in DEFAULT_PAGES.items():
        assert (ROOT / "notebooks" / name).read_text("utf-8").count(row) == 1
