// The editor: sends pictures that are pasted or dropped.
const form = document.querySelector("form.editor");
const text = form.elements.body;
const state = form.querySelector("[data-state]");

const insert = (markdown) => {
  const [start, before] = [text.selectionEnd, text.value.slice(0, text.selectionEnd)];
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  text.setRangeText(`${gap}${markdown}\n\n`, start, start, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
};

const send = async (file) => {
  const data = new FormData();
  data.append("pictures", file);
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  const response = await fetch(form.dataset.pictures, { method: "POST", body: data, headers: { Accept: "application/json" } });
  if (!response.headers.get("Content-Type")?.includes("json")) throw new Error();
  return response.json();
};

const take = async (event, list) => {
  const files = [...(list?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!files.length) return;
  event.preventDefault();
  const refused = [];
  for (const file of files) {
    state.textContent = form.dataset.uploading;
    try {
      const answer = await send(file);
      answer.markdown.forEach(insert);
      refused.push(...answer.refused);
    } catch {
      refused.push(form.dataset.failed);
    }
  }
  state.textContent = refused.join(" ");
};

text.addEventListener("paste", (event) => take(event, event.clipboardData));
text.addEventListener("drop", (event) => take(event, event.dataTransfer));
