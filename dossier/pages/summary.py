"""The page *Summary*: what is at stake, where things stand, how likely what is, and what to watch, each with a way to its derivation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from dossier import dates, findings, indicators, play, questions, scenarios, tables, timeline
from dossier.data import View
from dossier.exhibits import SIGNS, Column, EntriesExhibit, Entry, Inline, TableExhibit, joined, ref
from dossier.findings import Answer, Finding

READS = (
    "state-of-play",
    "deadlines",
    "signposts",
    "questions",
    "resolutions",
)  # tables that the findings of this page are read from
LIKELY = ("fnd-scenarios-deal", "fnd-rates-pooled", "fnd-scenarios-probability")
KEY_FINDINGS = (
    "fnd-claims-contradicted",
    "fnd-timeline-left-out",
    "fnd-timeline-deadlines",
    "fnd-precedents-returned",
    "fnd-rates-definition",
)
DIRECTIONS = {**findings.DIRECTIONS, "none": "no direction"}
COUNTED = {arrow: name for arrow, (_, name) in SIGNS.items()} | {"none": "without a direction"}
MEASURED = ("level", "flow")
STATUS = {
    "fnd-scenarios-deal": "Chance of a signed deal",
    "fnd-scenarios-signposts": "Signposts observed at least in part",
}
AT_STAKE = play.TOPICS[0]
NEXT_DATES = 3


def at_stake(view: View) -> Answer:
    """Return what is at stake."""
    return Answer([_topic(view, row.topic, row.statement) for row in _topics(view) if row.topic == AT_STAKE])


def standing(view: View) -> Answer:
    """Return how things stand, in a sentence a topic, and what comes next."""
    found = [_topic(view, row.topic, row.statement) for row in _topics(view) if row.topic != AT_STAKE]
    return Answer([*found, _next(view)])


def _topics(view: View) -> Iterator[Any]:
    return play.standing(view).itertuples()


def status(view: View) -> TableExhibit:
    """Return at a glance which way the measured things move, each with the reason for its arrow."""
    found = findings.of_this_edition(view.as_of)
    rows = [(title, found[name]) for name, title in STATUS.items() if name in found]
    rows += [
        (about.title, found[f"fnd-situation-{about.indicator_id}"])
        for about in indicators.ordered(view).itertuples()
        if _has_status(about, found.get(f"fnd-situation-{about.indicator_id}"))
    ]
    counts = Counter(one.arrow for _, one in rows)
    listed = ", ".join(f"{counts[arrow]} {words}" for arrow, words in COUNTED.items() if counts[arrow])
    return TableExhibit(
        label="tbl-summary-status",
        title=f"Over {tables.counted(indicators.GLANCE_MONTHS, 'month')}: {listed or 'nothing is measured'}",
        columns=tables.columns("What", "Now", "Direction", "Why"),
        rows=tables.rows(
            [
                [ref(title, one.section), one.text, DIRECTIONS[one.arrow or "none"], one.reason or tables.NOTHING]
                for title, one in rows
            ]
        ),
        source="the findings named; each leads to where it is derived.",
        as_of=view.as_of.isoformat(),
        stack=True,
        note="An arrow says which way a number moved, not whether that is good; what has been told for less long is compared with its first day. Where series disagree, or nothing can be compared, there is none.",
    )


def _has_status(about: Any, finding: Finding | None) -> bool:
    """Say whether an indicator is shown at a glance: it is measured, or it has moved."""
    return finding is not None and (about.kind in MEASURED or finding.arrow != "none")


def likely(view: View) -> Answer:
    """Return the findings on how likely what is, each with a link to where it is derived."""
    return Answer(findings.pick(findings.of_this_edition(view.as_of), *LIKELY), repeated=True)


def key_findings(view: View) -> Answer:
    """Return the findings that a reader in a hurry should have, each with a link to where it is derived."""
    return Answer(findings.pick(findings.of_this_edition(view.as_of), *KEY_FINDINGS), repeated=True)


def standing_sources(view: View) -> EntriesExhibit:
    """Return the rows behind *how things stand*, each with its date and sources."""
    sources = tables.row_sources(view, "state-of-play-sources", "item_id")
    rows = play.standing(view)
    return EntriesExhibit(
        [
            Entry(
                f"sec-state-{row.item_id}",
                row.topic.capitalize(),
                [tables.day(row.known_on)],
                [[row.statement, " (", *sources[row.item_id], ")"]],
            )
            for row in rows[rows["item_id"].notna()].itertuples()
        ],
        source=tables.own_tables(view, "state-of-play"),
        as_of=view.as_of.isoformat(),
        empty="Nothing on this in the data",
    )


def story(view: View) -> EntriesExhibit:
    """Return the story and its central tension, as the data package tells them up to the day, in the order of days."""
    told = view.document("story")
    paragraphs: dict[str, list[Inline]] = {}
    for entry in [*told["overview"], *told["tension"]]:
        paragraphs.setdefault(entry["told_on"], []).append(entry["text"])
    nothing: list[Inline] = [f"The data tell nothing up to {tables.day(view.as_of.isoformat())}."]
    first, *later = sorted(paragraphs, key=dates.last_day) or [view.as_of.isoformat()]
    entries = [Entry("sec-summary-overview", told["question"], [tables.day(first)], paragraphs.get(first, nothing))]
    entries += [
        Entry(f"sec-summary-until-{day}", f"What had come by {tables.day(day)}", [], paragraphs[day]) for day in later
    ]
    sources = "the sources of what it tells stand in the entries of the timeline and on the pages of the precedents"
    return EntriesExhibit(entries, tables.own_tables(view, "story", sources=sources), view.as_of.isoformat())


def watch(view: View) -> TableExhibit:
    """Return what is due next: deadlines still open, events scheduled, signposts with a date, and questions by closing day."""
    announced, asked = _announced(view), _open_questions(view)
    found = sorted([*announced, *asked], key=lambda row: (dates.last_day(row[0]), row[0]))
    count = len(announced) + len(_ahead(view))
    cells: list[list[Inline]] = [[what, dates.written(due), kind] for due, kind, what in found]
    return TableExhibit(
        label="tbl-summary-watch",
        title=f"{tables.counted(count, 'thing')} to watch"
        + (f"; the first due: {dates.written(found[0][0])}" if found else ""),
        columns=[Column("What"), Column("Due"), Column("Kind")],
        rows=tables.rows(cells),
        source=tables.own_tables(
            view, "deadlines", "events", "signposts", "questions", sources="sources behind each link"
        ),
        as_of=view.as_of.isoformat(),
        note=None if found else f"Nothing with a date was open as of {view.as_of.isoformat()}.",
    )


def _announced(view: View) -> list[tuple[str, str, Inline]]:
    return [*_open_deadlines(view), *_scheduled(view), *_due_signposts(view)]


def _open_deadlines(view: View) -> list[tuple[str, str, Inline]]:
    rows = timeline.deadlines(view)
    chosen = rows[rows["state"] == "open"]
    return [(row.due, row.kind, ref(row.what, f"dln-{row.deadline_id}")) for row in chosen.itertuples()]


def _scheduled(view: View) -> list[tuple[str, str, Inline]]:
    rows = view["events"]
    return [
        (row.date, "scheduled event", row.headline) for row in rows.itertuples() if dates.is_after(row.date, view.as_of)
    ]


def _due_signposts(view: View) -> list[tuple[str, str, Inline]]:
    rows = scenarios.signposts(view)
    rows = rows[~rows["status"].isin(scenarios.SETTLED)]
    chosen = (
        rows[[isinstance(due, str) and dates.last_day(due) >= view.as_of for due in rows["due"]]] if len(rows) else rows
    )
    return [(row.due, "signpost", ref(row.observable, f"scn-{row.signpost_id}")) for row in chosen.itertuples()]


def _open_questions(view: View) -> list[tuple[str, str, Inline]]:
    return [
        (closes, tables.counted(len(same), "question"), _questions(same))
        for closes, same in _ahead(view).groupby("closes", sort=True)
    ]


def _ahead(view: View) -> pd.DataFrame:
    """Return the questions that are open on the day, in order of closing."""
    rows = questions.asked(view)
    return rows[rows["state"] == "open"]


def _questions(rows: pd.DataFrame) -> Inline:
    return joined([ref(row.short_title, f"sec-question-{row.question_id}") for row in rows.itertuples()])


def _topic(view: View, topic: str, statement: object) -> Finding:
    text = statement if isinstance(statement, str) else "nothing in the data."
    text = text[:1].upper() + text[1:]  # it stands as a sentence of its own, too
    return _finding(view, topic.replace(" ", "-"), text, f"{topic.capitalize()}: {text}", "standing")


def _next(view: View) -> Finding:
    rows = timeline.deadlines(view)
    still = rows[rows["state"] == "open"].sort_values("due").head(NEXT_DATES)
    listed = (
        "; ".join(f"{row.what} ({dates.written(row.due)})" for row in still.itertuples()) or "Nothing announced is open"
    )
    signs = len(_due_signposts(view))
    ahead = _ahead(view)
    dated = f"{tables.counted(signs, 'signpost')} with a date" if signs else "no signpost has a date ahead"
    text = f"{listed}; {dated}; {tables.counted(len(ahead), 'open question')}"
    text += f", the next to close on {dates.written(ahead['closes'].iloc[0])}." if len(ahead) else "."
    return _finding(view, "watch", text, f"To watch: {text}", "standing")


def _finding(view: View, name: str, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-state-{name}",
        text,
        text,
        sentence,
        "sec-summary-standing",
        f"dossier.play.{function}",
        view.as_of.isoformat(),
        tables=READS,
    )
