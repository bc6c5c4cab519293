"""Citing a place from where it stands, and copying, by mouse and by keyboard, from disk and from a server."""

import json

import pytest

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/timeline.html"
FIGURE = "fig-timeline-lanes"


@pytest.fixture
def at(real, visit):
    """Open a page of the real book; every use must stay quiet and inside the folder."""
    opened = []

    def start(name=PAGE, **options):
        opened.append(visit(real.url(name), **options))
        return opened[-1]

    yield start
    for sitting in opened:
        assert sitting.complaints == []
        assert sitting.outside(real.folder.as_uri()) == []


def cited(page):
    return page.locator(".cite-dialog textarea").input_value()


def test_the_sign_beside_a_caption_opens_the_citation_of_the_figure(at, real):
    page = at().page
    page.locator(f"#{FIGURE} .headerlink").click()
    page.locator(".cite-dialog[open]").wait_for()
    assert f", {FIGURE} [Report]. {real.record['content_hash']}" in cited(page)
    assert page.evaluate("location.hash") == f"#{FIGURE}"


def test_nothing_of_it_is_loaded_before(at):
    sitting = at()
    assert not [url for url in sitting.requests if url.endswith("citation.js")]
    sitting.page.locator(f"#{FIGURE} .cite-link").click()
    sitting.page.locator(".cite-dialog[open]").wait_for()
    assert [url.rpartition("/")[2] for url in sitting.requests if "citation" in url] == ["citation.js"]


def test_it_is_that_of_the_folder_with_the_place_added(at, real):
    page = at().page
    page.locator(f"#{FIGURE} .cite-link").click()
    page.locator(".cite-dialog[open]").wait_for()
    page.locator(".cite-dialog select").select_option("CSL-JSON")
    (record,) = json.loads(cited(page))
    (whole,) = json.loads((real.folder / "citation.csl.json").read_text("utf-8"))
    assert record.pop("section") == FIGURE
    assert record.pop("id") == f"{whole.pop('id')}-{FIGURE}"
    assert record == whole


@pytest.mark.parametrize(
    ("form", "sign"), [("BibTeX", "@techreport{"), ("RIS", "TY  - RPRT"), ("Sentence", "[Report]")]
)
def test_every_form_names_the_place(at, form, sign):
    page = at().page
    page.locator("a.edition-cite").click()
    page.locator(".cite-dialog[open]").wait_for()
    page.locator(".cite-dialog select").select_option(form)
    assert sign in cited(page)
    assert "sec-timeline" in cited(page)
    assert "{label}" not in cited(page)


def test_the_keyboard_alone_opens_chooses_copies_and_closes(at):
    sitting = at()
    page = sitting.page
    sitting.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#sec-timeline-answer > h2 .headerlink").focus()
    page.keyboard.press("Enter")
    page.locator(".cite-dialog[open]").wait_for()
    page.keyboard.press("b")  # BibTeX, by its first letter
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Copied", exact=True).wait_for()
    assert "@techreport{" in cited(page)
    assert page.evaluate("navigator.clipboard.readText()") == cited(page)
    page.keyboard.press("Escape")
    assert page.locator(".cite-dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('#sec-timeline-answer > h2 .headerlink')")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, True), (320, False)])
def test_axe_finds_nothing_in_the_open_window_and_it_fits_the_screen(at, width, dark):
    sitting = at(width=width, dark=dark)
    sitting.page.locator("a.edition-cite").click()
    sitting.page.locator(".cite-dialog[open]").wait_for()
    assert sitting.axe() == []
    box = sitting.page.locator(".cite-dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_without_javascript_the_links_lead_to_the_place_and_to_the_page_on_citing(real, visit):
    page = visit(real.url(PAGE), java_script_enabled=False).page
    page.locator(f"#{FIGURE} .cite-link").click()
    assert page.url.endswith(f"#{FIGURE}")
    page.locator("a.edition-cite").click()
    page.wait_for_url("**/notebooks/cite.html#sec-cite")


def test_literal_text_can_be_copied_as_it_stands(at, real):
    sitting = at("notebooks/cite.html")
    sitting.context.grant_permissions(["clipboard-read", "clipboard-write"])
    literal = sitting.page.locator("#sec-cite-bibtex pre")
    sitting.page.locator("#sec-cite-bibtex .copy-button").click()
    sitting.page.get_by_text("Copied", exact=True).wait_for()
    assert sitting.page.evaluate("navigator.clipboard.readText()") == literal.text_content()
    assert literal.text_content().strip() == (real.folder / "citation.bib").read_text("utf-8").strip()


def test_where_the_clipboard_is_closed_copying_works_all_the_same(at):
    page = at("notebooks/cite.html").page
    page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }) }")
    page.locator("#sec-cite-bibtex .copy-button").click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("document.activeElement.matches('#sec-cite-bibtex .copy-button')")


def test_every_heading_and_exhibit_can_be_cited(real):
    for name, tree in real.articles.items():
        for section in tree.xpath("//article//section[@id]"):
            assert section.xpath("./*[self::h1 or self::h2 or self::h3 or self::h4]/a[@class='headerlink']"), (
                name,
                section.get("id"),
            )
        for exhibit in tree.xpath("//figure[@id] | //div[contains(@class, 'exhibit-table')]"):
            assert len(exhibit.xpath(".//a[@class='cite-link']")) == 1, name


def test_a_hostile_title_in_the_window_stays_text(invented, visit):
    sitting = visit(invented.url(PAGE))
    for link in sitting.page.locator("main .headerlink").all()[:12]:
        link.dispatch_event("click")
        sitting.page.locator(".cite-dialog[open]").wait_for()
        assert sitting.page.locator(".cite-dialog :is(img, script, b, a)").count() == 0
        sitting.page.keyboard.press("Escape")
    assert sitting.page.evaluate("window.hacked") is None
    assert sitting.complaints == []


def test_it_works_from_a_web_server_too(real, visit, serve):
    address = serve(real.folder)
    sitting = visit(f"{address}/{PAGE}")
    sitting.page.locator("a.edition-cite").click()
    sitting.page.locator(".cite-dialog[open]").wait_for()
    assert sitting.complaints == []
