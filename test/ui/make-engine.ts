import { Engine } from "../../src/ui/engine/engine.ts";
import { openFragment } from "../../src/ui/engine/links.ts";
import { makeLibrary } from "../../src/ui/programs/library.ts";
import { createUiStore } from "../../src/ui/store/store.ts";
import type { Client } from "../../src/worker/client.ts";
import { Runner } from "../../src/worker/runner.ts";

/** The one program of the library that tests have. */
export const LESSON = `; title: one
bits 32
org 0x100000
%include "lib/a.inc"
start: mov esp, 0x80000
 mov eax, 0x202
 push eax
 mov ebx, 3
 popfd
 cli
 hlt
`;
const words = (text: string) => ({ en: text, zh: text });

/** An engine over a session in this thread: the worker without the thread. */
export function makeEngine(fragment = "") {
  const runner = new Runner();
  const copied: string[] = [];
  let broken = false;
  let started = 0;
  const api = new Proxy(runner, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => {
        if (broken) throw new Error("out of order");
        return method.apply(target, args);
      };
    },
  }) as unknown as Client["api"];
  const client: Client = {
    api,
    command: (wanted, onProgress) =>
      broken ? Promise.reject(new Error("out of order")) : runner.command(wanted, onProgress),
    compare: (left, right, onProgress) => runner.compare(left, right, onProgress),
    terminate: () => undefined,
  };
  const engine = new Engine({
    store: createUiStore(),
    startClient: () => {
      started++;
      broken = false;
      return client;
    },
    loadLibrary: async () =>
      makeLibrary(
        [
          {
            path: "lesson-popf.asm",
            title: words("Lesson"),
            topic: "lesson",
            order: 1,
          },
        ],
        {
          details: async () => ({ summary: words(""), inputs: [] }),
          source: async () => LESSON,
          includes: async () => ({ "lib/a.inc": "A equ 1\n", "lib/b.inc": "B equ 2\n" }),
          portIncludes: async () => ({ "include/port.inc": "PORT equ 3\n" }),
        },
      ),
    fragment: {
      get: () => fragment,
      clear: () => {
        fragment = "";
      },
      base: () => "https://example.org/",
    },
    binaries: { read: () => null, write: () => true, remove: () => undefined },
    copy: async (text) => {
      copied.push(text);
      return true;
    },
  });
  return {
    engine,
    copied,
    state: () => engine.state,
    breakDown: () => {
      broken = true;
    },
    starts: () => started,
    visit: (link: string) => {
      fragment = link.slice(link.indexOf("#"));
      return openFragment(engine);
    },
  };
}
