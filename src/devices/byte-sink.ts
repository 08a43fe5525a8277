/** Where a device puts the bytes that leave the computer. */
export interface ByteSink {
  append(byte: number): void;
}
