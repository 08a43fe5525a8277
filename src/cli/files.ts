import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { BadInput } from "./errors.ts";
import type { Io } from "./io.ts";
import { count, oneLine } from "./text.ts";

/** Bytes of a file at most. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "a part of the path is not a folder",
  EACCES: "it may not be read or written with your rights",
  EPERM: "it may not be read or written with your rights",
  EISDIR: "it is a folder; give a file",
  ENAMETOOLONG: "the name is too long for a file",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ELOOP: "its symbolic links lead in a circle",
};

/** Why a file could not be used, from what the operating system said. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

/** The bytes of a file, or of standard input for `-`; at most MAX_FILE_BYTES. */
export function readInput(path: string, io: Io): Uint8Array {
  if (path === "-") return bounded(io.stdin(), "standard input");
  if (path === "") throw new BadInput("the name of the file is empty");
  if (path.includes("\0")) throw new BadInput(`${oneLine(path)}: a file's name cannot hold a NUL`);
  let file = -1;
  try {
    file = openSync(path, "r");
    const status = fstatSync(file);
    if (status.isDirectory()) throw new BadInput(`${oneLine(path)}: it is a folder; give a file`);
    return bounded(readWhole(file), oneLine(path));
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput(`${oneLine(path)}: ${reasonOf(error)}`);
  } finally {
    if (file >= 0) closeSync(file);
  }
}

/** Reads to the end, but never much more than is allowed: a device may have no end. */
function readWhole(file: number): Uint8Array {
  const parts: Buffer[] = [];
  let total = 0;
  while (total <= MAX_FILE_BYTES) {
    const part = Buffer.alloc(1 << 16);
    const got = readPart(file, part);
    if (got === 0) break;
    parts.push(part.subarray(0, got));
    total += got;
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Reads what is there, waiting if nothing is there yet (a terminal or pipe that does not block says EAGAIN). */
function readPart(file: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(file, into, 0, into.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** All of standard input, as far as is allowed. */
export function readStandardInput(): Uint8Array {
  try {
    return readWhole(0);
  } catch (error) {
    throw new BadInput(`standard input: ${reasonOf(error)}`);
  }
}

function bounded(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes.length <= MAX_FILE_BYTES) return bytes;
  throw new BadInput(`${name}: the file is larger than ${count(MAX_FILE_BYTES)} bytes, the most that is read`);
}

/** A text file in UTF-8. `alternative` says what to do with a file that is none. */
export function decodeText(bytes: Uint8Array, name: string, alternative: string): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new BadInput(`${name}: byte ${nul} is 0, so this is no text; ${alternative}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadInput(`${name}: this is no text in UTF-8; save it as UTF-8, or ${alternative}`);
  }
}

/** The text of an included file, or null if there is none that can be read. */
export function readInclude(path: string): string | null {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > MAX_FILE_BYTES) return null;
    const file = openSync(path, "r");
    try {
      return new TextDecoder().decode(readWhole(file));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** Writes a file so that it is there whole or not at all: beside its place first, then renamed. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) throw new BadInput(`${oneLine(path)}: it is a folder; give the name of a file`);
    if (existing && !existing.isFile()) {
      writeFileSync(path, bytes);
      return;
    }
    writeFileSync(beside, bytes, { flag: "wx" });
    renameSync(beside, path);
  } catch (error) {
    if (error instanceof BadInput) throw error;
    rmSync(beside, { force: true });
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such folder" : reasonOf(error);
    throw new BadInput(`${oneLine(path)}: cannot be written: ${reason}`);
  }
}
