// Keeps what is being written: on the server for who has logged in; for others, and for who
// wants to be anonymous, in this browser, if they permit it. Without this, a button saves.

const form = document.getElementById("answer");
const line = document.getElementById("keeping");
const permission = document.getElementById("keep-here");
const key = `draft ${form.dataset.consultation}`;
const place = location.pathname.replace(/^\/\w\w\//, "/"); // the same in every language
const PAUSE = 1500; // milliseconds without a key press
const NOT_KEPT = ["csrfmiddlewaretoken", "as_of", "homepage", "opened", "remove"];

let timer;
let isChanged = false;
let isSaving = false;
let saved = Promise.resolve();

const say = (text) => {
  if (line.textContent !== text) line.textContent = text; // read out once, not at every pause
};

const kind = () => form.querySelector("[name=sender_kind]:checked")?.value;
const isKeptByServer = () => "keep" in form.dataset && kind() !== "anonymous";

// --- On the server

async function send() {
  isChanged = false;
  isSaving = true;
  const body = new FormData(form);
  body.delete("attachments");
  body.delete("remove");
  try {
    const answer = await fetch(form.dataset.keep, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": body.get("csrfmiddlewaretoken") },
      redirect: "manual",
      keepalive: document.hidden,
    });
    if (answer.type === "opaqueredirect") return say(line.dataset.loggedOut);
    if (answer.status === 409) return say(line.dataset.ended);
    if (!answer.ok) throw new Error(answer.status);
    const kept = await answer.json();
    if (kept.address) take(kept);
  } catch {
    isChanged = true;
    say(line.dataset.failed);
    timer = setTimeout(keep, 10 * PAUSE);
  } finally {
    isSaving = false;
  }
}

function take(kept) {
  form.elements.as_of.value = kept.as_of;
  form.action = kept.address;
  form.dataset.keep = kept.keep;
  if (location.pathname !== kept.address) history.replaceState(null, "", kept.address);
  document.getElementById("late").hidden = !kept.is_late;
  say(kept.message);
}

// --- In the browser

function read() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(also) {
  const fields = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NOT_KEPT.includes(name),
  );
  const kept = { place, path: location.pathname, asOf: form.elements.as_of.value, fields };
  try {
    localStorage.setItem(key, JSON.stringify({ ...kept, ...also }));
  } catch {
    return say(line.dataset.full);
  }
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  say(line.dataset.kept.replace("{time}", time));
}

function restore(fields) {
  for (const box of form.querySelectorAll("input[type=checkbox][name]")) box.checked = false;
  for (const [name, value] of fields) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = true;
    else field.value = value;
    if (value && field.closest) field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent?.(new Event("input")); // does not bubble: it is counted, not saved
  }
}

function begin() {
  const kept = read();
  if (!kept || isKeptByServer()) return;
  const box = document.getElementById("kept-here");
  const isHere = kept.place === place && kept.asOf === form.elements.as_of.value;
  const isAtStart = form.elements.as_of.value === "";
  if (isHere) {
    permission.checked = true;
    restore(kept.fields);
    box.querySelector("span").textContent = box.dataset.restored;
    box.hidden = false;
  } else if (kept.place === place || kept.isPressed) {
    permission.checked = true; // the server has what was kept here, or newer
    write();
  } else if (isAtStart) {
    const link = box.querySelector("a");
    link.href = kept.path;
    link.hidden = box.hidden = false;
  }
}

// --- Both

function keep() {
  clearTimeout(timer);
  if (!isKeptByServer()) {
    if (isChanged && permission.checked) write();
    isChanged = false;
  } else {
    saved = saved.then(() => (isChanged ? send() : undefined));
  }
}

function choose() {
  permission.closest(".keep-here").hidden = isKeptByServer();
}

form.addEventListener("input", (change) => {
  if (change.target === permission || change.target.type === "file") return;
  isChanged = true;
  clearTimeout(timer);
  timer = setTimeout(keep, PAUSE);
  choose();
});

permission.addEventListener("change", () => {
  if (permission.checked) return write();
  localStorage.removeItem(key);
  say(line.dataset.removed);
});

form.addEventListener("submit", (press) => {
  clearTimeout(timer);
  isChanged = false;
  if (!isKeptByServer()) {
    if (permission.checked) write({ isPressed: true });
  } else if (isSaving) {
    press.preventDefault(); // so that two presses do not make two drafts
    saved.then(() => form.requestSubmit(press.submitter));
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden && isChanged) keep();
});
window.addEventListener("pagehide", () => {
  if (isChanged) keep();
});

choose();
begin();
