"""Text that tries to be something else: put into one surviving row of every table, and looked for in every output."""

import csv
import json
from pathlib import Path

import yaml

from dossier import data

ATTACKS = (
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=2>',
    "</title></svg></textarea>",
    "{{ 7*7 }}",
    "{% raw %}",
    "$x$",
    "{ref}`x`",
    "](javascript:alert(1))",
    "#set page(fill: red)",
    "*b* _i_ @x &lt; \\",
)
HOSTILE = " ".join(ATTACKS)
BAD_ADDRESS = "javascript:alert(1)"

# Text that must name something in the package, and the value that a correction left there: the check refuses anything else.
NAMES = {
    "precedents.remembered",
    "corrections.table_name",
    "corrections.row_id",
    "corrections.column_name",
    "corrections.new_value",
    "features.coded_column",
    "features.coded_values",
    "claims.check",
    "claims.parameters",
    "conflict-spells.remembered",
    "present-case.value",
    "lessons.value",
    "lessons.against",
    "questions.parameters",
}

# Text that no page shows of the first row that has it: the words for an event that the narrative tells, a state of play long past.
EVERYWHERE = {"events.short_name", "state-of-play.statement"}

# Text of a data folder that some page shows; the rest (such as what a source of an event supports) only leaves as data.
SHOWN = {
    "story.title",
    "story.question",
    "story.overview",
    "story.tension",
    "state-of-play.statement",
    "scenarios.title",
    "scenarios.account",
    "scenarios.discussed_by",
    "scenarios.discussed_by_note",
    "scenarios.trigger",
    "sources.publisher",
    "sources.title",
    "sources.note",
    "actors.name",
    "roles.role",
    "inclusion-criteria.title",
    "inclusion-criteria.rule",
    "events.headline",
    "events.summary",
    "events.coding_note",
    "events.short_name",
    "disputes.title",
    "accounts.told_by",
    "accounts.statement",
    "deadlines.what",
    "deadlines.outcome_note",
    "precedents.name",
    "precedents.parties",
    "precedents.instrument",
    "precedents.mission",
    "precedents.guarantor",
    "precedents.war_cluster",
    "precedents.ended_note",
    "precedents.coding_note",
    "precedent-sources.supports",
    "precedent-facts.statement",
    "precedent-facts.narrative_says",
    "corrections.old_value",
    "corrections.why",
    "studies.authors",
    "studies.unit",
    "studies.finding",
    "indicators.title",
    "indicators.missing",
    "series.title",
    "stated-figures.statement",
    "polls.question",
    "quotes.question",
    "issues.title",
    "positions.statement",
    "commitments.statement",
    "plans.title",
    "plans.note",
    "proposals.paraphrase",
    "features.title",
    "guarantees.title",
    "guarantee-features.reason",
    "claims.quote",
    "claims.statement",
    "claims.would_change",
    "signposts.observable",
    "signposts.criterion",
    "signpost-states.reason",
    "case-sets.unit",
    "case-sets.war_means",
    "case-sets.derivation",
    "case-sets.limits",
    "reference-classes.title",
    "reference-classes.short_title",
    "reference-classes.why",
    "reference-classes.caution",
    "hazard-classes.title",
    "present-case.why",
    "priors.title",
    "priors.short_title",
    "priors.why",
    "lessons.lesson",
    "lessons.caution",
    "likelihoods.why",
    "leaf-map.why",
    "scenario-precedents.why",
    "questions.text",
    "questions.criterion",
    "questions.edge_cases",
    "questions.resolved_by",
    "implications.why",
    "quotes.venue",
    "quotes.rule_differs",
    "edition.title",
    "package.title",
    "package.description",
}


def marked(place):
    """The hostile text as it stands in one place; the mark says where it came from."""
    return f"«{place}» {HOSTILE}"


def inject(root, edition):
    """Add hostile text to everything that a stranger's data folder and edition file can say in words."""
    folder = root / "data"
    view = data.load(edition.as_of, folder)
    for table in view.package.tables.values():
        if not table.is_yaml:
            _inject_rows(folder / table.path, table, view.raw[table.name])
    _inject_yaml(folder / "story.yml", "story", ("title", "question", "overview", "tension"))
    _inject_address(folder / "sources.csv", view.raw["sources"]["source_id"].iloc[0])
    own = ("title", "account", "discussed_by", "discussed_by_note", "trigger")
    _inject_yaml(folder / "scenarios.yml", "scenarios", own)
    classes = ("title", "short_title", "why", "caution", "weight_why")
    _inject_yaml(folder / "reference_classes.yml", "reference-classes", classes)
    _inject_yaml(folder / "hazard_classes.yml", "hazard-classes", classes)
    _inject_yaml(edition.path, "edition", ("title",))
    _inject_description(folder / "datapackage.json")


def _inject_rows(path, table, surviving):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in filter(_is_free_text, table.fields):
        name, place = column["name"], f"{table.name}.{column['name']}"
        filled = [] if place in NAMES else sorted(surviving[name].replace("", None).dropna().index)
        for number in filled if place in EVERYWHERE else filled[:1]:
            rows[number][name] += " " + marked(place)
    _write(path, rows)


def _inject_address(path, source_id):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["source_id"] == source_id)["url"] = BAD_ADDRESS
    _write(path, rows)


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _is_free_text(column):
    rules = column.get("constraints", {})
    return column["type"] == "string" and not ({"pattern", "enum"} & set(rules) or "format" in column)


def _inject_yaml(path, name, keys):
    document = yaml.load(path.read_text("utf-8"), Loader=data.TextDates)
    entry = document[0] if isinstance(document, list) else document
    for key in keys:
        entry[key] = _with(marked(f"{name}.{key}"), entry[key])
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), "utf-8")


def _with(added, value):
    """A text, the first of a list, or the text of a mapping, with more at its end."""
    if isinstance(value, list):
        return [_with(added, value[0]), *value[1:]]
    return {**value, "text": _with(added, value["text"])} if isinstance(value, dict) else f"{value} {added}"


def _inject_description(path: Path):
    package = json.loads(path.read_text("utf-8"))
    table = next(table for table in package["resources"] if table["name"] == "events")
    for key in ("title", "description"):
        table[key] += " " + marked(f"package.{key}")
    path.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
