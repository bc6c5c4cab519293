"""The page *Settlements*: every coded case, counted, drawn, comparable, and what that cannot show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dossier import charts, evidence, settlements, tables, timeline
from dossier.data import View
from dossier.exhibits import ChartExhibit, EntriesExhibit, Entry, Inline, TableExhibit, em, joined, ref
from dossier.findings import Answer, Finding
from dossier.pages import disputes

READS = (
    "precedents",
    "corrections",
    "studies",
    "disputes",
    "accounts",
)  # tables that the findings of this page are read from
FACETS = {
    "conflict": "Conflict",
    "guarantee": "Promise",
    "mission": "Third party",
    "outcome": "Main coding",
    "accounts": "Accounts",
}
SHORT = {"conflict_type": "Conflict", "third_party": "Third party", "external_guarantee": "Promise", "dmz": "Zone"}
SHORT |= {"formal_treaty": "Treaty", "victory": "Won", "contiguous": "Border", "nuclear_adversary": "Nuclear"}
GROUPS = {"states": ("interstate", "guarantee"), "civil": ("civil",)}
GROUP_WORDS = {"states": "between states or promised without a ceasefire", "civil": "inside states"}
SAME_SHARE = 0.1  # shares closer than this are called alike
PICKED = "The cases were picked by hand: the counts describe this list and are no rates."


def answer(view: View) -> Answer:
    """Return the page's findings."""
    rows = settlements.cases(view)
    found = [_cases(view, rows), _outcomes(view, rows), _garrisons(view, rows), _neighbours(view, rows)]
    found += [_zones(view, rows), _tiers(view, rows), _studies(view), _disputed(view, rows), *_strong(view, rows)]
    return Answer([finding for finding in found if finding])


def swimmers(view: View, group: str) -> ChartExhibit | EntriesExhibit:
    """Return one bar a case for the cases between states, or inside them, with what happened on the way."""
    rows = settlements.cases(view)
    rows = rows[rows["conflict_type"].isin(GROUPS[group])]
    if rows.empty:
        return _nothing(view)
    bars = settlements.bars(rows, view).assign(entry=_labels(rows))
    marks = settlements.marks(rows, view).merge(bars[["case_id", "entry"]], on="case_id")
    bars = bars.assign(standing=bars["outcome"])
    wide, narrow = (charts.finish(charts.swimmers(bars, marks, narrow=form)) for form in (False, True))
    counts = settlements.outcomes(rows)
    title = f"{counts['failed']} of {tables.counted(len(rows), 'settlement')} {GROUP_WORDS[group]} failed"
    return ChartExhibit(
        label=f"fig-settlements-{group}",
        spec=wide,
        narrow=narrow,
        title=title,
        subtitle=(
            f"Years in which each settlement stood by the main coding, {rows['start_date'].min()[:4]} to "
            f"{tables.day(view.as_of.isoformat())} or the last day followed"
        ),
        alt=_swim_alt(rows, marks, counts),
        reading=(
            "Blue bars were still holding when last looked at, grey ones had ended by the main coding. A mark after the end "
            "shows what came later. A tier without a mark was not coded or, for war, none was found. On screens a click leads to the entry."
        ),
        source=tables.own_tables(view, "precedents", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_outcome_rows(view, rows, label=f"tbl-settlements-{group}", title=title),
    )


def shares(view: View) -> ChartExhibit | EntriesExhibit:
    """Return the share that failed by kind of promise, with exact intervals and the caution that they need."""
    rows = settlements.cases(view)
    found = settlements.by_feature(rows, "external_guarantee") if len(rows) else rows
    if found.empty:
        return _nothing(view)
    drawn = found.assign(
        kind=found["value"], count=[f"{f} of {n}" for f, n in zip(found["failed"], found["cases"], strict=True)]
    )
    axis = "share failed (%)"
    listed = "; ".join(f"{row.value} {row.failed} of {row.cases}" for row in found.itertuples())
    widest = drawn.loc[(drawn["high"] - drawn["low"]).sort_values(kind="stable").index[-1]]
    return ChartExhibit(
        label="fig-settlements-promises",
        spec=charts.finish(charts.shares(drawn, axis_title=axis)),
        narrow=charts.finish(charts.shares(drawn, axis_title=axis, narrow=True)),
        title=f"Failed by kind of promise: {listed}",
        subtitle=(
            f"Share of {tables.counted(len(rows), 'settlement')} begun {rows['start_date'].min()[:4]} to "
            f"{rows['start_date'].max()[:4]} that failed by the main coding (%), with exact 95 % intervals"
        ),
        alt=(
            f"Dot chart with 95 % intervals of the share failed by kind of promise: {listed}. The widest interval is that of "
            f"{widest['kind']}, {tables.percent(widest['low'])} to {tables.percent(widest['high'])}."
        ),
        reading=(
            "Dots are plain shares, lines exact intervals as if the cases had been drawn at random and apart from each other. They "
            "were picked, and some belong to one conflict: the true uncertainty is wider, and no cause can be read off."
        ),
        source=tables.own_tables(view, "precedents", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        n=len(rows),
        table=_feature_table(view, rows, ["external_guarantee"], label="tbl-settlements-promises"),
    )


def counts(view: View) -> TableExhibit:
    """Return for every feature how many cases have each value and how many of them failed."""
    rows = settlements.cases(view)
    return _feature_table(view, rows, list(settlements.FEATURES), label="tbl-settlements-counts")


def tiers(view: View) -> TableExhibit:
    """Return how many cases crossed each tier, and for how many nobody coded it."""
    rows = settlements.cases(view)
    found = settlements.tiers(rows, view)
    cells = [[row.tier, str(row.crossed), str(row.none_found), str(row.unknown)] for row in found.itertuples()]
    heads = ["Crossed", "None found", "Unknown"]
    listed = ", ".join(f"{row.tier} {row.crossed}" for row in found.itertuples())
    return TableExhibit(
        label="tbl-settlements-tiers",
        title=f"The definition moves the count: {listed}",
        columns=tables.columns("Tier", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        note=(
            "A return to war counts as a fatal clash and as force: each tier takes the earliest date of itself and the tiers above. "
            "A blank lesser tier was not coded and counts as unknown, never as none."
        ),
    )


def matrix(view: View) -> TableExhibit:
    """Return the coded features of every case side by side."""
    rows = settlements.cases(view)
    cells: list[list[Inline]] = [
        [
            ref(row["name"], label),
            str(row["start_date"])[:4],
            *(tables.blank(row[column], "n/a") for column in SHORT),
            row["outcome"],
        ]
        for label, (_, row) in zip(_labels(rows), rows.iterrows(), strict=True)
    ]
    return TableExhibit(
        label="tbl-settlements-matrix",
        title=f"{tables.counted(len(rows), 'settlement')} side by side",
        columns=tables.columns("Case", "Start", *SHORT.values(), "Main coding"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        note="n/a: does not apply. Which values rest on memory stands in the entries.",
        filters=(*SHORT.values(), "Main coding"),
    )


def entries(view: View) -> EntriesExhibit:
    """Return one entry a case: what was coded, on what it rests, where accounts differ."""
    rows = settlements.cases(view)
    strength = evidence.strength(view, "precedent-sources", "case_id")
    points, sources = _points(view), tables.supporting(view, "precedent-sources", "case_id")
    return EntriesExhibit(
        [
            _entry(
                row,
                label,
                strength.loc[row["case_id"]],
                points.get(row["case_id"], []),
                sources.get(row["case_id"], []),
            )
            for label, (_, row) in zip(_labels(rows), rows.iterrows(), strict=True)
        ],
        source=tables.own_tables(view, "precedents", "accounts"),
        as_of=view.as_of.isoformat(),
        empty="No settlement in the data",
        facets=FACETS,
    )


def corrections(view: View) -> TableExhibit:
    """Return every value of the coding that was wrong and has been changed, with the ground."""
    rows = view["corrections"]
    rows = rows[rows["table_name"] == "precedents"]
    known = {f"{row.case_id}": (row.name, label) for row, label in _labelled(view)}
    cells: list[list[Inline]] = [
        [
            ref(*known[row.row_id]) if row.row_id in known else row.row_id,
            row.column_name,
            tables.blank(row.old_value),
            tables.blank(row.new_value),
            row.why,
            tables.day(row.corrected_on),
        ]
        for row in rows.itertuples()
    ]
    return TableExhibit(
        label="tbl-settlements-corrections",
        title=f"{tables.counted(len(rows), 'value')} of the coding had to be corrected",
        columns=tables.columns("Case", "Column", "Was", "Is", "Why", "Corrected on"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "corrections", sources="sources at the case"),
        as_of=view.as_of.isoformat(),
        note="Where the evidence decides nothing, the value stays and both accounts stand in the entry.",
    )


def studies(view: View) -> TableExhibit:
    """Return what studies with a rule of selection found, those that speak against promises beside those that speak for."""
    rows = view["studies"].sort_values(["year", "study_id"], kind="stable")
    sources = tables.row_sources(view, "study-sources", "study_id")
    cells: list[list[Inline]] = [
        [
            f"{row.authors} ({row.year})" + (f", {row.outlet}" if isinstance(row.outlet, str) else ""),
            tables.blank(row.unit),
            row.finding,
            row.bearing,
            row.standing + (f"; not seen: {row.not_seen}" if isinstance(row.not_seen, str) else ""),
            sources[row.study_id],
        ]
        for row in rows.itertuples()
    ]
    bearings = settlements.bearings(view)
    listed = ", ".join(f"{count} {bearing}" for bearing, count in bearings.items() if count) or "none"
    return TableExhibit(
        label="tbl-settlements-studies",
        title=f"What studies found on promises, strong texts and missions: {listed}",
        columns=tables.columns("Study", "Of what", "Found", "Bearing", "Known from", "Sources"),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "studies"),
        as_of=view.as_of.isoformat(),
        note=(
            "Bearing is our reading: whether the finding supports that promises, strong texts or missions make peace last. Some "
            "measure other things: whether commitments were honoured once invoked, or whether talks succeeded."
        ),
        filters=("Bearing",),
    )


def _labels(rows: pd.DataFrame) -> list[str]:
    """Return the label of each case's entry; those with a page of their own have it under a label of its own."""
    told = rows["in_narrative"]
    return [f"prc-{name}-coded" if mine else f"prc-{name}" for name, mine in zip(rows["case_id"], told, strict=True)]


def _labelled(view: View) -> list[tuple[object, str]]:
    rows = settlements.cases(view)
    return list(zip(rows.itertuples(), _labels(rows), strict=True))


def _points(view: View) -> dict[str, list[tuple[Any, ...]]]:
    """Return for each case the points on which accounts differ: a title, the accounts, and a label unless another page has it."""
    told, cases = disputes.accounts(view), view["precedents"]
    paged = set(cases.loc[cases["in_narrative"], "case_id"])
    found: dict[str, list[tuple[Any, ...]]] = {}
    for point in timeline.disputed(view).itertuples():
        label = () if point.case_id in paged else (f"sec-dispute-{point.dispute_id}",)
        found.setdefault(point.case_id, []).append((f"Accounts differ: {point.title}", told[point.dispute_id], *label))
    return found


def _entry(
    row: pd.Series,
    label: str,
    strength: pd.Series,
    differing: list[tuple[Any, ...]],
    sources: list[Inline],
) -> Entry:
    more: list[tuple[str, Inline]] = [("Sources", joined(sources) or "no source")]
    if isinstance(row["coding_note"], str):
        more.insert(0, ("Coding", row["coding_note"]))
    facets = {
        "conflict": [row["conflict_type"]],
        "guarantee": [row["external_guarantee"]],
        "mission": [row["third_party"]],
        "outcome": [row["outcome"]],
        "accounts": ["accounts differ" if differing else "one account"],
    }
    meta: list[Inline] = [
        tables.day(row["start_date"]),
        f"{row['conflict_type']}; {row['external_guarantee']} as promise; {row['third_party']} as third party",
        f"coding {row['standing']}; evidence {strength['best']}, {tables.counted(int(strength['sources']), 'source')}",
    ]
    return Entry(label, row["name"], meta, _case_text(row, strength), differing, more, facets)


def _case_text(row: pd.Series, strength: pd.Series) -> list[Inline]:
    parts = [("Parties", row["parties"]), ("Instrument", row["instrument"]), ("Guarantor", row["guarantor"])]
    peak = f" (peak {tables.number(row['peak_troops'])} persons)" if pd.notna(row["peak_troops"]) else ""
    parts += [
        ("Mission", f"{row['mission']}{peak}" if isinstance(row["mission"], str) else None),
        ("War", row["war_cluster"]),
    ]
    if pd.notna(row["deaths"]):
        parts.append((f"Deaths before it ({row['deaths_basis']})", tables.number(row["deaths"])))
    about: list[Inline] = []
    for title, text in parts:
        about += [em(f"{title}: "), f"{text}. "] if isinstance(text, str) and text else []
    body: list[Inline] = [about, _course(row)]
    if isinstance(row["remembered"], str):
        named = ", ".join(row["remembered"].split(";"))
        body.append(f"From memory, no page having been found: {named}.")
    if strength["weak"]:
        body.append(f"The coding rests on {evidence.said_of(strength)}.")
    return body


def _course(row: pd.Series) -> str:
    """Return what became of a case, in a sentence a coding."""
    note = f"; {row['ended_note']}" if isinstance(row["ended_note"], str) else ""
    ended = f" ({tables.day(row['ended_on'])}{note})" if row["outcome"] != "holding" else ""
    parts = [f"Main coding: {row['outcome']}{ended}"]
    tiers = [
        ("first force", "first_force_on"),
        ("first fatal clash", "first_fatal_on"),
        ("return to war", "return_to_war_on"),
    ]
    tiers.append(("failure on a stricter reading", "strict_failure_on"))
    parts += [f"{words} {tables.day(row[column])}" for words, column in tiers if isinstance(row[column], str)]
    if isinstance(row["exit_other"], str):
        parts.append(f"{row['exit_other']} {tables.day(row['exit_other_on'])}")
    return f"{'; '.join(parts)}; followed to {tables.day(row['observed_until'])}."


def _outcome_rows(view: View, rows: pd.DataFrame, *, label: str, title: str) -> TableExhibit:
    columns = ("first_force_on", "first_fatal_on", "return_to_war_on", "strict_failure_on")
    cells: list[list[Inline]] = [
        [
            ref(row["name"], entry),
            tables.day(row["start_date"]),
            row["outcome"],
            tables.day(row["ended_on"]),
            *(tables.day(row[column]) for column in columns),
            tables.day(row["observed_until"]),
        ]
        for entry, (_, row) in zip(_labels(rows), rows.iterrows(), strict=True)
    ]
    heads = ("First force", "First fatal clash", "Return to war", "Strict failure", "Followed to")
    return TableExhibit(
        label=label,
        title=title,
        columns=tables.columns("Case", "Start", "Main coding", "Ended on", *heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents"),
        as_of=view.as_of.isoformat(),
        filters=("Main coding",),
    )


def _feature_table(view: View, rows: pd.DataFrame, features: list[str], *, label: str) -> TableExhibit:
    heads = ["Cases", "Wars", "Failed", "Read strictly", "Share failed", "95 % interval"]
    cells = []
    for feature in features:
        for row in settlements.by_feature(rows, feature).itertuples():
            interval = f"{tables.percent(row.low)} to {tables.percent(row.high)}"
            numbers = [
                str(row.cases),
                str(row.wars),
                str(row.failed),
                str(row.strict),
                tables.percent(row.share),
                interval,
            ]
            cells.append([settlements.FEATURES[feature], row.value, *numbers])
    total = settlements.outcomes(rows)["failed"]
    return TableExhibit(
        label=label,
        title=f"{total} of {tables.counted(len(rows), 'case')} failed: how that divides by what was coded",
        columns=tables.columns("Feature", "Value", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "precedents", sources="sources in the entries below"),
        as_of=view.as_of.isoformat(),
        note=f"{PICKED} Wars: cases of one conflict counted once. Exact intervals, as if the cases were independent; they are not.",
    )


def _swim_alt(rows: pd.DataFrame, marks: pd.DataFrame, counts: dict[str, int]) -> str:
    kinds = marks["kind"].value_counts()
    listed = ", ".join(f"{count} marked {kind}" for kind, count in kinds.items())
    ended = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    years = f"{rows['start_date'].min()[:4]} to {rows['start_date'].max()[:4]}"
    return f"One bar a case in order of its start, {years}: {ended}. On the bars stand {listed}. The table below has every date."


def _nothing(view: View) -> EntriesExhibit:
    return EntriesExhibit(
        [], tables.own_tables(view, "precedents"), view.as_of.isoformat(), empty="No such case in the data"
    )


def _finding(view: View, name: str, value: float, text: str, sentence: str, function: str) -> Finding:
    return Finding(
        f"fnd-settlements-{name}",
        value,
        text,
        sentence,
        "sec-settlements-evidence",
        f"dossier.{function}" if "." in function else f"dossier.settlements.{function}",
        view.as_of.isoformat(),
        unit="cases",
        tables=READS,
    )


def _cases(view: View, rows: pd.DataFrame) -> Finding:
    if rows.empty:
        nothing = "No settlement in the data began on or before the as-of date."
        return _finding(view, "cases", 0, "0", nothing, "cases")
    standing = rows["standing"].value_counts()
    listed = ", ".join(f"{count} {words}" for words, count in standing.items())
    span = f"{rows['start_date'].iloc[0][:4]} to {rows['start_date'].iloc[-1][:4]}"
    sentence = f"{tables.counted(len(rows), 'settlement')} begun from {span} are coded, {listed}, in {rows['war_cluster'].nunique()} wars. {PICKED}"
    return _finding(view, "cases", len(rows), str(len(rows)), sentence, "cases")


def _outcomes(view: View, rows: pd.DataFrame) -> Finding:
    counts = settlements.outcomes(rows)
    listed = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) or "none"
    strict = int(settlements.failed(rows, strict=True).sum())
    sentence = f"By the main coding {listed}; read strictly, {strict} of {len(rows)} failed."
    return _finding(view, "failed", counts["failed"], f"{counts['failed']} of {len(rows)}", sentence, "outcomes")


def _garrisons(view: View, rows: pd.DataFrame) -> Finding:
    chosen = rows[rows["external_guarantee"] == settlements.GARRISON]
    count, won = int(settlements.failed(chosen).sum()), int((chosen["victory"] == "yes").sum())
    died = settlements.crossed(chosen, view, "fatal clash")
    sentence = f"Of {tables.counted(len(chosen), 'case')} with a guarantor's forces on the spot {count} failed"
    if count < won:
        sentence += (
            f"; but {won} of them followed a decisive win, and at least {died} saw a fatal clash later. What the forces did "
            "cannot be told apart from the win"
        )
    return _finding(view, "garrisons", count, f"{count} of {len(chosen)}", f"{sentence}.", "by_feature")


def _neighbours(view: View, rows: pd.DataFrame) -> Finding | None:
    chosen = rows[rows["contiguous"] == "yes"]
    if chosen.empty:
        return None
    war, died = (settlements.crossed(chosen, view, tier) for tier in ("return to war", "fatal clash"))
    sentence = (
        f"Of {tables.counted(len(chosen), 'case')} with a land border between the parties {war} returned to war, and at least {died} "
        "saw a fatal clash."
    )
    return _finding(view, "neighbours", war, f"{war} of {len(chosen)}", sentence, "tiers")


def _zones(view: View, rows: pd.DataFrame) -> Finding | None:
    found = settlements.by_feature(rows, "dmz").set_index("value")
    if set(found.index) != {"yes", "no"}:
        return None
    zone, bare = (f"{found.at[value, 'failed']} of {found.at[value, 'cases']}" for value in settlements.YES_NO)
    alike = abs(found.at["yes", "share"] - found.at["no", "share"]) < SAME_SHARE
    end = ": taken alone, zones do not set the cases apart." if alike else "."
    sentence = f"With a demilitarized zone {zone} failed, without one {bare}{end}"
    return _finding(view, "zones", int(found.at["yes", "failed"]), zone, sentence, "by_feature")


def _tiers(view: View, rows: pd.DataFrame) -> Finding:
    found = settlements.tiers(rows, view)
    parts = [
        f"{row.tier} in {row.crossed}" + (f" ({row.unknown} unknown)" if row.unknown else "")
        for row in found.itertuples()
    ]
    text = " / ".join(str(row.crossed) for row in found.itertuples())
    sentence = (
        f"Up to the day, {', '.join(parts)} of {tables.counted(len(rows), 'case')}: the definition moves the count."
    )
    return _finding(view, "tiers", int(found["crossed"].iloc[0]), text, sentence, "tiers")


def _studies(view: View) -> Finding:
    bearings = settlements.bearings(view)
    total = sum(bearings.values())
    listed = ", ".join(f"{count} {bearing}" for bearing, count in bearings.items() if count) or "none"
    sentence = f"{tables.counted(total, 'finding')} of studies with a rule of selection stand beside the list; on promises, strong texts and missions: {listed}."
    return _finding(view, "studies", total, listed, sentence, "bearings")


def _disputed(view: View, rows: pd.DataFrame) -> Finding:
    points = timeline.disputed(view)
    points = points[points["case_id"].isin(rows["case_id"])]
    count, fixed = points["case_id"].nunique(), int((view["corrections"]["table_name"] == "precedents").sum())
    sentence = (
        f"Accounts differ on {tables.counted(len(points), 'point')} of {tables.counted(count, 'case')}, and all stand; corrected, with "
        f"the ground of each, {'was' if fixed == 1 else 'were'} {tables.counted(fixed, 'value')} of the coding."
    )
    return _finding(view, "differing", count, f"{count} of {len(rows)}", sentence, "timeline.disputed")


def _strong(view: View, rows: pd.DataFrame) -> list[Finding]:
    strength = evidence.strength(view, "precedent-sources", "case_id").loc[list(rows["case_id"])]
    weak, single = int(strength["weak"].sum()), int((strength["sources"] == 1).sum())
    memory = int((settlements.remembered(rows).map(len) > 0).sum())
    total = tables.counted(len(rows), "case")
    said = {
        "weak": (weak, f"On weak sources alone rest {weak} of {total}; each entry says so."),
        "single": (single, f"On one source alone rest {single} of {total}."),
        "memory": (memory, f"In {memory} of {total} at least one value rests on memory; each entry names the column."),
    }
    return [
        _finding(
            view,
            name,
            count,
            f"{count} of {len(rows)}",
            sentence,
            "remembered" if name == "memory" else "evidence.strength",
        )
        for name, (count, sentence) in said.items()
    ]
