import type { InterruptLine } from "./interrupt-line.ts";
import {
  initialChannel,
  latchCount,
  latchStatus,
  nextChange,
  output,
  type PitChannelState,
  readCount,
  setGate,
  setMode,
  settle,
  writeCount,
} from "./pit-channel.ts";

/**
 * 1 tick = 1 guest instruction, and one PIT clock (1,193,182 Hz) lasts so many ticks: the nominal processor runs
 * 9.545 million instructions a second.
 */
export const TICKS_PER_PIT_CLOCK = 8;

export interface PitState {
  channels: PitChannelState[];
  /** Bits 0 (gate of channel 2) and 1 (speaker) of port 61, and bits 2 and 3 as written. */
  control: number;
  /** Level of channel 0's output, as last given to IRQ 0. */
  output0: boolean;
  /** Tick of the next change of that level; Infinity if none is to come. */
  changeAt: number;
}

/** Clocks between two toggles of the refresh bit of port 61, about 15 microseconds. */
const REFRESH_CLOCKS = 18;

/** The 8254 of a PC with the bits of port 61 that belong to it. All times handed in are ticks, and never go back. */
export class Pit8254 {
  private channels = [initialChannel(), initialChannel(), initialChannel()] as [
    PitChannelState,
    PitChannelState,
    PitChannelState,
  ];
  private control = 0;
  private output0 = true;
  private changeAt = 0;
  /** What `nextRise` found, until something changes; -1: unknown. */
  private rise = -1;
  private readonly irq0: InterruptLine;

  /** `irq0` is the line that channel 0's output drives. */
  constructor(irq0: InterruptLine) {
    this.irq0 = irq0;
    this.reset();
  }

  /** Brings the line of channel 0 to what it is at `time`. */
  advanceTo(time: number): void {
    if (time < this.changeAt) return;
    const end = Math.floor(time / TICKS_PER_PIT_CLOCK);
    const s = this.channels[0];
    let clock = this.changeAt / TICKS_PER_PIT_CLOCK;
    // A reload, a falling and a rising edge show all that there is; further periods only repeat it.
    for (let n = 0; n < 4 && clock <= end; n++) {
      settle(s, clock);
      this.irq0.set(output(s, clock));
      clock = nextChange(s, clock);
    }
    this.follow(end);
  }

  /** Exact tick of the next rising edge of channel 0's output after the last `advanceTo`; Infinity if none. */
  nextRise(): number {
    if (this.rise < 0) this.rise = this.findRise();
    return this.rise;
  }

  private findRise(): number {
    const probe = { ...this.channels[0] };
    let clock = this.changeAt / TICKS_PER_PIT_CLOCK;
    // At most a reload and a falling edge come before the rising one.
    for (let level = this.output0; clock !== Number.POSITIVE_INFINITY; clock = nextChange(probe, clock)) {
      settle(probe, clock);
      const next = output(probe, clock);
      if (next && !level) return clock * TICKS_PER_PIT_CLOCK;
      level = next;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Reads counter 0..2 (offset 3, the control port, reads as all ones). */
  read(offset: number, time: number): number {
    const s = this.channels[offset];
    if (s === undefined) return 0xff;
    // Channel 0's edges up to now belong to the count that was in force then.
    this.advanceTo(time);
    const clock = Math.floor(time / TICKS_PER_PIT_CLOCK);
    settle(s, clock);
    return readCount(s, clock);
  }

  /** Writes counter 0..2 or the control word (offset 3). Channel 0's line follows at once. */
  write(offset: number, value: number, time: number): void {
    this.advanceTo(time);
    const clock = Math.floor(time / TICKS_PER_PIT_CLOCK);
    for (const s of this.channels) settle(s, clock);
    const s = this.channels[offset];
    if (s !== undefined) writeCount(s, value, clock);
    else this.writeControl(value, clock);
    this.follow(clock);
  }

  /** Port 61: gate and speaker as written, refresh toggle, output of channel 2. */
  readPort61(time: number): number {
    const clock = Math.floor(time / TICKS_PER_PIT_CLOCK);
    const s = this.channels[2];
    settle(s, clock);
    const refresh = Math.floor(clock / REFRESH_CLOCKS) & 1;
    return this.control | (refresh << 4) | (output(s, clock) ? 0x20 : 0);
  }

  writePort61(value: number, time: number): void {
    const clock = Math.floor(time / TICKS_PER_PIT_CLOCK);
    this.control = value & 0x0f;
    settle(this.channels[2], clock);
    setGate(this.channels[2], (value & 1) !== 0, clock);
  }

  save(): PitState {
    return {
      channels: this.channels.map((s) => ({ ...s })),
      control: this.control,
      output0: this.output0,
      changeAt: this.changeAt,
    };
  }

  load(state: PitState): void {
    this.channels.forEach((s, i) => {
      Object.assign(s, state.channels[i]);
    });
    this.control = state.control;
    this.output0 = state.output0;
    this.changeAt = state.changeAt;
    this.rise = -1;
  }

  /** As the BIOS leaves it at tick 0: channel 0 counts 65536 in mode 3, channel 2 is gated off. */
  reset(): void {
    for (const s of this.channels) Object.assign(s, initialChannel());
    this.control = 0;
    setGate(this.channels[2], false, 0);
    this.follow(0);
  }

  private writeControl(value: number, clock: number): void {
    const select = value >>> 6;
    const access = (value >>> 4) & 3;
    if (select === 3) {
      this.channels.forEach((s, i) => {
        if ((value & (2 << i)) === 0) return;
        if ((value & 0x20) === 0) latchCount(s, clock);
        if ((value & 0x10) === 0) latchStatus(s, clock);
      });
      return;
    }
    const s = this.channels[select] as PitChannelState;
    if (access === 0) {
      latchCount(s, clock);
      return;
    }
    const mode = (value >>> 1) & 7;
    // Modes 2 and 3 ignore the topmost bit.
    setMode(s, access, mode > 5 ? mode - 4 : mode, (value & 1) !== 0);
  }

  private follow(clock: number): void {
    const s = this.channels[0];
    settle(s, clock);
    this.output0 = output(s, clock);
    this.irq0.set(this.output0);
    this.changeAt = nextChange(s, clock) * TICKS_PER_PIT_CLOCK;
    this.rise = -1;
  }
}
