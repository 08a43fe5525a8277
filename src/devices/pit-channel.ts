/**
 * One counter of an 8254 (Intel 8254 datasheet, 231164). Nothing is counted down: what the counter holds and what its
 * output shows are functions of the clock number, computed when somebody asks. All times here are PIT clocks since
 * power-on.
 */
export interface PitChannelState {
  /** 0..5. */
  mode: number;
  bcd: boolean;
  /** 1: low byte only, 2: high byte only, 3: low byte, then high byte. */
  access: number;
  gate: boolean;
  /** The clock at which the counting element was loaded, corrected for the time a low gate stopped it; -1: not yet. */
  start: number;
  /** The count that is counted from: 1..65536, or 1..10000 in BCD. */
  count: number;
  /** Clocks counted when a low gate stopped the counter; -1 while it runs. */
  stoppedAt: number;
  /** Mode 1 was triggered again while its output was low, which it stays until the new start. */
  retriggered: boolean;
  /** A count written and not yet in the counting element, with the clock at which it gets there (-1: at a trigger); 0: none. */
  nextCount: number;
  nextStart: number;
  /** The low byte of a two-byte write that waits for its high byte; -1: none. */
  lowByte: number;
  /** The next read of a two-byte pair gives the high byte. */
  readsHigh: boolean;
  /** The latched count, and which bytes of it are still to be read (bit 0 low, bit 1 high). */
  latch: number;
  latchBytes: number;
  /** The latched status byte; -1: none. */
  status: number;
}

export function initialChannel(): PitChannelState {
  return {
    mode: 3,
    bcd: false,
    access: 3,
    gate: true,
    start: 0,
    count: 65536,
    stoppedAt: -1,
    retriggered: false,
    nextCount: 0,
    nextStart: 0,
    lowByte: -1,
    readsHigh: false,
    latch: 0,
    latchBytes: 0,
    status: -1,
  };
}

/** Clocks of a mode 3 period for which the output is high. */
function highClocks(count: number): number {
  return (count + 1) >>> 1;
}

function isPeriodic(s: PitChannelState): boolean {
  return s.mode === 2 || s.mode === 3;
}

/** Modes 1 and 5 start at a rising gate and do not care for its level. */
function isTriggered(s: PitChannelState): boolean {
  return s.mode === 1 || s.mode === 5;
}

/** Clocks counted so far at `clock`; negative while the load is still to come. */
function elapsed(s: PitChannelState, clock: number): number {
  return s.stoppedAt >= 0 ? s.stoppedAt : clock - s.start;
}

/** Brings a count that was written earlier, and is due by `clock`, into the counting element. */
export function settle(s: PitChannelState, clock: number): void {
  if (s.nextCount === 0 || s.nextStart < 0 || clock < s.nextStart) return;
  // A mode 3 count that is due in the middle of a period starts with its low half.
  const lowHalf = s.mode === 3 && s.start >= 0 && halfIsLow(s, s.nextStart);
  s.start = lowHalf ? s.nextStart - highClocks(s.nextCount) : s.nextStart;
  s.count = s.nextCount;
  s.nextCount = 0;
}

function halfIsLow(s: PitChannelState, clock: number): boolean {
  const phase = (clock - s.start) % s.count;
  return phase >= highClocks(s.count);
}

/** The output's level at `clock`; `settle(clock)` has been called. */
export function output(s: PitChannelState, clock: number): boolean {
  if (s.start < 0) return s.mode !== 0;
  const e = elapsed(s, clock);
  switch (s.mode) {
    case 0:
      return e >= s.count;
    case 1:
      return e < 0 ? !s.retriggered : e >= s.count;
    case 2:
      // A count of 1 is not allowed here; it gives no pulses.
      return !s.gate || e < 0 || s.count === 1 || e % s.count !== s.count - 1;
    case 3:
      return !s.gate || e < 0 || s.count === 1 || e % s.count < highClocks(s.count);
    default:
      return e !== s.count;
  }
}

/** The first clock after `clock` at which the output may differ from what it is at `clock`; Infinity if none. */
export function nextChange(s: PitChannelState, clock: number): number {
  const own = nextOwnChange(s, clock);
  return s.nextCount !== 0 && s.nextStart > clock ? Math.min(own, s.nextStart) : own;
}

function nextOwnChange(s: PitChannelState, clock: number): number {
  if (s.start < 0 || s.stoppedAt >= 0) return Number.POSITIVE_INFINITY;
  const e = clock - s.start;
  if (isPeriodic(s)) {
    if (!s.gate || s.count === 1) return Number.POSITIVE_INFINITY;
    const low = s.mode === 2 ? s.count - 1 : highClocks(s.count);
    if (e < 0) return s.start + low;
    const phase = e % s.count;
    return clock - phase + (phase < low ? low : s.count);
  }
  if (s.mode === 1 && e < 0) return s.start;
  if (e < s.count) return s.start + s.count;
  if (s.mode >= 4 && e === s.count) return clock + 1;
  return Number.POSITIVE_INFINITY;
}

/** What the counting element holds at `clock`, as it reads (BCD or binary). */
export function counter(s: PitChannelState, clock: number): number {
  const modulus = s.bcd ? 10000 : 65536;
  let value = s.count;
  const e = elapsed(s, clock);
  if (s.start >= 0 && e > 0) {
    if (s.mode === 3) {
      const high = highClocks(s.count);
      const phase = e % s.count;
      const even = s.count - (s.count & 1);
      value = even - 2 * (phase < high ? phase : phase - high);
    } else if (s.mode === 2) {
      value = s.count - (e % s.count);
    } else {
      value = s.count - (e % modulus) + modulus;
    }
  }
  value %= modulus;
  return s.bcd ? toBcd(value) : value;
}

function toBcd(value: number): number {
  return (
    (Math.floor(value / 1000) << 12) |
    (Math.floor((value / 100) % 10) << 8) |
    (Math.floor((value / 10) % 10) << 4) |
    (value % 10)
  );
}

function fromBcd(value: number): number {
  return (value >>> 12) * 1000 + ((value >>> 8) & 15) * 100 + ((value >>> 4) & 15) * 10 + (value & 15);
}

/** A control word that sets the mode: the output takes its initial level and the counter waits for a count. */
export function setMode(s: PitChannelState, access: number, mode: number, bcd: boolean): void {
  const { gate, count } = s;
  Object.assign(s, initialChannel(), { gate, count, access, mode, bcd, start: -1 });
}

/** Writes a byte of the count. */
export function writeCount(s: PitChannelState, value: number, clock: number): void {
  if (s.access === 3 && s.lowByte < 0) {
    s.lowByte = value;
    // In mode 0 the first byte stops the counting and lowers the output.
    if (s.mode === 0) s.start = -1;
    return;
  }
  const raw = s.access === 1 ? value : s.access === 2 ? value << 8 : s.lowByte | (value << 8);
  s.lowByte = -1;
  const count = (s.bcd ? fromBcd(raw) : raw) || (s.bcd ? 10000 : 65536);
  s.nextCount = count;
  if (isTriggered(s)) {
    s.nextStart = -1;
  } else if (isPeriodic(s) && s.start >= 0 && s.gate) {
    s.nextStart = endOfPeriod(s, clock);
  } else if (isPeriodic(s) && !s.gate) {
    s.nextStart = -1;
  } else {
    s.nextCount = 0;
    s.count = count;
    s.start = clock + 1;
    s.stoppedAt = s.gate ? -1 : 0;
  }
}

/** The clock at which a new count replaces the present one: the end of the period, or of the half period in mode 3. */
function endOfPeriod(s: PitChannelState, clock: number): number {
  const e = clock - s.start;
  if (e < 0) return s.start;
  const phase = e % s.count;
  const half = highClocks(s.count);
  return clock - phase + (s.mode === 3 && phase < half ? half : s.count);
}

/** Sets the gate's level. */
export function setGate(s: PitChannelState, gate: boolean, clock: number): void {
  if (s.gate === gate) return;
  if (isTriggered(s)) {
    if (gate && (s.nextCount !== 0 || s.start >= 0)) restart(s, clock);
  } else if (isPeriodic(s)) {
    if (gate) {
      if (s.nextCount !== 0 || s.start >= 0) restart(s, clock);
      s.stoppedAt = -1;
    } else if (s.start >= 0) {
      s.stoppedAt = Math.max(0, clock - s.start);
      if (s.nextCount !== 0) s.nextStart = -1;
    }
  } else if (s.start >= 0) {
    if (gate) {
      s.start = clock - s.stoppedAt;
      s.stoppedAt = -1;
    } else {
      s.stoppedAt = Math.max(0, clock - s.start);
    }
  }
  s.gate = gate;
}

function restart(s: PitChannelState, clock: number): void {
  s.retriggered = s.mode === 1 && !output(s, clock);
  if (s.nextCount !== 0) s.count = s.nextCount;
  s.nextCount = 0;
  s.start = clock + 1;
}

/** Latches the count, unless one is latched already. */
export function latchCount(s: PitChannelState, clock: number): void {
  if (s.latchBytes !== 0) return;
  s.latch = counter(s, clock);
  s.latchBytes = s.access;
}

/** Latches the status byte, unless one is latched already. */
export function latchStatus(s: PitChannelState, clock: number): void {
  if (s.status >= 0) return;
  const nullCount = s.nextCount !== 0 || s.start < 0 || clock < s.start;
  s.status = (output(s, clock) ? 0x80 : 0) | (nullCount ? 0x40 : 0) | (s.access << 4) | (s.mode << 1) | (s.bcd ? 1 : 0);
}

/** Reads a byte: the latched status, else of the latched count, else of the counter as it is. */
export function readCount(s: PitChannelState, clock: number): number {
  if (s.status >= 0) {
    const { status } = s;
    s.status = -1;
    return status;
  }
  if (s.latchBytes !== 0) {
    const high = (s.latchBytes & 1) === 0;
    s.latchBytes &= high ? 0 : 2;
    return high ? s.latch >>> 8 : s.latch & 0xff;
  }
  const high = s.access === 2 || (s.access === 3 && s.readsHigh);
  if (s.access === 3) s.readsHigh = !s.readsHigh;
  const value = counter(s, clock);
  return high ? value >>> 8 : value & 0xff;
}
