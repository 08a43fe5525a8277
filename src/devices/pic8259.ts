/**
 * One 8259A interrupt controller (Intel 8259A datasheet, 231468). It knows neither its ports nor its place in the
 * cascade: `pic-pair.ts` wires two of them as a PC does.
 */
export interface PicState {
  /** Levels of the eight inputs. */
  lines: number;
  irr: number;
  isr: number;
  imr: number;
  /** ICW2: vector of input 0, a multiple of 8. */
  base: number;
  /** ICW3 as written: inputs with a slave, or the slave's own number. */
  icw3: number;
  /** LTIM of ICW1: inputs are sensed by level. */
  levelTriggered: boolean;
  single: boolean;
  needsIcw4: boolean;
  autoEoi: boolean;
  specialFullyNested: boolean;
  /** Which initialization word is expected next at the odd port: 2, 3, 4; 0 when initialized. */
  expects: number;
  /** The input that has the lowest priority now. */
  lowest: number;
  rotateOnAutoEoi: boolean;
  specialMask: boolean;
  /** The even port reads ISR, not IRR. */
  readsIsr: boolean;
  /** The next read is a poll. */
  poll: boolean;
}

function initial(): PicState {
  return {
    lines: 0,
    irr: 0,
    isr: 0,
    imr: 0,
    base: 0,
    icw3: 0,
    levelTriggered: false,
    single: false,
    needsIcw4: false,
    autoEoi: false,
    specialFullyNested: false,
    expects: 0,
    lowest: 7,
    rotateOnAutoEoi: false,
    specialMask: false,
    readsIsr: false,
    poll: false,
  };
}

export class Pic8259 {
  readonly state: PicState = initial();

  /** Sets the level of input 0..7. Low withdraws a request that was not acknowledged yet, as the datasheet has it. */
  setLine(input: number, high: boolean): void {
    const s = this.state;
    const bit = 1 << input;
    if (high) {
      if ((s.lines & bit) === 0) {
        s.lines |= bit;
        s.irr |= bit;
      }
    } else {
      s.lines &= ~bit;
      s.irr &= ~bit;
    }
  }

  /** The input that INT is raised for now, or -1. */
  pending(): number {
    const s = this.state;
    const requests = s.irr & ~s.imr;
    if (requests === 0) return -1;
    const request = this.highest(requests);
    return this.rank(request) < this.blockedFrom() ? request : -1;
  }

  /** Whether a request at `input` would raise INT, were it made now. */
  wouldInterrupt(input: number): boolean {
    return (this.state.imr & (1 << input)) === 0 && this.rank(input) < this.blockedFrom();
  }

  /** The INTA sequence for `input`, which `pending()` gave. */
  acknowledge(input: number): void {
    const s = this.state;
    const bit = 1 << input;
    if (!s.levelTriggered) s.irr &= ~bit;
    if (!s.autoEoi) s.isr |= bit;
    else if (s.rotateOnAutoEoi) s.lowest = input;
  }

  /** Whether the next read is a poll, which acknowledges. */
  get polls(): boolean {
    return this.state.poll;
  }

  /** The interrupt mask register. */
  get mask(): number {
    return this.state.imr;
  }

  /** Reads the even (0) or odd (1) port. A poll acknowledges. */
  read(offset: number): number {
    const s = this.state;
    if (s.poll) {
      s.poll = false;
      const input = this.pending();
      if (input < 0) return 0;
      this.acknowledge(input);
      return 0x80 | input;
    }
    if (offset === 1) return s.imr;
    return s.readsIsr ? s.isr : s.irr;
  }

  write(offset: number, value: number): void {
    const s = this.state;
    if (offset === 0) {
      if ((value & 0x10) !== 0) this.writeIcw1(value);
      else if ((value & 0x08) !== 0) this.writeOcw3(value);
      else this.writeOcw2(value);
    } else if (s.expects === 2) {
      s.base = value & 0xf8;
      s.expects = !s.single ? 3 : s.needsIcw4 ? 4 : 0;
    } else if (s.expects === 3) {
      s.icw3 = value;
      s.expects = s.needsIcw4 ? 4 : 0;
    } else if (s.expects === 4) {
      s.autoEoi = (value & 0x02) !== 0;
      s.specialFullyNested = (value & 0x10) !== 0;
      s.expects = 0;
    } else {
      s.imr = value;
    }
  }

  save(): PicState {
    return { ...this.state };
  }

  load(state: PicState): void {
    Object.assign(this.state, state);
  }

  /** Back to power-on. */
  reset(): void {
    Object.assign(this.state, initial());
  }

  /** 0 for the input of the highest priority, 7 for the lowest. */
  private rank(input: number): number {
    return (input - this.state.lowest - 1) & 7;
  }

  /** The input of highest priority among the set bits; at least one is set. */
  private highest(bits: number): number {
    let input = (this.state.lowest + 1) & 7;
    while ((bits & (1 << input)) === 0) input = (input + 1) & 7;
    return input;
  }

  /** Only requests of a rank below this one are let through; 8 if nothing is in service. */
  private blockedFrom(): number {
    const s = this.state;
    let service = s.isr;
    if (s.specialMask) service &= ~s.imr;
    // The master lets a slave interrupt again while an earlier request of that slave is in service.
    if (s.specialFullyNested) service &= ~s.icw3;
    if (service === 0) return 8;
    return this.rank(this.highest(service));
  }

  private writeIcw1(value: number): void {
    const { lines } = this.state;
    const s = Object.assign(this.state, initial());
    s.lines = lines;
    s.levelTriggered = (value & 0x08) !== 0;
    s.single = (value & 0x02) !== 0;
    s.needsIcw4 = (value & 0x01) !== 0;
    s.expects = 2;
    // The edge sense circuits are cleared: a line that is high already asks again only by level.
    if (s.levelTriggered) s.irr = lines;
  }

  private writeOcw2(value: number): void {
    const s = this.state;
    const input = value & 7;
    switch (value >>> 5) {
      case 0: // rotate in automatic EOI mode: clear
        s.rotateOnAutoEoi = false;
        break;
      case 4: // and set
        s.rotateOnAutoEoi = true;
        break;
      case 1: // non-specific EOI
      case 5: {
        // and rotate
        const service = s.specialMask ? s.isr & ~s.imr : s.isr;
        if (service === 0) break;
        const ended = this.highest(service);
        s.isr &= ~(1 << ended);
        if (value >>> 5 === 5) s.lowest = ended;
        break;
      }
      case 3: // specific EOI
        s.isr &= ~(1 << input);
        break;
      case 7: // and rotate
        s.isr &= ~(1 << input);
        s.lowest = input;
        break;
      case 6: // set priority
        s.lowest = input;
        break;
      default: // 2: no operation
        break;
    }
  }

  private writeOcw3(value: number): void {
    const s = this.state;
    if ((value & 0x40) !== 0) s.specialMask = (value & 0x20) !== 0;
    s.poll = (value & 0x04) !== 0;
    if ((value & 0x02) !== 0) s.readsIsr = (value & 0x01) !== 0;
  }
}
