"""The books that these tests look at: an invented story full of hostile text, built once, and the real edition."""

import contextlib
import fcntl
import functools
import http.server
import shutil
import subprocess
import threading

import hostile
import pytest
import yaml
from books import ENGINE, MOVED, NEWER, OLDER, PROJECT, STORY, Book, add_edition, assemble, built, hashes, published
from sittings import Sitting

from dossier import build, edition, release, site

REAL = "2025-12-30"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@contextlib.contextmanager
def kept_project(config, name, story):
    """Assemble a project that is kept between runs, so that its book is built again only when what it is made of changes."""
    kept = config.cache.mkdir(name)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        root = kept / "project"
        for part in (*ENGINE, "data", "editions"):
            path = root / part
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        root.mkdir(exist_ok=True)
        yield assemble(root, story)


@pytest.fixture(scope="session")
def invented(request):
    """The invented story with hostile text."""
    with kept_project(request.config, "invented-book", STORY) as root:
        newest = edition.editions(root)[-1]
        hostile.inject(root, newest)
        return built(root, newest.edition_id)


@pytest.fixture(scope="session")
def real(request, tmp_path_factory):
    """The real edition as published, if that is current; else built anew."""
    planned = build.plan(PROJECT, REAL)
    source = tmp_path_factory.mktemp("view")
    build.write_view(planned, PROJECT, source)
    record = build.run_record(planned, PROJECT, source)
    published = PROJECT / "_build" / "site" / REAL
    if site.holds(published, record):
        return Book(PROJECT, published, planned.view, record)
    with kept_project(request.config, "real-book", PROJECT) as root:
        return built(root, REAL)


@pytest.fixture(scope="session")
def two(request):
    """Both editions, the newer published after the older was released, and what the older one's folder held before that."""
    with kept_project(request.config, "two-editions", STORY) as root:
        add_edition(root)
        (root / "book" / "moved.yml").write_text(yaml.safe_dump(MOVED), "utf-8")
        older = build.build(root, OLDER).folder
        release.release(root, OLDER, released_on="2031-07-15", build_it=lambda: build.build(root, OLDER))
        before = hashes(older)
        newer = build.build(root, NEWER).folder
        return published(root, OLDER, older), published(root, NEWER, newer), before


@pytest.fixture(scope="session", params=["invented", "real"])
def book(request):
    """Each of the two books."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: install requirements-dev.txt")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium: install the package chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture
def visit(browser):
    """Open an address in a page of its own."""
    with contextlib.ExitStack() as stack:
        yield lambda url, **options: stack.enter_context(Sitting(browser, url, **options))


@pytest.fixture
def alive(real, visit):
    """Open a page of the real book with a chart made interactive; every use must stay quiet and inside the folder."""
    opened = []

    def start(page, figure):
        opened.append(visit(real.url(page)))
        opened[-1].live(figure)
        return opened[-1]

    yield start
    for sitting in opened:
        assert sitting.complaints == []
        assert sitting.outside(real.folder.as_uri()) == []


@pytest.fixture
def serve():
    """Serve a folder, on this machine alone; return its address."""
    with contextlib.ExitStack() as stack:

        def start(folder):
            quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(folder)))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture(scope="session")
def poppler():
    """Run a tool of poppler on a file and return what it prints."""
    missing = [tool for tool in ("pdfinfo", "pdftotext", "pdftoppm", "pdffonts", "pdfimages") if not shutil.which(tool)]
    if missing:
        pytest.skip(f"no {', '.join(missing)}: install the package poppler-utils")

    def run(tool, *arguments):
        return subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=True).stdout

    return run
