"""What every page of the book keeps to, as one can read in its source: links, labels, headings, policy, drawings, mathematics."""

import json
import re
from itertools import pairwise
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
import yaml
from books import lines

from dossier import settlements, timeline
from dossier.exhibits import LABEL

pytestmark = pytest.mark.book


def policy_of(tree):
    found = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {part.split()[0]: part.split()[1:] for part in found[0].split(";")} if len(found) == 1 else {}


def test_every_internal_link_leads_to_a_file_and_a_place_that_exist(book):
    faults = []
    for name, tree in book.trees.items():
        for address in tree.xpath("//@href | //@src"):
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (book.pages[name].parent / unquote(parts.path)).resolve() if parts.path else book.pages[name]
            if target == book.folder.resolve().parent / "index.html":
                continue  # the list of editions stands beside the book
            if not (target.is_file() and target.is_relative_to(book.folder.resolve())):
                faults.append(f"{name}: {address}: no such file")
            elif parts.fragment and target.suffix == ".html":
                page = target.relative_to(book.folder.resolve()).as_posix()
                if unquote(parts.fragment) not in book.ids[page]:
                    faults.append(f"{name}: {address}: no such place")
    assert not faults, lines(faults)


def test_addresses_that_leave_the_book_are_links_and_nothing_that_loads(book):
    faults = [
        f"{name}: <{element.tag}> loads {element.get('src') or element.get('href')}"
        for name, tree in book.trees.items()
        for element in tree.xpath("//*[@src or self::link[@href]]")
        if urlsplit(element.get("src") or element.get("href")).scheme not in ("", "data")
    ]
    faults += [
        f"{name}: a link to {address}"
        for name, tree in book.trees.items()
        for address in tree.xpath("//a/@href")
        if urlsplit(address).scheme not in ("", "http", "https")
    ]
    assert not faults, lines(faults)


def test_every_page_forbids_everything_that_is_not_its_own(book):
    faults = []
    for name, tree in book.trees.items():
        rules = policy_of(tree)
        scripts = rules.get("script-src", rules.get("default-src", ["absent"]))
        if rules.get("default-src") != ["'none'"] or rules.get("connect-src", ["'none'"]) != ["'none'"]:
            faults.append(f"{name}: {rules}")
        faults += [
            f"{name}: allows {one}"
            for allowed in rules.values()
            for one in allowed
            if "//" in one or "*" in one or "eval" in one
        ]
        if not all(one == "'self'" or one.startswith("'sha256-") for one in scripts):
            faults.append(f"{name}: scripts {scripts}")
    assert not faults, lines(faults)


def test_the_policy_stands_before_anything_that_it_governs(book):
    for name, tree in book.trees.items():
        first = tree.xpath("//head/*[self::script or self::link or self::style or self::meta[@http-equiv]]")[0]
        assert first.get("http-equiv") == "Content-Security-Policy", name


def test_the_list_of_editions_loads_and_runs_nothing(book):
    page = lxml.html.parse(str(book.folder.parent / "index.html")).getroot()
    assert policy_of(page)["default-src"] == ["'none'"]
    assert not page.xpath("//script | //link[not(starts-with(@href, 'data:'))] | //*[@src]")
    assert f"{book.record['edition']}/index.html" in page.xpath("//a/@href")


def test_no_page_loads_the_search_index_before_something_is_looked_up(book):
    assert [name for name, tree in book.trees.items() if tree.xpath("//script[contains(@src, 'searchindex')]")] == []
    tools = [name for name, tree in book.trees.items() if tree.xpath("//script[contains(@src, 'searchtools')]")]
    assert tools == ["search.html"]


def test_the_list_of_labels_of_a_book_holds_every_label_where_it_stands(book):
    text = (book.folder / "editions.js").read_text("utf-8")
    listed = json.loads(text.partition(".push(")[2].removesuffix(");\n"))
    stand = {
        name: [one for one in tree.xpath("//article//@id[not(ancestor::*[local-name()='svg'])]") if LABEL.match(one)]
        for name, tree in book.trees.items()
        if name != "index.html"
    }
    assert {name: labels.split() for name, labels in listed["pages"].items()} == stand
    assert listed["id"] == book.record["edition"]
    assert len(text) < 60_000  # read when another edition is asked for the same place, not with every page


def test_no_element_carries_code_in_an_attribute(book):
    faults = [
        f"{name}: <{element.tag} {attribute}={value!r}>"
        for name, tree in book.trees.items()
        for element in tree.iter()
        for attribute, value in element.attrib.items()
        if attribute.lower().startswith("on") or value.strip().lower().startswith("javascript:")
    ]
    assert not faults, lines(faults)


def test_a_number_is_never_parted_from_its_per_cent_sign(book):
    prose = "//main//text()[not(ancestor::pre or ancestor::code or ancestor::script or ancestor::*[name()='svg'])]"
    faults = [
        f"{name}: {text.strip()[:80]}"
        for name, tree in book.trees.items()
        for text in tree.xpath(prose)
        if re.search(r"\d %|\d\u2009\d{3}", text)
    ]
    assert not faults, lines(faults)


def test_mathematics_is_mathml_and_needs_no_script(book):
    methods = book.trees["book/methods.html"]
    assert len(methods.xpath("//*[local-name()='math']")) >= 4
    assert not [
        name
        for name, tree in book.trees.items()
        if tree.xpath("//script[contains(@src, 'athjax') or contains(., 'MathJax')]")
    ]
    assert not list(book.folder.rglob("*[Mm]ath[Jj]ax*"))


def test_every_chart_is_an_inline_drawing_with_a_name_and_a_description(book):
    faults, drawings = [], 0
    for name, tree in book.trees.items():
        for figure in tree.xpath("//figure[contains(@class, 'exhibit-chart')]"):
            found = figure.xpath(".//*[local-name()='svg']")
            drawings += len(found)
            if not found or figure.xpath(".//img"):
                faults.append(f"{name}: {figure.get('id')}: no inline drawing")
            for svg in found:
                spoken = [svg.xpath(f".//*[@id='{part}']") for part in (svg.get("aria-labelledby") or "").split()]
                if (
                    svg.get("role") != "img"
                    or len(spoken) != 2
                    or not all(one and one[0].text.strip() for one in spoken)
                ):
                    faults.append(
                        f"{name}: {figure.get('id')}: role {svg.get('role')!r}, named by {svg.get('aria-labelledby')!r}"
                    )
    assert drawings >= 4
    assert not faults, lines(faults)


def test_every_exhibit_says_its_number_its_source_and_its_day_and_gives_its_data(book):
    faults = []
    for name, tree in book.articles.items():
        for exhibit in tree.xpath("//*[contains(@class, 'exhibit-chart') or contains(@class, 'exhibit-table')]"):
            wanted = ["caption-number", "caption-text", "exhibit-source", "exhibit-as-of", "asset-link"]
            texts = {
                part: "".join(exhibit.xpath(f"(.//*[contains(@class, '{part}')])[1]//text()")).strip()
                for part in wanted
            }
            faults += [
                f"{name}: {exhibit.xpath('string((.//@id)[1])')}: no {part}" for part, text in texts.items() if not text
            ]
    assert not faults, lines(faults)


def test_every_label_stands_once_in_the_whole_book(book):
    twice = [f"{label}: {count} times" for label, count in book.labels.items() if count > 1]
    assert not twice, lines(twice)


def test_no_page_gives_one_id_to_two_elements(book):
    twice = [f"{name}: {one}" for name, counted in book.ids.items() for one, count in counted.items() if count > 1]
    assert not twice, lines(twice)


def test_every_event_source_deadline_scenario_and_precedent_of_the_edition_can_be_cited(book):
    view = book.view
    told = view["precedents"][view["precedents"]["in_narrative"]]
    wanted = [f"evt-{one}" for one in view["events"]["event_id"]]
    wanted += [f"src-{one}" for one in view["sources"]["source_id"]]
    wanted += [f"dln-{one}" for one in timeline.deadlines(view)["deadline_id"]]
    wanted += [f"scn-{one['scenario_id']}" for one in view.document("scenarios")]
    wanted += [f"prc-{one}" for one in told["case_id"]]
    assert len(wanted) > 20
    assert not [label for label in wanted if book.labels[label] != 1]


def test_every_settlement_has_exactly_one_entry_that_can_be_cited(book):
    rows, tree = settlements.cases(book.view), book.trees["notebooks/settlements.html"]
    wanted = {
        f"prc-{row.case_id}-coded" if row.in_narrative else f"prc-{row.case_id}": row.name for row in rows.itertuples()
    }
    found = tree.xpath("//*[contains(@class, 'exhibit-entries')]/*[@class='entry']")
    assert [entry.get("id") for entry in found] == list(wanted)
    assert not [label for label in wanted if book.labels[label] != 1]
    faults = [
        f"{entry.get('id')}: {entry.text_content()[:60]}"
        for entry in found
        if wanted[entry.get("id")].split() != entry.xpath("string(.//*[@role='heading'])").split()
    ]
    assert not faults, lines(faults)


def test_every_settlement_that_the_narrative_tells_keeps_the_label_of_its_own_page(book):
    told = settlements.cases(book.view).query("in_narrative")["case_id"]
    assert len(told)
    assert all(f"prc-{name}" in book.ids[f"notebooks/precedent-{name}.html"] for name in told)


def given_addresses():
    """Every address that was ever given: a label and the page on which it stood."""
    lines = (Path(__file__).parent / "labels.txt").read_text("utf-8").splitlines()
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+ [a-z0-9/-]+\.html", line), (
            f"labels.txt: {line!r}; accepted: a label and its page"
        )
    return [line.split() for line in lines]


def test_addresses_that_were_ever_given_still_lead_somewhere(real):
    """Those of sections, exhibits and findings that depend on no row of a table; whoever cited one must find it again."""
    moved = yaml.safe_load((real.folder / "source" / "book" / "moved.yml").read_text("utf-8"))
    given = given_addresses()
    assert len(given) > 100
    faults = [f"{label} stands nowhere" for label, _ in given if real.labels[moved["labels"].get(label, label)] != 1]
    faults += [f"{page} is no more and leads nowhere" for page in {page for _, page in given} if page not in real.pages]
    assert not faults, lines(faults)


def test_the_cover_counts_the_evidence_of_events_and_settlements(book):
    found = json.loads((book.folder / "findings.json").read_text("utf-8"))["findings"]
    texts = {one["finding_id"]: one["text"] for one in found}
    table = book.trees["book/index.html"].xpath("//section[@id='sec-cover-trust']//table")[0]
    cells = [[" ".join(cell.text_content().split()) for cell in row.xpath("./*")] for row in table.xpath(".//tr")]
    names = ["events", "weak", "single", "memory", "differing"]
    wanted = [
        [texts.get(f"fnd-timeline-{name}", "–"), texts[f"fnd-settlements-{'cases' if name == 'events' else name}"]]
        for name in names
    ]
    assert cells[0][1:] == ["events", "settlements"]
    assert [row[1:] for row in cells[1:]] == wanted
    assert all(row[0] for row in cells[1:])


def test_every_finding_is_stated_once_and_names_a_section_that_exists(book):
    found = json.loads((book.folder / "findings.json").read_text("utf-8"))["findings"]
    assert len(found) > 20
    faults = [
        f"{one['finding_id']}: stated {book.labels[one['finding_id']]} times"
        for one in found
        if book.labels[one["finding_id"]] != 1
    ]
    faults += [
        f"{one['finding_id']}: {one['section']} is nowhere" for one in found if one["section"] not in book.labels
    ]
    assert not faults, lines(faults)


def test_headings_begin_with_one_first_level_and_skip_none(book):
    faults = []
    for name, tree in book.trees.items():
        headings = tree.xpath(
            "//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5][not(ancestor::*[contains(@class, 'onlyprint')])]"
        )
        levels = [int(heading.tag[1]) for heading in headings]
        skipped = any(later - earlier > 1 for earlier, later in pairwise(levels))
        if levels[:1] != [1] or levels.count(1) != 1 or skipped:
            faults.append(f"{name}: {levels}")
    assert not faults, lines(faults)


def test_every_section_is_known_by_a_label_of_its_own_and_not_by_its_wording(book):
    faults = [
        f"{name}: {heading.text_content()!r} has the id {heading.getparent().get('id')!r}"
        for name, tree in book.articles.items()
        for heading in tree.xpath("//article//*[self::h1 or self::h2]")
        if not LABEL.match(heading.getparent().get("id") or "")
    ]
    assert not faults, lines(faults)


def test_every_page_says_which_edition_it_is_and_leads_to_its_pdf(book):
    for name, tree in book.articles.items():
        said = "".join(tree.xpath("//*[@class='edition-line']//text()"))
        assert f"edition {book.record['edition']}" in said, name
        assert "retrospective" in said, name
        up = "../" * (len(PurePosixPath(name).parts) - 1)
        assert tree.xpath("//a[@class='edition-pdf']/@href") == [f"{up}report.pdf"], name


def test_analyses_put_the_answer_second_and_the_method_last(book):
    order = ["Question", "Answer", "Evidence", "Limits", "Method and sources"]
    analyses = [
        name
        for name in book.articles
        if re.match(r"notebooks/(summary|timeline|actors|precedent|settlements|scenario)", name)
    ]
    assert len(analyses) >= 10
    for name in analyses:
        headings = [
            re.sub(r"^[\d.]+ |#$", "", heading.text_content()) for heading in book.trees[name].xpath("//article//h2")
        ]
        assert headings == order, name


def test_nothing_dated_after_the_edition_stands_anywhere_in_its_folder(invented):
    later = [
        "Tarso denies the charge",
        "The tolls return",
        "New talks begin",
        "Pier Truce",
        "The League leaves",
        "Mira Dane",
        "Monitors counted two ships",
        "One parliament had not voted",
        "A peace treaty replaced the accord",
    ]
    told = (invented.root / "data").rglob("*.*")
    everything = "".join(path.read_text("utf-8") for path in told)
    assert all(words in everything for words in later)
    faults = [
        f"{path.relative_to(invented.folder)}: {words}"
        for path in sorted(invented.folder.rglob("*"))
        if path.is_file() and path.suffix != ".pdf"
        for words in later
        if words.encode() in path.read_bytes()
    ]
    assert not faults, lines(faults)
