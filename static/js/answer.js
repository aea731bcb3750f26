// Counts characters, and gets the name of an organisation by its number. Without this, the
// form says what is too long when it is saved, and a button gets the name.

const sentence = (text, parts) => text.replace(/{(\w+)}/g, (_all, name) => parts[name]);
const language = document.documentElement.lang;

for (const field of document.querySelectorAll("textarea[data-limit]")) {
  const limit = Number(field.dataset.limit);
  const counter = document.createElement("p");
  counter.className = "counter";
  counter.id = `${field.id}_count`;
  field.after(counter);
  const count = () => {
    const length = Array.from(field.value).length; // characters, as the server counts them
    counter.textContent = sentence(field.form.dataset.count, {
      count: length.toLocaleString(language),
      limit: limit.toLocaleString(language),
    });
    counter.toggleAttribute("data-over", length > limit);
    if (length > 0.9 * limit) counter.setAttribute("role", "status");
    else counter.removeAttribute("role");
  };
  field.addEventListener("input", count);
  count();
}

const number = document.getElementById("id_organisation_number");
const address = number?.form.dataset.lookUp;
if (address) {
  const name = document.getElementById("id_organisation_name");
  const kind = document.getElementById("id_organisation_kind");
  const said = document.getElementById("looked-up");
  const lookUp = async () => {
    const digits = number.value.replace(/\s/g, "");
    if (!digits) return;
    try {
      const page = await fetch(`${address}?${new URLSearchParams({ number: digits })}`);
      const found = await page.json();
      if (found.name) {
        name.value = found.name;
        kind.value = found.kind;
        name.dispatchEvent(new Event("input", { bubbles: true }));
      }
      said.textContent = found.message;
    } catch {
      said.textContent = "";
    }
  };
  number.addEventListener("change", lookUp);
  number.form.querySelector("[name=look_up]").addEventListener("click", (press) => {
    press.preventDefault();
    lookUp();
  });
}
