"""A story that a test may change: a copy of a data package, edited cell by cell."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import yaml

from dossier import cite, data

DAY = "2031-06-30"
ROOT = Path(__file__).parents[1]
HARBOUR = ROOT / "examples" / "harbour"
ENGINE_FILES = ("_config.yml", "_toc.yml", "requirements.txt")


def assemble(folder: Path, story: Path) -> Path:
    """Make a project of a story: its data and editions, the notebooks and prose of this project."""
    for name in ("notebooks", "book"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ENGINE_FILES:
        shutil.copyfile(ROOT / name, folder / name)
    for name in ("data", "editions"):
        shutil.copytree(story / name, folder / name)
    return folder


class Story:
    """A data package in a folder of its own."""

    def __init__(self, original: Path, folder: Path) -> None:
        shutil.copytree(original, folder)
        self.folder = folder

    def rows(self, file: str) -> list[dict[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    def columns(self, file: str) -> list[str]:
        return (self.folder / file).read_text("utf-8").splitlines()[0].split(",")

    def write(self, file: str, rows: list[dict[str, str]], columns: list[str] | None = None) -> None:
        header = columns or self.columns(file)
        with (self.folder / file).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def set(self, file: str, row_id: str, **cells: str) -> None:
        """Change cells of the row whose first column is ``row_id``."""
        rows, key = self.rows(file), self.columns(file)[0]
        changed = [{**row, **cells} if row[key] == row_id else row for row in rows]
        assert changed != rows, f"{file}: no row {row_id}, or nothing to change"
        self.write(file, changed)

    def add(self, file: str, **cells: str) -> None:
        self.write(file, [*self.rows(file), cells])

    def add_like(self, file: str, row_id: str, **cells: str) -> None:
        """Add a row that differs from the row ``row_id`` in the cells given."""
        key = self.columns(file)[0]
        self.add(file, **{**next(row for row in self.rows(file) if row[key] == row_id), **cells})

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{file}: {old!r} is not there"
        path.write_text(text.replace(old, new), "utf-8")

    def scenarios(self) -> list[dict]:
        return yaml.load((self.folder / "scenarios.yml").read_text("utf-8"), Loader=data.TextDates)

    def write_scenarios(self, scenarios: list[dict]) -> None:
        (self.folder / "scenarios.yml").write_text(
            yaml.safe_dump(scenarios, allow_unicode=True, sort_keys=False), "utf-8"
        )

    def view(self, as_of: str = DAY) -> data.View:
        return data.view(data.describe(self.folder), as_of=as_of)


def written(view: data.View, folder: Path) -> tuple[dict[str, bytes], str]:
    """Write a view; return every file's bytes and the hash of the folder."""
    data.write(view, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}, cite.swhid(folder)
