/** The key under which the browser keeps the reader's work. */
export const WORK_KEY = "ringside.work.v1";

interface Kept {
  /** The text of a program of the reader's own; without one, the first lesson is open. */
  readonly text?: string | undefined;
  readonly lesson?: boolean;
}

/** The reader's work as the page keeps it. */
export function keptWork({ text, lesson = true }: Kept): string {
  return JSON.stringify({
    theme: "system",
    lessonOpen: lesson,
    work: {
      programId: text === undefined ? "lesson-popf" : "mine-1",
      strategy: "trap-and-emulate",
      memoryMiB: 16,
      whatIf: [],
      breakpoints: [],
      watches: [],
    },
    drafts: text === undefined ? {} : { "mine-1": { text, includes: null } },
  });
}
