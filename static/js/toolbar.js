// Marks by button, by Ctrl or Cmd with B, I or K, and a link where an address is pasted over words.
import { form, replace, text } from "./edit.js";

const bar = form.querySelector(".toolbar");
const tools = [...bar.querySelectorAll("button")];
const ADDRESS = /^https?:\/\/\S+$/i;

const wrap = (mark) => {
  const { value, selectionStart, selectionEnd } = text;
  const chosen = value.slice(selectionStart, selectionEnd);
  const start = selectionStart + (chosen.length - chosen.trimStart().length);
  const words = chosen.trim();
  const [end, size] = [start + words.length, mark.length];
  const isMarked = value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  if (isMarked && value.slice(start - size - 1, start - size) !== mark[0]) {
    replace(start - size, end + size, words, start - size, end - size);
  } else {
    const inside = words || bar.dataset.words;
    replace(start, end, mark + inside + mark, start + size, start + size + inside.length);
  }
};

const link = (address = "https://", isKnown = false) => {
  const { value, selectionStart: start, selectionEnd: end } = text;
  const chosen = value.slice(start, end);
  const isAddress = ADDRESS.test(chosen);
  const words = isAddress || !chosen ? bar.dataset.words : chosen;
  const target = (isAddress ? chosen : address).replaceAll("(", "%28").replaceAll(")", "%29");
  const made = `[${words}](${target})`;
  // What is still to be typed is chosen: the words, or else the address
  const [from, to] = isKnown ? [made.length] : words === chosen ? [words.length + 3, made.length - 1] : [1, 1 + words.length];
  replace(start, end, made, start + from, start + (to ?? from));
};

// Changes whole lines: `change` gets each of them, and whether all have the mark already.
const lines = (mark, change) => {
  const { value, selectionStart: from, selectionEnd: to } = text;
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const end = (value.indexOf("\n", to) + 1 || value.length + 1) - 1;
  const old = value.slice(start, end).split("\n");
  const isMarked = old.every((line) => mark.test(line));
  const fresh = old.map((line) => change(line, isMarked));
  const moved = Math.max(start, from + fresh[0].length - old[0].length);
  const words = fresh.join("\n");
  if (from === to) replace(start, end, words, moved);
  else replace(start, end, words, start, start + words.length);
};
const prefix = (mark, words) => lines(mark, (line, isMarked) => (isMarked ? line.replace(mark, "") : words + line));

const HEADING = /^#{1,6} +/;
const heading = (line) => {
  const level = line.match(HEADING)?.[0].trim().length ?? 0;
  return (level < 2 ? "## " : level < 3 ? "### " : "") + line.replace(HEADING, "");
};

const code = () => {
  const { value, selectionStart: start, selectionEnd: end } = text;
  const chosen = value.slice(start, end);
  if (chosen.includes("\n")) replace(start, end, `\`\`\`\n${chosen.replace(/\n$/, "")}\n\`\`\`\n`, start + 3);
  else wrap("`");
};

const acts = {
  bold: () => wrap("**"),
  italic: () => wrap("*"),
  link: () => link(),
  heading: () => lines(HEADING, heading),
  list: () => prefix(/^[-*+] /, "- "),
  quote: () => prefix(/^> ?/, "> "),
  code,
  picture: () => form.elements.pictures.click(),
};

bar.hidden = false;
for (const tool of bar.querySelectorAll("[data-tool]")) tool.addEventListener("click", acts[tool.dataset.tool]);
bar.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its selection

// One stop for the Tab key; arrows go from tool to tool
const stop = (tool) => tools.forEach((other) => { other.tabIndex = other === tool ? 0 : -1; });
stop(tools[0]);
bar.addEventListener("focusin", (event) => stop(event.target));
bar.addEventListener("keydown", (event) => {
  const seen = tools.filter((tool) => tool.offsetParent);
  const turn = getComputedStyle(bar).direction === "rtl" ? -1 : 1;
  const at = seen.indexOf(event.target);
  const to = { ArrowRight: at + turn, ArrowLeft: at - turn, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  seen.at(to % seen.length).focus();
});

text.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
  const act = { b: acts.bold, i: acts.italic, k: acts.link }[event.key.toLowerCase()];
  if (act) {
    event.preventDefault();
    act();
  }
});

text.addEventListener("paste", (event) => {
  const pasted = event.clipboardData.getData("text/plain").trim();
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  if (!ADDRESS.test(pasted) || !chosen.trim() || /[\n[\]]/.test(chosen) || ADDRESS.test(chosen)) return;
  event.preventDefault();
  link(pasted, true);
});
