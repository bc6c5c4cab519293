"""How does one edition come from data to the published folder?

One direction: check the data, cut the view and write it out, run the notebooks in two waves, stage, build HTML and PDF,
publish. Parameters are refused before anything runs. An edition whose view, code and environment are those of the
published folder is not built again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from dossier import book, check, cite, data, findings, pdf, run, site
from dossier.edition import Edition, find, resolve
from dossier.errors import DossierError

VIEW_FILES = ("_config.yml", "_toc.yml")
VIEW_FOLDERS = ("notebooks", "book")
RECORD = "run.json"
MADE_ON = "made_on"  # of a judgement: the day on which it was made, whatever day it is applied from
NOT_IN_VIEW = (".*", "__pycache__", "readme.png")  # the picture serves the project's front page, not the book
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a build made."""

    edition: str
    folder: Path
    content_hash: str
    reused: bool


@dataclass(frozen=True)
class Plan:
    """Everything a build needs, checked before anything runs."""

    edition: Edition
    view: data.View
    parameters: Mapping[str, Mapping[str, Any]]
    draft: bool

    @property
    def name(self) -> str:
        """Name of the edition's folders."""
        return f"{self.edition.edition_id}-draft" if self.draft else self.edition.edition_id

    @property
    def title(self) -> str:
        """Title of the report."""
        return str(self.view.document("story")["title"])


def plan(root: Path, edition_id: str, overrides: Sequence[str] = ()) -> Plan:
    """Check edition, parameters and data; refuse whatever is wrong before anything runs."""
    edition = find(root, edition_id)
    parameters = resolve(edition, run.notebooks(root), overrides)
    problems = check.check(root / "data")
    if problems:
        listed = "\n".join(str(problem) for problem in problems[:20])
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DossierError(f"data: {count}, run `dossier check`:\n{listed}")
    view = data.view(data.describe(root / "data"), as_of=edition.as_of)
    _refuse_antedated(edition, view)
    return Plan(edition, view, parameters, bool(overrides))


def _refuse_antedated(edition: Edition, view: data.View) -> None:
    """Refuse an edition that says it was compiled before something that it holds was judged."""
    made: dict[str, str] = {}
    for name, table in view.package.tables.items():
        if table.is_yaml:
            days = [str(row[MADE_ON]) for row in view.document(name) if isinstance(row, dict) and MADE_ON in row]
        else:
            days = list(view[name][MADE_ON].dropna()) if MADE_ON in table.columns else []
        made |= {table.path: max(days)} if days else {}
    newest = max(made, key=lambda path: made[path], default="")
    if newest and made[newest] > edition.compiled_on.isoformat():
        raise DossierError(
            f"editions/{edition.edition_id}.yml: compiled_on {edition.compiled_on}; "
            f"accepted: {made[newest]} or later, the newest {MADE_ON} of {newest}"
        )


def build(
    root: Path,
    edition_id: str,
    overrides: Sequence[str] = (),
    *,
    force: bool = False,
    announce: Callable[[int], None] = lambda steps: None,
    progress: Progress = lambda step: None,
) -> Built:
    """Build one edition and publish it; return where it lies.

    Parameters
    ----------
    root
        The project folder.
    overrides
        ``notebook.name=value`` texts; they make a draft, kept apart from the site.
    force
        Build even if nothing changed.
    announce
        Called once with the number of steps, before the first.
    progress
        Called with the name of each step when it is done.

    Raises
    ------
    DossierError
        Whatever is wrong, with the exit code that the command should end with.
    """
    planned = plan(root, edition_id, overrides)
    work, published = _folders(root, planned)
    with site.locked(root / "_build", planned.name):
        site.recover(published.parent)
        record = _prepare(planned, root, work)
        if not force and site.holds(published, record):
            _index(planned, published)
            return Built(planned.name, published, record["content_hash"], reused=True)
        _make(planned, work, record, announce, progress)
        _publish(planned, work, published, record)
    return Built(planned.name, published, record["content_hash"], reused=False)


def _prepare(planned: Plan, root: Path, work: Path) -> dict[str, Any]:
    """Write the edition's view and the record of what it is made from; return the record."""
    write_view(planned, root, work / "source")
    record = run_record(planned, root, work / "source")
    (work / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return record


def _make(
    planned: Plan, work: Path, record: Mapping[str, Any], announce: Callable[[int], None], progress: Progress
) -> None:
    """Run, stage, and build HTML and PDF in the working folder."""
    source = work / "source"
    pages = run.pages(run.notebooks(source), planned.parameters, planned.view)
    announce(len(pages) + 2)
    _run_and_stage(planned, pages, source, work, progress)
    book.build_html(work / "stage", work / "html", epoch=book.epoch_of(planned.edition))
    progress("html")
    template = source / "book" / "report.typ"
    pdf.build(work / "html", work / "report.pdf", template=template, facts=_pdf_facts(planned, record))
    progress("pdf")


def _index(planned: Plan, published: Path) -> None:
    """List the published editions; a draft is not one of them."""
    if not planned.draft:
        site.write_index(published.parent)


def write_view(planned: Plan, root: Path, source: Path) -> None:
    """Write the edition's own view: data after the cut, notebooks, prose, parameters, and what changed up to it.

    Nothing else enters the content hash, and nothing of a later edition.
    """
    shutil.rmtree(source, ignore_errors=True)
    data.write(planned.view, source / "data")
    for name in VIEW_FOLDERS:
        shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns(*NOT_IN_VIEW))
    for name in VIEW_FILES:
        shutil.copyfile(root / name, source / name)
    (source / "editions").mkdir()
    for path in [planned.edition.path, *_notes(root, planned.edition.edition_id)]:
        shutil.copyfile(path, source / "editions" / path.name)


def _notes(root: Path, edition_id: str) -> list[Path]:
    """Return the notes on what changed in this edition and those before it."""
    return [path for path in sorted((root / "editions").glob("*.md")) if path.stem <= edition_id]


def run_record(planned: Plan, root: Path, source: Path) -> dict[str, Any]:
    """Return what the edition was made from: content, code, environment and parameters, as hashes and values."""
    package = Path(__file__).parent
    return {
        "edition": planned.name,
        "as_of": planned.edition.as_of.isoformat(),
        "year": str(planned.edition.compiled_on.year),
        "content_hash": cite.swhid(source),
        "code_hash": cite.hash_files(package, [path for path in package.rglob("*.py")]),
        "environment_hash": cite.hash_files(root, [root / "requirements.txt"]),
        "versions": {name: metadata.version(name) for name in _reported_packages()},
        "parameters": {name: dict(values) for name, values in sorted(planned.parameters.items())},
    }


def _reported_packages() -> tuple[str, ...]:
    return (
        "altair",
        "frictionless",
        "jupyter-book",
        "numpy",
        "pandas",
        "papermill",
        "pypandoc-binary",
        "scipy",
        "typst",
        "vl-convert-python",
    )


def _folders(root: Path, planned: Plan) -> tuple[Path, Path]:
    """Return the working folder and the published one; a draft never enters the site."""
    output = root / "_build"
    return output / planned.name, (output / "drafts" if planned.draft else output / "site") / planned.name


def _run_and_stage(planned: Plan, pages: Sequence[run.Page], source: Path, work: Path, progress: Progress) -> None:
    """Run both waves, write the findings after each, and stage the book."""
    executed: dict[str, Any] = {}
    shutil.rmtree(work / "executed", ignore_errors=True)
    for wave in run.by_wave(pages):
        executed |= run.execute(wave, source=source, output=work / "executed", progress=progress)
        outputs = [output for page in executed.values() for cell in page.cells for output in cell.get("outputs", [])]
        findings.write(findings.published(outputs), work / findings.FILE)
    book.stage(
        source,
        work / "stage",
        executed=executed,
        pages=pages,
        known=book.values(planned.edition, findings.read(work / findings.FILE), planned.title),
        config=_sphinx_facts(planned),
    )


def _sphinx_facts(planned: Plan) -> dict[str, Any]:
    edition = planned.edition
    return {
        "edition": planned.name,
        "as_of": edition.as_of.isoformat(),
        "as_of_long": book.dates.written(edition.as_of.isoformat()),
        "title": planned.title,
        "retrospective": edition.retrospective,
        "draft": planned.draft,
        "pdf": "report.pdf",
    }


def _pdf_facts(planned: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
    story = planned.view.document("story")
    return {
        **_sphinx_facts(planned),
        "subtitle": story["subtitle"],
        "edition_title": planned.edition.title,
        "authors": cite.AUTHORS,
        "language": story["language"],
        "content_hash": record["content_hash"],
        "compiled_on": planned.edition.compiled_on.isoformat(),
    }


def citation(planned: Plan, record: Mapping[str, Any]) -> cite.Citation:
    """Return the citation of the edition as a whole."""
    edition = planned.edition
    return cite.Citation(
        planned.title, planned.name, edition.as_of.isoformat(), str(edition.compiled_on.year), record["content_hash"]
    )


def _publish(planned: Plan, work: Path, published: Path, record: Mapping[str, Any]) -> None:
    """Assemble the edition's folder beside the site and swap it in whole."""
    ready = work / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    shutil.copytree(work / "html", ready)
    shutil.copytree(work / "source", ready / "source")
    for name in ("report.pdf", findings.FILE, RECORD):
        shutil.copyfile(work / name, ready / name)
    cited = citation(planned, record)
    for suffix, text in {"bib": cited.bibtex(), "ris": cited.ris(), "csl.json": cited.csl_json()}.items():
        (ready / f"citation.{suffix}").write_text(text, "utf-8")
    facts = {
        "title": planned.title,
        "edition": planned.name,
        "edition_title": planned.edition.title,
        "retrospective": planned.edition.retrospective,
        "question": planned.view.document("story")["question"],
        "record": dict(record),
    }
    site.write_manifest(ready, facts)
    site.swap_in(ready, published)
    _index(planned, published)
