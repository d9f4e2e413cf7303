// Makes adding documents nicer: files can be dropped anywhere on the form, what is too much is told before it is sent,
// and while it is sent the page says so. Without this script the form works all the same.

const form = document.querySelector("form.upload");

if (form) {
  const input = form.querySelector("input[type=file]");
  const told = form.querySelector(".sending");
  const button = form.querySelector("button");
  const MIB = 1024 * 1024;

  const say = (sentence, wrong = false) => {
    told.textContent = sentence;
    told.classList.toggle("wrong", wrong);
  };

  const problem = () => {
    const files = [...input.files];
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length > Number(form.dataset.mostFiles)) return `At most ${form.dataset.mostFiles} files at once.`;
    if (bytes > Number(form.dataset.mostBytes)) {
      return `At most ${Number(form.dataset.mostBytes) / MIB} MiB at once.`;
    }
    const large = files.filter((file) => file.size > Number(form.dataset.fileBytes));
    return large.length ? `Too large: ${large.map((file) => file.name).join(", ")}.` : "";
  };

  const chosen = () => {
    const wrong = problem();
    const number = input.files.length;
    button.disabled = wrong !== "";
    say(wrong || (number ? `${number} ${number === 1 ? "file" : "files"} chosen.` : ""), wrong !== "");
  };

  input.addEventListener("change", chosen);

  let depth = 0;
  form.addEventListener("dragenter", () => {
    depth += 1;
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) form.classList.remove("over");
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    form.classList.remove("over");
    if (event.dataTransfer?.files.length) {
      input.files = event.dataTransfer.files;
      chosen();
    }
  });

  form.addEventListener("submit", (event) => {
    if (problem()) {
      event.preventDefault();
      return;
    }
    say("Sending …");
    button.disabled = true;
  });

  // A page that the browser shows again as it was left must not stay disabled.
  window.addEventListener("pageshow", chosen);
}
