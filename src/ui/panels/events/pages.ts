import type { EventView } from "../../../session/types.ts";

const PAGE = 100;
/** Pages kept; the oldest asked for goes first. */
const KEPT = 60;

/**
 * The event log in pages that are fetched when looked at: a log may hold millions of events, and the panel shows
 * twenty.
 */
export class EventPages {
  private readonly pages = new Map<number, readonly EventView[]>();
  private readonly asked = new Set<number>();
  private readonly fetch: (from: number, count: number) => Promise<readonly EventView[] | undefined>;
  private readonly changed: () => void;

  constructor(fetch: (from: number, count: number) => Promise<readonly EventView[] | undefined>, changed: () => void) {
    this.fetch = fetch;
    this.changed = changed;
  }

  /** The event at `index`, or null while its page is on its way. */
  get(index: number): EventView | null {
    const page = Math.floor(index / PAGE);
    const known = this.pages.get(page);
    const event = known?.[index - page * PAGE];
    if (event !== undefined) return event;
    if (!this.asked.has(page)) void this.ask(page);
    return null;
  }

  /** The log has grown or was cut: what may be out of date is asked for again. */
  invalidate(from: number): void {
    for (const page of this.pages.keys()) if ((page + 1) * PAGE > from) this.pages.delete(page);
  }

  private async ask(page: number): Promise<void> {
    this.asked.add(page);
    const events = await this.fetch(page * PAGE, PAGE);
    this.asked.delete(page);
    if (events === undefined) return;
    this.pages.set(page, events);
    if (this.pages.size > KEPT) this.pages.delete(this.pages.keys().next().value!);
    if (events.length > 0) this.changed();
  }
}
