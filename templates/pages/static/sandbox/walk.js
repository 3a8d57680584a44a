// The first walk and other things to try: each step opens the right chat as the right person.
import { isDone, markDone } from "./store.js";

const GROUP = "p5-k8";
const LEADER = "lai@sandbox";
const STEPS = [
  { say: "Chị Lài, chi hội trưởng, mở điểm danh trong nhóm. Bấm ➤ để gửi.", chat: GROUP, person: "lai", text: "điểm danh" },
  { say: "Chị Tâm trả lời bằng nút. Bấm Có mặt dưới tin của bot.", chat: GROUP, person: "tam" },
  { say: "Chị Út trả lời bằng chữ, không dấu cũng được. Bấm ➤ để gửi.", chat: GROUP, person: "ut", text: "co mat" },
  { say: "Chị Lài xem riêng. Bấm Ai chưa trả lời.", chat: LEADER, person: "lai" },
  { say: "Chị Lài bấm Chốt. Bot gửi chị danh sách.", chat: LEADER, person: "lai" },
];
const FORM = `Khảo sát: Nhu cầu học chữ ký số
Hạn: 30/11
1. Chị đã có chữ ký số chưa? (có/không) *
   nếu không -> câu 3
2. Chị dùng vào việc gì?
   - Dịch vụ công
   - Ngân hàng
3. Chị cần tập huấn đến mức nào? (thang 1-5)`;
const MORE = [
  { say: "Cán bộ phường gửi một văn bản mẫu xuống các chi hội", chat: "hoa@sandbox", person: "hoa", file: "109-KH-BTV.pdf" },
  { say: "Hẹn một buổi họp, rồi cho đồng hồ chạy tới giờ nhắc", chat: GROUP, person: "lai", text: "/hop chi hội 19g30 thứ bảy tuần này tại nhà văn hoá khóm" },
  { say: "Nhóm có bot Zalo, không có nút: trả lời bằng số", chat: "p5-k7", person: "p5k7-tham", text: "@chihoi điểm danh" },
  { say: "Nhóm của Zalo OA: bot nghe mọi tin, trả lời bằng chữ", chat: "p5-k4", person: "p5k4-gai", text: "điểm danh" },
  { say: "Nhóm không bot nào vào được: chị Tuyền nhận tin để chuyển tay", chat: "p5k6-tuyen@sandbox", person: "p5k6-tuyen", text: "điểm danh" },
  { say: "Một máy, hai hội viên: bot hỏi ai trả lời", chat: GROUP, person: "nha-kieu", text: "có mặt" },
  { say: "Khảo sát ba câu, có câu được bỏ qua", chat: LEADER, person: "lai", text: FORM },
  { say: "Lấy đường dẫn cho hội viên tự xin vào", chat: LEADER, person: "lai", text: "/linkthamgia" },
  { say: "Mời chị Thủy, chi hội trưởng Khóm 8 Phường 6, chưa dùng bot", chat: "lien@sandbox", person: "lien", text: "/moi" },
];
const coach = document.getElementById("coach");
let go = () => {};
let now = 0;

export function start(onGo) {
  go = onGo;
  draw();
  document.getElementById("more").replaceChildren(...MORE.map((step) => row(step.say, () => go(step))));
  document.getElementById("coach-next").addEventListener("click", () => take(now + 1));
  document.getElementById("coach-end").addEventListener("click", () => (coach.hidden = true));
}

function draw() {
  document.getElementById("walk").replaceChildren(
    ...STEPS.map((step, number) => {
      const item = row(step.say, () => take(number));
      if (isDone(number)) item.className = "done";
      return item;
    }),
  );
}

function row(words, onClick) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", onClick);
  item.append(button);
  return item;
}

/** Go to a step, and say above the composer what to do there. */
function take(number) {
  now = number;
  const step = STEPS[number];
  coach.hidden = !step;
  if (!step) return;
  markDone(number);
  draw();
  document.getElementById("coach-step").textContent = `Bước ${number + 1}/${STEPS.length}`;
  document.getElementById("coach-words").textContent = step.say;
  document.getElementById("coach-next").textContent = number + 1 < STEPS.length ? "Bước tiếp ›" : "Xong ✓";
  go(step);
}
