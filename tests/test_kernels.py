"""Kernels: forked whole from one process, each on its own, and gone when whoever asked for them is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dossier import kernels
from dossier.kernels import Forked, Nursery

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="kernels are started from nothing on this system")

ASKER = """
import sys, time
from pathlib import Path
from dossier.kernels import Nursery
nursery = Nursery()
asked = {"connection": sys.argv[1] + "/kernel.json", "folder": sys.argv[1], "log": sys.argv[1] + "/log"}
print(nursery.fork(asked), nursery._process.pid, flush=True)
time.sleep(60)
"""
WAIT_S = 10


def runs(pid: int) -> bool:
    """Whether a process is there and not only waiting to be cleared away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(*pids: int) -> bool:
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end and any(map(runs, pids)):
        time.sleep(0.05)
    return not any(map(runs, pids))


@pytest.fixture
def nursery():
    made = Nursery()
    yield made
    made.close()


def ask(nursery: Nursery, folder: Path, name: str = "kernel") -> Forked:
    asked = {"connection": str(folder / f"{name}.json"), "folder": str(folder), "log": str(folder / f"{name}.log")}
    return Forked(nursery.fork(asked))


def test_each_kernel_is_a_process_of_its_own(nursery, tmp_path):
    one, two = ask(nursery, tmp_path, "one"), ask(nursery, tmp_path, "two")
    assert one.pid != two.pid
    assert (one.poll(), two.poll()) == (None, None)
    one.kill()
    assert one.wait(WAIT_S) == 0
    assert two.poll() is None


def test_a_kernel_works_in_the_folder_asked_for_and_leaves_no_line_on_the_terminal(nursery, tmp_path):
    kernel = ask(nursery, tmp_path)
    end = time.monotonic() + WAIT_S
    while not (tmp_path / "kernel.json").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert os.readlink(f"/proc/{kernel.pid}/cwd") == str(tmp_path)
    assert os.readlink(f"/proc/{kernel.pid}/fd/2") == str(tmp_path / "kernel.log")


def test_kernels_end_with_the_process_that_forks_them(tmp_path):
    nursery = Nursery()
    kernel = ask(nursery, tmp_path)
    nursery.close()
    assert gone(kernel.pid)
    assert not nursery.runs


def test_who_asked_can_be_killed_and_nothing_is_left(tmp_path):
    command = [sys.executable, "-c", ASKER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asker:
        pids = [int(word) for word in asker.stdout.readline().split()]
        assert all(map(runs, pids))
        asker.send_signal(signal.SIGKILL)
        assert gone(*pids)


def test_a_process_that_does_not_end_in_time_is_told(nursery, tmp_path):
    kernel = ask(nursery, tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        kernel.wait(0.01)
    kernel.terminate()
    kernel.kill()
    kernel.kill()  # what has ended takes no signal, and does not mind
    assert gone(kernel.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_kernels_end_also_when_the_process_that_forks_them_is_killed(number, nursery, tmp_path):
    one, two = ask(nursery, tmp_path, "one"), ask(nursery, tmp_path, "two")
    os.kill(nursery._process.pid, number)
    assert gone(one.pid, two.pid)
    assert not nursery.runs


def test_a_key_pressed_at_the_terminal_does_not_reach_it(nursery):
    assert os.getsid(nursery._process.pid) != os.getsid(0)


def test_kernels_run_the_code_of_whoever_asks_whatever_lies_in_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "__init__.py").write_text("raise SystemExit('another package')\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    made = Nursery()
    kernel = ask(made, tmp_path)
    assert runs(kernel.pid)
    made.close()
