"""Charts: there without a script, in the colours of the theme, and live on the first touch without moving the page."""

import re

import pytest
from books import lines
from lxml import etree
from sittings import Sitting

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/timeline.html"
WIDE = "#fig-timeline-lanes .exhibit-wide"
DRAWN = f"{WIDE} > svg"
LIVE = f"{WIDE}[data-state=live] .chart-live svg"
BOX = "#fig-timeline-lanes .exhibit-picture"


@pytest.fixture
def timeline(real, visit):
    return visit(real.url(PAGE))


def loaded(sitting, ending):
    return [address for address in sitting.requests if address.endswith(ending)]


def test_charts_are_drawn_with_javascript_switched_off(book, visit):
    page = visit(book.url(PAGE), java_script_enabled=False).page
    figures = page.locator("figure.exhibit-chart")
    assert figures.count() == 4
    for figure in figures.all():
        picture = figure.locator("svg:visible")
        assert picture.count() == 1
        assert picture.bounding_box()["width"] > 300
        assert picture.bounding_box()["height"] > 100


def squeezed(text):
    return "".join(text.split())


FILES = {"Data (CSV)": "csv", "SVG": "svg", "PNG": "png"}


def figures(book):
    """Every figure of the book that a chart is drawn in, with its page."""
    return [
        (name, figure)
        for name, tree in sorted(book.articles.items())
        for figure in tree.xpath(".//figure[contains(@class, 'exhibit-chart')]")
    ]


def part(figure, name):
    found = figure.xpath(f"string((.//*[contains(@class, '{name}')])[1])")
    return squeezed(found)


def test_every_chart_has_what_a_reader_needs(book):
    faults = []
    for name, figure in figures(book):
        own = [f"no {wanted}" for wanted in ("exhibit-subtitle", "exhibit-reading") if not part(figure, wanted)]
        forms = set(figure.xpath(".//*[@data-variant]/@data-variant"))
        if "narrow" not in forms and not figure.xpath(".//*[contains(@class, 'exhibit-only')]"):
            own.append("neither a narrow form nor a box that scrolls")
        told = {" ".join(desc.text.split()) for desc in figure.xpath(".//*[local-name()='desc']")}
        own += [f"one sentence alone: {text}" for text in told if len(re.findall(r"[.!?](?:\s|$)", text)) < 2]
        if not figure.xpath(".//details[contains(@class, 'exhibit-data')]/summary[@aria-label]/..//tbody/tr"):
            own.append("no table with a name")
        links = {squeezed(link.text_content()): link for link in figure.xpath(".//*[contains(@class, 'asset-link')]")}
        if set(links) != {squeezed(kind) for kind in FILES}:
            own.append(f"files {sorted(links)}")
        own += [f"{link.get('href')} is missing" for link in links.values() if not there(book, name, link)]
        faults += [f"{name}: {figure.get('id')}: {fault}" for fault in own]
    assert len(figures(book)) >= 10
    assert not faults, lines(faults)


def there(book, name, link):
    return (book.folder / name).parent.joinpath(link.get("href")).resolve().is_file()


def test_a_saved_picture_says_what_it_shows_where_from_and_of_which_edition(book):
    for _, figure in figures(book):
        path = book.folder / "_static" / "exhibits" / f"{figure.get('id')}.svg"
        told = squeezed("".join("".join(text.itertext()) for text in etree.parse(str(path)).iter("{*}text")))
        title = figure.xpath(".//*[@class='caption-number']")[0].getnext().text_content()
        for words in (title, part(figure, "exhibit-subtitle"), part(figure, "exhibit-source")):
            assert squeezed(words) in told
        assert f"edition{book.record['edition']}." in told


def test_a_saved_picture_is_a_png_of_twice_the_size_of_its_drawing_and_no_heavy_one(book):
    for _, figure in figures(book):
        path = book.folder / "_static" / "exhibits" / f"{figure.get('id')}.png"
        data, drawn = path.read_bytes(), etree.parse(str(path.with_suffix(".svg"))).getroot()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        size = [int.from_bytes(data[place : place + 4], "big") for place in (16, 20)]
        assert [abs(one - 2 * float(drawn.get(side))) <= 1 for one, side in zip(size, ("width", "height"), strict=True)]
        assert len(data) < 150_000


def test_every_picture_beside_the_pages_belongs_to_a_chart(book):
    shown = {figure.get("id") for _, figure in figures(book)}
    for ending in ("svg", "png", "js"):
        assert {path.stem for path in (book.folder / "_static" / "exhibits").glob(f"*.{ending}")} == shown


def test_no_text_of_a_drawing_is_smaller_than_twelve_pixels(book):
    for _, figure in figures(book):
        for text in figure.xpath(".//*[local-name()='svg']//*[local-name()='text']"):
            sizes = [size for size in text.xpath("ancestor-or-self::*/@font-size")]
            assert float(sizes[-1].removesuffix("px")) >= 12, figure.get("id")


def test_on_a_narrow_screen_a_narrow_drawing_takes_over(book, visit):
    page = visit(book.url(PAGE), width=320, java_script_enabled=False).page
    for figure in page.locator("figure.exhibit-chart").all():
        picture = figure.locator("svg:visible")
        assert picture.count() == 1
        assert 150 < picture.bounding_box()["width"] <= 320
        assert picture.bounding_box()["width"] >= float(picture.get_attribute("width")) - 1  # no text is shrunk


@pytest.mark.parametrize("page", ["forecasts", "rates", "scenarios", "settlements", "situation"])
def test_no_drawing_of_the_real_book_is_shrunk_on_a_narrow_screen(real, visit, page):
    sitting = visit(real.url(f"notebooks/{page}.html"), width=320, java_script_enabled=False)
    for picture in sitting.page.locator("figure.exhibit-chart svg:visible").all():
        assert picture.bounding_box()["width"] >= float(picture.get_attribute("width")) - 1


def test_nothing_of_the_chart_library_loads_until_a_chart_is_wanted(timeline):
    assert loaded(timeline, "vega.js") == []
    assert timeline.page.locator(DRAWN).is_visible()


def test_colours_of_a_drawing_change_with_the_theme(timeline):
    light = timeline.colours(f"{DRAWN} text, {DRAWN} path[fill]")
    timeline.show(width=1280, dark=True)
    dark = timeline.colours(f"{DRAWN} text, {DRAWN} path[fill]")
    painted = [(one, other) for one, other in zip(light, dark, strict=True) if one not in ("none", "rgba(0, 0, 0, 0)")]
    assert len(painted) > 20
    assert all(one != other for one, other in painted)


def test_the_theme_button_changes_the_colours_of_a_drawing(timeline):
    light = timeline.colours(f"{DRAWN} text")
    for _ in range(3):  # auto, light, dark in the order of the theme
        timeline.page.locator(".theme-switch-button:visible").first.click()
        if timeline.page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    assert timeline.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert all(one != other for one, other in zip(light, timeline.colours(f"{DRAWN} text"), strict=True))


@pytest.mark.parametrize("way", ["pointer", "keyboard", "touch"])
def test_a_chart_becomes_live_where_it_stands(real, visit, way):
    sitting = visit(real.url(PAGE), has_touch=way == "touch")
    page, box = sitting.page, sitting.page.locator(BOX)
    box.scroll_into_view_if_needed()
    before = [box.bounding_box(), page.locator("#fig-timeline-lanes").bounding_box()]
    if way == "pointer":
        page.locator(WIDE).hover()
    elif way == "touch":
        page.locator(WIDE).tap()
    else:
        page.locator(f"{WIDE} .chart-start").focus()
        page.keyboard.press("Enter")
    live = page.locator(LIVE)
    live.wait_for(timeout=15_000)
    assert [box.bounding_box(), page.locator("#fig-timeline-lanes").bounding_box()] == before
    assert page.locator(f"{WIDE} svg:visible").count() == 1
    assert live.get_attribute("role") == "img"
    assert len(live.get_attribute("aria-label")) > 60
    assert sitting.complaints == []
    assert sitting.outside(real.folder.as_uri()) == []


def test_the_chart_library_loads_once_for_all_charts_of_a_page(timeline):
    figures = timeline.page.locator("figure.exhibit-chart")
    for figure in figures.all():
        figure.locator(".exhibit-wide").hover()
        figure.locator(".exhibit-wide[data-state=live]").wait_for(timeout=15_000)
    assert len(loaded(timeline, "vega.js")) == 1
    assert len(loaded(timeline, ".js")) == len(set(loaded(timeline, ".js")))
    assert timeline.complaints == []


def test_a_live_chart_keeps_its_name_follows_the_theme_and_raises_no_barrier(timeline):
    timeline.page.locator(WIDE).hover()
    timeline.page.locator(LIVE).wait_for(timeout=15_000)
    light = timeline.colours(f"{LIVE} text")
    assert timeline.axe() == []
    timeline.show(width=1280, dark=True)
    assert all(one != other for one, other in zip(light, timeline.colours(f"{LIVE} text"), strict=True))
    assert timeline.axe() == []


def test_a_live_chart_tells_the_values_of_a_mark_under_the_pointer(timeline):
    timeline.page.locator(WIDE).hover()
    timeline.page.locator(LIVE).wait_for(timeout=15_000)
    marks = timeline.page.locator(f"{LIVE} .mark-symbol path")
    marks.first.hover(force=True)
    tip = timeline.page.locator(f"{WIDE} .chart-tip")
    tip.wait_for(state="visible")
    assert tip.inner_text().strip()


def test_the_keyboard_goes_from_mark_to_mark_of_a_live_chart_and_is_told_the_same(timeline):
    page = timeline.page
    timeline.live("fig-timeline-lanes")
    box, tip = page.locator(f"{WIDE} .chart-live"), page.locator(f"{WIDE} .chart-tip")
    page.mouse.move(0, 0)
    box.focus()
    told = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        tip.wait_for(state="visible")
        told.append(page.locator(f"{WIDE} [role=status]").inner_text())
        assert squeezed(told[-1].replace(": ", "").replace("; ", "")) == squeezed(tip.inner_text().replace(": ", ""))
    assert len(set(told)) == 3
    assert not [text for text in told if "NaN" in text or not re.search(r"\d{1,2} [A-Z][a-z]{2} \d{4}", text)]
    assert timeline.axe() == []
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash").startswith("#evt-")
    box.focus()
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    assert timeline.complaints == []


def test_hostile_text_in_a_live_chart_stays_text(invented, browser):
    with Sitting(browser, invented.url("notebooks/precedents.html")) as sitting:
        figure = sitting.page.locator("#fig-precedents-spells .exhibit-wide")
        figure.hover()
        sitting.page.locator("#fig-precedents-spells .exhibit-wide[data-state=live]").wait_for(timeout=15_000)
        assert sitting.page.evaluate("window.hacked") is None
        assert sitting.page.locator("figure img, figure script").count() == 0
        assert sitting.complaints == []
