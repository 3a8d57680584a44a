// Choosing a person, by name or by role.
import { fold, paintFace, roleOf, world } from "./store.js";

const dialog = document.getElementById("picker");
const title = document.getElementById("picker-title");
const search = document.getElementById("picker-find");
const list = document.getElementById("picker-list");
let offered = [];
let done = () => {};

search.addEventListener("input", draw);
dialog.addEventListener("close", () => done(dialog.returnValue || null));
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close("");
});

/** Ask which of these people (from `everywhere`: with their unit); her id, or null. */
export function choose(heading, people, current = "", everywhere = false) {
  title.textContent = heading;
  offered = people.map((id) => {
    const person = world.people.get(id);
    return { ...person, note: everywhere ? roleOf(person) : person.note, current: id === current };
  });
  search.value = "";
  draw();
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    done = resolve;
  });
}

function draw() {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  const found = offered.filter((person) =>
    words.every((word) => fold(`${person.name} ${person.note}`).includes(word)),
  );
  list.replaceChildren(...found.map(row));
  if (!found.length) list.innerHTML = "<li class='none'>Không có ai tên như vậy</li>";
}

function row(person) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.person = person.id;
  if (person.current) button.setAttribute("aria-current", "true");
  const face = document.createElement("span");
  face.className = "face";
  face.setAttribute("aria-hidden", "true");
  paintFace(face, person);
  const words = document.createElement("span");
  words.className = "words";
  const name = document.createElement("b");
  name.textContent = person.name;
  const note = document.createElement("span");
  note.textContent = person.note;
  words.append(name, note);
  button.append(face, words);
  button.addEventListener("click", () => dialog.close(person.id));
  item.append(button);
  return item;
}
