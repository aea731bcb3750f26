// What is marked in the response with the mouse or the keyboard can be put among the words to
// be redacted. Without this one copies and pastes.
const original = document.querySelector("[data-gives-selection]");
const words = document.querySelector("[data-takes-selection]");

if (original && words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button selection-button";
  button.dataset.size = "sm";
  button.textContent = words.dataset.takesSelection;
  button.hidden = true;
  original.before(button);

  const selected = () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && original.contains(selection.getRangeAt(0).commonAncestorContainer);
    return inside ? selection.toString().trim() : "";
  };

  document.addEventListener("selectionchange", () => {
    if (document.activeElement !== button) button.hidden = !selected();
  });
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const passage = selected().replace(/\s+/g, " ");
    if (!passage) return;
    words.value = [words.value.trim(), passage].filter(Boolean).join("\n");
    words.closest("details").open = true;
    button.hidden = true;
    words.focus();
  });
}
