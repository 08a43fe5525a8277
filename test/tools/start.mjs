// `npm start`: installs if need be, builds, serves. The last line printed is the address.
import { ensureInstalled, requireNode } from "./install.mjs";
import { ROOT } from "./process.mjs";

requireNode();
const wish = process.env.PORT;
const port = wish === undefined || wish === "" ? 4173 : Number(wish);
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`PORT must be a number from 1 to 65535; it is "${wish}".`);
  process.exit(1);
}
await ensureInstalled();
const { build, preview } = await import("vite");
try {
  await build({ root: ROOT, logLevel: "warn" });
  const server = await preview({ root: ROOT, logLevel: "warn", preview: { port, strictPort: Boolean(wish) } });
  const address = server.httpServer.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  console.log(`Ringside is at (end it with Ctrl-C)\nhttp://localhost:${actual}/`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
