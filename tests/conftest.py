"""What all tests share: the project, the invented harbour story, and projects made from it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
from stories import DAY, HARBOUR, ROOT, Story, assemble

from dossier import cli, data

hypothesis.settings.register_profile("suite", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def harbour() -> Path:
    """The data folder of the invented story."""
    return HARBOUR / "data"


@pytest.fixture(scope="session")
def harbour_view(harbour: Path) -> data.View:
    """The invented story as known on the day of its edition."""
    return data.view(data.describe(harbour), as_of=DAY)


@pytest.fixture(scope="session")
def real_view(root: Path) -> data.View:
    """The project's own story as known on the day of its first edition."""
    return data.view(data.describe(root / "data"), as_of="2025-12-30")


@pytest.fixture
def story(harbour: Path, tmp_path: Path) -> Story:
    """A copy of the invented story that a test may break."""
    return Story(harbour, tmp_path / "data")


@pytest.fixture
def project(tmp_path: Path) -> Callable[[], Path]:
    """Make a project of the invented story: its data and editions, the notebooks and prose of this one."""

    return lambda: assemble(tmp_path / "project", HARBOUR)


@pytest.fixture(scope="session")
def harbour_project(tmp_path_factory) -> Path:
    """A project of the invented story that no test changes."""
    return assemble(tmp_path_factory.mktemp("harbour") / "project", HARBOUR)


@pytest.fixture(scope="session")
def real_project(tmp_path_factory) -> Path:
    """A copy of this project that no test changes."""
    return assemble(tmp_path_factory.mktemp("real") / "project", ROOT)


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def dossier(monkeypatch, capsys) -> Callable[..., Said]:
    """Run the ``dossier`` command in this process, as if typed in a folder."""

    def run(*words: str, where: Path = ROOT) -> Said:
        monkeypatch.chdir(where)
        monkeypatch.setattr(sys, "argv", ["dossier", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run
