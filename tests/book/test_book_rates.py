"""The explorer of rates as a reader uses it: class, tier, reading and horizon chosen in the page, and what it says follows."""

import itertools
import re

import pytest
from sittings import until

from dossier import reference
from dossier.pages import rates

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/rates.html"
FIGURE = "fig-rates-explorer"
SEED = 20251230
HORIZONS = (1, 5, 10, 20)


@pytest.fixture
def at(alive):
    """The page with its explorer alive."""
    return alive(PAGE, FIGURE)


@pytest.fixture(scope="module")
def said(real):
    """What the analysis says of every class, tier, reading and horizon."""
    names = {one.class_id: one.short_title for one in reference.classes(real.view)}
    found = reference.estimates(
        real.view, horizons=HORIZONS, draws=reference.SAMPLES, seed=SEED, codings=reference.CODINGS
    )
    return {(names[row.class_id], row.tier, row.coding, row.years): row for row in found.itertuples()}


def chosen(page, title):
    return page.locator(
        f"#{FIGURE} .exhibit-wide .chart-controls label", has_text=re.compile(rf"^\s*{title} ")
    ).locator("select")


def texts(page):
    """The lines of text in the plot."""
    return page.locator(f"#{FIGURE} .exhibit-wide .chart-live .role-mark.mark-text text").all_text_contents()


def choose(page, refclass, tier, coding, years):
    chosen(page, "Class").select_option(refclass)
    chosen(page, "Tier").select_option(tier)
    chosen(page, "Reading").select_option(coding)
    chosen(page, "Horizon").select_option(label=f"{years} years")


def test_every_class_tier_reading_and_horizon_says_what_the_analysis_says(real, at, said):
    classes = [one.short_title for one in reference.classes(real.view) if not one.is_list]
    for refclass, tier, coding, years in itertools.product(classes, reference.TIERS, reference.CODINGS, HORIZONS):
        choose(at.page, refclass, tier, coding, years)
        row = said.get((refclass, tier, coding, years))
        if row is None:
            wanted = "not coded in this set"
        elif row.estimated and row.failed == 0:
            wanted = "none seen"
        elif row.estimated:
            wanted = f"{rates.language.percent(row.failed)} violated"
        else:
            wanted = "not estimated"
        found = until(lambda wanted=wanted: any(text.startswith(wanted) for text in texts(at.page)), True)
        assert found, f"{refclass}, {tier}, {coding}, {years} years: {wanted!r} not in {texts(at.page)}"
        if row is not None:
            counts = f"{row.cases} cases, {row.wars} wars; {row.violations} violated, {row.at_risk} at risk"
            assert counts in texts(at.page)


def test_the_number_of_cases_follows_the_class(real, at, said):
    choose(at.page, "Neighbours", "return to war", "main", 5)
    assert until(lambda: any(text.startswith("50 cases, 33 wars") for text in texts(at.page)), True)
    choose(at.page, "Without a victor", "return to war", "main", 5)
    assert until(lambda: any(text.startswith("15 cases, 13 wars") for text in texts(at.page)), True)


def test_the_explorer_is_reached_and_used_by_keyboard_alone(real, visit):
    page = visit(real.url(PAGE)).page
    start = page.locator(f"#{FIGURE} .chart-start:visible").first
    start.focus()
    page.keyboard.press("Enter")
    page.locator(f"#{FIGURE} .exhibit-wide[data-state=live]").wait_for(timeout=15_000)
    first = chosen(page, "Class")
    assert until(lambda: first.evaluate("one => one === document.activeElement"), True)
    page.keyboard.press("ArrowDown")
    assert until(lambda: any(text.startswith("15 cases, 13 wars") for text in texts(page)), True)
