"""What did this edition find, and how was each number computed?

A finding has an id (``fnd-``), a value, a short text (what prose shows), a sentence (what the answer box shows), the
section that derives it and the function that computed it. Notebooks publish findings as cell output; the engine collects
them into ``findings.json``. Prose names a finding as ``{{ fnd_timeline_events }}``.

Two findings are equal when their text is, and their value to the number of digits that the finding declares.

Beside its findings a page can publish *results*: what is compared between editions one by one and too many to be told as
sentences, such as the verdict on each claim, the probability of each question and the newest value of each series.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from dossier import dates
from dossier.data import find_upward
from dossier.errors import DossierError, did_you_mean
from dossier.exhibits import ARROWS, FINDINGS_MIME, SIGNS, Exhibit, require_filled, require_label

FILE = "findings.json"
DIRECTIONS = {arrow: " ".join(sign) for arrow, sign in SIGNS.items()}
"""Directions in words."""
KINDS = ("verdict", "probability", "indicator")
Value: TypeAlias = float | int | str | None
Named = TypeVar("Named")


@dataclass(frozen=True)
class Finding:
    """One named result.

    Attributes
    ----------
    finding_id
        Public label, ``fnd-`` and words.
    value
        The number or word itself; None where nothing could be computed.
    text
        The value as prose shows it, with its unit.
    sentence
        The finding as one sentence.
    section
        Label of the section that derives it.
    computed
        Dotted name of the function that computed it.
    as_of
        ISO day.
    unit, digits
        Unit of the value; decimal digits to which two values must agree to be the same finding.
    tables
        Tables that the finding was read from.
    arrow, reason
        Status at a glance (up, down, flat, none) and one line of reason, where the finding has a direction.
    """

    finding_id: str
    value: Value
    text: str
    sentence: str
    section: str
    computed: str
    as_of: str
    unit: str = ""
    digits: int = 0
    arrow: str | None = None
    reason: str = ""
    tables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a finding that could not be cited or traced."""
        require_label(self.finding_id, "fnd")
        require_label(self.section)
        require_filled(
            self.finding_id, text=self.text, sentence=self.sentence, computed=self.computed, as_of=self.as_of
        )
        if self.arrow is not None and (self.arrow not in ARROWS or not self.reason):
            raise ValueError(f"{self.finding_id}: an arrow is one of {', '.join(ARROWS)} and has a reason")
        _refuse_no_number(self.finding_id, self.value)

    @property
    def name(self) -> str:
        """The name by which prose calls the finding."""
        return self.finding_id.replace("-", "_")

    def same_as(self, other: Finding) -> bool:
        """Return whether two findings say the same, to the digits declared."""
        return self.text == other.text and _same_value(self.value, other.value, digits=self.digits)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Result:
    """One of many results of a kind, to be compared between editions.

    Attributes
    ----------
    kind
        One of ``KINDS``.
    key
        What tells it from others of its kind: the id of a claim, a question, a scenario or a series.
    title
        What it is the result of, for readers.
    value
        The number or word itself; None where nothing could be computed.
    text
        The value as a reader sees it.
    place
        Label of the place in the book where it is derived.
    digits
        Decimal digits to which two values must agree to be the same result.
    """

    kind: str
    key: str
    title: str
    value: Value
    text: str
    place: str
    digits: int = 0

    def __post_init__(self) -> None:
        """Refuse a result that could not be found again."""
        require_label(self.place)
        if self.kind not in KINDS:
            raise ValueError(f"{self.key}: kind {self.kind!r}; {did_you_mean(self.kind, KINDS)}")
        _refuse_no_number(self.key, self.value)

    @property
    def result_id(self) -> str:
        """What tells it from every other result."""
        return f"{self.kind}:{self.key}"

    def same_as(self, other: Result) -> bool:
        """Return whether two results say the same, to the digits declared."""
        return self.text == other.text and _same_value(self.value, other.value, digits=self.digits)


@dataclass(frozen=True, repr=False)
class Answer(Exhibit):
    """Findings as a boxed list: where they are derived, or (``repeated``) where they are quoted with a link.

    ``results`` go with them as data and are not shown.
    """

    findings: Sequence[Finding]
    repeated: bool = False
    results: Sequence[Result] = ()

    def mime(self) -> str:
        """Return the mime type of findings."""
        return FINDINGS_MIME

    def content(self) -> dict[str, Any]:
        """Return the findings as data."""
        return {
            "findings": [self._item(finding) for finding in self.findings],
            "repeated": self.repeated,
            "results": [asdict(result) for result in self.results],
        }

    def _item(self, finding: Finding) -> dict[str, Any]:
        status = {"arrow": finding.arrow, "reason": finding.reason} if finding.arrow in DIRECTIONS else None
        place = finding.section.split("-")[1].capitalize() if finding.section.startswith("sec-") else ""
        return {
            "id": finding.finding_id,
            "status": status,
            "show_link": self.repeated,
            "place": place,
            **finding.as_dict(),
        }

    def __repr__(self) -> str:
        """Write the sentences as text."""
        return "\n".join(f"- {finding.sentence}" for finding in self.findings)


@dataclass(frozen=True)
class Published:
    """Everything that the pages of an edition published: findings by id, and results by kind and key."""

    findings: Mapping[str, Finding]
    results: Mapping[str, Result]

    @classmethod
    def of(cls, found: Sequence[Finding], results: Sequence[Result] = ()) -> Published:
        """Return findings and results by name; raise ``DossierError`` if two share one."""
        named = _named([(one.finding_id, one) for one in found], "findings")
        return cls(named, _named([(one.result_id, one) for one in results], "results"))

    def as_dict(self) -> dict[str, Any]:
        """Return findings and results for JSON, sorted."""
        return {
            "findings": [self.findings[name].as_dict() for name in sorted(self.findings)],
            "results": [asdict(self.results[name]) for name in sorted(self.results)],
        }

    def without(self, section: str) -> Published:
        """Return the same without findings derived in sections whose label begins with ``section``."""
        kept = {name: one for name, one in self.findings.items() if not one.section.startswith(section)}
        return Published(kept, self.results)


def published(outputs: Iterable[Mapping[str, Any]]) -> Published:
    """Return what cell outputs publish, leaving out findings that only repeat another page's.

    Raises
    ------
    DossierError
        If two sections publish findings or results of the same name.
    """
    found, results = [], []
    for output in outputs:
        content = output.get("data", {}).get(FINDINGS_MIME)
        if content and not content.get("repeated"):
            found += [_from_dict(item) for item in content["findings"]]
            results += [Result(**item) for item in content.get("results", ())]
    return Published.of(found, results)


def _named(pairs: Sequence[tuple[str, Named]], what: str) -> dict[str, Named]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DossierError(f"{what} published twice: {', '.join(twice)}; one section derives each")
    return dict(pairs)


def write(found: Published, path: Path) -> None:
    """Write findings and results as JSON, sorted by id."""
    path.write_text(json.dumps(found.as_dict(), indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_all(content: Mapping[str, Any]) -> Published:
    """Return findings and results from the content of a findings file or of an edition's lock."""
    found = [_from_dict(item) for item in content["findings"]]
    results = [Result(**item) for item in content.get("results", ())]
    return Published.of(found, results)


def read(path: Path) -> dict[str, Finding]:
    """Return findings by id from a findings file or an edition's lock."""
    return dict(read_all(json.loads(path.read_text("utf-8"))).findings)


def of_this_edition(as_of: date) -> dict[str, Finding]:
    """Return the findings that stand nearest above the working folder, none later than ``as_of``.

    A notebook inside a build finds those of its own edition; one opened in the project finds those of the newest book
    built there.

    Raises
    ------
    DossierError
        If there are none, or they speak of a later day: they would show what was not known.
    """
    found = read(_nearest())
    late = sorted({finding.as_of for finding in found.values() if dates.is_after(finding.as_of, as_of)})
    if late:
        raise DossierError(
            f"the findings at hand are of {late[-1]}; accepted: an as_of not before that, or build the edition of {as_of}"
        )
    return found


def _nearest() -> Path:
    try:
        return find_upward(FILE)
    except DossierError:
        built = sorted(find_upward("_toc.yml").parent.glob(f"_build/site/*/{FILE}"))
        if not built:
            raise DossierError(f"no {FILE} here or above: build the book first (make book)") from None
        return built[-1]


def pick(found: Mapping[str, Finding], *ids: str) -> list[Finding]:
    """Return findings by id, in the order asked for; raise ``DossierError`` with a hint for an unknown one."""
    for name in ids:
        if name not in found:
            raise DossierError(f"no finding {name!r}; {did_you_mean(name, found)}")
    return [found[name] for name in ids]


def _refuse_no_number(name: str, value: Value) -> None:
    """Refuse what JSON cannot say and nothing can be compared with."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(
            f"{name}: value {value}; accepted: a finite number, a word, or None where nothing could be computed"
        )


def _from_dict(item: Mapping[str, Any]) -> Finding:
    known = {name: item[name] for name in Finding.__dataclass_fields__ if name in item}
    return Finding(**{**known, "tables": tuple(item.get("tables", ()))})


def _same_value(one: Value, other: Value, *, digits: int) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return round(one, digits) == round(other, digits)
    return one == other
