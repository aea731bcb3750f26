// What is marked in the response can be put among the words to be redacted by a press.
// Without this one copies and pastes.
const original = document.querySelector("[data-gives-selection]");
const words = document.querySelector("[data-takes-selection]");

if (original && words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button selection-button";
  button.dataset.size = "sm";
  button.dataset.variant = "secondary";
  button.textContent = words.dataset.takesSelection;
  button.disabled = true;
  original.before(button);

  const selected = () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && original.contains(selection.getRangeAt(0).commonAncestorContainer);
    return inside ? selection.toString().trim().replace(/\s+/g, " ") : "";
  };

  document.addEventListener("selectionchange", () => {
    if (document.activeElement !== button) button.disabled = !selected();
  });
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const passage = selected();
    if (!passage) return;
    words.value = [words.value.trim(), passage].filter(Boolean).join("\n");
    words.closest("details").open = true;
    button.disabled = true;
    words.focus();
  });
}
