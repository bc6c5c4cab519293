"""Every finding reaches a source: through the tables that it was read from."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier import data, trail
from dossier.findings import Finding
from dossier.pages import (
    actors,
    claims,
    forecasts,
    guarantees,
    outlook,
    precedents,
    rates,
    scenarios,
    settlements,
    situation,
    timeline,
)

DATA = Path(__file__).parents[1] / "data"
PAGES = (actors, claims, guarantees, precedents, settlements, situation, timeline)
DAYS = {"began": "2022-02-24", "deadline": "2026-02-24", "until": "2026-12-31"}


@pytest.fixture(scope="module")
def view() -> data.View:
    return data.load("2025-12-30", DATA)


@pytest.fixture(scope="module")
def found(view) -> list[Finding]:
    own = outlook.outlook(view, **DAYS, draws=20_000, seed=1)
    told = rates.compute(view, tier="return to war", years=5, weights="as given", draws=20_000, seed=1)
    answers = [page.answer(view) for page in PAGES]
    answers += [scenarios.answer(own), forecasts.answer(forecasts.forecasts(own, **DAYS)), rates.answer(told)]
    pages = [scenarios.page(own, one["scenario_id"], **DAYS) for one in view.document("scenarios")]
    return [finding for answer in [*answers, *(page.answer() for page in pages)] for finding in answer.findings]


def test_every_finding_names_tables_of_the_package(found, view):
    assert {table for finding in found for table in finding.tables} <= set(view.package.tables)


def test_every_finding_reaches_a_source(found, view):
    under = trail.sources_by_table(view)
    without = [one.finding_id for one in found if not any(under.get(table) for table in one.tables)]
    assert len(found) > 50
    assert without == []


def test_the_sources_under_a_finding_are_sources_of_the_edition(found, view):
    known = set(view["sources"]["source_id"])
    under = trail.sources_by_table(view)
    assert all(under.get(table, set()) <= known for finding in found for table in finding.tables)
