"""How is an edition published beside the others, whole or not at all?

A build writes the complete folder of an edition elsewhere and then swaps it in by renaming. A build that fails or is
killed leaves the published site as it was; a swap cut short is mended when the next build starts. The index lists what is
published; it asks the network for nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import html
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dossier.errors import DossierError

MANIFEST = "manifest.json"

INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1B232C; background: #FFFFFF; }}
a {{ color: #0A4A82; }}
li {{ border-top: 1px solid #C9D0D8; padding: 1rem 0; list-style: none; }}
ul {{ padding: 0; }}
p {{ margin: .3rem 0; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #E6EAEE; background: #14181E; }} a {{ color: #8EC5F0; }} li {{ border-color: #3A444F; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>Editions of this report, newest first. Each stands in a folder of its own and works without a network.</p>
<ul>
{cards}
</ul>
</main>
</body>
</html>
"""

CARD = """<li>
<h2><a href="{edition}/index.html">Edition {edition}</a></h2>
<p>{title}{retrospective}</p>
<p>{question}</p>
<p><a href="{edition}/report.pdf">Edition {edition} as PDF</a></p>
</li>"""


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Let one build at a time work on an edition.

    Raises
    ------
    DossierError
        If another build holds the edition. The lock goes with the process, also when it is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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


def recover(site: Path) -> None:
    """Mend a swap that was cut short: put back a folder that was moved aside and not replaced."""
    for aside in site.glob(".*.previous"):
        published = site / aside.name[1 : -len(".previous")]
        if published.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(published)


def swap_in(folder: Path, published: Path) -> None:
    """Put a finished folder in the place of the published one, by two renames."""
    published.parent.mkdir(parents=True, exist_ok=True)
    aside = published.parent / f".{published.name}.previous"
    shutil.rmtree(aside, ignore_errors=True)
    if published.exists():
        published.rename(aside)
    folder.rename(published)
    shutil.rmtree(aside, ignore_errors=True)


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
        return json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}


def book_hash(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 over names and contents of every file that a manifest lists."""
    return hashlib.sha256(json.dumps(manifest["files"], sort_keys=True).encode()).hexdigest()


def write_index(site: Path) -> None:
    """Write the page that lists the published editions, newest first."""
    manifests = [read_manifest(path.parent) for path in sorted(site.glob(f"[!.]*/{MANIFEST}"), reverse=True)]
    title = html.escape(manifests[0]["title"]) if manifests else "No edition yet"
    cards = "\n".join(_card(manifest) for manifest in manifests)
    temporary = site / ".index.html.new"
    temporary.write_text(INDEX.format(title=title, cards=cards), "utf-8")
    temporary.replace(site / "index.html")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _card(manifest: Mapping[str, Any]) -> str:
    return CARD.format(
        edition=html.escape(manifest["edition"]),
        title=html.escape(manifest["edition_title"]),
        retrospective=" (retrospective)" if manifest["retrospective"] else "",
        question=html.escape(manifest["question"]),
    )
