// What was chosen in the journal is chosen no longer when it is asked for.

for (const form of document.querySelectorAll("form[data-asked]")) {
  form.addEventListener("submit", () => sessionStorage.removeItem(`chosen ${form.dataset.asked}`));
}
