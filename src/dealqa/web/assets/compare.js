// While a comparison is asked, its cells come in one by one; when it has ended, the page is loaded once more. Whatever
// comes is put in as text, into copies of the page's own templates. Without this script the page loads itself.

const EVERY_MS = 1000;
const SAID_AT = 4; // a screen reader is told four times, not every second

const box = document.querySelector("[data-cells]");
const table = document.querySelector(".grid table");

if (box && table) {
  const words = box.querySelector(".far label");
  const bar = box.querySelector("progress");
  const status = box.querySelector("[role=status]");
  const end = Number(table.dataset.end);
  let next = Number(table.dataset.next);
  let last = 0;

  const copy = (name) => document.getElementById(`said-${name}`).content.cloneNode(true);

  const link = (made, { evidence }, of) => {
    const way = made.querySelector("a");
    if (!evidence) {
      way.replaceWith(...[...way.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE));
      return;
    }
    way.href = evidence;
    way.querySelector(".unseen").textContent += of;
  };

  const said = (one, of) => {
    const made = copy(one.figure ? "figure" : "sentence");
    made.querySelector(one.figure ? ".lead strong" : ".lead .quote").textContent = one.lead;
    if (one.full) {
      made.querySelector("details p").textContent = one.full;
    } else {
      made.querySelector("details").remove();
    }
    if (one.evidence) {
      link(made, one, of);
    } else {
      made.querySelector("a").remove();
    }
    return made;
  };

  const fill = ({ at, state, of, said: parts }) => {
    const place = document.getElementById(`cell-${at}`);
    if (!place) {
      return; // in another part of the table
    }
    place.className = state === "not found" ? "none" : "";
    if (state === "not found") {
      const made = copy("none");
      link(made, parts[0], of);
      place.replaceChildren(made);
      return;
    }
    place.replaceChildren(...(state === "conflict" ? [copy("conflict")] : []), ...parts.map((one) => said(one, of)));
  };

  const show = ({ told, done, total }) => {
    words.textContent = told;
    if (done) {
      bar.max = total;
      bar.value = done;
    }
    const step = Math.floor((SAID_AT * done) / total);
    if (step > last) {
      last = step;
      status.textContent = told;
    }
  };

  const look = async () => {
    let wait = EVERY_MS;
    try {
      const response = await fetch(`${box.dataset.cells}?from=${next}`, { headers: { Accept: "application/json" } });
      if (response.status === 404 || response.status === 401 || response.status === 403) {
        window.location.reload(); // the server was started again, or the reader has signed out
        return;
      }
      if (response.ok) {
        const far = await response.json();
        far.cells.forEach(fill);
        next = Math.min(next + far.cells.length, end);
        show(far);
        if (far.ended) {
          window.location.reload();
          return;
        }
        if (next < end && next < far.done) {
          wait = 0;
        }
      }
    } catch {
      words.textContent = "The server does not answer. Trying again …";
    }
    window.setTimeout(look, wait);
  };

  window.setTimeout(look, EVERY_MS);
}
