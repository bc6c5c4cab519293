"""How does a run say what is wrong, and with which exit code?

Every error a user can cause is a ``DossierError``: one line that says what, where, and what would be accepted.
Anything else that escapes is a defect of the program and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class DossierError(Exception):
    """Bad input: data, edition file, missing file. Exit code 1."""

    exit_code = 1


class UsageError(DossierError):
    """A command called with words it does not take. Exit code 2."""

    exit_code = 2


class NotebookError(DossierError):
    """A notebook failed or ran out of time. Exit code 3."""

    exit_code = 3


class BuildError(DossierError):
    """The book or the PDF could not be made from notebooks that ran. Exit code 1."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the closest of the known words and, when few, all of them.

    >>> did_you_mean("as_off", ["as_of", "seed"])
    "did you mean 'as_of'? known: as_of, seed"
    """
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    guess = f"did you mean {close[0]!r}? " if close else ""
    listed = ", ".join(names) if len(names) <= 12 else f"{len(names)} names"
    return f"{guess}known: {listed or 'none'}"
