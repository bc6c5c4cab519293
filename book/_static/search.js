/* What a search shows. Sphinx's own script finds words in pages; this one puts the things that can be cited before them (people,
   events, claims, sources …), each with what it is and where, and makes text of every title. Without it Sphinx's own list is
   shown. A name is found by any part of it, with or without its accents. The index is loaded when there is something to look up. */
(function () {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src);
  const FIRST = 40; // things shown at once; the rest on demand
  const UNESCAPED = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'" };
  const ALIKE = { "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i" };

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /* The text of what the index holds as HTML: elements (the number of a section is one) go, signs come back. Only ever shown as text. */
  const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|quot|#x27|#39);/g, (sign) => UNESCAPED[sign]);
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[øłđßæœı]/g, (one) => ALIKE[one]);
  const counted = (count, one, more) => count + " " + (count === 1 ? one : more);

  /* --- what there is ---------------------------------------------------------------------------------------------------------- */

  const addressOf = (index, page) => index.docnames[page] + DOCUMENTATION_OPTIONS.LINK_SUFFIX;

  /* Things as the index holds them: a title is cut there at its last full stop. */
  function thingsIn(index) {
    return Object.entries(index.objects).flatMap(([head, rows]) => rows.map(([page, type, priority, label, tail]) => {
      const title = plain(head ? head + "." + tail : tail);
      const where = plain(index.titles[page]);
      return { title, kind: index.objnames[type][2], where, priority, address: addressOf(index, page) + "#" + label };
    }));
  }

  function headingsIn(index) {
    return Object.entries(index.alltitles).flatMap(([title, places]) => places.map(([page, label]) => {
      const where = plain(index.titles[page]);
      const address = addressOf(index, page) + (label ? "#" + label : "");
      return { title, kind: label ? "section" : "page", where: label ? where : "", priority: 3, address };
    }));
  }

  /* --- what fits --------------------------------------------------------------------------------------------------------------- */

  function wordsOf(query) {
    const all = splitQuery(query).map((word) => word.toLowerCase());
    const telling = all.filter((word) => !stopwords.includes(word));
    return (telling.length ? telling : all).map(fold);
  }

  /* How well a thing fits: its whole title, the beginnings of words in it, parts of words, or some words in what and where it is. */
  function fit(thing, words, whole) {
    const title = fold(thing.title);
    const around = title + " " + fold(thing.kind + " " + thing.where);
    if (!words.every((word) => around.includes(word)) || !words.some((word) => title.includes(word))) return 0;
    if (title === whole) return 4;
    const begins = splitQuery(title);
    if (words.every((word) => begins.some((one) => one.startsWith(word)))) return 3;
    return words.every((word) => title.includes(word)) ? 2 : 1;
  }

  function find(index, query) {
    const words = wordsOf(query);
    const whole = fold(query.trim());
    const things = thingsIn(index);
    const known = new Set(things.map((thing) => thing.address)); // the title of a table is a heading too
    const all = [...things, ...headingsIn(index).filter((heading) => !known.has(heading.address))];
    const found = all.map((thing) => ({ ...thing, fit: words.length ? fit(thing, words, whole) : 0 }));
    const order = (one, other) => other.fit - one.fit || one.priority - other.priority || one.kind.localeCompare(other.kind) || one.title.localeCompare(other.title);
    return found.filter((thing) => thing.fit).sort(order);
  }

  /* Pages by their words, in the form in which the index holds these. The address asks the browser to show where they stand; the
     script by which Sphinx marks words stops at the first drawing that holds one, and is given none. */
  function pagesWith(query) {
    const words = splitQuery(query).map((word) => word.toLowerCase()).filter((word) => !stopwords.includes(word));
    const stemmer = new Stemmer();
    const terms = new Set(words.filter((word) => !/^\d+$/.test(word)).map((word) => stemmer.stemWord(word)));
    const found = Search.performTermsSearch(terms, new Set()).sort((one, other) => other[4] - one[4]);
    const marks = "#:~:" + words.map((word) => "text=" + encodeURIComponent(word)).join("&");
    return found.map(([name, title]) => ({ title: plain(title), address: name + DOCUMENTATION_OPTIONS.LINK_SUFFIX + marks }));
  }

  /* --- what is shown ------------------------------------------------------------------------------------------------------------ */

  function rowOf({ title, kind, where, address }) {
    const row = element("li", {}, element("a", { href: address, textContent: title }));
    if (kind) row.append(" ", element("span", { className: "search-kind", textContent: where ? kind + ", in " + where : kind }));
    return row;
  }

  function list(things, name) {
    const rows = things.slice(0, FIRST).map(rowOf);
    const box = element("ul", { className: "search" }, ...rows);
    if (things.length <= FIRST) return [box];
    const more = element("button", { type: "button", className: "search-more", textContent: "Show all " + things.length + " " + name });
    more.addEventListener("click", () => {
      const rest = things.slice(FIRST).map(rowOf);
      box.append(...rest);
      more.remove();
      rest[0].querySelector("a").focus();
    });
    return [box, more];
  }

  Search.query = (query) => {
    const things = find(Search._index, query);
    const pages = pagesWith(query);
    Search.stopPulse();
    Search.title.textContent = "Results";
    Search.status.setAttribute("role", "status");
    Search.status.textContent = things.length + pages.length
      ? counted(things.length, "place", "places") + " and " + counted(pages.length, "page", "pages") + " found."
      : "Nothing found. Is every word spelled right?";
    const parts = things.length ? [element("h2", { textContent: "Titles that hold the words" }), ...list(things, "places")] : [];
    if (pages.length) parts.push(element("h2", { textContent: "Pages that hold the words" }), ...list(pages, "pages"));
    Search.output.replaceWith(...parts);
  };

  if (new URLSearchParams(location.search).get("q")) Search.loadIndex(new URL("searchindex.js", ROOT));
})();
