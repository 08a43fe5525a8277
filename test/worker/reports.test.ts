import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Reports } from "../../src/worker/reports.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("are told some ten times a second", async () => {
  const told: number[] = [];
  const reports = new Reports((fraction) => void told.push(fraction));
  for (let ms = 0; ms < 1000; ms++) {
    await vi.advanceTimersByTimeAsync(1);
    reports.tell(ms / 1000, () => null);
  }
  expect(told.length).toBeGreaterThan(8);
  expect(told.length).toBeLessThan(12);
});

it("wait until the page has dealt with the last one, and then for a while more", async () => {
  const told: number[] = [];
  let deal = (): void => {};
  const page = (fraction: number): Promise<void> => {
    told.push(fraction);
    return new Promise((done) => {
      deal = done;
    });
  };
  const reports = new Reports(page as never);
  vi.advanceTimersByTime(200);
  reports.tell(0.1, () => null);
  vi.advanceTimersByTime(5000);
  reports.tell(0.2, () => expect.unreachable("the view is asked for in vain"));
  expect(told).toEqual([0.1]);
  deal();
  await vi.advanceTimersByTimeAsync(0);
  reports.tell(0.3, () => null);
  expect(told).toEqual([0.1]);
  vi.advanceTimersByTime(200);
  reports.tell(0.4, () => null);
  expect(told).toEqual([0.1, 0.4]);
});
