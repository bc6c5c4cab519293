"""What might happen, according to the narrative, and what would show it coming?

Pure functions over scenarios, their signposts and the dated states of these. Probabilities are computed elsewhere, from the ends of an event tree that
belong to a scenario (`dossier.tree`, `dossier.forecast`). The functions assume that a signpost has at most one state a day; the
newest on or before the as-of date is its state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dossier.data import View
from dossier.errors import DossierError, did_you_mean

STATES = ("observed", "partly observed", "not observed", "not yet due")

SETTLED = ("observed", "not observed")  # states that no later reading is expected to change


def told(view: View) -> list[Mapping[str, Any]]:
    """Return the scenarios told by the as-of date, in the order of the narrative."""
    return sorted(view.document("scenarios"), key=lambda scenario: scenario["order"])


def one(view: View, scenario_id: str) -> Mapping[str, Any]:
    """Return one scenario; raise ``DossierError`` with a hint for an unknown one."""
    known = {scenario["scenario_id"]: scenario for scenario in told(view)}
    if scenario_id not in known:
        raise DossierError(
            f"no scenario {scenario_id!r} as of {view.as_of.isoformat()}; {did_you_mean(scenario_id, known)}"
        )
    return known[scenario_id]


def signposts(view: View, scenario_id: str | None = None) -> pd.DataFrame:
    """Return signposts with their newest state on the day.

    Returns
    -------
    pandas.DataFrame
        The columns of ``signposts`` and of ``signpost-states`` (whose ``made_on`` is ``reading_made_on``); without a reading ``status`` is ``no reading``.
    """
    rows = view["signposts"]
    rows = rows[rows["scenario_id"] == scenario_id] if scenario_id else rows
    newest = view["signpost-states"].sort_values(["signpost_id", "date"], kind="stable").groupby("signpost_id").tail(1)
    joined = rows.merge(newest.rename(columns={"made_on": "reading_made_on"}), on="signpost_id", how="left")
    order = {scenario["scenario_id"]: scenario["order"] for scenario in told(view)}
    joined = joined.assign(status=joined["status"].fillna("no reading"), order=joined["scenario_id"].map(order))
    return joined.sort_values(["order", "signpost_id"], kind="stable").reset_index(drop=True)


def overlaps(view: View) -> list[tuple[str, str, str]]:
    """Return pairs of scenarios, both told by the day, that can come true together, each with the reason that the data give."""
    known = {scenario["scenario_id"] for scenario in told(view)}
    return [
        (scenario["scenario_id"], other["scenario_id"], other["why"])
        for scenario in told(view)
        for other in scenario.get("overlaps", [])
        if other["scenario_id"] in known
    ]


def covers_the_rest(view: View) -> bool:
    """Return whether one scenario stands for whatever none of the others covers."""
    return any(scenario.get("covers_the_rest", False) for scenario in told(view))


def status_counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many signposts stand in each state, in a fixed order."""
    counts = rows["status"].value_counts()
    return {state: int(counts.get(state, 0)) for state in (*STATES, "no reading")}
