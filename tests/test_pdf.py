"""Paper: footnotes at the foot, words hyphenated, letters of other scripts, table heads repeated, no heading left alone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import lxml.html
import pikepdf
import pytest

from dossier import pdf
from dossier.errors import BuildError
from dossier.pdf import columns, packed

FACTS = {
    "title": "The story",
    "subtitle": "What happened",
    "edition": "2031-06-30",
    "edition_title": "As known on 30 June 2031",
    "as_of": "2031-06-30",
    "as_of_long": "30 June 2031",
    "retrospective": True,
    "authors": ["The authors"],
    "content_hash": "swh:1:dir:" + "0" * 40,
    "compiled_on": "2031-07-01",
}
NAVIGATION = """<nav class="bd-links"><ul>
<li><a class="reference internal" href="#">The story</a></li>
<li><a class="reference internal" href="second.html">Second</a></li></ul></nav>"""
CYRILLIC = "Щоденний звіт: Київ, Запоріжжя, «їжак» і ґанок; съезд, ёлка"
LONG = "internationalisation counterrevolutionary characterisation " * 30
NOTE = "The words of the footnote stand at the foot."
FIRST = f"""<section id="start"><h1>The story</h1>
<p>Called here<a class="footnote-reference brackets" href="#n1" id="c1" role="doc-noteref">1</a>, and again<a
class="footnote-reference brackets" href="#n1" id="c2" role="doc-noteref">1</a>.</p><p>{CYRILLIC}</p><p>{LONG}</p>
<p><a class="reference external" href="https://example.org/page">A page of the web</a> and
<a class="reference internal" href="second.html#sec-second">a place of this report</a>.</p>
<figure class="exhibit exhibit-chart" id="fig-drawn"><svg viewBox="0 0 720 200"><desc>A drawing.</desc>
<text x="300" y="100" font-size="12">Axislabel</text></svg></figure>
<aside class="footnote-list brackets"><aside class="footnote brackets" id="n1" role="doc-footnote">
<span class="label">1</span><p>{NOTE}</p></aside></aside></section>"""
ROWS = "".join(f"<tr><th>Row {number}</th><td>30 September 2031</td><td>{number}</td></tr>" for number in range(120))
TABLE = f"""<table><thead><tr><th>Name of the row</th><th>Day</th><th>Number</th></tr></thead>
<tbody>{ROWS}</tbody></table>"""
PARTS = "".join(
    f"<section id='s{number}'><h2><span class='section-number'>2.{number}. </span>Heading {number} of many</h2>"
    f"<p>{'Some words of an ordinary kind. ' * (1 + number * 7 % 23)}</p></section>"
    for number in range(1, 60)
)
SECOND = f"<section id='sec-second'><h1><span class='section-number'>2. </span>Second</h1>{TABLE}{PARTS}</section>"


def page(article: str) -> str:
    return f"<!DOCTYPE html><html lang='en'><body>{NAVIGATION}<article>{article}</article></body></html>"


@pytest.fixture(scope="module")
def report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of a book of two pages."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "html").mkdir()
    (folder / "html" / "index.html").write_text(page(FIRST), "utf-8")
    (folder / "html" / "second.html").write_text(page(SECOND), "utf-8")
    pdf.build(folder / "html", folder / "report.pdf", template=root / "book" / "report.typ", facts=FACTS)
    return folder / "report.pdf"


@pytest.fixture(scope="module")
def sheets(report: Path) -> list[lxml.html.HtmlElement]:
    """The pages of the PDF, with the place of every line."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext: install the package poppler-utils")
    told = subprocess.run(["pdftotext", "-bbox-layout", report, "-"], capture_output=True, check=True).stdout
    return lxml.html.fromstring(told.decode("utf-8")).xpath("//page")


def lines(sheet: lxml.html.HtmlElement) -> list[str]:
    """The lines of a page from top to foot, without its running head and its number."""
    found = sorted(sheet.iter("line"), key=lambda line: float(line.get("ymin")))
    inside = [line for line in found if 57 < float(line.get("ymin")) < float(sheet.get("height")) - 62]
    return [" ".join(line.text_content().split()) for line in inside]


@pytest.mark.poppler
def test_a_footnote_stands_once_at_the_foot_of_the_page_that_calls_it(sheets):
    calling = [number for number, sheet in enumerate(sheets) if any("Called here" in text for text in lines(sheet))]
    telling = [number for number, sheet in enumerate(sheets) for text in lines(sheet) if NOTE in text]
    assert telling == calling
    (words,) = [line for line in sheets[telling[0]].iter("line") if NOTE in " ".join(line.text_content().split())]
    assert float(words.get("ymin")) > 700


@pytest.mark.poppler
def test_letters_of_other_scripts_are_shown_and_long_words_are_hyphenated(sheets):
    text = [line for sheet in sheets for line in lines(sheet)]
    assert any(CYRILLIC.replace(" ", "") in line.replace(" ", "") for line in text)
    assert sum(line.endswith(("-", "\u2010", "\u00ad")) for line in text) >= 5


@pytest.mark.poppler
def test_a_drawing_as_wide_as_the_text_on_screens_has_letters_of_seven_points_on_paper(sheets):
    (label,) = [word for sheet in sheets for word in sheet.iter("word") if word.text == "Axislabel"]
    height = float(label.get("ymax")) - float(label.get("ymin"))  # ascender and descender: 1.13 of the size
    assert height >= 7 * 1.13


@pytest.mark.poppler
def test_a_table_repeats_its_head_on_every_page_that_it_takes(sheets):
    taken = [lines(sheet) for sheet in sheets if any(re.match(r"Row \d+", text) for text in lines(sheet))]
    assert len(taken) >= 3
    assert not [texts for texts in taken if sum("Name of the row" in text for text in texts) != 1]


@pytest.mark.poppler
def test_no_heading_is_the_last_line_of_a_page(sheets):
    headings = [text for sheet in sheets for text in lines(sheet) if re.match(r"2\.\d+\. Heading", text)]
    assert len(headings) == 59
    assert not [texts[-1] for sheet in sheets if (texts := lines(sheet)) and texts[-1] in headings]


def test_links_stay_live_and_notes_are_tagged_as_such(report):
    with pikepdf.open(report) as document:
        links = [link for leaf in document.pages for link in leaf.get("/Annots", []) if link.Subtype == "/Link"]
        addresses = {str(link.A.URI) for link in links if "/A" in link}
        places = {str(link.Dest) for link in links if isinstance(link.get("/Dest"), pikepdf.String)}
        kinds = [str(found.S) for found in document.objects if isinstance(found, pikepdf.Dictionary) and "/S" in found]
    assert addresses == {"https://example.org/page"}
    assert "sec-second" in places
    assert kinds.count("/Note") >= 1


def test_packing_is_the_same_every_time_and_refuses_what_is_no_pdf(report):
    made = report.read_bytes()
    assert packed.pack(made) == packed.pack(made)
    with pytest.raises(BuildError, match="expected a whole PDF"):
        packed.pack(b"not a PDF")


def test_a_date_takes_one_line_of_a_column_where_there_is_room():
    rows = [[f"actor-{number}", "30\u00a0September 2031", "words " * 60] for number in range(40)]
    found = columns.layout(["Actor", "Day", "What was said"], rows)
    assert float(found.widths[1].removesuffix("fr")) >= columns.width_em("30 September 2031") * found.size
