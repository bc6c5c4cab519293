"""Which edition is this, with which parameters?

An edition is one YAML file: an as-of date, what it supersedes, and parameters for all notebooks and for each. What a
notebook accepts is declared in its own parameters cell, one line each: ``name: type = default  # meaning (unit)``.
Unknown and ill-typed parameters are refused before anything runs, with the same message that a notebook run by hand gives:
as bad usage (exit code 2) if they were typed on the command line, as bad input (1) if they stand in the edition's file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dossier import dates
from dossier.data import TextDates, find_upward
from dossier.errors import DossierError, UsageError, did_you_mean

TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
ISO_DAY = "ISO day"
DECLARATION = re.compile(r"^(?P<meaning>.*?)\s*\((?P<unit>[^()]*)\)\s*$")
EDITION_ID = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.(?P<revision>[1-9][0-9]*))?")
ACCEPTED_KEYS = {
    "id",
    "as_of",
    "title",
    "supersedes",
    "retrospective",
    "compiled_on",
    "next_due",
    "parameters",
    "notebooks",
}


class ParameterError(UsageError):
    """A parameter that no notebook declares, or a value of the wrong type."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a notebook."""

    name: str
    type_name: str
    default: Any
    meaning: str
    unit: str

    def parse(self, value: Any, *, notebook: str) -> Any:
        """Return ``value`` as the declared type; text is read as a value of that type.

        Raises
        ------
        ParameterError
            Naming notebook, parameter, value and what would be accepted.
        """
        try:
            return self._parsed(value)
        except (ValueError, TypeError):
            accepted = f"{self.type_name}" + (f" ({self.unit})" if self.unit else "")
            raise ParameterError(
                f"{notebook}.{self.name}: {value!r} is not accepted; accepted: {accepted}, such as {self.default!r}"
            ) from None

    def _parsed(self, value: Any) -> Any:
        kind = TYPES[self.type_name]
        if self.unit == ISO_DAY:
            return dates.parse_day(str(value)).isoformat()
        if kind is bool:
            return _boolean(value)
        if isinstance(value, bool) or (kind is not str and not isinstance(value, str | int | float)):
            raise TypeError(value)
        if kind is str and not isinstance(value, str):
            raise TypeError(value)
        if kind is int and isinstance(value, float):
            raise TypeError(value)
        return kind(value)


@dataclass(frozen=True)
class FanOut:
    """One notebook that makes a page of each row of a table, or of each run of rows.

    ``rows_a_page`` names the parameter that says how long a run may be.
    """

    table: str
    key: str
    where: str | None
    title: str
    label: str
    rows_a_page: str | None = None


@dataclass(frozen=True)
class Notebook:
    """What a notebook declares about itself."""

    name: str
    path: Path
    parameters: tuple[Parameter, ...]
    wave: int
    time_limit_s: int
    fan_out: FanOut | None

    def parameter(self, name: str) -> Parameter:
        """Return a declared parameter; raise ``ParameterError`` with a hint for an unknown one."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = [parameter.name for parameter in self.parameters]
        raise ParameterError(f"{self.name}.{name}: no such parameter; {did_you_mean(name, known)}")

    def defaults(self) -> dict[str, Any]:
        """Return the declared defaults by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}


@dataclass(frozen=True)
class Edition:
    """One edition of the report, as its file says."""

    edition_id: str
    as_of: date
    title: str
    supersedes: str | None
    retrospective: bool
    compiled_on: date
    path: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notebooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    next_due: str | None = None

    @property
    def revision(self) -> int:
        """Which publication of the day this is: 0 for the first, 2 for ``2025-12-30.2``."""
        return int(self.edition_id.partition(".")[2] or 0)


def editions(root: Path) -> list[Edition]:
    """Return all editions of a project, oldest first."""
    found = [read(path) for path in (root / "editions").glob("*.yml")]
    return sorted(found, key=lambda edition: (edition.as_of, edition.revision))


def is_revised(root: Path, edition_id: str) -> bool:
    """Return whether a later revision of the same day exists."""
    own = find(root, edition_id)
    return any(other.as_of == own.as_of and other.revision > own.revision for other in editions(root))


def find(root: Path, edition_id: str) -> Edition:
    """Return one edition by id; raise ``UsageError`` with a hint if there is none."""
    path = root / "editions" / f"{edition_id}.yml"
    if not path.is_file():
        known = [entry.stem for entry in (root / "editions").glob("*.yml")]
        raise UsageError(f"no edition {edition_id!r}; {did_you_mean(edition_id, known)}")
    return read(path)


def read(path: Path) -> Edition:
    """Read an edition file.

    Raises
    ------
    DossierError
        Naming file, key, value and what would be accepted.
    """
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=TextDates)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise DossierError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise DossierError(f"{path}: accepted: a mapping with {', '.join(sorted(ACCEPTED_KEYS))}")
    for key in content:
        if key not in ACCEPTED_KEYS:
            raise DossierError(f"{path}: key {key!r}: {did_you_mean(str(key), ACCEPTED_KEYS)}")
    edition = Edition(
        edition_id=_text(path, content, "id"),
        as_of=_day(path, content, "as_of"),
        title=_text(path, content, "title"),
        supersedes=None if content.get("supersedes") is None else _text(path, content, "supersedes"),
        retrospective=_flag(path, content, "retrospective"),
        compiled_on=_day(path, content, "compiled_on"),
        path=path,
        parameters=_mapping(path, content, "parameters"),
        notebooks=_settings(path, content),
        next_due=None if content.get("next_due") is None else _day(path, content, "next_due").isoformat(),
    )
    _refuse_other_id(edition)
    _refuse_other_order(edition)
    return edition


def read_notebook(path: Path) -> Notebook:
    """Return what a notebook declares: parameters, wave, time limit, pages."""
    import nbformat
    import papermill

    own = nbformat.read(path, as_version=4).metadata.get("dossier", {})
    inspected = papermill.inspect_notebook(str(path))
    fan_out = own.get("fan_out")
    return Notebook(
        name=path.stem,
        path=path,
        parameters=tuple(_declared(path, entry) for entry in inspected.values()),
        wave=int(own.get("wave", 1)),
        time_limit_s=int(own.get("time_limit_s", 120)),
        fan_out=FanOut(**fan_out) if fan_out else None,
    )


def resolve(
    edition: Edition, notebooks: Sequence[Notebook], overrides: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the parameters of every notebook: defaults, then the edition's, then the overrides.

    Parameters
    ----------
    overrides
        Texts ``notebook.name=value``.

    Raises
    ------
    DossierError
        For an unknown notebook or parameter, an ill-typed value, or an as-of date later than the edition's: a
        ``ParameterError`` (bad usage) if an override says so, else naming the edition's file and the key.
    """
    by_name = {notebook.name: notebook for notebook in notebooks}
    resolved = {name: notebook.defaults() for name, notebook in by_name.items()}
    for name, value in edition.parameters.items():
        holders = [notebook for notebook in notebooks if name in notebook.defaults()]
        if not holders:
            known = {parameter.name for notebook in notebooks for parameter in notebook.parameters}
            raise DossierError(f"{edition.path}: parameters.{name}: no notebook takes it; {did_you_mean(name, known)}")
        with _of_file(edition.path, "parameters"):
            for notebook in holders:
                resolved[notebook.name][name] = notebook.parameter(name).parse(value, notebook=notebook.name)
    settings = [(page, name, value) for page, given in edition.notebooks.items() for name, value in given.items()]
    with _of_file(edition.path, "notebooks"):
        _refuse_unknown(edition.notebooks, by_name)
        _set(resolved, settings, by_name)
    with _of_file(edition.path, "as_of"):
        _refuse_hindsight(edition, resolved)
    _set(resolved, map(split_override, overrides), by_name)
    _refuse_hindsight(edition, resolved)
    return resolved


def split_override(text: str) -> tuple[str, str, str]:
    """Return notebook, parameter and value of ``notebook.name=value``.

    >>> split_override("timeline.as_of=2025-09-01")
    ('timeline', 'as_of', '2025-09-01')
    """
    place, equals, value = text.partition("=")
    notebook, dot, name = place.partition(".")
    if not (equals and dot and notebook and name):
        raise ParameterError(f"-p {text!r}; accepted: notebook.name=value, such as timeline.as_of=2025-09-01")
    return notebook, name, value


def check_parameters(notebook: str, **values: Any) -> None:
    """Refuse ill-typed parameters of a notebook that is run by hand.

    The declarations are read from ``notebooks/<notebook>.ipynb``, searched upward from the working folder.
    """
    declared = _cached_notebook(find_upward("notebooks") / f"{notebook}.ipynb")
    for name, value in values.items():
        declared.parameter(name).parse(value, notebook=notebook)


@cache
def _cached_notebook(path: Path) -> Notebook:
    return read_notebook(path)


@contextmanager
def _of_file(path: Path, key: str) -> Iterator[None]:
    """Turn bad usage into bad input: what is wrong stands in a file and was not typed."""
    try:
        yield
    except ParameterError as error:
        raise DossierError(f"{path}: {key}: {error}") from error


def _set(
    resolved: Mapping[str, dict[str, Any]], values: Iterable[tuple[str, str, Any]], by_name: Mapping[str, Notebook]
) -> None:
    for page, name, value in values:
        _refuse_unknown([page], by_name)
        resolved[page][name] = by_name[page].parameter(name).parse(value, notebook=page)


def _refuse_unknown(pages: Iterable[str], by_name: Mapping[str, Notebook]) -> None:
    for page in pages:
        if page not in by_name:
            raise ParameterError(f"{page}: no such notebook; {did_you_mean(page, by_name)}")


def _refuse_other_id(edition: Edition) -> None:
    """Refuse an id that is not the as-of date, with the number of its revision if it has one."""
    path, given, day = edition.path, edition.edition_id, edition.as_of.isoformat()
    if given != path.stem:
        raise DossierError(f"{path}: id {given!r}; accepted: {path.stem!r}, the name of the file")
    match = EDITION_ID.fullmatch(given)
    if not match or match["day"] != day:
        accepted = f"{day!r}, the as_of day, or a revision of it such as '{day}.2'"
        raise DossierError(f"{path}: id {given!r}; accepted: {accepted}")


def _refuse_other_order(edition: Edition) -> None:
    """Refuse an edition that supersedes itself or a later one, or whose successor is due before it."""
    before = EDITION_ID.fullmatch(edition.supersedes or "")
    if edition.supersedes and not before:
        raise DossierError(f"{edition.path}: supersedes {edition.supersedes!r}; accepted: the id of an edition")
    if before and (before["day"], int(before["revision"] or 0)) >= (edition.as_of.isoformat(), edition.revision):
        raise DossierError(f"{edition.path}: supersedes {edition.supersedes!r}; accepted: the id of an earlier edition")
    if edition.next_due and edition.next_due <= edition.as_of.isoformat():
        raise DossierError(f"{edition.path}: next_due {edition.next_due!r}; accepted: a day after {edition.as_of}")


def _refuse_hindsight(edition: Edition, resolved: Mapping[str, Mapping[str, Any]]) -> None:
    for page, values in resolved.items():
        day = values.get("as_of")
        if day and dates.parse_day(day) > edition.as_of:
            raise ParameterError(
                f"{page}.as_of: {day!r} is later than edition {edition.edition_id} knows; "
                f"accepted: a day up to {edition.as_of.isoformat()}"
            )


def _declared(path: Path, entry: Mapping[str, Any]) -> Parameter:
    match = DECLARATION.match(entry["help"] or "")
    type_name = entry["inferred_type_name"]
    if not match or type_name not in TYPES:
        raise DossierError(
            f"{path.name}: parameter {entry['name']}; accepted: name: {'|'.join(TYPES)} = default  # meaning (unit)"
        )
    return Parameter(entry["name"], type_name, ast.literal_eval(entry["default"]), match["meaning"], match["unit"])


def _boolean(value: Any) -> bool:
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError(value)


def _text(path: Path, content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DossierError(f"{path}: {key}: {value!r}; accepted: text")
    return value


def _day(path: Path, content: Mapping[str, Any], key: str) -> date:
    try:
        return dates.parse_day(str(content.get(key)))
    except ValueError as error:
        raise DossierError(f"{path}: {key}: {error}") from error


def _flag(path: Path, content: Mapping[str, Any], key: str) -> bool:
    value = content.get(key)
    if not isinstance(value, bool):
        raise DossierError(f"{path}: {key}: {value!r}; accepted: true or false")
    return value


def _settings(path: Path, content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the parameters of each notebook named."""
    given = _mapping(path, content, "notebooks")
    return {name: _mapping(path, given, name, above="notebooks.") for name in given}


def _mapping(path: Path, content: Mapping[str, Any], key: str, *, above: str = "") -> Mapping[str, Any]:
    """Return a mapping of texts to values; a key without a value is an empty one."""
    value = {} if content.get(key) is None else content[key]
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise DossierError(f"{path}: {above}{key}: {value!r}; accepted: a mapping of names to values")
    return value
