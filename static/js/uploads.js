// Pictures by paste, drop or file: each has its place in the text at once and is sent in its turn.
import { fill, form, replace, swap, text, token } from "./edit.js";
import { describe } from "./descriptions.js";

const words = form.querySelector(".text-pictures").dataset;
const state = form.querySelector("[data-state]");
const waiting = [];
let isSending = false;
let held = null;
let count = 0;

// Returns the picture that was stored, or why there is none.
const send = async (file) => {
  if (file.size > words.limit) return words.large;
  const body = new FormData();
  body.append("pictures", file, file.name || "picture");
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const answer = await fetch(form.dataset.pictures, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(180_000) });
  if (answer.type === "opaqueredirect" || answer.status === 403) return words.out;
  if (!answer.ok) return answer.status === 413 ? words.large : words.failed;
  const { pictures, refused } = await answer.json();
  return pictures[0] ?? refused.join(" ").replace(`${file.name}: `, "");
};

const deliver = async ({ file: { name }, file, place }) => {
  state.textContent = fill(words.sending, { name, number: waiting.length });
  const result = await send(file).catch(() => words.failed);
  const why = result.url ? "" : fill(words.refused, { name, why: result });
  await swap((value) => [value.indexOf(place), value.indexOf(place) + place.length], result.markdown ?? `<!-- ${why.replaceAll("--", "- -")} -->`);
  if (result.url) describe(result);
  state.textContent = why || fill(words.sent, { name });
};

const work = async () => {
  if (isSending) return;
  isSending = true;
  while (waiting.length) {
    await deliver(waiting[0]);
    waiting.shift();
  }
  isSending = false;
  if (held) form.requestSubmit(held === form ? null : held);
};

const take = (files, at) => {
  const fresh = files.map((file) => {
    count += 1;
    const name = (file.name || "picture").replace(/[[\]\n]/g, " ");
    return { file, place: `![${fill(words.placeholder, { name: count > 1 ? `${name} (${count})` : name })}]()` };
  });
  const before = text.value.slice(0, at);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replace(at, at, `${gap}${fresh.map(({ place }) => place).join("\n\n")}\n\n`);
  waiting.push(...fresh);
  work();
};

text.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (!files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  take([...files], text.selectionEnd);
});

// What misses the text would be opened in place of the page
form.addEventListener("dragover", (event) => {
  if (event.dataTransfer.types.includes("Files") && event.target.type !== "file") event.preventDefault();
});
form.addEventListener("drop", (event) => {
  if (!event.dataTransfer.files.length || event.target.type === "file") return;
  event.preventDefault();
  const under = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  take([...event.dataTransfer.files], under?.offsetNode === text ? under.offset : text.selectionEnd);
});

form.elements.pictures.addEventListener("change", ({ target }) => {
  take([...target.files], text.selectionEnd);
  target.value = "";
});

// Saving waits until the pictures are there; a second press does not
form.addEventListener("submit", (event) => {
  if (!waiting.length || held) {
    held = null;
    waiting.length = 0;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  held = event.submitter ?? form;
  state.textContent = fill(words.holding, { number: waiting.length });
}, { capture: true });
addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
