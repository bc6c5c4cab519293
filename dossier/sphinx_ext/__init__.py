"""What does this book add to Sphinx?

Exhibits made of data (`exhibits`, checked by `contract`, drawn by `pictures`, written by `nodes`),
mathematics without a script (`mathml`), the files beside the pages (`assets`), what every page carries
(`pages`), where its labels stand and what moved leads to (`places`), what can be cited and is found by a
search (`things`), cards that say where a link leads (`cards`), links from prose to the glossary (`terms`), how a place is
cited (`citing`), and values for a preview (`preview`).

Assumes the pinned Jupyter Book, myst-nb and theme, an HTML builder, and a stage in which notebooks have
been executed. Refuses exhibits without label, title, source or as-of date, and pages that would load
anything from elsewhere.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx

from dossier.sphinx_ext import exhibits, mathml, nodes, pages, pictures, preview, terms, things


class ExhibitRenderer:
    """The plugin by which myst-nb hands over an exhibit that left a cell as data."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [
        ("*", mime_type, 1) for mime_type in exhibits.MAKERS
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[docutils_nodes.Node] | None:
        """Return the nodes of an exhibit, or None for every other kind of output.

        Parameters
        ----------
        renderer
            The renderer of myst-nb for the notebook.
        data
            One mime type of one output, with its content and the number of its cell.
        inline
            Whether it stands within text, where no exhibit can.
        """
        if inline or data.mime_type not in exhibits.MAKERS:
            return None
        page = exhibits.Page(renderer.renderer.document, renderer.renderer.sphinx_env.docname)
        cell = f"cell {data.cell_index}, {data.mime_type}"
        return exhibits.exhibit_nodes(data.mime_type, data.content, page, cell)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    for part in (nodes, exhibits, pictures, mathml, things, terms, pages, preview):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
