/* How a place is cited, from where it stands, and copying what is meant to be copied.
   Everything stands on the page "How to cite" too; without this script the links lead there, or to the place itself.
   - the "#" beside a heading, caption, finding or entry, "Cite" below an exhibit and "Cite" on top of the page open a window
     with the citation of that place; its forms lie beside the pages and are loaded when they are first asked for;
   - literal text, such as a record or a command, gets a button that copies it. */
(function () {
  "use strict";

  const HERE = new URL(".", document.currentScript.src);
  const LABEL = /^[a-z]{3,4}(-[a-z0-9]+)+$/;
  const COPIED_MS = 4000; // how long a button says that it has copied
  let forms = null; // promise of the forms, once they were asked for
  let dialog = null;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function load() {
    forms = forms || new Promise((resolve) => {
      const script = element("script", { src: new URL("citation.js", HERE).href });
      script.onload = () => resolve(window.dossierCitation);
      script.onerror = () => resolve(null);
      document.head.append(script);
    });
    return forms;
  }

  /* --- copying -------------------------------------------------------------------------------------------------------------- */

  /* Where the clipboard is closed to scripts, as in some browsers from disk, the text is selected and copied by command. */
  async function copy(text, near) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      const field = element("textarea", { value: text, readOnly: true, className: "visually-hidden" });
      near.after(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      near.focus();
      return done;
    }
  }

  function copyButton(words, name, text) {
    const button = element("button", { type: "button", className: "copy-button", textContent: words });
    const said = element("span", { className: "copy-said" });
    said.setAttribute("role", "status");
    button.setAttribute("aria-label", words + ": " + name);
    button.addEventListener("click", async () => {
      said.textContent = (await copy(text(), button)) ? "Copied" : "Not copied: select the text and copy it by hand";
      setTimeout(() => { said.textContent = ""; }, COPIED_MS);
    });
    return [button, said];
  }

  function addCopyButtons() {
    document.querySelectorAll(".bd-article div[class*='highlight-'] pre").forEach((literal) => {
      const heading = literal.closest("section").querySelector("h1, h2, h3, h4");
      const name = heading ? heading.firstChild.nodeType === Node.TEXT_NODE ? heading.firstChild.textContent : heading.textContent : "text";
      const box = element("div", { className: "copy-line" });
      box.append(...copyButton("Copy", name.replace("#", "").trim(), () => literal.textContent));
      literal.closest("div[class*='highlight-']").append(box);
    });
  }

  /* --- the window ------------------------------------------------------------------------------------------------------------ */

  /* What the place is called: its heading, title or sentence. */
  function nameOf(label) {
    const place = document.getElementById(label);
    const title = place && place.querySelector(".caption-text, .entry-title [role=heading], .finding-sentence, h1, h2, h3, h4, p");
    const words = element("div", {}, ...(title ? [title.cloneNode(true)] : []));
    words.querySelectorAll(".headerlink, .finding-derivation").forEach((link) => link.remove());
    return words.textContent.trim().replace(/\s+/g, " ") || label;
  }

  function choiceOf(names) {
    const select = element("select", {}, ...names.map((name) => element("option", { value: name, textContent: name })));
    return [element("label", {}, "Form ", select), select];
  }

  function fill(label, told) {
    const heading = element("h2", { id: "cite-title", textContent: "Cite this place" });
    const close = element("button", { type: "button", className: "copy-button", textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    const address = new URL("#" + label, location.href).href;
    const [choice, select] = choiceOf(Object.keys(told.forms));
    const field = element("textarea", { readOnly: true, rows: 7 });
    field.setAttribute("aria-label", "Citation");
    const show = () => { field.value = told.forms[select.value].replaceAll(told.place, label); };
    select.addEventListener("change", show);
    show();
    dialog.replaceChildren(
      heading,
      element("p", { className: "cite-name", textContent: nameOf(label) }),
      element("div", { className: "cite-line" }, choice, ...copyButton("Copy", "the citation", () => field.value)),
      field,
      element("div", { className: "cite-line" }, element("span", { textContent: "Label: " + label }), ...copyButton("Copy address", "where this copy has it", () => address)),
      element("div", { className: "cite-line" }, close),
    );
  }

  async function open(label, link) {
    const told = await load();
    if (!told) return false;
    if (!dialog) {
      dialog = element("dialog", { className: "cite-dialog" });
      dialog.setAttribute("aria-labelledby", "cite-title");
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
      document.body.append(dialog);
    }
    fill(label, told);
    dialog.addEventListener("close", () => link.focus({ preventScroll: true }), { once: true }); // the way to a place takes the focus along
    dialog.showModal();
    dialog.querySelector("select").focus();
    return true;
  }

  function labelOf(link) {
    if (!link.matches(".edition-cite")) return link.hash.slice(1);
    const first = document.querySelector("article section[id]");
    return first ? first.id : "";
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.headerlink, a.cite-link, a.edition-cite");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const label = labelOf(link);
    if (!LABEL.test(label)) return;
    if (!link.matches(".headerlink")) event.preventDefault(); // a "#" leads to its place as well
    if (!(await open(label, link))) location.href = link.href;
  });
  document.querySelectorAll("a.cite-link, a.edition-cite").forEach((link) => link.setAttribute("aria-haspopup", "dialog"));
  addCopyButtons();
})();
