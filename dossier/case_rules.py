"""Do the rules over cases name what exists?

A reference class chooses from a set by columns and values; a lesson and the present case speak of columns of the settlements;
an uncertain input has the parameters of its distribution. A misspelt column or value would quietly choose nothing, so the
check of the tables refuses it. Each rule takes the package, its rows as text and its YAML documents, and yields problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dossier import dates
from dossier.errors import DossierError, did_you_mean
from dossier.package import Package, Problem, Table
from dossier.priors import Prior

Rows = Mapping[str, Mapping[int, Mapping[str, str]]]
SPELLS, CASES, CLASSES, SETTLEMENTS = "conflict-spells", "precedents", "reference-classes", "settlements"
WAR_DAYS = "war_days"
BOUNDS = ("from", "to")


def class_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """A reference class names a set that has rows, columns of it, and values that those columns can hold."""
    for entry in documents.get(CLASSES) or []:
        if not isinstance(entry, dict):
            continue  # its schema says so
        sets = {row.get("set_id", "") for row in rows.get(SPELLS, {}).values()} | {SETTLEMENTS}
        set_id = str(entry.get("set_id"))
        if set_id not in sets:
            yield _in_class(package, entry, "set_id", set_id, f"a set with rows; {did_you_mean(set_id, sets)}")
            continue
        table = package.table(CASES if set_id == SETTLEMENTS else SPELLS)
        for condition in entry.get("where") or []:
            yield from _condition_problems(package, entry, condition, table)


def feature_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """A lesson, and a row of the present case, names a column of the settlements and values that it can hold."""
    for name, columns in (("lessons", ("value", "against")), ("present-case", ("value",))):
        for line, row in rows.get(name, {}).items():
            table, feature = package.table(name), row.get("feature", "")
            accepted = _allowed(package.table(CASES))
            if row and feature not in accepted:
                hint = did_you_mean(feature, accepted)
                yield _at(
                    table, line, row, "feature", feature, f"a column of {CASES} with a closed list of values; {hint}"
                )
                continue
            for column in columns if row else ():
                for value in row.get(column, "").split(";"):
                    if value not in accepted[feature]:
                        yield _at(table, line, row, column, value, ", ".join(accepted[feature]))


def prior_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """The parameters of an uncertain input make the distribution that it names."""
    for line, row in rows.get("priors", {}).items():
        texts = [row.get(column, "") for column in ("first", "second", "third")] if row else []
        try:
            given = tuple(float(text) for text in texts if text)
            Prior(row.get("prior_id", ""), "", "", row.get("distribution", ""), given, 0.0, "") if row else None
        except (ValueError, DossierError) as error:
            yield _at(package.table("priors"), line, row, "first", ";".join(texts), str(error))


def _condition_problems(package: Package, entry: Mapping[str, Any], condition: Any, table: Table) -> Iterator[Problem]:
    column = str(condition.get("column")) if isinstance(condition, dict) else ""
    known = [*table.columns, *([WAR_DAYS] if table.name == SPELLS else [])]
    if column not in known:
        yield _in_class(package, entry, "where", column, f"a column of {table.name}; {did_you_mean(column, known)}")
        return
    if not {"is", "is_not", *BOUNDS} & set(condition):
        yield _in_class(package, entry, "where", column, "a condition: is, is_not, from or to")
    allowed = _allowed(table).get(column)
    for value in [*_listed(condition.get("is")), *_listed(condition.get("is_not"))]:
        if allowed and value not in allowed:
            yield _in_class(package, entry, "where", f"{column}: {value}", ", ".join(allowed))
    for bound in (condition[key] for key in BOUNDS if key in condition):
        if isinstance(bound, str) and not _is_date(bound):
            yield _in_class(package, entry, "where", f"{column}: {bound}", f"a number, or {dates.ACCEPTED}")


def _allowed(table: Table) -> dict[str, list[str]]:
    """Return the columns with a closed list of values, and the list."""
    fields = {field["name"]: field.get("constraints", {}).get("enum") for field in table.fields}
    return {name: values for name, values in fields.items() if values}


def _listed(values: Any) -> Iterable[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _is_date(text: str) -> bool:
    try:
        dates.first_day(text)
    except ValueError:
        return False
    return True


def _in_class(package: Package, entry: Mapping[str, Any], column: str, value: str, accepted: str) -> Problem:
    return Problem(package.table(CLASSES).path, 0, str(entry.get("class_id", "")), column, value, accepted)


def _at(table: Table, line: int, row: Mapping[str, str], column: str, value: str, accepted: str) -> Problem:
    return Problem(table.path, line, row.get(table.key[0], ""), column, value, accepted)
