"""What did this edition find, and how was each number computed?

A finding has an id (``fnd-``), a value, a short text (what prose shows), a sentence (what the answer box shows), the
section that derives it and the function that computed it. Notebooks publish findings as cell output; the engine collects
them into ``findings.json``. Prose names a finding as ``{{ fnd_timeline_events }}``.

Two findings are equal when their text is, and their value to the number of digits that the finding declares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dossier import dates
from dossier.data import find_upward
from dossier.errors import DossierError, did_you_mean
from dossier.exhibits import FINDINGS_MIME, Exhibit, require_filled, require_label

FILE = "findings.json"
ARROWS = ("up", "down", "flat", "none")


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
    value: float | int | str | None
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

    @property
    def name(self) -> str:
        """The name by which prose calls the finding."""
        return self.finding_id.replace("-", "_")

    def same_as(self, other: Finding) -> bool:
        """Return whether two findings say the same, to the digits declared."""
        if self.text != other.text:
            return False
        numbers = [value for value in (self.value, other.value) if isinstance(value, int | float)]
        if len(numbers) < 2:
            return self.value == other.value
        return round(numbers[0], self.digits) == round(numbers[1], self.digits)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        return asdict(self)


@dataclass(frozen=True, repr=False)
class Answer(Exhibit):
    """Findings as a boxed list: where they are derived, or (``repeated``) where they are quoted with a link."""

    findings: Sequence[Finding]
    repeated: bool = False

    def mime(self) -> str:
        """Return the mime type of findings."""
        return FINDINGS_MIME

    def content(self) -> dict[str, Any]:
        """Return the findings as data."""
        return {"findings": [self._item(finding) for finding in self.findings], "repeated": self.repeated}

    def _item(self, finding: Finding) -> dict[str, Any]:
        status = {"arrow": finding.arrow, "reason": finding.reason} if finding.arrow else None
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


def published(outputs: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Return the findings that cell outputs publish, leaving out those that only repeat another page's."""
    found = []
    for output in outputs:
        content = output.get("data", {}).get(FINDINGS_MIME)
        if content and not content.get("repeated"):
            found += [_from_dict(item) for item in content["findings"]]
    return found


def write(found: Sequence[Finding], path: Path) -> None:
    """Write findings as JSON, sorted by id; raise ``DossierError`` if two share one."""
    ids = [finding.finding_id for finding in found]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise DossierError(f"findings published twice: {', '.join(twice)}; one section derives each")
    ordered = sorted(found, key=lambda finding: finding.finding_id)
    text = json.dumps({"findings": [finding.as_dict() for finding in ordered]}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")


def read(path: Path) -> dict[str, Finding]:
    """Return findings by id from a findings file or an edition's lock."""
    items = json.loads(path.read_text("utf-8"))["findings"]
    return {item["finding_id"]: _from_dict(item) for item in items}


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


def _from_dict(item: Mapping[str, Any]) -> Finding:
    known = {name: item[name] for name in Finding.__dataclass_fields__ if name in item}
    return Finding(**{**known, "tables": tuple(item.get("tables", ()))})
