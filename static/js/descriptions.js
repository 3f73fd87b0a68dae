// What each picture shows, asked beside it and written into the text.
import { form, swap, text } from "./edit.js";

const list = form.querySelector(".text-pictures");
const sample = list.querySelector("template");

const places = (url) => [...text.value.matchAll(/!\[([^\]\n]*)\]\(([^\s)]+)/g)].filter((found) => found[2] === url);

const write = async (url, alt) => {
  const words = alt.replaceAll("[", "(").replaceAll("]", ")").replace(/\s+/g, " ").trim();
  for (let at = 0; at < places(url).length; at += 1) {
    await swap(() => {
      const { index, 1: old } = places(url)[at];
      return old === words ? [-1] : [index + 2, index + 2 + old.length];
    }, words);
  }
};

const listen = (row) => {
  const { url } = row.dataset;
  const [alt, box] = [row.querySelector("[maxlength]"), row.querySelector("[type=checkbox]")];
  alt.value = places(url)[0]?.[1] || alt.value;
  row.addEventListener("change", () => {
    if (box.checked) alt.value = "";
    alt.readOnly = box.checked;
    setTimeout(() => write(url, alt.value)); // when the focus has moved on
  });
};

// Adds a row for a picture that was just sent.
export const describe = ({ key, url, alt, name }) => {
  if ([...list.querySelectorAll(".picture-row")].some((row) => row.dataset.url === url)) return;
  const row = sample.content.firstElementChild.cloneNode(true);
  row.dataset.url = url;
  row.ariaLabel = name;
  row.querySelector("img").src = url;
  row.querySelector("[maxlength]").value = alt;
  for (const part of row.querySelectorAll("[name], [for]")) {
    for (const link of ["id", "name", "for"]) if (part.hasAttribute(link)) part.setAttribute(link, part.getAttribute(link) + key);
  }
  sample.before(row);
  list.open = true;
  listen(row);
};

list.querySelectorAll(".picture-row").forEach(listen);
