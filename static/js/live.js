// The post as readers see it, beside the text: made by the server from what is typed, kept nowhere.
import { form, text, token } from "./edit.js";

const PAUSE = 600;
const pane = form.querySelector(".editor-live");
const frame = pane.querySelector("iframe");
const state = pane.querySelector("[data-live-state]");
const button = form.querySelector("[data-switch=live]");
let timer;
let asked;

const typed = () => {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken"); // the header has a newer one
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
};

const show = (html) => {
  const shown = frame.contentDocument;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (!shown?.querySelector("main")) {
    frame.srcdoc = html;
    return;
  }
  const sheets = (page) => [...page.querySelectorAll("link[rel=stylesheet]")];
  const known = new Set(sheets(shown).map((sheet) => sheet.href));
  shown.head.append(...sheets(fresh).filter((sheet) => !known.has(sheet.href)));
  shown.querySelector("main").replaceWith(fresh.querySelector("main"));
  match();
};

const refresh = async () => {
  asked?.abort();
  asked = new AbortController();
  try {
    const headers = { "X-CSRFToken": token() };
    const answer = await fetch(form.dataset.live, { method: "POST", body: typed(), headers, redirect: "manual", signal: asked.signal });
    if (answer.ok) show(await answer.text());
    state.textContent = answer.ok ? "" : answer.status >= 500 ? state.dataset.away : state.dataset.out;
  } catch (error) {
    if (error.name !== "AbortError") state.textContent = state.dataset.away;
  }
};

// Places of the headings, as parts of the text's height: a line counts for as many as it fills
const places = () => {
  const columns = text.clientWidth / (0.55 * parseFloat(getComputedStyle(text).fontSize));
  const found = [];
  let [rows, isCode] = [0, false];
  for (const line of text.value.split("\n")) {
    if (/^ {0,3}(```|~~~)/.test(line)) isCode = !isCode;
    if (!isCode && /^ {0,3}#{1,6}\s/.test(line)) found.push(rows);
    rows += Math.max(1, Math.ceil(line.length / columns));
  }
  return found.map((row) => row / rows);
};

// Scrolls the preview to what the text shows, heading by heading, evenly between them
const match = () => {
  const page = frame.contentDocument?.documentElement;
  if (pane.hidden || !page?.querySelector("main")) return;
  const box = text.getBoundingClientRect();
  const isBeside = frame.getBoundingClientRect().left > box.left + 40;
  const look = innerHeight / 3;
  const at = isBeside ? (look - box.top) / box.height : text.selectionEnd / (text.value.length || 1);
  const heads = [...page.querySelectorAll(".prose :is(h1, h2, h3, h4, h5, h6)")].map((head) => head.getBoundingClientRect().top + page.scrollTop);
  const froms = places();
  const isPaired = froms.length === heads.length;
  const from = isPaired ? [0, ...froms, 1] : [0, 1];
  const to = isPaired ? [0, ...heads, page.scrollHeight] : [0, page.scrollHeight];
  const next = Math.max(1, from.findIndex((place, index) => index && place >= at));
  const part = Math.min(1, Math.max(0, (at - from[next - 1]) / (from[next] - from[next - 1] || 1)));
  const top = at >= 1 ? page.scrollHeight : to[next - 1] + part * (to[next] - to[next - 1]) - frame.clientHeight / 3;
  frame.contentWindow.scrollTo({ top, behavior: "instant" });
};

const toggle = (isShown) => {
  pane.hidden = !isShown;
  form.classList.toggle("has-live", isShown);
  button.setAttribute("aria-pressed", isShown);
  localStorage.setItem("editor-live", isShown ? "yes" : "");
  if (isShown) refresh();
};

form.addEventListener("input", () => {
  if (pane.hidden) return;
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
});
addEventListener("scroll", () => requestAnimationFrame(match), { passive: true });
frame.addEventListener("load", match);
button.addEventListener("click", () => toggle(pane.hidden));
if (localStorage.getItem("editor-live")) toggle(true);
