"""The book in Chromium, opened from disk: quiet, complete, readable on a narrow screen, and open to everyone."""

import shutil
from dataclasses import dataclass, field

import pytest
from books import PROJECT, lines
from sittings import Sitting

pytestmark = [pytest.mark.book, pytest.mark.browser]

SHOWN = {
    "invented": [(1280, False), (1280, True), (320, True), (320, False)],
    "real": [(1280, False), (320, True)],  # the same templates; what differs is the length of text and tables
}
WIDTH = "() => document.documentElement.scrollWidth"


@dataclass
class Seen:
    """What one page did and showed, in each width and theme."""

    complaints: list = field(default_factory=list)
    outside: list = field(default_factory=list)
    hacked: object = None
    themes: dict = field(default_factory=dict)
    barriers: list = field(default_factory=list)
    widths: dict = field(default_factory=dict)


@pytest.fixture(scope="module", params=SHOWN)
def tour(request, browser):
    """Every page, opened once from disk and looked at in two widths and two themes; not the one that leads on at once."""
    book = request.getfixturevalue(request.param)
    return {name: look(browser, book, name, SHOWN[request.param]) for name in book.pages if name != "index.html"}


def look(browser, book, name, shown):
    seen = Seen()
    with Sitting(browser, book.url(name)) as sitting:
        for width, dark in shown:
            sitting.show(width=width, dark=dark)
            theme = "dark" if dark else "light"
            seen.themes[theme] = sitting.page.evaluate("document.documentElement.dataset.theme")
            seen.barriers += [f"{name} at {width} px, {theme}: {found}" for found in sitting.axe()]
            seen.widths[width] = sitting.page.evaluate(WIDTH)
        seen.complaints, seen.outside = sitting.complaints, sitting.outside(book.folder.as_uri())
        seen.hacked = sitting.page.evaluate("window.hacked")
    return seen


def test_no_page_complains(tour):
    faults = [f"{name}: {complaint}" for name, seen in tour.items() for complaint in seen.complaints]
    assert not faults, lines(faults)


def test_no_page_asks_for_anything_outside_the_folder_of_the_book(tour):
    faults = [f"{name}: {address}" for name, seen in tour.items() for address in seen.outside]
    assert not faults, lines(faults)


def test_hostile_text_never_runs(tour):
    assert not {name: seen.hacked for name, seen in tour.items() if seen.hacked is not None}


def test_every_page_follows_the_colour_scheme_of_the_reader(tour):
    assert {name: seen.themes for name, seen in tour.items() if seen.themes != {"light": "light", "dark": "dark"}} == {}


def test_axe_finds_nothing_on_any_page_in_either_theme_wide_or_narrow(tour):
    faults = [barrier for seen in tour.values() for barrier in seen.barriers]
    assert not faults, lines(faults)


def test_no_page_scrolls_sideways_on_a_narrow_screen(tour):
    assert {name: seen.widths[320] for name, seen in tour.items() if seen.widths[320] > 320} == {}


def test_wide_tables_scroll_inside_themselves_on_a_narrow_screen(real, visit):
    page = visit(real.url("notebooks/data.html"), width=320).page
    boxes = page.eval_on_selector_all(
        ".table-scroll", "all => all.map(box => [box.scrollWidth > box.clientWidth, box.tabIndex])"
    )
    assert sum(wider for wider, _ in boxes) > 5
    assert all(reachable == 0 for wider, reachable in boxes if wider)
    assert page.locator("table:not(.table-scroll table)").count() == 0


def test_the_first_page_leads_to_the_cover(book, visit):
    page = visit(book.url("index.html")).page
    page.wait_for_url("**/book/index.html")
    assert page.locator("main h1:visible").count() == 1


def test_search_finds_an_event_from_disk(invented, visit):
    sitting = visit(invented.url("search.html") + "?q=quays")  # a word of one event's summary
    found = sitting.page.locator("#search-results li a[href*='notebooks/timeline.html']")
    found.first.wait_for()  # results come one by one
    assert sitting.complaints == []


def test_the_search_field_of_a_page_leads_to_the_results(invented, visit):
    sitting = visit(invented.url("notebooks/actors.html"))
    sitting.page.locator(".search-button__button:visible").first.click()
    sitting.page.locator("input[name=q]:visible").fill("quays")
    sitting.page.keyboard.press("Enter")
    sitting.page.locator("#search-results li a").first.wait_for()
    assert sitting.complaints == []


def test_search_shows_hostile_titles_as_text(invented, visit):
    sitting = visit(invented.url("search.html") + "?q=lantern")  # a page whose title carries hostile text
    results = sitting.page.locator("#search-results")
    results.locator("li a").first.wait_for()
    assert "<script>window.hacked=1</script>" in results.inner_text()
    assert results.locator("img, script").count() == 0
    assert sitting.page.evaluate("window.hacked") is None
    assert sitting.complaints == []


def test_a_copy_of_the_folder_in_another_place_works_alone(real, browser, tmp_path):
    """Each page asks once for the list of editions, in a way that the browser does not report when there is none."""
    copy = shutil.copytree(real.folder, tmp_path / "Kopie des Berichts – ü")
    asked = f"request failed: {tmp_path.as_uri()}/editions.html"
    faults = []
    for name in (
        "book/index.html",
        "notebooks/summary.html",
        "notebooks/timeline.html",
        "search.html",
        "genindex.html",
    ):
        with Sitting(browser, (copy / name).as_uri()) as sitting:
            faults += [f"{name}: {complaint}" for complaint in sitting.complaints if complaint != asked]
            faults += [f"{name}: asks for {address}" for address in sitting.outside(copy.as_uri())]
            assert sitting.page.locator("main h1:visible").count() == 1
    assert not faults, lines(faults)


@pytest.mark.parametrize("name", ["notebooks/timeline.html", "search.html", "genindex.html", "book/methods.html"])
def test_the_book_works_from_a_web_server_too(real, visit, serve, name):
    address = serve(real.folder)
    sitting = visit(f"{address}/{name}")
    assert sitting.complaints == []
    assert sitting.outside(address) == []


def test_the_list_of_editions_opens_and_leads_to_the_book(real, visit):
    sitting = visit((real.folder.parent / "index.html").as_uri())
    assert sitting.axe() == []
    sitting.page.locator(f"h2 a[href^='{real.record['edition']}/']").click()
    sitting.page.wait_for_url("**/book/index.html")
    assert sitting.complaints == []


def test_screenshots_of_the_main_pages_are_kept_for_the_eye(real, visit):
    folder = PROJECT / "_build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for name in (
        "book/index",
        "notebooks/summary",
        "notebooks/timeline",
        "notebooks/precedents",
        "notebooks/settlements",
    ):
        page = visit(real.url(f"{name}.html"))
        for kind, width, dark in (("light", 1280, False), ("dark", 1280, True), ("narrow", 320, False)):
            page.show(width=width, dark=dark)
            path = folder / f"{name.replace('/', '-')}-{kind}.png"
            page.page.screenshot(path=path, full_page=True)
            assert path.stat().st_size > 10_000
