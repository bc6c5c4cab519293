"""The books that these tests look at: an invented story full of hostile text, built once, and the real edition."""

import contextlib
import fcntl
import functools
import http.server
import shutil
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import hostile
import lxml.html
import pytest

from dossier import build, check, edition, site
from dossier.data import View
from dossier.exhibits import LABEL

PROJECT = Path(__file__).parents[2]
STORY = PROJECT / "examples" / "harbour"
REAL = "2025-12-30"
VIEW_FILES = (*build.VIEW_FILES, *build.VIEW_FOLDERS)
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LOCAL = ("file:", "data:")


@dataclass(frozen=True)
class Book:
    """A published edition: the project that made it, its folder, and what it was made from."""

    root: Path
    folder: Path
    view: View
    record: dict

    @functools.cached_property
    def pages(self):
        """Every page, by its path from the root of the book."""
        found = sorted(path for path in self.folder.rglob("*.html") if "_static" not in path.parts)
        return {path.relative_to(self.folder).as_posix(): path for path in found}

    @functools.cached_property
    def articles(self):
        """The pages that come from the table of contents: no search, no index, no redirect."""
        return {name: path for name, path in self.pages.items() if name.startswith(("book/", "notebooks/"))}

    @functools.cached_property
    def trees(self):
        return {name: lxml.html.parse(str(path)).getroot() for name, path in self.pages.items()}

    @functools.cached_property
    def ids(self):
        """How often each id stands on each page."""
        return {name: Counter(tree.xpath("//@id")) for name, tree in self.trees.items()}

    @functools.cached_property
    def labels(self):
        """How often each public label stands in the whole book."""
        return Counter(name for counted in self.ids.values() for name in counted.elements() if LABEL.match(name))

    def url(self, name):
        return self.pages[name].as_uri()


def assemble(root, story):
    """A project of the real notebooks, prose and settings with another story's data and editions."""
    for name in VIEW_FILES:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
        copy(PROJECT / name, root / name)
    for name in ("data", "editions"):
        shutil.copytree(story / name, root / name)
    return root


def built(root, edition_id):
    made = build.build(root, edition_id, progress=lambda step: None)
    planned = build.plan(root, edition_id)
    return Book(root, made.folder, planned.view, site.read_manifest(made.folder)["record"])


@pytest.fixture(scope="session")
def harbour(request):
    """The invented story with hostile text, built once and kept between runs as long as nothing it is made of changes."""
    kept = request.config.cache.mkdir("harbour")
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = kept / "project"
        for name in (*VIEW_FILES, "data", "editions"):
            shutil.rmtree(root / name, ignore_errors=True)
        root.mkdir(exist_ok=True)
        assemble(root, STORY)
        newest = edition.editions(root)[-1]
        hostile.inject(root, newest)
        return built(root, newest.edition_id)


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """The real edition as published, if that is current; else built anew."""
    planned = build.plan(PROJECT, REAL)
    source = tmp_path_factory.mktemp("view")
    build.write_view(planned, PROJECT, source)
    record = build.run_record(planned, PROJECT, source)
    published = PROJECT / "_build" / "site" / REAL
    if site.read_manifest(published).get("record") == record:
        return Book(PROJECT, published, planned.view, record)
    return built(assemble(tmp_path_factory.mktemp("real"), PROJECT), REAL)


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install -r requirements-dev.txt")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium: install the package chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=CHROMIUM_OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def poppler():
    """Run a tool of poppler on a file and return what it prints."""
    missing = [tool for tool in ("pdfinfo", "pdftotext", "pdftoppm") if not shutil.which(tool)]
    if missing:
        pytest.skip(f"no {', '.join(missing)}: install the package poppler-utils")

    def run(tool, *arguments):
        return subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=True).stdout

    return run


class Sitting:
    """One open page, and everything that it asked for or complained about."""

    def __init__(self, page):
        self.page = page
        self.requests = []
        self.complaints = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"request failed: {request.url}"))
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("console", self._note)

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def foreign(self, folder):
        """Requests that leave the folder of the book."""
        home = folder.as_uri() + "/"
        return [url for url in self.requests if not url.startswith(("data:", home))]


@pytest.fixture
def visit(browser):
    """Open an address in a page of its own; options go to the browser's context."""
    with contextlib.ExitStack() as stack:

        def open_(url, *, width=1280, dark=False, **options):
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **options
            )
            stack.callback(context.close)
            sitting = Sitting(context.new_page())
            sitting.page.goto(url, wait_until="load")
            return sitting

        yield open_


@pytest.fixture
def served():
    """Serve a folder on this machine alone; return its address."""
    with contextlib.ExitStack() as stack:

        def serve(folder):
            quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(folder)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield serve


def listed(faults):
    """Faults as one message, one a line."""
    return "\n" + "\n".join(map(str, faults))
