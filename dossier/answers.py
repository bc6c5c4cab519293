"""What would the pages answer if the rows, the day or the parameters were others?

An edition is compared with another through readings that are no edition: yesterday's rows on today's day, for instance. Such a reading
needs no page, only what the pages publish. The cells of every page up to its answer are put one page after another into few notebooks
and run as pages are, by papermill. What was found is kept under a hash of all that it depends on, so that nothing is run twice.
Refuses what a build refuses.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from dossier import cite, data, findings, lock, run
from dossier.edition import Notebook
from dossier.findings import Published

ANSWER = "answer"  # id of the cell that publishes what a page found
COMPARED_WAVES = (1, 2)  # a page that tells what changed is not compared with itself
KEPT = "answers"
TIME_LIMIT_S = 300
Parameters = Mapping[str, Mapping[str, Any]]


def of(
    view: data.View,
    parameters: Parameters,
    *,
    root: Path,
    made_by: str,
    progress: Callable[[str], None] = lambda step: None,
) -> Published:
    """Return what the pages of a project publish of a view; kept between calls.

    Parameters
    ----------
    view
        The rows; its day must be that of the parameters.
    parameters
        Of every notebook.
    root
        The project, for its notebooks.
    made_by
        Hash of code and environment.
    """
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=folder) as work:
        source = Path(work) / "source"
        data.write(view, source / "data")
        shutil.copytree(root / "notebooks", source / "notebooks", ignore=shutil.ignore_patterns(".*"))
        _copy_locks(root, source, before=view.as_of.isoformat())
        kept = path_of(root, source, parameters, made_by=made_by)
        if not kept.is_file():
            logs = kept.with_suffix("")  # outlives a reading that fails, for its message names a log there
            keep(_run(view, parameters, Path(work), logs, progress), kept)
            shutil.rmtree(logs, ignore_errors=True)
    return findings.read_all(json.loads(kept.read_text("utf-8")))


def made_by(record: Mapping[str, Any]) -> str:
    """Return what stands for code and environment in a record of a build."""
    return f"{record['code_hash']}\0{record['environment_hash']}"


def path_of(root: Path, source: Path, parameters: Parameters, *, made_by: str) -> Path:
    """Return where answers are kept: under a hash of all that they depend on: rows, notebooks, parameters, code and environment."""
    given = json.dumps({name: dict(values) for name, values in parameters.items()}, sort_keys=True)
    locks = cite.hash_files(source, sorted((source / "editions").glob(f"*{lock.SUFFIX}")))
    parts = [cite.swhid(source / "data"), cite.swhid(source / "notebooks"), locks, given, made_by]
    return root / "_build" / KEPT / f"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}.json"


def _copy_locks(root: Path, source: Path, *, before: str) -> None:
    """Copy the locks of editions of earlier days, which hold what they forecast."""
    (source / "editions").mkdir()
    for path in (root / "editions").glob(f"*{lock.SUFFIX}"):
        if path.name < before:
            shutil.copyfile(path, source / "editions" / path.name)


def keep(found: Published, path: Path) -> None:
    """Keep what was found under its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    findings.write(found, temporary)
    temporary.replace(path)


def _run(view: data.View, parameters: Parameters, work: Path, logs: Path, progress: Callable[[str], None]) -> Published:
    outputs: list[Mapping[str, Any]] = []
    planned = run.pages(run.notebooks(work / "source"), parameters, view)
    for wave in run.by_wave(planned):
        if wave[0].notebook.wave in COMPARED_WAVES:
            joined = _joined(wave, work)
            done = run.execute(joined, source=work / "source", output=logs, progress=progress)
            outputs += run.outputs(done)
            findings.write(findings.published(outputs), work / findings.FILE)
    return findings.published(outputs)


def _joined(pages: Sequence[run.Page], work: Path) -> list[run.Page]:
    """Return few pages that hold the cells of many, up to their answers: as many as run at once."""
    answering = [cells for cells in map(_answer_of, pages) if cells]
    made = []
    for number in range(min(run.WORKERS, len(answering))):
        name = f"answers-{pages[0].notebook.wave}-{number}"
        path = work / f"{name}.ipynb"
        cells = [cell for cells in answering[number :: run.WORKERS] for cell in cells]
        nbformat.write(new_notebook(cells=cells), path)
        made.append(run.Page(Notebook(name, path, (), 1, TIME_LIMIT_S, None), name, {}))
    return made


def _answer_of(page: run.Page) -> list[nbformat.NotebookNode]:
    """Return the code of a page up to its answer, its parameters set; nothing of a page that publishes none."""
    cells = [cell for cell in nbformat.read(page.notebook.path, as_version=4).cells if cell.cell_type == "code"]
    ids = [cell.id for cell in cells]
    if ANSWER not in ids:
        return []
    chosen = []
    for cell in cells[: ids.index(ANSWER) + 1]:
        chosen.append(new_code_cell(cell.source, id=f"{page.name}-{cell.id}"[:64]))
        if "parameters" in cell.metadata.get("tags", []):
            given = "\n".join(f"{name} = {value!r}" for name, value in page.parameters.items())
            chosen.append(new_code_cell(given, id=f"{page.name}-given"[:64]))
    return chosen
