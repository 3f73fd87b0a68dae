// Enter goes on with the list or the quote the line belongs to; on an empty item it ends it, with
// the blank line without which Markdown would take what follows into the last item.
import { replace, text } from "./edit.js";

const MARK = /^([ \t]*(?:>[ \t]?)*)(?:([-*+]|\d{1,8}[.)])([ \t]+)(\[[ xX]\][ \t]+)?)?/;

text.addEventListener("keydown", (event) => {
  const { value, selectionStart: at } = text;
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || at !== text.selectionEnd) return;
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(start).split("\n", 1)[0];
  const [mark, lead, item, gap, task] = line.match(MARK);
  if (!(item || lead.includes(">")) || at < start + mark.length) return;
  if (value.slice(0, start).match(/^ {0,3}(```|~~~)/gm)?.length % 2) return; // inside code
  event.preventDefault();
  const next = item ? lead + item.replace(/\d+/, (number) => Number(number) + 1) + gap + (task ? "[ ] " : "") : lead;
  const end = /\S[ \t]*\n$/.test(value.slice(0, start)) ? "\n" : "";
  if (line.trim() === mark.trim()) replace(start, start + line.length, end);
  else replace(at, at, `\n${next}`);
});
