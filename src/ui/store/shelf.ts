import type { BinaryShelf } from "../engine/engine.ts";

const KEY = "ringside.binary.";

/** Keeps binaries in the browser, each under a key of its own, so that a large one is in nobody's way. */
export function makeShelf(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">): BinaryShelf {
  return {
    read(id) {
      try {
        const text = storage.getItem(KEY + id);
        return text === null ? null : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
      } catch {
        return null;
      }
    },
    write(id, bytes) {
      try {
        let text = "";
        for (let at = 0; at < bytes.length; at += 0x8000) {
          text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
        }
        storage.setItem(KEY + id, btoa(text));
        return true;
      } catch {
        return false;
      }
    },
    remove(id) {
      try {
        storage.removeItem(KEY + id);
      } catch {
        // A forbidden storage holds nothing.
      }
    },
  };
}
