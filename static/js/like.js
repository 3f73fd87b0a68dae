// Likes in place: the button sends what its form would, and takes over the answer; focus stays.
document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("button.like")) return;
  event.preventDefault();
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    await send(button, event.target);
  } catch {
    say(button, event.target.dataset.failed);
  } finally {
    button.ariaBusy = null;
  }
});

async function send(button, form) {
  const answer = await fetch(button.hasAttribute("formaction") ? button.formAction : form.action, {
    method: "POST",
    body: new FormData(form, button),
    headers: { "X-Requested-With": "fetch" },
  });
  const text = await answer.text();
  const isPage = text.trimStart().toLowerCase().startsWith("<!doctype");
  if (!answer.ok) return say(button, isPage ? form.dataset.failed : text);
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".like");
  button.value = fresh.value;
  button.ariaPressed = fresh.ariaPressed;
  button.replaceChildren(...fresh.childNodes);
  say(button, "");
}

function say(button, sentence) {
  let note = button.nextElementSibling;
  if (!note?.matches(".like-note")) {
    if (!sentence) return;
    note = document.createElement("span");
    note.className = "like-note";
    note.setAttribute("role", "status");
    button.after(note);
  }
  note.textContent = sentence;
}
