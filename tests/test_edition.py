"""Editions and parameters: typed, checked, and refused with the same words everywhere."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from stories import DAY

from dossier import edition, run
from dossier.edition import Edition, Notebook, Parameter, ParameterError
from dossier.errors import DossierError, UsageError

FILE = """
id: "2031-06-30"
as_of: "2031-06-30"
title: As known on 30 June 2031
supersedes: null
retrospective: true
compiled_on: "2031-07-15"
parameters:
  as_of: "2031-06-30"
"""


@pytest.fixture
def file(tmp_path):
    """Write an edition file with some lines replaced; return its path."""

    def write(**lines: str):
        text = FILE
        for key, line in lines.items():
            text = re.sub(rf"^{key}:.*$", line, text, flags=re.MULTILINE)
        path = tmp_path / f"{DAY}.yml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def notebooks(root):
    return run.notebooks(root)


@pytest.fixture
def harbour_edition(file) -> Edition:
    return edition.read(file())


def test_an_edition_file_is_read(file):
    read = edition.read(file())
    assert (read.edition_id, read.as_of, read.compiled_on) == (DAY, date(2031, 6, 30), date(2031, 7, 15))
    assert (read.supersedes, read.retrospective, read.notebooks) == (None, True, {})


BROKEN = {
    "another id than the name of the file": ({"id": 'id: "2031-06-29"'}, "id '2031-06-29'; accepted: '2031-06-30', the name of the file"),
    "no title": ({"title": "title:"}, "title: None; accepted: text"),
    "an as-of date that is no day": ({"as_of": "as_of: 2031-06"}, "as_of: '2031-06' is not a day"),
    "a flag that is no flag": ({"retrospective": "retrospective: perhaps"}, "retrospective: 'perhaps'; accepted: true or false"),
    "parameters that are no mapping": ({"parameters": "notebooks: [timeline]\nparameters:"}, "notebooks: ['timeline']; accepted: a mapping"),
    "a notebook whose settings are no mapping": ({"parameters": "notebooks:\n  timeline: 5\nparameters:"}, "notebooks.timeline: 5; accepted: a mapping"),
    "parameters that are a blank list": ({"parameters": "notebooks: []\nparameters:"}, "notebooks: []; accepted: a mapping"),
    "a parameter without a name": ({"parameters": "parameters:\n  5: x"}, "parameters: {5: 'x'"),
    "an edition superseded that is no text": ({"supersedes": "supersedes: [2031-05-31]"}, "supersedes: ['2031-05-31']; accepted: text"),
    "an id of another day": ({"as_of": 'as_of: "2031-06-29"'}, "id '2031-06-30'; accepted: '2031-06-29', the as_of day, or a revision of it such as '2031-06-29.2'"),
    "a tag that does not fit": ({"title": "title: !!int five"}, "not YAML"),
    "a key that nobody knows": ({"title": "titel: As known"}, "key 'titel': did you mean 'title'?"),
    "no YAML": ({"title": "title: [As known"}, "not YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_edition_file_names_key_and_value(lines, message, file):
    path = file(**lines)
    with pytest.raises(DossierError, match=re.escape(message)) as refused:
        edition.read(path)
    assert str(path) in str(refused.value)


def named(path: Path, edition_id: str) -> Path:
    return path.rename(path.with_name(f"{edition_id}.yml"))


@pytest.mark.parametrize("edition_id", ["2031-06-30.2", "2031-06-30.10"])
def test_a_revision_has_the_day_and_its_own_number(edition_id, file):
    path = named(file(id=f'id: "{edition_id}"'), edition_id)
    assert (edition.read(path).edition_id, edition.read(path).as_of) == (edition_id, date(2031, 6, 30))


@pytest.mark.parametrize(
    "edition_id", ["june", "2031-06", "2031-06-30.", "2031-06-30.0", "2031-06-30.two", "2031-06-30-b"]
)
def test_an_id_is_a_day_or_a_revision_of_it(edition_id, file):
    path = named(file(id=f'id: "{edition_id}"'), edition_id)
    with pytest.raises(
        DossierError, match=f"id '{re.escape(edition_id)}'; accepted: '2031-06-30', the as_of day"
    ) as refused:
        edition.read(path)
    assert refused.value.exit_code == 1


def test_revisions_come_in_the_order_of_their_numbers(project):
    folder = project() / "editions"
    text = (folder / f"{DAY}.yml").read_text("utf-8")
    for revision in (10, 2):
        (folder / f"{DAY}.{revision}.yml").write_text(text.replace(f'id: "{DAY}"', f'id: "{DAY}.{revision}"'), "utf-8")
    found = [entry.edition_id for entry in edition.editions(folder.parent)]
    assert found == [DAY, f"{DAY}.2", f"{DAY}.10"]


def test_an_edition_may_supersede_another(file):
    assert edition.read(file(supersedes="supersedes: 2031-05-31")).supersedes == "2031-05-31"


def test_without_an_edition_there_is_nothing_to_build(project, dossier):
    folder = project()
    (folder / "editions" / f"{DAY}.yml").unlink()
    for words in ([], ["-p", "timeline.as_of=2031-05-01"]):
        said = dossier("build", *words, where=folder)
        assert said == (1, "", "dossier: editions/: no edition file; accepted: editions/<as_of>.yml\n")


def test_an_edition_file_that_is_a_list_is_refused(file):
    path = file()
    path.write_text("- id", "utf-8")
    with pytest.raises(DossierError, match="accepted: a mapping with as_of, compiled_on"):
        edition.read(path)


def test_an_unknown_edition_is_refused_with_a_hint(project):
    with pytest.raises(UsageError, match="no edition '2031-06-31'; did you mean '2031-06-30'"):
        edition.find(project(), "2031-06-31")


def test_editions_come_oldest_first(root):
    assert [entry.edition_id for entry in edition.editions(root)] == sorted(
        path.stem for path in (root / "editions").glob("*.yml")
    )


@pytest.mark.parametrize(
    ("type_name", "value", "parsed"),
    [
        ("int", "5", 5),
        ("int", 5, 5),
        ("float", "0.9", 0.9),
        ("float", 1, 1.0),
        ("str", "five", "five"),
        ("bool", "true", True),
        ("bool", "False", False),
        ("bool", True, True),
    ],
)
def test_a_value_is_read_as_the_declared_type(type_name, value, parsed):
    found = Parameter("name", type_name, parsed, "what it is", "unit").parse(value, notebook="timeline")
    assert (found, type(found)) == (parsed, type(parsed))


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("int", "5.5"),
        ("int", 5.0),
        ("int", True),
        ("int", "five"),
        ("float", "much"),
        ("float", None),
        ("float", False),
        ("str", 5),
        ("str", None),
        ("bool", "yes"),
        ("bool", 1),
        ("bool", 0),
        ("bool", ""),
    ],
)
def test_a_value_of_another_type_is_refused(type_name, value):
    with pytest.raises(
        ParameterError,
        match=rf"^timeline\.name: {re.escape(repr(value))} is not accepted; accepted: {type_name} \(unit\), such as 1$",
    ):
        Parameter("name", type_name, 1, "what it is", "unit").parse(value, notebook="timeline")


@pytest.mark.parametrize("value", ["tomorrow", "2031-06", "2031-06-31", "30.06.2031", "", None, 20310630])
def test_a_day_must_be_a_day_of_the_calendar(value):
    with pytest.raises(ParameterError, match=r"accepted: str \(ISO day\), such as '2031-06-30'"):
        Parameter("as_of", "str", DAY, "last day of knowledge", "ISO day").parse(value, notebook="timeline")


def test_the_edition_sets_what_the_notebooks_declare(harbour_edition, notebooks):
    resolved = edition.resolve(harbour_edition, notebooks)
    assert {name: values["as_of"] for name, values in resolved.items()} == {
        notebook.name: DAY for notebook in notebooks
    }


def test_an_override_changes_one_notebook_and_no_other(harbour_edition, notebooks):
    resolved = edition.resolve(harbour_edition, notebooks, ["timeline.as_of=2031-05-01"])
    assert resolved["timeline"]["as_of"] == "2031-05-01"
    assert resolved["actors"]["as_of"] == DAY


REFUSED = {
    "timeline.as_off=2031-05-01": "timeline.as_off: no such parameter; did you mean 'as_of'? known: as_of",
    "timeline.as_of=tomorrow": "timeline.as_of: 'tomorrow' is not accepted; accepted: str (ISO day), such as '",
    "timline.as_of=2031-05-01": "timline: no such notebook; did you mean 'timeline'?",
    "timeline.as_of=2031-07-01": "timeline.as_of: '2031-07-01' is later than edition 2031-06-30 knows; accepted: a day up to 2031-06-30",
    "as_of=2031-05-01": "-p 'as_of=2031-05-01'; accepted: notebook.name=value, such as timeline.as_of=2025-09-01",
    "timeline.as_of": "-p 'timeline.as_of'; accepted: notebook.name=value",
    ".as_of=2031-05-01": "-p '.as_of=2031-05-01'; accepted",
}


@pytest.mark.parametrize(("override", "message"), REFUSED.items())
def test_a_wrong_override_is_refused_as_bad_usage(override, message, harbour_edition, notebooks):
    with pytest.raises(ParameterError, match=re.escape(message)) as refused:
        edition.resolve(harbour_edition, notebooks, [override])
    assert refused.value.exit_code == 2


IN_THE_FILE = {
    "a parameter that no notebook takes": ("parameters:\n  seeed: 5", "parameters.seeed: no notebook takes it"),
    "a value that is no day": (
        "parameters:\n  as_of: tomorrow",
        "parameters: actors.as_of: 'tomorrow' is not accepted",
    ),
    "a notebook that there is not": (
        "notebooks:\n  timline:",
        "notebooks: timline: no such notebook; did you mean 'timeline'?",
    ),
    "a setting that the notebook does not take": (
        "notebooks:\n  timeline: {as_off: 2031-05-01}",
        "notebooks: timeline.as_off: no such parameter; did you mean 'as_of'?",
    ),
    "a day that the edition does not know": (
        "parameters:\n  as_of: 2031-07-01",
        "'2031-07-01' is later than edition 2031-06-30 knows; accepted: a day up to 2031-06-30",
    ),
}


@pytest.mark.parametrize(("lines", "message"), IN_THE_FILE.values(), ids=IN_THE_FILE)
def test_what_is_wrong_in_the_file_is_bad_input_and_names_the_file(lines, message, file, notebooks):
    path = file()
    path.write_text(path.read_text("utf-8").partition("parameters:")[0] + lines, "utf-8")
    with pytest.raises(DossierError, match=re.escape(message)) as refused:
        edition.resolve(edition.read(path), notebooks)
    assert str(refused.value).startswith(f"{path}: ")
    assert refused.value.exit_code == 1


def test_a_setting_for_one_notebook_stands_under_its_name(file, notebooks):
    path = file(parameters="notebooks:\n  timeline:\n    as_of: 2031-05-01\nparameters:")
    resolved = edition.resolve(edition.read(path), notebooks)
    assert (resolved["timeline"]["as_of"], resolved["actors"]["as_of"]) == ("2031-05-01", DAY)


def test_every_notebook_declares_name_type_default_meaning_and_unit(notebooks):
    for notebook in notebooks:
        assert notebook.parameters, notebook.name
        assert all(parameter.meaning and parameter.unit for parameter in notebook.parameters), notebook.name
        assert all(
            parameter.parse(parameter.default, notebook=notebook.name) == parameter.default
            for parameter in notebook.parameters
        )


def test_pressing_run_all_gives_the_newest_edition(root, notebooks):
    """The notebooks' own defaults are the parameters of the newest edition."""
    newest = edition.editions(root)[-1]
    assert edition.resolve(newest, notebooks) == {notebook.name: notebook.defaults() for notebook in notebooks}


def test_three_editions_tell_the_story_each_in_retrospect_and_after_the_one_before(root):
    made = edition.editions(root)
    assert [entry.edition_id for entry in made] == ["2025-12-30", "2026-02-25", "2026-08-21"]
    assert [entry.supersedes for entry in made] == [None, "2025-12-30", "2026-02-25"]
    assert all(entry.retrospective and entry.compiled_on > entry.as_of for entry in made)
    assert all((root / "editions" / f"{entry.edition_id}.md").is_file() for entry in made)


def test_every_edition_of_the_project_resolves(root, notebooks):
    for entry in edition.editions(root):
        edition.resolve(entry, notebooks)


def test_a_parameter_without_a_unit_is_refused(root, tmp_path):
    path = tmp_path / "timeline.ipynb"
    path.write_text((root / "notebooks" / "timeline.ipynb").read_text("utf-8").replace(" (ISO day)", ""), "utf-8")
    with pytest.raises(
        DossierError, match=r"timeline\.ipynb: parameter as_of; accepted: name: str\|int\|float\|bool = default"
    ):
        edition.read_notebook(path)


def test_a_notebook_run_by_hand_refuses_with_the_same_words(root, monkeypatch):
    monkeypatch.chdir(root / "notebooks")
    with pytest.raises(
        ParameterError, match=r"^timeline\.as_of: 'tomorrow' is not accepted; accepted: str \(ISO day\), such as '"
    ):
        edition.check_parameters("timeline", as_of="tomorrow")


def test_an_unknown_parameter_names_the_known_ones():
    notebook = Notebook("timeline", None, (Parameter("as_of", "str", DAY, "day", "ISO day"),), 1, 120, None)
    with pytest.raises(ParameterError, match=r"timeline\.horizon: no such parameter; known: as_of"):
        notebook.parameter("horizon")
