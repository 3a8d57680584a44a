// The list of chats: groups by ward, and private talks with the bot.
import { dateOf, doorOf, doors, fold, hourOf, isUnread, paintChat, roleOf, world } from "./store.js";

const place = document.getElementById("chats");
const search = document.getElementById("find");
const tabs = { groups: document.getElementById("tab-groups"), private: document.getElementById("tab-private") };
let tab = "groups";
let open = () => {};
let current = "";

export function start(onOpen) {
  open = onOpen;
  search.addEventListener("input", draw);
  for (const [name, button] of Object.entries(tabs)) button.addEventListener("click", () => show(name));
}

export function show(name) {
  tab = name;
  for (const [key, button] of Object.entries(tabs)) button.setAttribute("aria-selected", key === name);
  place.setAttribute("aria-labelledby", `tab-${name}`);
  draw();
}

export function mark(chat) {
  current = chat.id;
  show(chat.private ? "private" : "groups");
}

function preview(chat) {
  if (!chat.last) return chat.private ? roleOf(world.people.get(chat.people[0])) : "Chưa có tin";
  if (chat.gone) return "Tin đã được thu hồi";
  const name = world.people.get(chat.sender)?.name.split(" ").at(-1) ?? "Bot";
  return `${name}: ${chat.text}`;
}

/** The hour of what is from today, else the day. */
function when(at) {
  const [day, today] = [dateOf(at), dateOf(world.clock.now)];
  return day === today ? hourOf(at) : day;
}

function row(chat) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chat";
  button.dataset.chat = chat.id;
  if (chat.id === current) button.setAttribute("aria-current", "true");
  const face = document.createElement("span");
  face.className = "face";
  face.setAttribute("aria-hidden", "true");
  paintChat(face, chat);
  const words = document.createElement("span");
  words.className = "words";
  const title = document.createElement("b");
  title.textContent = chat.title;
  const under = document.createElement("span");
  const door = document.createElement("small");
  door.className = `door ${chat.door}`;
  door.textContent = doors.get(doorOf(chat))?.dataset.name ?? "";
  under.append(door, preview(chat));
  words.append(title, under);
  const end = document.createElement("span");
  end.className = "end";
  end.textContent = chat.last ? when(chat.at) : "";
  if (isUnread(chat)) {
    button.classList.add("unread");
    const dot = document.createElement("i");
    dot.innerHTML = '<span class="hidden">có tin mới</span>';
    end.append(dot);
  }
  button.append(face, words, end);
  button.addEventListener("click", () => open(chat.id));
  return button;
}

function heading(text) {
  const made = document.createElement("h2");
  made.textContent = text;
  return made;
}

function matching() {
  const words = fold(search.value).split(/\s+/).filter(Boolean);
  const chats = world.order.map((id) => world.chats.get(id));
  const text = (chat) =>
    fold(`${chat.title} ${chat.section} ${doors.get(doorOf(chat))?.dataset.name ?? ""} ${chat.private ? world.people.get(chat.people[0]).note : ""}`);
  return words.length ? chats.filter((chat) => words.every((word) => text(chat).includes(word))) : chats;
}

export function draw() {
  const found = matching();
  const groups = found.filter((chat) => !chat.private);
  const privates = found.filter((chat) => chat.private);
  for (const [name, list] of [["groups", groups], ["private", privates]]) {
    const news = [...world.chats.values()].some((chat) => chat.private === (name === "private") && isUnread(chat));
    tabs[name].classList.toggle("news", news);
    if (search.value && list.length && !(tab === "groups" ? groups : privates).length) tab = name;
  }
  for (const [key, button] of Object.entries(tabs)) button.setAttribute("aria-selected", key === tab);
  const made = document.createDocumentFragment();
  if (tab === "groups") {
    for (const section of new Set(groups.map((chat) => chat.section))) {
      made.append(heading(section));
      groups.filter((chat) => chat.section === section).forEach((chat) => made.append(row(chat)));
    }
  } else {
    privates.sort((a, b) => b.last - a.last).forEach((chat) => made.append(row(chat)));
  }
  if (!made.childElementCount) made.append(heading("Không tìm thấy ai"));
  const top = place.scrollTop;
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.chat : "";
  place.replaceChildren(made);
  place.scrollTop = top;
  // Whoever goes by keyboard stays where she was, though the rows are new.
  if (held) place.querySelector(`[data-chat="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}
