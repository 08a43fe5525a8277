import { PicPair, type PicPairState } from "../devices/pic-pair.ts";
import { Pit8254, type PitState } from "../devices/pit8254.ts";
import { type KeyboardState, Ps2Keyboard } from "../devices/ps2-keyboard.ts";
import { Uart16550, type UartState } from "../devices/uart16550.ts";
import { VgaRegisters, type VgaState } from "../devices/vga-registers.ts";
import { OutputLog } from "./output-log.ts";

/** Something that reaches a device from outside. */
export type DeviceInput =
  /** A key goes down or up; `code` is a KeyboardEvent.code. */
  | { readonly kind: "key"; readonly code: string; readonly down: boolean }
  /** A byte (0..255) comes in on COM1. */
  | { readonly kind: "serial"; readonly byte: number };

/** Plain data, can be cloned and compared. The logs are there by length: see `OutputLog`. */
export interface PlatformState {
  pics: PicPairState;
  pit: PitState;
  uart: UartState;
  vga: VgaState;
  keyboard: KeyboardState;
  port92: number;
  exitCode: number;
  resetRequested: boolean;
  debug: number;
  serial: number;
}

const IRQ_TIMER = 0;
const IRQ_KEYBOARD = 1;
const IRQ_COM1 = 4;

/**
 * The devices of a PC on their ports. A machine has one, and a VMM has one for its guest. Times are ticks (guest
 * instructions ended), handed in by whoever owns the platform; they never go back but by `load`.
 *
 * Whether an interrupt is pending is exact as of the last call that was given a time: call `advanceTo` first. Between
 * `advanceTo(t)` and `nextEvent()` the devices cannot raise INTR by themselves; only port writes and `input` can.
 */
export class Platform {
  /** What was written to port E9. */
  readonly debug = new OutputLog();
  /** What COM1 transmitted. */
  readonly serial = new OutputLog();
  readonly pics = new PicPair();
  readonly pit = new Pit8254(this.pics.line(IRQ_TIMER));
  readonly uart = new Uart16550(this.serial, this.pics.line(IRQ_COM1));
  readonly keyboard = new Ps2Keyboard(this.pics.line(IRQ_KEYBOARD));
  readonly vga = new VgaRegisters();
  /** The byte written to port F4; -1 until then. */
  exitCode = -1;
  /** The keyboard controller or port 92 has pulsed the processor's reset line. */
  private resetLine = false;
  private port92 = 2;

  constructor() {
    this.reset();
  }

  /** Whether the guest has asked for a reset of the computer, which the owner is to carry out (or to end at). */
  get resetRequested(): boolean {
    return this.resetLine || this.keyboard.resetRequested;
  }

  /**
   * Reads `size` bytes at `port` (0..FFFF): unsigned for 1 and 2, signed for 4. Every device here is 8 bits wide, so
   * wider accesses are a byte at each of the ports that follow. A port where nothing is reads all ones.
   */
  portIn(port: number, size: 1 | 2 | 4, time: number): number {
    const low = this.read(port, time);
    if (size === 1) return low;
    const word = low | (this.read((port + 1) & 0xffff, time) << 8);
    if (size === 2) return word;
    return word | (this.read((port + 2) & 0xffff, time) << 16) | (this.read((port + 3) & 0xffff, time) << 24);
  }

  /** Writes the low `size` bytes of `value`, as `portIn` reads. A write to an absent port is lost. */
  portOut(port: number, size: 1 | 2 | 4, value: number, time: number): void {
    this.write(port, value & 0xff, time);
    if (size === 1) return;
    this.write((port + 1) & 0xffff, (value >>> 8) & 0xff, time);
    if (size === 2) return;
    this.write((port + 2) & 0xffff, (value >>> 16) & 0xff, time);
    this.write((port + 3) & 0xffff, value >>> 24, time);
  }

  /** Lets the devices do what they do by themselves up to and including tick `time`. */
  advanceTo(time: number): void {
    this.pit.advanceTo(time);
  }

  /**
   * The tick, after the last `advanceTo`, at which a device may next assert INTR by itself; Infinity if nothing is to
   * come, be it that the timer stands still or that its interrupt is masked or held back by one in service.
   */
  nextEvent(): number {
    if (!this.pics.wouldInterrupt(IRQ_TIMER)) return Number.POSITIVE_INFINITY;
    return this.pit.nextRise();
  }

  /** Whether INTR is asserted. */
  interruptPending(): boolean {
    return this.pics.pending();
  }

  /** The interrupt masks, as reads of ports 21 and A1 give them; null in poll mode, where such a read does more. */
  interruptMasks(): { readonly master: number; readonly slave: number } | null {
    const { master, slave } = this.pics;
    if (master.polls || slave.polls) return null;
    return { master: master.mask, slave: slave.mask };
  }

  /** Acknowledges the interrupt and returns its vector (the spurious one if nothing is pending). */
  acknowledgeInterrupt(): number {
    return this.pics.acknowledge();
  }

  /** Hands over an input; its interrupt is asserted at once. */
  input(event: DeviceInput): void {
    if (event.kind === "key") this.keyboard.key(event.code, event.down);
    else this.uart.receive(event.byte);
  }

  /** The whole state but for the bytes of the logs. `advanceTo` the present first, so that equal states compare equal. */
  save(): PlatformState {
    return {
      pics: this.pics.save(),
      pit: this.pit.save(),
      uart: this.uart.save(),
      vga: this.vga.save(),
      keyboard: this.keyboard.save(),
      port92: this.port92,
      exitCode: this.exitCode,
      resetRequested: this.resetLine,
      debug: this.debug.save(),
      serial: this.serial.save(),
    };
  }

  load(state: PlatformState): void {
    this.pics.load(state.pics);
    this.pit.load(state.pit);
    this.uart.load(state.uart);
    this.vga.load(state.vga);
    this.keyboard.load(state.keyboard);
    this.port92 = state.port92;
    this.exitCode = state.exitCode;
    this.resetLine = state.resetRequested;
    this.debug.load(state.debug);
    this.serial.load(state.serial);
  }

  /**
   * As the BIOS and a loader hand over at tick 0: the interrupt controllers at vectors 08 and 70 with every line masked
   * but the cascade, channel 0 of the timer at 18.2 Hz, the screen in text mode 3; nothing put out.
   */
  reset(): void {
    this.pics.reset();
    this.pit.reset();
    this.uart.reset();
    this.vga.reset();
    this.keyboard.reset();
    for (const value of [0x11, 0x08, 0x04, 0x01]) this.pics.writeMaster(value === 0x11 ? 0 : 1, value);
    for (const value of [0x11, 0x70, 0x02, 0x01]) this.pics.writeSlave(value === 0x11 ? 0 : 1, value);
    this.pics.writeMaster(1, 0xfb);
    this.pics.writeSlave(1, 0xff);
    this.port92 = 2;
    this.exitCode = -1;
    this.resetLine = false;
    this.debug.load(0);
    this.serial.load(0);
  }

  private read(port: number, time: number): number {
    switch (port) {
      case 0x20:
      case 0x21:
        this.pit.advanceTo(time);
        return this.pics.readMaster(port & 1);
      case 0xa0:
      case 0xa1:
        this.pit.advanceTo(time);
        return this.pics.readSlave(port & 1);
      case 0x40:
      case 0x41:
      case 0x42:
      case 0x43:
        return this.pit.read(port & 3, time);
      case 0x60:
        return this.keyboard.readData();
      case 0x61:
        return this.pit.readPort61(time);
      case 0x64:
        return this.keyboard.readStatus();
      case 0x92:
        return this.port92;
      // Bochs tells a guest in this way that its debug console is there.
      case 0xe9:
        return 0xe9;
      default:
        if (port >= 0x3f8 && port <= 0x3ff) return this.uart.read(port - 0x3f8);
        if (port >= 0x3c0 && port <= 0x3df) return this.vga.read(port - 0x3c0, time);
        return 0xff;
    }
  }

  private write(port: number, value: number, time: number): void {
    switch (port) {
      case 0xe9:
        this.debug.append(value);
        break;
      case 0x20:
      case 0x21:
        this.pit.advanceTo(time);
        this.pics.writeMaster(port & 1, value);
        break;
      case 0xa0:
      case 0xa1:
        this.pit.advanceTo(time);
        this.pics.writeSlave(port & 1, value);
        break;
      case 0x40:
      case 0x41:
      case 0x42:
      case 0x43:
        this.pit.write(port & 3, value, time);
        break;
      case 0x60:
        this.keyboard.writeData(value);
        break;
      case 0x61:
        this.pit.writePort61(value, time);
        break;
      case 0x64:
        this.keyboard.writeCommand(value);
        break;
      case 0x92:
        this.port92 = value & 2;
        if ((value & 1) !== 0) this.resetLine = true;
        break;
      case 0xf4:
        this.exitCode = value;
        break;
      default:
        if (port >= 0x3f8 && port <= 0x3ff) this.uart.write(port - 0x3f8, value);
        else if (port >= 0x3c0 && port <= 0x3df) this.vga.write(port - 0x3c0, value);
        break;
    }
  }
}
