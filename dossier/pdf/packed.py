"""How does the PDF stay small enough to send, and still say all that it said?

Typst writes every piece of the structure that readers by ear need as an object of its own, uncompressed: four fifths of the
file. Here the same objects are written together in compressed streams, which PDF has known since version 1.5. Nothing is
added, left out or drawn again, and no clock enters, so the same pages still make the same bytes. Assumes the PDF that Typst
wrote. Refuses one that cannot be read.
"""

from __future__ import annotations

from io import BytesIO

import pikepdf

from dossier.errors import BuildError


def pack(made: bytes) -> bytes:
    """Return a PDF with its objects in compressed streams.

    Parameters
    ----------
    made
        The PDF as it was set.

    Raises
    ------
    BuildError
        If this is not a PDF.
    """
    written = BytesIO()
    try:
        with pikepdf.open(BytesIO(made)) as document:
            document.save(
                written,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                compress_streams=True,
                deterministic_id=True,
            )
    except pikepdf.PdfError as error:
        raise BuildError(f"PDF: the report as set cannot be packed: {error} (expected a whole PDF)") from error
    return written.getvalue()
