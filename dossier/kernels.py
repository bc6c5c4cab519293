"""How does every page get a kernel of its own without waiting for it?

A kernel spends most of its start on importing the same libraries. One process imports them once and then does nothing but fork: each
kernel is a copy of it, with the libraries loaded and nothing else shared. Kernels speak over IPC sockets: no ports, no race between
them. Where the system cannot fork a kernel safely (anything but Linux), each is started from nothing; the results are the same.

The forking process reads requests from its standard input and ends when that closes: also when whoever asked was killed. Every kernel
ends with it, however it ends. It imports the same code as whoever asks, wherever that runs, and never draws, computes or starts a thread,
so that a copy of it is whole. A key pressed at the terminal does not reach it.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

PRELOADED = ("numpy", "pandas", "altair", "scipy.special", "ipykernel.ipkernel", "ipykernel.kernelapp", "IPython")
CAN_FORK = sys.platform == "linux"
END_S = 5
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class IPCKernelManager(AsyncKernelManager):
    """A kernel over IPC sockets, forked where that can be done; its own chatter goes to a file.

    Attributes
    ----------
    folder
        Where its sockets lie.
    chatter
        The file: a kernel that is told to stop complains on standard error.
    """

    folder: Path = Path()
    chatter: Path = Path(os.devnull)

    def __init__(self, **traits: Any) -> None:
        name = uuid.uuid4().hex[:8]
        super().__init__(**traits)
        self.transport = "ipc"
        self.connection_file = str(self.folder / f"{name}.json")
        self.ip = str(self.folder / name)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        """Start the kernel: this method is there to be overridden."""
        if not CAN_FORK:
            with self.chatter.open("ab") as log:
                await super()._async_launch_kernel(kernel_cmd, **{**options, "stderr": log})
            return
        asked = {
            "connection": os.path.abspath(self.connection_file),
            "folder": os.path.abspath(options.get("cwd") or os.getcwd()),
            "log": os.path.abspath(self.chatter),
        }
        pid = await asyncio.to_thread(_nursery().fork, asked)
        self.provisioner.process = Forked(pid)
        self.provisioner.pid = self.provisioner.pgid = pid
        self._reconcile_connection_info(self.provisioner.connection_info)


class Forked:
    """A process that is no child of this one, seen as `subprocess.Popen` shows one; how it ended is not known, only that it did."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return None while the process runs."""
        if self.returncode is None and select.select([self._descriptor], [], [], 0)[0]:
            self.returncode = 0
            os.close(self._descriptor)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return when the process has ended; raise ``TimeoutExpired`` if it does not in time (seconds)."""
        if self.poll() is None and not select.select([self._descriptor], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, if it runs."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks kernels."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "dossier.kernels"]
        own = (
            Path(__file__).resolve().parents[1]
        )  # python -m looks in its working folder first: there lies this very package
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=own, start_new_session=True
        )
        self._turn = threading.Lock()
        atexit.register(self.close)

    @property
    def runs(self) -> bool:
        """Whether the process is there to be asked."""
        return self._process.poll() is None

    def fork(self, asked: dict[str, Any]) -> int:
        """Return the id of a new kernel's process."""
        with self._turn:
            print(json.dumps(asked), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that forks kernels has ended")
        return int(answer)

    def close(self) -> None:
        """End the process and every kernel that it made."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


_kept: list[Nursery] = []
_starting = threading.Lock()


def _nursery() -> Nursery:
    """Return the forking process of this one, started when first asked for."""
    with _starting:
        if not _kept or not _kept[-1].runs:
            _kept.append(Nursery())
        return _kept[-1]


def serve() -> None:
    """Import what kernels need, then fork one for each line of standard input, and answer with its process id."""
    from importlib import import_module

    pages = sorted((Path(__file__).parent / "pages").glob("[!_]*.py"))
    for name in [*PRELOADED, *(f"dossier.pages.{path.stem}" for path in pages)]:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears away kernels that ended
    own = os.getpid()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _end_with(own)
            _become_kernel(json.loads(line))
        print(pid, flush=True)


def _end_with(parent: int) -> None:
    """Have the system end this process when its parent ends, also when that is killed."""
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the system was told
        os._exit(0)


def _become_kernel(asked: dict[str, Any]) -> None:
    """Turn the copy into a kernel in a session of its own; never return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(asked["folder"])
    sys.path[0] = ""  # as in a kernel that was started there
    sys.argv = ["ipykernel_launcher", "-f", asked["connection"]]
    from ipykernel.kernelapp import IPKernelApp

    try:
        IPKernelApp.launch_instance(argv=["-f", asked["connection"]])
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve()
