/** Local files, by the File System Access API where the browser has it, else by a file input and a download. */

/** A file that was chosen or dropped. With a handle it can be written back to where it came from. */
export interface LocalFile {
  readonly file: File;
  readonly handle: FileSystemFileHandle | null;
}

interface PickerWindow {
  showOpenFilePicker?(options: {
    multiple: boolean;
    types: readonly { description: string; accept: Record<string, string[]> }[];
  }): Promise<FileSystemFileHandle[]>;
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

const ENDINGS = [".asm", ".inc", ".s", ".nasm", ".bin", ".img", ".elf", ".zip"];
const pickers = (): PickerWindow => window as unknown as PickerWindow;
const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** Lets the reader choose files; none if they change their mind. Needs a click or a key to have led here. */
export async function chooseFiles(): Promise<readonly LocalFile[]> {
  const { showOpenFilePicker } = pickers();
  if (showOpenFilePicker === undefined) return chooseByInput();
  try {
    const types = [{ description: "Ringside", accept: { "text/x-nasm": ENDINGS } }];
    const handles = await showOpenFilePicker.call(window, { multiple: true, types });
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
  } catch (error) {
    if (isAbort(error)) return [];
    return chooseByInput();
  }
}

function chooseByInput(): Promise<readonly LocalFile[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ENDINGS.join(",");
  input.hidden = true;
  document.body.append(input);
  return new Promise((resolve) => {
    const end = (): void => {
      resolve([...(input.files ?? [])].map((file) => ({ file, handle: null })));
      input.remove();
    };
    input.addEventListener("change", end);
    input.addEventListener("cancel", end);
    input.click();
  });
}

/** What came of saving: where it went, or that the reader changed their mind. */
export type SaveOutcome = {
  readonly kind: "written" | "downloaded";
  readonly name: string;
  readonly handle: FileSystemFileHandle | null;
} | null;

/**
 * Saves to the file that `handle` names, or to one that the reader chooses; else as a download.
 * @param handle where it was opened from or saved to before
 */
export async function saveFile(
  name: string,
  contents: Uint8Array | string,
  handle: FileSystemFileHandle | null,
): Promise<SaveOutcome> {
  const { showSaveFilePicker } = pickers();
  const blob = new Blob([contents as BlobPart], { type: "application/octet-stream" });
  try {
    const target =
      handle ?? (await showSaveFilePicker?.call(window, { suggestedName: name.split("/").at(-1)! })) ?? null;
    if (target !== null) {
      const stream = await target.createWritable();
      await stream.write(blob);
      await stream.close();
      return { kind: "written", name: target.name, handle: target };
    }
  } catch (error) {
    // Refused permission ends here too: a download always works.
    if (isAbort(error)) return null;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.split("/").at(-1)!;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return { kind: "downloaded", name: link.download, handle: null };
}
