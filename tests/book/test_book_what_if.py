"""The sliders of the event tree: what the browser computes is what the package computes."""

import json

import pytest
from sittings import until

from dossier import forecast
from dossier.pages import drivers, outlook

pytestmark = [pytest.mark.book, pytest.mark.browser]

PAGE = "notebooks/scenarios.html"
FIGURE = "fig-scenarios-what-if"
DAYS = {"began": "2022-02-24", "deadline": "2026-02-24", "until": "2026-12-31"}
CHOICES = (
    {},
    {"ends": 0.5, "talks": 1.0},
    {"share": 1.0, "vote": 0.0, "troops": 1.0},
    {"vote": 1.0, "no": 1.0},
    {"broken_enforced": 0.0, "broken_promise": 1.0, "ends": 0.9, "talks": 10.0},
    {"advance": 0.0},
)


@pytest.fixture(scope="module")
def own(real):
    return outlook.outlook(real.view, **DAYS, draws=outlook.DRAWS, seed=20251230)


@pytest.fixture
def at(alive):
    return alive(PAGE, FIGURE)


BARS = f"#{FIGURE} .exhibit-wide .chart-live .role-mark.mark-rect path"


def computed(page):
    """The chance behind every bar, by its label."""
    found = page.eval_on_selector_all(
        BARS, "all => all.map(one => one.__data__.datum).map(({label, share}) => ({label, share}))"
    )
    return {one["label"]: one["share"] for one in found}


def set_sliders(page, values):
    for name, value in values.items():
        page.evaluate(
            """([figure, name, value]) => {
                const field = document.querySelector(`#${figure} .exhibit-wide .chart-controls input[name="${name}"]`);
                field.value = value;
                field.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            [FIGURE, name, value],
        )


def test_the_browser_computes_what_the_package_computes(own, at):
    label = {**own.titles, forecast.EARLY: "Signed by the deadline"}
    start = drivers.what_if_start(own)
    for choice in CHOICES:
        values = {**start, **choice}
        set_sliders(at.page, values)
        wanted = {label[name]: share for name, share in forecast.what_if(own.model, own.simulation, values).items()}

        def differs(wanted=wanted):
            found = computed(at.page)
            return set(found) != set(wanted) or max(abs(found[name] - wanted[name]) for name in wanted) > 1e-9

        assert until(differs, False) is False, json.dumps(
            {"choice": choice, "found": computed(at.page), "wanted": wanted}
        )
        scenarios = [share for name, share in computed(at.page).items() if name != label[forecast.EARLY]]
        assert sum(scenarios) == pytest.approx(1, abs=1e-9)


def test_there_is_a_slider_with_a_name_for_every_input(own, at):
    fields = at.page.locator(f"#{FIGURE} .exhibit-wide .chart-controls input[type=range]")
    assert fields.evaluate_all("all => all.map(one => one.name)") == list(forecast.WHAT_IF)
    names = fields.evaluate_all("all => all.map(one => one.labels.length && one.labels[0].textContent.trim())")
    assert all(title in name for name, (title, *_) in zip(names, drivers.SLIDERS.values(), strict=True))


def test_a_slider_moves_by_keyboard_and_the_bars_follow(own, at):
    before = computed(at.page)
    at.page.locator(f"#{FIGURE} .exhibit-wide .chart-controls input[name=talks]").focus()
    for _ in range(5):
        at.page.keyboard.press("ArrowRight")
    assert until(lambda: computed(at.page)["Signed by the deadline"] > before["Signed by the deadline"], True)


def test_before_anything_is_touched_the_bars_stand_as_a_drawing(real, visit):
    sitting = visit(real.url(PAGE), java_script_enabled=False)
    assert sitting.page.locator(f"#{FIGURE} .exhibit-wide svg").count() == 1
