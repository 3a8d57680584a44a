// Puts the page together and keeps asking the server what is new.
import { get, post, upload } from "./api.js";
import * as clock from "./clock.js";
import * as cuts from "./cuts.js";
import * as list from "./list.js";
import { choose } from "./picker.js";
import * as store from "./store.js";
import * as talk from "./talk.js";
import { notice } from "./toasts.js";
import * as walk from "./walk.js";

const CALM = 1000;
const EAGER = 200;
const EAGER_FOR = 2500;
const FIRST = "p5-k8";
const { world } = store;
let eagerUntil = 0;
let timer = 0;
let asking = false;
let again = false;
let lost = false;

/** Look at once, and often for a moment: something was just done. */
function poke() {
  eagerUntil = performance.now() + EAGER_FOR;
  look();
}

async function look() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  again = false;
  clearTimeout(timer);
  try {
    await ask();
    lost = false;
  } catch (error) {
    if (!lost) notice(error.message, "wrong");
    lost = true;
  }
  asking = false;
  const eager = again || world.clock?.journey || performance.now() < eagerUntil;
  timer = setTimeout(look, again ? 0 : eager ? EAGER : document.hidden ? CALM * 5 : CALM);
}

async function ask() {
  const { id, after } = talk.current();
  const news = await get("/api/state", { since: world.version, chat: id, after, toast: world.toast });
  if (news.world !== world.id) location.reload();
  Object.assign(world, { version: news.version, clock: news.clock, lost: news.lost });
  clock.draw();
  cuts.draw();
  talk.drawLost();
  if (id === talk.current().id) talk.draw(news.messages);
  if (news.chats) {
    store.update(news.chats);
    talk.drawAdmit();
  }
  const open = world.chats.get(talk.current().id);
  const seen = open && isShown() && store.markSeen(open);
  if (news.chats || seen) {
    list.draw();
    talk.drawSpeaker();
  }
  for (const toast of news.toasts) {
    world.toast = Math.max(world.toast, toast.id);
    notice(toast.text, "seen", world.people.get(toast.person)?.name);
  }
}

const isNarrow = () => matchMedia("(max-width: 859px)").matches;
const isShown = () => !document.hidden && (!isNarrow() || document.body.dataset.view === "chat");

function view(name) {
  if (name === document.body.dataset.view) return;
  document.body.dataset.view = name;
  if (name !== "list" && isNarrow()) history.pushState({ view: name }, "");
}

function open(id, person = "", words = "") {
  talk.show(id, person, words);
  list.mark(world.chats.get(id));
  view("chat");
  poke();
}

const HERE = new Set([location.hostname, "127.0.0.1", "localhost"]); // old messages may name another port

/** A link that hands over a code is opened here: in a group by who is speaking, else by whoever is chosen. */
function follow(href) {
  const url = new URL(href, location.href);
  const code = url.searchParams.get("start");
  if (!HERE.has(url.hostname) || url.pathname !== "/" || !code) return false;
  const chat = world.chats.get(talk.current().id);
  const speaker = href === location.href || chat.private ? "" : store.speakerOf(chat);
  hand(code, speaker);
  return true;
}

async function hand(code, speaker) {
  const person = speaker || (await choose("Ai mở đường dẫn này?", [...world.people.keys()], "", true));
  history.replaceState(null, "", "/");
  if (!person) return;
  const chat = store.privateOf(person);
  open(chat.id);
  await post("/api/say", { person, chat: chat.id, text: `/start ${code}` });
  poke();
}

/** Something to try: the right chat, the right person, the words or the file ready. */
async function play({ chat, person, text = "", file = "" }) {
  open(chat, person, text);
  if (!isNarrow()) document.getElementById("text").focus();
  if (!file) return;
  const content = await (await fetch(new URL(file, import.meta.url))).blob();
  await upload({ person, chat, name: file }, content);
  poke();
}

async function begin() {
  store.begin(await get("/api/world"));
  list.start(open);
  talk.start({ poke, open, follow });
  clock.start(poke);
  cuts.start(poke);
  walk.start(play);
  document.getElementById("back").addEventListener("click", () => view("list"));
  document.getElementById("open-side").addEventListener("click", () => view(document.body.dataset.view === "side" ? "chat" : "side"));
  document.getElementById("begin").addEventListener("click", () => view("side"));
  addEventListener("popstate", () => (document.body.dataset.view = "list"));
  document.addEventListener("visibilitychange", () => document.hidden || look());
  talk.show(FIRST);
  list.mark(world.chats.get(FIRST));
  await look();
  follow(location.href);
}

begin().catch((error) => notice(error.message, "wrong"));
