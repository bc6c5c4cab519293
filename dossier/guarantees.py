"""What is on the table, and how would a guarantee hold?

Pure functions over the points of plans and over guarantees on offer or once given. A guarantee is read on the features that
the literature holds to matter; a cell that no page supports is *unknown* and counts for nothing. Features are counted, never
added to a score: nobody knows their weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dossier import settlements
from dossier.data import View

VALUES = ("yes", "partly", "no", "unknown")


def side_by_side(view: View, plan_ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the points of plans by topic.

    Parameters
    ----------
    plan_ids
        The plans to compare; all known on the day if none are named.

    Returns
    -------
    pandas.DataFrame
        One row a topic that a plan touches, in the order of the table of topics: ``topic_id``, ``title``, and one column a
        plan with the list of its points (rows of ``proposals``).
    """
    plans = (
        list(view["plans"]["plan_id"])
        if plan_ids is None
        else [name for name in plan_ids if name in set(view["plans"]["plan_id"])]
    )
    points = view["proposals"]
    points = points[points["plan_id"].isin(plans)]
    topics = view["plan-topics"]
    topics = topics[topics["topic_id"].isin(points["topic_id"])].reset_index(drop=True)
    for plan in plans:
        own = points[points["plan_id"] == plan]
        topics[plan] = [list(own[own["topic_id"] == name].itertuples()) for name in topics["topic_id"]]
    return topics


def changed(view: View, before: str, after: str) -> dict[str, list[str]]:
    """Return the topics that the later of two plans dropped, added, or kept.

    Returns
    -------
    dict
        ``dropped``, ``added``, ``kept``: titles of topics, in order.
    """
    rows = side_by_side(view, [before, after])
    if before not in rows or after not in rows:
        return {"dropped": [], "added": [], "kept": []}
    first, second = rows[before].map(len) > 0, rows[after].map(len) > 0
    return {
        "dropped": list(rows.loc[first & ~second, "title"]),
        "added": list(rows.loc[~first & second, "title"]),
        "kept": list(rows.loc[first & second, "title"]),
    }


def scorecard(view: View) -> pd.DataFrame:
    """Return the features of every guarantee.

    Returns
    -------
    pandas.DataFrame
        One row a guarantee, oldest first, indexed by ``guarantee_id``; one column a feature with its value (one of ``VALUES``; a
        cell nobody filled is unknown).
    """
    order = list(view["guarantees"]["guarantee_id"])
    features = list(view["features"]["feature_id"])
    cells = (
        view["guarantee-features"]
        .sort_values(["known_on", "cell_id"], kind="stable")
        .drop_duplicates(["guarantee_id", "feature_id"], keep="last")
    )
    table = cells.pivot(index="guarantee_id", columns="feature_id", values="value")
    return table.reindex(index=order, columns=features).astype(object).fillna("unknown")


def counts(view: View) -> pd.DataFrame:
    """Return how many features each guarantee has, has in part, lacks, or nobody could tell: columns ``VALUES``."""
    table = scorecard(view)
    return pd.DataFrame({value: (table == value).sum(axis=1) for value in VALUES})


def coded(view: View) -> pd.DataFrame:
    """Return how the coded settlements stand on the features that their coding holds.

    Returns
    -------
    pandas.DataFrame
        One row a feature: ``feature_id``, ``title``, ``has`` and ``lacks`` (cases), ``failed_has``, ``failed_lacks`` (of them failed by the
        main coding); a feature without a coded column has None in all.
    """
    rows, found = settlements.cases(view), []
    for feature in view["features"].itertuples():
        counted: dict[str, int | None] = dict.fromkeys(("has", "lacks", "failed_has", "failed_lacks"))
        if isinstance(feature.coded_column, str) and feature.coded_column in rows:
            has = rows[feature.coded_column].isin(str(feature.coded_values).split(";"))
            lacks = rows[feature.coded_column].notna() & ~has  # a blank is no value
            failed = settlements.failed(rows)
            counted = {
                "has": int(has.sum()),
                "lacks": int(lacks.sum()),
                "failed_has": int((has & failed).sum()),
                "failed_lacks": int((lacks & failed).sum()),
            }
        found.append({"feature_id": feature.feature_id, "title": feature.title, **counted})
    return pd.DataFrame(found, columns=["feature_id", "title", "has", "lacks", "failed_has", "failed_lacks"])
