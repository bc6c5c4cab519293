"""Running notebooks: as of a day, refused in the first cell, failing, hanging, and the same bytes twice."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from dossier import dates, edition, run
from dossier.errors import DossierError, NotebookError
from dossier.exhibits import TABLE_MIME
from dossier.run import Page

AS_OF = "2025-09-01"
ISO = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WRITTEN = re.compile(rf"\b(\d{{1,2}}) ({MONTHS}) ((?:19|20)\d\d)\b")


def papermill(root: Path, output: Path, as_of: str) -> subprocess.CompletedProcess[str]:
    """Run the timeline as a person would, from the project's folder."""
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/timeline.ipynb",
        str(output),
        "-p",
        "as_of",
        as_of,
        "--no-progress-bar",
    ]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def timeline(root, tmp_path_factory):
    """The executed timeline of the real story as of an early day."""
    output = tmp_path_factory.mktemp("papermill") / "out.ipynb"
    done = papermill(root, output, AS_OF)
    assert done.returncode == 0, done.stderr
    return nbformat.read(output, as_version=4)


def outputs(notebook) -> dict[str, dict]:
    """What each cell displayed, by the cell's id."""
    return {cell.id: cell.outputs[0].data for cell in notebook.cells if cell.cell_type == "code" and cell.outputs}


def days_in(text: str) -> set[date]:
    """Every day that a text names, in either way of writing it."""
    found = {date.fromisoformat(day) for day in ISO.findall(text)}
    return found | {datetime.strptime(" ".join(parts), "%d %B %Y").date() for parts in WRITTEN.findall(text)}


def without_what_was_announced(text: str, root: Path) -> str:
    """Take away what had been announced by the day for later: the wording and due day of deadlines."""
    from dossier import data, timeline

    rows = timeline.deadlines(data.view(data.describe(root / "data"), as_of=AS_OF))
    for row in rows.itertuples():
        text = text.replace(json.dumps(row.what)[1:-1], "").replace(row.due, "").replace(dates.written(row.due), "")
    return text


def test_the_timeline_runs_alone_as_of_an_earlier_day(timeline, root):
    cells = nbformat.read(root / "notebooks" / "timeline.ipynb", as_version=4).cells
    assert set(outputs(timeline)) == {cell.id for cell in cells if cell.cell_type == "code"} - {"parameters", "setup"}


def test_the_timeline_shows_nothing_later_than_the_day(timeline, root):
    shown = outputs(timeline)
    end_of_axis = json.dumps(shown["lanes"]["application/vnd.vegalite.v6+json"])
    axis = {day for day in days_in(end_of_axis) if day > date.fromisoformat(AS_OF)}
    for name, data in shown.items():
        text = without_what_was_announced(json.dumps(data, ensure_ascii=False), root)
        later = {day for day in days_in(text) if day > date.fromisoformat(AS_OF)}
        allowed = (
            {day for day in axis if (day - date.fromisoformat(AS_OF)).days == 21} if name == "lanes" else set()
        )  # the margin of the axis
        assert later <= allowed, name


def test_the_timeline_shows_the_events_of_the_day_and_no_others(timeline, root):
    from dossier import data

    everything = data.view(data.describe(root / "data"), as_of="2099-12-31")["events"]
    text = json.dumps(outputs(timeline), ensure_ascii=False)
    shown = {row.event_id for row in everything.itertuples() if f"evt-{row.event_id}" in text}
    known = {
        row.event_id
        for row in everything.itertuples()
        if dates.last_day(row.announced_on if isinstance(row.announced_on, str) else row.date)
        <= date.fromisoformat(AS_OF)
    }
    assert shown == known
    assert 0 < len(known) < len(everything)


def test_a_deadline_whose_outcome_came_later_has_none_yet(timeline, root):
    with (root / "data" / "deadlines.csv").open(encoding="utf-8", newline="") as file:
        later = {
            f"dln-{row['deadline_id']}"
            for row in csv.DictReader(file)
            if row["announced_on"] <= AS_OF < row["outcome_on"]
        }
    states = {
        row["id"]: row["cells"][3] for row in outputs(timeline)["deadlines"][TABLE_MIME]["rows"] if row["id"] in later
    }
    assert set(states) == later
    assert set(states.values()) <= {"open", "no outcome recorded"}


def test_an_ill_typed_day_stops_the_first_cell_after_the_parameters(root, tmp_path):
    done = papermill(root, tmp_path / "out.ipynb", "tomorrow")
    assert done.returncode != 0
    failed = next(
        cell
        for cell in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs)
    )
    assert failed.id == "setup"
    (message,) = [output.evalue for output in failed.outputs if output.output_type == "error"]
    notebook = edition.read_notebook(root / "notebooks" / "timeline.ipynb")
    with pytest.raises(edition.ParameterError) as refused:
        notebook.parameter("as_of").parse("tomorrow", notebook="timeline")
    assert message == str(refused.value)


@pytest.fixture
def little(tmp_path):
    """Make a notebook of a few cells that declares one parameter; return its page."""
    (tmp_path / "notebooks").mkdir()

    def make(name: str, *sources: str, limit_s: int = 60) -> Page:
        declared = nbformat.v4.new_code_cell(
            'as_of: str = "2031-06-30"  # last day (ISO day)', id="parameters", metadata={"tags": ["parameters"]}
        )
        cells = [
            nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(sources, start=1)
        ]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = nbformat.v4.new_notebook(
            cells=[declared, *cells], metadata={"dossier": {"time_limit_s": limit_s}, "kernelspec": kernel}
        )
        nbformat.write(notebook, tmp_path / "notebooks" / f"{name}.ipynb")
        return Page(edition.read_notebook(tmp_path / "notebooks" / f"{name}.ipynb"), name, {"as_of": "2031-06-30"})

    return make


def execute(pages, tmp_path, progress=lambda name: None):
    return run.execute(pages, source=tmp_path, output=tmp_path / "out", progress=progress)


FAILURES = {
    "fails": (("1", "1 / 0"), r"cell cell-2: ZeroDivisionError: division by zero"),
    "hangs": (("1", "import time; time.sleep(60)"), r"cell cell-2: ran out of time: limit 2 s a cell"),
    "kills-its-kernel": (("import os; os._exit(1)",), r"cell cell-1: DeadKernelError: Kernel died"),
}


@pytest.mark.parametrize(("sources", "message"), FAILURES.values(), ids=FAILURES)
def test_a_notebook_that_does_not_end_well_is_named_with_its_cell(sources, message, little, tmp_path, capsys):
    page = little("broken", *sources, limit_s=2)
    with pytest.raises(NotebookError, match=rf"^notebooks/broken\.ipynb: {message}; log: (.*)$") as failed:
        execute([page], tmp_path)
    assert failed.value.exit_code == 3
    assert "Traceback" in (tmp_path / "out" / "broken.log").read_text("utf-8")
    assert capsys.readouterr().err == ""  # told once, by whoever catches it


def test_runs_of_one_notebook_are_equal_byte_for_byte(little, tmp_path):
    page = little("twice", "import time; time.sleep(.1); {'day': as_of}", "print(as_of)")
    done = []
    for number in (1, 2):
        execute([page], tmp_path)
        done.append((tmp_path / "out" / "twice.ipynb").read_bytes())
        (tmp_path / "out" / "twice.ipynb").rename(tmp_path / f"{number}.ipynb")
    assert done[0] == done[1]
    assert str(tmp_path).encode() not in done[0]


def test_an_executed_notebook_hides_its_injected_parameters(little, tmp_path):
    (notebook,) = execute([little("one", "as_of")], tmp_path).values()
    injected = notebook.cells[1]
    assert (injected.id, injected.metadata.tags) == ("injected-parameters", ["injected-parameters", "remove-input"])
    assert 'as_of = "2031-06-30"' in injected.source
    assert {cell.execution_count for cell in notebook.cells} == {None}


def test_kernels_work_in_the_notebooks_folder_of_the_view(little, tmp_path):
    (notebook,) = execute([little("where", "import os; os.path.basename(os.getcwd())")], tmp_path).values()
    assert notebook.cells[-1].outputs[0].data["text/plain"] == "'notebooks'"


def test_progress_is_told_page_by_page(little, tmp_path):
    told: list[str] = []
    execute([little("one", "1"), little("two", "2")], tmp_path, progress=told.append)
    assert sorted(told) == ["one", "two"]


def test_pages_come_in_waves(harbour_project, harbour_view):
    declared = run.notebooks(harbour_project)
    planned = run.pages(declared, {notebook.name: notebook.defaults() for notebook in declared}, harbour_view)
    first, second, third = ({page.name for page in wave} for wave in run.by_wave(planned))
    assert second == {"summary", "cite", "data", "register-1", "reproduction"}
    assert "timeline" in first
    assert third == {"changed"}


def test_a_notebook_of_many_pages_makes_one_a_row_in_data_order(harbour_project, harbour_view):
    declared = run.notebooks(harbour_project)
    planned = run.pages(declared, {notebook.name: notebook.defaults() for notebook in declared}, harbour_view)
    pages = {page.name: page for page in planned}
    assert [name for name in pages if name.startswith(("precedent-", "scenario-"))] == [
        "precedent-salt-1990", "precedent-lantern-2010", "scenario-treaty-holds", "scenario-treaty-fades",
    ]  # fmt: skip
    page = pages["precedent-salt-1990"]
    assert (page.parameters["case_id"], page.label, page.path) == (
        "salt-1990",
        "prc-salt-1990",
        "notebooks/precedent-salt-1990.ipynb",
    )
    assert page.substitutions == {"page_title": "Salt Islands Accord"}


def test_a_column_that_chooses_rows_must_exist(harbour_view):
    with pytest.raises(DossierError, match="fan_out: precedents has no column 'famous'"):
        run.fan_rows(harbour_view, table="precedents", where="famous")


def test_an_id_that_could_not_be_a_label_makes_no_page(harbour_project, harbour_view):
    notebook = edition.read_notebook(harbour_project / "notebooks" / "scenario.ipynb")
    documents = [{"scenario_id": "../escape", "title": "x"}]
    view = SimpleNamespace(package=harbour_view.package, document=lambda name: documents)
    with pytest.raises(DossierError, match=r"label 'scn-\.\./escape'"):
        run.pages([notebook], {"scenario": notebook.defaults()}, view)
