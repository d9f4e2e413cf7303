// The form of the page "Compare": an example is put in below what is typed, and the lists of rows can be filtered and
// chosen all at once. Without this script an example is put in by the server, and rows are chosen one by one.

const questions = document.getElementById("questions");

for (const example of document.querySelectorAll("[data-question]")) {
  example.addEventListener("click", (event) => {
    event.preventDefault();
    const lines = questions.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(example.dataset.question)) {
      lines.push(example.dataset.question);
    }
    questions.value = lines.join("\n");
    questions.focus();
  });
}

for (const list of document.querySelectorAll("[data-noun]")) {
  const tools = list.querySelector(".tools");
  const filter = tools.querySelector("input");
  const said = tools.querySelector("[role=status]");
  const rows = [...list.querySelectorAll(".choices > li")].map((item) => ({
    item,
    box: item.querySelector("input"),
    text: item.textContent.toLowerCase(),
  }));

  const count = () => {
    const chosen = rows.filter(({ box }) => box.checked).length;
    const shown = rows.filter(({ item }) => !item.hidden).length;
    const filtered = shown < rows.length ? `, ${shown} shown` : "";
    said.textContent = `${chosen} of ${rows.length} chosen${filtered}`;
  };

  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const { item, text } of rows) {
      item.hidden = !words.every((word) => text.includes(word));
    }
    count();
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault(); // it filters, it does not ask
    }
  });
  for (const button of tools.querySelectorAll("[data-check]")) {
    button.addEventListener("click", () => {
      for (const { item, box } of rows) {
        if (!item.hidden) {
          box.checked = button.dataset.check === "all";
        }
      }
      count();
    });
  }
  list.addEventListener("change", count);
  tools.hidden = false;
  count();
}
