"""An open page, and everything that it asked for or complained about."""

import re
import time

SETTLED_MS = 400  # the theme looks again for boxes that scroll 300 ms after the window changed
BESIDE = re.compile(r"/editions\.(html|js)|/\d{4}-\d\d-\d\d(\.\d+)?/editions\.js")
"""What a page may ask for outside its book: the list of the editions beside it, and the labels of a newer one."""
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
    "preload": False,  # axe would fetch the style sheets, which the policy of the pages forbids
}


class Sitting:
    """One page in a browser's context of its own."""

    def __init__(self, browser, url, *, width=1280, dark=False, **options):
        theme = "dark" if dark else "light"
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce", **options
        )
        self.requests, self.complaints = [], []
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"request failed: {request.url}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", self._note)
        self.page.goto(url, wait_until="load")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def _note(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    def settle(self):
        """Wait until what was asked for is painted."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def live(self, figure, *, form="wide"):
        """Make a chart interactive as a pointer does; return where it stands."""
        box = self.page.locator(f"#{figure} .exhibit-{form}")
        box.hover()
        self.page.locator(f"#{figure} .exhibit-{form}[data-state=live]").wait_for(timeout=15_000)
        return box

    def marks(self, figure, *, form="wide"):
        """What the marks of a live chart stand for, in order of number: the values behind each, and how it is painted."""
        self.settle()
        found = self.page.eval_on_selector_all(
            f"#{figure} .exhibit-{form} .chart-live .role-mark.mark-symbol path",
            "all => all.map(one => ({...one.__data__.datum, fill: one.getAttribute('fill')}))",
        )
        return sorted(found, key=lambda mark: mark["number"])

    def outside(self, home):
        """Requests that lead out of the book, whose address is ``home``, and ask for more than what editions stand beside it."""
        site, own = home.rstrip("/").rpartition("/")[0], ("data:", home.rstrip("/") + "/")
        foreign = [url for url in self.requests if not url.startswith(own)]
        return [url for url in foreign if not BESIDE.fullmatch(url.removeprefix(site))]

    def show(self, *, width, dark):
        """Change the width of the window and the reader's colour scheme, as a reader may at any time."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        if self.page.viewport_size["width"] != width:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(SETTLED_MS)
        self.settle()

    def axe(self):
        """What axe finds, one line for each rule broken."""
        from axe_playwright_python.base import AXE_SCRIPT

        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("options => axe.run(document, options)", AXE)["violations"]
        return [
            f"{rule['id']} ({rule['impact']}, {len(rule['nodes'])} times): {rule['nodes'][0]['target']}"
            for rule in found
        ]

    def colours(self, selector):
        """Computed fill or text colour of each thing selected."""
        return self.page.eval_on_selector_all(
            selector,
            "all => all.map(one => one.namespaceURI.endsWith('svg') ? getComputedStyle(one).fill : getComputedStyle(one).color)",
        )


def until(condition, wanted, *, seconds=5):
    """Ask again until the answer is the one wanted, or time is up; return the last answer."""
    end = time.monotonic() + seconds
    while (found := condition()) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return found
