// Changes the code when the server's clock does; an old one on the screen would open nothing.
const screen = document.querySelector("#screen");
const drawing = document.querySelector("#drawing");
const lost = document.querySelector("#lost");
const AGAIN = 3000;

async function turn() {
  let wait = AGAIN;
  try {
    const answer = await fetch(screen.dataset.code, { signal: AbortSignal.timeout?.(8000) });
    if (answer.status === 404 || answer.status === 410) return location.reload();
    const now = await answer.json();
    if (!now.open) return location.reload();
    drawing.src = now.drawing;
    document.querySelector("#here").href = now.link;
    drawing.classList.remove("stale");
    document.querySelector("#came").textContent = now.came;
    lost.hidden = true;
    wait = now.left * 1000 + 200;
  } catch {
    drawing.classList.add("stale");
    lost.hidden = false;
  }
  setTimeout(turn, wait);
}

if (drawing) {
  setTimeout(turn, Number(screen.dataset.left) * 1000 + 200);
  navigator.wakeLock?.request("screen").catch(() => {}); // the hall's computer must not doze off
}
