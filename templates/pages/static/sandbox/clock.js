// The world's clock, and moving it.
import { post } from "./api.js";
import { dayOf, hourOf, world } from "./store.js";

const journey = document.getElementById("journey");
const progress = document.getElementById("progress");
const to = document.getElementById("to");
let poke = () => {};

export function start(onMove) {
  poke = onMove;
  document.getElementById("moves").addEventListener("click", (event) => {
    const { minutes, morning } = event.target.dataset;
    if (minutes) move({ minutes: Number(minutes) });
    if (morning) move({ morning: true });
  });
  document.getElementById("moment").addEventListener("submit", (event) => {
    event.preventDefault();
    move({ to: to.value });
  });
  document.getElementById("stay").addEventListener("click", () => move({ stop: true }));
}

async function move(how) {
  await post("/api/clock", how);
  poke();
}

export function draw() {
  const { now, date, lunar, journey: walk, local } = world.clock;
  for (const place of document.querySelectorAll(".hour")) place.textContent = hourOf(now);
  for (const place of document.querySelectorAll(".day")) place.textContent = date;
  document.querySelector(".lunar").textContent = lunar;
  to.min = local;
  if (document.activeElement !== to && (!to.value || to.value < local)) to.value = local;
  journey.hidden = !walk;
  for (const button of document.querySelectorAll("#moves button, #moment button")) button.disabled = Boolean(walk);
  if (!walk) return;
  const [from, goal] = [Date.parse(walk.start), Date.parse(walk.goal)];
  progress.value = (Date.parse(now) - from) / (goal - from);
  journey.querySelector("span").textContent = `Đang đi tới ${hourOf(walk.goal)}, ${dayOf(walk.goal)}…`;
}
