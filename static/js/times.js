// Spells a chosen time out while it is chosen; the server knows the zone and its changes of clocks.
const forms = document.querySelectorAll("form[data-times]");

async function spell(form) {
  const sent = new FormData(form);
  sent.set("step", "look");
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body: sent });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = form.querySelector("[data-words]");
    const found = page.getElementById(words.id);
    const wrong = found?.closest("form").querySelector(".invalid-feedback");
    if (answer.ok && found) words.textContent = (wrong ?? found).textContent;
  } catch {
    // Without the network the button says the same once it is back.
  }
}

for (const form of forms) {
  form.querySelector("[data-look]").hidden = true;
  form.querySelector("input[type=datetime-local]").addEventListener("change", () => spell(form));
}
