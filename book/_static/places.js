/* Where a place of this book stands elsewhere. Everything is readable without this script: the line on top leads to all editions.
   - an address whose label is not on the page leads on to where the label stands now, also under a new name;
   - other editions are offered at the same place: the label itself, else the nearest heading above it, else the page, else the front;
   - an edition that is superseded says so.
   What other editions there are is known beside the folder of this one (../editions.html, asked through a frame, because a
   missing frame is no error and the folder may have been copied alone); which label is where, in each edition's editions.js. */
(function () {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const LABEL = /^[a-z]{3}(-[a-z0-9]+)+$/;
  const EDITION = /^\d{4}-\d\d-\d\d(\.\d+)?$/;
  const TOP = 40; // px; who has scrolled less is at the top of the page
  const READING = 180; // px; what has come this near to the top of the window is being read: links lead to 150
  const SILENCE_MS = 400; // how long after a frame has loaded it may take to say something
  const lists = new Map();

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* What an edition's own list says: its pages with their labels, and the label each moved one became. */
  function listIn(folder) {
    const address = new URL("editions.js", folder).href;
    if (!lists.has(address)) {
      lists.set(address, new Promise((resolve) => {
        const script = element("script", { src: address });
        script.onload = () => {
          const list = (window.dossierEditions || []).at(-1);
          resolve({ ...list, where: new Map(Object.entries(list.pages).flatMap(([page, labels]) => labels.split(" ").map((label) => [label, page]))) });
        };
        script.onerror = () => resolve(null);
        document.head.append(script);
      }));
    }
    return lists.get(address);
  }

  function placeOf(list, label) {
    const name = list.moved[label] || label;
    const page = list.where.get(name);
    return page && { page, address: page + "#" + name, first: list.pages[page].split(" ")[0] === name };
  }

  const labelOfAddress = () => {
    const label = location.hash.slice(1);
    return LABEL.test(label) ? label : "";
  };

  /* --- what moved --------------------------------------------------------------------------------------------------------- */

  async function leadOn() {
    const label = labelOfAddress();
    const way = document.getElementById("leads-on");
    const list = label && !document.getElementById(label) && (await listIn(ROOT));
    const place = list && placeOf(list, label);
    const target = place ? new URL(place.address, ROOT) : way && way.href;
    if (target) location.replace(target);
    return Boolean(target);
  }

  /* --- the same place in another edition ------------------------------------------------------------------------------------ */

  function onScreen(node) {
    const box = node.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  /* The label that is being read, then the headings above it, nearest first. Who just followed a link reads what it led to. */
  function readingPlaces(onTop) {
    const all = [...document.querySelectorAll("article [id]")];
    const marked = all.filter((node) => LABEL.test(node.id) && !node.closest("svg") && node.getClientRects().length);
    const aimed = document.getElementById(labelOfAddress());
    let last = aimed && (onTop || onScreen(aimed)) ? marked.indexOf(aimed) : -1;
    if (last < 0 && window.scrollY < TOP) last = 0;
    if (last < 0) last = marked.findLastIndex((node) => node.getBoundingClientRect().top < READING);
    const labels = marked.slice(0, last + 1).reverse().map((node) => node.id);
    return labels.filter((label, position) => !position || label.startsWith("sec-"));
  }

  function samePlace(list, onTop) {
    const here = new URL(location.pathname, location).href.slice(ROOT.href.length) || "index.html";
    const found = readingPlaces(onTop).map((label) => placeOf(list, label)).find(Boolean);
    if (found) return found.first ? found.page : found.address; // the first label of a page is the page
    return here in list.pages ? here + location.search : "index.html";
  }

  /* A link to an edition. Where it leads is worked out when its list is there, and again whenever it is about to be used. */
  function linkTo(edition, text, onTop) {
    const folder = new URL("../" + edition.id + "/", ROOT);
    const link = element("a", { href: new URL("index.html", folder), textContent: text });
    link.lead = async () => {
      const list = await listIn(folder);
      if (list) link.href = new URL(samePlace(list, onTop), folder);
    };
    ["pointerenter", "pointerdown", "focus"].forEach((name) => link.addEventListener(name, link.lead));
    return link;
  }

  function notice(newest) {
    const link = linkTo(newest, newest.title, true);
    link.lead();
    return element("p", { className: "edition-notice" }, "A newer edition exists: ", link, ".");
  }

  function switcher(editions, own, index) {
    const rows = editions.map((edition) => {
      const text = edition.title + (edition === editions[0] ? " (newest)" : "");
      const link = edition.id === own ? element("a", { href: "#", textContent: text }) : linkTo(edition, text, false);
      if (edition.id === own) link.setAttribute("aria-current", "true");
      return element("li", {}, link);
    });
    const button = element("summary", { textContent: "Editions" });
    const list = element("ul", {}, ...rows, element("li", {}, element("a", { href: index, textContent: "All editions" })));
    const box = element("details", { className: "edition-switch" }, button, list);
    const close = (back) => { box.open = false; if (back) button.focus(); };
    box.addEventListener("toggle", () => { if (box.open) box.querySelectorAll("a").forEach((link) => link.lead && link.lead()); });
    box.addEventListener("keydown", (event) => { if (event.key === "Escape" && box.open) close(true); });
    box.addEventListener("focusout", (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) close(false); });
    document.addEventListener("click", (event) => { if (!box.contains(event.target)) close(false); });
    return box;
  }

  /* The list beside this folder, or nothing. A folder that is served as the whole of a site has none, and need not ask. */
  function editionsBeside() {
    if (ROOT.protocol.startsWith("http") && ROOT.pathname === "/") return Promise.resolve(null);
    return new Promise((resolve) => {
      const frame = element("iframe", { src: new URL("../editions.html", ROOT).href, hidden: true });
      const end = (list) => {
        window.removeEventListener("message", hear);
        frame.remove();
        resolve(Array.isArray(list) ? list.filter((edition) => EDITION.test(edition.id)) : null);
      };
      const hear = (event) => { if (event.source === frame.contentWindow) end(event.data); };
      window.addEventListener("message", hear);
      frame.onload = () => setTimeout(end, SILENCE_MS, null);
      document.body.append(frame);
    });
  }

  async function offerEditions(line) {
    const index = line.querySelector(".edition-all");
    const own = line.dataset.edition;
    const editions = await editionsBeside();
    index.hidden = !editions;
    if (!editions || !editions.some((edition) => edition.id === own)) return;
    if (editions[0].id !== own) line.append(notice(editions[0])); // below the line, in room that is kept for it
    if (editions.length < 2) return;
    document.querySelector(".article-header-buttons").prepend(switcher(editions, own, index.href));
    index.hidden = true; // the switcher leads there too
  }

  const line = document.querySelector("[data-edition]");
  window.addEventListener("hashchange", leadOn);
  leadOn().then((left) => { if (line && !left) offerEditions(line); });
})();
