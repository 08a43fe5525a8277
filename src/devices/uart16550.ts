import type { ByteSink } from "./byte-sink.ts";
import type { InterruptLine } from "./interrupt-line.ts";

/** A 16550A UART (National PC16550D datasheet). Bytes leave the moment they are written: the line takes no time. */
export interface UartState {
  ier: number;
  lcr: number;
  mcr: number;
  scratch: number;
  divisor: number;
  fifoEnabled: boolean;
  /** Bytes in the FIFO from which "received data" is asked for: 1, 4, 8, 14. */
  trigger: number;
  /** Received and not yet read: at most one byte, or 16 with FIFOs. */
  received: number[];
  /** Sent to us while there was no room: they wait on the line. */
  waiting: number[];
  overrun: boolean;
  /** The transmitter has run empty since IIR last told so. */
  transmitterEmpty: boolean;
  /** Low four bits of MSR: what changed since it was last read. */
  modemChanges: number;
}

const FIFO_SIZE = 16;
const LCR_DLAB = 0x80;
const MCR_OUT2 = 0x08;
const MCR_LOOP = 0x10;
/** CTS, DSR and DCD of a terminal that is there and listens. */
const MODEM_PRESENT = 0xb0;

function initial(): UartState {
  return {
    ier: 0,
    lcr: 3,
    mcr: 0,
    scratch: 0,
    divisor: 12,
    fifoEnabled: false,
    trigger: 1,
    received: [],
    waiting: [],
    overrun: false,
    transmitterEmpty: false,
    modemChanges: 0,
  };
}

export class Uart16550 {
  private readonly state: UartState = initial();
  private readonly sink: ByteSink;
  private readonly irq: InterruptLine;

  /** Transmitted bytes go to `sink`; `irq` is driven as the PC wires it, through OUT2. */
  constructor(sink: ByteSink, irq: InterruptLine) {
    this.sink = sink;
    this.irq = irq;
  }

  /** A byte arrives from outside. When there is no room it waits, as if the sender honoured RTS. */
  receive(byte: number): void {
    this.state.waiting.push(byte & 0xff);
    this.fill();
    this.signal();
  }

  /** Reads register 0..7. */
  read(offset: number): number {
    const s = this.state;
    const dlab = (s.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0: {
        if (dlab) return s.divisor & 0xff;
        const byte = s.received.shift() ?? 0;
        this.fill();
        this.signal();
        return byte;
      }
      case 1:
        return dlab ? s.divisor >>> 8 : s.ier;
      case 2: {
        const cause = this.cause();
        if (cause === 2) {
          s.transmitterEmpty = false;
          this.signal();
        }
        return cause | (s.fifoEnabled ? 0xc0 : 0);
      }
      case 3:
        return s.lcr;
      case 4:
        return s.mcr;
      case 5: {
        const status = 0x60 | (s.received.length > 0 ? 1 : 0) | (s.overrun ? 2 : 0);
        s.overrun = false;
        this.signal();
        return status;
      }
      case 6: {
        const status = this.modemLines() | s.modemChanges;
        s.modemChanges = 0;
        this.signal();
        return status;
      }
      default:
        return s.scratch;
    }
  }

  /** Writes register 0..7. */
  write(offset: number, value: number): void {
    const s = this.state;
    const dlab = (s.lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case 0:
        if (dlab) s.divisor = (s.divisor & 0xff00) | value;
        else this.transmit(value);
        break;
      case 1:
        if (dlab) {
          s.divisor = (s.divisor & 0xff) | (value << 8);
        } else {
          // Enabling the interrupt of a transmitter that is empty asks for it at once.
          if ((value & 2) !== 0 && (s.ier & 2) === 0) s.transmitterEmpty = true;
          s.ier = value & 0x0f;
        }
        break;
      case 2:
        this.writeFcr(value);
        break;
      case 3:
        s.lcr = value;
        break;
      case 4: {
        const before = this.modemLines();
        s.mcr = value & 0x1f;
        const changed = before ^ this.modemLines();
        // Of the ring indicator, only the end of a ring counts.
        const ringEnded = (before & 0x40) !== 0 && (changed & 0x40) !== 0;
        s.modemChanges |= ((changed & 0xb0) >>> 4) | (ringEnded ? 4 : 0);
        this.fill();
        break;
      }
      case 7:
        s.scratch = value;
        break;
      default: // LSR and MSR are read-only
        break;
    }
    this.signal();
  }

  save(): UartState {
    return { ...this.state, received: [...this.state.received], waiting: [...this.state.waiting] };
  }

  load(state: UartState): void {
    Object.assign(this.state, state, { received: [...state.received], waiting: [...state.waiting] });
  }

  /** Back to power-on. */
  reset(): void {
    Object.assign(this.state, initial());
    this.signal();
  }

  private transmit(value: number): void {
    const s = this.state;
    if ((s.mcr & MCR_LOOP) === 0) {
      this.sink.append(value);
    } else if (s.received.length < (s.fifoEnabled ? FIFO_SIZE : 1)) {
      s.received.push(value);
    } else {
      // Without FIFOs the newer byte replaces the older; a full FIFO keeps what it has.
      s.overrun = true;
      if (!s.fifoEnabled) s.received[0] = value;
    }
    s.transmitterEmpty = true;
  }

  private writeFcr(value: number): void {
    const s = this.state;
    const enabled = (value & 1) !== 0;
    if (enabled !== s.fifoEnabled || (value & 2) !== 0) s.received = [];
    s.fifoEnabled = enabled;
    s.trigger = enabled ? ([1, 4, 8, 14][value >>> 6] as number) : 1;
    this.fill();
  }

  /** Takes in what waits on the line, as far as there is room. */
  private fill(): void {
    const s = this.state;
    if ((s.mcr & MCR_LOOP) !== 0) return;
    const room = s.fifoEnabled ? FIFO_SIZE : 1;
    while (s.waiting.length > 0 && s.received.length < room) s.received.push(s.waiting.shift() as number);
  }

  /** High half of MSR: the terminal's lines, or our own in loopback. */
  private modemLines(): number {
    const { mcr } = this.state;
    if ((mcr & MCR_LOOP) === 0) return MODEM_PRESENT;
    return ((mcr & 2) << 3) | ((mcr & 1) << 5) | ((mcr & 0x0c) << 4);
  }

  /** IIR without its FIFO bits: the enabled cause of highest priority, or 1 for none. */
  private cause(): number {
    const s = this.state;
    if ((s.ier & 4) !== 0 && s.overrun) return 6;
    if ((s.ier & 1) !== 0 && s.received.length >= s.trigger) return 4;
    // As the line takes no time, bytes below the trigger level time out at once.
    if ((s.ier & 1) !== 0 && s.received.length > 0) return 12;
    if ((s.ier & 2) !== 0 && s.transmitterEmpty) return 2;
    if ((s.ier & 8) !== 0 && s.modemChanges !== 0) return 0;
    return 1;
  }

  private signal(): void {
    const { mcr } = this.state;
    this.irq.set((mcr & MCR_OUT2) !== 0 && (mcr & MCR_LOOP) === 0 && this.cause() !== 1);
  }
}
