// One box for all posts of the page; without this file each is chosen by its own.
const all = document.querySelector(".choose-all input");
const boxes = [...document.querySelectorAll('.work [form="several"]')];

if (all && boxes.length > 1) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  document.addEventListener("change", (event) => {
    if (!boxes.includes(event.target)) return;
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
  });
}
