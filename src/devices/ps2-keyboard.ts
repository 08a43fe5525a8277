import type { InterruptLine } from "./interrupt-line.ts";
import { scanCodes } from "./scan-codes.ts";

/** An 8042 keyboard controller with a keyboard at it, and nothing at its auxiliary port. */
export interface KeyboardState {
  /** The controller's command byte (its RAM byte 0). */
  command: number;
  /** The other 31 bytes of its RAM. */
  ram: number[];
  /** Output port: bit 0 reset (active low), bit 1 A20. */
  outputPort: number;
  /** What port 60 reads. */
  output: number;
  outputFull: boolean;
  /** Replies of the controller that wait for the output buffer, then bytes of the keyboard that do. */
  replies: number[];
  queue: number[];
  /** The last write went to port 64. */
  lastWasCommand: boolean;
  /** Command of the controller that waits for its data byte at port 60; -1: none. */
  controllerExpects: number;
  /** Command of the keyboard that waits for its data byte; -1: none. */
  keyboardExpects: number;
  /** The keyboard sends keys. */
  scanning: boolean;
  scanSet: number;
  typematic: number;
  /** Bit 0 Scroll Lock, 1 Num Lock, 2 Caps Lock. */
  leds: number;
  lastSent: number;
  /** The processor's reset line has been pulsed. */
  resetRequested: boolean;
}

const COMMAND_IRQ1 = 0x01;
const COMMAND_SYSTEM = 0x04;
const COMMAND_DISABLED = 0x10;
const COMMAND_AUX_DISABLED = 0x20;
const COMMAND_TRANSLATE = 0x40;
const ACK = 0xfa;
const RESEND = 0xfe;

function initial(): KeyboardState {
  return {
    command: COMMAND_IRQ1 | COMMAND_SYSTEM | COMMAND_AUX_DISABLED | COMMAND_TRANSLATE,
    ram: new Array<number>(31).fill(0),
    outputPort: 0x03,
    output: 0,
    outputFull: false,
    replies: [],
    queue: [],
    lastWasCommand: false,
    controllerExpects: -1,
    keyboardExpects: -1,
    scanning: true,
    scanSet: 2,
    typematic: 0x2b,
    leds: 0,
    lastSent: 0,
    resetRequested: false,
  };
}

export class Ps2Keyboard {
  private readonly state: KeyboardState = initial();
  private readonly irq: InterruptLine;

  constructor(irq: InterruptLine) {
    this.irq = irq;
  }

  get leds(): number {
    return this.state.leds;
  }

  get resetRequested(): boolean {
    return this.state.resetRequested;
  }

  /** A key (a KeyboardEvent.code) goes down or up. Unknown keys do nothing. Bytes that cannot be read yet wait. */
  key(code: string, down: boolean): void {
    const s = this.state;
    if (!s.scanning) return;
    const set = s.scanSet === 1 || (s.command & COMMAND_TRANSLATE) !== 0 ? 1 : 2;
    s.queue.push(...scanCodes(code, down, set));
    this.fill();
  }

  /** A byte of scan code set 1 from a keyboard that somebody else drives: a VMM hands on what its own one sent. */
  receive(byte: number): void {
    if (!this.state.scanning) return;
    this.state.queue.push(byte);
    this.fill();
  }

  /** Port 60. */
  readData(): number {
    const s = this.state;
    const value = s.output;
    if (s.outputFull) {
      s.outputFull = false;
      this.irq.set(false);
      this.fill();
    }
    return value;
  }

  /** Port 64. */
  readStatus(): number {
    const s = this.state;
    return 0x10 | (s.outputFull ? 1 : 0) | (s.command & COMMAND_SYSTEM) | (s.lastWasCommand ? 8 : 0);
  }

  /** Port 60: data for the controller's command if one waits for it, else a byte to the keyboard. */
  writeData(value: number): void {
    const s = this.state;
    s.lastWasCommand = false;
    const expects = s.controllerExpects;
    s.controllerExpects = -1;
    if (expects === 0x60) {
      s.command = value;
      this.irq.set(s.outputFull && (value & COMMAND_IRQ1) !== 0);
    } else if (expects > 0x60 && expects < 0x80) {
      s.ram[expects - 0x61] = value;
    } else if (expects === 0xd1) {
      this.writeOutputPort(value);
    } else if (expects === 0xd2) {
      s.queue.push(value);
    } else if (expects < 0) {
      // A byte to the keyboard enables its interface.
      s.command &= ~COMMAND_DISABLED;
      this.command(value);
    }
    this.fill();
  }

  /** Port 64: a command to the controller. */
  writeCommand(value: number): void {
    const s = this.state;
    s.lastWasCommand = true;
    s.controllerExpects = -1;
    if (value >= 0x20 && value < 0x40) {
      this.reply(value === 0x20 ? s.command : (s.ram[value - 0x21] as number));
    } else if ((value >= 0x60 && value < 0x80) || (value >= 0xd1 && value <= 0xd4)) {
      s.controllerExpects = value;
    } else if (value >= 0xf0) {
      if ((value & 1) === 0) s.resetRequested = true;
    } else {
      this.simpleCommand(value);
    }
    this.fill();
  }

  save(): KeyboardState {
    const s = this.state;
    return { ...s, ram: [...s.ram], replies: [...s.replies], queue: [...s.queue] };
  }

  load(state: KeyboardState): void {
    Object.assign(this.state, state, {
      ram: [...state.ram],
      replies: [...state.replies],
      queue: [...state.queue],
    });
  }

  /** As the BIOS leaves it: translating, with its interrupt enabled. */
  reset(): void {
    Object.assign(this.state, initial());
    this.irq.set(false);
  }

  private simpleCommand(value: number): void {
    const s = this.state;
    switch (value) {
      case 0xa7:
        s.command |= COMMAND_AUX_DISABLED;
        break;
      case 0xa8:
        s.command &= ~COMMAND_AUX_DISABLED;
        break;
      case 0xa9: // test the auxiliary port, and AB the keyboard's: good
      case 0xab:
        this.reply(0x00);
        break;
      case 0xaa: // self-test: passed
        s.command |= COMMAND_SYSTEM;
        this.reply(0x55);
        break;
      case 0xad:
        s.command |= COMMAND_DISABLED;
        break;
      case 0xae:
        s.command &= ~COMMAND_DISABLED;
        break;
      case 0xc0: // input port: keyboard not locked
        this.reply(0x80);
        break;
      case 0xd0:
        this.reply(s.outputPort | (s.outputFull ? 0x10 : 0));
        break;
      default:
        break;
    }
  }

  private writeOutputPort(value: number): void {
    this.state.outputPort = value & 0x03;
    if ((value & 1) === 0) this.state.resetRequested = true;
  }

  private reply(value: number): void {
    this.state.replies.push(value);
  }

  /** A byte to the keyboard. */
  private command(value: number): void {
    const s = this.state;
    const expects = s.keyboardExpects;
    s.keyboardExpects = -1;
    if (expects >= 0 && value < 0x80) {
      this.argument(expects, value);
      return;
    }
    switch (value) {
      case 0xed: // set LEDs
      case 0xf0: // get or set the scan code set
      case 0xf3: // typematic rate
        s.keyboardExpects = value;
        s.queue.push(ACK);
        break;
      case 0xee: // echo
        s.queue.push(0xee);
        break;
      case 0xf2: // identify; the second byte goes through the translation
        s.queue.push(ACK, 0xab, (s.command & COMMAND_TRANSLATE) !== 0 ? 0x41 : 0x83);
        break;
      case 0xf4:
        s.scanning = true;
        s.queue = [ACK];
        break;
      case 0xf5: // defaults, and disable
      case 0xf6: // defaults
        s.scanning = value === 0xf6;
        s.scanSet = 2;
        s.typematic = 0x2b;
        s.queue = [ACK];
        break;
      case RESEND:
        s.queue.unshift(s.lastSent);
        break;
      case 0xff: // reset and self-test
        s.scanning = true;
        s.scanSet = 2;
        s.typematic = 0x2b;
        s.leds = 0;
        s.queue = [ACK, 0xaa];
        break;
      default:
        s.queue.push(RESEND);
    }
  }

  private argument(command: number, value: number): void {
    const s = this.state;
    if (command === 0xed) {
      s.leds = value & 7;
    } else if (command === 0xf3) {
      s.typematic = value;
    } else if (value === 0) {
      const set = s.scanSet;
      const translated = set === 1 ? 0x43 : 0x41;
      s.queue.push(ACK, (s.command & COMMAND_TRANSLATE) !== 0 ? translated : set);
      return;
    } else if (value === 1 || value === 2) {
      s.scanSet = value;
    } else {
      s.queue.push(RESEND);
      return;
    }
    s.queue.push(ACK);
  }

  /** Moves the next byte into the output buffer if that is free, and raises IRQ 1 if it is enabled. */
  private fill(): void {
    const s = this.state;
    if (s.outputFull) return;
    if (s.replies.length > 0) {
      s.output = s.replies.shift() as number;
    } else if (s.queue.length > 0 && (s.command & COMMAND_DISABLED) === 0) {
      s.output = s.queue.shift() as number;
      s.lastSent = s.output;
    } else {
      return;
    }
    s.outputFull = true;
    this.irq.set((s.command & COMMAND_IRQ1) !== 0);
  }
}
