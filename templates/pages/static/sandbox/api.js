// Speaks with the server; what goes wrong becomes one sentence.
import { notice } from "./toasts.js";

const WORDS = {
  full: "Sân tập đang đông người. Chị chờ vài phút rồi mở lại trang giúp em.",
  no_button: "Nút này không còn nữa.",
  no_files: "Kênh đơn giản không gửi được tệp.",
  no_moment: "Chị chọn lại ngày giờ giúp em.",
  only_forward: "Đồng hồ chỉ đi tới, và không quá 400 ngày.",
  too_big: "Tệp này lớn quá, sân tập không nhận.",
};
const LOST = "Không nối được với máy chủ. Lệnh make demo còn chạy không ạ?";

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error(LOST);
  }
  const data = await response.json().catch(() => ({}));
  if (data.error === "no_visitor") location.reload();
  if (!response.ok) throw new Error(WORDS[data.error] ?? "Việc này chưa làm được. Chị thử lại giúp em.");
  return data;
}

export const get = (path, query = {}) => answer(fetch(`${path}?${new URLSearchParams(query)}`));

/** Do something; true if it was done, else the reason has been shown. */
async function act(request) {
  try {
    await answer(request);
    return true;
  } catch (error) {
    notice(error.message, "wrong");
    return false;
  }
}

export const post = (path, body) =>
  act(fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

export const upload = (query, file) =>
  act(fetch(`/api/file?${new URLSearchParams(query)}`, {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  }));
