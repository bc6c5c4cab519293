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
DOMAINS = ("troops in the country", "troops nearby", "air", "sea", "training and logistics", "money", "monitoring")


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


def newest_positions(view: View) -> pd.DataFrame:
    """Return the newest statement of each actor on each issue up to the day, by issue and actor."""
    rows = view["positions"].sort_values(["said_on", "position_id"], kind="stable")
    return rows.groupby(["actor_id", "issue_id"], sort=True).tail(1).reset_index(drop=True)


def silent_cells(view: View) -> int:
    """Return how many cells of the matrix of actors with a position and issues hold no statement."""
    rows = newest_positions(view)
    return rows["actor_id"].nunique() * len(view["issues"]) - len(rows)


def stances(view: View) -> pd.DataFrame:
    """Return what each actor said it would do, by domain: contradictory statements side by side, none averaged.

    Returns
    -------
    pandas.DataFrame
        ``actor_id``, ``domain``, ``said`` (stances in order of date, each once in a row), ``differ`` (bool: more than one stance).
    """
    rows = view["commitments"].sort_values(["said_on", "commitment_id"], kind="stable")
    found = []
    for (actor, domain), own in rows.groupby(["actor_id", "domain"], sort=True):
        said = [
            stance
            for position, stance in enumerate(own["stance"])
            if position == 0 or own["stance"].iloc[position - 1] != stance
        ]
        found.append({"actor_id": actor, "domain": domain, "said": said, "differ": len(set(said)) > 1})
    return pd.DataFrame(found, columns=["actor_id", "domain", "said", "differ"])


def names(view: View) -> dict[str, str]:
    """Return actor id to name."""
    rows = view["actors"]
    return dict(zip(rows["actor_id"], rows["name"], strict=True))
