"""What the documents promise exists: commands, files, licences, pins."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from dossier import edition

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOCUMENTS = ["README.md", "CHANGELOG.md", "data/README.md", "book/rerun.md", "examples/harbour/README.md"]


def spoken(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_exists(name):
    targets = set(re.findall(r"^([a-z]+):", spoken("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", spoken(name), re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_dossier_command_that_is_named_exists(name, dossier):
    commands = set(re.findall(r"(?:^|`)dossier ([a-z]+)", spoken(name), re.MULTILINE))
    known = set(re.findall(r"^  ([a-z]+) ", dossier("--help").out, re.MULTILINE))
    assert commands <= known


def test_every_edition_and_parameter_that_is_named_exists():
    for name in DOCUMENTS[:4]:
        for edition_id in re.findall(r"dossier build (\d{4}-\d\d-\d\d)", spoken(name)):
            edition.find(ROOT, edition_id)
        for text in re.findall(r"-p ([a-z]+\.\S+?=[\w-]+)", spoken(name)):
            notebook, parameter, value = edition.split_override(text)
            declared = edition.read_notebook(ROOT / "notebooks" / f"{notebook}.ipynb")
            declared.parameter(parameter).parse(value, notebook=notebook)


def test_every_path_that_the_readme_names_exists():
    paths = [
        path
        for path in re.findall(r"`([\w./-]+/[\w./-]*|[A-Z]{4,}[\w.-]*)`", README)
        if not path.startswith(("_build", ".venv", "source"))
    ]
    assert {"data/", "editions/", "notebooks/", "book/", "dossier/", "tests/"} <= set(paths)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [
        path for path in re.findall(r"\]\(([^)]+)\)", README) if "://" not in path and not (ROOT / path).exists()
    ] == []


def test_the_readme_begins_with_two_commands():
    assert re.search(r"```\n(.*?)```", README, re.DOTALL)[1] == "make book\nmake test\n"


def test_the_citation_file_has_what_the_format_requires():
    record = yaml.safe_load(spoken("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(record)
    assert record["cff-version"] == "1.2.0"
    assert record["type"] in {"software", "dataset"}
    assert all({"name"} <= set(author) or {"family-names"} <= set(author) for author in record["authors"])
    assert record["date-released"].isoformat() == str(record["date-released"])
    assert not {"doi", "url", "identifiers", "repository-code"} & set(record)  # nothing is invented


def test_the_version_is_the_same_everywhere():
    versions = {PROJECT["project"]["version"], yaml.safe_load(spoken("CITATION.cff"))["version"]}
    versions.add(json.loads(spoken("data/datapackage.json"))["version"])
    assert len(versions) == 1


def test_the_licences_are_there():
    assert spoken("LICENSE").startswith("MIT License")
    assert "CC BY 4.0" in spoken("LICENSE-data") or "Creative Commons Attribution 4.0" in spoken("LICENSE-data")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_is_exact_and_has_a_hash(name):
    pins = re.split(r"\n(?=\S)", spoken(name).strip())
    assert len(pins) > 80
    pins = [pin for pin in pins if not pin.startswith("#")]
    assert [pin.splitlines()[0] for pin in pins if not re.match(r"[\w.\[\]-]+==[\w.!+]+", pin)] == []
    assert [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_dependency_is_pinned():
    pinned = set(re.findall(r"^([\w.-]+)==", spoken("requirements.txt"), re.MULTILINE))
    assert [name for name in _names(PROJECT["project"]["dependencies"]) if name not in pinned] == []
    developers = set(re.findall(r"^([\w.-]+)==", spoken("requirements-dev.txt"), re.MULTILINE))
    assert [name for name in _names(PROJECT["project"]["optional-dependencies"]["dev"]) if name not in developers] == []


def test_both_locks_pin_the_same_versions():
    both = [
        dict(re.findall(r"^([\w.-]+)==([\w.]+)(?: \\)?$", spoken(name), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert {
        name: (version, both[1].get(name)) for name, version in both[0].items() if both[1].get(name) != version
    } == {}


def test_every_dependency_says_what_it_is_for():
    lines = re.findall(r'^  "[\w-]+[<>=].*$', spoken("pyproject.toml"), re.MULTILINE)
    declared = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    assert len(lines) == len(declared)
    assert [line for line in lines if not re.search(r'",\s+# \w.{5,}$', line)] == []


def test_everything_imported_is_declared():
    packages = {
        "PIL": "pillow",
        "yaml": "pyyaml",
        "sphinxcontrib": "sphinxcontrib-bibtex",
        "pypandoc": "pypandoc-binary",
        "vl_convert": "vl-convert-python",
        "jupyter_book": "jupyter-book",
    }
    through_others = {
        "referencing",  # the part of jsonschema that resolves references
        "sphinx",
        "docutils",
        "myst_nb",
        "nbformat",
        "jupyter_client",
        "pygments",
        "bs4",
        "nbclient",
        "markupsafe",
        "jinja2",
        "sphinx_book_theme",
        "pybtex",
        "pybtex_docutils",
    }
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "dossier").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    mine = imported - set(sys.stdlib_module_names) - {"dossier"} - through_others
    declared = set(_names(PROJECT["project"]["dependencies"]))
    assert sorted(name for name in mine if packages.get(name, name).replace("_", "-") not in declared) == []


def test_the_changelog_has_an_entry_for_every_edition():
    for entry in edition.editions(ROOT):
        section = re.search(
            rf"^## {entry.edition_id}\b.*?(?=^## |\Z)", spoken("CHANGELOG.md"), re.MULTILINE | re.DOTALL
        )
        assert section, entry.edition_id
        assert re.findall(r"^### (.+)$", section[0], re.MULTILINE) == ["Findings", "Data", "Method", "Book"]


def test_every_edition_says_what_changed_in_it():
    for entry in edition.editions(ROOT):
        note = entry.path.with_suffix(".md").read_text("utf-8")
        assert [word for word in ("Findings", "Data", "Method", "Book") if f"*{word}.*" not in note] == []


def test_the_example_says_that_it_is_invented():
    package = json.loads(spoken("examples/harbour/data/datapackage.json"))
    assert "Fictional example" in package["title"]
    assert "fiction" in spoken("examples/harbour/README.md").lower()
    assert "Fictional example" in spoken("examples/harbour/editions/2031-06-30.yml")
    rows = spoken("examples/harbour/data/sources.csv").splitlines()[1:]
    assert all(",Fictional example," in row and "://" not in row for row in rows)


def test_the_example_has_the_tables_of_the_story():
    ours, theirs = (json.loads(spoken(f"{folder}/datapackage.json")) for folder in ("data", "examples/harbour/data"))
    assert theirs["resources"] == ours["resources"]
    for name in ("story", "scenarios"):
        assert spoken(f"examples/harbour/data/schemas/{name}.schema.json") == spoken(f"data/schemas/{name}.schema.json")


def test_nothing_that_is_made_is_kept_in_git():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    tracked = done.stdout.split()
    assert [
        path for path in tracked if re.search(r"^(_build|\.venv)/|__pycache__|\.ipynb_checkpoints|\.pyc$", path)
    ] == []


def _names(requirements: list[str]) -> list[str]:
    return [re.match(r"[\w-]+", requirement)[0].lower() for requirement in requirements]
