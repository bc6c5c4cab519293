"""Which editions stand beside each other, and how do they know of one another?

Three files beside the folders of the editions, written again at each publication from the manifests and only where their
bytes change: the page that lists the editions; the same list as a script (`editions.js`); and a page that shows nothing and
hands this list to the edition that frames it (`editions.html`). No edition's own folder is touched: an edition that is
superseded learns it here.

Why a frame: a page opened from disk cannot ask whether a file exists. A folder copied alone has no list beside it, and
Chromium reports every missing script, style sheet and image on its console; of a missing frame from disk it says nothing.

Assumes that a manifest without a headline, or without a note on what changed, is one of an edition that has none.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dossier import site
from dossier.palette import properties

COLOURS = ("text", "muted", "background", "rule", "axis", "link", "focus")
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'"

INDEX = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{title}}</title>
<style>
:root {{{{ color-scheme: light dark; {properties(*COLOURS)} }}}}
@media screen and (prefers-color-scheme: dark) {{{{ :root {{{{ {properties(*COLOURS, dark=True)} }}}} }}}}
body {{{{ max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: var(--dossier-text); background: var(--dossier-background);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  overflow-wrap: break-word; }}}}
h1, h2 {{{{ font-weight: 600; line-height: 1.25; text-wrap: balance; }}}}
h1 {{{{ margin: 0 0 1rem; font-size: 2rem; }}}}
h2 {{{{ margin: 0; font-size: 1.2rem; }}}}
p {{{{ margin: .35rem 0; }}}}
a {{{{ color: var(--dossier-link); text-decoration-thickness: 1px; text-underline-offset: .18em; }}}}
a:focus-visible {{{{ outline: 3px solid var(--dossier-focus); outline-offset: 2px; border-radius: 2px; }}}}
ol {{{{ margin: 2.5rem 0 0; padding: 0; list-style: none; }}}}
li {{{{ padding: 1.25rem 0; border-top: 1px solid var(--dossier-rule); break-inside: avoid; }}}}
.quiet {{{{ color: var(--dossier-muted); font-size: .9375rem; }}}}
.pdf {{{{ display: inline-block; min-height: 1.5rem; }}}}
@media (max-width: 30rem) {{{{ body {{{{ margin-top: 1.5rem; }}}} h1 {{{{ font-size: 1.6rem; }}}} }}}}
</style>
</head>
<body>
<main>
<h1>{{title}}</h1>
<p>{{question}}</p>
<p class="quiet">Editions of this report, newest first. Each keeps its address and works without a network.</p>
<ol>
{{cards}}
</ol>
</main>
</body>
</html>
"""

CARD = """<li>
<h2><a href="{edition}/index.html">{title}</a></h2>
<p class="quiet">{standing}</p>
{texts}<p><a class="pdf" href="{edition}/report.pdf">Edition {edition} as PDF</a></p>
</li>"""

HANDING = 'parent.postMessage(window.dossierEditions, "*");'
FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}; img-src data:; script-src 'self' 'sha256-{digest}'">
<link rel="icon" href="data:,">
<title>List of editions</title>
<script src="editions.js"></script>
<script>{handing}</script>
</head>
<body><p><a href="index.html">All editions</a></p></body>
</html>
"""


def write(folder: Path) -> None:
    """Write what stands beside the editions of a site.

    Parameters
    ----------
    folder
        The site.
    """
    manifests = site.manifests(folder)
    digest = base64.b64encode(hashlib.sha256(HANDING.encode()).digest()).decode()
    _write_if_changed(folder / "editions.js", list_text(manifests))
    _write_if_changed(folder / "editions.html", FRAME.format(policy=POLICY, digest=digest, handing=HANDING))
    _write_if_changed(folder / "index.html", index_text(manifests))


def list_text(manifests: Sequence[Mapping[str, Any]]) -> str:
    """Return the list of editions, newest first, as a classic script.

    Parameters
    ----------
    manifests
        Those of the published editions, newest first.
    """
    entries = [
        {
            "id": one["edition"],
            "title": one["edition_title"],
            "as_of": one["record"].get("as_of", ""),
            "retrospective": one["retrospective"],
            "supersedes": one.get("supersedes"),
        }
        for one in manifests
    ]
    text = json.dumps(entries, indent=1, ensure_ascii=True).replace("</", "<\\/")
    return f"window.dossierEditions = {text};\n"


def index_text(manifests: Sequence[Mapping[str, Any]]) -> str:
    """Return the page that lists the editions: a card for each, newest first.

    Parameters
    ----------
    manifests
        Those of the published editions, newest first.
    """
    newest = manifests[0] if manifests else {"title": "No edition yet", "question": ""}
    return INDEX.format(
        title=html.escape(newest["title"]),
        question=html.escape(newest["question"]),
        cards="\n".join(_card(one, manifests) for one in manifests),
    )


def _card(manifest: Mapping[str, Any], manifests: Sequence[Mapping[str, Any]]) -> str:
    texts = {"": manifest.get("headline"), "What changed: ": manifest.get("changed")}
    return CARD.format(
        edition=html.escape(manifest["edition"]),
        title=html.escape(manifest["edition_title"]),
        standing=html.escape(_standing(manifest, manifests)),
        texts="".join(f"<p>{head}{html.escape(text)}</p>\n" for head, text in texts.items() if text),
    )


def _standing(manifest: Mapping[str, Any], manifests: Sequence[Mapping[str, Any]]) -> str:
    """Return what an edition is among the others, in one line."""
    name = manifest["edition"]
    later = [one["edition"] for one in manifests if one.get("supersedes") == name] or [manifests[0]["edition"]]
    parts = [f"Edition {name}", "newest" if name == manifests[0]["edition"] else f"superseded by {later[0]}"]
    return " · ".join(parts + (["retrospective"] if manifest["retrospective"] else []))


def _write_if_changed(path: Path, text: str) -> None:
    """Write a file whole or not at all, and not if it holds the text already."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
