// The first walk: each step opens the right chat as the right person, with the words ready.
import { isDone, markDone } from "./store.js";

const STEPS = [
  { say: "Chị Lài, chi hội trưởng Khóm 8, mở điểm danh trong nhóm: bấm Gửi.", chat: "p5-k8", person: "lai", text: "điểm danh" },
  { say: "Chị Tâm, hội viên, trả lời bằng một nút: bấm Có mặt dưới tin của bot.", chat: "p5-k8", person: "tam", text: "" },
  { say: "Chị Út trả lời bằng lời, không dấu cũng được: bấm Gửi.", chat: "p5-k8", person: "ut", text: "co mat" },
  { say: "Chị Lài xem riêng ai đã trả lời, ai chưa.", chat: "lai@sandbox", person: "lai", text: "" },
  { say: "Xong, chị Lài đóng điểm danh và nhận danh sách.", chat: "lai@sandbox", person: "lai", text: "" },
];
const MORE = [
  { say: "Xem bot làm được gì với vai cán bộ phường", chat: "hoa@sandbox", person: "hoa", text: "trợ giúp" },
  { say: "Nhóm không nút bấm, trả lời bằng số", chat: "p5-k7", person: "p5k7-tham", text: "@chihoi điểm danh" },
  { say: "Một người lạ hỏi bot", chat: "la@sandbox", person: "la", text: "trợ giúp" },
];

export function start(go) {
  const walk = document.getElementById("walk");
  const draw = () => walk.replaceChildren(...STEPS.map((step, number) => row(step, go, number, draw)));
  draw();
  document.getElementById("more").replaceChildren(...MORE.map((step) => row(step, go)));
}

function row(step, go, number = null, draw = () => {}) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = step.say;
  if (number !== null && isDone(number)) item.className = "done";
  button.addEventListener("click", () => {
    if (number !== null) markDone(number);
    draw();
    go(step);
  });
  item.append(button);
  return item;
}
