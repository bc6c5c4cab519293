"""Two editions beside each other, from disk and from a web server: the way from one to the same place in the other."""

import shutil

import pytest
from books import NEWER, OLDER, hashes
from sittings import until

from dossier import build, edition, site
from dossier.errors import BuildError

pytestmark = [pytest.mark.book, pytest.mark.browser]

TIMELINE = "notebooks/timeline.html"
LOOKS = [(1280, False), (1280, True), (320, True), (320, False)]


@pytest.fixture
def older(two):
    return two[0]


@pytest.fixture
def newer(two):
    return two[1]


@pytest.fixture(params=["disk", "server"])
def at(request, two, visit):
    """Open a page of an edition, from disk or from a web server."""
    shelf = two[0].folder.parent
    home = shelf.as_uri() if request.param == "disk" else request.getfixturevalue("serve")(shelf)
    return lambda name, **options: visit(f"{home}/{name}", **options)


def open_switcher(sitting):
    """Open the switcher with the mouse, where it stands (a click by name would scroll); return its links."""
    box = sitting.page.locator(".edition-switch summary").bounding_box()
    sitting.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return sitting.page.locator(".edition-switch a")


def leads(sitting, link, end):
    """Whether a link leads, when its edition's list has been read, to an address that ends as given."""
    return until(lambda: link.get_attribute("href").endswith(end), True)


def test_publishing_an_edition_touches_no_byte_of_another(two):
    older, _, before = two
    assert hashes(older.folder) == before


def test_what_is_current_is_not_built_again_and_what_stands_beside_it_stays_as_it_is(two):
    older = two[0]
    shelf = older.folder.parent
    before = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    assert all(build.build(older.root, name).reused for name in (OLDER, NEWER))
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == before


def test_the_index_has_a_card_for_each_edition_newest_first(two, at):
    sitting = at("index.html")
    cards = [card.split("\n") for card in sitting.page.locator("li").all_inner_texts()]
    assert [card[0] for card in cards] == [
        "As known on 30 September 2031",
        "As known on 30 June 2031 (Fictional example)",
    ]
    assert f"Edition {NEWER} · newest · retrospective" in cards[0]
    assert f"Edition {OLDER} · superseded by {NEWER} · retrospective" in cards[1]
    manifests = [site.read_manifest(book.folder) for book in (two[1], two[0])]
    assert all(manifest["headline"] in card for manifest, card in zip(manifests, cards, strict=True))
    assert sitting.page.locator(f"a[href='{OLDER}/report.pdf']").count() == 1
    sitting.page.locator("h2 a").first.click()
    sitting.page.wait_for_url(f"**/{NEWER}/book/index.html")
    assert sitting.complaints == []


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_axe_finds_nothing_on_the_index_a_superseded_page_and_the_open_switcher(older, visit, width, dark):
    index = visit((older.folder.parent / "index.html").as_uri(), width=width, dark=dark)
    sitting = visit(older.url(TIMELINE), width=width, dark=dark)
    assert index.axe() == []
    sitting.page.locator(".edition-notice").wait_for()
    assert sitting.axe() == []
    open_switcher(sitting)
    assert sitting.axe() == []
    for one in (index, sitting):
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
        assert one.complaints == []


def test_the_switcher_leads_to_the_section_that_is_being_read(at):
    sitting = at(f"{OLDER}/{TIMELINE}")
    sitting.page.locator("#sec-timeline-limits").evaluate("one => one.scrollIntoView()")
    link = open_switcher(sitting).first
    assert leads(sitting, link, f"/{NEWER}/{TIMELINE}#sec-timeline-limits")
    link.click()
    sitting.page.wait_for_url(f"**/{NEWER}/{TIMELINE}#sec-timeline-limits")
    sitting.page.locator(".edition-switch").wait_for()
    assert sitting.complaints == []


def test_who_followed_a_link_is_led_to_what_it_pointed_at(at):
    sitting = at(f"{OLDER}/{TIMELINE}#evt-2031-06-29-ships-turned-back")
    assert leads(sitting, open_switcher(sitting).first, f"/{NEWER}/{TIMELINE}#evt-2031-06-29-ships-turned-back")


def test_at_the_top_of_a_page_the_switcher_leads_to_the_page(at):
    sitting = at(f"{OLDER}/{TIMELINE}")
    assert leads(sitting, open_switcher(sitting).first, f"/{NEWER}/{TIMELINE}")


def test_a_place_that_is_missing_there_leads_to_the_nearest_heading_above_it(older, newer, at):
    event = "evt-2031-07-05-tarso-denies"
    assert event in newer.labels
    assert event not in older.labels
    tree = newer.trees[TIMELINE]
    above = tree.xpath(f"//*[@id='{event}']/ancestor::section/@id")[-1]
    sitting = at(f"{NEWER}/{TIMELINE}#{event}")
    assert leads(sitting, open_switcher(sitting).nth(1), f"/{OLDER}/{TIMELINE}#{above}")


def test_a_section_that_is_missing_there_leads_to_its_page(at):
    sitting = at(f"{NEWER}/book/changes.html#sec-changes-{NEWER}")
    assert leads(sitting, open_switcher(sitting).nth(1), f"/{OLDER}/book/changes.html")


def test_a_page_that_is_missing_there_leads_to_the_front(older, newer, at):
    gone = sorted(set(newer.articles) - set(older.articles))
    assert gone
    sitting = at(f"{NEWER}/{gone[0]}")
    link = open_switcher(sitting).nth(1)
    sitting.page.wait_for_timeout(300)
    assert link.get_attribute("href").endswith(f"/{OLDER}/index.html")


@pytest.mark.parametrize("name", ["search.html?q=quays", "genindex.html"])
def test_pages_without_sections_lead_to_the_same_page(name, at):
    sitting = at(f"{OLDER}/{name}")
    assert leads(sitting, open_switcher(sitting).first, f"/{NEWER}/{name}")
    assert sitting.complaints == []


def test_the_switcher_works_by_keyboard_and_has_a_name(older, visit):
    sitting = visit(older.url(TIMELINE) + "#sec-timeline-evidence")
    button = sitting.page.get_by_text("Editions", exact=True)
    button.focus()
    sitting.page.keyboard.press("Enter")
    links = sitting.page.locator(".edition-switch a")
    assert links.first.is_visible()
    assert (
        sitting.page.locator(".edition-switch [aria-current]").inner_text()
        == "As known on 30 June 2031 (Fictional example)"
    )
    sitting.page.keyboard.press("Escape")
    assert not links.first.is_visible()
    assert sitting.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    sitting.page.keyboard.press("Enter")
    sitting.page.keyboard.press("Tab")
    assert leads(sitting, links.first, "#sec-timeline-evidence")
    sitting.page.keyboard.press("Enter")
    sitting.page.wait_for_url(f"**/{NEWER}/{TIMELINE}#sec-timeline-evidence")


def test_the_switcher_leads_to_the_list_of_editions(older, visit):
    sitting = visit(older.url(TIMELINE))
    open_switcher(sitting).last.click()
    sitting.page.wait_for_url(older.folder.parent.as_uri() + "/index.html")


def test_a_superseded_edition_says_so_and_leads_to_the_same_place(at):
    sitting = at(f"{OLDER}/{TIMELINE}#sec-timeline-limits")
    notice = sitting.page.locator(".edition-notice")
    notice.wait_for(state="attached")
    assert notice.inner_text() == "A newer edition exists: As known on 30 September 2031."
    assert leads(sitting, notice.locator("a"), f"/{NEWER}/{TIMELINE}#sec-timeline-limits")


def test_the_newest_edition_says_nothing_of_a_newer_one(at):
    sitting = at(f"{NEWER}/{TIMELINE}")
    sitting.page.locator(".edition-switch").wait_for()
    assert sitting.page.locator(".edition-notice").count() == 0


def test_without_javascript_a_link_leads_to_the_list_of_editions(older, visit):
    sitting = visit(older.url(TIMELINE), java_script_enabled=False)
    sitting.page.locator(".edition-all").click()
    sitting.page.wait_for_url(older.folder.parent.as_uri() + "/index.html")


def test_a_folder_copied_alone_offers_no_other_edition_and_complains_of_nothing(older, visit, tmp_path):
    """The browser tells tests, and nobody else, that a frame found nothing; the console stays silent."""
    copy = shutil.copytree(older.folder, tmp_path / "alone")
    sitting = visit((copy / TIMELINE).as_uri())
    assert until(sitting.page.locator(".edition-all").is_visible, False) is False
    assert sitting.page.locator(".edition-switch, .edition-notice, iframe").count() == 0
    assert sitting.page.locator(".edition-pdf").is_visible()
    assert sitting.complaints == [f"request failed: {tmp_path.as_uri()}/editions.html"]


def test_a_folder_served_alone_asks_for_nothing_beside_it(older, visit, serve):
    home = serve(older.folder)
    sitting = visit(f"{home}/{TIMELINE}")
    assert until(sitting.page.locator(".edition-all").is_visible, False) is False
    assert sitting.complaints == []


def test_a_label_leads_on_from_any_page_to_where_it_stands(at):
    sitting = at(f"{NEWER}/notebooks/summary.html#fig-timeline-lanes")
    sitting.page.wait_for_url(f"**/{NEWER}/{TIMELINE}#fig-timeline-lanes")
    assert sitting.complaints == []


def test_a_label_that_was_renamed_leads_to_its_new_name(at):
    for page in (TIMELINE, "notebooks/actors.html", "index.html"):
        sitting = at(f"{NEWER}/{page}#sec-timeline-caveats")
        sitting.page.wait_for_url(f"**/{NEWER}/{TIMELINE}#sec-timeline-limits")


def test_a_label_that_never_was_leads_nowhere(newer, visit):
    sitting = visit(newer.url(TIMELINE) + "#sec-of-nothing")
    sitting.page.locator(".edition-switch").wait_for()
    assert sitting.page.url.endswith(f"{TIMELINE}#sec-of-nothing")
    assert sitting.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_a_page_that_is_no_more_leads_to_what_took_its_place(newer, visit, script):
    for old, new in (("notebooks/chronicle.html", TIMELINE), ("book/appendix/words.html", "book/glossary.html")):
        sitting = visit(newer.url(old), java_script_enabled=script)
        sitting.page.wait_for_url(f"**/{new}*")


def test_labels_of_a_page_that_is_no_more_lead_to_where_each_stands_now(at):
    for old, new in (("fig-timeline-years", "fig-timeline-years"), ("sec-timeline-caveats", "sec-timeline-limits")):
        sitting = at(f"{NEWER}/notebooks/chronicle.html#{old}")
        sitting.page.wait_for_url(f"**/{NEWER}/{TIMELINE}#{new}")
        assert sitting.complaints == []


def test_a_move_to_nowhere_fails_the_build_and_names_file_and_key(two, tmp_path):
    """The book is staged without its notebooks, which need not run to see it."""
    stage = tmp_path / "stage"
    shutil.copytree(two[0].root / "_build" / OLDER / "stage", stage, ignore=shutil.ignore_patterns("_build"))
    (stage / "_toc.yml").write_text("format: jb-book\nroot: book/bibliography\n", "utf-8")
    (stage / "book" / "moved.yml").write_text("labels: {sec-old: sec-bibliograpy}\n", "utf-8")
    with pytest.raises(BuildError, match=r"book/moved\.yml: labels: sec-old: 'sec-bibliograpy' is nowhere") as refused:
        build.book.build_html(stage, tmp_path / "html", epoch=build.book.epoch_of(edition.find(two[0].root, OLDER)))
    assert "did you mean 'sec-bibliography'?" in str(refused.value)
