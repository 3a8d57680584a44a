// The leader's list: every tick is kept on the telephone first and sent when there is signal, in
// order, under a key of its own, so that the server takes it once however often it is sent.
const KEPT = "ghi-tai-cho";
const AT_ONCE = 50;
const PATIENCE = 15000;
const AGAIN = 5000;
const NEWS = 60000;

const at = (id) => document.querySelector(`#${id}`);
const list = at("list");
const { roll, send: address, nothing } = list.dataset;
const place = `chihoi-roll-${roll}`;
const boxes = new Map([...document.querySelectorAll("[name=nguoi]")].map((box) => [box.value, box]));
const modes = [...document.querySelectorAll("[name=ghi]")];
const labels = new Map(modes.map((mode) => [mode.value, mode.dataset.label]));

let memory = { queue: [], statuses: {}, at: 0, sent: 0, seen: 0, life: 0 };
let saving = true;
let wiped = false;

function load() {
  try {
    memory = JSON.parse(localStorage.getItem(place)) ?? memory;
  } catch {
    saving = false;
  }
  return memory;
}

function save(kept) {
  memory = kept;
  if (wiped) return;
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    saving = false;
  }
}

function fromPage() {
  const said = (box) => box.closest("label").querySelector(".said").textContent;
  const found = [...boxes].map(([id, box]) => [id, [box.dataset.status, said(box)]]);
  return Object.fromEntries(found.filter(([, [status]]) => status !== nothing));
}

const chosen = () => modes.find((mode) => mode.checked).value;

function draw() {
  const kept = load();
  const waiting = new Map(kept.queue.map((tick) => [tick.member, tick.status]));
  for (const [id, box] of boxes) {
    const [status, said] = kept.statuses[id] ?? [nothing, ""];
    const now = waiting.get(id) ?? status;
    const line = box.closest("label").querySelector(".said");
    box.checked = now === chosen();
    line.textContent = waiting.has(id) ? labels.get(now) : said;
    line.classList.toggle("waits", waiting.has(id));
  }
  at("sent").textContent = kept.sent;
  at("waiting").textContent = kept.queue.length;
  at("unsaved").hidden = saving;
}

function key() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function tick(member, status) {
  const kept = load();
  kept.queue.push({ id: key(), member, status, at: Date.now() });
  save(kept);
  draw();
  send();
}

function connected(yes) {
  at("online").hidden = !yes;
  at("offline").hidden = yes;
}

function tell(taken) {
  for (const one of taken.filter((one) => one.instead)) {
    const line = at("told").querySelector("template").content.cloneNode(true);
    line.querySelector("b").textContent = one.name;
    line.querySelector("i").textContent = one.instead;
    at("told").append(line);
    at("told").hidden = false;
  }
  const unknown = at("unknown").querySelector("b");
  const count = Number(unknown.textContent) + taken.filter((one) => one.how === "unknown").length;
  unknown.textContent = count || "";
  at("unknown").hidden = count === 0;
}

async function exchange() {
  const first = load().queue.slice(0, AT_ONCE);
  const ticks = first.map(({ id, member, status, at }) => {
    return { id, member, status, ago: Math.max(0, Date.now() - at) / 1000 };
  });
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ticks }),
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (answer.status === 404 || answer.status === 410) return over();
  if (!answer.ok) throw new Error(answer.status);
  const told = await answer.json();
  const kept = load(); // another tick may have been made meanwhile
  const done = new Set(told.taken.map((one) => one.key));
  kept.queue = kept.queue.filter((tick) => !done.has(tick.id));
  Object.assign(kept, { statuses: told.statuses, at: told.now, sent: kept.sent + done.size });
  save(kept);
  at("came").textContent = told.came;
  at("closed").hidden = told.open;
  tell(told.taken);
  draw();
  return kept.queue.length > 0;
}

let sending = false;
let later = 0;

async function send() {
  if (sending || at("dead").hidden === false) return;
  sending = true;
  clearTimeout(later);
  let wait = NEWS;
  try {
    while (await exchange());
    connected(true);
  } catch {
    connected(false);
    wait = AGAIN;
  }
  sending = false;
  later = setTimeout(send, wait);
}

async function over() {
  at("dead").hidden = false;
  if ("caches" in window) await (await caches.open(KEPT)).delete(location.pathname);
  return false;
}

async function keepPage() {
  if (!("serviceWorker" in navigator)) throw new Error("no worker");
  await navigator.serviceWorker.register("/ghi-tai-cho/luu.js");
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")];
  const wanted = [location.pathname, ...parts.map((part) => part.href ?? part.src)];
  const kept = await caches.open(KEPT);
  const urls = new Set(wanted.map((url) => new URL(url, location).href));
  for (const old of await kept.keys()) {
    if (old.url.includes("/static/") && !urls.has(old.url)) await kept.delete(old);
  }
  await kept.addAll(wanted);
}

async function wipe() {
  if (load().queue.length && at("unsent").hidden) {
    at("unsent").hidden = false;
    return;
  }
  wiped = true;
  localStorage.removeItem(place);
  if ("caches" in window) await caches.delete(KEPT);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await worker.unregister();
  }
  clearTimeout(later);
  for (const part of list.children) part.hidden = part.id !== "wiped";
}

function search() {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const said = plain(at("tim").value).trim();
  for (const row of document.querySelectorAll("[data-name]")) {
    row.hidden = !plain(row.dataset.name).includes(said);
  }
  for (const team of document.querySelectorAll("section")) {
    team.hidden = !team.querySelector("li:not([hidden])");
  }
}

function begin() {
  document.documentElement.classList.add("scripted");
  at("net").hidden = at("wipe").hidden = false;
  at("search").querySelector("button").hidden = true;
  const [now, until] = [Number(list.dataset.now), Number(list.dataset.until)];
  if (now > load().at) {
    save({ ...load(), statuses: fromPage(), at: now, seen: Date.now(), life: until - now });
  }
  draw();
  for (const mode of modes) mode.addEventListener("change", draw);
  for (const [id, box] of boxes) {
    box.addEventListener("change", () => tick(id, box.checked ? chosen() : nothing));
  }
  at("ticks").addEventListener("submit", (event) => event.preventDefault());
  at("search").addEventListener("submit", (event) => event.preventDefault());
  at("tim").addEventListener("input", search);
  at("wipe").addEventListener("click", wipe);
  addEventListener("online", send);
  addEventListener("storage", draw);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  const { seen, life } = load(); // the telephone may believe in any day: only what passed counts
  if (Date.now() - seen > life) over();
  else keepPage().then(() => (at("ready").hidden = false), () => (at("unsaved").hidden = false));
  send();
}

begin();
