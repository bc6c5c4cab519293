"""How do the notebooks become results?

papermill runs each page in its own kernel, several at once, over IPC sockets, under a time limit. Notebooks of the first
wave analyse; those of the second read what the first found. An executed notebook is scrubbed of times, ids and paths, so
that equal runs give equal bytes. The module assumes a work folder that already holds the edition's own view; it refuses
to go on when a notebook fails, and names notebook, cell, exception and log.
"""

from __future__ import annotations

import logging
import os
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from dossier import tables
from dossier.data import View
from dossier.edition import FanOut, Notebook, read_notebook
from dossier.errors import DossierError, NotebookError
from dossier.exhibits import require_label
from dossier.kernels import IPCKernelManager

START_LIMIT_S = 60
WORKERS = max(2, min(4, os.cpu_count() or 2))
Progress = Callable[[str], None]
logging.getLogger("papermill").addHandler(logging.NullHandler())  # errors are told once, in one line


@dataclass(frozen=True)
class Page:
    """One page to make: a notebook, its parameters, and where the result goes."""

    notebook: Notebook
    name: str
    parameters: Mapping[str, Any]
    substitutions: Mapping[str, str] = field(default_factory=dict)
    label: str | None = None

    @property
    def path(self) -> str:
        """Path of the executed notebook, relative to the stage."""
        return f"notebooks/{self.name}.ipynb"


def notebooks(root: Path) -> list[Notebook]:
    """Return the notebooks of a project by name."""
    return [read_notebook(path) for path in sorted((root / "notebooks").glob("*.ipynb"))]


def pages(declared: Sequence[Notebook], parameters: Mapping[str, Mapping[str, Any]], view: View) -> list[Page]:
    """Return the pages to make: one a notebook, or one a row where a notebook fans out."""
    made: list[Page] = []
    for notebook in declared:
        given = parameters[notebook.name]
        made += _fanned(notebook, given, view) if notebook.fan_out else [Page(notebook, notebook.name, given)]
    return made


def execute(
    planned: Sequence[Page], *, source: Path, output: Path, progress: Progress = print
) -> dict[str, NotebookNode]:
    """Execute pages in parallel; return the scrubbed notebooks by page name.

    Parameters
    ----------
    planned
        Pages of one wave.
    source
        Folder of the edition's view; kernels work in its ``notebooks/``.
    output
        Where executed notebooks and logs are written.
    progress
        Called with the name of each page that is done.

    Raises
    ------
    NotebookError
        For the first page that fails; those not yet started are dropped.
    """
    output.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="dossier-") as sockets,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        started: dict[str, str] = {}
        running = {pool.submit(_execute_one, page, source, output, Path(sockets), started): page for page in planned}
        for future, page in running.items():
            future.add_done_callback(lambda done, name=page.name: None if _failed(done) else progress(name))
        _, waiting = wait(running, return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
        failed = next((future for future in running if not future.cancelled() and future.exception()), None)
    if failed:
        page = running[failed]
        raise _explained(failed.exception(), page, output, started.get(page.name, "unknown"))
    return {page.name: future.result() for future, page in running.items()}


def outputs(executed: Mapping[str, NotebookNode]) -> list[NotebookNode]:
    """Return everything that the cells of executed pages put out."""
    return [output for page in executed.values() for cell in page.cells for output in cell.get("outputs", [])]


def scrub(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without whatever differs between equal runs.

    Times, durations, execution counts, kernel details, papermill's paths and the random id of its injected cell go; the
    injected cell is tagged so that the book does not print it.
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for position, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            cell.metadata["tags"] = ["injected-parameters", "remove-input"]
        if cell.cell_type == "code":
            cell["execution_count"] = None
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = None
                output.get("metadata", {}).clear()
        cell.setdefault("id", f"cell-{position}")
    return notebook


def _execute_one(page: Page, source: Path, output: Path, sockets: Path, started: dict[str, str]) -> NotebookNode:
    """Execute a page; note in ``started`` which cell runs, so that one that hangs, or kills its kernel, can be named."""
    import papermill

    target = output / f"{page.name}.ipynb"
    manager = type(
        "KernelManager", (IPCKernelManager,), {"folder": sockets, "chatter": target.with_suffix(".kernel.log")}
    )
    papermill.execute_notebook(
        str(page.notebook.path),
        str(target),
        parameters=dict(page.parameters),
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,  # the whole notebook is written once, when it has ended
        autosave_cell_every=0,
        on_cell_execute=lambda cell, cell_index: started.update({page.name: str(cell.get("id", cell_index))}),
        kernel_manager_class=manager,
        resources={"metadata": {"path": str((source / "notebooks").resolve())}},
        start_timeout=START_LIMIT_S,
        execution_timeout=page.notebook.time_limit_s,
    )
    notebook = scrub(nbformat.read(target, as_version=4))
    nbformat.write(notebook, target)
    return notebook


def _failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None


def _explained(error: BaseException | None, page: Page, output: Path, cell: str) -> NotebookError:
    """Return one line naming notebook, cell and exception; the whole trace goes to a log."""
    log = output / f"{page.name}.log"
    log.write_text("".join(traceback.format_exception(error)), "utf-8")
    if hasattr(error, "ename"):
        what = f"cell {cell}: {error.ename}: {str(error.evalue).strip()}"
    elif type(error).__name__ == "CellTimeoutError":
        what = f"cell {cell}: ran out of time: limit {page.notebook.time_limit_s} s a cell"
    else:
        first = next(iter(str(error).strip().splitlines()), "")
        what = f"cell {cell}: {type(error).__name__}: {first}"
    return NotebookError(f"{page.path}: {what}; log: {log}")


def _fanned(notebook: Notebook, parameters: Mapping[str, Any], view: View) -> list[Page]:
    fan_out = notebook.fan_out
    assert fan_out is not None  # the caller looked
    if fan_out.rows_a_page:
        rows = fan_runs(view, fan_out, rows_a_page=parameters[fan_out.rows_a_page])
    else:
        rows = fan_rows(view, table=fan_out.table, where=fan_out.where)
    for row in rows:  # the id becomes a file name and a label
        require_label(f"{fan_out.label}-{row[fan_out.key]}")
    return [
        Page(
            notebook,
            f"{notebook.name}-{row[fan_out.key]}",
            {**parameters, fan_out.key: str(row[fan_out.key])},
            {"page_title": str(row[fan_out.title])},
            f"{fan_out.label}-{row[fan_out.key]}",
        )
        for row in rows
    ]


def fan_rows(view: View, *, table: str, where: str | None) -> list[dict[str, Any]]:
    """Return the rows over which a notebook fans out, in data order.

    A table sorted by date keeps that order; ``where`` names a boolean column that must be true.
    """
    described = view.package.table(table)
    if described.is_yaml:
        return list(view.document(table))
    frame: pd.DataFrame = view[table]
    if where:
        if where not in frame:
            raise DossierError(f"fan_out: {table} has no column {where!r}")
        frame = frame[frame[where]]
    return frame.to_dict("records")


def fan_runs(view: View, fan_out: FanOut, *, rows_a_page: int) -> list[dict[str, str]]:
    """Return the runs of rows over which a notebook fans out: the number of each, and its first and last title."""
    found = tables.runs(view[fan_out.table], by=fan_out.title, rows_a_page=rows_a_page)
    ends = [tuple(_bare(str(rows[fan_out.title].iloc[end])) for end in (0, -1)) for rows in found]
    return [
        {fan_out.key: str(number), fan_out.title: f"{first} to {last}" if first != last else first}
        for number, (first, last) in enumerate(ends, 1)
    ]


def _bare(name: str) -> str:
    """Return a name without what is added to it in brackets.

    >>> _bare("Gazette (citing Courier)"), _bare("(unnamed)")
    ('Gazette', '(unnamed)')
    """
    return name.partition(" (")[0]


def by_wave(planned: Sequence[Page]) -> list[list[Page]]:
    """Return the pages in waves, first wave first."""
    waves = sorted({page.notebook.wave for page in planned})
    return [[page for page in planned if page.notebook.wave == wave] for wave in waves]
