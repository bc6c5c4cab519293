"""How is an edition published beside the others, whole or not at all?

A build writes the complete folder of an edition elsewhere and then swaps it in by renaming. A build that fails or is
killed leaves the published site as it was; a swap cut short is mended when the next build starts. What is published says so
itself, in its manifest; who lists the editions reads manifests and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dossier.errors import DossierError

MANIFEST = "manifest.json"


@contextmanager
def locked(folder: Path, name: str, *, wait: bool = False) -> Iterator[None]:
    """Let one build at a time work on an edition, or, waiting for its turn, on what stands beside the editions.

    Raises
    ------
    DossierError
        If another build holds the edition. The lock goes with the process, also when it is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DossierError(f"{name}: another build of this edition is running; wait for it to end") from None
        yield


def holds(published: Path, record: Mapping[str, Any]) -> bool:
    """Return whether a folder holds the edition made from ``record``, every file as its manifest says."""
    manifest = read_manifest(published)
    return manifest.get("record") == record and all(
        (published / name).is_file() and _sha256(published / name) == digest
        for name, digest in manifest["files"].items()
    )


def recover(published: Path) -> None:
    """Mend a swap of an edition that was cut short: put back its folder that was moved aside and not replaced."""
    aside = _aside(published)
    if not aside.exists():
        return
    if published.exists():
        shutil.rmtree(aside)
    else:
        aside.rename(published)


def swap_in(folder: Path, published: Path) -> None:
    """Put a finished folder in the place of the published one, by two renames."""
    published.parent.mkdir(parents=True, exist_ok=True)
    aside = _aside(published)
    shutil.rmtree(aside, ignore_errors=True)
    if published.exists():
        published.rename(aside)
    folder.rename(published)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(published: Path) -> Path:
    return published.parent / f".{published.name}.previous"


def write_manifest(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write what the folder holds: the edition's facts and the SHA-256 of every file."""
    files = {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }
    text = json.dumps({**facts, "files": files}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a published edition, or an empty one where none can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) else {}


def book_hash(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 over names and contents of every file that a manifest lists."""
    return hashlib.sha256(json.dumps(manifest["files"], sort_keys=True).encode()).hexdigest()


def manifests(site: Path) -> list[dict[str, Any]]:
    """Return the manifests of the published editions, newest first."""
    found = [read_manifest(path.parent) for path in site.glob(f"[!.]*/{MANIFEST}")]
    return sorted((one for one in found if one), key=lambda one: order(one["edition"]), reverse=True)


def order(edition_id: str) -> tuple[str, int]:
    """Return what editions are sorted by: the day, then the number of the revision.

    >>> sorted(["2031-06-30.10", "2031-06-30.2", "2031-06-30"], key=order)
    ['2031-06-30', '2031-06-30.2', '2031-06-30.10']
    """
    day, _, revision = edition_id.partition(".")
    return day, int(revision or 0)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
