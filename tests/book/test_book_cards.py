"""Cards say where links lead, when asked; words of prose lead to the glossary. Without scripts, links are links."""

import json
from pathlib import PurePosixPath
from urllib.parse import urldefrag

import pytest
from books import lines
from sittings import until

pytestmark = [pytest.mark.book, pytest.mark.browser]

CARD = "#link-card"
TIMELINE = "notebooks/timeline.html"
SOURCES = "main a[href*='#src-']:visible"
WORD = "a.glossary-word"
GONE_MS = 1500
KINDS = ("act", "clm", "dln", "evt", "fig", "fnd", "prc", "scn", "src", "tbl", "term")
PLACES = """() => {
  const inside = (box) => box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
  const card = document.getElementById("link-card").getBoundingClientRect();
  const link = document.querySelector("[aria-describedby='link-card']").getBoundingClientRect();
  const apart = card.bottom <= link.top || card.top >= link.bottom;
  return { inside: inside(card), apart, wide: document.documentElement.scrollWidth };
}"""


@pytest.fixture
def timeline(invented, visit):
    """The page on the timeline; it must stay quiet and ask for nothing outside the book."""
    sitting = visit(invented.url(TIMELINE))
    yield sitting
    assert sitting.complaints == []
    assert sitting.outside(invented.folder.as_uri()) == []


def asked(sitting):
    return [url for url in sitting.requests if "/_static/cards/" in url]


def cards_of(book, name):
    path = book.folder / "_static" / "cards" / PurePosixPath(name).with_suffix(".js")
    if not path.exists():
        return {}
    return json.loads(path.read_text("utf-8").removeprefix("window.dossierCards = ").removesuffix(";\n"))


def gone(page):
    page.wait_for_timeout(GONE_MS)
    return page.locator(CARD).count() == 0


def test_a_card_appears_when_a_link_is_pointed_at_and_its_words_are_loaded_only_then(timeline):
    page, link = timeline.page, timeline.page.locator(SOURCES).first
    assert asked(timeline) == []
    link.hover()
    page.locator(CARD).wait_for()
    assert len(asked(timeline)) == 1
    assert page.locator(CARD).get_attribute("role") == "tooltip"
    assert link.get_attribute("aria-describedby") == "link-card"
    assert page.locator(f"{CARD} .link-card-kind").inner_text() == "Source"
    page.mouse.move(2, 2)
    assert gone(page)
    assert link.get_attribute("aria-describedby") is None
    page.locator(SOURCES).nth(1).hover()
    page.locator(CARD).wait_for()
    assert len(asked(timeline)) == 1


def test_a_card_appears_on_focus_and_escape_takes_it_away_without_moving_the_focus(timeline):
    page, link = timeline.page, timeline.page.locator(SOURCES).first
    page.keyboard.press("Tab")
    link.focus()
    page.locator(CARD).wait_for()
    page.keyboard.press("Escape")
    assert until(page.locator(CARD).count, 0) == 0
    assert link.evaluate("one => one === document.activeElement")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.locator(CARD).wait_for()
    page.keyboard.press("Shift+Tab")
    assert until(lambda: link.get_attribute("aria-describedby"), None) is None


def test_escape_takes_a_card_away_while_the_pointer_stays_on_its_link(timeline):
    page, link = timeline.page, timeline.page.locator(SOURCES).first
    link.hover()
    page.locator(CARD).wait_for()
    page.keyboard.press("Escape")
    box = link.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 5)
    assert gone(page)


def test_the_pointer_may_rest_on_a_card_which_stays_as_long(timeline):
    page = timeline.page
    page.locator(SOURCES).first.hover()
    page.locator(CARD).wait_for()
    box = page.locator(CARD).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=4)
    page.wait_for_timeout(GONE_MS)
    assert page.locator(CARD).is_visible()
    page.mouse.move(2, 2)
    assert gone(page)


def test_a_pointer_that_only_passes_shows_nothing(timeline):
    page = timeline.page
    page.locator(SOURCES).first.hover()
    page.mouse.move(2, 2)
    assert gone(page)


def test_a_focused_link_keeps_its_card_wherever_the_pointer_goes(timeline):
    page = timeline.page
    page.keyboard.press("Tab")
    page.locator(SOURCES).first.focus()
    page.locator(CARD).wait_for()
    page.mouse.move(2, 2)
    page.mouse.move(9, 9)
    page.wait_for_timeout(GONE_MS)
    assert page.locator(CARD).is_visible()


def test_a_tap_follows_the_link_and_shows_no_card(invented, visit):
    sitting = visit(invented.url(TIMELINE), has_touch=True)
    link = sitting.page.locator(SOURCES).first
    target = link.get_attribute("href").partition("#")[2]
    link.tap()
    sitting.page.wait_for_url(f"**/notebooks/register-1.html#{target}")
    assert sitting.page.locator(CARD).count() == 0


def test_a_card_with_hostile_text_shows_it_as_text(invented, visit):
    row = next(
        row
        for row in invented.trees["notebooks/register-1.html"].xpath("//tr[starts-with(@id, 'src-')]")
        if "«sources.title»" in row.text_content()
    )
    page = next(name for name in invented.articles if row.get("id") in cards_of(invented, name))
    sitting = visit(invented.url(page))
    sitting.page.keyboard.press("Tab")
    sitting.page.locator(f"main a[href$='#{row.get('id')}']:visible").first.focus()
    sitting.page.locator(CARD).wait_for()
    assert "<script>window.hacked=1</script>" in sitting.page.locator(CARD).inner_text()
    assert sitting.page.locator(f"{CARD} :not(p)").count() == 0
    assert sitting.page.evaluate("window.hacked") is None
    assert sitting.complaints == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_card_stays_in_the_window_and_off_its_link(invented, visit, width):
    page = visit(invented.url(TIMELINE), width=width).page
    page.keyboard.press("Tab")
    links = page.locator(f"{SOURCES}, main {WORD}:visible")
    faults = []
    for number in range(0, links.count(), max(1, links.count() // 12)):
        links.nth(number).focus()
        page.locator(CARD).wait_for()
        found = page.evaluate(PLACES)
        if not (found["inside"] and found["apart"] and found["wide"] <= width):
            faults.append(f"link {number}: {found}")
        page.evaluate("document.activeElement.blur()")
    assert not faults, lines(faults)


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_card_finds_room_at_the_edges_of_a_low_window(invented, visit, edge):
    page = visit(invented.url(TIMELINE), width=320).page
    page.set_viewport_size({"width": 320, "height": 256})
    page.keyboard.press("Tab")
    link = page.locator(SOURCES).nth(3)
    link.evaluate("(one, block) => { one.focus({ preventScroll: true }); one.scrollIntoView({ block }); }", edge)
    page.locator(CARD).wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate(PLACES)["apart"]
    assert page.evaluate(PLACES)["inside"]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_a_card_open(invented, visit, width):
    sitting = visit(invented.url(TIMELINE), width=width)
    for dark in (False, True):
        sitting.show(width=width, dark=dark)
        sitting.page.keyboard.press("Tab")
        sitting.page.locator(SOURCES).nth(int(dark)).focus()
        sitting.page.locator(CARD).wait_for()
        assert sitting.axe() == []
        assert sitting.page.locator(CARD).is_visible()


def test_a_card_moves_nothing_on_the_page(timeline):
    page = timeline.page
    sizes = "() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    link = page.locator(SOURCES).first
    link.scroll_into_view_if_needed()
    before = [page.evaluate(sizes), link.bounding_box()]
    link.hover()
    page.locator(CARD).wait_for()
    assert [page.evaluate(sizes), link.bounding_box()] == before


def test_without_scripts_links_lead_where_they_say(invented, visit):
    sitting = visit(invented.url(TIMELINE), java_script_enabled=False)
    for link in (SOURCES, f"main {WORD}:visible"):
        sitting.page.goto(invented.url(TIMELINE))
        target = sitting.page.locator(link).first.get_attribute("href")
        sitting.page.locator(link).first.click()
        sitting.page.wait_for_url(f"**/{target.rpartition('/')[2]}")
        assert sitting.page.locator(f"[id='{urldefrag(target).fragment}']").count() == 1


# --- what lies in the book ---------------------------------------------------------------------------------------------------


def links_of(tree):
    links = tree.xpath("//article//a[contains(@class, 'internal') or contains(@class, 'glossary-word')]/@href")
    return {urldefrag(link).fragment for link in links}


def test_a_page_has_a_card_for_each_link_to_a_thing_and_no_other(book):
    for name, tree in book.articles.items():
        found = set(cards_of(book, name))
        wanted = {label for label in links_of(tree) if label.partition("-")[0] in KINDS}
        assert found <= wanted, name
        sections = {label for label in wanted - found if label in book.labels and not label.startswith(("prc", "scn"))}
        assert not sections, name


def test_only_pages_with_cards_load_what_shows_them_and_only_the_search_its_own_script(book):
    for name, tree in book.trees.items():
        scripts = " ".join(tree.xpath("//script/@src"))
        assert ("_static/cards.js" in scripts) == bool(cards_of(book, name)), name
        assert ("_static/search.js" in scripts) == (name == "search.html"), name
        assert bool(tree.xpath("//meta[@name='dossier-cards']")) == bool(cards_of(book, name)), name


def test_the_first_use_of_a_word_of_the_glossary_leads_there_and_no_later_one(book):
    linked = 0
    for name, tree in book.articles.items():
        found = [link.get("href").partition("#") for link in tree.xpath("//a[contains(@class, 'glossary-word')]")]
        linked += len(found)
        assert len({label for *_, label in found}) == len(found), name
        assert all(page.endswith("glossary.html") for page, *_ in found), name
    assert linked > 30
    assert not book.trees["book/glossary.html"].xpath("//a[contains(@class, 'glossary-word')]")


def test_words_are_linked_in_prose_alone(book):
    around = [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "code",
        "pre",
        "table",
        "caption",
        "figcaption",
        "figure",
        "nav",
        "dt",
    ]
    condition = " or ".join(f"ancestor::{tag}" for tag in around)
    condition += " or ancestor::*[contains(@class, 'entry') or contains(@class, 'exhibit-notes')]"
    faults = [
        f"{name}: {link.text_content()}"
        for name, tree in book.articles.items()
        for link in tree.xpath(f"//a[contains(@class, 'glossary-word')][{condition}]")
    ]
    assert not faults, lines(faults)
