"""How is the report cited, and what is the thing cited?

A citation names title, authors, edition, label and the content hash of the edition's view: the tables after the cut, the
notebooks, the prose and the parameters, as published under ``source/``. The hash is the SWHID of that folder, equal to
the tree hash that git computes, so anyone can recompute it offline. What has no value yet, such as a DOI or an address,
is left out: nothing is invented.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

AUTHORS = "The Dossier contributors"
PLACE = "{label}"
"""Stands for a label where the citation of any place is told once for all."""


@dataclass(frozen=True)
class Citation:
    """What identifies one edition, or one place in it."""

    title: str
    edition: str
    as_of: str
    year: str
    content_hash: str
    label: str | None = None

    def text(self) -> str:
        """Return the citation as a sentence (APA order)."""
        place = f", {self.label}" if self.label else ""
        return (
            f"{AUTHORS}. ({self.year}). {_line(self.title)} (edition {self.edition}, as of {self.as_of}){place} "
            f"[Report]. {self.content_hash}"
        )

    def bibtex(self) -> str:
        """Return a BibTeX record."""
        fields = {
            "title": f"{{{_tex(self.title)}}}",
            "author": f"{{{AUTHORS}}}",
            "year": self.year,
            "edition": self.edition,
            "note": f"As of {self.as_of}. {self._place()}{self.content_hash}",
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@techreport{{{self._key()},\n{lines}\n}}\n"

    def ris(self) -> str:
        """Return a RIS record."""
        pairs = [("TY", "RPRT"), ("TI", _line(self.title)), ("AU", AUTHORS), ("PY", self.year), ("ET", self.edition)]
        pairs += [("SE", self.label)] if self.label else []
        pairs += [("N1", f"As of {self.as_of}. {self.content_hash}"), ("ER", "")]
        return "".join(f"{tag}  - {value}\n" for tag, value in pairs)

    def csl_json(self) -> str:
        """Return a CSL-JSON record."""
        record = {
            "id": self._key(),
            "type": "report",
            "title": self.title,
            "author": [{"literal": AUTHORS}],
            "issued": {"date-parts": [[int(self.year)]]},
            "edition": self.edition,
            "note": f"As of {self.as_of}. {self.content_hash}",
        }
        if self.label:
            record["section"] = self.label
        return json.dumps([record], indent=1, ensure_ascii=False) + "\n"

    def of_place(self, label: str) -> Citation:
        """Return the citation of one place in the edition."""
        return replace(self, label=label)

    def formats(self) -> dict[str, str]:
        """Return every form of the citation by its name."""
        return {
            "Sentence": f"{self.text()}\n",
            "BibTeX": self.bibtex(),
            "RIS": self.ris(),
            "CSL-JSON": self.csl_json(),
        }

    def _key(self) -> str:
        return f"dossier-{self.edition}" + (f"-{self.label}" if self.label else "")

    def _place(self) -> str:
        return f"{self.label}. " if self.label else ""


def swhid(folder: Path) -> str:
    """Return the SWHID of a folder: ``swh:1:dir:`` and git's hash of the tree.

    Files count as not executable and links are refused, so that the hash does not depend on how the folder was copied.
    """
    return f"swh:1:dir:{_tree(folder).hex()}"


def hash_files(root: Path, paths: Iterable[Path]) -> str:
    """Return the SHA-256 over names and contents of files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.relative_to(root).as_posix()):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _line(text: str) -> str:
    """Return text on one line, as record formats ask for."""
    return " ".join(text.split())


def _tex(text: str) -> str:
    """Return text that TeX prints as it is; braces become commands, because BibTeX counts them even when escaped."""
    signs = {"\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}"}
    signs |= {"^": r"{\textasciicircum}"} | {sign: rf"\{sign}" for sign in "&%$#_"}
    return _line(text).translate(str.maketrans(signs))


def _tree(folder: Path) -> bytes:
    entries = []
    for path in folder.iterdir():
        if path.is_symlink():
            raise ValueError(f"{path}: a link; accepted: files and folders")
        name = path.name.encode()
        if path.is_dir():
            entries.append((name + b"/", b"40000 " + name + b"\0" + _tree(path)))
        else:
            entries.append((name, b"100644 " + name + b"\0" + _git_hash(b"blob", path.read_bytes())))
    return _git_hash(b"tree", b"".join(entry for _, entry in sorted(entries)))


def _git_hash(kind: bytes, content: bytes) -> bytes:
    """Return git's SHA-1 of an object; SHA-1 is the identifier's definition, not a protection."""
    header = kind + b" " + str(len(content)).encode() + b"\0"
    return hashlib.sha1(header + content, usedforsecurity=False).digest()
