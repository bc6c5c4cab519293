"""How strong is the evidence under a row?

Pure functions over a table's links to its sources. A source is weak if it is of a weak kind or graded D or worse; a row
is weak if all of its sources are. Strength is read off, never scored: how many sources, the best letter, what kinds.
Two pages may carry one report, so that *several sources* does not mean independent ones; the grade of the information says
what is confirmed.
"""

from __future__ import annotations

import pandas as pd

from dossier import dates
from dossier.data import View, sources_of

WEAK_KINDS = ("state-controlled", "aggregator", "wiki", "blog", "narrative")
WEAK_LETTER = "D"
STRENGTHS = ("several sources", "one source", "weak sources alone", "no source")
NO_LETTER = "none"
LETTERS = ("A", "B", "C", "D", "E", "F", NO_LETTER)


def strength(view: View, links: str, key: str) -> pd.DataFrame:
    """Return how strong the evidence under each row of a table is.

    Parameters
    ----------
    links
        Name of the link table, such as ``event-sources``.
    key
        Its column that names the row.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``key``, a row for every row of the table: ``sources`` (count), ``best`` (A to F, or ``NO_LETTER``), ``weak``
        (bool), ``weak_kinds`` (tuple, in order of the alphabet, of a weak row), ``later`` (number of sources published after
        the as-of date), ``strength`` (one of ``STRENGTHS``: a weak row is that whatever its number of sources).
    """
    known, named = view["sources"].set_index("source_id"), sources_of(view, links, key)
    whole = next(link for link in view.package.table(links).foreign_keys if link.column == key)
    ids = view[whole.table][whole.target]
    rows = [{key: row_id, **_read_off(known.loc[named.get(row_id, [])], view)} for row_id in ids]
    columns = [key, "sources", "best", "weak", "weak_kinds", "later", "strength"]
    return pd.DataFrame(rows, columns=columns).set_index(key)


def is_weak(kind: str, reliability: str) -> bool:
    """Return whether a source of this kind and letter is weak.

    >>> is_weak("news", "C"), is_weak("wiki", "C"), is_weak("news", "D")
    (False, True, True)
    """
    return kind in WEAK_KINDS or reliability >= WEAK_LETTER


def said_of(row: pd.Series) -> str:
    """Return what must be said of a weak row, as ``strength`` returns it: on what it rests."""
    return f"weak sources alone ({', '.join(row['weak_kinds'])})" if row["sources"] else "no source"


def counts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many rows have each best letter, by strength.

    Parameters
    ----------
    rows
        As ``strength`` returns them.

    Returns
    -------
    pandas.DataFrame
        One row a letter that occurs, best first; columns ``STRENGTHS``.
    """
    table = pd.crosstab(rows["best"], rows["strength"])
    found = [letter for letter in LETTERS if letter in table.index]
    return table.reindex(index=found, columns=list(STRENGTHS), fill_value=0)


def _read_off(sources: pd.DataFrame, view: View) -> dict[str, object]:
    flaws = [is_weak(kind, letter) for kind, letter in zip(sources["kind"], sources["reliability"], strict=True)]
    weak = all(flaws)
    counted = STRENGTHS[0] if len(sources) > 1 else STRENGTHS[1]
    return {
        "sources": len(sources),
        "best": min(sources["reliability"], default=NO_LETTER),
        "weak": weak,
        "weak_kinds": tuple(sorted(set(sources["kind"]))) if weak else (),
        "later": sum(dates.is_after(text, view.as_of) for text in sources["published"]),
        "strength": (STRENGTHS[2] if len(sources) else STRENGTHS[3]) if weak else counted,
    }
