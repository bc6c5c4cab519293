"""A data folder from a stranger: nothing asked of the network, nothing read outside, no traceback, no silent cut."""

from __future__ import annotations

import copy
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from dossier import data
from dossier.check import Problem, check
from dossier.errors import DossierError

ADDRESS = "http://example.org/elsewhere.json"


@pytest.fixture(autouse=True)
def asked(monkeypatch) -> list[Any]:
    """Whatever is asked of the network during a test; it gets no answer."""
    calls: list[Any] = []

    def refuse(*words: Any, **_: Any) -> None:
        calls.append(words)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield calls
    assert calls == []


@pytest.fixture
def descriptor(story) -> Callable[[Callable[[dict[str, Any]], Any]], None]:
    """Change the story's descriptor, given as its tables by name and, under ``""``, the whole."""
    path = story.folder / "datapackage.json"

    def change(how: Callable[[dict[str, Any]], Any]) -> None:
        whole = json.loads(path.read_text("utf-8"))
        how({"": whole, **{table["name"]: table for table in whole["resources"]}})
        path.write_text(json.dumps(whole, indent=1), "utf-8")

    return change


def table(name: str, /, **keys: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda tables: tables[name].update(keys)


def own(name: str, /, **keys: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda tables: tables[name]["dossier"].update(keys)


def schema(name: str, /, **keys: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda tables: tables[name]["schema"].update(keys)


def field(name: str, position: int, /, **keys: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda tables: tables[name]["schema"]["fields"][position].update(keys)


# Nothing leads out of the folder

ELSEWHERE = {
    "a profile of the package": (table("", profile=ADDRESS), "profile"),
    "profiles of the package": (table("", profiles=[ADDRESS]), "profile"),
    "a profile of a table": (table("roles", profile=ADDRESS), "profile"),
    "a profile in another file": (table("roles", profile="../profile.json"), "profile"),
    "a dialect at an address": (table("roles", dialect=ADDRESS), "dialect"),
    "a dialect in another file": (table("roles", dialect="/etc/passwd"), "dialect"),
    "a dialect that hides rows": (table("roles", dialect={"commentChar": "t"}), "dialect"),
    "another separator": (table("roles", dialect={"delimiter": ";"}), "dialect"),
    "another format": (table("roles", format="gsheets"), "format"),
    "another encoding": (table("roles", encoding="latin-1"), "encoding"),
    "a constraint that refers": (
        field("roles", 0, constraints={"required": True, "jsonSchema": {"$ref": ADDRESS}}),
        "role_id.constraints",
    ),
}


@pytest.mark.parametrize(("how", "key"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_leads_elsewhere_is_a_problem_and_is_not_followed(how, key, descriptor, story):
    descriptor(how)
    (problem,) = check(story.folder)
    assert (problem.file, problem.column) == ("datapackage.json", key)
    assert problem.accepted


HARMLESS = {
    "an address of a schema that nobody opens": table("", **{"$schema": ADDRESS}),
    "keys of its own": table(
        "roles", homepage=ADDRESS, data=[1], scheme="http", compression="gz", extrapaths=[ADDRESS]
    ),
    "a schema of its schema": schema("roles", **{"$schema": ADDRESS, "profile": ADDRESS}),
    "a known profile": table("roles", profile="tabular-data-resource"),
    "part of the dialect": table("roles", dialect={"delimiter": ","}),
    "nothing about the form of its file": lambda tables: [
        tables["roles"].pop(key) for key in ("dialect", "format", "encoding", "mediatype", "type")
    ],
    "no name of the package": lambda tables: tables[""].pop("name"),
}


@pytest.mark.parametrize("how", HARMLESS.values(), ids=HARMLESS)
def test_what_is_not_followed_does_no_harm(how, descriptor, story):
    descriptor(how)
    assert check(story.folder) == []


@pytest.mark.parametrize("address", [ADDRESS, "file:///etc/passwd", "other.json", "#/$defs/nowhere"])
def test_a_json_schema_refers_to_nothing_but_itself(address, story):
    path = story.folder / "schemas" / "story.schema.json"
    written = json.loads(path.read_text("utf-8"))
    written["properties"]["title"] = {"$ref": address}
    path.write_text(json.dumps(written), "utf-8")
    (problem,) = check(story.folder)
    assert (problem.file, problem.column) == ("schemas/story.schema.json", "$ref")
    assert problem.value in (address, address.removeprefix("#"))
    assert problem.accepted == "a place in this schema, such as #/$defs/day"


def test_a_json_schema_may_refer_to_itself(story):
    path = story.folder / "schemas" / "story.schema.json"
    written = json.loads(path.read_text("utf-8"))
    written["properties"]["title"] = {"$ref": "#/properties/subtitle"}
    path.write_text(json.dumps(written), "utf-8")
    assert check(story.folder) == []


def test_a_json_schema_without_end_is_a_problem(story):
    path = story.folder / "schemas" / "story.schema.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "allOf": [{"$ref": "#"}]}), "utf-8")
    (problem,) = check(story.folder)
    assert (problem.file, problem.value) == ("schemas/story.schema.json", "leads back to itself")


LINKED = ["datapackage.json", "roles.csv", "story.yml", "schemas/story.schema.json", "schemas"]


@pytest.mark.parametrize("name", LINKED)
def test_a_link_is_refused_wherever_it_leads(name, story):
    inside, outside = story.folder / name, story.folder.parent / "outside"
    inside.rename(outside)
    inside.symlink_to(outside)
    for read in (check, data.describe):
        with pytest.raises(DossierError, match="accepted: a file") as refused:
            read(story.folder)
        assert refused.value.exit_code == 1


def test_a_folder_that_is_itself_a_link_is_the_readers_own_choice(story):
    link = story.folder.with_name("mine")
    link.symlink_to(story.folder)
    assert check(link) == []


@pytest.mark.parametrize("path", ["../x.json", "/etc/x.json", "schemas/../../x.json", ADDRESS, "schemas/story.py", ""])
def test_a_json_schema_stands_inside_the_folder(path, descriptor, story):
    descriptor(table("story", jsonSchema=path))
    with pytest.raises(DossierError, match=r"story: path .* accepted: a file inside the folder"):
        check(story.folder)


@pytest.mark.parametrize("path", [ADDRESS, "roles.csv.gz", "roles.xlsx", "datapackage.json", "roles", ""])
def test_a_table_is_a_csv_or_yaml_file(path, descriptor, story):
    descriptor(table("roles", path=path))
    with pytest.raises(DossierError, match=r"roles: path .* its name ending with \.csv, \.yml, \.yaml"):
        check(story.folder)


# A descriptor of another form


def twice(tables: dict[str, Any]) -> None:
    tables[""]["resources"].append(copy.deepcopy(tables["roles"]))


MALFORMED = {
    "no tables": (lambda tables: tables[""].pop("resources"), "'resources' is a required property; accepted: an object with resources"),
    "an empty list of tables": (table("", resources=[]), "resources: []; accepted: a list of at least one table"),
    "a table that is a text": (table("", resources=["roles.csv"]), "table 1: 'roles.csv'; accepted: an object with name and path"),
    "a table without a file": (lambda tables: tables["roles"].pop("path"), "table 'roles': 'path' is a required property; accepted: an object with name and path"),
    "a table without a name": (lambda tables: tables["roles"].pop("name"), "table 4: 'name' is a required property; accepted: an object with name and path"),
    "a list of files": (table("roles", path=["roles.csv", "more.csv"]), "table 'roles': path: ['roles.csv', 'more.csv']; accepted: the name of one file"),
    "a schema that is a text": (table("roles", schema="roles.schema.json"), "table 'roles': schema: 'roles.schema.json'; accepted: an object with fields, written out here"),
    "a schema without columns": (lambda tables: tables["roles"]["schema"].pop("fields"), "table 'roles': schema: 'fields' is a required property"),
    "a column that is a text": (schema("roles", fields=["role_id"]), "table 'roles': schema.fields.0: 'role_id'; accepted: an object with name and type"),
    "a column without a type": (lambda tables: tables["roles"]["schema"]["fields"][0].pop("type"), "table 'roles': schema.fields.0: 'type' is a required property"),
    "a column twice": (field("roles", 1, name="role_id"), "table 'roles': column: 'role_id' stands twice"),
    "a foreign key to no place": (schema("roles", foreignKeys=[{"fields": "actor_id"}]), "table 'roles': schema.foreignKeys.0: 'reference' is a required property"),
    "a foreign key of two columns": (
        schema("roles", foreignKeys=[{"fields": ["actor_id", "role"], "reference": {"fields": ["actor_id", "name"]}}]),
        "table 'roles': schema.foreignKeys.0.fields: ['actor_id', 'role']; accepted: the name of one column",
    ),
    "a JSON Schema written out": (table("story", jsonSchema={"type": "object"}), "table 'story': jsonSchema: {'type': 'object'}; accepted: the name of one file"),
    "a list of values that is none": (field("roles", 0, constraints={"enum": 5}), "table 'roles': schema.fields.0.constraints.enum: 5; accepted: a list of values"),
    "a pattern that is none": (field("roles", 0, constraints={"pattern": "["}), "table 'roles': schema.fields.0.constraints.pattern: '['; accepted: a regular expression"),
    "a cut that is a text": (own("roles", cut="from_date"), "table 'roles': dossier.cut: 'from_date'; accepted: a list of names of columns"),
    "our keys as a text": (table("roles", dossier="cut"), "table 'roles': dossier: 'cut'; accepted: an object with some of cut, part_of, keep, timeless"),
    "rows kept for another reason": (own("sources", keep="always"), "table 'sources': dossier.keep: 'always'; accepted: referenced"),
    "timeless or not": (own("story", timeless=False), "table 'story': dossier.timeless: False; accepted: true"),
    "a licence that is a text": (table("roles", licenses=["CC-BY-4.0"]), "table 'roles': licenses.0: 'CC-BY-4.0'; accepted: an object with name"),
    "a table twice": (twice, "name: 'roles' stands twice; accepted: each once"),
    "a file twice": (table("roles", path="./events.csv"), "path: 'events.csv' stands twice; accepted: each once"),
}  # fmt: skip


@pytest.mark.parametrize(("how", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_descriptor_of_another_form_is_one_clear_error(how, message, descriptor, story):
    descriptor(how)
    for read in (check, data.describe):
        with pytest.raises(DossierError) as refused:
            read(story.folder)
        assert str(refused.value).startswith(f"{story.folder}/datapackage.json: {message}")
        assert "\n" not in str(refused.value)


TEXTS = {
    "a list": (b"[]", r"datapackage\.json: \[\]; accepted: an object with resources"),
    "a number": (b"5", r"datapackage\.json: 5; accepted: an object with resources"),
    "nothing": (b"", "line 1: not JSON"),
    "no UTF-8": (b'{"name": "\xff"}', "not JSON: 'utf-8' codec can't decode"),
    "nested without end": (b"[" * 100_000, "not JSON: maximum recursion depth exceeded"),
}


@pytest.mark.parametrize(("content", "message"), TEXTS.values(), ids=TEXTS)
def test_a_text_that_is_no_descriptor_is_one_clear_error(content, message, story, dossier):
    (story.folder / "datapackage.json").write_bytes(content)
    with pytest.raises(DossierError, match=message):
        data.describe(story.folder)
    said = dossier("check", str(story.folder))
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)


def test_a_folder_in_the_place_of_the_descriptor_is_one_clear_error(tmp_path):
    (tmp_path / "datapackage.json").mkdir()
    with pytest.raises(DossierError, match=r"datapackage\.json: Is a directory; accepted: a file"):
        data.describe(tmp_path)


def test_long_values_are_shown_short(descriptor, story):
    descriptor(table("roles", schema="x" * 10_000))
    with pytest.raises(DossierError) as refused:
        data.describe(story.folder)
    assert len(str(refused.value)) < 500


# What is said of the tables can be kept

SIDE = {"fields": "side", "reference": {"resource": "actors", "fields": "actor_id"}}
FLAWS = {
    "a key that nobody knows": (own("roles", cuts=["from_date"]), ("roles", "dossier", "cuts"), "did you mean 'cut'?"),
    "a key of a column that nobody knows": (field("roles", 3, dossier={"dates": True}), ("roles", "from_date.dossier", "dates"), "did you mean 'date'?"),
    "a cut by no column": (own("roles", cut=["from_dat"]), ("roles", "cut", "from_dat"), "a column of the table; did you mean 'from_date'?"),
    "a cut by no key of a YAML table": (own("scenarios", cut=["told"]), ("scenarios", "cut", "told"), "a column of the table; did you mean 'told_on'?"),
    "an outcome that is no column": (own("roles", revealed={"end": "to_date"}), ("roles", "revealed", "end"), "a column of the table"),
    "an outcome dated by no column": (own("roles", revealed={"to_date": "ended"}), ("roles", "revealed", "ended"), "a column of the table"),
    "an order by no column": (own("roles", order=["since"]), ("roles", "order", "since"), "a column of the table"),
    "a clipped date that is no column": (own("roles", clipped=["until"]), ("roles", "clipped", "until"), "a column of the table"),
    "entries cut by no key": (own("story", entries_cut="tell_on"), ("story", "entries_cut", "tell_on"), "a key of the entries of a YAML document; did you mean 'told_on'?"),
    "entries of a table without entries": (own("roles", entries_cut="from_date"), ("roles", "entries_cut", "from_date"), "a key of the entries of a YAML document"),
    "a part of no column": (own("role-sources", part_of="role"), ("role-sources", "part_of", "role"), "a column of the table; did you mean 'role_id'?"),
    "a part without a whole": (own("role-sources", part_of="supports"), ("role-sources", "part_of", "supports"), "a column with a foreign key, which names the whole"),
    "a foreign key of no column": (schema("roles", foreignKeys=[SIDE]), ("roles", "foreignKeys", "side"), "a column of the table"),
    "a foreign key to no table": (
        schema("roles", foreignKeys=[{"fields": "actor_id", "reference": {"resource": "actor", "fields": "actor_id"}}]),
        ("roles", "foreignKeys", "actor"),
        "a table; did you mean 'actors'?",
    ),
    "a foreign key to no column": (
        schema("roles", foreignKeys=[{"fields": "actor_id", "reference": {"resource": "actors", "fields": "actor"}}]),
        ("roles", "foreignKeys", "actor"),
        "a column of actors; did you mean 'actor_id'?",
    ),
    "a key that is no column": (schema("roles", primaryKey="id"), ("roles", "key", "id"), "a column of the table"),
    "nothing about the as-of date": (table("roles", dossier={"order": ["role_id"]}), ("roles", "dossier", "order"), "at least one of cut, part_of, keep, timeless"),
    "a cut by nothing": (table("roles", dossier={"cut": []}), ("roles", "dossier", "cut"), "at least one of cut, part_of, keep, timeless"),
    "none of our keys": (lambda tables: tables["roles"].pop("dossier"), ("roles", "dossier", ""), "at least one of cut, part_of, keep, timeless"),
    "rows kept by a key that they have not": (lambda tables: tables["sources"]["schema"].pop("primaryKey"), ("sources", "keep", "referenced"), "a table with a primaryKey"),
    "a table without columns": (lambda tables: tables["roles"].pop("schema"), ("roles", "schema", ""), "a schema that lists the columns"),
    "a YAML table without a schema": (lambda tables: tables["story"].pop("jsonSchema"), ("story", "jsonSchema", ""), "a JSON Schema (draft 2020-12) inside the folder"),
}  # fmt: skip


@pytest.mark.parametrize(("how", "place", "accepted"), FLAWS.values(), ids=FLAWS)
def test_what_cannot_be_kept_is_a_problem_and_nothing_is_loaded(how, place, accepted, descriptor, story):
    descriptor(how)
    found = [problem for problem in check(story.folder) if problem.file == "datapackage.json"]
    assert place in [(problem.row, problem.column, problem.value) for problem in found]
    assert any(problem.accepted.startswith(accepted) for problem in found)
    with pytest.raises(DossierError, match=f"datapackage.json: table '{place[0]}': ") as refused:
        data.load("2031-06-30", story.folder)
    assert refused.value.exit_code == 1


def test_a_flaw_of_one_table_does_not_hide_the_problems_of_another(descriptor, story):
    descriptor(own("roles", cut=["from_dat"]))
    story.set("events.csv", "2031-04-10-treaty-signed", type="festive")
    assert [(problem.file, problem.column) for problem in check(story.folder)] == [
        ("datapackage.json", "cut"),
        ("events.csv", "type"),
    ]


def test_several_flaws_are_counted(descriptor, story):
    descriptor(own("roles", cut=["from_dat"], order=["since"]))
    with pytest.raises(DossierError, match=r"table 'roles': cut: 'from_dat'; .* \(1 more: run `dossier check`\)$"):
        data.describe(story.folder)


BROKEN_SCHEMAS = {
    "missing": (None, "schemas/story.schema.json: No such file or directory"),
    "no JSON": ("{", "schemas/story.schema.json: not JSON: Expecting property name"),
    "no schema": ('{"type": 5}', "schemas/story.schema.json: 5 is not valid under any of the given schemas"),
    "a pattern that is none": ('{"pattern": "("}', "schemas/story.schema.json: '(' is not a 'regex'"),
    "a list": ("[]", "schemas/story.schema.json: [] is not of type 'object', 'boolean'"),
}


@pytest.mark.parametrize(("text", "value"), BROKEN_SCHEMAS.values(), ids=BROKEN_SCHEMAS)
def test_a_json_schema_that_is_missing_or_broken_is_a_problem(text, value, story):
    path = story.folder / "schemas" / "story.schema.json"
    path.unlink() if text is None else path.write_text(text, "utf-8")
    (problem,) = check(story.folder)
    assert (problem.file, problem.row, problem.column) == ("datapackage.json", "story", "jsonSchema")
    assert problem.value.startswith(value)
    assert problem.accepted == "a JSON Schema (draft 2020-12) inside the folder"
    with pytest.raises(DossierError, match="table 'story': jsonSchema: "):
        data.describe(story.folder)


@pytest.mark.parametrize("value", ["!!int five", "!!timestamp soon", "!!bool perhaps", "[" * 1_000])
def test_yaml_that_promises_another_type_is_a_problem_and_no_crash(value, story):
    story.replace("story.yml", "language: en", f"language: {value}")
    (problem,) = check(story.folder)
    assert (problem.file, problem.accepted) == ("story.yml", "YAML")
    with pytest.raises(DossierError, match=r"story\.yml: not YAML"):
        story.view()


def test_a_problem_of_the_descriptor_names_table_key_and_value(descriptor, story):
    descriptor(own("roles", cut=["from_dat"]))
    known = "known: actor_id, from_date, held_on, role, role_id, to_date"
    assert check(story.folder) == [
        Problem(
            "datapackage.json",
            0,
            "roles",
            "cut",
            "from_dat",
            f"a column of the table; did you mean 'from_date'? {known}",
        )
    ]
