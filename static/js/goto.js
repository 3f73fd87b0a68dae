// Opens the editor at the place that the checklist names: a line of the text, or a field.
const line = Number(new URLSearchParams(location.search).get("line"));
const field = document.getElementById(location.hash.slice(1));

function select(box, number) {
  const lines = box.value.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  const end = start + (lines[number - 1] ?? "").length;
  box.focus();
  box.setSelectionRange(start, end);
  // Browsers do not bring a selection into view: the share of the text before it does, nearly.
  const before = start / Math.max(1, box.value.length);
  const top = box.getBoundingClientRect().top + scrollY + before * box.clientHeight;
  if (box.scrollHeight > box.clientHeight) box.scrollTop = before * box.scrollHeight - box.clientHeight / 2;
  else scrollTo({ top: top - innerHeight / 2, behavior: "instant" });
}

// Once the page has its heights, and the browser has followed the fragment itself
addEventListener("load", () => {
  field?.closest("details")?.setAttribute("open", "");
  if (field && line > 0 && field.localName === "textarea") setTimeout(select, 0, field, line);
  else if (field?.closest(".editor")) field.focus();
});
