// The editor's frame: saving by Ctrl or Cmd with S, a text that grows, and the wide one.
import { form, text } from "./edit.js";

const PLACE = "editor-place";

form.addEventListener("submit", (event) => {
  const isSaving = !event.submitter?.hasAttribute("formaction") && event.submitter?.value !== "publication";
  if (isSaving && document.activeElement === text) {
    sessionStorage.setItem(PLACE, JSON.stringify([text.selectionStart, text.selectionEnd, scrollY]));
  }
});

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
  event.preventDefault();
  // A published post is kept as a draft: no key shows readers what is half done
  if (!event.repeat) form.requestSubmit(form.querySelector("[name=then][value=draft]"));
});

// After saving by hand one writes on where one was
const place = JSON.parse(sessionStorage.getItem(PLACE));
sessionStorage.removeItem(PLACE);
if (place && !form.querySelector(".alert")) {
  text.focus({ preventScroll: true });
  text.setSelectionRange(place[0], place[1]);
  scrollTo({ top: place[2], behavior: "instant" });
}

if (!CSS.supports("field-sizing", "content")) {
  const grow = () => {
    text.style.blockSize = "auto";
    text.style.blockSize = `${text.scrollHeight + 2}px`;
  };
  text.addEventListener("input", grow);
  grow();
}

// Chromium takes ten seconds to find the direction of each paragraph in a megabyte that is pasted
const settle = (event) => {
  const pasted = event?.clipboardData.getData("text/plain").length ?? 0;
  if (text.value.length + pasted > 200_000) text.dir = getComputedStyle(text).direction;
};
text.addEventListener("paste", settle);
settle();

const wide = form.querySelector("[data-switch=wide]");
const widen = (isWide) => {
  form.classList.toggle("is-wide", isWide);
  wide.setAttribute("aria-pressed", isWide);
};
widen(localStorage.getItem("editor-wide") === "yes");
wide.addEventListener("click", () => {
  const isWide = !form.classList.contains("is-wide");
  localStorage.setItem("editor-wide", isWide ? "yes" : "");
  widen(isWide);
});
