// While a suite is asked, the box on the page "Quality" tells how far it is without the page being loaded again; when
// it is done, the page is loaded once to show what came of it. Without this script the page loads itself.

const EVERY_MS = 2000;
const SAID_AT = 4; // a screen reader is told four times in a stage, not every two seconds

const box = document.querySelector("[data-progress]");

if (box) {
  const words = box.querySelector(".far label");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[role=status]");
  let last = "";

  const show = ({ told, done, total }) => {
    words.textContent = told;
    if (total) {
      bar.max = total;
      bar.value = done;
    } else {
      bar.removeAttribute("value");
    }
    const step = `${told.split(" ")[0]} ${total ? Math.floor((SAID_AT * done) / total) : 0}`;
    if (step !== last) {
      last = step;
      said.textContent = told;
    }
  };

  const look = async () => {
    try {
      const response = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      const state = response.ok ? await response.json() : null;
      if (state && !state.running) {
        window.location.reload();
        return;
      }
      if (state) {
        show(state);
      } else if (response.status === 401 || response.status === 403) {
        window.location.reload(); // signed out meanwhile
        return;
      }
    } catch {
      words.textContent = "The server does not answer. Trying again …";
    }
    window.setTimeout(look, EVERY_MS);
  };

  window.setTimeout(look, EVERY_MS);
}
