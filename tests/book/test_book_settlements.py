"""The settlements as a reader compares them: the table of cases and its lists, bars that lead to entries, entries chosen."""

import re

import pytest
from books import lines
from hostile import marked
from sittings import until

from dossier import settlements

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/settlements.html"
MATRIX = "tbl-settlements-matrix"
CODED = {
    "Conflict": "conflict_type",
    "Third party": "third_party",
    "Promise": "external_guarantee",
    "Zone": "dmz",
    "Treaty": "formal_treaty",
    "Won": "victory",
    "Border": "contiguous",
    "Nuclear": "nuclear_adversary",
    "Main coding": "outcome",
}
CHOSEN = {"Conflict": "conflict_type", "Promise": "external_guarantee", "Third party": "third_party"}
CHOSEN |= {"Main coding": "outcome"}
GROUP = ".exhibit-entries[data-facets]"


@pytest.fixture
def at(book, visit):
    """The page, whose every use must stay quiet and inside the folder."""
    sitting = visit(book.url(PAGE))
    yield sitting
    assert sitting.complaints == []
    assert sitting.outside(book.folder.as_uri()) == []


def entry_labels(rows):
    """The label of the entry of each case."""
    return [f"prc-{row.case_id}{'-coded' if row.in_narrative else ''}" for row in rows.itertuples()]


def tools(page, table):
    return page.locator(f".exhibit-table:has(#{table}) .table-tools")


def select(page, table, title):
    return tools(page, table).locator("label", has_text=re.compile(rf"^\s*{title} ")).locator("select")


def cases(book):
    rows = settlements.cases(book.view)
    return rows.assign(label=entry_labels(rows), **{name: rows[name].fillna("n/a") for name in CODED.values()})


def rows_shown(page, table=MATRIX):
    found = f"#{table} tbody tr:not([hidden]) > :first-child a"
    return {address.removeprefix("#") for address in page.eval_on_selector_all(found, HREFS)}


def entries_shown(page):
    return set(page.eval_on_selector_all(f"{GROUP} .entry:not([hidden])", "all => all.map(one => one.id)"))


HREFS = "all => all.map(one => one.getAttribute('href'))"
OPTIONS = "all => all.map(one => one.value)"


def test_the_table_of_cases_has_a_list_for_every_coded_feature(book, at):
    titles = [text.strip() for text in tools(at.page, MATRIX).locator("label:has(select)").evaluate_all(OWN_WORDS)]
    assert titles == list(CODED)
    assert tools(at.page, MATRIX).locator("input[type=search]").count() == 1


OWN_WORDS = "all => all.map(one => one.firstChild.textContent)"


def test_choosing_a_value_leaves_exactly_the_rows_that_have_it(book, at):
    rows, faults = cases(book), []
    for title, column in CODED.items():
        chosen = select(at.page, MATRIX, title)
        values = set(chosen.locator("option").evaluate_all(OPTIONS)) - {""}
        assert values == set(rows[column]), title
        for value in sorted(values):
            chosen.select_option(value)
            wanted = set(rows.loc[rows[column] == value, "label"])
            count = f"{len(wanted)} of {len(rows)} rows" if len(wanted) < len(rows) else f"{len(rows)} rows"
            if rows_shown(at.page) != wanted or tools(at.page, MATRIX).get_by_role("status").inner_text() != count:
                faults.append(f"{title} {value}: {sorted(rows_shown(at.page) ^ wanted)}")
        chosen.select_option("")
    assert not faults, lines(faults)
    assert rows_shown(at.page) == set(rows["label"])


def test_lists_and_search_of_the_table_add_up_and_nothing_is_lost(book, at):
    rows = cases(book)
    promise, outcome = rows.iloc[0]["external_guarantee"], rows.iloc[0]["outcome"]
    select(at.page, MATRIX, "Promise").select_option(promise)
    select(at.page, MATRIX, "Main coding").select_option(outcome)
    both = rows[(rows["external_guarantee"] == promise) & (rows["outcome"] == outcome)]
    assert rows_shown(at.page) == set(both["label"])
    word = rows.iloc[0]["name"].split()[0]
    field = tools(at.page, MATRIX).locator("input[type=search]")
    field.fill(word.upper())
    found = rows_shown(at.page)
    assert both.iloc[0]["label"] in found <= set(both["label"])
    assert all(
        word.lower() in at.page.locator(f"#{MATRIX} tr:has(a[href='#{one}'])").inner_text().lower() for one in found
    )
    select(at.page, MATRIX, "Promise").select_option("")
    select(at.page, MATRIX, "Main coding").select_option("")
    assert rows_shown(at.page) >= found
    field.fill("")
    assert rows_shown(at.page) == set(rows["label"])
    assert tools(at.page, MATRIX).get_by_role("status").inner_text() == f"{len(rows)} rows"


def test_a_table_that_is_filtered_can_be_sorted_and_keeps_its_rows(real, visit):
    page = visit(real.url(PAGE)).page
    rows = cases(real)
    select(page, MATRIX, "Main coding").select_option("holding")
    head = page.locator(f"#{MATRIX} thead th", has_text="Start")
    for order in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == order
        starts = page.locator(f"#{MATRIX} tbody tr:not([hidden]) > :nth-child(2)").all_inner_texts()
        assert starts == sorted(starts, reverse=order == "descending")
        assert rows_shown(page) == set(rows.loc[rows["outcome"] == "holding", "label"])
    select(page, MATRIX, "Main coding").select_option("")
    assert rows_shown(page) == set(rows["label"])


def test_entries_are_chosen_by_what_was_coded(book, at):
    rows, faults = cases(book), []
    between = at.page.locator(f"{GROUP} > .table-tools")
    for title, column in CHOSEN.items():
        chosen = between.locator("label", has_text=re.compile(rf"^\s*{title} ")).locator("select")
        for value in sorted(set(rows[column])):
            chosen.select_option(value)
            wanted = set(rows.loc[rows[column] == value, "label"])
            if entries_shown(at.page) != wanted:
                faults.append(f"{title} {value}: {sorted(entries_shown(at.page) ^ wanted)}")
        chosen.select_option("")
    assert not faults, lines(faults)
    assert entries_shown(at.page) == set(rows["label"])
    assert between.get_by_role("status").inner_text() == f"{len(rows)} entries"


def test_a_link_of_the_table_shows_an_entry_that_is_filtered_away(book, at):
    label = cases(book)["label"].iloc[0]
    for _ in range(2):
        at.page.locator(f"{GROUP} > .table-tools input[type=search]").fill("no entry says this")
        assert entries_shown(at.page) == set()
        at.page.locator(f"#{MATRIX} a[href='#{label}']").click()
        assert until(lambda: label in entries_shown(at.page), True)
        assert at.page.evaluate("location.hash") == f"#{label}"


# --- bars ---------------------------------------------------------------------------------------------------------------------


def figures(book):
    """The cases of each of the two figures, which part the list."""
    rows = cases(book)
    civil = rows["conflict_type"] == "civil"
    parts = {"fig-settlements-states": rows[~civil], "fig-settlements-civil": rows[civil]}
    return {label: own for label, own in parts.items() if len(own)}


def bars(page, figure, *, form="wide"):
    found = f"#{figure} .exhibit-{form} .chart-live .role-mark.mark-rect path"
    return page.eval_on_selector_all(
        found, "all => all.map(one => [one.__data__.datum.entry, one.getAttribute('fill')])"
    )


@pytest.mark.parametrize("form", ["wide", "narrow"])
def test_every_case_has_a_bar_whose_tone_says_whether_it_still_held(book, visit, form):
    sitting = visit(book.url(PAGE), width=1280 if form == "wide" else 320)
    for figure, rows in figures(book).items():
        sitting.live(figure, form=form)
        drawn = dict(bars(sitting.page, figure, form=form))
        assert set(drawn) == set(rows["label"])
        tones = {(rows["outcome"] == "holding").loc[row.Index]: drawn[row.label] for row in rows.itertuples()}
        assert all(drawn[row.label] == tones[row.outcome == "holding"] for row in rows.itertuples())
        assert len(set(tones.values())) == len(tones)
    assert sitting.complaints == []


def test_the_real_edition_has_both_figures_of_bars(real):
    assert {label: len(rows) > 30 for label, rows in figures(real).items()} == {
        "fig-settlements-states": True,
        "fig-settlements-civil": True,
    }


def test_a_click_on_a_bar_leads_to_the_entry_of_its_case(book, at):
    for figure in figures(book):
        at.live(figure)
        label = bars(at.page, figure)[0][0]
        found = at.page.locator(f"#{figure} .exhibit-wide .chart-live .role-mark.mark-rect path").first
        box = found.bounding_box()
        found.click(position={"x": box["width"] / 2, "y": box["height"] / 2}, force=True)
        assert until(lambda: at.page.evaluate("location.hash"), f"#{label}") == f"#{label}"


# --- without JavaScript, by keyboard, hostile -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript_every_case_every_account_and_every_folded_line_can_be_reached(book, visit, width):
    page = visit(book.url(PAGE), width=width, java_script_enabled=False).page
    rows = cases(book)
    assert page.locator(":is(.table-tools, .chart-controls, .chart-start, .sort-button):visible").count() == 0
    assert page.locator(f"{GROUP} .entry:visible").count() == len(rows)
    assert page.locator(f"#{MATRIX} tbody tr:visible").count() == len(rows)
    accounts = page.locator(f"{GROUP} .entry-list-title + ul > li")
    assert accounts.count() == page.locator(f"{GROUP} .entry-list-title + ul > li:visible").count()
    folded = page.locator(f"{GROUP} details.entry-more")
    assert folded.count() == len(rows)
    for number in (0, folded.count() - 1):
        one = folded.nth(number)
        assert one.locator(".entry-line:visible").count() == 0
        one.locator("summary").click()
        assert one.locator(".entry-line:visible").count() == one.locator(".entry-line").count() >= 1


def test_the_keyboard_alone_reaches_and_operates_the_lists_of_the_table(book, at):
    rows = cases(book)
    select(at.page, MATRIX, "Conflict").focus()
    for title, column in CODED.items():
        assert at.page.evaluate("document.activeElement.parentElement.firstChild.textContent.trim()") == title
        at.page.keyboard.press("ArrowDown")
        value = select(at.page, MATRIX, title).input_value()
        assert rows_shown(at.page) == set(rows.loc[rows[column] == value, "label"]) != set()
        at.page.keyboard.press("ArrowUp")
        at.page.keyboard.press("Tab")
    assert at.page.evaluate("document.activeElement.type") == "search"
    at.page.keyboard.type(rows["name"].iloc[-1][:12])
    assert rows["label"].iloc[-1] in rows_shown(at.page)


def test_hostile_text_stays_text_in_lists_tips_and_entries_of_the_page(invented, visit):
    sitting = visit(invented.url(PAGE))
    for figure in figures(invented):
        box = sitting.live(figure)
        box.locator(".chart-live .role-mark.mark-rect path").first.hover(force=True)
        box.locator(".chart-tip").wait_for(state="visible")
    for folded in sitting.page.locator("main details > summary:visible").all():
        folded.click()
    sitting.page.locator(f"{GROUP} > .table-tools input[type=search]").fill("<script>window.hacked=1</script>")
    assert entries_shown(sitting.page)
    assert marked("precedents.ended_note") in " ".join(sitting.page.locator(GROUP).inner_text().split())
    assert sitting.page.evaluate("window.hacked") is None
    assert sitting.page.locator("main :is(img, script), .chart-tip :is(img, script)").count() == 0
    assert sitting.complaints == []
