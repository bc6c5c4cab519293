"""The book in Chromium, opened from disk: quiet, complete, readable on a narrow screen, and open to everyone."""

import gzip
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from books import PROJECT, lines
from sittings import Sitting, until

pytestmark = [pytest.mark.book, pytest.mark.browser]

SHOWN = {
    "invented": [(1280, False), (1280, True), (320, True), (320, False)],
    "real": [(1280, False), (1280, True), (320, True)],
}
WIDTH = "() => document.documentElement.scrollWidth"
RAW_BYTES, PACKED_BYTES = 800_000, 160_000  # of a page with all that it asks for, before anyone touches it
SHIFT = """() => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; })).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(moved), 500);
})"""
STILL = 0.05  # of the window, times how far it moved; a long table finds its columns while it is read from the file


@dataclass
class Seen:
    """What one page did and showed, in each width and theme."""

    complaints: list = field(default_factory=list)
    outside: list = field(default_factory=list)
    hacked: object = None
    themes: dict = field(default_factory=dict)
    barriers: list = field(default_factory=list)
    shift: float = 0.0
    bytes: tuple = (0, 0)
    widths: dict = field(default_factory=dict)


@pytest.fixture(scope="module", params=SHOWN)
def tour(request, browser):
    """Every page, opened once from disk and looked at in two widths and two themes; not the one that leads on at once."""
    book = request.getfixturevalue(request.param)
    return {name: look(browser, book, name, SHOWN[request.param]) for name in book.pages if name != "index.html"}


def look(browser, book, name, shown):
    seen = Seen()
    with Sitting(browser, book.url(name)) as sitting:
        seen.shift = sitting.page.evaluate(SHIFT)
        seen.bytes = weight(sitting.requests)
        for width, dark in shown:
            sitting.show(width=width, dark=dark)
            theme = "dark" if dark else "light"
            seen.themes[theme] = sitting.page.evaluate("document.documentElement.dataset.theme")
            seen.barriers += [f"{name} at {width} px, {theme}: {found}" for found in sitting.axe()]
            seen.widths[width] = sitting.page.evaluate(WIDTH)
        seen.complaints, seen.outside = sitting.complaints, sitting.outside(book.folder.as_uri())
        seen.hacked = sitting.page.evaluate("window.hacked")
    return seen


def weight(requests):
    """How many bytes lie on disk under what a page asked for, as they are and compressed one by one."""
    files = {Path(unquote(urlsplit(url).path)) for url in requests if url.startswith("file:")}
    contents = [path.read_bytes() for path in files if path.is_file()]
    return sum(map(len, contents)), sum(len(gzip.compress(content, 9)) for content in contents)


def test_every_page_is_light_before_anyone_touches_it(tour):
    heavy = {name: seen.bytes for name, seen in tour.items()}
    heavy = {name: (raw, packed) for name, (raw, packed) in heavy.items() if raw > RAW_BYTES or packed > PACKED_BYTES}
    assert heavy == {}


def test_nothing_moves_while_a_page_comes_to_rest(tour):
    assert {name: seen.shift for name, seen in tour.items() if seen.shift > STILL} == {}


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


FOUND = {  # words typed: the title that is to come first, what it is, and the place to which it leads
    "tarso": ("Iven Tarso", "person", "actors.html#act-iven-tarso"),
    "TARSO iv": ("Iven Tarso", "person", "actors.html#act-iven-tarso"),
    "talks harbour open": ("Talks on the harbour open", "event", "timeline.html#evt-2031-01-10-talks-open"),
    "a fifth of the quays": ("“a fifth of the quays”", "claim", "claims.html#clm-five-of-quays"),
    "archive salt": ("Archive of the Salt Islands Accord", "source", "register-1.html#src-archive-salt"),
    "base rate": ("base rate", "term", "glossary.html#term-base-rate"),
}


@pytest.mark.parametrize("words", FOUND)
def test_search_finds_what_can_be_cited_and_leads_to_the_place(invented, visit, words):
    title, kind, place = FOUND[words]
    sitting = visit(invented.url("search.html") + f"?q={quote(words)}")
    first = sitting.page.locator("#search-results li").first
    assert first.locator("a").inner_text() == title
    assert first.locator(".search-kind").inner_text().startswith(f"{kind}, in ")
    first.locator("a").click()
    sitting.page.wait_for_url(f"**/{place}*")
    assert sitting.page.locator(f"[id='{place.partition('#')[2]}']").count() == 1
    assert sitting.complaints == []


def test_a_page_found_by_its_words_opens_quietly_at_the_first_of_them(invented, visit):
    sitting = visit(invented.url("search.html") + "?q=quays")
    sitting.page.locator("#search-results a[href*='notebooks/timeline.html#:~:']").click()
    sitting.page.wait_for_url("**/notebooks/timeline.html*")
    assert until(lambda: sitting.page.evaluate("window.scrollY") > 0, True)
    assert sitting.complaints == []


def test_search_shows_a_hostile_headline_as_text(invented, visit):
    place = invented.view["events"]["event_id"].iloc[0]
    headline = " ".join(invented.view["events"]["headline"].iloc[0].split())
    for words in (headline[:24], "window.hacked=1"):
        sitting = visit(invented.url("search.html") + f"?q={quote(words)}")
        link = sitting.page.locator(f"#search-results a[href$='#evt-{place}']").first
        link.wait_for()
        assert "<script>window.hacked=1</script>" in link.inner_text()
        assert sitting.page.locator("#search-results :is(img, script)").count() == 0
        assert sitting.page.evaluate("window.hacked") is None
        assert sitting.complaints == []


NAMED = {  # titles as Sphinx's index cuts them at their last full stop, and a search for each
    'J. D. O\'Neill ("Jim") [sic]': ("J. D", " O&#x27;Neill (&quot;Jim&quot;) [sic]", "o'neill jim"),
    "Åsa Møller-Übel": ("", "Åsa Møller-Übel", "asa moller ubel"),
    "Марія Ковальчук": ("", "Марія Ковальчук", "ковал"),
    "1 < 2 & <b>": ("", "1 &lt; 2 &amp; &lt;b&gt;", "1 2"),
}


@pytest.mark.parametrize("title", NAMED)
def test_search_takes_names_as_people_write_them(invented, visit, title):
    head, tail, words = NAMED[title]
    page = visit(invented.url("search.html") + "?q=nothing").page
    page.locator("#search-results [role=status]").wait_for()
    page.evaluate(
        "([head, tail, words]) => { Search._index.objects = {[head]: [[0, 0, 0, 'act-x', tail]]}; Search.performSearch(words); }",
        [head, tail, words],
    )
    assert page.locator("#search-results li a[href$='#act-x']").inner_text() == title


def test_a_search_for_nothing_known_says_so_and_one_for_much_shows_the_rest_on_demand(invented, visit):
    page = visit(invented.url("search.html") + "?q=xyzzyq").page
    assert page.locator("#search-results [role=status]").inner_text().startswith("Nothing found")
    rows = [[0, 0, 0, f"act-{number}", f"Somebody {number}"] for number in range(100)]
    page.evaluate("rows => { Search._index.objects = {'': rows}; Search.performSearch('somebody'); }", rows)
    found = page.locator("#search-results li a[href*='#act-']")
    assert found.count() < 100
    page.locator(".search-more").click()
    assert found.count() == 100
    assert found.nth(40).evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_among_the_results_of_a_search(invented, visit, width):
    sitting = visit(invented.url("search.html") + "?q=harbour", width=width)
    sitting.page.locator("#search-results li a").first.wait_for()
    for dark in (False, True):
        sitting.show(width=width, dark=dark)
        assert sitting.axe() == []
    assert sitting.page.evaluate(WIDTH) <= width


def test_the_index_of_the_search_stays_light(book):
    assert (book.folder / "searchindex.js").stat().st_size < 450_000
    assert (book.folder / "objects.inv").stat().st_size < 60_000


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


@pytest.mark.parametrize("name", ["book/index.html", "notebooks/summary.html", "notebooks/rates.html"])
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_always_seen(real, visit, name):
    page = visit(real.url(name)).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.skip-link') !== null")
    for _ in range(80):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS)
        if seen is None:  # past the end: the browser's own controls
            break
        assert seen["outline"], seen
        assert seen["box"], seen
        assert not seen["hidden"], seen


FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const middle = document.elementFromPoint(box.left + Math.min(box.width, 8) / 2, box.top + box.height / 2);
  const covered = middle && !node.contains(middle) && !middle.contains(node) && box.top >= 0 && box.bottom <= innerHeight;
  const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {what: node.outerHTML.slice(0, 160), outline, box: box.width > 0 && box.height > 0, hidden: Boolean(covered)};
}"""


def test_the_first_link_of_a_page_leads_past_the_navigation(real, visit):
    page = visit(real.url("notebooks/scenarios.html")).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("name", ["book/index.html", "notebooks/summary.html", "notebooks/settlements.html"])
def test_what_a_browser_prints_is_text_and_drawings_and_nothing_is_cut_off(real, visit, name):
    page = visit(real.url(name), width=720).page
    page.emulate_media(media="print")
    for gone in (".bd-sidebar-primary", ".bd-header-article", ".table-tools", ".headerlink", ".exhibit-files"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    boxes = page.eval_on_selector_all(
        ".table-scroll, .exhibit-variant", "all => all.map(one => getComputedStyle(one).overflowX)"
    )
    assert set(boxes) <= {"visible"}
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


KEY_PAGES = (
    "book/index",
    "notebooks/summary",
    "notebooks/situation",
    "notebooks/timeline",
    "notebooks/precedents",
    "notebooks/scenarios",
    "notebooks/forecasts",
    "notebooks/claims",
)


@pytest.mark.parametrize("name", KEY_PAGES)
def test_screenshots_of_the_key_pages_are_kept_for_the_eye(real, visit, name):
    folder = PROJECT / "_build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    page = visit(real.url(f"{name}.html"))
    for kind, width, dark in (("light", 1280, False), ("dark", 1280, True), ("narrow", 320, False)):
        page.show(width=width, dark=dark)
        path = folder / f"{name.replace('/', '-')}-{kind}.png"
        page.page.screenshot(path=path, full_page=kind != "narrow")
        assert path.stat().st_size > 10_000
