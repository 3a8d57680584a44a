// Keeps the leader's list on her telephone, so that it opens without signal.
const KEPT = "ghi-tai-cho";
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function list(request, path) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE) });
    if (answer.ok && path.search === "") await kept.put(path.pathname, answer.clone());
    if (answer.status === 404 || answer.status === 410) await kept.delete(path.pathname);
    if (answer.status < 500) return answer;
  } catch {
    // no signal: what was kept is shown
  }
  return (await kept.match(path.pathname)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url);
  if (request.method !== "GET" || path.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(list(request, path));
  else if (path.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
