// Enter goes on with the list or the quote the line belongs to; on an empty item it ends it.
import { replace, text } from "./edit.js";

const MARK = /^(?<lead>[ \t]*(?:>[ \t]?)*)(?:(?<bullet>[-*+])|(?<number>\d{1,8})(?<dot>[.)]))?(?<gap>(?:(?<=[-*+.)])[ \t]+)?)(?<task>(?<=[-*+.)][ \t]+)\[[ xX]\][ \t]+)?/u;

const next = ({ lead, bullet, number, dot, gap, task }) => {
  const item = bullet ?? (number ? `${Number(number) + 1}${dot}` : "");
  return lead + item + gap + (task ? "[ ] " : "");
};

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const { value, selectionStart: at } = text;
  if (at !== text.selectionEnd) return;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const end = (value.indexOf("\n", at) + 1 || value.length + 1) - 1;
  const line = value.slice(start, end);
  const found = line.match(MARK);
  const { bullet, number, gap, lead } = found.groups;
  const isItem = (bullet || number) && gap;
  if (!(isItem || lead.includes(">")) || at < start + found[0].length) return;
  if ((value.slice(0, start).match(/^ {0,3}(```|~~~)/gm)?.length ?? 0) % 2) return; // inside code
  event.preventDefault();
  if (line.trim() === found[0].trim()) replace(start, end, "");
  else replace(at, at, `\n${isItem ? next(found.groups) : lead}`);
});
