"""How fast and how heavy is the book beside plain Jupyter Book?

Both are built in one run from the same notebooks, prose and data, on the same machine; only ratios are worth comparing.
Plain Jupyter Book executes the notebooks itself, one after the other, makes no page twice from one notebook, knows no
editions and writes no PDF; it is the floor that a reader's first minute is measured against.

Run it with ``.venv/bin/python benchmarks/against_plain.py`` after ``make book``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("notebooks", "book", "data", "_toc.yml", "_config.yml")
PAGE = "notebooks/timeline.html"
ASSET = re.compile(r"<(?:script|link|img)\b[^>]*?\b(?:src|href)=[\"']([^\"'#]+)")


def seconds(work: Callable[[], None]) -> float:
    """Return how long a piece of work takes, in seconds of the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_project(folder: Path) -> None:
    """Copy the project and set it to plain Jupyter Book: own execution, own extensions, nothing of ours."""
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    built = sorted((ROOT / "_build" / "site").glob("*/findings.json"))
    for name in ("findings.json", "run.json"):  # the second wave reads what the first found
        shutil.copy(built[-1].parent / name, folder / name)
    config = yaml.safe_load((folder / "_config.yml").read_text("utf-8"))
    plain = {key: config[key] for key in ("title", "author", "only_build_toc_files", "bibtex_bibfiles", "parse")}
    plain["execute"] = {"execute_notebooks": "force", "timeout": 120}
    (folder / "_config.yml").write_text(yaml.safe_dump(plain), "utf-8")


PLAIN = "import myst_nb.core.render as render; render.load_mime_renders = list; from jupyter_book.cli.main import main; main()"


def build_plain(folder: Path) -> None:
    """Build with plain Jupyter Book, without our renderer, which an entry point would load; warnings do not matter here."""
    subprocess.run([sys.executable, "-c", PLAIN, "build", str(folder)], check=True, capture_output=True)


def build_ours(*arguments: str) -> None:
    """Build with the project's own command."""
    subprocess.run(
        [str(Path(sys.executable).with_name("dossier")), "build", *arguments], check=True, capture_output=True
    )


def weight(html: Path, page: str) -> tuple[int, int]:
    """Return bytes and number of files that a page asks for before anyone touches it; foreign files count as one each."""
    text = (html / page).read_text("utf-8")
    addresses = {address for address in ASSET.findall(text) if not address.startswith("data:")}
    local = {(html / page).parent / unquote(urlsplit(a).path) for a in addresses if not urlsplit(a).scheme}
    files = {path.resolve() for path in local if path.resolve().is_file() and path.suffix != ".html"}
    return len(text.encode()) + sum(path.stat().st_size for path in files), 1 + len(addresses)


def main() -> None:
    """Build both and print one line a measure: plain, ours, ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain_project(folder)
        times = [
            (
                "whole book, plain HTML against HTML and PDF (s)",
                seconds(lambda: build_plain(folder)),
                seconds(lambda: build_ours("--force")),
            ),
            ("again, nothing changed (s)", seconds(lambda: build_plain(folder)), seconds(build_ours)),
        ]
        newest = sorted((ROOT / "_build" / "site").glob("*/findings.json"))[-1].parent
        plain_bytes, plain_files = weight(folder / "_build" / "html", PAGE)
        our_bytes, our_files = weight(newest, PAGE)
    rows = [
        *times,
        (f"{PAGE}: first view (kB)", plain_bytes / 1000, our_bytes / 1000),
        (f"{PAGE}: files asked for", plain_files, our_files),
    ]
    print(f"{'measure':58}{'plain':>10}{'ours':>10}{'ratio':>8}")
    for measure, plain, ours in rows:
        print(f"{measure:58}{plain:10.1f}{ours:10.1f}{ours / plain:8.2f}")


if __name__ == "__main__":
    main()
