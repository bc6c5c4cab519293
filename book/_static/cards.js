/* What a link leads to, in short: a small card when a link to a source, a claim, an event, a term … is pointed at or focused.
   Everything is readable without this script: the links lead there anyway, and a tap simply follows them.
   - the words of the cards of a page lie in a script beside it, which is loaded when the first card is about to be shown;
   - Escape takes a card away without moving the focus; the pointer may rest on it; it stays until pointer and focus have left;
   - it never lies on its link and never leaves the window. The words are shown as text, whatever they are. */
(function () {
  "use strict";

  const words = document.querySelector("meta[name='dossier-cards']");
  if (!words) return;

  const ROOT = new URL("..", document.currentScript.src);
  const LABEL = /^#(act|clm|dln|evt|fig|fnd|prc|scn|src|tbl|term)-/;
  const PARTS = ["kind", "title", "facts", "text"];
  const POINTED_MS = 250; // a pointer that only passes over a link asks for nothing
  const LEFT_MS = 300; // time to move from the link onto the card
  const GAP = 6; // px between link and card
  const EDGE = 8; // px between card and window
  let cards = null; // promise of the words, once a card was asked for
  let shown = null; // { link, card, line }: what is on the screen
  let wanted = null; // the link whose card is on its way
  let dismissed = null; // the link whose card was taken away while pointer or focus were on it
  let timer = 0;

  function load() {
    cards = cards || new Promise((resolve) => {
      const script = Object.assign(document.createElement("script"), { src: new URL(words.content, location.href).href });
      script.onload = () => resolve(window.dossierCards || {});
      script.onerror = () => resolve({});
      document.head.append(script);
    });
    return cards;
  }

  function linkAt(node) {
    const link = node.closest && node.closest("main a[href]:not(.headerlink)");
    return link && link.href.startsWith(ROOT.href) && LABEL.test(link.hash) ? link : null;
  }

  /* --- the card ----------------------------------------------------------------------------------------------------------- */

  function cardOf(parts) {
    const card = Object.assign(document.createElement("div"), { id: "link-card", className: "link-card" });
    card.setAttribute("role", "tooltip");
    card.append(...parts.map((text, number) => {
      return Object.assign(document.createElement("p"), { className: "link-card-" + PARTS[number], textContent: text });
    }).filter((part) => part.textContent));
    return card;
  }

  /* Under the link or above it, whichever has room for all of it, else where there is more. */
  function place() {
    const box = shown.link.getBoundingClientRect();
    if (box.bottom < 0 || box.top > window.innerHeight || !box.width) return hide();
    const { card } = shown;
    card.style.maxHeight = "";
    const below = window.innerHeight - box.bottom - GAP - EDGE;
    const above = box.top - GAP - EDGE;
    const under = below >= card.offsetHeight || below >= above;
    card.style.maxHeight = Math.max(under ? below : above, 0) + "px";
    const line = [...shown.link.getClientRects()][shown.line] || box; // a link may run over several lines
    const right = document.documentElement.clientWidth - card.offsetWidth - EDGE;
    card.style.left = Math.max(EDGE, Math.min(line.left, right)) + "px";
    card.style.top = (under ? box.bottom + GAP : box.top - GAP - card.offsetHeight) + "px";
  }

  function hide() {
    clearTimeout(timer);
    wanted = null;
    if (!shown) return;
    shown.card.remove();
    shown.link.removeAttribute("aria-describedby");
    shown = null;
  }

  async function show(link, line) {
    wanted = link;
    const parts = (await load())[decodeURIComponent(link.hash.slice(1))];
    if (wanted !== link || (shown && shown.link === link)) return;
    hide();
    if (!parts) return;
    shown = { link, line, card: cardOf(parts) };
    document.querySelector("main").append(shown.card);
    link.setAttribute("aria-describedby", shown.card.id);
    place();
  }

  /* --- pointer and focus ---------------------------------------------------------------------------------------------------- */

  const isFocused = (link) => link === document.activeElement && link.matches(":focus-visible");

  function lineAt(link, event) {
    return [...link.getClientRects()].findIndex((line) => event.clientY >= line.top && event.clientY <= line.bottom);
  }

  function leave() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (!shown || !isFocused(shown.link)) hide(); }, LEFT_MS);
  }

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    if (shown && shown.card.contains(event.target)) return clearTimeout(timer);
    const link = linkAt(event.target);
    if (link !== dismissed) dismissed = null;
    if (!link) return leave();
    if (link === dismissed) return;
    clearTimeout(timer);
    if (shown && shown.link === link) return;
    load();
    timer = setTimeout(show, POINTED_MS, link, lineAt(link, event));
  });
  document.documentElement.addEventListener("pointerleave", leave);
  document.addEventListener("focusin", (event) => {
    const link = linkAt(event.target);
    if (link && isFocused(link)) show(link, 0);
  });
  document.addEventListener("focusout", (event) => {
    dismissed = null;
    if (event.target === wanted || (shown && event.target === shown.link && !shown.link.matches(":hover"))) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    dismissed = shown.link;
    hide();
  });
  document.addEventListener("click", (event) => { if (linkAt(event.target)) hide(); });
  document.addEventListener("scroll", () => { if (shown) place(); }, { capture: true, passive: true });
  window.addEventListener("resize", () => { if (shown) place(); });
})();
