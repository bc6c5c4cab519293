"""The page *Data and sources*: what the tables hold, what each column means, and where every row comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dossier import claims, dates, findings, tables, trail
from dossier.data import Table, View
from dossier.errors import DossierError
from dossier.exhibits import Column, Inline, TableExhibit, TablesExhibit, joined, link, ref
from dossier.findings import Answer, Finding

READS = ("sources",)  # tables that the findings of this page are read from
RELIABILITY = {
    "A": "the body that issued the text, or the maker of a data set, speaking for itself",
    "B": "a news agency, first-rank newspaper, broadcaster or specialised institute with an editor and corrections, or a faithful copy of a primary text",
    "C": "a usually reliable national or specialised outlet, often relaying a named first-rank report; an encyclopaedia",
    "D": "an aggregator, a blog, a re-worded copy",
    "E": "state-controlled or state-aligned media of a party to the conflict; usable for what its own side said",
    "F": "a machine-written summary, or origin unknown",
}
CREDIBILITY = {
    "1": "confirmed by two independent sources, one of them A or B, or by the text itself",
    "2": "one A or B source, or several that fit together",
    "3": "one C or D source",
    "4": "at odds with better sources",
    "5": "contradicted by the text or by data",
    "6": "cannot be judged",
}


def answer(view: View) -> Answer:
    """Return the page's findings."""
    sources = view["sources"]
    rows = sum(len(frame) for frame in view.raw.values())
    outside = sources[sources["kind"] != "narrative"]
    full = int((outside["read"] == "full text").sum())
    later = int(sum(dates.is_after(text, view.as_of) for text in sources["published"]))
    weak = int(sources["reliability"].isin(["D", "E", "F"]).sum())
    total = tables.counted(len(sources), "source")
    rests = f"The edition rests on {tables.counted(rows, 'row')} in {len(view.raw)} tables and {total}."
    read = (
        f"Of {tables.counted(len(outside), 'source')} other than the narrative, {full or 'none'} were read in full; the others as "
        "excerpts, as data sets or through another page, as marked at each."
    )
    late = f"Published after the as-of date: {later} of {total}; they are marked as later sources wherever they show."
    graded = f"Graded D, E or F: {weak} of {total}; a state-controlled outlet is used for what its own side said."
    return Answer(
        [
            _finding(view, "rows", rows, rests),
            _finding(view, "read", full, read, text=f"{full} of {tables.number(len(outside))}"),
            _finding(view, "later", later, late, text=f"{later} of {tables.number(len(sources))}"),
            _finding(view, "weak", weak, graded),
            _in_retrospect(view),
        ]
    )


def _in_retrospect(view: View) -> Finding:
    made = _made_later(view)
    judgements = (
        f"{tables.counted(made, 'judgement')} (codings of settlements and of the present case, claims, lessons and comparisons with the narrative, "
        "signposts and their readings, reference classes, uncertain inputs)"
    )
    return _finding(view, "in-retrospect", made, f"Written in retrospect: {judgements}.")


JUDGED = ("precedents", "precedent-facts", "signposts", "signpost-states", "claims", "lessons")
JUDGED += (
    "present-case",
    "priors",
    "reference-classes",
)  # tables of judgements, each with the day on which it was made


def _made_later(view: View) -> int:
    """Return how many rows state that they were made after the as-of date."""
    columns = [view.raw[name]["made_on"] for name in JUDGED]
    return sum(dates.is_after(text, view.as_of) for column in columns for text in column)


def package(view: View) -> TableExhibit:
    """Return the tables of the package with rows in this edition."""
    cells: list[list[Inline]] = [
        [table.title, table.path, str(len(view.raw[table.name])), table.licence, table.description]
        for table in view.package.tables.values()
    ]
    return TableExhibit(
        label="tbl-data-package",
        title=f"{len(cells)} tables make the story",
        columns=tables.columns(
            "Table", "File", "Rows in this edition", "Licence", "What a row is", numbers=["Rows in this edition"]
        ),
        rows=tables.rows(cells),
        source="this report's datapackage.json.",
        as_of=view.as_of.isoformat(),
    )


def dictionaries(view: View) -> TablesExhibit:
    """Return the columns of every table, in the order of the package."""
    return TablesExhibit([dictionary(view, name) for name in view.package.tables])


def dictionary(view: View, name: str) -> TableExhibit:
    """Return the columns of one table; of a YAML table, the keys of its entries."""
    table = view.package.table(name)
    fields = [
        (column["name"], column["type"], _rules(column, table), column.get("description", ""))
        for column in table.fields
    ]
    cells: list[list[Inline]] = [list(field) for field in fields or _yaml_fields(view, table)]
    return TableExhibit(
        label=f"tbl-dictionary-{name}",
        title=f"{table.title}: columns of {table.path}",
        columns=tables.columns("Column", "Type", "Accepted", "Meaning"),
        rows=tables.rows(cells),
        source="this report's datapackage.json.",
        as_of=view.as_of.isoformat(),
        on_paper=False,
    )


def _yaml_fields(view: View, table: Table) -> list[tuple[str, str, str, str]]:
    schema = json.loads((view.package.folder / str(table.schema_path)).read_text("utf-8"))
    entry = schema.get("items", schema)
    return [
        (
            name,
            str(rule.get("type", "")),
            "required" if name in entry.get("required", []) else "may be blank",
            rule.get("description", ""),
        )
        for name, rule in entry["properties"].items()
    ]


def grades(view: View) -> TableExhibit:
    """Return the rule by which sources are graded."""
    cells = [[grade, "source", meaning] for grade, meaning in RELIABILITY.items()]
    cells += [[grade, "information", meaning] for grade, meaning in CREDIBILITY.items()]
    return TableExhibit(
        label="tbl-data-grades",
        title="Sources are graded A to F, information 1 to 6",
        columns=tables.columns("Grade", "Of the", "Means"),
        rows=tables.rows(cells),
        source="this report's rule, in the form of the Admiralty code.",
        as_of=view.as_of.isoformat(),
    )


def kinds(view: View) -> TableExhibit:
    """Return how many sources of each kind the edition has, how they are graded and how they were read."""
    rows = view["sources"]
    cells = [
        [
            kind,
            str(len(same)),
            *(str(int(same["reliability"].isin(list(grades)).sum())) for grades in ("AB", "C", "DEF")),
        ]
        for kind, same in sorted(rows.groupby("kind"), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    heads = ["Sources", "Graded A or B", "C", "D, E or F"]
    good = int(rows["reliability"].isin(["A", "B"]).sum())
    return TableExhibit(
        label="tbl-data-kinds",
        title=f"{good} of {tables.counted(len(rows), 'source')} are graded A or B",
        columns=tables.columns("Kind", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "sources", sources="each source is a row of the register"),
        as_of=view.as_of.isoformat(),
    )


def register(view: View, part: str, *, rows_a_page: int) -> TableExhibit:
    """Return one part of the register of sources, in the order of publishers, each source citable.

    Parameters
    ----------
    part
        Number of the part, from 1.
    rows_a_page
        Sources that a part may have.
    """
    parts = tables.runs(view["sources"].sort_values("source_id"), by="publisher", rows_a_page=rows_a_page)
    if part not in {str(number) for number in range(1, len(parts) + 1)}:
        raise DossierError(f"part {part!r} of the register; accepted: 1 to {len(parts)}")
    rows = parts[int(part) - 1]
    resting, read_by = _resting(view), _findings_by_table(view)
    cells: list[list[Inline]] = [
        [
            row.source_id,
            row.publisher,
            link(row.title, row.url),
            tables.day(row.published) + (" (later source)" if dates.is_after(row.published, view.as_of) else ""),
            row.kind,
            row.read + (f", {tables.day(row.accessed)}" if isinstance(row.accessed, str) else ""),
            f"{row.reliability}{row.credibility}",
            row.reuse,
            tables.blank(row.note),
            [*joined(trail.places(view, resting[row.source_id])), _read_words(resting[row.source_id], read_by)],
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label=f"tbl-register-{part}",
        title=f"{tables.counted(len(rows), 'source')}, with grade and how each was read",
        columns=[
            *tables.columns("Id", "Publisher", "Title", "Published", "Kind", "Read", "Grade", "Reuse", "Note"),
            Column("Rests on it", screen=True),
        ],
        rows=tables.rows(cells, [f"src-{name}" for name in rows["source_id"]]),
        source=tables.own_tables(view, "sources"),
        as_of=view.as_of.isoformat(),
        note=(
            "Under Rests on it stand every row that names the source, every claim whose check read such a row, and how many findings were "
            "read from the tables of these rows; which findings read which tables stands below."
        ),
        filters=("Kind", "Grade"),
    )


def _resting(view: View) -> dict[str, list[tuple[str, str]]]:
    """Return for every source the rows that it supports and the claims whose checks read such rows."""
    found = trail.rows_by_source(view)
    for claim in claims.verdicts(view).itertuples():
        for source in trail.sources_of_rows(view, claim.rows):
            found[source].append(("claims", claim.claim_id))
    return found


def _findings_by_table(view: View) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, one in findings.of_this_edition(view.as_of).items():
        for table in one.tables:
            found.setdefault(table, set()).add(name)
    return found


def _read_words(rows: list[tuple[str, str]], read_by: dict[str, set[str]]) -> Inline:
    count = len(set().union(*(read_by.get(table, set()) for table, _ in rows)))
    return ["; ", ref(tables.counted(count, "finding"), "tbl-data-findings")] if count else ""


def claims_trail(view: View) -> TableExhibit:
    """Return for every claim the sources under the rows that its check read."""
    rows = claims.verdicts(view)
    cells: list[list[Inline]] = [
        [
            ref(f"“{row.quote}”", f"clm-{row.claim_id}"),
            row.status,
            tables.cited(view, trail.sources_of_rows(view, row.rows)) or tables.NOTHING,
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-data-claims",
        title=f"{tables.counted(len(rows), 'claim')}, and the sources under each verdict",
        columns=tables.columns("Claim", "Verdict", "Sources"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "claims"),
        as_of=view.as_of.isoformat(),
        note="A dash: the check read the narrative or the calendar alone, or rows that say openly that they have no source.",
        on_paper=False,
    )


def findings_trail(view: View) -> TableExhibit:
    """Return every finding of the other pages with the tables it was read from and how many sources lie under them."""
    found = findings.of_this_edition(view.as_of)
    under = trail.sources_by_table(view)
    cells: list[list[Inline]] = [
        [
            ref(name, one.section),
            one.computed,
            ", ".join(one.tables),
            str(len(set().union(*(under.get(table, set()) for table in one.tables)))),
        ]
        for name, one in sorted(found.items())
    ]
    return TableExhibit(
        label="tbl-data-findings",
        title=f"{tables.counted(len(cells), 'finding')}, and how many sources lie under each",
        columns=tables.columns("Finding", "Computed by", "Tables", "Sources", numbers=["Sources"]),
        rows=tables.rows(cells),
        source="the findings of this edition.",
        as_of=view.as_of.isoformat(),
        on_paper=False,
    )


def _rules(column: Mapping[str, Any], table: Table) -> str:
    rules = column.get("constraints", {})
    parts = ["required" if rules.get("required") else "may be blank"]
    parts += ["one of: " + ", ".join(map(str, rules["enum"]))] if "enum" in rules else []
    parts += ["key"] if column["name"] in table.key else []
    parts += [f"names a row of {key.table}" for key in table.foreign_keys if key.column == column["name"]]
    parts += ["cuts at the as-of date"] if column["name"] in table.cut else []
    parts += [f"blank until {table.revealed[column['name']]}"] if column["name"] in table.revealed else []
    return "; ".join(parts)


def _finding(view: View, name: str, value: int, sentence: str, *, text: str | None = None) -> Finding:
    return Finding(
        f"fnd-data-{name}",
        value,
        text or tables.number(value),
        sentence,
        "sec-data-sources",
        "dossier.pages.sources.answer",
        view.as_of.isoformat(),
        tables=READS,
    )
