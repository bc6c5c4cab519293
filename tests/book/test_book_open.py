"""The two pages that can be worked with, open to everyone in every state: charts live, everything unfolded, lists in use."""

import pytest

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGES = {"timeline": "notebooks/timeline.html", "settlements": "notebooks/settlements.html"}
LOOKS = [(1280, False), (1280, True), (320, True), (320, False)]


def unfold(sitting):
    """Open everything that can be opened, make every chart live, and choose in every row of lists."""
    form = "wide" if sitting.page.viewport_size["width"] > 700 else "narrow"
    sitting.page.evaluate("() => document.querySelectorAll('main details').forEach(one => { one.open = true })")
    for figure in sitting.page.locator("figure.exhibit-chart").all():
        sitting.live(figure.get_attribute("id"), form=form)
    for tools in sitting.page.locator(".table-tools:has(select)").all():
        chosen = tools.locator("select").last
        chosen.select_option(index=1)
    sitting.page.locator(".table-tools select").last.focus()
    sitting.settle()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_axe_finds_nothing_at_rest_nor_with_live_charts_open_details_and_lists_in_use(
    invented, visit, name, width, dark
):
    sitting = visit(invented.url(PAGES[name]), width=width, dark=dark)
    sitting.show(width=width, dark=dark)
    assert sitting.axe() == []
    unfold(sitting)
    assert sitting.page.locator("[data-state=live]").count() == sitting.page.locator("figure.exhibit-chart").count() > 0
    assert sitting.axe() == []
    assert sitting.complaints == []
    assert sitting.outside(invented.folder.as_uri()) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_axe_finds_nothing_on_the_real_pages_with_live_charts_open_details_and_lists_in_use(
    real, visit, name, width, dark
):
    sitting = visit(real.url(PAGES[name]), width=width, dark=dark)
    sitting.show(width=width, dark=dark)
    unfold(sitting)
    assert sitting.axe() == []
    assert sitting.page.evaluate("document.documentElement.scrollWidth") <= width
    assert sitting.complaints == []
    assert sitting.outside(real.folder.as_uri()) == []
