"""The ``dossier`` command: check the data, build, release and compare editions, open them.

Exit codes: 0 done, 1 bad input, 2 bad usage, 3 a notebook failed. Errors are one line on standard error; a progress bar
shows on a terminal only.
"""

from __future__ import annotations

import json
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dossier.errors import DossierError, UsageError
from dossier.package import Problem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A versioned analytical report made of parameterized notebooks.",
)


@app.command(epilog="Examples: dossier build 2025-12-30 | dossier build 2025-12-30 -p timeline.as_of=2025-09-01")
def build(
    editions: Annotated[list[str] | None, typer.Argument(help="Editions to build; all if none is named.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="notebook.name=value; makes a draft, kept apart from the site."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Make a draft, which may find otherwise than was released.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was built as JSON.")] = False,
) -> None:
    """Build editions: HTML, PDF and the site folder."""
    from dossier import edition as edition_files
    from dossier import press

    root = _root()
    names = editions or [entry.edition_id for entry in edition_files.editions(root)]
    if not names:
        raise DossierError("editions/: no edition file; accepted: editions/<as_of>.yml")
    if parameter and len(names) != 1:
        raise UsageError(
            "-p changes one edition: name it, such as dossier build 2025-12-30 -p timeline.as_of=2025-09-01"
        )
    with _bars() as bar:
        made = press.build_all(
            root, names, parameter or [], draft=draft, force=force, keep_revised=not editions, bar=bar
        )
    if as_json:
        print(json.dumps([one.as_dict() for one in made], indent=1))
        return
    for one in made:
        print(one.told())


@app.command(epilog="Example: dossier release 2025-12-30")
def release(
    edition: Annotated[str, typer.Argument(help="Edition to release.")],
    on: Annotated[
        str | None, typer.Option("--on", help="Day of the release, an ISO day; today if none is given.")
    ] = None,
) -> None:
    """Release an edition: build it, write its lock and the findings of the changelog. It does not change silently again."""
    from dossier import build as builder
    from dossier import release as releasing

    root = _root()
    day = on or date.today().isoformat()
    with _bars() as bar:
        announce, advance = bar(edition)
        path = releasing.release(
            root,
            edition,
            released_on=day,
            build_it=lambda: builder.build(root, edition, announce=announce, progress=advance),
        )
    print(f"{edition} released on {day}: {path}")


@app.command(epilog="Examples: dossier diff 2025-12-30 2026-02-25 | dossier diff 2025-12-30 2026-02-25 --json")
def diff(
    before: Annotated[str, typer.Argument(help="The earlier edition.")],
    after: Annotated[str, typer.Argument(help="The later edition.")],
    as_json: Annotated[bool, typer.Option("--json", help="Write every change, part and row as JSON.")] = False,
) -> None:
    """Tell what changed between two editions, and why."""
    from dossier import build as builder
    from dossier import changelog
    from dossier import diff as comparison

    root = _root()
    with _bars() as bar:
        _, advance = bar(f"{before} to {after}")
        sides = [builder.plan(root, name).side for name in (before, after)]
        made_by = builder.made_by(root)
        told = comparison.between(root, *sides, made_by=made_by, progress=advance)
    print(json.dumps(told, indent=1, ensure_ascii=False) if as_json else changelog.text(told))


@app.command(epilog="Examples: dossier check | dossier check my-story/data --json | dossier check --narrative page.txt")
def check(
    folder: Annotated[Path | None, typer.Argument(help="Data folder; the project's own if none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the problems as JSON.")] = False,
    narrative: Annotated[
        Path | None,
        typer.Option("--narrative", help="The text under analysis: check the list of its tokens and quotes too."),
    ] = None,
) -> None:
    """Check a data package; list all problems at once."""
    from dossier import check as checker

    where = folder or _root() / "data"
    problems = checker.check(where)
    if not problems:
        problems = _claim_problems(where, narrative)
    if as_json:
        print(json.dumps([problem.as_dict() for problem in problems], indent=1, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        print(count if problems else "sound: no problems", file=sys.stderr)
    raise typer.Exit(1 if problems else 0)


def _claim_problems(folder: Path, text: Path | None) -> list[Problem]:
    """Return what is wrong with the claims of a sound package, and with its list of tokens if the text is at hand."""
    from dossier import claims, data
    from dossier.package import describe

    package = describe(folder)
    if text and not text.is_file():
        raise UsageError(f"--narrative: no file {text}")
    if "claims" not in package.tables:
        return []
    view = data.view(package, as_of="9999-12-31")
    return claims.problems(view, text.read_text("utf-8") if text else None)


@app.command("open", epilog="Examples: dossier open | dossier open 2025-12-30 --pdf")
def open_book(
    edition: Annotated[str | None, typer.Argument(help="Edition to open; the index if none is named.")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Open the PDF.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Only print the address.")] = False,
) -> None:
    """Open what was built, in the browser."""
    site = _root() / "_build" / "site"
    if pdf and not edition:
        raise UsageError("--pdf: name the edition, such as dossier open 2025-12-30 --pdf")
    path = site / (edition or "") / ("report.pdf" if pdf else "index.html")
    if not path.is_file():
        raise DossierError(f"{path}: not built yet; run dossier build {edition or ''}".rstrip())
    print(path.as_uri())
    if not show:
        webbrowser.open(path.as_uri())


def main() -> None:
    """Run the command; turn an error into one line and its exit code."""
    try:
        app()
    except DossierError as error:
        print(f"dossier: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def _root() -> Path:
    from dossier.data import find_upward

    return find_upward("_toc.yml").parent


@contextmanager
def _bars() -> Iterator[Callable[[str], tuple[Callable[[int], None], Callable[[str], None]]]]:
    """Show a bar an edition on a terminal; elsewhere stay quiet. Yields what makes a bar: how to set its steps, and to report one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:

        def bar(title: str) -> tuple[Callable[[int], None], Callable[[str], None]]:
            task = shown.add_task(f"{title}: waiting", total=None)
            return (
                lambda steps: shown.update(task, total=steps, description=f"{title}: notebooks"),
                lambda step: shown.update(task, advance=1, description=f"{title}: {step}"),
            )

        yield bar


if __name__ == "__main__":
    main()
