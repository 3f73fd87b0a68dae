// The editor's text, changed as if somebody typed: the browser's own undo takes each change back.
export const form = document.querySelector("form.editor");
export const text = form.elements.body;

// That of whoever is signed in now: it changes when somebody signs in again in another tab.
export const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

// A sentence with {names} in it, and what stands for them.
export const fill = (sentence, named) => sentence.replace(/\{(\w+)\}/g, (_all, name) => named[name]);

let composed = Promise.resolve();
for (const field of [text, form.elements.title]) {
  field.addEventListener("compositionstart", () => {
    composed = new Promise((done) => { field.addEventListener("compositionend", done, { once: true }); });
  });
}

// Replaces what stands between two places and leaves the selection from `from` to `to`.
export const replace = (start, end, words, from = start + words.length, to = from) => {
  text.focus({ preventScroll: true });
  text.setSelectionRange(start, end);
  if ((words || start < end) && !document.execCommand(words ? "insertText" : "delete", false, words)) {
    text.setRangeText(words, start, end);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(from, to);
};

// Swaps one piece of the text for another while its author goes on elsewhere.
export const swap = async (find, words) => {
  await composed;
  const [start, end] = find(text.value);
  if (start < 0) return;
  const { selectionStart, selectionEnd, selectionDirection } = text;
  const [active, x, y] = [document.activeElement, scrollX, scrollY];
  const moved = (at) => (at <= start ? at : Math.max(start, at - end + start) + words.length);
  replace(start, end, words);
  text.setSelectionRange(moved(selectionStart), moved(selectionEnd), selectionDirection);
  if (active !== text) active.focus({ preventScroll: true });
  scrollTo({ left: x, top: y, behavior: "instant" });
};
