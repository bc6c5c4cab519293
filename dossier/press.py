"""How are several editions built in one go?

One edition's notebooks run at a time, for they keep all cores busy; while the next edition's run, the one before becomes a book and a PDF,
which keep one core busy each. Editions do not depend on each other's builds, only on locks. An edition that would find otherwise than it
was released with stops the whole, unless it has been revised: then it stays as it was published, and that is said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dossier import build, edition
from dossier.build import Built
from dossier.diff import ReleasedError

AT_ONCE = 2  # one whose notebooks run, one that becomes a book
Bar = tuple[Callable[[int], None], Callable[[str], None]]


@dataclass(frozen=True)
class Kept:
    """An edition that was not built because it has been revised, and why it could not be."""

    edition: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return what was left, for JSON."""
        return {**asdict(self), "reused": True}

    def told(self) -> str:
        """Return what was left in a line."""
        return f"{self.edition} stays as it was published, for it has been revised: {self.reason}"


def build_all(
    root: Path,
    names: Sequence[str],
    overrides: Sequence[str] = (),
    *,
    draft: bool = False,
    force: bool = False,
    keep_revised: bool = False,
    bar: Callable[[str], Bar] = lambda name: (lambda steps: None, lambda step: None),
) -> list[Built | Kept]:
    """Build editions, each once, and return what was made of each, in their order.

    Parameters
    ----------
    draft, force
        As `build.build` takes them.
    keep_revised
        Leave a revised edition as it was published where it would find otherwise today.
    bar
        Given the name of an edition, returns what its build calls with the number of steps, and with each step that is done.

    Raises
    ------
    DossierError
        For the first edition that fails; those not yet begun are dropped.
    """
    turn = threading.Lock()

    def one(name: str) -> Built | Kept:
        announce, progress = bar(name)
        try:
            return build.build(
                root, name, overrides, draft=draft, force=force, announce=announce, progress=progress, turn=turn
            )
        except ReleasedError as error:
            if keep_revised and edition.is_revised(root, name):
                return Kept(name, str(error).splitlines()[0])
            raise

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _results([pool.submit(one, name) for name in dict.fromkeys(names)])


def _results(running: Sequence[Future[Built | Kept]]) -> list[Built | Kept]:
    """Return the results in order; on the first failure drop what has not begun."""
    wait(running, return_when=FIRST_EXCEPTION)
    dropped = [future.cancel() for future in running]
    return [future.result() for future, left in zip(running, dropped, strict=True) if not left]
