/** One thing that was said on the command line, or that it answered. */
export interface CommandEntry {
  readonly id: number;
  readonly kind: "input" | "output" | "error";
  readonly text: string;
}

export interface CommandLineState {
  readonly entries: readonly CommandEntry[];
  /** Lines that were entered, the newest last. */
  readonly history: readonly string[];
  /** Every step of what is run is printed. */
  readonly trace: boolean;
  /** A line is being carried out. */
  readonly busy: boolean;
}

export const initialCommandLine: CommandLineState = { entries: [], history: [], trace: false, busy: false };
