"""Run the cells of a notebook in this process: fast, for what does not depend on a kernel."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

from dossier import data, edition, findings, run
from dossier.findings import Answer


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def displayed(path: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each code cell displays, by the cell's id; parameters take the place of the defaults."""
    names: dict[str, Any] = {}
    shown = {}
    with inside(path.parent):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            tree = ast.parse(cell.source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, cell.id, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update(parameters)
            if last:
                value = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
                if value is not None:
                    shown[cell.id] = value
    return shown


def pages(project: Path, as_of: str) -> dict[str, dict[str, Any]]:
    """Return what every page of a project displays on a day, page by page, cell by cell.

    The findings of the first wave are written where those of the second look for them.
    """
    view = data.view(data.describe(project / "data"), as_of=as_of)
    declared = run.notebooks(project)
    given = {notebook.name: {**notebook.defaults(), "as_of": as_of} for notebook in declared}
    made: dict[str, dict[str, Any]] = {}
    for wave in run.by_wave(run.pages(declared, given, view)):
        made |= {page.name: displayed(page.notebook.path, page.parameters) for page in wave}
        findings.write(findings.Published.of(published(made)), project / findings.FILE)
    edition._cached_notebook.cache_clear()
    return made


def published(made: Mapping[str, Mapping[str, Any]]) -> list[findings.Finding]:
    """Return the findings that pages publish."""
    answers = [value for page in made.values() for value in page.values() if isinstance(value, Answer)]
    return [finding for answer in answers if not answer.repeated for finding in answer.findings]
