"""Exhibits on the present case: which settlements are like it, what a likeness-weighted rate is worth, and is it inside them?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dossier import chance, language, settlements, similarity, tables
from dossier.data import View
from dossier.exhibits import EntriesExhibit, Entry, Inline, TableExhibit, joined, plain, ref
from dossier.findings import Finding

READS = ("precedents", "present-case")
SHOWN = 12  # nearest cases that are listed
WEIGHTINGS = 5_000  # drawn around the analyst's
NAMED = 4  # settlements left, up to which they are named
FEATURES = settlements.FEATURES | {"territorial_concession": "Land changed hands"}
MOVED = 5  # cases whose absence moves the rate most


def findings(view: View, *, years: int) -> list[Finding]:
    """Return what likeness has to say: whether the case is inside the data, and what the weighted rate is."""
    if not _told(view):
        return []
    return [_inside(view), _weighted(view, years)]


def narrowing(view: View) -> TableExhibit:
    """Return how many settlements are left as feature after feature of the present case is asked for."""
    rows = similarity.narrowing(view) if _told(view) else pd.DataFrame()
    cells: list[list[Inline]] = [
        [
            f"{FEATURES.get(row.feature, row.feature)}: {row.value}",
            row.role,
            str(row.left),
            str(row.failed),
            "; ".join(row.names) if 0 < row.left <= NAMED else tables.NOTHING,
        ]
        for row in rows.itertuples()
    ]
    heads = ["Left", "Of these failed"]
    left = int(rows.iloc[-1]["left"]) if len(rows) else 0
    return TableExhibit(
        label="tbl-rates-narrowing",
        title=f"Asked for all at once, {tables.counted(left, 'settlement')} {'is' if left == 1 else 'are'} left",
        columns=tables.columns("Feature of the present case", "Role", *heads, "Which", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "present-case", "precedents", sources="sources at each feature and case"),
        as_of=view.as_of.isoformat(),
        note="Context: what the parties find. Offer: what is under negotiation. Each row keeps the settlements that share this value and all above; failed by the main coding.",
    )


def present(view: View) -> EntriesExhibit:
    """Return how the present case is coded, feature by feature: value, weight, why, on what it rests."""
    weights = similarity.context(view).set_index("feature")["weight"]
    sources = tables.supporting(view, "present-case-sources", "feature")
    entries = []
    for row in view["present-case"].itertuples():
        heavy = (
            f"weight {weights[row.feature] * 100:.0f} %"
            if row.feature in weights
            else "no weight: it is asked for last"
        )
        meta: list[Inline] = [
            row.role,
            heavy,
            "a judgement" if row.standing == "judgement" else "sourced",
            tables.day(row.made_on),
        ]
        own = [("Sources", joined(sources[row.feature]))] if row.feature in sources else []
        title = f"{FEATURES.get(row.feature, row.feature)}: {row.value}"
        entries.append(Entry(f"sec-present-{row.feature.replace('_', '-')}", title, meta, [row.why], more=own))
    return EntriesExhibit(
        entries, tables.own_tables(view, "present-case"), view.as_of.isoformat(), empty="The present case is not coded"
    )


def nearest(view: View, *, years: int, seed: int) -> TableExhibit:
    """Return the settlements nearest to the present case, and how often each stays among the nearest when weights are drawn."""
    cells: list[list[Inline]] = []
    rates = np.array([])
    if _told(view):
        rng = chance.stream(seed, "likeness")
        shares, rates = similarity.redrawn(view, years=years, draws=WEIGHTINGS, rng=rng)
        rows = similarity.ranked(view).merge(shares, on="case_id").head(SHOWN)
        for row in rows.itertuples():
            label = f"prc-{row.case_id}{'-coded' if row.in_narrative else ''}"
            near = [f"{row.agrees} of {row.coded}", f"{row.distance:.2f}", language.percent(row.share)]
            cells.append([ref(row.name, label), *near, row.outcome])
    heads = ["Features alike", "Distance", f"Among the nearest {similarity.NEAREST}"]
    return TableExhibit(
        label="tbl-rates-nearest",
        title=f"Most like the present case on what the parties find: {', '.join(plain(row[0]) for row in cells[: similarity.NEAREST]) or 'none'}",
        columns=tables.columns("Case", *heads, "Main coding", numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "present-case", "precedents"),
        as_of=view.as_of.isoformat(),
        note=(
            f"Distance: weighted share of coded features that differ (Gower). The last number: in how many of {tables.number(WEIGHTINGS)} drawn weightings the case is among the nearest {similarity.NEAREST}; equal distances "
            f"are settled by age.{_spread(rates)}"
        ),
    )


def left_out(view: View, *, years: int) -> TableExhibit:
    """Return how the likeness-weighted rate moves when a case or a feature is left out."""
    rows = (
        similarity.left_out(view, years=years)
        if _told(view)
        else pd.DataFrame(columns=["without", "kind", "rate", "effective"])
    )
    rate = similarity.weighted_rate(view, years=years)[0] if len(rows) else 0.0
    rows = rows.assign(moves=(rows["rate"] - rate).abs())
    cases = rows[rows["kind"] == "case"].sort_values("moves", ascending=False, kind="stable").head(MOVED)
    chosen = pd.concat([rows[rows["kind"] == "feature"], cases])
    cells = [
        [FEATURES.get(row.without, row.without), row.kind, language.percent(row.rate), f"{row.effective:.0f}"]
        for row in chosen.itertuples()
    ]
    span = (
        f"between {language.percent(rows['rate'].min())} and {language.percent(rows['rate'].max())}"
        if len(rows)
        else "nothing"
    )
    heads = [f"Returned to war within {years} y", "Effective cases"]
    return TableExhibit(
        label="tbl-rates-left-out",
        title=f"Leaving out one case or feature keeps the likeness-weighted rate {span}",
        columns=tables.columns("Left out", "Kind", *heads, numbers=heads),
        rows=tables.rows(cells),
        source=tables.own_tables(view, "present-case", "precedents"),
        as_of=view.as_of.isoformat(),
        note=f"Every feature, and the {MOVED} cases whose absence moves the rate most. Effective cases: how many equally weighted cases the weighting is worth (Kish).",
    )


def _told(view: View) -> bool:
    return len(settlements.cases(view)) > 0 and len(similarity.context(view)) > 0


def _failed(row: pd.Series) -> str:
    failed, count = int(row["failed"]), int(row["left"])
    return f"all {count}" if failed == count > 1 else f"{failed} of {count}"


def _spread(rates: np.ndarray) -> str:
    if len(rates) == 0:
        return ""
    low, high = np.quantile(rates, [0.05, 0.95])
    return f" Over these weightings the weighted rate stays between {language.percent(float(low))} and {language.percent(float(high))} (90 % of them)."


def _inside(view: View) -> Finding:
    found = similarity.inside(view)
    matches, offered = int(found["matches"]), int(found["with_offer"])
    rows = similarity.narrowing(view)
    last = rows[rows["role"] == similarity.CONTEXT].iloc[-1]
    wars = settlements.cases(view).set_index("name").loc[last["names"], "war_cluster"].nunique()
    sentence = f"{matches} of {found['cases']} settlements share every coded feature of what the parties find"
    sentence += (
        f": they come from {tables.counted(wars, 'war')}, and {_failed(last)} failed"
        if matches
        else ": the present case lies beyond the data"
    )
    sentence += (
        f". With what is on offer too, {tables.counted(offered, 'settlement')} {'is' if offered == 1 else 'are'} left"
        + (": it would be the first of its kind on the list." if offered == 0 else ".")
    )
    sentence += f" {tables.counted(int(found['nearby']), 'settlement')} ({language.percent(float(found['nearby_share']))}) lie within the spread of the list, its geometric variability."
    text = f"{matches} in context, {offered} with the offer"
    return _finding(view, "first", matches, text, sentence, "inside", unit="cases", digits=0)


def _weighted(view: View, years: int) -> Finding:
    rate, worth, plain = similarity.weighted_rate(view, years=years)
    if worth < similarity.LEAST_EFFECTIVE:
        text = "not estimated"
        sentence = f"Weighted by likeness the cases are worth {worth:.0f}: too few for a rate."
        return _finding(view, "likeness", None, text, sentence, "weighted_rate", unit="share", digits=2)
    text = language.percent(rate)
    sentence = (
        f"Weighted by likeness {text} of the settlements returned to war within {years} years, unweighted {language.percent(plain)}: the weights are worth "
        f"{worth:.0f} equal cases, so that likeness hardly tells them apart. The list was picked: this describes it and is no forecast."
    )
    return _finding(view, "likeness", rate, text, sentence, "weighted_rate", unit="share", digits=2)


def _finding(
    view: View, name: str, value: float | None, text: str, sentence: str, function: str, *, unit: str, digits: int
) -> Finding:
    return Finding(
        f"fnd-rates-{name}",
        value,
        text,
        sentence,
        "sec-rates-likeness",
        f"dossier.similarity.{function}",
        view.as_of.isoformat(),
        unit=unit,
        digits=digits,
        tables=READS,
    )
