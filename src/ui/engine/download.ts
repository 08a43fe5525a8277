/** Gives the reader a file to keep. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser has begun by then; until the address is revoked the file stays in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** What a file of the present program is called: `lesson-popf-events.csv`. */
export function fileName(main: string, what: string, ending: string): string {
  const stem = main.slice(main.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
  return `${stem}-${what}.${ending}`;
}
