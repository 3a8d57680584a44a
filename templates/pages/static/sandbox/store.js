// What the page knows: the world as the server tells it, and what this browser remembers.
export const world = {
  id: "",
  mention: "",
  version: 0,
  toast: 0,
  people: new Map(),
  chats: new Map(),
  order: [],
  clock: null,
  lost: [],
};

let kept = { seen: {}, speaker: {}, done: [] };

export function begin(data) {
  world.id = data.world;
  world.mention = data.mention;
  world.toast = data.toast;
  world.people = new Map(data.people.map((person) => [person.id, person]));
  world.chats = new Map(data.chats.map((chat) => [chat.id, { ...chat, last: 0, bot: true }]));
  world.order = data.chats.map((chat) => chat.id);
  const saved = JSON.parse(localStorage.getItem("chihoi") ?? "null");
  if (saved?.world === world.id) kept = saved;
  else kept = { world: world.id, seen: {}, speaker: {}, done: [], fresh: true };
}

function save() {
  localStorage.setItem("chihoi", JSON.stringify(kept));
}

export function update(lines) {
  for (const line of lines) Object.assign(world.chats.get(line.id) ?? {}, line);
  if (!kept.fresh) return;
  for (const chat of world.chats.values()) kept.seen[chat.id] = chat.last; // history is not news
  delete kept.fresh;
  save();
}

/** Her private talk with the bot: on the platform of a chat, if she has one there. */
export const privateOf = (person, near = null) => {
  const hers = [...world.chats.values()].filter((chat) => chat.private && chat.people[0] === person);
  return hers.find((chat) => chat.door === near?.door) ?? hers[0];
};

/** What a person is, and where. */
export function roleOf(person) {
  const place = privateOf(person.id)?.section;
  return place ? `${person.note} · ${place}` : person.note;
}

/** What is said of each platform that is imitated here, by its name. */
export const doors = new Map([...document.querySelectorAll("[data-door]")].map((words) => [words.dataset.door, words]));

/** Which of them a chat is on. */
export const doorOf = (chat) => (chat.private && doors.has(`${chat.door}-private`) ? `${chat.door}-private` : chat.door);

export const isUnread = (chat) => chat.last > (kept.seen[chat.id] ?? 0);

export function markSeen(chat) {
  if (!isUnread(chat)) return false;
  kept.seen[chat.id] = chat.last;
  save();
  return true;
}

/** Who speaks in a chat: as last chosen, else its leader. */
export function speakerOf(chat) {
  if (chat.private) return chat.people[0];
  const chosen = kept.speaker[chat.id];
  if (chat.people.includes(chosen)) return chosen;
  const leads = (id) => world.people.get(id).note.startsWith("chi hội trưởng");
  return chat.people.find(leads) ?? chat.people[0];
}

export function speakAs(chat, person) {
  kept.speaker[chat.id] = person;
  save();
}

export const isDone = (step) => kept.done.includes(step);

export function markDone(step) {
  if (!isDone(step)) kept.done.push(step);
  save();
}

/** Words without marks, for searching. */
export const fold = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");

const COLOURS = ["#8c1350", "#0b5d6b", "#5a3d99", "#9a4a00", "#2f6b2a", "#a02a2a", "#1f4fa3", "#6b4d12"];

/** A colour that stays with a person. */
export function colourOf(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return COLOURS[sum % COLOURS.length];
}

/** The first letter of a given name, in the person's colour. */
export function paintFace(place, person) {
  place.textContent = person.name.split(" ").at(-1)[0].toUpperCase();
  place.style.background = colourOf(person.id);
}

/** A chat's face: its person's, or the number of the branch in the colour of its ward. */
export function paintChat(place, chat) {
  if (chat.private) {
    paintFace(place, world.people.get(chat.people[0]));
    return;
  }
  const groups = [...world.chats.values()].filter((other) => !other.private);
  const sections = [...new Set(groups.map((group) => group.section))];
  place.textContent = chat.title.match(/\d+/)?.[0] ?? chat.title[0];
  place.style.background = COLOURS[sections.indexOf(chat.section) % COLOURS.length];
}

export const hourOf = (at) =>
  new Date(at).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });

export const dateOf = (at) =>
  new Date(at).toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", day: "numeric", month: "numeric" });

export const dayOf = (at) =>
  new Date(at).toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", weekday: "long", day: "numeric", month: "numeric" });
