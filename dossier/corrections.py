"""Which values were wrong, and what did the tables say before?

A correction is a row of a table with the columns of ``COLUMNS``. Three kinds:

- *mended*: the table holds ``new_value``, or the old value of a later correction of the cell; it once held ``old_value``.
- *overruled*: the table still holds what its source says, ``expect``; the report reads ``new_value`` in its place. Once the source has
  mended itself the guard fails, so that no correction outlives its ground.
- *whole rows*, with ``*`` as the column: a row that had been missing (no old value), or one that was taken out (``old_value`` holds it as
  JSON).

Whoever knows only some corrections, as an edition released before the others were made does, gets the tables as they stood then: a
mended value goes back, an overruled one stays as its source says, a row added is not there. Assumes a package that ``dossier.check``
found sound. Tables of YAML are not corrected in this way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from dossier.package import Table

COLUMNS = ("correction_id", "table_name", "row_id", "column_name", "old_value", "new_value", "expect", "corrected_on")
WHOLE_ROW = "*"
SEPARATOR = " + "  # between the columns of a key


def are_in(table: Table) -> bool:
    """Return whether the rows of a table are corrections."""
    return not table.is_yaml and set(COLUMNS) <= set(table.columns)


def ids(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]) -> list[str]:
    """Return the ids of all corrections, sorted."""
    return sorted(row["correction_id"] for _, row in _rows(frames, tables))


def applied(
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, Table],
    *,
    known: Collection[str] | None = None,
    dated: Collection[str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables as they read with the corrections that are known; all of them if ``known`` is None.

    Corrections that are not known are undone, the newest first and of whatever day, and left out of their own table.

    Parameters
    ----------
    dated
        Corrections that may overrule a source: those dated up to the day; all of them if None.
    """
    read = dict(frames)
    for _, row in reversed(list(_rows(frames, tables))):
        table = tables[row["table_name"]]
        if known is not None and row["correction_id"] not in known:
            read[table.name] = _undone(read[table.name], table, row)
        elif dated is None or row["correction_id"] in dated:
            read[table.name] = _overruled(read[table.name], table, row)
    for name in {name for name, _ in _rows(frames, tables)}:
        mine = read[name]
        read[name] = mine if known is None else mine[mine["correction_id"].isin(list(known))]
    return read


def as_held(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]) -> dict[str, pd.DataFrame]:
    """Return tables as they are kept: where a correction overrules a source, with what the source says.

    Read again, for whatever earlier day, they overrule what is dated up to it and no more.
    """
    held = dict(frames)
    for _, row in reversed(list(_rows(frames, tables))):
        if not pd.isna(row["expect"]):
            table, column = tables[row["table_name"]], row["column_name"]
            found = (row_ids(held[table.name], table) == row["row_id"]) & (held[table.name][column] == row["new_value"])
            held[table.name] = held[table.name].assign(**{column: held[table.name][column].mask(found, row["expect"])})
    return held


def row_ids(frame: pd.DataFrame, table: Table) -> pd.Series:
    """Return the key of every row as text, as a correction names it."""
    parts = frame[list(table.key)].fillna("").astype(str)
    return parts.agg(SEPARATOR.join, axis=1) if len(parts) else pd.Series(dtype=str, index=frame.index)


def _rows(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table]) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the corrections with the table that holds them, the oldest first."""
    for name, table in tables.items():
        if are_in(table):
            for row in frames[name].sort_values("corrected_on", kind="stable").to_dict("records"):
                yield name, row


def _overruled(frame: pd.DataFrame, table: Table, row: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with the new value where it holds what the source says."""
    if pd.isna(row["expect"]):
        return frame
    found = (row_ids(frame, table) == row["row_id"]) & (frame[row["column_name"]] == row["expect"])
    return frame.assign(**{row["column_name"]: frame[row["column_name"]].mask(found, row["new_value"])})


def _undone(frame: pd.DataFrame, table: Table, row: Mapping[str, str]) -> pd.DataFrame:
    """Return a table as it stood before a correction."""
    if not pd.isna(row["expect"]):
        return frame
    found = row_ids(frame, table) == row["row_id"]
    if row["column_name"] != WHOLE_ROW:
        return frame.assign(**{row["column_name"]: frame[row["column_name"]].mask(found, row["old_value"])})
    if pd.isna(row["old_value"]):
        return frame[~found]
    gone = pd.DataFrame([json.loads(row["old_value"])], dtype=object).reindex(columns=frame.columns)
    return pd.concat([frame, gone], ignore_index=True)
