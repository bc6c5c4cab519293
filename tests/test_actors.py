"""Actors and the roles in which sources show them."""

from __future__ import annotations

from dossier import actors
from dossier.pages import actors as page


def held(view) -> dict[str, list[str]]:
    rows = actors.shown(view)
    return {
        name: [role for role in group["role"] if isinstance(role, str)]
        for name, group in rows.groupby("name", sort=False)
    }


def test_people_come_first_then_organizations_then_states(harbour_view):
    assert list(held(harbour_view)) == ["Iven Tarso", "Orla Teck", "Harbour League", "Korsmark", "Veldania"]


def test_an_actor_has_the_roles_that_sources_show_by_the_day(harbour_view):
    assert held(harbour_view) == {
        "Iven Tarso": ["Marshal of Korsmark"],  # no longer premier since 31 May
        "Orla Teck": ["President of Veldania"],
        "Harbour League": ["Alliance of coastal states"],
        "Korsmark": [],
        "Veldania": [],
    }


def test_a_role_is_held_on_its_last_day(story):
    rows = actors.shown(story.view("2031-05-31")).set_index("role_id")
    assert rows.loc["tarso-premier", "ended"] == False  # noqa: E712 - not merely falsy


def test_a_role_that_ended_shows_only_where_no_other_followed(story):
    story.write("roles.csv", [row for row in story.rows("roles.csv") if row["role_id"] != "tarso-marshal"])
    story.write(
        "role_sources.csv", [row for row in story.rows("role_sources.csv") if row["role_id"] != "tarso-marshal"]
    )
    rows = actors.shown(story.view()).set_index("role_id")
    assert rows.loc["tarso-premier", "ended"] == True  # noqa: E712
    cells = [row.cells for row in page.people(story.view()).rows if row.label == "act-iven-tarso"]
    assert cells[0][1] == "Premier of Korsmark, until 31 May 2031"


def test_a_role_that_ends_in_a_month_is_held_until_the_month_is_over(story):
    story.set("roles.csv", "tarso-premier", to_date="2031-06")
    assert held(story.view())["Iven Tarso"] == ["Marshal of Korsmark", "Premier of Korsmark"]


def test_a_later_president_is_not_known_yet(harbour_view, story):
    assert "Mira Dane" not in held(harbour_view)
    assert held(story.view("2031-10-01"))["Mira Dane"] == ["President of Veldania"]


def test_before_anything_was_known_nobody_acts(story):
    assert held(story.view("2029-12-31")) == {}


def test_ids_lead_to_names(harbour_view):
    assert actors.names(harbour_view)["orla-teck"] == "Orla Teck"


def test_the_answer_of_the_page_in_figures(harbour_view):
    # five are named, three have a role, and for two of these a source gives the first day; two actors by two issues leave two
    # cells empty; one actor has said what it would do
    assert [finding.text for finding in page.answer(harbour_view).findings] == ["3 of 5", "2 of 3", "2 of 4", "1"]
