import { checkImage, fail, hex, type LoadResult, type Segment } from "./image.ts";

const HEADER_SIZE = 52;
const PROGRAM_HEADER_SIZE = 32;
const CLASS_32 = 1;
const LITTLE_ENDIAN = 1;
const TYPE_EXECUTABLE = 2;
const MACHINE_386 = 3;
const LOADABLE = 1;
/** More program headers than any kernel has; a file with more is refused before they are read. */
const MAX_PROGRAM_HEADERS = 128;

const ACCEPTED = {
  en: "A statically linked 32-bit executable for the 80386: ELF32, little-endian, type EXEC, machine EM_386 (ld -m elf_i386).",
  zh: "静态链接的 32 位 80386 可执行文件:ELF32、小端、类型 EXEC、机器 EM_386(ld -m elf_i386)。",
};

/** Whether the bytes begin as an ELF file does. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/** The loadable segments of an ELF32 executable at their physical addresses, checked against `memoryBytes` of RAM. */
export function loadElf(bytes: Uint8Array, memoryBytes: number): LoadResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isElf(bytes) || bytes.length < HEADER_SIZE) {
    return fail({ en: "The ELF header is cut off.", zh: "ELF 头不完整。" }, ACCEPTED);
  }
  if (bytes[4] !== CLASS_32 || bytes[5] !== LITTLE_ENDIAN) {
    return fail(
      {
        en: bytes[4] === 2 ? "This is a 64-bit ELF file." : "The ELF file is not 32-bit little-endian.",
        zh: bytes[4] === 2 ? "这是 64 位的 ELF 文件。" : "该 ELF 文件不是 32 位小端格式。",
      },
      ACCEPTED,
    );
  }
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  if (type !== TYPE_EXECUTABLE || machine !== MACHINE_386) {
    return fail(
      {
        en: `The ELF file has type ${type} and machine ${machine}.`,
        zh: `该 ELF 文件的类型为 ${type},机器为 ${machine}。`,
      },
      ACCEPTED,
    );
  }
  const entry = view.getUint32(24, true);
  const table = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (count > MAX_PROGRAM_HEADERS) {
    return fail(
      { en: `The ELF file has ${count} program headers.`, zh: `该 ELF 文件有 ${count} 个程序头。` },
      { en: `At most ${MAX_PROGRAM_HEADERS}.`, zh: `最多 ${MAX_PROGRAM_HEADERS} 个。` },
    );
  }
  if (count > 0 && (entrySize < PROGRAM_HEADER_SIZE || table + count * entrySize > bytes.length)) {
    return fail(
      {
        en: `The program headers at file offset ${hex(table)} (${count} of ${entrySize} bytes) do not fit the file of ${bytes.length} bytes.`,
        zh: `文件偏移 ${hex(table)} 处的程序头(${count} 个,每个 ${entrySize} 字节)与 ${bytes.length} 字节的文件不符。`,
      },
      ACCEPTED,
    );
  }
  const segments: Segment[] = [];
  let physicalEntry = entry;
  for (let i = 0; i < count; i++) {
    const at = table + i * entrySize;
    if (view.getUint32(at, true) !== LOADABLE) continue;
    const offset = view.getUint32(at + 4, true);
    const linear = view.getUint32(at + 8, true);
    const physical = view.getUint32(at + 12, true);
    const fileSize = view.getUint32(at + 16, true);
    const memorySize = view.getUint32(at + 20, true);
    if (memorySize === 0) continue;
    if (offset + fileSize > bytes.length || fileSize > memorySize) {
      return fail(
        {
          en: `Segment ${i} of the ELF file claims ${fileSize} bytes at file offset ${hex(offset)} for ${memorySize} bytes of memory; the file has ${bytes.length}.`,
          zh: `ELF 文件的第 ${i} 段声称在文件偏移 ${hex(offset)} 处有 ${fileSize} 字节,占内存 ${memorySize} 字节;而文件只有 ${bytes.length} 字节。`,
        },
        {
          en: "Segments that lie in the file and are no larger there than in memory.",
          zh: "段须在文件之内,且不大于其内存大小。",
        },
      );
    }
    segments.push({
      address: physical,
      bytes: bytes.subarray(offset, offset + fileSize),
      zeroFill: memorySize - fileSize,
    });
    // The entry is a linear address; the processor starts with paging off, where the segment lies physically.
    if (entry >= linear && entry < linear + memorySize) physicalEntry = entry - linear + physical;
  }
  return checkImage(segments, physicalEntry, memoryBytes);
}
