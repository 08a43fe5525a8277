import { CALLOUT_VECTOR } from "./layout.ts";

/** Machine code for the cache with its map, a byte for each byte. Encodings: SDM Vol. 2, appendix B. */
export class Emitter {
  readonly code: number[] = [];
  readonly map: number[] = [];
  /** Where in the cache the first byte will stand. */
  readonly start: number;

  constructor(start: number) {
    this.start = start;
  }

  /** Where in the cache the next byte will stand. */
  get at(): number {
    return this.start + this.code.length;
  }

  /** One instruction; `mark` is the map's byte at its first (MAP_*). Returns where it stands. */
  put(mark: number, ...bytes: readonly number[]): number {
    const at = this.at;
    bytes.forEach((byte, i) => {
      this.code.push(byte & 0xff);
      this.map.push(i === 0 ? mark : 0);
    });
    return at;
  }

  /** Adds to the map's byte of the instruction that stands at `at`. */
  mark(at: number, mark: number): void {
    this.map[at - this.start]! |= mark;
  }

  /** Takes back what stands from `at` on. */
  cut(at: number): void {
    this.code.length = at - this.start;
    this.map.length = at - this.start;
  }

  /** MOV of a general register into a field. */
  store(mark: number, field: number, register: number): number {
    return this.put(mark, 0x65, 0x89, 5 | (register << 3), ...dword(field));
  }

  /** MOV of a field into a general register. */
  load(mark: number, register: number, field: number): number {
    return this.put(mark, 0x65, 0x8b, 5 | (register << 3), ...dword(field));
  }

  /** MOV of a constant into a field. */
  set(mark: number, field: number, value: number): number {
    return this.put(mark, 0x65, 0xc7, 5, ...dword(field), ...dword(value));
  }

  /** MOVZX of a field's low byte. */
  loadByte(mark: number, register: number, field: number): number {
    return this.put(mark, 0x65, 0x0f, 0xb6, 5 | (register << 3), ...dword(field));
  }

  /** Leaves translated code for the VMM. */
  callout(mark: number): number {
    return this.put(mark, 0xcd, CALLOUT_VECTOR);
  }

  /** JMP to a place in the cache. */
  jump(mark: number, place: number): number {
    return this.put(mark, 0xe9, ...dword(place - (this.at + 5)));
  }
}

/** The four bytes of a doubleword. */
export function dword(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}
