"""Several editions in one go: one's notebooks at a time, in order, and a revised edition stays as it was published."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from dossier import build, edition, press
from dossier.build import Built
from dossier.diff import ReleasedError
from dossier.errors import DossierError
from dossier.press import Kept

NAMES = ["2031-06-30", "2031-07-31", "2031-08-31"]


@pytest.fixture
def begun(monkeypatch) -> list[str]:
    """Stand in for the build of an edition; the names of those begun, and a failure for names that say so."""
    begun: list[str] = []
    busy = threading.Lock()

    def one(root: Path, name: str, overrides=(), *, draft, force, announce, progress, turn) -> Built:
        begun.append(name)
        with turn:
            assert busy.acquire(blocking=False), "two editions' notebooks run at once"
            time.sleep(0.02)
            busy.release()
        announce(1)
        progress("html")
        if name.endswith("otherwise"):
            raise ReleasedError(f"{name}: released, and would now find otherwise\n  fnd-a: 1 -> 2")
        if name.endswith("broken"):
            raise DossierError(f"{name}: broken")
        return Built(name, root / name, "swh:1:dir:0", reused=False, released=True)

    monkeypatch.setattr(build, "build", one)
    monkeypatch.setattr(edition, "is_revised", lambda root, name: name.startswith("revised"))
    return begun


def test_editions_come_back_in_their_order(begun, tmp_path):
    assert [made.edition for made in press.build_all(tmp_path, NAMES)] == NAMES
    assert sorted(begun) == NAMES


def test_each_edition_has_a_bar_of_its_own(begun, tmp_path):
    told: list[tuple[str, object]] = []
    press.build_all(
        tmp_path,
        NAMES,
        bar=lambda name: (lambda steps: told.append((name, steps)), lambda step: told.append((name, step))),
    )
    assert sorted(told, key=str) == sorted([(name, what) for name in NAMES for what in (1, "html")], key=str)


def test_an_edition_that_fails_stops_the_whole_with_its_own_error(begun, tmp_path):
    with pytest.raises(DossierError, match="b-broken: broken"):
        press.build_all(tmp_path, ["a", "b-broken", *"cdefghij"])
    assert len(begun) < 6


def test_a_revised_edition_that_would_find_otherwise_stays_as_it_was_published(begun, tmp_path):
    made = press.build_all(tmp_path, ["revised-otherwise", "2031-06-30.2"], keep_revised=True)
    assert made[0] == Kept("revised-otherwise", "revised-otherwise: released, and would now find otherwise")
    assert made[0].told().startswith("revised-otherwise stays as it was published, for it has been revised: ")
    assert made[1].told().startswith("2031-06-30.2 built, findings as released: ")


def test_one_that_was_named_or_not_revised_is_refused(begun, tmp_path):
    for names, keep in ((["revised-otherwise"], False), (["otherwise"], True)):
        with pytest.raises(ReleasedError):
            press.build_all(tmp_path, names, keep_revised=keep)


def test_what_was_made_can_be_read_by_a_machine(begun, tmp_path):
    (made,) = press.build_all(tmp_path, NAMES[:1])
    assert made.as_dict() == {
        "edition": NAMES[0], "folder": str(tmp_path / NAMES[0]), "content_hash": "swh:1:dir:0", "reused": False, "released": True, "rows_moved": (),
    }  # fmt: skip


def test_an_edition_named_twice_is_built_once(begun, tmp_path):
    assert [made.edition for made in press.build_all(tmp_path, [NAMES[0], *NAMES[:2]])] == NAMES[:2]
    assert sorted(begun) == NAMES[:2]


def test_a_row_that_is_not_as_released_is_told_even_if_no_finding_moved(tmp_path):
    made = Built("2031-06-30", tmp_path, "swh:1:dir:0", True, True, ("events tolls (changed)",))
    assert made.told().splitlines()[1] == (
        "  rows not as released, though no finding moved: events tolls (changed); accepted: a row in corrections.csv for each"
    )
