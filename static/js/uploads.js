// Pictures by paste, drop or file: each has its place in the text at once and is sent in its turn.
import { form, replace, swap, text, token } from "./edit.js";
import { describe } from "./descriptions.js";

const words = form.querySelector(".text-pictures").dataset;
const state = form.querySelector("[data-state]");
const waiting = [];
let isSending = false;
let held = null;
let count = 0;

const fill = (sentence, named) => sentence.replace(/\{(\w+)\}/g, (_all, name) => named[name]);
const piece = (of) => (value) => [value.indexOf(of), value.indexOf(of) + of.length];

// Returns what was stored; throws the reason where nothing was.
const send = async (file) => {
  if (file.size > words.limit) throw words.large;
  const data = new FormData();
  data.append("pictures", file, file.name || "picture");
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const answer = await fetch(form.dataset.pictures, { method: "POST", body: data, headers, redirect: "manual", signal: AbortSignal.timeout(180_000) });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw words.out;
  if (!answer.headers.get("Content-Type")?.includes("json")) throw answer.status === 413 ? words.large : words.failed;
  const { pictures, refused } = await answer.json();
  if (!pictures.length) throw refused.join(" ").replace(`${file.name}: `, "");
  return pictures[0];
};

const deliver = async ({ file, place }) => {
  state.textContent = fill(words.sending, { name: file.name, number: waiting.length + 1 });
  try {
    const picture = await send(file);
    await swap(piece(place), picture.markdown);
    describe(picture);
    state.textContent = fill(words.sent, { name: file.name });
  } catch (error) {
    const reason = fill(words.refused, { name: file.name, why: typeof error === "string" ? error : words.failed });
    await swap(piece(place), `<!-- ${reason.replaceAll("--", "- -")} -->`);
    state.textContent = reason;
  }
};

const work = async () => {
  if (isSending) return;
  isSending = true;
  while (waiting.length) {
    await deliver(waiting[0]);
    waiting.shift();
  }
  isSending = false;
  if (held) form.requestSubmit(held.isConnected ? held : undefined);
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
  if (!waiting.length || held) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = event.submitter ?? form;
  state.textContent = fill(words.holding, { number: waiting.length });
}, { capture: true });
addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
