// About how many words there are, and how long reading takes; counted as the server does.
import { fill, form, text } from "./edit.js";

const place = form.querySelector("[data-count]");
const WORD = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]|[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu;
const UNSEEN = /!\[|\]\([^)\s]*|<[^>\n]*>|^ {0,3}(?:```|~~~).*|^ {0,3}\[[^\]\n]+\]:.*|<!--[^]*?-->/gm;
const WORDS_A_MINUTE = 220;
let timer;

const count = () => {
  const words = text.value.replace(UNSEEN, " ").match(WORD)?.length ?? 0;
  const minutes = Math.max(1, Math.round(words / WORDS_A_MINUTE));
  const sentence = words === 1 ? place.dataset.countOne : place.dataset.count;
  place.textContent = words ? fill(sentence, { words: words.toLocaleString(document.documentElement.lang), minutes }) : "";
};

text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(count, 400);
});
count();
