"""What can be cited, what a card says of it, and which words of prose lead to the glossary."""

from __future__ import annotations

import json

import lxml.html
import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

from dossier.exhibits import CHART_MIME, ENTRIES_MIME, FINDINGS_MIME, TABLE_MIME, Entry, em, ref
from dossier.exhibits import EntriesExhibit as Entries
from dossier.exhibits import TableExhibit as Table
from dossier.pdf import paper
from dossier.sphinx_ext import cards, exhibits, terms, things
from dossier.sphinx_ext.nodes import block
from dossier.sphinx_ext.things import Thing
from dossier.tables import columns, rows

DAY = "2031-06-30"
HOSTILE = "<script>window.hacked=1</script> \"><img src=x onerror=alert(1)> & 'x' \\ ]]> \u2028"
SOURCE_COLUMNS = ("Id", "Publisher", "Title", "Published", "Kind", "Read", "Grade", "Reuse", "Note")


@pytest.fixture
def page():
    """Place an exhibit on a page of its own and return what can be cited there, by label."""

    def read(mime: str, content: dict, label: str = "sec-page") -> dict[str, Thing]:
        document = new_document("page")
        section = nodes.section("", nodes.title("", "The page"), ids=["the-page", label])
        document += section
        section += exhibits.exhibit_nodes(mime, content, exhibits.Page(document, "page"), "cell 1")
        return {one.label: one for one in things.things_of(document)}

    return read


def table(heads, cells, labels, label="tbl-one"):
    return Table(label, "One", columns(*heads), rows(cells, labels), "a source", DAY).content()


def entries(*made):
    return Entries(made, "a source", DAY).content()


def test_an_entry_is_told_by_its_title_its_facts_and_its_text(page):
    entry = Entry("evt-talks", "Talks open", ["10 January", ref("one source", "src-a")], ["They met", "They left."])
    found = page(ENTRIES_MIME, entries(entry))
    assert found == {
        "evt-talks": Thing("evt-talks", "event", "Talks open", "10 January · one source", "They met. They left.")
    }


def test_a_source_is_told_by_publisher_title_day_kind_reading_and_grade(page):
    cells = ["a", "The Bulletin", "A plan", "1 July 2031 (later source)", "news", "excerpt", "B2", "facts only", "–"]
    found = page(TABLE_MIME, table(SOURCE_COLUMNS, [cells], ["src-a"]))["src-a"]
    assert found.title == "A plan"
    assert found.facts == "The Bulletin · 1 July 2031 (later source) · news · Read: excerpt · Grade: B2"


def test_people_places_and_what_they_said_are_of_different_kinds(page):
    role = ("Role", "Since", "Last shown in it", "Named by the narrative", "Sources")
    person = page(
        TABLE_MIME, table(("Person", *role), [["Iven Tarso", "envoy", "–", "1 May", "yes", "a"]], ["act-tarso"])
    )
    state = page(TABLE_MIME, table(("Name", *role), [["Korsmark", "a state", "–", "–", "yes", "a"]], ["act-korsmark"]))
    heads = ("Actor", "Issue", "Said on", "What was said", "Sources")
    said = page(TABLE_MIME, table(heads, [["Iven Tarso", "the harbour", "1 May", "It is ours", "a"]], ["act-said-1"]))
    assert person["act-tarso"][1:] == ("person", "Iven Tarso", "envoy · Last shown in it: 1 May", "")
    assert state["act-korsmark"].kind == "organization or state"
    assert said["act-said-1"][1:] == ("statement", "Iven Tarso: It is ours", "1 May · the harbour", "")


def test_rows_of_no_known_form_are_told_by_their_first_cell_and_the_rest(page):
    found = page(TABLE_MIME, table(("A", "B", "C"), [["one", "two", "–"]], ["prc-row"]))
    assert found["prc-row"] == Thing("prc-row", "settlement", "one", "B: two")
    assert found["tbl-one"] == Thing("tbl-one", "table", "One", "1 row", "A, B, C")


def test_a_finding_too_long_for_a_title_is_told_whole_below(page):
    long = "word " * 40
    content = {"findings": [{"id": "fnd-a", "sentence": "Short."}, {"id": "fnd-b", "sentence": long}]}
    found = page(FINDINGS_MIME, content)
    assert found["fnd-a"][2:] == ("Short.", "", "")
    assert found["fnd-b"].title.endswith("word…")
    assert found["fnd-b"].text == long.strip()


def test_a_figure_is_told_by_its_title_and_subtitle(page):
    own = {"label": "fig-one", "title": "It rose", "subtitle": "By month", "alt": "A line.", "reading": "Up is more."}
    own |= {"source": "a source", "as_of": DAY, "table": {"columns": [{"title": "A"}], "rows": [["1"]]}}
    found = page(CHART_MIME, {"mark": "point", "usermeta": {"dossier": own}})
    assert found["fig-one"] == Thing("fig-one", "figure", "It rose", "", "By month")


def test_the_page_on_one_thing_is_that_thing_and_its_entries_are_parts_of_it(page):
    found = page(ENTRIES_MIME, entries(Entry("scn-deal-told", "Told", [], ["It ends."])), "scn-deal")
    assert found["scn-deal"] == Thing("scn-deal", "scenario", "The page")
    assert found["scn-deal-told"].kind == "part of a scenario"


def test_what_is_titled_by_a_day_alone_is_named_with_more_words(page):
    found = page(ENTRIES_MIME, entries(Entry("prc-fact", "5 December 1994", [], ["A text was signed."])))
    assert found["prc-fact"].name == "5 December 1994: A text was signed."


def test_a_term_is_told_by_its_definition():
    document = new_document("page")
    term = nodes.term("", "claim", ids=["term-claim"])
    item = nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", "Can be checked.")))
    document += addnodes.glossary("", nodes.definition_list("", item))
    assert list(things.things_of(document)) == [Thing("term-claim", "term", "claim", "", "Can be checked.")]


def test_other_places_are_no_things(page):
    assert page(TABLE_MIME, table(("A",), [["one"]], [None])).keys() == {"tbl-one"}


def test_every_object_of_the_search_has_a_kind_and_an_anchor_other_than_its_name():
    class Environment:
        domaindata: dict = {}  # noqa: RUF012 - what Sphinx's own has

    domain = things.Things(Environment())
    domain.data["things"] = {"a": [Thing("act-a", "person", "A"), Thing("src-a", "source", "S")]}
    found = list(domain.get_objects())
    assert found == [("a#act-a", "A", "person", "a", "act-a", 0), ("a#src-a", "S", "source", "a", "src-a", 2)]
    kinds = [*things.KINDS.values(), *(form.kind for forms in things.ROWS.values() for form in forms if form.kind)]
    assert all(kind.replace(" ", "-") in domain.object_types for kind in kinds)
    assert all(f"part-of-a-{kind}" in domain.object_types for kind in ("scenario", "settlement"))


def test_what_another_process_read_is_taken_over_and_a_page_can_be_forgotten():
    class Environment:
        domaindata: dict = {}  # noqa: RUF012

    domain = things.Things(Environment())
    one = Thing("evt-a", "event", "A")
    domain.merge_domaindata(["a"], {"things": {"a": [one], "b": [Thing("evt-b", "event", "B")]}})
    assert domain.by_label() == {"evt-a": one}
    domain.clear_doc("a")
    assert domain.by_label() == {}


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
@pytest.mark.parametrize("text", ["", "word", "several words here", "unbreakable" * 9, " \n blank  \t runs "])
def test_text_is_cut_to_its_limit_and_to_one_line(text, limit):
    found = things.cut(text, limit)
    assert len(found) <= limit
    assert found == " ".join(found.split())


def test_a_page_has_the_cards_that_its_links_lead_to():
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.reference("", "a", internal=True, refuri="data.html#src-a"))
    document += nodes.paragraph("", "", nodes.reference("", "b", refid="evt-b"))
    document += nodes.paragraph("", "", nodes.reference("", "c", refuri="https://example.org/#src-c"))
    known = {name: Thing(name, "source", name) for name in ("src-a", "evt-b", "src-c", "src-d")}
    assert list(cards.cards_for(cards.labels_led_to(document), known)) == ["evt-b", "src-a"]


def test_the_script_of_cards_holds_hostile_text_as_data():
    text = cards.script_text({"src-a": ["Source", HOSTILE]})
    assert "</script>" not in text
    assert json.loads(text.removeprefix("window.dossierCards = ").removesuffix(";\n")) == {"src-a": ["Source", HOSTILE]}


# --- words of the glossary ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A claim, two claims; Claims too.", ["claim", "claims", "Claims"]),
        ("reclaim, claim-like, counter-claim, claimed", []),
        ("the base\nrates and the base rate", ["base\nrates", "base rate"]),
        ("as-of date", ["as-of date"]),
        ("cameo CAMEO", ["CAMEO"]),
        ("the Kaplan–Meier estimate", ["Kaplan–Meier"]),
        ("the edition's end", ["edition"]),
    ],
)
def test_terms_are_found_as_whole_words_the_longest_first(text, found):
    known = ["claim", "base rate", "rate", "date", "as-of date", "CAMEO", "Kaplan–Meier", "edition"]
    assert [match.group() for match in terms.pattern(known).finditer(text)] == found


def test_without_terms_nothing_is_found():
    assert terms.pattern([]).search("anything") is None


def prose_of(*parts):
    document = new_document("page")
    document += parts
    return [text.astext() for text in terms.prose(document)]


def test_prose_is_what_runs_in_a_sentence():
    link = nodes.reference("", "linked", refid="a")
    xref = addnodes.pending_xref("", nodes.inline("", "referred"))
    paragraph = nodes.paragraph("", "", nodes.Text("plain "), nodes.emphasis("", "stressed"), link, xref)
    paragraph += [nodes.literal("", "code"), nodes.math("", "x")]
    assert prose_of(paragraph, nodes.literal_block("", "more code")) == ["plain ", "stressed"]


def test_prose_is_in_no_heading_table_caption_card_or_entry_but_in_the_boxed_answer():
    words = lambda: nodes.paragraph("", "words")  # noqa: E731
    sentence = nodes.paragraph("", "a finding", classes=["finding-sentence"])
    assert prose_of(
        nodes.title("", "", words()),
        nodes.table("", nodes.entry("", words())),
        nodes.container("", words(), classes=["sd-card"]),
        addnodes.glossary("", words()),
        block("div", words(), classes=("exhibit", "exhibit-entries")),
        block("div", words(), sentence, classes=("exhibit", "answer")),
        nodes.note("", nodes.paragraph("", "a note")),
    ) == ["a finding", "a note"]


def test_an_emphasized_word_of_an_exhibit_is_no_prose(page):
    document = new_document("page")
    content = entries(Entry("evt-a", "A", [], [["a ", em("claim")]]))
    document += exhibits.exhibit_nodes(ENTRIES_MIME, content, exhibits.Page(document, "page"), "cell 1")
    assert list(terms.prose(document)) == []


def test_on_paper_words_of_the_glossary_are_plain():
    text = f'<article><p>A <em><a class="{terms.WORD} reference" href="glossary.html#term-claim">claim</a></em> holds.</p></article>'
    article = lxml.html.fromstring(text)
    paper.reduce(article, "page")
    assert lxml.html.tostring(article, encoding="unicode") == "<article><p>A <em>claim</em> holds.</p></article>"
