"""How is an edition released?

Its lock is written from what lies published: what it was made from and everything that it found; so are the findings of the
changelog. From then on a build gives the same
findings or stops. Refuses to release twice, and on a day before the edition was compiled.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from dossier import build, changelog, diff, findings, lock, site
from dossier.errors import DossierError


def release(root: Path, edition_id: str, *, released_on: str, build_it: Callable[[], build.Built]) -> Path:
    """Release an edition: write the findings of the changelog, then its lock beside its file; return where.

    Parameters
    ----------
    released_on
        ISO day.
    build_it
        Builds the edition, or finds it built.

    Raises
    ------
    DossierError
        If it has been released before, or on a day before it was compiled.
    """
    planned = build.plan(root, edition_id)
    if planned.held:
        raise DossierError(
            f"{edition_id}: released on {planned.held.released_on}; accepted: a revision, "
            f"editions/{diff.next_revision(edition_id)}.yml, which supersedes it"
        )
    if released_on < planned.edition.compiled_on.isoformat():
        raise DossierError(
            f"{edition_id}: released on {released_on}; accepted: {planned.edition.compiled_on} or later, when it was compiled"
        )
    folder = build_it().folder
    held, path = _lock(planned, folder, released_on), lock.path_of(root, edition_id)
    changelog.update(root / changelog.FILE, held)  # the lock comes last: a release cut short before it is made again
    lock.write(held, path)
    return path


def _lock(planned: build.Plan, folder: Path, released_on: str) -> lock.Lock:
    """Return the lock of what lies in a published folder."""
    manifest = site.read_manifest(folder)
    record, told = manifest["record"], json.loads((folder / build.CHANGES).read_text("utf-8"))
    return lock.Lock(
        edition=planned.name,
        as_of=record["as_of"],
        released_on=released_on,
        content_hash=record["content_hash"],
        code_hash=record["code_hash"],
        environment_hash=record["environment_hash"],
        book_hash=site.book_hash(manifest),
        parameters=record["parameters"],
        corrections=planned.view.corrections,
        changes=told if told["from"] else None,
        rows=lock.digests(planned.view),
        published=findings.read_all(json.loads((folder / findings.FILE).read_text("utf-8"))),
    )
