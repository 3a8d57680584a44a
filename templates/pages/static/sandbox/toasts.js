// Short notices that pop up and go.
const STAY = 6000;
const SHOWN = 3;

/** Show a notice: kind "seen" is what one person saw in her chat, "wrong" what did not work. */
export function notice(text, kind = "seen", who = "") {
  const place = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  if (who) {
    const name = document.createElement("b");
    name.textContent = `${who} thấy:`;
    box.append(name, " ");
  }
  box.append(text);
  box.addEventListener("click", () => box.remove());
  place.append(box);
  while (place.children.length > SHOWN) place.firstElementChild.remove();
  setTimeout(() => box.remove(), STAY);
}
