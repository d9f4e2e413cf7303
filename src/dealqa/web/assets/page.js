// The page's script, given to the conversation's gr.HTML: `element`, `trigger` and `watch` come from Gradio.
// It opens evidence when a citation is clicked, moves the focus there and back, keeps the newest turn in view, and tells
// the server what the reader does with an answer. It builds no markup: what is shown is rendered and escaped on the
// server. Conversations are kept by history.js, which speaks to this script through events of the document.

const evidence = () => document.getElementById("evidence");
const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let wanted = null; // the target that was clicked and is not shown yet
let opener = null; // the link to return to

// Where there is room the panel scrolls by itself; on a phone it stands below the conversation and the page scrolls.
const panelScrolls = () => getComputedStyle(document.getElementById("side")).overflowY === "auto";

function focusEvidence() {
  const target = evidence().querySelector("mark") || evidence().querySelector(".document, .panel");
  target.focus({ preventScroll: true });
  if (panelScrolls()) document.getElementById("side").scrollTop = 0; // the list stays in view if the quote does, too
  target.scrollIntoView({ block: panelScrolls() ? "nearest" : "center", behavior: calm() ? "auto" : "smooth" });
}

function showWithoutFocus() {
  // A new answer: the panel scrolls to its quote, but neither the page nor the focus moves.
  if (!panelScrolls()) return;
  document.getElementById("side").scrollTop = 0;
  evidence().querySelector("mark")?.scrollIntoView({ block: "nearest" });
}

const shownHash = () => evidence().querySelector(".panel")?.dataset.shown || null;

function markOpen() {
  const shown = shownHash();
  for (const link of element.querySelectorAll('a[href^="#cite-"]')) {
    if (link.getAttribute("href") === shown) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function onEvidence() {
  const shown = shownHash();
  markOpen();
  const asked = wanted !== null && (shown === wanted || shown === null);
  wanted = null;
  if (asked) focusEvidence();
  else showWithoutFocus();
}

function open(link) {
  const hash = link.getAttribute("href");
  const parts = /^#cite-(\d+)-(\d+)$/.exec(hash);
  if (!parts) return;
  if (!evidence().contains(link)) opener = hash;
  if (shownHash() === hash) {
    focusEvidence();
    return;
  }
  wanted = hash;
  trigger("open_evidence", { turn: Number(parts[1]), number: Number(parts[2]) });
}

function back(link) {
  const turn = link.dataset.back.split("-").slice(0, 2).join("-"); // "#cite-<turn>"
  const hash = opener?.startsWith(`${turn}-`) ? opener : link.dataset.back;
  const target = element.querySelector(`a[href="${hash}"]`) || document.querySelector("#question textarea");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
}

const box = () => document.querySelector("#question textarea");
const busy = () => element.querySelector(".working") !== null;
const numbers = (one) => ({ turn: Number(one.dataset.turn) });
const say = (told) => document.dispatchEvent(new CustomEvent("dealqa:say", { detail: told }));

function copy(text, told) {
  // Without the right to the clipboard (an old browser, a page that is not secure) that is said, and nothing is lost.
  const failed = () => say("This browser does not let the page copy. Select the text and copy it by hand.");
  if (!navigator.clipboard) failed();
  else navigator.clipboard.writeText(text).then(() => say(told), failed);
}

function toggle(button) {
  const form = document.getElementById(button.getAttribute("aria-controls"));
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) form.querySelector("input, textarea").focus();
}

// What the buttons of an answer do, by the attribute that they carry.
const buttons = {
  "data-copy": (one) => copy(one.closest(".tools").querySelector(".plain-text").textContent, "Copied."),
  "data-edit": toggle,
  "data-leave-out": (one) => busy() || trigger("leave_out", { ...numbers(one), number: Number(one.dataset.leaveOut) }),
  "data-put-back": (one) => busy() || trigger("put_back", numbers(one)),
  "data-verdict": (one) =>
    one.dataset.verdict === "down" ? toggle(one) : trigger("remark", { ...numbers(one), verdict: "up", comment: "" }),
};

document.addEventListener("click", (event) => {
  const shared = event.target.closest?.("a[data-link]");
  if (shared && !event.ctrlKey && !event.metaKey && !event.shiftKey && navigator.clipboard) {
    event.preventDefault();
    copy(shared.href, "The link is copied. Whoever can reach this server can open it.");
    return;
  }
  const link = event.target.closest?.('a[href^="#"]');
  if (link && (element.contains(link) || evidence().contains(link))) {
    event.preventDefault();
    if (link.dataset.back) back(link);
    else open(link);
    return;
  }
  const button = event.target.closest?.("button");
  if (!button) return;
  const example = button.closest("[data-example]");
  if (example && document.getElementById("welcome").contains(example)) {
    trigger("ask_example", { number: Number(example.dataset.example) });
    box()?.focus({ preventScroll: true });
  } else if (button.matches("[data-suggested]")) {
    if (!busy()) trigger("ask_suggested", { question: button.textContent });
    box()?.focus({ preventScroll: true });
  } else if (button.matches("#clear-button, #ask-button, #stop-button")) {
    box()?.focus({ preventScroll: true });
  } else if (element.contains(button)) {
    const doing = Object.keys(buttons).find((name) => button.hasAttribute(name));
    if (doing) buttons[doing](button);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!element.contains(form)) return;
  event.preventDefault();
  if (form.matches(".instead") && !busy()) {
    trigger("ask_instead", { ...numbers(form), question: form.querySelector("input").value });
  } else if (form.matches(".remark")) {
    trigger("remark", { ...numbers(form), verdict: "down", comment: form.querySelector("textarea").value });
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && busy()) document.getElementById("stop-button").click();
});

watch("value", () => {
  markOpen();
  element.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new Event("dealqa:log"));
});

document.addEventListener("dealqa:evidence", onEvidence); // sent by the panel's component when it has changed
document.addEventListener("dealqa:restore", (event) => trigger("restore", { turns: event.detail }));
document.documentElement.dataset.dealqa = "ready";
document.dispatchEvent(new Event("dealqa:ready"));
