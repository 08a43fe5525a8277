/** What a person gave cannot be used. The message says where, what is wrong, and what would do. */
export class BadInput extends Error {
  /** Lines to print after the message, such as an assembler's errors. */
  readonly details: string;

  constructor(message: string, details = "") {
    super(message);
    this.name = "BadInput";
    this.details = details;
  }
}

/** Whoever read the output has gone (`ringside trace ... | head`). */
export class ReaderGone extends Error {}

/** What a command ends with. */
export const EXIT = {
  ok: 0,
  /** Something went wrong that is not the input's fault. */
  failure: 1,
  badInput: 2,
  /** The runs differ, or a link's digest is not that of the state. */
  difference: 3,
} as const;
