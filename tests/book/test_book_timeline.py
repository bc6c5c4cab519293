"""The timeline as a reader works with it: chart and entries chosen together, the strip, a mark that leads to its entry."""

import re

import pandas as pd
import pytest
from books import lines
from hostile import marked
from lxml import etree
from sittings import until

from dossier import actors, timeline

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/timeline.html"
FIGURE = "fig-timeline-lanes"
FACETS = ("actor", "kind", "strength", "telling", "accounts")
GROUP = ".exhibit-entries[data-facets]"
BETWEEN = f"{GROUP} > .table-tools"
DAY = pd.Timedelta(days=1)


@pytest.fixture
def at(book, visit):
    """The page, whose every use must stay quiet and inside the folder."""
    sitting = visit(book.url(PAGE))
    yield sitting
    assert sitting.complaints == []
    assert sitting.outside(book.folder.as_uri()) == []


@pytest.fixture
def live(at):
    """The page with the whole record in its live chart."""
    at.live(FIGURE)
    choose(at, "period", "all")
    return at


def happened(book):
    """The events of the page in the order of their numbers."""
    return timeline.dated(timeline.happened(book.view["events"], book.view.as_of))


def labels(rows):
    return {f"evt-{name}" for name in rows["event_id"]}


def took_part(book):
    """The labels of the events of each actor, by the actor's name."""
    named, rows = actors.names(book.view), book.view["event-actors"]
    rows = rows[rows["event_id"].isin(happened(book)["event_id"])]
    return {named[actor]: labels(own) for actor, own in rows.groupby("actor_id")}


def chart_list(name, *, form="wide"):
    return f"#{FIGURE} .exhibit-{form} .chart-controls select[name={name}]"


def entry_list(name):
    title = {"actor": "Actor", "kind": "Type", "strength": "Evidence", "telling": "Narrative", "accounts": "Accounts"}
    return f"{BETWEEN} label:has-text('{title[name]}') select"


def choose(sitting, name, value, *, where="chart"):
    sitting.page.select_option(chart_list(name) if where == "chart" else entry_list(name), value)
    sitting.settle()


def drawn(sitting):
    return {mark["entry"] for mark in sitting.marks(FIGURE)}


def numbers(sitting):
    return [mark["number"] for mark in sitting.marks(FIGURE)]


def shown(sitting):
    return set(sitting.page.eval_on_selector_all(f"{GROUP} .entry:not([hidden])", "all => all.map(one => one.id)"))


def status(sitting):
    return sitting.page.locator(f"{BETWEEN} [role=status]").inner_text()


def counted(some, every):
    return f"{len(every)} entries" if len(some) == len(every) else f"{len(some)} of {len(every)} entries"


# --- choosing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["chart", "entries"])
def test_choosing_an_actor_leaves_only_that_actors_marks_and_entries_wherever_it_is_chosen(book, live, where):
    everything, parts = labels(happened(book)), took_part(book)
    other = "entries" if where == "chart" else "chart"
    assert len(parts) >= 4
    for name in sorted(parts, key=lambda one: (-len(parts[one]), one))[:4]:
        choose(live, "actor", name, where=where)
        assert until(lambda: drawn(live), parts[name]) == parts[name]
        assert shown(live) == parts[name]
        assert status(live) == counted(parts[name], everything)
        assert live.page.locator(chart_list("actor") if other == "chart" else entry_list("actor")).input_value() == name
    choose(live, "actor", "", where=other)
    assert until(lambda: drawn(live), everything) == everything
    assert shown(live) == everything
    assert status(live) == counted(everything, everything)


def test_every_choice_of_every_list_leaves_the_same_events_in_chart_and_entries_and_never_none(live):
    faults = []
    for name in FACETS:
        values = live.page.eval_on_selector_all(f"{chart_list(name)} option", "all => all.map(one => one.value)")
        offered = live.page.eval_on_selector_all(f"{entry_list(name)} option", "all => all.map(one => one.value)")
        assert sorted(values) == sorted(offered)
        for value in values:
            choose(live, name, value)
            if not drawn(live) == shown(live) != set():
                faults.append(f"{name} {value}: {sorted(drawn(live) ^ shown(live))}")
        choose(live, name, "")
    assert not faults, lines(faults)


def test_choices_of_several_lists_add_up_and_the_search_narrows_them_further(book, live):
    rows = happened(book)
    choose(live, "kind", "statement")
    choose(live, "telling", "told by the narrative", where="entries")
    told = rows[(rows["type"] == "statement") & rows["in_narrative"]]
    assert until(lambda: drawn(live), labels(told)) == labels(told) == shown(live)
    last = told.iloc[-1]
    live.page.fill(f"{BETWEEN} input[type=search]", last["headline"][:40].upper())
    assert shown(live) == {f"evt-{last['event_id']}"}
    assert status(live) == f"1 of {len(rows)} entries"
    live.page.fill(f"{BETWEEN} input[type=search]", "")
    assert shown(live) == labels(told)


def test_what_was_chosen_above_the_entries_holds_in_a_chart_that_comes_to_life_later(book, at):
    name, wanted = max(took_part(book).items(), key=lambda pair: (len(pair[1]), pair[0]))
    choose(at, "actor", name, where="entries")
    at.live(FIGURE)
    choose(at, "period", "all")
    assert until(lambda: drawn(at), wanted) == wanted


def test_the_narrow_form_is_chosen_together_with_the_entries_too(book, visit):
    sitting = visit(book.url(PAGE), width=320)
    sitting.live(FIGURE, form="narrow")
    assert [mark["number"] for mark in sitting.marks(FIGURE, form="narrow")] == list(range(1, len(happened(book)) + 1))
    name, wanted = max(took_part(book).items(), key=lambda pair: (len(pair[1]), pair[0]))
    sitting.page.select_option(chart_list("actor", form="narrow"), name)
    seen = until(lambda: {mark["entry"] for mark in sitting.marks(FIGURE, form="narrow")}, wanted)
    assert seen == shown(sitting) == wanted
    assert sitting.complaints == []


def test_an_actor_with_a_hostile_name_can_be_chosen_like_any_other(invented, visit):
    sitting = visit(invented.url(PAGE))
    sitting.live(FIGURE)
    sitting.page.select_option(chart_list("period"), "all")
    name = next(name for name in took_part(invented) if marked("actors.name") in name)
    choose(sitting, "actor", name)
    wanted = took_part(invented)[name]
    assert until(lambda: drawn(sitting), wanted) == shown(sitting) == wanted
    assert sitting.page.evaluate("window.hacked") is None
    assert sitting.complaints == []


# --- the period ----------------------------------------------------------------------------------------------------------


def draw_on_the_strip(sitting, start, end):
    """Draw with the pointer from one place among the numbers to another; halves lie between two numbers."""
    box = sitting.page.locator(f"#{FIGURE} .exhibit-wide .concat_0_group > g > path.background").first
    left, top, width = box.evaluate(
        """path => { const box = path.getBBox(), to = path.getScreenCTM();
        return [box.x * to.a + to.e, (box.y + box.height / 2) * to.d + to.f, box.width * to.a] }"""
    )
    total = sitting.page.locator(f"{GROUP} .entry").count()
    start, end = (left + (at - 0.5) / total * width for at in (start, end))
    sitting.page.mouse.move(start, top)
    sitting.page.mouse.down()
    sitting.page.mouse.move((start + end) / 2, top, steps=4)
    sitting.page.mouse.move(end, top, steps=4)
    sitting.page.mouse.up()
    sitting.settle()


def between(book, low, high):
    """The numbers of the events from one day to another, and of those in the margin at both ends."""
    days = happened(book)["first_day"].reset_index(drop=True)
    margin = max(10 * DAY, (high - low) * 0.02)
    return [number for number, day in enumerate(days, start=1) if low - margin <= day <= high + margin]


def test_marking_a_stretch_of_the_strip_changes_the_first_and_last_number_shown(book, at):
    days = list(happened(book)["first_day"])
    at.live(FIGURE)
    opened = numbers(at)
    assert opened[-1] == len(days)
    assert opened[0] > 1
    for first, last in ((2, 5), (len(days) - 4, len(days) - 1), (1, 3)):
        draw_on_the_strip(at, first - 0.5, last + 0.5)
        wanted = between(book, days[first - 1], days[last - 1])
        assert until(lambda: numbers(at), wanted) == wanted, (first, last)
        assert (wanted[0], wanted[-1]) != (opened[0], opened[-1])


def test_the_mark_on_the_strip_can_be_moved(book, at):
    days = list(happened(book)["first_day"])
    at.live(FIGURE)
    draw_on_the_strip(at, 1.5, 4.5)
    draw_on_the_strip(at, 3, 5)
    wanted = between(book, days[3], days[5])
    assert until(lambda: numbers(at), wanted) == wanted


def test_a_click_beside_the_mark_on_the_strip_shows_what_was_shown_at_first(book, at):
    at.live(FIGURE)
    opened = numbers(at)
    draw_on_the_strip(at, 1.5, 4.5)
    assert until(lambda: numbers(at) != opened, True)
    draw_on_the_strip(at, len(happened(book)), len(happened(book)))
    assert until(lambda: numbers(at), opened) == opened


def test_choosing_a_period_changes_the_first_and_last_number_shown(book, at):
    at.live(FIGURE)
    opened, rows = numbers(at), happened(book)
    choose(at, "period", "all")
    everything = list(range(1, len(rows) + 1))
    assert until(lambda: numbers(at), everything) == everything
    for year in sorted({day.year for day in rows["first_day"]}):
        choose(at, "period", str(year))
        wanted = between(book, pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31))
        assert until(lambda: numbers(at), wanted) == wanted, year
    choose(at, "period", "")
    assert until(lambda: numbers(at), opened) == opened


def test_a_stretch_marked_by_hand_takes_over_from_a_period_that_was_chosen(book, at):
    days = list(happened(book)["first_day"])
    at.live(FIGURE)
    choose(at, "period", str(days[-1].year))
    draw_on_the_strip(at, 1.5, 4.5)
    wanted = between(book, days[1], days[3])
    assert until(lambda: numbers(at), wanted) == wanted
    assert at.page.locator(chart_list("period")).input_value() == ""


# --- from a mark to its entry ------------------------------------------------------------------------------------------------


def click_a_mark(sitting, number):
    marks = sitting.page.locator(f"#{FIGURE} .exhibit-wide .chart-live .role-mark.mark-symbol path")
    at = marks.evaluate_all("(all, number) => all.findIndex(one => one.__data__.datum.number === number)", number)
    marks.nth(at).click(force=True)


def label_of(book, number):
    return f"evt-{happened(book)['event_id'].iloc[number - 1]}"


def address(sitting):
    return sitting.page.evaluate("decodeURIComponent(location.hash.slice(1))")


def in_sight(sitting, label):
    return sitting.page.evaluate(
        """label => { const box = document.getElementById(label).getBoundingClientRect();
        return box.height > 0 && box.top >= 0 && box.top < innerHeight }""",
        label,
    )


def test_a_click_on_a_mark_leads_to_the_entry_of_its_event(book, at):
    at.live(FIGURE)
    for number in numbers(at)[:3]:
        click_a_mark(at, number)
        assert until(lambda: address(at), label_of(book, number)) == label_of(book, number)
        assert until(lambda: in_sight(at, address(at)), True)


@pytest.mark.parametrize("hidden_by", ["search", "choice"])
def test_a_link_to_an_entry_that_is_filtered_away_shows_it(book, at, hidden_by):
    """A second time too, when the address of the page is that of the entry already."""
    at.live(FIGURE)
    number = numbers(at)[-1]
    label = label_of(book, number)
    for way in ("first", "again"):
        if hidden_by == "search":
            at.page.fill(f"{BETWEEN} input[type=search]", "no entry says this")
            assert shown(at) == set()
            click_a_mark(at, number)
        else:
            others = [name for name, own in took_part(book).items() if label not in own]
            choose(at, "actor", others[0], where="entries")
            assert label not in shown(at)
            link = at.page.locator(f"#{FIGURE} .exhibit-data a[href='#{label}']")
            if not at.page.locator(f"#{FIGURE} .exhibit-data[open]").count():
                at.page.locator(f"#{FIGURE} .exhibit-data > summary").click()
            link.click()
        assert until(lambda: in_sight(at, label), True), way
        assert shown(at) == labels(happened(book))
        assert at.page.locator(f"{BETWEEN} input[type=search]").input_value() == ""
        assert at.page.locator(chart_list("actor")).input_value() == ""


# --- what the marks say -------------------------------------------------------------------------------------------------------


def test_events_that_the_narrative_tells_have_filled_marks_and_the_others_hollow_ones(book, live):
    rows = happened(book)
    filled = {mark["entry"] for mark in live.marks(FIGURE) if mark["fill"] not in (None, "none", "transparent")}
    assert filled == labels(rows[rows["in_narrative"]])
    assert drawn(live) - filled == labels(rows[~rows["in_narrative"]]) != set()


def test_the_narrative_of_the_real_edition_tells_fifteen_events(real):
    rows = happened(real)
    assert rows["in_narrative"].sum() == 15 < len(rows)


def narrow_drawing(book):
    """The drawing for narrow screens, which needs no script and shows every event."""
    page = etree.parse(str(book.pages[PAGE]), etree.HTMLParser(encoding="utf-8"))
    return page.xpath(f"//*[@id='{FIGURE}']//*[contains(@class, 'exhibit-narrow')]/*[local-name()='svg']")[0]


def test_without_a_script_filled_and_hollow_marks_are_told_apart_as_well(book):
    marks = narrow_drawing(book).xpath(".//*[contains(@class, 'mark-symbol')]/*[local-name()='path']")
    filled = [mark for mark in marks if mark.get("fill") not in (None, "none", "transparent")]
    rows = happened(book)
    assert len(marks) == len(rows)
    assert len(filled) == rows["in_narrative"].sum()
    assert all(mark.get("stroke") for mark in marks if mark not in filled)


def test_the_sign_of_differing_accounts_stands_at_exactly_the_events_on_which_accounts_differ(book):
    rows = happened(book)
    differing = rows["event_id"].isin(set(timeline.disputed(book.view)["event_id"].dropna()))
    said = ["".join(text.itertext()) for text in narrow_drawing(book).xpath(".//*[local-name()='text']")]
    signed = {int(re.match(r"\d+", text).group()) for text in said if re.fullmatch(r"\d+[≠°]*≠[≠°]*", text)}
    assert signed == {number for number, differs in enumerate(differing, start=1) if differs} != set()


def test_an_entry_lists_the_accounts_where_they_differ(book):
    tree, rows = book.trees[PAGE], book.view["disputes"]
    told = {one: own["statement"] for one, own in book.view["accounts"].groupby("dispute_id")}
    points = [row for row in timeline.disputed(book.view).itertuples() if isinstance(row.event_id, str)]
    assert points
    assert set(rows["dispute_id"]) >= {point.dispute_id for point in points}
    faults = []
    for point in points:
        text = " ".join(tree.xpath(f"string(//*[@id='evt-{point.event_id}'])").split())
        missing = [one for one in [point.title, *told[point.dispute_id]] if " ".join(one.split()) not in text]
        faults += [f"{point.event_id}: {one}" for one in missing]
    assert not faults, lines(faults)


# --- without JavaScript ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript_every_entry_every_account_and_every_folded_line_can_be_reached(book, visit, width):
    page = visit(book.url(PAGE), width=width, java_script_enabled=False).page
    assert page.locator(":is(.table-tools, .chart-controls, .chart-start, .sort-button):visible").count() == 0
    assert page.locator(f"{GROUP} .entry:visible").count() == len(happened(book))
    accounts = page.locator(f"{GROUP} .entry-list-title + ul > li")
    assert accounts.count() == page.locator(f"{GROUP} .entry-list-title + ul > li:visible").count() > 0
    folded = page.locator(f"{GROUP} details.entry-more")
    assert folded.count() == len(happened(book))
    for number in (0, folded.count() - 1):
        one = folded.nth(number)
        assert one.locator(".entry-line:visible").count() == 0
        one.locator("summary").click()
        assert one.locator(".entry-line:visible").count() == one.locator(".entry-line").count() >= 2
        assert {"Coding:", "Sources:"} <= set(one.locator(".exhibit-key").all_inner_texts())


def test_a_browser_prints_the_folded_lines_and_no_name_to_unfold_them_by(book, visit):
    page = visit(book.url(PAGE)).page
    page.emulate_media(media="print")
    lines_of_entries = page.locator(f"{GROUP} .entry-line")
    assert page.locator(f"{GROUP} .entry-line:visible").count() == lines_of_entries.count() > len(happened(book))
    assert page.locator(".entry-more > summary:visible, .table-tools:visible").count() == 0


# --- by keyboard ----------------------------------------------------------------------------------------------------------------


def tab_to(page, selector, *, most=400):
    """Press the tabulator until the thing selected has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with the keyboard")


def test_the_keyboard_alone_wakes_the_chart_and_chooses_in_it(book, at):
    tab_to(at.page, f"#{FIGURE} .exhibit-wide .chart-start")
    at.page.keyboard.press("Enter")
    at.page.locator(f"#{FIGURE} .exhibit-wide[data-state=live]").wait_for(timeout=15_000)
    assert at.page.evaluate("document.activeElement.name") == "period"
    at.page.keyboard.press("ArrowDown")
    assert at.page.locator(chart_list("period")).input_value() == "all"
    everything = list(range(1, len(happened(book)) + 1))
    assert until(lambda: numbers(at), everything) == everything
    tab_to(at.page, "select[name=actor]", most=1)
    at.page.keyboard.press("ArrowDown")
    name = at.page.locator(chart_list("actor")).input_value()
    assert until(lambda: drawn(at), took_part(book)[name]) == took_part(book)[name] == shown(at)


def test_the_keyboard_alone_reaches_and_operates_the_lists_and_the_search_above_the_entries(book, at):
    rows = happened(book)
    at.page.locator(f"#{FIGURE} .exhibit-data > summary").focus()
    tab_to(at.page, f"{BETWEEN} select")
    at.page.keyboard.press("ArrowDown")
    name = at.page.locator(entry_list("actor")).input_value()
    assert shown(at) == took_part(book)[name]
    at.page.keyboard.press("ArrowUp")
    assert shown(at) == labels(rows)
    tab_to(at.page, f"{BETWEEN} input[type=search]", most=len(FACETS))
    at.page.keyboard.type(rows["headline"].iloc[0][:30])
    assert f"evt-{rows['event_id'].iloc[0]}" in shown(at)
    first = f"#{sorted(shown(at))[0]}"
    tab_to(at.page, f"{first} details.entry-more > summary")
    at.page.keyboard.press("Enter")
    assert at.page.locator(f"{first} details.entry-more[open] .entry-line:visible").count() >= 2
