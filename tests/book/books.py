"""A published edition as the tests look at it, and how one is made from another story's data."""

import functools
import hashlib
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import yaml

from dossier import build, site
from dossier.data import View
from dossier.exhibits import LABEL

PROJECT = Path(__file__).parents[2]
STORY = PROJECT / "examples" / "harbour"
ENGINE = ("_config.yml", "_toc.yml", "CHANGELOG.md", "requirements.txt", "notebooks", "book")
OLDER, NEWER = "2031-06-30", "2031-09-30"
MOVED = {
    "labels": {"sec-timeline-caveats": "sec-timeline-limits"},
    "pages": {"notebooks/chronicle.html": "sec-timeline", "book/appendix/words.html": "book/glossary.html"},
}
TYPOGRAPHIC = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True)
class Book:
    """A published edition: the project that made it, its folder, and what it was made from."""

    root: Path
    folder: Path
    view: View
    record: dict

    @functools.cached_property
    def pages(self):
        """Every page, by its path from the root of the book; neither the theme's files nor the sources beside it."""
        found = {path.relative_to(self.folder).as_posix(): path for path in sorted(self.folder.rglob("*.html"))}
        return {name: path for name, path in found.items() if not name.startswith(("_static/", "source/"))}

    @functools.cached_property
    def trees(self):
        return {
            name: lxml.html.parse(str(path), lxml.html.HTMLParser(encoding="utf-8")).getroot()
            for name, path in self.pages.items()
        }

    @property
    def articles(self):
        """The pages named by the table of contents: no search, no index, no page that only leads on."""
        return {name: tree for name, tree in self.trees.items() if name.startswith(("book/", "notebooks/"))}

    @functools.cached_property
    def ids(self):
        """How often each id stands on each page."""
        return {name: Counter(tree.xpath("//@id")) for name, tree in self.trees.items()}

    @functools.cached_property
    def labels(self):
        """How often each public label stands in the whole book."""
        return Counter(name for counted in self.ids.values() for name in counted.elements() if LABEL.match(name))

    def url(self, name):
        return self.pages[name].as_uri()


def assemble(root, story):
    """Make a project of the real notebooks, prose and settings with a story's data and editions."""
    for name in ENGINE:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copyfile
        copy(PROJECT / name, root / name)
    for name in ("data", "editions"):
        shutil.copytree(story / name, root / name)
    return root


def built(root, edition_id):
    """Build an edition, or find it built, and return it."""
    made = build.build(root, edition_id, progress=lambda step: None)
    record = site.read_manifest(made.folder)["record"]
    return Book(root, made.folder, build.plan(root, edition_id).view, record)


def words(tree):
    """The text of a page, spaces joined, quotation marks straight; without code, and without the labels cut short in drawings."""
    parts = tree.xpath(
        "//text()[not(ancestor::script or ancestor::style or ancestor::pre or ancestor::*[local-name()='text'])]"
    )
    return " ".join("".join(parts).split()).translate(TYPOGRAPHIC)


def lines(faults):
    """Faults as one message, one a line."""
    return "\n" + "\n".join(map(str, faults))


def hashes(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def add_edition(root):
    """Write a second edition of the story, of a later day."""
    content = yaml.safe_load((root / "editions" / f"{OLDER}.yml").read_text("utf-8"))
    content |= {"id": NEWER, "as_of": NEWER, "title": "As known on 30 September 2031", "supersedes": OLDER}
    content["compiled_on"] = "2031-10-15"
    content["parameters"]["as_of"] = NEWER
    (root / "editions" / f"{NEWER}.yml").write_text(yaml.safe_dump(content), "utf-8")
    (root / "editions" / f"{NEWER}.md").write_text("The second edition of an invented story.\n", "utf-8")


def published(root, edition_id, folder):
    return Book(root, folder, build.plan(root, edition_id).view, site.read_manifest(folder)["record"])
