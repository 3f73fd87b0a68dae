// Replies in place: the link's page brings the same form; here it opens under the comment.
document.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a.reply-link");
  const cancel = event.target.closest(".thread [data-cancel]");
  if (cancel) {
    event.preventDefault();
    close(cancel.closest(".comment"));
  } else if (link) {
    event.preventDefault();
    const comment = link.closest(".comment");
    if (comment.querySelector("form.comment-form")) close(comment);
    else await open(comment, link);
  }
});

async function open(comment, link) {
  const url = new URL(link.href);
  url.searchParams.set("fragment", "1");
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("form.comment-form");
  comment.append(form);
  link.setAttribute("aria-expanded", "true");
  form.querySelector("textarea").focus();
}

function close(comment) {
  comment.querySelector("form.comment-form").remove();
  const link = comment.querySelector("a.reply-link");
  link.setAttribute("aria-expanded", "false");
  link.focus();
}
