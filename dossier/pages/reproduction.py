"""The pages *How to cite* and *Reproduction*: what this edition was made from, and how it is named."""

from __future__ import annotations

import json
from typing import Any

from dossier import cite, tables
from dossier.data import View, find_upward
from dossier.errors import DossierError
from dossier.exhibits import CodeExhibit, Inline, TableExhibit

RECORD = "run.json"
NOT_BUILT = "not built"


def record() -> dict[str, Any]:
    """Return the record of the build above the working folder; outside a build every value says so."""
    try:
        return json.loads(find_upward(RECORD).read_text("utf-8"))
    except DossierError:
        return {
            "edition": NOT_BUILT,
            "content_hash": NOT_BUILT,
            "code_hash": NOT_BUILT,
            "environment_hash": NOT_BUILT,
            "versions": {},
            "parameters": {},
        }


def citation(view: View) -> cite.Citation:
    """Return the citation of this edition."""
    made = record()
    return cite.Citation(
        str(view.document("story")["title"]),
        made["edition"],
        view.as_of.isoformat(),
        str(made.get("year", view.as_of.year)),
        made["content_hash"],
    )


def text(view: View) -> CodeExhibit:
    """Return the citation as a sentence."""
    return CodeExhibit("text", citation(view).text())


def bibtex(view: View) -> CodeExhibit:
    """Return the citation as BibTeX."""
    return CodeExhibit("bibtex", citation(view).bibtex())


def ris(view: View) -> CodeExhibit:
    """Return the citation as RIS."""
    return CodeExhibit("text", citation(view).ris())


def csl_json(view: View) -> CodeExhibit:
    """Return the citation as CSL-JSON."""
    return CodeExhibit("json", citation(view).csl_json())


def hashes(view: View) -> TableExhibit:
    """Return the hashes that identify content, code and environment."""
    made = record()
    cells: list[list[Inline]] = [
        [
            "Content",
            "the folder source/ beside this book: data after the cut, notebooks, prose, parameters",
            made["content_hash"],
        ],
        ["Code", "SHA-256 over the Python files of the package", made["code_hash"]],
        ["Environment", "SHA-256 over requirements.txt", made["environment_hash"]],
    ]
    return _table(view, "hashes", "What this edition was made from", ["Part", "What it covers", "Hash"], cells)


def versions(view: View) -> TableExhibit:
    """Return the versions of the libraries that shape the result."""
    cells: list[list[Inline]] = [[name, version] for name, version in record()["versions"].items()]
    return _table(view, "versions", "Versions of the libraries that shape the result", ["Library", "Version"], cells)


def parameters(view: View) -> TableExhibit:
    """Return the parameters of every notebook."""
    cells: list[list[Inline]] = [
        [notebook, name, str(value)]
        for notebook, given in record()["parameters"].items()
        for name, value in given.items()
    ]
    return _table(view, "parameters", "Parameters of every notebook", ["Notebook", "Parameter", "Value"], cells)


def _table(view: View, name: str, title: str, heads: list[str], cells: list[list[Inline]]) -> TableExhibit:
    return TableExhibit(
        label=f"tbl-reproduction-{name}",
        title=title,
        columns=tables.columns(*heads),
        rows=tables.rows(cells),
        source="run.json beside this book",
        as_of=view.as_of.isoformat(),
        note=None if cells else "Outside a build there is nothing to list: run dossier build.",
    )
