"""An open page, and everything that it asked for or complained about."""

SETTLED_MS = 400  # the theme looks again for boxes that scroll 300 ms after the window changed
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

    def outside(self, home):
        """Requests that lead out of the book, whose address is ``home``."""
        return [url for url in self.requests if not url.startswith(("data:", home.rstrip("/") + "/"))]

    def show(self, *, width, dark):
        """Change the width of the window and the reader's colour scheme, as a reader may at any time."""
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        if self.page.viewport_size["width"] != width:
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.wait_for_timeout(SETTLED_MS)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

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
