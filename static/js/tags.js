// Often used tags: each name becomes a button that adds it to the field; without this file they are words to read.
const field = document.querySelector("#id_tags");

for (const item of document.querySelectorAll(".suggestions li")) {
  const name = item.textContent.trim();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tag";
  button.dir = "auto";
  button.textContent = name;
  button.addEventListener("click", () => {
    const names = field.value.split(",").map((typed) => typed.trim()).filter(Boolean);
    if (!names.some((typed) => typed.toLowerCase() === name.toLowerCase())) names.push(name);
    field.value = names.join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  item.replaceChildren(button);
}
