// A button on each box of code that copies it; says so where a screen reader hears it.
const { copy, copied } = document.getElementById("copy-js").dataset;
const said = document.createElement("p");
said.className = "visually-hidden";
said.role = "status";
document.body.append(said);

for (const code of document.querySelectorAll(".prose pre")) {
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "copy-box";
  button.className = "copy";
  button.type = "button";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
    button.textContent = said.textContent = copied;
    setTimeout(() => {
      button.textContent = copy;
      said.textContent = "";
    }, 2000);
  });
  code.replaceWith(box);
  box.append(code, button);
}
