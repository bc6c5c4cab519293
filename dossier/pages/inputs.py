"""Uncertain inputs as entries: what each is, its distribution, who judged or published it, when and why."""

from __future__ import annotations

from collections.abc import Sequence

from dossier import priors, tables
from dossier.data import View
from dossier.exhibits import EntriesExhibit, Entry, Inline, em, joined


def inputs_of(view: View, names: Sequence[str]) -> EntriesExhibit:
    """Return one entry an input, in the order given; those that the data do not have are left out."""
    known, sources = priors.read(view), tables.supporting(view, "prior-sources", "prior_id")
    rows = {row.prior_id: row for row in view["priors"].itertuples()}
    entries = []
    for one in (known[name] for name in names if name in known):
        row = rows[one.prior_id]
        meta: list[Inline] = [
            f"{one.standing}, {tables.day(str(row.made_on))}",
            one.written(),
            f"neutral at {one.neutral:g}",
        ]
        own = [("Sources", joined(sources[one.prior_id]))] if one.prior_id in sources else []
        entries.append(
            Entry(
                f"sec-input-{one.prior_id}",
                [*([em("Elicited. ")] if one.elicited else []), one.title],
                meta,
                [row.why],
                more=own,
            )
        )
    return EntriesExhibit(
        entries, tables.own_tables(view, "priors"), view.as_of.isoformat(), empty="No uncertain input in the data"
    )
