// Reading by keyboard: Enter accepts, two digits toggle a topic, letters do the rest. Everything here only presses what the
// page already has (checkboxes, buttons, fields), so the page works without this file; a button says itself which key
// presses it (data-key).
//
// Keys are off while somebody types: in a field, and while an input method (Telex, VNI) composes a word.
(() => {
  "use strict";

  const CODE_MS = 2000; // that a first digit waits for the second

  let digit = "";
  let timer = 0;
  let busy = false; // an answer is on its way: Enter pressed twice is Enter once

  const desk = () => document.getElementById("desk");
  const rows = () => [...document.querySelectorAll("#desk .topic, #desk .matter")];
  const button = (name) => document.querySelector(`#desk [data-key="${name}"]`);

  const say = (text) => {
    const region = document.getElementById("said");
    if (region && text) region.textContent = text;
  };

  // Somebody types, or the control itself has a use for the key.
  const typing = (event) => {
    if (event.isComposing || event.keyCode === 229) return true;
    const at = event.target;
    if (!(at instanceof HTMLElement)) return false;
    if (at.isContentEditable) return true;
    if (at.matches("textarea, select")) return true;
    return at.matches("input") && !at.matches("[type=checkbox], [type=radio], [type=submit], [type=button]");
  };

  const own = (event) => event.key === "Enter" && event.target instanceof Element && event.target.closest("a, button, summary");

  const current = () => document.querySelector("#desk .topic.here, #desk .matter.here");

  const moveTo = (row, { look = true } = {}) => {
    if (!row) return;
    for (const each of rows()) each.classList.toggle("here", each === row);
    if (look) row.scrollIntoView({ block: "nearest" });
    for (const each of document.querySelectorAll("#desk .sentence")) {
      const codes = (each.dataset.topics || "").split(" ");
      each.classList.toggle("of-here", codes.includes(row.dataset.code));
    }
  };

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    moveTo(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
    const name = current()?.querySelector(".topic-name");
    if (name) say(`${current().dataset.code} ${name.textContent.trim()}`);
  };

  const toggle = (row) => {
    const box = row?.querySelector(".choose");
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const sayState = (box) => {
    const row = box.closest(".topic");
    const name = row.querySelector(".topic-name").textContent.trim();
    say(`${row.dataset.code} ${name}: ${box.checked ? row.dataset.yes : row.dataset.no}`);
  };

  const setDigit = (value) => {
    digit = value;
    clearTimeout(timer);
    const shown = document.getElementById("digits");
    if (shown) shown.textContent = value ? `${value}_` : "";
    if (value) timer = setTimeout(() => setDigit(""), CODE_MS);
  };

  const typeDigit = (value) => {
    if (!digit) return setDigit(value);
    const code = digit + value;
    setDigit("");
    const row = rows().find((each) => each.dataset.code === code);
    if (!row) return say(desk().dataset.noCode.replace("{code}", code));
    moveTo(row);
    toggle(row);
  };

  const press = (name) => {
    const found = button(name);
    if (!found || busy) return;
    found.click();
  };

  const openDefinition = () => {
    const row = current() || rows()[0];
    moveTo(row);
    const details = row?.querySelector("details");
    if (details) details.open = !details.open;
  };

  const help = () => {
    const dialog = document.getElementById("keys");
    if (dialog) dialog.open ? dialog.close() : dialog.showModal();
  };

  const search = () => {
    const field = document.querySelector("input[type=search]");
    if (field) field.focus();
    return Boolean(field);
  };

  const editField = () => {
    const row = current() || rows()[0];
    moveTo(row);
    const field = row?.querySelector(".evidence, .note-field");
    if (field) {
      field.focus();
      field.select();
    }
  };

  // Adjudication: y and n decide the topic under the cursor.
  const decide = (value) => {
    const choice = current()?.querySelector(`input[type=radio][value="${value}"]`);
    if (!choice) return false;
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    say(`${current().dataset.code}: ${choice.closest("label").textContent.trim()}`);
    return true;
  };

  const act = (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^[0-9]$/.test(key)) return typeDigit(key), true;
    if (key === "Escape" && digit) return setDigit(""), true;
    if (/^(Enter|[a-z])$/.test(key) && button(key)) {
      if (!event.repeat) press(key); // a key held down is one word, not many
      return true;
    }
    switch (key) {
      case "?": return help(), true;
      case "/": return search();
      case "ArrowDown": case "j": return step(1), true;
      case "ArrowUp": case "k": return step(-1), true;
      case "x": return toggle(current()), true;
      case "d": return openDefinition(), true;
      case "e": return editField(), true;
      case "y": case "n": return decide(key === "y" ? "1" : "0");
      default: return false;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (!desk() || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.matches(".evidence, .note-field") && !event.isComposing) {
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault(); // back to the keys; an Enter here is about this field, not about the article
        event.target.blur();
      }
      return;
    }
    if (event.key === "Escape" && event.target instanceof Element && event.target.matches("[type=search]")) return event.target.blur();
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event) || own(event)) return;
    if (act(event)) event.preventDefault();
  });

  // Sentences: a click on one moves the evidence of the topic under the cursor there.
  const showEvidence = () => {
    const topics = new Map();
    for (const field of document.querySelectorAll("#desk .evidence")) {
      const row = field.closest(".topic");
      if (!row.querySelector(".choose").checked || !field.value) continue;
      topics.set(field.value, [...(topics.get(field.value) || []), row.dataset.code]);
    }
    for (const sentence of document.querySelectorAll("#desk .sentence")) {
      const codes = topics.get(sentence.dataset.n) || [];
      sentence.dataset.topics = codes.join(" ");
      sentence.classList.toggle("marked", codes.length > 0);
      const chips = sentence.querySelector(".codes");
      chips.replaceChildren(...codes.map((code) => Object.assign(document.createElement("span"), { className: "code", textContent: code })));
    }
    moveTo(current(), { look: false });
  };

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const row = event.target.closest("#desk .topic, #desk .matter");
    if (row) moveTo(row, { look: false });
    if (event.target.closest("[data-open-keys]")) return help();
    if (event.target.closest("[data-close-keys]")) return help();
    const sentence = event.target.closest("#desk .sentence[data-n]");
    const field = sentence && current()?.querySelector(".evidence");
    if (!field || String(getSelection())) return; // who selects text to copy it moves no evidence
    const box = current().querySelector(".choose");
    if (!box.checked) return say(desk().dataset.choose);
    field.value = sentence.dataset.n;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    say(desk().dataset.moved.replace("{code}", current().dataset.code).replace("{n}", field.value));
  });

  document.addEventListener("change", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.matches("#desk .choose")) {
      event.target.closest(".topic").classList.toggle("chosen", event.target.checked);
      sayState(event.target);
    }
    if (event.target.matches("#desk .choose, #desk .evidence")) showEvidence();
  });

  // The one topic that is asked for, or the first matter, is where the cursor begins; a long list shows it.
  const begin = () => {
    const row = document.querySelector("#desk .topic.asked, #desk .matter");
    moveTo(row, { look: false });
    const list = row?.closest(".topics");
    if (list) list.scrollTop = row.offsetTop - list.offsetTop - row.offsetHeight;
  };

  // htmx: an answer replaces the desk; the reader goes on at the title of what came.
  const arrive = () => {
    busy = false;
    setDigit("");
    const now = desk();
    if (!now) return;
    document.title = `${now.dataset.title} · Rà soát`;
    for (const field of document.querySelectorAll("header input[name=next]")) field.value = location.pathname;
    document.getElementById("read-title")?.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(now.dataset.arrived);
    begin();
  };

  document.addEventListener("submit", (event) => { busy = busy || desk()?.contains(event.target) === true; });
  document.addEventListener("htmx:beforeRequest", () => { busy = true; });
  document.addEventListener("htmx:afterRequest", () => { busy = false; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "desk") return;
    const { xhr } = event.detail;
    const whole = xhr.responseText.includes('id="desk"');
    event.detail.shouldSwap = whole; // a conflict (409) is a page to be read too
    if (whole) event.detail.isError = false;
    else if (xhr.status < 400) location.assign(xhr.responseURL); // another page than the reading pages
  });
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "desk") arrive(); });
  addEventListener("pageshow", () => { busy = false; }); // also when the browser goes back to a page it kept
  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("scripted");
    if (desk()) begin();
  });
})();
