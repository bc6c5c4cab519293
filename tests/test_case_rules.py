"""Rules over cases: a misspelt set, column, value, bound or parameter is one problem that names its place."""

from __future__ import annotations

import pytest
import yaml
from stories import Story

from dossier import priors, reference, similarity
from dossier.case_rules import class_problems
from dossier.check import Problem, check

CLASSES = "reference_classes.yml"
COLUMNS_OF_SETTLEMENTS = "a column of precedents with a closed list of values"


def only(story: Story) -> Problem:
    """The one problem of a story."""
    problems = check(story.folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_the_sound_package_has_no_problem(story):
    assert check(story.folder) == []


# Reference classes

COAST = """- class_id: coast
  order: 1
  title: Pairs of the coast after a war
  short_title: Coast
  set_id: coast-wars
  where:
  - column: war_ended
    from: '1960'
"""

MISSPELT_CLASSES = {
    "a set": (
        ("set_id: coast-wars", "set_id: coast-war"),
        "set_id", "coast-war", "a set with rows; did you mean 'coast-wars'? known: coast-wars, settlements",
    ),
    "a column": (
        ("column: war_ended\n    from: '1960'", "column: land_boarder\n    is: ['yes']"),
        "where", "land_boarder", "a column of conflict-spells; did you mean 'land_border'? known: 19 names",
    ),
    "a column of the other set": (
        ("column: war_ended\n    from: '1960'", "column: dmz\n    is: ['yes']"),
        "where", "dmz", "a column of conflict-spells; ",
    ),
    "a length that settlements do not have": (
        ("set_id: coast-wars\n  where:\n  - column: war_ended", "set_id: settlements\n  where:\n  - column: war_days"),
        "where", "war_days", "a column of precedents; ",
    ),
    "a value that is in": (
        ("column: war_ended\n    from: '1960'", "column: land_border\n    is: ['yess']"),
        "where", "land_border: yess", "yes, no",
    ),
    "a value that is out": (
        ("column: war_ended\n    from: '1960'", "column: outcome\n    is_not: [stalemate, won by c]"),
        "where", "outcome: won by c",
        "won by a, won by b, compromise, transformed into another war, stalemate, changed sides",
    ),
    "a first date": (
        ("from: '1960'", "from: sixties"),
        "where", "war_ended: sixties", "text that is an ISO date: YYYY, YYYY-MM or YYYY-MM-DD, in quotation marks",
    ),
    "a last date that no calendar has": (
        ("from: '1960'", "to: '1960-13'"),
        "where", "war_ended: 1960-13", "text that is an ISO date: YYYY, YYYY-MM or YYYY-MM-DD, in quotation marks",
    ),
    "no condition at all": (
        ("column: war_ended\n    from: '1960'", "column: war_ended"),
        "where", "war_ended", "a condition: is, is_not, from or to",
    ),
}  # fmt: skip


def with_classes(story: Story, changes: list[tuple[str, str]]) -> Story:
    """Add classes like the first one, each changed in one place: made-up-0, made-up-1 and so on."""
    first = story.folder.joinpath(CLASSES).read_text("utf-8").split("- class_id: coast-neighbours")[0]
    assert first.startswith(COAST)
    for number, change in enumerate(changes):
        old, new = change
        assert old in first
        copied = first.replace("class_id: coast\n", f"class_id: made-up-{number}\n").replace(old, new)
        story.replace(CLASSES, "- class_id: league-garrisons", f"{copied}- class_id: league-garrisons")
    return story


@pytest.fixture(scope="module")
def misspelt_classes(harbour, tmp_path_factory) -> list[Problem]:
    """Problems of a story with one misspelt class for each rule."""
    story = Story(harbour, tmp_path_factory.mktemp("classes") / "data")
    return check(with_classes(story, [change for change, *_ in MISSPELT_CLASSES.values()]).folder)


@pytest.mark.parametrize("name", MISSPELT_CLASSES)
def test_what_is_misspelt_in_a_class_is_one_problem_that_names_its_place(name, misspelt_classes):
    _, column, value, accepted = MISSPELT_CLASSES[name]
    row = f"made-up-{list(MISSPELT_CLASSES).index(name)}"
    (found,) = [problem for problem in misspelt_classes if problem.row == row]
    assert (found.file, found.line, found.column, found.value) == (CLASSES, 0, column, value)
    assert found.accepted.startswith(accepted)


def test_misspelt_classes_are_all_found_at_once_and_nothing_else(misspelt_classes):
    assert len(misspelt_classes) == len(MISSPELT_CLASSES)


def test_a_problem_of_a_class_is_one_readable_line(story):
    story.replace(CLASSES, "set_id: settlements", "set_id: setlements")
    assert str(only(story)) == (
        "reference_classes.yml, row league-garrisons, column set_id: 'setlements'; accepted: a set with rows; "
        "did you mean 'settlements'? known: coast-wars, settlements"
    )


def test_a_class_may_use_every_kind_of_condition(story):
    with_classes(
        story,
        [
            ("from: '1960'", "from: '1960'\n    to: '1990-06'"),
            ("column: war_ended\n    from: '1960'", "column: war_days\n    from: 366\n    to: 1000"),
            ("column: war_ended\n    from: '1960'", "column: war_id\n    is_not: [coast-1]"),  # no closed list
        ],
    )
    assert check(story.folder) == []
    view = story.view()
    assert [len(reference.cases(view, one)) for one in reference.classes(view)] == [14, 11, 6, 12, 9, 1]


BOUNDS = {
    "a number for a date": ("from: '1960'", "from: 1960"),
    "a date for a number of days": ("column: war_ended\n    from: '1960'", "column: war_days\n    from: '1960'"),
    "a number for a word": ("column: war_ended\n    from: '1960'", "column: outcome\n    from: 1960"),
    "a date for a word": ("column: war_ended\n    from: '1960'", "column: outcome\n    from: '1960'"),
}


@pytest.fixture(scope="module")
def bound_problems(harbour, tmp_path_factory) -> list[Problem]:
    """Problems of a story with one class for each bound that does not fit its column."""
    story = Story(harbour, tmp_path_factory.mktemp("bounds") / "data")
    return check(with_classes(story, list(BOUNDS.values())).folder)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_bound_of_another_kind_than_its_column_is_a_problem(name, bound_problems):
    """Days are bounded by numbers, dates by dates, and words have no order; a run can end in a traceback."""
    row = f"made-up-{list(BOUNDS).index(name)}"
    (found,) = [problem for problem in bound_problems if problem.row == row]
    assert (found.file, found.column) == (CLASSES, "where")


@pytest.mark.parametrize("document", [None, "words", {"a": 5}, [5], [None], 5, True])
def test_classes_of_another_form_are_left_to_their_schema(document, harbour_view):
    assert list(class_problems(harbour_view.package, {}, {"reference-classes": document})) == []


@pytest.mark.parametrize("where", [None, [], 5, True, "words", [5], [["war_ended"]], {"column": "dmz"}])
def test_conditions_of_another_form_are_left_to_their_schema(where, harbour_view):
    document = [{"class_id": "made-up", "set_id": "settlements", "where": where}]
    assert list(class_problems(harbour_view.package, {}, {"reference-classes": document})) == []


@pytest.mark.parametrize("where", ["words", 5, ["words"], [["war_ended"]], {"column": "dmz"}])
def test_the_schema_refuses_conditions_of_another_form(where, story):
    path = story.folder / CLASSES
    classes = yaml.safe_load(path.read_text("utf-8"))
    classes[0]["where"] = where
    path.write_text(yaml.safe_dump(classes, sort_keys=False), "utf-8")
    found = check(story.folder)
    assert {problem.file for problem in found} == {CLASSES}


def test_a_condition_without_a_column_is_a_problem_and_no_crash(harbour_view):
    document = [{"class_id": "made-up", "set_id": "settlements", "where": [{}]}]
    found = list(class_problems(harbour_view.package, {}, {"reference-classes": document}))
    assert [(problem.file, problem.row, problem.column) for problem in found] == [(CLASSES, "made-up", "where")]


def test_a_file_that_holds_no_classes_is_one_problem_and_no_crash(story):
    (story.folder / CLASSES).write_text("5\n")
    assert only(story) == Problem(CLASSES, 0, "", "", "5", "type array")


# Lessons, the present case and uncertain inputs

MISSPELT_CELLS = {
    "a feature of a lesson": (
        "lessons.csv", "zone-works", {"lesson_id": "lesson-0", "feature": "dmzz"},
        "feature", "dmzz", f"{COLUMNS_OF_SETTLEMENTS}; did you mean 'dmz'? known: ",
    ),
    "a number as the feature of a lesson": (
        "lessons.csv", "zone-works", {"lesson_id": "lesson-1", "feature": "peak_troops"},
        "feature", "peak_troops", f"{COLUMNS_OF_SETTLEMENTS}; ",
    ),
    "a value that a lesson speaks of": (
        "lessons.csv", "zone-works", {"lesson_id": "lesson-2", "value": "yess"}, "value", "yess", "yes, no",
    ),
    "one of the values to compare with": (
        "lessons.csv", "zone-works",
        {"lesson_id": "lesson-3", "feature": "external_guarantee", "value": "none", "against": "assurance;garrison"},
        "against", "garrison", "none, assurance, treaty guarantee, forward deployed",
    ),
    "a space before a value": (
        "lessons.csv", "zone-works",
        {"lesson_id": "lesson-4", "feature": "third_party", "value": "none; monitors", "against": "enforcement"},
        "value", " monitors", "none, monitors, peacekeepers, enforcement",
    ),
    "what a lesson expects": (
        "lessons.csv", "zone-works", {"lesson_id": "lesson-5", "expects": "fewer"},
        "expects", "fewer", "string; one of less, more; not blank",
    ),
    "a feature of the present case": (
        "present_case.csv", "nuclear_adversary", {"feature": "nuclear_adversery"},
        "feature", "nuclear_adversery", f"{COLUMNS_OF_SETTLEMENTS}; did you mean 'nuclear_adversary'? known: ",
    ),
    "a number as a feature of the present case": (
        "present_case.csv", "nuclear_adversary", {"feature": "deaths"}, "feature", "deaths", f"{COLUMNS_OF_SETTLEMENTS}; ",
    ),
    "a value of the present case": (
        "present_case.csv", "nuclear_adversary", {"feature": "victory", "value": "perhaps"},
        "value", "perhaps", "yes, no",
    ),
    "several values of the present case": (
        "present_case.csv", "nuclear_adversary", {"feature": "pressured", "value": "yes;no"},
        "value", "yes;no", "",  # no case has both, so that none would be like it
    ),
    "bounds in the wrong order": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-0", "first": "1", "second": "0"},
        "first", "1;0", "for a uniform distribution: lowest, highest, in order",
    ),
    "a parameter too few": (
        "priors.csv", "share-enforced", {"prior_id": "prior-1", "third": ""},
        "first", "0.1;0.2", "for a triangular distribution: lowest, mode, highest, in order",
    ),
    "a parameter too many": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-2", "third": "2"},
        "first", "0;1;2", "for a uniform distribution: lowest, highest, in order",
    ),
    "a median below zero": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-3", "distribution": "lognormal", "first": "-1", "second": "0.5"},
        "first", "-1;0.5", "for a lognormal distribution: median, standard deviation of the logarithm, in order",
    ),
    "parameters of another distribution": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-4", "distribution": "fixed"},
        "first", "0;1", "for a fixed distribution: value, in order",
    ),
    "a distribution": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-5", "distribution": "unifrom"},
        "distribution", "unifrom", "string; one of fixed, uniform, triangular, beta, lognormal, gamma; not blank",
    ),
    "a word for a parameter": (
        "priors.csv", "enforcement-transport", {"prior_id": "prior-6", "second": "one"},
        "second", "one", "number; or blank",
    ),
}  # fmt: skip


def key_of(file: str, row_id: str, cells: dict[str, str]) -> str:
    return cells.get("lesson_id") or cells.get("feature") or cells.get("prior_id") or row_id


@pytest.fixture(scope="module")
def misspelt(harbour, tmp_path_factory) -> Story:
    """A story with one misspelt cell for each rule, each in a row of its own."""
    story = Story(harbour, tmp_path_factory.mktemp("misspelt") / "data")
    for file, like, cells, *_ in MISSPELT_CELLS.values():
        if file == "priors.csv":
            cells = {**cells, "standing": "elicited"}
        story.add_like(file, like, **cells)
    return story


@pytest.fixture(scope="module")
def cell_problems(misspelt) -> list[Problem]:
    return check(misspelt.folder)


@pytest.mark.parametrize("claim", MISSPELT_CELLS.values(), ids=MISSPELT_CELLS)
def test_what_is_misspelt_in_a_table_is_one_problem_that_names_its_place(claim, misspelt, cell_problems):
    file, like, cells, column, value, accepted = claim
    row_id, key = key_of(file, like, cells), misspelt.columns(file)[0]
    line = next(line for line, row in enumerate(misspelt.rows(file), start=2) if row[key] == row_id)
    found = [problem for problem in cell_problems if (problem.file, problem.row) == (file, row_id)]
    assert [(problem.line, problem.column, problem.value) for problem in found] == [(line, column, value)]
    assert found[0].accepted.startswith(accepted)


def test_misspelt_cells_are_all_found_at_once_and_in_no_other_row(misspelt, cell_problems):
    rows = {(file, key_of(file, like, cells)) for file, like, cells, *_ in MISSPELT_CELLS.values()}
    assert {(problem.file, problem.row) for problem in cell_problems} <= rows


def test_a_problem_of_a_lesson_is_one_readable_line(story):
    story.set("lessons.csv", "zone-works", against="nope")
    assert str(only(story)) == "lessons.csv, line 2, row zone-works, column against: 'nope'; accepted: yes, no"


def test_every_distribution_of_the_schema_can_be_read_and_no_other(story):
    (field,) = [one for one in story.view().package.table("priors").fields if one["name"] == "distribution"]
    assert set(field["constraints"]["enum"]) == set(priors.PARAMETERS)


def test_what_the_check_lets_through_can_be_read(story):
    before = len(story.rows("priors.csv"))
    for name, parameters in {
        "fixed": ("0.5", "", ""),
        "beta": ("2", "3", ""),
        "gamma": ("2", "3", ""),
        "lognormal": ("0.5", "0", ""),
        "triangular": ("0", "0", "1"),
    }.items():
        first, second, third = parameters
        story.add_like(
            "priors.csv", "enforcement-transport",
            prior_id=f"a-{name}", distribution=name, first=first, second=second, third=third,
        )  # fmt: skip
    story.add_like(
        "lessons.csv", "zone-works", lesson_id="several", feature="external_guarantee", value="none;assurance",
        against="treaty guarantee;forward deployed", expects="more",
    )  # fmt: skip
    story.add_like("present_case.csv", "nuclear_adversary", feature="victory", value="yes", weight="0.5")
    assert check(story.folder) == []
    view = story.view()
    assert len(priors.read(view)) == before + 5
    assert list(similarity.context(view)["feature"]) == ["contiguous", "nuclear_adversary", "victory"]


# Parameters of a question

COUNTING = '{"indicator": "quays-held", "pace": 1.5, "run": 2, "back": 12}'
WRONG_PARAMETERS = {
    "no JSON": ("signed by", "lag 60", "a JSON object of lag_days, each a number"),
    "a list": ("signed by", "[60]", "a JSON object of lag_days, each a number"),
    "a word for a number": ("vote by", '{"lag_days": "sixty"}', "a JSON object of lag_days, each a number"),
    "a misspelt name": ("vote by", '{"lagdays": 60}', "a JSON object of lag_days, at least 0, or blank"),
    "a lag before the day": ("vote by", '{"lag_days": -1}', "a JSON object of lag_days, at least 0, or blank"),
    "nothing to count": ("months above the pace", "", "a JSON object of pace, run, back, and indicator"),
    "a pace that is missing": (
        "months above the pace", COUNTING.replace('"pace": 1.5, ', ""), "a JSON object of pace, run, back, and indicator",
    ),
    "an indicator that is not there": (
        "months above the pace", COUNTING.replace("quays-held", "quays-hold"),
        "an indicator of indicators.csv; did you mean 'quays-held'? known: ",
    ),
    "no month in a run": (
        "months above the pace", COUNTING.replace('"run": 2', '"run": 0'), "run at least 1 and back no less than run",
    ),
    "a run longer than the months": (
        "months above the pace", COUNTING.replace('"run": 2', '"run": 13'), "run at least 1 and back no less than run",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("quantity", "text", "accepted"), WRONG_PARAMETERS.values(), ids=WRONG_PARAMETERS)
def test_wrong_parameters_of_a_question_are_a_problem_that_says_what_is_accepted(quantity, text, accepted, story):
    story.set("questions.csv", "treaty-by-2031-07-31", quantity=quantity, parameters=text)
    problem = only(story)
    assert (problem.column, problem.value) == ("parameters", text)
    assert problem.accepted.startswith(accepted)


@pytest.mark.parametrize(("quantity", "text"), [("vote by", '{"lag_days": 60}'), ("months above the pace", COUNTING)])
def test_right_parameters_of_a_question_are_none(quantity, text, story):
    story.set("questions.csv", "treaty-by-2031-07-31", quantity=quantity, parameters=text)
    assert check(story.folder) == []
