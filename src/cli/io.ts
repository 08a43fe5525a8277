import { createInterface } from "node:readline";
import { ReaderGone } from "./errors.ts";
import { readStandardInput } from "./files.ts";

/** The surroundings of a command: what it prints to and reads from. */
export interface Io {
  /** Adds to standard output; it goes out with `flush`, or when much has gathered. */
  out(text: string): void;
  /** Bytes to standard output, after what was added before. */
  outBytes(bytes: Uint8Array): Promise<void>;
  err(text: string): void;
  /** Sends what `out` has gathered. Throws `ReaderGone` if nobody reads any more. */
  flush(): Promise<void>;
  /** All of standard input. */
  stdin(): Uint8Array;
  /** Lines of standard input as they come, each asked for by a prompt where a person types them. */
  lines(prompt: string): AsyncIterable<string>;
  /** Has something done at Ctrl+C, which otherwise ends the process; answers how to take that back. */
  onInterrupt(handler: () => void): () => void;
  /** A person types and reads. */
  readonly isTerminal: boolean;
  /** Columns of the terminal, or null if the output is none. */
  readonly columns: number | null;
}

/** Standard input, output and error of this process. */
export function processIo(): Io {
  let gathered: string[] = [];
  // Without a listener a closed pipe would end the process with a stack trace; `write` hears of it by its callback.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const write = (data: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(data, (error) => {
        if (!error) resolve();
        else reject((error as NodeJS.ErrnoException).code === "EPIPE" ? new ReaderGone() : error);
      });
    });
  const flush = async () => {
    if (gathered.length === 0) return;
    const text = gathered.join("");
    gathered = [];
    await write(text);
  };
  return {
    out: (text) => void gathered.push(text),
    async outBytes(bytes) {
      await flush();
      await write(bytes);
    },
    err: (text) => void process.stderr.write(text),
    flush,
    stdin: readStandardInput,
    async *lines(prompt) {
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
      const reader = createInterface({
        input: process.stdin,
        ...(isTerminal ? { output: process.stdout, prompt, historySize: 500 } : {}),
      });
      // The terminal's own Ctrl+C comes here; at the prompt it has nothing else to end.
      reader.on("SIGINT", () => process.emit("SIGINT"));
      if (isTerminal) reader.prompt();
      try {
        for await (const line of reader) {
          yield line;
          if (isTerminal) reader.prompt();
        }
      } finally {
        reader.close();
      }
    },
    onInterrupt(handler) {
      process.on("SIGINT", handler);
      return () => process.off("SIGINT", handler);
    },
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    columns: process.stdout.isTTY ? (process.stdout.columns ?? 80) : null,
  };
}
