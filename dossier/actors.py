"""Who is named in the record, and in which public role do sources show them?

Pure functions over actors and their dated roles. A role is shown if it had begun, or a source shows it held, by the
as-of date. That it was still held on that day is an assumption unless a page gives its end; the page says so. Officials
appear in public roles only.
"""

from __future__ import annotations

import pandas as pd

from dossier import dates
from dossier.data import View

KINDS = ("person", "organization", "state")


def shown(view: View) -> pd.DataFrame:
    """Return actors with the roles in which sources show them up to the as-of date.

    Returns
    -------
    pandas.DataFrame
        One row an actor and role, by kind and name: the columns of ``actors`` and ``roles``, and ``ended`` (bool: a page
        gives an end before the day). Roles that had ended are left out where the actor has one that had not; ``role`` is
        blank where the record holds none.
    """
    roles = view["roles"]
    ended = [isinstance(end, str) and dates.last_day(end) < view.as_of for end in roles["to_date"]]
    roles = roles.assign(ended=ended)
    current = set(roles.loc[~roles["ended"], "actor_id"])
    kept = roles[~roles["ended"] | ~roles["actor_id"].isin(current)]
    joined = view["actors"].merge(kept, on="actor_id", how="left")
    rank = joined["kind"].map({kind: position for position, kind in enumerate(KINDS)})
    return joined.assign(rank=rank).sort_values(["rank", "name"], kind="stable").reset_index(drop=True)


def names(view: View) -> dict[str, str]:
    """Return actor id to name."""
    rows = view["actors"]
    return dict(zip(rows["actor_id"], rows["name"], strict=True))
