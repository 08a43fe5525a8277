import { embeddingOf } from "../../store/sharing.ts";

/** A storage that lasts as long as the page. */
export class PageStorage implements Storage {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }

  clear(): void {
    this.items.clear();
  }
}

// Imported before anything that keeps something. A page within another one must not touch what the reader has in the
// browser; and in a frame without an origin of its own the very mention of `localStorage` throws.
if (embeddingOf(location.search) !== null) {
  Object.defineProperty(window, "localStorage", { value: new PageStorage(), configurable: true });
}
