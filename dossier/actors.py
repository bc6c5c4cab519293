"""Who acts, and what were they on the as-of date?

Pure functions over actors and their dated roles. A role counts on the day if it had begun (or a source shows it held) by
then and no page gives an earlier end. Officials appear in public roles only.
"""

from __future__ import annotations

import pandas as pd

from dossier import dates
from dossier.data import View

KINDS = ("person", "organization", "state")


def on_the_day(view: View) -> pd.DataFrame:
    """Return actors with the roles they held on the as-of date.

    Returns
    -------
    pandas.DataFrame
        One row an actor and role, by kind and name: the columns of ``actors`` and ``roles``; ``role`` is blank where the
        record holds none.
    """
    roles = view["roles"]
    ended = [isinstance(end, str) and dates.last_day(end) < view.as_of for end in roles["to_date"]]
    current = roles[~pd.Series(ended, index=roles.index, dtype=bool)]
    joined = view["actors"].merge(current, on="actor_id", how="left")
    rank = joined["kind"].map({kind: position for position, kind in enumerate(KINDS)})
    return joined.assign(rank=rank).sort_values(["rank", "name"], kind="stable").reset_index(drop=True)


def names(view: View) -> dict[str, str]:
    """Return actor id to name."""
    rows = view["actors"]
    return dict(zip(rows["actor_id"], rows["name"], strict=True))
