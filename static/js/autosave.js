// Keeps what is typed: in this browser at once, on the server two seconds after the last key.
const state = document.querySelector("[data-autosave]");
const form = state.closest("form");
const { autosave: url, copy: mine, saving, failed, lost, refused, local } = state.dataset;
const tab = Math.random().toString(36).slice(2);
const LARGEST_BEACON = 60_000;
const LONGEST_UNSAVED = 15_000; // milliseconds that somebody may type without a pause
const PREFIX = "draft:";

let version = Number(state.dataset.version); // the last that the server said it has
let sent = version; // each sending has a number of its own: an answer may be lost
let typed = 0; // how often something was typed, and up to which the browser or the server has it
let here = 0;
let there = 0;
let timer = 0;
let pause = 2000;
let sending = null;
let since = 0; // when the first of what the server does not have was typed
let leaving = false;

// Read out are trouble and its end alone, not every two seconds that a text is saved
const isInTrouble = () => state.classList.contains("is-trouble");
const say = (text, isTrouble = false) => {
  state.ariaLive = isTrouble || isInTrouble() ? "polite" : "off";
  state.classList.toggle("is-trouble", isTrouble);
  if (state.textContent !== text) state.textContent = text;
};

// What the browser keeps

const storage = (() => { try { return window.localStorage; } catch { return null; } })();
const name = () => `${PREFIX}${mine}${form.elements.key.value}`;
const forget = (key) => storage?.removeItem(key);

const fields = () => [...new FormData(form)].filter(([key, value]) =>
  typeof value === "string" && !["csrfmiddlewaretoken", "key", "tab", "version", "after"].includes(key));

const keep = () => {
  if (here === typed) return;
  try {
    storage.setItem(name(), JSON.stringify({ at: Date.now(), version, fields: fields() }));
    here = typed;
  } catch { /* no room, or no storage: `lost` says so when the server does not answer either */ }
};

const copies = () => Object.keys(storage ?? {}).filter((key) => key.startsWith(PREFIX));

// What the server keeps

const token = () => document.cookie.match(/(?:^|; )(?:__Host-)?csrf=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

const sign = (data) => {
  for (const [key, value] of Object.entries({ tab, version: sent, after: version })) data.append(key, value);
};

const packed = (withText) => {
  const data = new FormData();
  if (withText) for (const [key, value] of fields()) data.append(key, value);
  data.append("key", form.elements.key.value);
  sent += 1;
  sign(data);
  return data;
};

const ask = async (withText, options = {}) => {
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const response = await fetch(url, { method: "POST", body: packed(withText), headers, redirect: "error", ...options });
  if (!response.headers.get("Content-Type")?.includes("json")) throw new Error(response.status);
  return response.json();
};

const showOthers = (text) => {
  const hint = document.querySelector("[data-others]");
  if (!hint || text === undefined || hint.textContent === text) return;
  hint.textContent = text;
  hint.hidden = !text;
};

const rename = (key) => {
  if (!key || key === form.elements.key.value) return;
  forget(name());
  form.elements.key.value = key;
  here = 0;
};

const later = (milliseconds) => {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
};

const retry = (text) => {
  keep();
  say(here === typed ? text : lost, true);
  pause = Math.min(pause * 2, 60_000);
  later(pause);
};

async function send(options) {
  clearTimeout(timer);
  if (leaving || there === typed) return;
  if (sending) return later(500);
  const now = typed;
  const own = new AbortController();
  sending = own;
  if (!isInTrouble()) say(saving);
  try {
    const answer = await ask(true, { signal: own.signal, ...options });
    showOthers(answer.others);
    if (["saved", "renewed"].includes(answer.state)) {
      rename(answer.key);
      version = answer.version;
      sent = Math.max(sent, version);
    }
    if (answer.state === "saved") confirmed(now, answer.text);
    else if (answer.state === "renewed") later(0);
    else retry(`${refused} ${answer.text} ${local}`);
  } catch (error) {
    if (error.name !== "AbortError") retry(failed);
  } finally {
    if (sending === own) sending = null;
  }
}

const confirmed = (now, text) => {
  there = now;
  pause = 2000;
  if (now !== typed) return later(pause);
  forget(name());
  here = typed;
  say(text);
};

// When it happens

let soon = 0;
form.addEventListener("input", () => {
  leaving = false;
  if (there === typed) since = Date.now();
  typed += 1;
  soon ||= setTimeout(() => { soon = 0; keep(); }, 300);
  if (!isInTrouble() && Date.now() - since < LONGEST_UNSAVED) later(2000);
});

const leave = () => {
  if (leaving || there === typed) return;
  keep();
  const isSmall = new Blob(fields().flat()).size < LARGEST_BEACON;
  sending?.abort();
  sending = null;
  send({ keepalive: isSmall });
};
addEventListener("pagehide", leave);
addEventListener("online", () => { pause = 2000; send(); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return leave();
  pause = 2000; // perhaps after signing in again in another tab
  send();
});
addEventListener("offline", () => { if (there !== typed) retry(failed); });
addEventListener("beforeunload", (event) => {
  keep();
  if (!leaving && there !== typed && here !== typed) event.preventDefault();
});

// A button sends the whole form itself, with the token of whoever is signed in now.
form.addEventListener("submit", (event) => {
  keep();
  sent += 1;
  form.elements.csrfmiddlewaretoken.value = token();
  setTimeout(() => { // unless it waits for pictures that are on their way
    if (event.defaultPrevented) return;
    leaving = true;
    clearTimeout(timer);
    sending?.abort();
  });
});
form.addEventListener("formdata", ({ formData }) => sign(formData));
addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

// Who else is here

const beat = async () => {
  if (document.hidden || leaving) return;
  try { showOthers((await ask(false)).others); } catch { /* the next text says that it is offline */ }
};
if (document.querySelector("[data-others]")) {
  setTimeout(beat, 1000);
  setInterval(beat, 30_000);
}

// What an earlier page left in this browser

const offer = (key, kept) => {
  const box = document.querySelector("[data-local-copy]").content.cloneNode(true).firstElementChild;
  box.querySelector("[data-when]").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  box.querySelector("textarea").value = kept.fields.find(([field]) => field === "body")?.[1] ?? "";
  box.querySelector("[data-use]").addEventListener("click", () => { use(key, kept); box.remove(); });
  box.querySelector("[data-drop]").addEventListener("click", () => { box.remove(); forget(key); });
  form.before(box);
};

// The editor goes on as the one that was left, with its key: so one text is one row on the server
const use = (key, kept) => {
  const values = new Map();
  for (const [field, value] of kept.fields) values.set(field, [...(values.get(field) ?? []), value]);
  for (const box of form.elements) {
    if (["checkbox", "radio"].includes(box.type)) box.checked = (values.get(box.name) ?? []).includes(box.value);
    else if (values.has(box.name)) box.value = values.get(box.name)[0];
  }
  form.elements.key.value = key.split(":").pop();
  version = kept.version;
  sent = Math.max(sent, version);
  form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.body.focus();
};

const plain = (list) => JSON.stringify(list.map(([field, value]) => [field, value.replace(/\r\n?/g, "\n").trim()]).filter(([field, value]) => value && field !== "started_from").sort());

const done = state.dataset.finished.split(" ");
const shown = plain(fields());
for (const key of copies()) {
  const [person] = key.slice(PREFIX.length).split(":");
  const kept = JSON.parse(storage.getItem(key));
  if (person !== mine.split(":")[0] || done.includes(key.split(":").pop()) || plain(kept.fields) === shown) forget(key);
  else if (key.startsWith(PREFIX + mine)) offer(key, kept);
}
if (form.querySelector(".alert")) { typed += 1; later(0); } // a form that came back is saved nowhere yet
