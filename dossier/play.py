"""How do things stand in the few respects that a hurried reader asks about?

Pure functions over the table *state of play*: of each topic the newest row up to the as-of date holds. A topic without a
row is said to have none; it is never left out.
"""

from __future__ import annotations

import pandas as pd

from dossier.data import View

TOPICS = ("at stake", "agreed so far", "still open", "on the ground")


def standing(view: View) -> pd.DataFrame:
    """Return one row a topic, in fixed order: ``topic``, ``item_id``, ``known_on``, ``statement`` (blank if none)."""
    rows = view["state-of-play"].sort_values(["topic", "known_on", "item_id"], kind="stable")
    newest = rows.groupby("topic").tail(1)
    return pd.DataFrame({"topic": TOPICS}).merge(newest, on="topic", how="left")
