// Losing a channel for a while: what is open goes by other doors, and comes back.
import { post } from "./api.js";
import { world } from "./store.js";

const buttons = [...document.querySelectorAll("[data-cut]")];

export function start(poke) {
  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const door = button.dataset.cut;
      await post("/api/door", { door, down: !world.lost.includes(door) });
      poke();
    });
  }
}

export function draw() {
  for (const button of buttons) {
    const lost = world.lost.includes(button.dataset.cut);
    button.textContent = lost ? "Nối lại" : "Ngắt";
    button.setAttribute("aria-label", `${button.textContent} ${button.previousElementSibling.textContent}`);
    button.setAttribute("aria-pressed", lost);
  }
}
