// Conversations, kept in this browser and nowhere else: the questions only. To open one again is to ask it again, so
// what is shown is always drawn from the documents as they are. All text is set as text, never as markup.

const CONVERSATIONS = 50; // how many are kept
const TURNS = 50; // how many questions each of them keeps

const reader = () => document.querySelector(".masthead")?.dataset.reader || "";
const key = () => `dealqa:conversations:${reader()}`;
const currentKey = () => `dealqa:current:${reader()}`;
const log = () => document.querySelector("#conversation .log");

function make(tag, attributes = {}, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// Announces to a screen reader, and shows for a moment, what a button did.
const said = document.body.appendChild(make("p", { class: "toast", role: "status" }));
let fading = 0;
document.addEventListener("dealqa:say", (event) => {
  said.textContent = event.detail;
  said.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => said.classList.remove("shown"), 4000);
});
const say = (told) => document.dispatchEvent(new CustomEvent("dealqa:say", { detail: told }));

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(key()) || "[]");
    return Array.isArray(kept) ? kept.filter((one) => one && Array.isArray(one.turns) && one.id) : [];
  } catch {
    return []; // somebody else wrote there, or storage is switched off: there is no history then
  }
}

function store(conversations) {
  try {
    localStorage.setItem(key(), JSON.stringify(conversations.slice(0, CONVERSATIONS)));
  } catch {
    say("This browser does not keep conversations: its storage is full or switched off.");
  }
}

const current = () => sessionStorage.getItem(currentKey());
const setCurrent = (id) => (id ? sessionStorage.setItem(currentKey(), id) : sessionStorage.removeItem(currentKey()));

function shownTurns() {
  return [...document.querySelectorAll("#conversation .turn")].slice(0, TURNS).map((turn) => JSON.parse(turn.dataset.kept));
}

function keep() {
  const turns = shownTurns();
  if (!turns.length) return;
  if (!current()) setCurrent(crypto.randomUUID?.() || String(Date.now()));
  const conversations = load();
  const known = conversations.find((one) => one.id === current());
  const kept = { ...known, id: current(), at: new Date().toISOString(), turns };
  store([kept, ...conversations.filter((one) => one.id !== kept.id)]);
}

const nameOf = (one) => one.name || one.turns[0]?.question || "Conversation";

const dialog = document.body.appendChild(make("dialog", { class: "history", "aria-labelledby": "history-title" }));

function show() {
  const conversations = load();
  const head = make("div", { class: "head" });
  const close = make("button", { type: "button" }, "Close");
  close.addEventListener("click", () => dialog.close());
  head.append(make("h2", { id: "history-title" }, "Conversations"), close);
  const list = make("ul");
  for (const one of conversations) list.append(entry(one));
  const none = make("p", {}, "No conversations yet. What you ask is kept here, in this browser only.");
  dialog.replaceChildren(head, conversations.length ? list : none);
  if (!dialog.open) dialog.showModal();
}

function entry(one) {
  const item = make("li");
  const opened = make("button", { type: "button", class: "open", dir: "auto" }, nameOf(one));
  if (one.id === current()) opened.setAttribute("aria-current", "true");
  opened.addEventListener("click", () => {
    setCurrent(one.id);
    dialog.close();
    restore(one.turns);
  });
  const count = one.turns.length === 1 ? "1 question" : `${one.turns.length} questions`;
  const when = make("span", { class: "when" }, `${new Date(one.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} · ${count}`);
  const rename = make("button", { type: "button", "aria-label": `Rename: ${nameOf(one)}` }, "Rename");
  rename.addEventListener("click", () => renaming(item, one));
  const remove = make("button", { type: "button", "aria-label": `Delete: ${nameOf(one)}` }, "Delete");
  remove.addEventListener("click", () => {
    store(load().filter((other) => other.id !== one.id));
    if (current() === one.id) setCurrent(null);
    show();
    say("Deleted.");
  });
  item.append(opened, when, rename, remove);
  return item;
}

function renaming(item, one) {
  const form = make("form");
  const field = make("input", { type: "text", maxlength: "120", "aria-label": "New name", dir: "auto" });
  field.value = nameOf(one);
  form.append(field, make("button", { type: "submit" }, "Save"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.trim();
    store(load().map((other) => (other.id === one.id ? { ...other, name } : other)));
    show();
  });
  item.replaceChildren(form);
  field.focus();
  field.select();
}

const restore = (turns) => document.dispatchEvent(new CustomEvent("dealqa:restore", { detail: turns }));

function start() {
  const linked = new URLSearchParams(location.search).get("q");
  if (linked !== null) {
    history.replaceState(null, "", location.pathname); // so that a reload shows the conversation and asks nothing twice
    setCurrent(null);
    if (linked.trim()) restore([{ question: linked, instead: "", without: [] }]);
    return;
  }
  const kept = load().find((one) => one.id === current());
  if (kept) restore(kept.turns);
  else setCurrent(null);
}

function offer() {
  const button = document.querySelector("[data-history]");
  if (button) button.hidden = false;
}

document.addEventListener("dealqa:log", () => {
  offer();
  if (log() && !log().querySelector(".working")) keep();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-history]")) show();
  if (event.target.closest?.("#clear-button")) setCurrent(null);
});

function begin() {
  offer();
  start();
}

if (document.documentElement.dataset.dealqa === "ready") begin();
else document.addEventListener("dealqa:ready", begin, { once: true });
