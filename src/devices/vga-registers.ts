import { TEXT_DAC } from "./vga-screen.ts";

/** The registers of a VGA in text mode. Text memory is plain RAM at B8000: `vga-text.ts` shows it. */
export interface VgaState {
  crtcIndex: number;
  /** Registers 0..18h of the CRT controller. */
  crtc: number[];
  sequencerIndex: number;
  sequencer: number[];
  graphicsIndex: number;
  graphics: number[];
  attributeIndex: number;
  attribute: number[];
  /** The next write to 3C0 is data. */
  attributeData: boolean;
  misc: number;
  dacMask: number;
  /** Index of the next byte of the palette to be read or written: 3 bytes a colour. */
  dacRead: number;
  dacWrite: number;
  /** Empty, which stands for `TEXT_DAC`, until the first write. */
  palette: number[];
}

/** Mode 3, 80 x 25, 720 x 400 at 70 Hz, as the BIOS sets it. */
const CRTC_MODE3 = [
  0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f,
  0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
];

/** Ticks of one line (31.469 kHz at 9.545 million ticks a second), and the part of it in which nothing is shown. */
const LINE_TICKS = 303;
const LINE_SHOWN_TICKS = 242;
const FRAME_LINES = 449;
const SHOWN_LINES = 400;
const RETRACE_FIRST_LINE = 412;
const RETRACE_LAST_LINE = 413;

function initial(): VgaState {
  return {
    crtcIndex: 0,
    crtc: [...CRTC_MODE3],
    sequencerIndex: 0,
    sequencer: [3, 0, 3, 0, 2],
    graphicsIndex: 0,
    graphics: [0, 0, 0, 0, 0, 0x10, 0x0e, 0, 0xff],
    attributeIndex: 0x20,
    attribute: [0, 1, 2, 3, 4, 5, 0x14, 7, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0, 0x0f, 8, 0],
    attributeData: false,
    misc: 0x67,
    dacMask: 0xff,
    dacRead: 0,
    dacWrite: 0,
    palette: [],
  };
}

export class VgaRegisters {
  private readonly state: VgaState = initial();

  /** Cell (not byte) of text memory that is shown at the top left. */
  get startAddress(): number {
    const { crtc } = this.state;
    return ((crtc[12] as number) << 8) | (crtc[13] as number);
  }

  /** Cell at which the cursor stands, counted from the start of text memory. */
  get cursor(): number {
    const { crtc } = this.state;
    return ((crtc[14] as number) << 8) | (crtc[15] as number);
  }

  get cursorVisible(): boolean {
    const { crtc } = this.state;
    const start = crtc[10] as number;
    return (start & 0x20) === 0 && (start & 0x1f) <= ((crtc[11] as number) & 0x1f);
  }

  /** Reads port 3C0 + `offset` (0..1F). */
  read(offset: number, time: number): number {
    const s = this.state;
    switch (offset) {
      case 0x00:
        return s.attributeIndex;
      case 0x01:
        return s.attribute[s.attributeIndex & 0x1f] ?? 0;
      case 0x04:
        return s.sequencerIndex;
      case 0x05:
        return s.sequencer[s.sequencerIndex] ?? 0xff;
      case 0x06:
        return s.dacMask;
      case 0x07:
        return 0;
      case 0x08:
        return Math.floor(s.dacWrite / 3);
      case 0x09: {
        const value = (s.palette.length === 0 ? TEXT_DAC : s.palette)[s.dacRead] ?? 0;
        s.dacRead = (s.dacRead + 1) % 768;
        return value;
      }
      case 0x0a:
      case 0x02:
        return 0;
      case 0x0c:
        return s.misc;
      case 0x0e:
        return s.graphicsIndex;
      case 0x0f:
        return s.graphics[s.graphicsIndex] ?? 0xff;
      case 0x14:
        return s.crtcIndex;
      case 0x15:
        return s.crtc[s.crtcIndex] ?? 0xff;
      case 0x1a:
        s.attributeData = false;
        return retraceBits(time);
      default:
        return 0xff;
    }
  }

  /** Writes port 3C0 + `offset` (0..1F). */
  write(offset: number, value: number): void {
    const s = this.state;
    switch (offset) {
      case 0x00:
        if (s.attributeData) setRegister(s.attribute, s.attributeIndex & 0x1f, value);
        else s.attributeIndex = value & 0x3f;
        s.attributeData = !s.attributeData;
        break;
      case 0x02:
        s.misc = value;
        break;
      case 0x04:
        s.sequencerIndex = value;
        break;
      case 0x05:
        setRegister(s.sequencer, s.sequencerIndex, value);
        break;
      case 0x06:
        s.dacMask = value;
        break;
      case 0x07:
        s.dacRead = value * 3;
        break;
      case 0x08:
        s.dacWrite = value * 3;
        break;
      case 0x09:
        if (s.palette.length === 0) s.palette = [...TEXT_DAC];
        s.palette[s.dacWrite] = value & 0x3f;
        s.dacWrite = (s.dacWrite + 1) % 768;
        break;
      case 0x0e:
        s.graphicsIndex = value;
        break;
      case 0x0f:
        setRegister(s.graphics, s.graphicsIndex, value);
        break;
      case 0x14:
        s.crtcIndex = value;
        break;
      case 0x15:
        this.writeCrtc(value);
        break;
      default:
        break;
    }
  }

  save(): VgaState {
    const s = this.state;
    return {
      ...s,
      crtc: [...s.crtc],
      sequencer: [...s.sequencer],
      graphics: [...s.graphics],
      attribute: [...s.attribute],
      palette: [...s.palette],
    };
  }

  load(state: VgaState): void {
    Object.assign(this.state, {
      ...state,
      crtc: [...state.crtc],
      sequencer: [...state.sequencer],
      graphics: [...state.graphics],
      attribute: [...state.attribute],
      palette: [...state.palette],
    });
  }

  reset(): void {
    Object.assign(this.state, initial());
  }

  private writeCrtc(value: number): void {
    const s = this.state;
    // Bit 7 of register 11h protects registers 0..7, but for one bit of the overflow register.
    if (s.crtcIndex <= 7 && ((s.crtc[0x11] as number) & 0x80) !== 0) {
      if (s.crtcIndex === 7) s.crtc[7] = ((s.crtc[7] as number) & ~0x10) | (value & 0x10);
      return;
    }
    setRegister(s.crtc, s.crtcIndex, value);
  }
}

function setRegister(registers: number[], index: number, value: number): void {
  if (index < registers.length) registers[index] = value;
}

/** Bits 0 (nothing is shown now) and 3 (vertical retrace) of input status register 1. */
function retraceBits(time: number): number {
  const line = Math.floor(time / LINE_TICKS) % FRAME_LINES;
  const shown = line < SHOWN_LINES && time % LINE_TICKS < LINE_SHOWN_TICKS;
  const retrace = line >= RETRACE_FIRST_LINE && line <= RETRACE_LAST_LINE;
  return (shown ? 0 : 1) | (retrace ? 8 : 0);
}
