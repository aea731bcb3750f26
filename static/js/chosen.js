// Keeps what one chooses in the journal from page to page, in this tab alone, and says how much it
// is. Without this, what is chosen is asked for page by page, as the line beside the button says.

const form = document.getElementById("chosen");
const line = document.getElementById("chosen-line");
const nothing = document.getElementById("choose-nothing");
const boxes = [...document.querySelectorAll("input[form=chosen][name=post]")];
const key = `chosen ${form.dataset.authority}`;
const MOST = 101; // one more than can be asked for at a time, so that this is told

const read = () => new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));

function show(chosen) {
  const here = new Set(boxes.map((box) => box.value));
  const elsewhere = [...chosen].filter((place) => !here.has(place));
  for (const box of boxes) box.checked = chosen.has(box.value);
  for (const field of form.querySelectorAll("input[type=hidden]")) field.remove();
  for (const place of elsewhere.slice(0, MOST)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "post", value: place });
    form.append(field);
  }
  const { chosen: all, elsewhere: others } = line.dataset;
  line.textContent = `${all} ${chosen.size}${elsewhere.length ? `, ${others} ${elsewhere.length}` : ""}`;
  nothing.hidden = !chosen.size;
}

function keep(chosen) {
  sessionStorage.setItem(key, JSON.stringify([...chosen]));
  show(chosen);
}

for (const box of boxes) {
  box.addEventListener("change", () => {
    const chosen = read();
    if (box.checked) chosen.add(box.value);
    else chosen.delete(box.value);
    keep(chosen);
  });
}
nothing.addEventListener("click", () => {
  keep(new Set());
  boxes[0]?.focus(); // the button is gone
});
addEventListener("pageshow", () => show(read())); // on the way back too
