"""Do the rules over cases name what exists?

A class of cases chooses from a set by columns and values; a lesson and the present case speak of columns of the settlements;
an uncertain input has the parameters of its distribution; an end of the event tree belongs to one scenario. A misspelt column or
value would quietly choose nothing, so the check of the tables refuses it. Each rule takes the package, its rows as text and its YAML
documents, and yields problems; what is of another form is left to the schema.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from dossier import dates
from dossier.errors import DossierError, did_you_mean
from dossier.package import Package, Problem, Table
from dossier.priors import PARAMETERS, Prior

Rows = Mapping[str, Mapping[int, Mapping[str, str]]]
SPELLS, DURATIONS, CASES, SETTLEMENTS = "conflict-spells", "war-durations", "precedents", "settlements"
CLASSES = {"reference-classes": (SPELLS,), "hazard-classes": (SPELLS, DURATIONS)}
WAR_DAYS = "war_days"  # a number that the analyses add to every conflict
BOUNDS = ("from", "to")
CHANCES = ("if", "not")
COUNTED, INDICATOR, COUNTED_NUMBERS, LAG = "months above the pace", "indicator", ("pace", "run", "back"), "lag_days"


def class_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """A class names a set that has rows, columns of it, and values and bounds that those columns can have."""
    for name, tables in CLASSES.items():
        sets = {row.get("set_id", ""): table for table in tables for row in rows.get(table, {}).values() if row}
        sets |= {SETTLEMENTS: CASES} if name == "reference-classes" else {}
        for entry in _mappings(documents.get(name)):
            set_id = str(entry.get("set_id"))
            if set_id not in sets:
                yield _in_class(
                    package, name, entry, "set_id", set_id, f"a set with rows; {did_you_mean(set_id, sets)}"
                )
                continue
            for condition in _mappings(entry.get("where")):
                found = _condition_problems(condition, package.table(sets[set_id]), _values(rows, sets[set_id], set_id))
                for value, accepted in found:
                    yield _in_class(package, name, entry, "where", value, accepted)


def feature_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """A lesson, and a row of the present case, names a column of the settlements and values that it can hold."""
    accepted = _allowed(package.tables[CASES]) if CASES in package.tables else {}
    for name, columns in (("lessons", ("value", "against")), ("present-case", ("value",))):
        for line, row in _each(rows, name):
            table, feature = package.table(name), row.get("feature", "")
            if feature not in accepted:
                hint = did_you_mean(feature, accepted)
                yield _at(
                    table, line, row, "feature", feature, f"a column of {CASES} with a closed list of values; {hint}"
                )
                continue
            for column in columns:
                text = row.get(column, "")
                for value in text.split(";") if name == "lessons" else [text]:
                    if value not in accepted[feature]:
                        yield _at(table, line, row, column, value, ", ".join(accepted[feature]))


def prior_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """The parameters of an uncertain input make the distribution that it names."""
    for line, row in _each(rows, "priors"):
        texts = [text for text in (row.get(column, "") for column in ("first", "second", "third")) if text]
        if row.get("distribution", "") not in PARAMETERS or not all(map(_is_number, texts)):
            continue  # said already: a value outside the list, or a word for a number
        try:
            Prior(row.get("prior_id", ""), "", "", row["distribution"], tuple(map(float, texts)), 0.0, "")
        except DossierError:
            accepted = (
                f"for a {row['distribution']} distribution: {', '.join(PARAMETERS[row['distribution']])}, in order"
            )
            yield _at(package.table("priors"), line, row, "first", ";".join(texts), accepted)


def likelihood_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """The lowest, the most likely and the highest chance of a signpost stand in order."""
    for line, row in _each(rows, "likelihoods"):
        for kind in CHANCES:
            texts = [row.get(f"{kind}_{end}", "") for end in ("low", "mode", "high")]
            if all(map(_is_number, texts)) and sorted(texts, key=float) != texts:
                yield _at(
                    package.table("likelihoods"),
                    line,
                    row,
                    f"{kind}_mode",
                    ";".join(texts),
                    "lowest, most likely, highest, in order",
                )


def leaf_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """An end of the event tree belongs to one scenario at the most; another can only be read into it."""
    owner: dict[str, str] = {}
    for line, row in _each(rows, "leaf-map"):
        leaf, scenario = row.get("leaf_id", ""), row.get("scenario_id", "")
        if row.get("reading") == "exclusive" and owner.setdefault(leaf, scenario) != scenario:
            yield _at(
                package.table("leaf-map"),
                line,
                row,
                "reading",
                "exclusive",
                f"overlapping: {leaf} belongs to {owner[leaf]} already",
            )


def question_problems(package: Package, rows: Rows, documents: Mapping[str, Any]) -> Iterator[Problem]:
    """A question closes after it opens, names a judged input if, and only if, it is judged, and has the parameters of its quantity."""
    for line, row in _each(rows, "questions"):
        table, judged = package.table("questions"), row.get("quantity") == "judged"
        if judged != bool(row.get("prior_id")):
            accepted = "a row of priors.csv" if judged else "blank where the quantity is not judged"
            yield _at(table, line, row, "prior_id", row.get("prior_id", ""), accepted)
        opens, closes = row.get("opens", ""), row.get("closes", "")
        if dates.is_date(opens) and dates.is_date(closes) and dates.last_day(closes) < dates.first_day(opens):
            yield _at(table, line, row, "closes", closes, f"a date not before opens {opens}")
        accepted = _parameters_missing(row, {one.get("indicator_id", "") for _, one in _each(rows, "indicators")})
        if accepted:
            yield _at(table, line, row, "parameters", row.get("parameters", ""), accepted)


def _parameters_missing(row: Mapping[str, str], indicators: Collection[str]) -> str:
    """Return what the parameters of a question should be, or nothing where they are right."""
    numbers = COUNTED_NUMBERS if row.get("quantity") == COUNTED else (LAG,)
    text = row.get("parameters", "")
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = None
    wanted = f"a JSON object of {', '.join(numbers)}"
    if not isinstance(found, dict) or not all(isinstance(found.get(name, 0), int | float) for name in numbers):
        return f"{wanted}, each a number"
    if row.get("quantity") != COUNTED:
        return "" if set(found) <= {LAG} and found.get(LAG, 0) >= 0 else f"{wanted}, at least 0, or blank"
    if set(found) != {INDICATOR, *numbers}:
        return f"{wanted}, and {INDICATOR}"
    if found[INDICATOR] not in indicators:
        return f"an {INDICATOR} of indicators.csv; {did_you_mean(str(found[INDICATOR]), indicators)}"
    return "" if found["run"] >= 1 and found["back"] >= found["run"] else "run at least 1 and back no less than run"


RULES = (class_problems, feature_problems, prior_problems, likelihood_problems, leaf_problems, question_problems)


def _condition_problems(
    condition: Mapping[str, Any], table: Table, values: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Return what is wrong with a condition: the value, and what would be accepted."""
    column = str(condition.get("column"))
    known = [*table.columns, *([WAR_DAYS] if table.name != CASES else [])]
    if column not in known:
        yield column, f"a column of {table.name}; {did_you_mean(column, known)}"
        return
    if not {"is", "is_not", *BOUNDS} & set(condition):
        yield column, "a condition: is, is_not, from or to"
    listed = _allowed(table).get(column)
    allowed = listed or sorted(values.get(column, ()))
    for key in ("is", "is_not"):
        for value in condition.get(key) if isinstance(condition.get(key), list) else []:
            if str(value) not in allowed:
                accepted = ", ".join(listed) if listed else f"a value that occurs; {did_you_mean(str(value), allowed)}"
                yield f"{column}: {value}", accepted
    yield from _bound_problems(condition, table, column)


def _bound_problems(condition: Mapping[str, Any], table: Table, column: str) -> Iterator[tuple[str, str]]:
    dated = {field["name"] for field in table.fields if field.get("dossier", {}).get("date") or field["type"] == "date"}
    numeric = {WAR_DAYS, *(name for name, kind in table.types().items() if kind in ("integer", "number"))}
    for bound in (condition[key] for key in BOUNDS if key in condition):
        if column in dated and not (isinstance(bound, str) and dates.is_date(bound)):
            yield f"{column}: {bound}", f"text that is {dates.ACCEPTED}, in quotation marks"
        elif column in numeric and (isinstance(bound, bool) or not isinstance(bound, int | float)):
            yield f"{column}: {bound}", "a number"
        elif column not in dated | numeric:
            yield f"{column}: {bound}", "is or is_not: the column holds neither dates nor numbers"


def _values(rows: Rows, table: str, set_id: str) -> dict[str, set[str]]:
    """Return the values that occur in each column of a set."""
    found: dict[str, set[str]] = {}
    for row in rows.get(table, {}).values():
        if table == CASES or row.get("set_id") == set_id:
            for column, value in row.items():
                found.setdefault(column, set()).add(value)
    return found


def _allowed(table: Table) -> dict[str, list[str]]:
    """Return the columns with a closed list of values, and the list."""
    fields = {field["name"]: field.get("constraints", {}).get("enum") for field in table.fields}
    return {name: values for name, values in fields.items() if values}


def _mappings(entries: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _each(rows: Rows, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    yield from ((line, row) for line, row in rows.get(name, {}).items() if row)


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _in_class(package: Package, name: str, entry: Mapping[str, Any], column: str, value: str, accepted: str) -> Problem:
    return Problem(package.table(name).path, 0, str(entry.get("class_id", "")), column, value, accepted)


def _at(table: Table, line: int, row: Mapping[str, str], column: str, value: str, accepted: str) -> Problem:
    return Problem(table.path, line, " + ".join(row.get(key, "") for key in table.key), column, value, accepted)
