// A button beside each snippet that puts it where the cursor stands; without this file they are there to copy.
import { replace, text } from "./edit.js";

for (const panel of document.querySelectorAll("[data-snippets]")) {
  for (const piece of panel.querySelectorAll("textarea")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-small";
    button.textContent = panel.dataset.snippets;
    button.setAttribute("aria-label", `${button.textContent}: ${piece.labels[0].textContent}`);
    button.addEventListener("click", () => replace(text.selectionStart, text.selectionEnd, piece.value));
    piece.after(button);
  }
}
