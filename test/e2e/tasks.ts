import type { CDPSession, Page } from "playwright-core";

/** Shorter ones are not noted, in milliseconds. */
const NOTED_MS = 50;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock, and of those the thread's own. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The page's main thread in a trace, by process and thread. */
const key = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;

/**
 * Does something, and answers the tasks of pages' main threads that took long meanwhile, in milliseconds of processor
 * time: a page is deaf for as long, and what other processes on the machine do does not count.
 */
export async function longTasks(page: Page, action: () => Promise<unknown>): Promise<readonly number[]> {
  const session: CDPSession = await page.context().browser()!.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"], excludedCategories: ["*"] },
  });
  try {
    await action();
  } finally {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    await session.detach();
  }
  const main = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(key),
  );
  return events
    .filter((event) => event.name === "ThreadControllerImpl::RunTask" && main.has(key(event)))
    .map(({ dur = 0, tdur = dur }) => Math.round(Math.min(dur, tdur) / 1000))
    .filter((milliseconds) => milliseconds >= NOTED_MS);
}
