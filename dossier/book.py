"""How do executed notebooks and prose become a book?

A stage mirrors the project: same relative paths, sources untouched, executed notebooks in the place of the committed
ones. Each page gets, in its own front matter, just the findings that it names. Jupyter Book then builds the stage with
warnings as errors. The module refuses a name that no finding answers to, with file, line and the nearest known name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from dossier import dates
from dossier.edition import Edition
from dossier.errors import BuildError, DossierError, did_you_mean
from dossier.findings import DIRECTIONS, Finding
from dossier.run import Page

NAME = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
CHANGES = "changes.md"
OVERVIEW = "fnd-changed-overview"
BUILD_LIMIT_S = 540


def values(edition: Edition, found: Mapping[str, Finding], story_title: str) -> dict[str, str]:
    """Return every name that prose may use, with its text: findings and facts of the edition."""
    named = {finding.name: finding.text for finding in found.values()}
    directions = {f"{finding.name}_status": _status(finding) for finding in found.values()}
    return {
        **named,
        **directions,
        "edition": edition.edition_id,
        "as_of": edition.as_of.isoformat(),
        "as_of_long": dates.written(edition.as_of.isoformat()),
        "compiled_on_long": dates.written(edition.compiled_on.isoformat()),
        "edition_title": edition.title,
        "compiled_note": _compiled_note(edition),
        "changed_note": _changed_note(edition, found),
        "story_title": story_title,
    }


def _status(finding: Finding) -> str:
    """Return which way a finding moved, with the reason, for the end of a sentence."""
    if finding.arrow not in DIRECTIONS:
        return f"no direction ({finding.reason or 'none is told'})"
    return f"{DIRECTIONS[finding.arrow]} ({finding.reason})"


def _compiled_note(edition: Edition) -> str:
    made, day = dates.written(edition.compiled_on.isoformat()), dates.written(edition.as_of.isoformat())
    if edition.retrospective:
        return f"retrospective: compiled on {made} from material dated up to {day}"
    return f"compiled on {made}"


def _changed_note(edition: Edition, found: Mapping[str, Finding]) -> str:
    """Return what changed in a sentence, as the page on it says."""
    if edition.supersedes is None:
        return "No edition stands before this one: there is nothing to compare it with."
    told = found.get(OVERVIEW)
    return f"This edition supersedes {edition.supersedes}." + (f" {told.sentence}" if told else "")


def stage(
    source: Path,
    target: Path,
    *,
    executed: Mapping[str, NotebookNode],
    pages: Sequence[Page],
    known: Mapping[str, str],
    config: Mapping[str, Any],
) -> None:
    """Write the book's sources to ``target``, ready for Jupyter Book.

    Parameters
    ----------
    source
        The edition's view: prose, notebooks, configuration.
    executed
        Executed notebooks by page name.
    pages
        All pages that notebooks make.
    known
        Names that prose may use, with their text.
    config
        What Sphinx is told about the edition, under the key ``dossier``.

    Raises
    ------
    DossierError
        For a name that nothing answers to, or a notebook that the contents leave out.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copytree(source / "book", target / "book")
    _write_changes(source / "editions", target / "book" / CHANGES)
    contents = yaml.safe_load((source / "_toc.yml").read_text("utf-8"))
    (target / "_toc.yml").write_text(yaml.safe_dump(expand_contents(contents, pages), sort_keys=False), "utf-8")
    (target / "_config.yml").write_text(_configured(source / "_config.yml", config), "utf-8")
    for path in sorted((target / "book").rglob("*.md")):
        path.write_text(named_prose(path.read_text("utf-8"), known, file=str(path.relative_to(target))), "utf-8")
    (target / "notebooks").mkdir()
    for page in pages:
        nbformat.write(named_notebook(executed[page.name], page, known), target / page.path)


def named_prose(text: str, known: Mapping[str, str], *, file: str) -> str:
    r"""Return a page of prose with the values that it names in its front matter.

    >>> print(named_prose("There are {{ n }}.", {"n": "3 * x", "other": "1"}, file="a.md"))
    ---
    myst:
      substitutions:
        n: 3 \* x
    ---
    There are {{ n }}.
    """
    match = FRONT_MATTER.match(text)
    front = yaml.safe_load(match.group(1)) if match else {}
    body = text[match.end() :] if match else text
    wanted = {name: escape(known[name]) for name in _names(body, known, file=file)}
    if not wanted:
        return text
    front.setdefault("myst", {}).setdefault("substitutions", {}).update(wanted)
    return f"---\n{yaml.safe_dump(front, sort_keys=True, allow_unicode=True, width=10**6)}---\n{body}"


def named_notebook(notebook: NotebookNode, page: Page, known: Mapping[str, str]) -> NotebookNode:
    """Return an executed notebook with its values in its metadata and its own labels.

    In a notebook that makes many pages the labels ``<prefix>-page`` become the page's own.
    """
    made = nbformat.from_dict(notebook)
    mine = {**known, **page.substitutions}
    wanted: dict[str, str] = {}
    for position, cell in enumerate(made.cells):
        if cell.cell_type != "markdown":
            continue
        if page.label:
            placeholder = f"{page.label.split('-')[0]}-page"
            cell["source"] = re.sub(rf"\b{placeholder}\b", page.label, cell["source"])
        where = f"notebooks/{page.notebook.name}.ipynb, cell {cell.get('id', position)}"
        wanted |= {name: escape(mine[name]) for name in _names(cell["source"], mine, file=where)}
    if wanted:
        made.metadata["myst"] = {"substitutions": dict(sorted(wanted.items()))}
    return made


def escape(text: str) -> str:
    r"""Return text that MyST and Jinja show as it is.

    >>> print(escape("{{ x }} *b* <i> $1$"))
    \{\{ x \}\} \*b\* \<i\> \$1\$
    """
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def expand_contents(contents: Mapping[str, Any], pages: Sequence[Page]) -> dict[str, Any]:
    """Return the table of contents with each notebook that makes many pages replaced by its pages, which may be none.

    Raises
    ------
    DossierError
        If a notebook makes pages that the contents do not hold.
    """
    files: dict[str, list[str]] = {}
    for page in pages:
        files.setdefault(f"notebooks/{page.notebook.name}", []).append(page.path.removesuffix(".ipynb"))
    expanded = _expanded(contents, files)
    listed = set(_listed(contents))
    left_out = sorted(set(files) - listed)
    if left_out:
        raise DossierError(f"_toc.yml: no entry for {', '.join(left_out)}; accepted: one entry for each notebook")
    return expanded


def build_html(stage_folder: Path, output: Path, *, epoch: datetime) -> None:
    """Build the staged book with Jupyter Book, warnings as errors.

    Raises
    ------
    BuildError
        With the first warnings; the full log lies beside the stage.
    """
    log = stage_folder.parent / "book.log"
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        "build",
        str(stage_folder),
        "-W",
        "-n",
        "--keep-going",
    ]
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(int(epoch.timestamp())),
        "PYTHONHASHSEED": "0",
        "NO_COLOR": "1",
    }
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, timeout=BUILD_LIMIT_S
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"jupyter-book: ran out of time: limit {BUILD_LIMIT_S} s") from error
    log.write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        raise BuildError(f"jupyter-book: {_first_warnings(done.stderr + done.stdout)}; log: {log}")
    shutil.rmtree(output, ignore_errors=True)
    shutil.move(stage_folder / "_build" / "html", output)
    (output / ".buildinfo").unlink(missing_ok=True)  # Sphinx's own note, which differs with the folder built in


def epoch_of(edition: Edition) -> datetime:
    """Return the time that stands for the edition wherever a tool insists on one."""
    return datetime(edition.as_of.year, edition.as_of.month, edition.as_of.day, tzinfo=UTC)


def _names(text: str, known: Mapping[str, str], *, file: str) -> Iterator[str]:
    for line, content in enumerate(text.splitlines(), start=1):
        for name in NAME.findall(content):
            if name not in known:
                raise DossierError(f"{file}, line {line}: {{{{ {name} }}}} names nothing; {did_you_mean(name, known)}")
            yield name


def _configured(path: Path, config: Mapping[str, Any]) -> str:
    content = yaml.safe_load(path.read_text("utf-8"))
    content["title"] = config["title"]
    content.setdefault("sphinx", {}).setdefault("config", {})["dossier"] = dict(config)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _expanded(node: Any, files: Mapping[str, list[str]]) -> Any:
    if isinstance(node, list):
        return [made for entry in node for made in _expanded_entry(entry, files)]
    if isinstance(node, dict):
        made = {key: _expanded(value, files) for key, value in node.items()}
        return {key: value for key, value in made.items() if value != []}  # sections without a page
    return node


def _expanded_entry(entry: Any, files: Mapping[str, list[str]]) -> list[Any]:
    file = entry.get("file", "") if isinstance(entry, dict) else ""
    if file in files:
        return [{**_expanded(entry, files), "file": made} for made in files[file]]
    return [] if file.startswith("notebooks/") else [_expanded(entry, files)]


def _listed(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node[key] for key in ("file", "root") if key in node)
        for value in node.values():
            yield from _listed(value)
    elif isinstance(node, list):
        for entry in node:
            yield from _listed(entry)


def _write_changes(editions: Path, page: Path) -> None:
    """Add to the page on changes what each edition up to this one notes, newest first."""
    notes = [
        f"(sec-changes-{path.stem})=\n## Edition {path.stem}\n\n{path.read_text('utf-8').strip()}\n"
        for path in editions.glob("*.md")
    ]
    page.write_text("\n".join([page.read_text("utf-8"), *sorted(notes, reverse=True)]), "utf-8")


def _first_warnings(text: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in plain.splitlines() if re.search(r"WARNING|ERROR|Error:", line)]
    return " | ".join(lines[:5]) or plain.strip()[-500:]
