"""How does one edition come from data to the published folder?

One direction: check the data, cut the view and write it out, run the notebooks in waves, stage, build HTML and PDF,
publish. Parameters are refused before anything runs. An edition whose view, code and environment are those of the
published folder is not built again. A released edition is built with the corrections that it knew, and not at all if it would
find otherwise than it did.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from dossier import answers, book, changes, check, cite, data, diff, findings, lock, pdf, run, shelf, site
from dossier.edition import Edition, find, resolve
from dossier.errors import DossierError
from dossier.package import Problem

VIEW_FILES = ("_config.yml", "_toc.yml")
VIEW_FOLDERS = ("notebooks", "book")
RECORD = "run.json"
CHANGES = "changes.json"
TELLS_CHANGES = max(answers.COMPARED_WAVES) + 1  # the wave of the page on what changed: all others have answered
MADE_ON = "made_on"  # of a judgement: the day on which it was made, whatever day it is applied from
HEADLINE = "fnd-scenarios-deal"  # the finding that stands for an edition in the list of editions
CHANGED = "fnd-changed-overview"  # the one that says what changed since the edition before
NOT_IN_VIEW = (".*", "__pycache__", "readme.png")  # the picture serves the project's front page, not the book
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a build made.

    Attributes
    ----------
    reused
        Whether it was found built.
    released
        Whether the edition has been released, so that its findings are those of the release.
    rows_moved
        Rows that are not as they were released, though no finding moved.
    """

    edition: str
    folder: Path
    content_hash: str
    reused: bool
    released: bool = False
    rows_moved: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return what was made, for JSON."""
        return {**asdict(self), "folder": str(self.folder)}

    def told(self) -> str:
        """Return what was made in a line, and rows that are not as released in another."""
        state = ("unchanged" if self.reused else "built") + (", findings as released" if self.released else "")
        line = f"{self.edition} {state}: {self.folder / 'index.html'} and {self.folder / 'report.pdf'}"
        return f"{line}\n{self._warning()}" if self.rows_moved else line

    def _warning(self) -> str:
        listed = diff.listed(self.rows_moved)
        return f"  rows not as released, though no finding moved: {listed}; accepted: a row in corrections.csv for each"


@dataclass(frozen=True)
class Plan:
    """Everything a build needs, checked before anything runs."""

    edition: Edition
    view: data.View
    parameters: Mapping[str, Mapping[str, Any]]
    draft: bool
    held: lock.Lock | None = None
    before: diff.Side | None = None

    @property
    def side(self) -> diff.Side:
        """The edition as one side of a comparison."""
        return diff.Side(self.edition, self.parameters, self.held)

    @property
    def name(self) -> str:
        """Name of the edition's folders."""
        return f"{self.edition.edition_id}-draft" if self.draft else self.edition.edition_id

    @property
    def title(self) -> str:
        """Title of the report."""
        return str(self.view.document("story")["title"])


def plan(root: Path, edition_id: str, overrides: Sequence[str] = (), *, draft: bool = False) -> Plan:
    """Check edition, parameters and data; refuse whatever is wrong before anything runs."""
    edition = find(root, edition_id)
    parameters = resolve(edition, run.notebooks(root), overrides)
    files = [path for path in (root / "data").rglob("*") if path.is_file()]
    problems = _problems(root / "data", cite.hash_files(root, files))
    if problems:
        listed = "\n".join(str(problem) for problem in problems[:20])
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DossierError(f"data: {count}, run `dossier check`:\n{listed}")
    held = lock.find(root, edition_id)
    known = held.corrections if held else None
    view = data.view(data.describe(root / "data"), as_of=edition.as_of, known=known)
    _refuse_antedated(edition, view)
    return Plan(edition, view, parameters, draft or bool(overrides), held, _superseded(root, edition))


def _superseded(root: Path, edition: Edition) -> diff.Side | None:
    """Return the edition before, which must have been released: what changed is told against what it found then."""
    if edition.supersedes is None:
        return None
    before = diff.side(root, edition.supersedes)
    if before.lock is None:
        raise DossierError(
            f"{edition.path}: supersedes {edition.supersedes!r}, which has not been released; "
            f"accepted: a released edition: dossier release {edition.supersedes}"
        )
    return before


@cache
def _problems(folder: Path, content: str) -> tuple[Problem, ...]:
    """Check the data once for all editions that are built of the same content, named by its hash."""
    return tuple(check.check(folder))


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
    draft: bool = False,
    force: bool = False,
    announce: Callable[[int], None] = lambda steps: None,
    progress: Progress = lambda step: None,
    turn: AbstractContextManager[Any] | None = None,
) -> Built:
    """Build one edition and publish it; return where it lies.

    Parameters
    ----------
    root
        The project folder.
    overrides
        ``notebook.name=value`` texts; they make a draft, kept apart from the site.
    draft
        Make a draft in any case: a released edition then may find otherwise.
    force
        Build even if nothing changed.
    announce
        Called once with the number of steps, before the first.
    progress
        Called with the name of each step when it is done.
    turn
        Held while the data are checked and the notebooks run, which keep all cores busy: of several builds, one at a time has it.

    Raises
    ------
    DossierError
        Whatever is wrong, with the exit code that the command should end with.
    """
    turn = turn or nullcontext()
    with turn:
        planned = plan(root, edition_id, overrides, draft=draft)
    work, published = _folders(root, planned)
    with site.locked(root / "_build", planned.name):
        site.recover(published)
        record = _prepare(planned, root, work)
        if not force and site.holds(published, record):
            _index(planned, published)
            return _built(planned, published, record, reused=True)
        with turn:
            _run_and_stage(planned, root, work, record, announce, progress)
        _make(planned, work, record, progress)
        _publish(planned, work, published, record)
    return _built(planned, published, record, reused=False)


def _built(planned: Plan, published: Path, record: Mapping[str, Any], *, reused: bool) -> Built:
    held = None if planned.draft else planned.held
    moved = lock.moved_rows(held.rows, lock.digests(planned.view)) if held else []
    return Built(
        planned.name, published, record["content_hash"], reused, held is not None, tuple(str(row) for row in moved)
    )


def _prepare(planned: Plan, root: Path, work: Path) -> dict[str, Any]:
    """Write the edition's view and the record of what it is made from; return the record."""
    write_view(planned, root, work / "source")
    record = run_record(planned, root, work / "source")
    (work / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return record


def _make(planned: Plan, work: Path, record: Mapping[str, Any], progress: Progress) -> None:
    """Build HTML and PDF in the working folder."""
    book.build_html(work / "stage", work / "html", epoch=book.epoch_of(planned.edition))
    progress("html")
    template = work / "source" / "book" / "report.typ"
    pdf.build(work / "html", work / "report.pdf", template=template, facts=_pdf_facts(planned, record))
    progress("pdf")


def _index(planned: Plan, published: Path) -> None:
    """List the published editions; a draft is not one of them."""
    if not planned.draft:
        with site.locked(published.parent.parent, "site", wait=True):
            shelf.write(published.parent)


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
    for path in [
        planned.edition.path,
        *_superseded_files(root, planned.edition),
        *_notes(root, planned.edition.edition_id),
    ]:
        shutil.copyfile(path, source / "editions" / path.name)


def _superseded_files(root: Path, edition: Edition) -> list[Path]:
    """Return files and locks of all editions before, from which what changed and what was forecast can be found again."""
    if edition.supersedes is None:
        return []
    before = find(root, edition.supersedes)
    held = [path for path in [lock.path_of(root, before.edition_id)] if path.is_file()]
    return [before.path, *held, *_superseded_files(root, before)]


def _notes(root: Path, edition_id: str) -> list[Path]:
    """Return the notes on what changed in this edition and those before it."""
    return [path for path in sorted((root / "editions").glob("*.md")) if path.stem <= edition_id]


def run_record(planned: Plan, root: Path, source: Path) -> dict[str, Any]:
    """Return what the edition was made from: content, code, environment and parameters, as hashes and values."""
    return {
        "edition": planned.name,
        "as_of": planned.edition.as_of.isoformat(),
        "supersedes": planned.edition.supersedes,
        "next_due": planned.edition.next_due,
        "year": str(planned.edition.compiled_on.year),
        "content_hash": cite.swhid(source),
        **_made_with(root),
        "versions": {name: metadata.version(name) for name in _reported_packages()},
        "parameters": {name: dict(values) for name, values in sorted(planned.parameters.items())},
    }


def made_by(root: Path) -> str:
    """Return what stands for code and environment, as `dossier.answers` takes it."""
    return answers.made_by(_made_with(root))


def _made_with(root: Path) -> dict[str, str]:
    package = Path(__file__).parent
    return {
        "code_hash": cite.hash_files(package, [path for path in package.rglob("*.py")]),
        "environment_hash": cite.hash_files(root, [root / "requirements.txt"]),
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


def _run_and_stage(
    planned: Plan,
    root: Path,
    work: Path,
    record: Mapping[str, Any],
    announce: Callable[[int], None],
    progress: Progress,
) -> None:
    """Run all waves, write the findings after each and what changed before the last, and stage the book."""
    source = work / "source"
    pages = run.pages(run.notebooks(source), planned.parameters, planned.view)
    announce(len(pages) + 2)
    executed: dict[str, Any] = {}
    shutil.rmtree(work / "executed", ignore_errors=True)
    for wave in run.by_wave(pages):
        if wave[0].notebook.wave == TELLS_CHANGES:
            _compare(planned, root, work, record, progress)
        executed |= run.execute(wave, source=source, output=work / "executed", progress=progress)
        findings.write(findings.published(run.outputs(executed)), work / findings.FILE)
    book.stage(
        source,
        work / "stage",
        executed=executed,
        pages=pages,
        known=book.values(planned.edition, findings.read(work / findings.FILE), planned.title),
        config=_sphinx_facts(planned) | {"citation": citation(planned, record).of_place(cite.PLACE).formats()},
    )


def _compare(planned: Plan, root: Path, work: Path, record: Mapping[str, Any], progress: Progress) -> None:
    """Refuse other findings than a released edition had; write what changed against the edition before."""
    found = findings.read_all(json.loads((work / findings.FILE).read_text("utf-8")))
    if planned.held and not planned.draft:
        diff.refuse_other_findings(planned.held, found, planned.view, planned.parameters)
    made_by = answers.made_by(record)
    answers.keep(found, answers.path_of(root, work / "source", planned.parameters, made_by=made_by))
    told = (
        diff.between(root, planned.before, planned.side, made_by=made_by, found=found, progress=progress)
        if planned.before
        else changes.as_dict(before=None, after=planned.name, period=None, next_due=planned.edition.next_due)
    )
    (work / CHANGES).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _sphinx_facts(planned: Plan) -> dict[str, Any]:
    edition = planned.edition
    return {
        "edition": planned.name,
        "as_of": edition.as_of.isoformat(),
        "as_of_long": book.dates.written(edition.as_of.isoformat()),
        "title": planned.title,
        "edition_title": edition.title,
        "supersedes": edition.supersedes,
        "retrospective": edition.retrospective,
        "draft": planned.draft,
        "pdf": "report.pdf",
    }


def _pdf_facts(planned: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
    story = planned.view.document("story")
    return {
        **_sphinx_facts(planned),
        "subtitle": story["subtitle"],
        "authors": cite.AUTHORS,
        "language": story["language"],
        "content_hash": record["content_hash"],
        "compiled_on": planned.edition.compiled_on.isoformat(),
    }


def _told_in_list(found: Mapping[str, findings.Finding]) -> dict[str, str]:
    """Return the sentences by which the list of editions tells what is in this one."""
    named = {"headline": HEADLINE, "changed": CHANGED}
    return {key: found[name].sentence for key, name in named.items() if name in found}


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
    for name in ("report.pdf", findings.FILE, CHANGES, RECORD):
        shutil.copyfile(work / name, ready / name)
    cited = citation(planned, record)
    for suffix, text in {"bib": cited.bibtex(), "ris": cited.ris(), "csl.json": cited.csl_json()}.items():
        (ready / f"citation.{suffix}").write_text(text, "utf-8")
    facts = {
        "title": planned.title,
        "edition": planned.name,
        "edition_title": planned.edition.title,
        "retrospective": planned.edition.retrospective,
        "supersedes": planned.edition.supersedes,
        "question": planned.view.document("story")["question"],
        **_told_in_list(findings.read(work / findings.FILE)),
        "record": dict(record),
    }
    site.write_manifest(ready, facts)
    with site.locked(
        published.parent.parent, "site", wait=True
    ):  # who lists the editions meets none that is half there
        site.swap_in(ready, published)
    _index(planned, published)
