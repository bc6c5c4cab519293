"""How is a place of the book cited from where it stands?

Every heading, figure, table, finding and entry has a link to itself; with it, and with the links named *Cite*, opens a small
window that holds the citation of that place in every form, to be copied (`cite.js`). The forms lie once beside the pages,
with a sign where the label goes. Without scripts the same links lead to the place itself and to the page on citing.

Assumes that whoever configures the book gives the forms (`dossier.cite`). Refuses nothing: a preview is no edition
and has no citation; there the links lead to the place alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from dossier.cite import PLACE
from dossier.sphinx_ext import assets

FORMS = "_static/citation.js"
"""The forms of the citation, from the root of the book."""

SCRIPT = "cite.js"
"""What opens the window."""

PAGE = "sec-cite"
"""Label of the page on citing."""


def script_text(forms: dict[str, str]) -> str:
    r"""Return the forms as a classic script.

    A script and not JSON, because a page opened from disk may run its scripts but not fetch its files.

    Examples
    --------
    >>> print(script_text({"Sentence": "A </b> {label}"}), end="")
    window.dossierCitation = {"place": "{label}", "forms": {"Sentence": "A <\/b> {label}"}};
    """
    told = json.dumps({"place": PLACE, "forms": forms}, ensure_ascii=True).replace("</", "<\\/")
    return f"window.dossierCitation = {told};\n"


def write(app: Sphinx) -> None:
    """Write the forms beside the pages, if the book has a citation."""
    forms = (app.config.dossier or {}).get("citation")
    if forms:
        assets.write_if_changed(Path(app.outdir, FORMS), script_text(forms))


def page_address(app: Sphinx, context: dict[str, Any]) -> str:
    """Return where the page on citing stands, seen from a page; blank if the book has no citation or no such page."""
    docname, label = app.env.get_domain("std").anonlabels.get(PAGE, ("", ""))
    if not docname or not (app.config.dossier or {}).get("citation"):
        return ""
    return f"{context['pathto'](docname).rstrip('#')}#{label}"
