import type { LocalFile } from "./disk.ts";

/** The files of a drop, with handles where the browser gives them. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly LocalFile[]> {
  type Item = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };
  const items = [...transfer.items].filter((item) => item.kind === "file") as Item[];
  // All of it must be asked for before the first await: then the browser takes the transfer back.
  const asked = items.map((item) => ({ file: item.getAsFile(), handle: item.getAsFileSystemHandle?.() ?? null }));
  const found = await Promise.all(
    asked.map(async ({ file, handle }) => {
      const given = await handle?.catch(() => null);
      if (given?.kind === "directory" || file === null) return null;
      return { file, handle: (given as FileSystemFileHandle | null | undefined) ?? null };
    }),
  );
  return found.filter((each) => each !== null);
}
