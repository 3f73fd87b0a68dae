// What each picture shows, asked beside it and written into the text.
import { form, swap, text } from "./edit.js";

const list = form.querySelector(".text-pictures");
const sample = list.querySelector("template");

const shown = (url) => new RegExp(`!\\[([^\\]\\n]*)\\]\\(${url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?=[\\s)])`, "g");

const write = async (url, alt) => {
  const words = alt.replaceAll("[", "(").replaceAll("]", ")").replace(/\s+/g, " ").trim();
  const number = [...text.value.matchAll(shown(url))].length;
  for (let at = 0; at < number; at += 1) {
    await swap((value) => {
      const found = [...value.matchAll(shown(url))][at];
      return found && found[1] !== words ? [found.index + 2, found.index + 2 + found[1].length] : [-1, -1];
    }, words);
  }
};

const listen = (row) => {
  const [alt, box] = [row.querySelector("[data-alt]"), row.querySelector("[type=checkbox]")];
  const inText = text.value.matchAll(shown(row.dataset.url)).next().value?.[1];
  if (inText) alt.value = inText;
  const later = () => setTimeout(() => write(row.dataset.url, box?.checked ? "" : alt.value)); // when the focus has moved on
  alt.addEventListener("change", later);
  box?.addEventListener("change", () => {
    alt.disabled = box.checked;
    later();
  });
};

// Adds a row for a picture that was just sent.
export const describe = ({ key, url, alt, name }) => {
  if (list.querySelector(`[data-url="${CSS.escape(url)}"]`)) return;
  const row = sample.content.firstElementChild.cloneNode(true);
  row.dataset.url = url;
  row.setAttribute("aria-label", name);
  row.querySelector("img").src = url;
  for (const field of row.querySelectorAll("[id]")) field.id += key;
  for (const field of row.querySelectorAll("[name]")) field.name += key;
  for (const label of row.querySelectorAll("[for]")) label.htmlFor += key;
  row.querySelector("[data-alt]").value = alt;
  sample.before(row);
  list.open = true;
  listen(row);
};

list.querySelectorAll(".picture-row").forEach(listen);
