// One chat: its messages, and speaking in it.
import { post, upload } from "./api.js";
import { choose } from "./picker.js";
import { fromMarkup, fromText } from "./markup.js";
import { colourOf, dayOf, doorOf, doors, hourOf, isUnread, paintChat, paintFace, privateOf, roleOf, speakAs, speakerOf, world } from "./store.js";

const $ = (id) => document.getElementById(id);
const list = $("messages");
const text = $("text");
const NEAR = 120;
const ANSWER_WITHIN = 4000;
let chat = null;
let after = 0;
let answering = null;
let poke = () => {};
let open = () => {};
let follow = () => false;
let cameFrom = "";
let awaitingUntil = 0;
let stays = true;

export const current = () => ({ id: chat?.id ?? "", after });

export function start(handlers) {
  ({ poke, open, follow } = handlers);
  $("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  text.addEventListener("input", grow);
  $("speaker").addEventListener("click", pickSpeaker);
  $("to-private").addEventListener("click", () => {
    const group = chat.id;
    open(privateOf(speakerOf(chat), chat).id);
    cameFrom = group;
    drawSpeaker();
  });
  $("to-group").addEventListener("click", () => open(cameFrom));
  $("mention").addEventListener("click", () => {
    if (!text.value.includes(world.mention)) write(`${world.mention} ${text.value}`);
    text.focus();
  });
  $("drop-answer").addEventListener("click", () => answer(null));
  $("file").addEventListener("change", sendFile);
  $("admit").addEventListener("click", admit);
  $("newer").addEventListener("click", toEnd);
  list.addEventListener("scroll", () => {
    stays = isNearEnd();
    if (stays) $("newer").hidden = true;
  });
  new ResizeObserver(() => stays && toEnd()).observe(list); // a keyboard opens, a phone is turned
  list.addEventListener("click", (event) => {
    const anchor = event.target.closest("a");
    if (anchor && follow(anchor.href)) event.preventDefault();
  });
}

/** Open a chat; perhaps as somebody, with words ready to send. */
export function show(id, person = "", words = "") {
  chat = world.chats.get(id);
  if (person && !chat.private) speakAs(chat, person);
  after = 0;
  cameFrom = "";
  list.replaceChildren();
  $("newer").hidden = true;
  answer(null);
  write(words);
  drawHead();
  drawSpeaker();
}

export function write(words) {
  text.value = words;
  grow();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
}

function drawHead() {
  paintChat($("talk-face"), chat);
  $("talk-title").textContent = chat.title;
  $("talk-note").textContent = chat.private
    ? `Tin riêng với bot · ${roleOf(world.people.get(chat.people[0]))}`
    : `${chat.people.length} người · ${chat.section}`;
  $("attach").hidden = !chat.files;
  $("menu").hidden = chat.private || chat.door === "hand";
  $("menu").open = false;
  drawLost();
  drawAdmit();
}

/** Whether the channel of this chat is lost just now. */
export function drawLost() {
  if (!chat) return;
  const lost = world.lost.includes(chat.door);
  $("lost").hidden = !lost;
  for (const [door, words] of doors) words.hidden = lost || door !== doorOf(chat);
}

export function drawAdmit() {
  $("admit").textContent = chat?.bot ? "Cho bot ra khỏi nhóm" : "Cho bot vào nhóm";
  if (chat && !chat.private && !chat.bot && chat.door !== "hand") $("talk-note").textContent = "Bot chưa ở trong nhóm này";
}

export function drawSpeaker() {
  if (!chat) return;
  const person = world.people.get(speakerOf(chat));
  const place = $("speaker");
  paintFace(place.querySelector(".face"), person);
  place.querySelector("b").textContent = person.name;
  place.querySelector("small").textContent = `Nói với vai ${person.note}`;
  place.disabled = chat.private;
  const own = privateOf(person.id, chat);
  $("to-private").hidden = chat.private;
  $("to-private").classList.toggle("news", Boolean(own && isUnread(own)));
  $("to-group").hidden = !chat.private || !cameFrom;
  $("mention").hidden = chat.private || chat.door === "hand";
}

async function pickSpeaker() {
  const person = await choose("Nói với vai ai?", chat.people, speakerOf(chat));
  if (!person) return;
  speakAs(chat, person);
  drawSpeaker();
  for (const item of list.querySelectorAll(".message")) item.classList.toggle("mine", item.dataset.sender === person);
  text.focus();
}

async function send() {
  const words = text.value.trim();
  if (!words || !chat) return;
  const body = { person: speakerOf(chat), chat: chat.id, text: words, reply_to: answering };
  write("");
  answer(null);
  awaitAnswer();
  if (!(await post("/api/say", body))) write(words);
  poke();
}

/** Whoever has just done something wants to see what comes of it. */
function awaitAnswer() {
  awaitingUntil = performance.now() + ANSWER_WITHIN;
}

async function sendFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  const query = { person: speakerOf(chat), chat: chat.id, name: file.name, caption: text.value.trim() };
  if (await upload(query, file)) write("");
  poke();
}

async function admit() {
  $("menu").open = false;
  await post("/api/bot", { person: speakerOf(chat), chat: chat.id, inside: !chat.bot });
  poke();
}

function answer(message) {
  answering = message?.id ?? null;
  $("answering").hidden = !message;
  if (!message) return;
  $("answering").querySelector("span").textContent = `Trả lời ${nameOf(message.sender)}`;
  text.focus();
}

const nameOf = (sender) => (sender === "bot" ? "bot" : (world.people.get(sender)?.name ?? sender));
const isNearEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;

function toEnd() {
  list.scrollTop = list.scrollHeight;
  $("newer").hidden = true;
}

/** Put in what has changed since the last look. */
export function draw(messages) {
  if (!messages.length) return;
  const atEnd = after === 0 || isNearEnd();
  let isNew = after === 0;
  for (const message of messages) {
    after = Math.max(after, message.version);
    const old = $(`m${message.id}`);
    const made = item(message);
    if (old) {
      if (old.dataset.version !== made.dataset.version && message.edited) made.classList.add("fresh");
      old.replaceWith(made);
    } else {
      separate(message);
      list.append(made);
      isNew = true;
    }
  }
  group();
  if (atEnd || (isNew && performance.now() < awaitingUntil)) toEnd();
  else if (isNew) $("newer").hidden = false;
}

function separate(message) {
  const day = dayOf(message.at);
  if (list.lastElementChild?.dataset.day === day) return;
  const line = document.createElement("p");
  line.className = "day-line";
  line.dataset.day = day;
  line.textContent = day;
  list.append(line);
}

/** A name only above the first of several messages of one person. */
function group() {
  let sender = "";
  for (const line of list.children) {
    line.classList.toggle("same", line.dataset.sender === sender);
    sender = line.dataset.sender ?? "";
  }
}

function item(message) {
  const line = document.createElement("div");
  line.id = `m${message.id}`;
  line.className = `message ${message.sender === "bot" ? "bot" : ""}`;
  line.classList.toggle("mine", message.sender === speakerOf(chat));
  Object.assign(line.dataset, { sender: message.sender, version: message.version, day: dayOf(message.at) });
  const face = document.createElement("span");
  face.className = "face small";
  face.setAttribute("aria-hidden", "true");
  if (message.sender === "bot") face.classList.add("bot-face");
  else paintFace(face, world.people.get(message.sender));
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.append(...parts(message));
  line.append(face, bubble);
  return line;
}

function parts(message) {
  const name = element("p", "name", message.sender === "bot" ? "Bot chi hội" : nameOf(message.sender));
  if (message.sender !== "bot") name.style.color = colourOf(message.sender);
  if (message.gone) return [name, element("p", "gone", "Tin đã được thu hồi"), foot(message)];
  const made = [name];
  if (message.quote) made.push(element("p", "quote", `${nameOf(message.quote.sender)}: ${message.quote.text}`));
  if (message.file) made.push(attachment(message));
  if (message.text) {
    const words = element("div", "text");
    words.append(message.markup ? fromMarkup(message.text) : fromText(message.text));
    made.push(words);
  }
  if (message.buttons.length) made.push(buttons(message));
  made.push(foot(message));
  return made;
}

function element(tag, name, words = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = words;
  return made;
}

function attachment(message) {
  const anchor = element("a", "file");
  anchor.href = `/api/files/${message.id}`;
  anchor.download = message.file;
  if (message.picture) {
    const picture = document.createElement("img");
    picture.src = anchor.href;
    picture.alt = message.file;
    picture.addEventListener("load", () => list.lastElementChild.contains(picture) && toEnd());
    anchor.append(picture);
  }
  anchor.append(element("span", "", `📄 ${message.file}`), element("b", "", "Tải về"));
  return anchor;
}

function buttons(message) {
  const place = element("div", "buttons");
  for (const row of message.buttons) {
    const line = element("div", "row");
    for (const { label, url } of row) {
      const button = element(url ? "a" : "button", "press", label);
      if (url) Object.assign(button, { href: url, target: "_blank", rel: "noopener noreferrer" });
      else {
        button.type = "button";
        button.addEventListener("click", () => press(button, message, label));
      }
      line.append(button);
    }
    place.append(line);
  }
  return place;
}

async function press(button, message, label) {
  button.disabled = true;
  awaitAnswer();
  await post("/api/press", { person: speakerOf(chat), message: message.id, label });
  button.disabled = false;
  poke();
}

function foot(message) {
  const line = element("p", "foot");
  if (message.reaction) line.append(element("span", "reaction", message.reaction));
  if (message.edited && !message.gone) line.append(element("span", "", "đã sửa"));
  const hour = element("time", "", hourOf(message.at));
  hour.dateTime = message.at;
  line.append(hour);
  if (!message.gone) {
    const button = element("button", "answer", "Trả lời");
    button.type = "button";
    button.addEventListener("click", () => answer(message));
    line.append(button);
  }
  return line;
}
