/* What a page can do beyond being read. Everything is already there without this script: drawings, tables, links.
   - charts become interactive when they are first pointed at, touched or asked to, from files beside this one;
   - long tables can be searched and sorted, and filtered by the columns that say so; entries can be chosen by their facets,
     together with the chart of the page that knows the same facets;
   - boxes that scroll can be reached with the keyboard, and say where more columns are. */
(function () {
  "use strict";

  const HERE = new URL(".", document.currentScript.src);
  const loading = new Map();

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* --- choosing ---------------------------------------------------------------------------------------------------------- */

  const hiding = []; // what can hide entries: each shows the one that holds a place, if it hid it
  const chosen = new Map(); // name of a facet -> the value chosen on this page
  const followers = new Map(); // name of a facet -> what to do when another value is chosen

  function follow(name, act) {
    if (!followers.has(name)) followers.set(name, []);
    followers.get(name).push(act);
    if (chosen.get(name)) act(chosen.get(name));
  }

  function choose(name, value) {
    if ((chosen.get(name) || "") === value) return;
    chosen.set(name, value);
    (followers.get(name) || []).forEach((act) => act(value));
  }

  function listOf(title, values) {
    const sorted = [...new Set(values)].sort((a, b) => a.localeCompare(b));
    const options = ["", ...sorted].map((value) => element("option", { value, textContent: value || "all" }));
    const select = element("select", {}, ...options);
    return [element("label", {}, title + " ", select), select];
  }

  function searchField(name) {
    const field = element("input", { type: "search", autocomplete: "off" });
    field.setAttribute("aria-label", "Search in " + name);
    return [element("label", {}, "Search ", field), field];
  }

  function counter(total, noun) {
    const count = element("span", {});
    count.setAttribute("role", "status");
    const show = (shown) => { count.textContent = (shown === total ? shown : shown + " of " + total) + " " + noun; };
    show(total);
    return [count, show];
  }

  const says = (text, wanted) => wanted.trim().toLowerCase().split(/\s+/).every((word) => text.includes(word));

  function facetsOf(entry, name) {
    return JSON.parse(entry.getAttribute("data-facet-" + name) || "[]");
  }

  function addChoices(group) {
    const entries = [...group.querySelectorAll(".entry")].map((node) => ({ node, text: node.textContent.toLowerCase() }));
    const [label, field] = searchField("the entries");
    const [count, show] = counter(entries.length, "entries");
    const selects = new Map();
    const update = () => {
      let shown = 0;
      for (const { node, text } of entries) {
        const fits = [...selects].every(([name, select]) => !select.value || facetsOf(node, name).includes(select.value));
        node.hidden = !(fits && says(text, field.value));
        shown += node.hidden ? 0 : 1;
      }
      show(shown);
    };
    const lists = JSON.parse(group.dataset.facets).map(([name, title]) => {
      const [list, select] = listOf(title, entries.flatMap(({ node }) => facetsOf(node, name)));
      selects.set(name, select);
      select.addEventListener("change", () => { choose(name, select.value); update(); });
      follow(name, (value) => { select.value = value; update(); });
      return list;
    });
    field.addEventListener("input", update);
    group.prepend(element("div", { className: "table-tools" }, ...lists, label, count));
    hiding.push((target) => {
      const entry = target.closest(".entry");
      if (!entry || !group.contains(entry) || !entry.hidden) return;
      field.value = "";
      selects.forEach((select, name) => choose(name, ""));
      update();
      target.scrollIntoView();
    });
  }

  /* A link must lead somewhere, whatever is chosen: also a link to where the address of the page points already. */
  function showPlace(label) {
    const target = document.getElementById(label);
    if (target) hiding.forEach((show) => show(target));
  }

  function showPlacesOfLinks() {
    window.addEventListener("hashchange", () => showPlace(location.hash.slice(1)));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) showPlace(link.hash.slice(1));
    });
  }

  /* --- charts ----------------------------------------------------------------------------------------------------------- */

  function load(path) {
    if (!loading.has(path)) {
      loading.set(path, new Promise((resolve, reject) => {
        const script = element("script", { src: new URL(path, HERE).href, onload: resolve });
        script.onerror = () => reject(new Error("cannot load " + path));
        document.head.append(script);
      }));
    }
    return loading.get(path);
  }

  async function specification(label, variant) {
    await Promise.all([load("vega.js"), load("exhibits/" + label + ".js")]);
    return window.dossierCharts.find((chart) => chart.label === label).variants[variant];
  }

  /* One image with one name, like the drawing it replaces; its parts are not read one by one. */
  function keepName(drawing, live) {
    live.querySelectorAll("[role]").forEach((part) => {
      part.removeAttribute("role");
      part.removeAttribute("aria-roledescription");
    });
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", drawing.querySelector("title").textContent + ". " + drawing.querySelector("desc").textContent);
    live.setAttribute("focusable", "false");
  }

  function rowsOf(value) {
    if (value === null || typeof value !== "object") return [[String(value)]];
    return Object.entries(value).map(([key, one]) => [key, String(one)]);
  }

  /* What Vega calls when the pointer is on a mark, with the mark's value, and off it, with none. Text only. */
  function tooltipIn(box) {
    const tip = element("div", { className: "chart-tip", hidden: true });
    tip.setAttribute("aria-hidden", "true"); // the same values stand in the table of the figure
    box.append(tip);
    return (handler, event, item, value) => {
      tip.hidden = value === null || value === undefined || value === "";
      if (tip.hidden) return;
      tip.replaceChildren(...rowsOf(value).map((row) => element("div", {}, ...row.map((text) => element("span", { textContent: text })))));
      const right = Math.max(0, Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8));
      const below = event.clientY + 18;
      const fits = below + tip.offsetHeight < window.innerHeight;
      tip.style.left = right + "px";
      tip.style.top = (fits ? below : event.clientY - tip.offsetHeight - 10) + "px";
    };
  }

  /* What is chosen in a chart is chosen on the page, and the other way round. */
  function shareChoices(view, spec) {
    for (const { name, bind } of spec.params || []) {
      if (!bind || !bind.options) continue;
      view.addSignalListener(name, (signal, value) => choose(name, value));
      follow(name, (value) => { if (view.signal(name) !== value) view.signal(name, value).run(); });
    }
  }

  /* A stretch marked by hand holds from then on, whatever period was chosen from the list before. */
  function preferMarked(view, spec) {
    const names = JSON.stringify(spec).match(/"name": ?"(strip|period)"/g) || [];
    if (new Set(names).size < 2) return;
    view.addSignalListener("strip", () => { if (view.signal("period")) view.signal("period", "").runAsync(); });
  }

  /* What the pointer is told of a mark the keyboard is told too: left and right go by place across, up and down by height. */
  function stepByKeys(box, name, tell, open) {
    const ring = element("div", { className: "chart-ring", hidden: true });
    const aloud = element("span", { className: "chart-aloud" });
    const middle = (mark) => { const at = mark.getBoundingClientRect(); return { x: at.left + at.width / 2, y: at.top + at.height / 2 }; };
    let current = null;
    const leave = () => { ring.hidden = true; tell(null, {}, null, null); };
    const show = (mark) => {
      current = mark;
      mark.scrollIntoView({ block: "nearest", inline: "nearest" });
      const { x, y } = middle(mark);
      const value = mark.__data__.tooltip;
      tell(null, { clientX: x, clientY: y }, mark.__data__, value);
      aloud.textContent = rowsOf(value).map((row) => row.join(": ")).join("; ");
      ring.style.left = x + "px";
      ring.style.top = y + "px";
      ring.hidden = false;
    };
    const step = (along, across, by) => {
      const marks = [...box.querySelectorAll(".role-mark path, .role-mark line")].filter((mark) => mark.__data__ && mark.__data__.tooltip);
      const placed = marks.map((mark) => ({ mark, at: middle(mark) }));
      placed.sort((a, b) => Math.round(a.at[along] - b.at[along]) || a.at[across] - b.at[across]);
      const from = placed.findIndex(({ mark }) => mark === current);
      const next = placed[from < 0 ? 0 : (from + by + placed.length) % placed.length];
      if (next) show(next.mark);
    };
    const keys = {
      ArrowRight: () => step("x", "y", 1), ArrowLeft: () => step("x", "y", -1), ArrowDown: () => step("y", "x", 1), ArrowUp: () => step("y", "x", -1),
      Enter: () => { if (current && current.isConnected) open(current.__data__); }, Escape: leave,
    };
    aloud.setAttribute("role", "status");
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", "Values, by arrow keys: " + name);
    box.addEventListener("keydown", (event) => { if (keys[event.key]) { event.preventDefault(); keys[event.key](); } });
    box.addEventListener("blur", leave);
    box.append(ring, aloud);
  }

  function openEntry(item) {
    const label = item && item.datum && item.datum.entry;
    if (typeof label !== "string" || !document.getElementById(label)) return;
    showPlace(label);
    if (location.hash.slice(1) === label) document.getElementById(label).scrollIntoView();
    else location.hash = label;
  }

  async function makeInteractive(variant, controls) {
    if (variant.dataset.state) return;
    variant.dataset.state = "loading";
    const drawing = variant.querySelector("svg");
    const start = controls.parentElement.querySelectorAll(".chart-start");
    try {
      const spec = await specification(variant.closest("[data-exhibit]").dataset.exhibit, variant.dataset.variant);
      const box = element("div", { className: "chart-live", hidden: true });
      variant.append(box);
      const inputs = element("div", {});
      const focused = variant.parentElement.contains(document.activeElement);
      const tell = tooltipIn(variant);
      const { view } = await window.vegaEmbed(box, spec, {
        mode: "vega-lite", ast: true, actions: false, renderer: "svg", bind: inputs, defaultStyle: false, tooltip: tell,
        logLevel: 1, // errors alone: a choice that leaves a layer without marks is none, and would be warned of
      });
      keepName(drawing, box.querySelector("svg"));
      shareChoices(view, spec);
      preferMarked(view, spec);
      view.addEventListener("click", (event, item) => openEntry(item));
      stepByKeys(box, drawing.querySelector("title").textContent, tell, openEntry);
      controls.replaceChildren(...inputs.childNodes);
      drawing.remove();
      start.forEach((button) => button.remove());
      box.hidden = false;
      variant.classList.add("live");
      variant.dataset.state = "live";
      watchScrolling(variant);
      const first = controls.querySelector("input, select");
      if (focused) (first || box).focus();
    } catch (error) {
      variant.querySelectorAll(".chart-live, .chart-tip").forEach((box) => box.remove()); // the drawing stays
      variant.dataset.state = "failed";
      start.forEach((button) => button.remove());
      console.info("The chart stays a drawing: " + error.message);
    }
  }

  function prepareChart(variant) {
    const wanted = Number(variant.dataset.controls || 0);
    const controls = element("div", { className: "chart-controls" });
    controls.style.setProperty("--controls", wanted);
    const start = element("button", { type: "button", className: "chart-start", textContent: "Make interactive" });
    start.setAttribute("aria-label", "Make interactive: " + variant.querySelector("title").textContent);
    const wake = () => makeInteractive(variant, controls);
    if (wanted) controls.append(start);
    else variant.prepend(start);
    variant.prepend(controls); // above the drawing, where they stay when it comes to life
    start.addEventListener("click", wake);
    variant.addEventListener("pointerenter", wake, { once: true });
    variant.addEventListener("touchstart", wake, { once: true, passive: true });
  }

  /* --- long tables --------------------------------------------------------------------------------------------------------- */

  const words = (cell) => cell.textContent.trim();
  const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

  function sortKey(text) {
    const day = text.match(/^(?:(\d{1,2}) )?([A-Z][a-z]{2})[a-z]* (\d{4})$/);
    if (day && MONTHS.includes(day[2].toLowerCase())) {
      return Number(day[3]) * 10000 + MONTHS.indexOf(day[2].toLowerCase()) * 100 + Number(day[1] || 0);
    }
    const number = text.replace(/[\s\u2009\u202f,]/g, "").replace("\u2212", "-").match(/^[<>≤≥~]?([+-]?\d+(?:\.\d+)?)(?:%|$|[^\d-])/);
    return number ? Number(number[1]) : NaN;
  }

  function compare(a, b) {
    const [x, y] = [sortKey(a), sortKey(b)];
    if (Number.isNaN(x) && Number.isNaN(y)) return a.localeCompare(b);
    if (Number.isNaN(x)) return 1;
    if (Number.isNaN(y)) return -1;
    return x - y;
  }

  function sortBy(table, column, head) {
    const down = head.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [words(row.cells[column]), row]);
    rows.sort((one, other) => (down ? -1 : 1) * compare(one[0], other[0]));
    body.append(...rows.map((pair) => pair[1]));
  }

  function addTools(table) {
    const rows = [...table.tBodies[0].rows].map((node) => ({ node, text: node.textContent.toLowerCase() }));
    const scroll = table.closest(".table-scroll");
    const [label, field] = searchField("the table: " + scroll.getAttribute("aria-label"));
    const [count, show] = counter(rows.length, "rows");
    const selects = new Map();
    const update = () => {
      let shown = 0;
      for (const { node, text } of rows) {
        const fits = [...selects].every(([column, select]) => !select.value || words(node.cells[column]) === select.value);
        node.hidden = !(fits && says(text, field.value));
        shown += node.hidden ? 0 : 1;
      }
      show(shown);
    };
    const lists = (table.dataset.filters || "").split(" ").filter(Boolean).map(Number).map((column) => {
      const [list, select] = listOf(words(table.tHead.rows[0].cells[column]), rows.map(({ node }) => words(node.cells[column])));
      selects.set(column, select);
      select.addEventListener("change", update);
      return list;
    });
    field.addEventListener("input", update);
    scroll.previousElementSibling.append(...lists, label, count); // room that the page keeps for them
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = element("button", { type: "button", className: "sort-button" });
      button.append(...head.firstElementChild.childNodes);
      head.firstElementChild.append(button);
      button.addEventListener("click", () => sortBy(table, column, head));
    });
  }

  /* --- boxes that scroll ------------------------------------------------------------------------------------------------------ */

  function reachable(box) {
    if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  function watchScrolling(box) {
    reachable(box);
    new ResizeObserver(() => reachable(box)).observe(box);
  }

  /* For the eye alone: who listens is read every column anyway. Under the caption, or before a table without one. */
  function hintAtColumns(box) {
    const hint = element("span", { className: "scroll-hint", textContent: "Scroll for more columns \u2192", hidden: true });
    hint.setAttribute("aria-hidden", "true");
    const caption = box.querySelector(".caption-box");
    if (caption) caption.append(hint); // where room is kept for it
    else box.before(hint);
    const watcher = new ResizeObserver(() => {
      hint.hidden = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle("fits", hint.hidden);
    });
    box.addEventListener("scroll", () => box.classList.toggle("scrolled", box.scrollLeft > 0), { passive: true });
    watcher.observe(box);
    watcher.observe(box.querySelector("table"));
  }

  document.querySelectorAll(".exhibit-variant").forEach(prepareChart);
  document.querySelectorAll("table.dossier-table").forEach((table) => {
    const room = table.closest(".table-scroll").previousElementSibling;
    if (room && room.matches(".table-tools")) addTools(table);
  });
  document.querySelectorAll("[data-facets]").forEach(addChoices);
  showPlacesOfLinks();
  document.querySelectorAll(".table-scroll").forEach(hintAtColumns);
  document.querySelectorAll(".math-scroll, .exhibit-only").forEach(watchScrolling);
})();
