// What was kept in this browser of a draft is deleted when the draft is sent or deleted.

for (const form of document.querySelectorAll("form[data-forget]")) {
  form.addEventListener("submit", () => localStorage.removeItem(`draft ${form.dataset.forget}`));
}
