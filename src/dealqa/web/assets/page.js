// The page's script, given to the conversation's gr.HTML: `element`, `trigger` and `watch` come from Gradio.
// It opens evidence when a citation is clicked, moves the focus there and back, and keeps the newest turn in view.
// It builds no markup: what is shown is rendered and escaped on the server.

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

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link && (element.contains(link) || evidence().contains(link))) {
    event.preventDefault();
    if (link.dataset.back) back(link);
    else open(link);
    return;
  }
  const example = event.target.closest?.("[data-example]");
  if (example && element.contains(example)) {
    trigger("ask_example", { number: Number(example.dataset.example) });
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }
  if (event.target.closest?.("#clear-button, #ask-button")) {
    document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }
});

watch("value", () => {
  markOpen();
  element.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("dealqa:evidence", onEvidence); // sent by the panel's component when it has changed
