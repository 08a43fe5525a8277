/**
 * The service worker: the whole page of one version, kept so that it opens without a network.
 *
 * Everything of a version is fetched before the version counts as installed, and a page is served from one version only:
 * index.html names files by their content. A new version waits until the reader asks for it (`take-over`); the version
 * before is kept, because another tab may still be open that was built from it and fetches a part of it later.
 */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

/** Both are filled in by the build (vite.config.ts). */
const VERSION = "__OFFLINE_VERSION__";
const FILES = JSON.parse("__OFFLINE_FILES__") as readonly string[];

const PREFIX = `ringside ${worker.registration.scope} `;
const CACHE = PREFIX + VERSION;
const PAGE = new URL("./index.html", worker.location.href).href;
/** A file is the same for whoever asks: some servers let their answers vary by origin, which modules send and we do not. */
const MATCH = { ignoreSearch: true, ignoreVary: true };
/** Versions kept: this one and the one before. */
const KEPT = 2;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "take-over") void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(worker.registration.scope)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: what has no hash in its name (index.html) must be this version's.
  await cache.addAll(FILES.map((path) => new Request(new URL(path, worker.location.href), { cache: "no-cache" })));
}

async function activate(): Promise<void> {
  const own = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  for (const name of own.slice(0, -(KEPT - 1))) await caches.delete(name);
  await worker.clients.claim();
}

/** The page itself, whatever its query; anything else below the scope (a picture opened by itself) as it is. */
async function page(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const root = new URL(worker.registration.scope).pathname;
  if (pathname !== root && pathname !== `${root}index.html`) return file(request);
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE, MATCH)) ?? fetch(request);
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const here = await cache.match(request, MATCH);
  if (here !== undefined) return here;
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const older = await (await caches.open(name)).match(request, MATCH);
    if (older !== undefined) return older;
  }
  return fetch(request);
}

export {};
