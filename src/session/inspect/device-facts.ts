import type { PicState } from "../../devices/pic8259.ts";
import { counter, nextChange, output, type PitChannelState, settle } from "../../devices/pit-channel.ts";
import { Pit8254, type PitState, TICKS_PER_PIT_CLOCK } from "../../devices/pit8254.ts";
import type { KeyboardState } from "../../devices/ps2-keyboard.ts";
import { Uart16550, type UartState } from "../../devices/uart16550.ts";
import type { Words } from "../../isa/types.ts";
import { type FactGroup, fact, hexDigits } from "../../machine/describe.ts";
import type { Platform } from "../../machine/platform.ts";
import { systemFacts, vgaFacts } from "./screen-facts.ts";

const words = (en: string, zh: string): Words => ({ en, zh });
const same = (text: string): Words => ({ en: text, zh: text });

const binary = (value: number) => value.toString(2).padStart(8, "0");
const hex2 = (value: number) => hexDigits(value, 2);
const flag = (on: boolean) => (on ? "1" : "0");

/**
 * The devices of a platform at virtual time `time`, as people of the field read them. Works on copies: reading a
 * register of a real one may change it.
 */
export function deviceFacts(platform: Platform, time: number): FactGroup[] {
  const state = platform.save();
  const { pics, pit, uart, keyboard, vga } = state;
  return [
    picFacts("master", pics.master, 0),
    picFacts("slave", pics.slave, 8),
    ...pitFacts(pit, time),
    uartFacts(uart),
    keyboardFacts(keyboard),
    vgaFacts(vga),
    systemFacts(state),
  ];
}

/** `IRQ 0, IRQ 4`, or `none`. */
function lines(mask: number, first: number): Words {
  const list = [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => (mask & (1 << i)) !== 0).map((i) => `IRQ ${first + i}`);
  return list.length === 0 ? words("none", "无") : same(list.join(", "));
}

function picFacts(which: "master" | "slave", s: PicState, first: number): FactGroup {
  const title =
    which === "master"
      ? words("Interrupt controller, master (20)", "中断控制器，主片（20）")
      : words("Interrupt controller, slave (A0)", "中断控制器，从片（A0）");
  const modes: readonly (readonly [boolean, string, Words])[] = [
    [s.levelTriggered, "level", words("level-triggered", "电平触发")],
    [!s.levelTriggered, "edge", words("edge-triggered", "边沿触发")],
    [s.autoEoi, "AEOI", words("automatic EOI", "自动 EOI")],
    [!s.autoEoi, "EOI", words("EOI by command", "命令 EOI")],
    [s.specialFullyNested, "SFNM", words("special fully nested", "特殊全嵌套")],
    [s.specialMask, "SMM", words("special mask", "特殊屏蔽")],
    [s.rotateOnAutoEoi, "rotate", words("rotating on automatic EOI", "自动 EOI 时轮转")],
    [s.single, "single", words("no cascade", "无级联")],
  ];
  const range = words(`IRQ ${first} to IRQ ${first + 7}`, `IRQ ${first} 至 IRQ ${first + 7}`);
  const inForce = modes.filter(([on]) => on);
  const join = (list: readonly Words[]) =>
    words(list.map(({ en }) => en).join(", "), list.map(({ zh }) => zh).join("，"));
  return {
    key: `pic-${which}`,
    title,
    rows: [
      fact("lines", words("Lines high", "输入电平为高"), binary(s.lines), lines(s.lines, first)),
      fact("irr", words("IRR, requested", "IRR 请求"), binary(s.irr), lines(s.irr, first)),
      fact(
        "imr",
        words("IMR, masked", "IMR 屏蔽"),
        binary(s.imr),
        words(`let through: ${lines(~s.imr, first).en}`, `放行：${lines(~s.imr, first).zh}`),
      ),
      fact("isr", words("ISR, in service", "ISR 服务中"), binary(s.isr), lines(s.isr, first)),
      fact("base", words("Vectors (ICW2)", "向量（ICW2）"), `${hex2(s.base)}-${hex2(s.base | 7)}`, range),
      fact(
        "icw3",
        words("Cascade (ICW3)", "级联（ICW3）"),
        hex2(s.icw3),
        which === "master"
          ? words(`slave at: ${lines(s.icw3, 0).en}`, `从片位于：${lines(s.icw3, 0).zh}`)
          : words(`slave number ${s.icw3 & 7}`, `从片编号 ${s.icw3 & 7}`),
      ),
      fact(
        "mode",
        words("Mode", "模式"),
        inForce.map(([, name]) => name).join(" "),
        join(inForce.map(([, , meaning]) => meaning)),
      ),
      fact(
        "expects",
        words("Initialization", "初始化"),
        s.expects === 0 ? "-" : `ICW${s.expects}`,
        s.expects === 0
          ? words("done", "已完成")
          : words("the next byte at the odd port is this word", "奇端口的下一个字节即为该命令字"),
      ),
      fact("lowest", words("Lowest priority", "最低优先级"), `IRQ ${first + s.lowest}`),
      fact("reads", words("Even port reads", "偶端口读出"), s.poll ? "poll" : s.readsIsr ? "ISR" : "IRR"),
    ],
  };
}

const PIT_MODES: readonly Words[] = [
  words("interrupt on terminal count", "计数结束时中断"),
  words("one-shot, started by the gate", "单稳态，由门控触发"),
  words("rate generator", "速率发生器"),
  words("square wave", "方波"),
  words("strobe, started by software", "软件触发选通"),
  words("strobe, started by the gate", "硬件触发选通"),
];
const ACCESS = ["latch", "low", "high", "low, high"] as const;

function pitFacts(state: PitState, time: number): FactGroup[] {
  const clock = Math.floor(time / TICKS_PER_PIT_CLOCK);
  const copy = new Pit8254({ set() {} });
  copy.load(state);
  copy.advanceTo(time);
  const rise = copy.nextRise();
  return state.channels.map((channel, i) => {
    const s = { ...channel };
    settle(s, clock);
    const change = nextChange(s, clock) * TICKS_PER_PIT_CLOCK;
    return {
      key: `pit-${i}`,
      title: words(`Timer channel ${i} (${(0x40 + i).toString(16)})`, `定时器通道 ${i}（${(0x40 + i).toString(16)}）`),
      rows: [
        fact("mode", words("Mode", "模式"), String(s.mode), PIT_MODES[s.mode]),
        fact("access", words("Access", "访问方式"), ACCESS[s.access]!, s.bcd ? words("BCD", "BCD 计数") : null),
        fact("reload", words("Counts from", "计数初值"), countText(s), reloadWords(s)),
        fact("now", words("Count now", "当前计数"), String(counter(s, clock))),
        fact("gate", words("Gate", "门控"), flag(s.gate), s.gate ? null : words("held", "停止")),
        fact("out", words("Output", "输出"), flag(output(s, clock))),
        fact("change", words("Output changes at", "输出将变化于"), when(change), inTicks(change, time)),
        ...(i === 0
          ? [fact("rise", words("Next rise (IRQ 0)", "下一次上升沿（IRQ 0）"), when(rise), inTicks(rise, time))]
          : []),
      ],
    };
  });
}

const countText = (s: PitChannelState) => (s.start < 0 ? "-" : String(s.count));

function reloadWords(s: PitChannelState): Words | null {
  if (s.nextCount !== 0) return words(`next: ${s.nextCount}`, `下一个：${s.nextCount}`);
  return s.start < 0 ? words("waits for a count", "等待写入计数值") : null;
}

const when = (tick: number) => (tick === Number.POSITIVE_INFINITY ? "-" : String(tick));

function inTicks(tick: number, time: number): Words | null {
  if (tick === Number.POSITIVE_INFINITY) return words("not by itself", "不会自行变化");
  return words(`virtual time; in ${tick - time}`, `虚拟时间；还差 ${tick - time}`);
}

const IIR_CAUSES: Readonly<Record<number, Words>> = {
  0: words("modem status", "调制解调器状态"),
  1: words("none", "无"),
  2: words("transmitter empty", "发送器空"),
  4: words("received data", "收到数据"),
  6: words("line status", "线路状态"),
  12: words("received data, timed out", "收到数据（超时）"),
};

function named(value: number, names: readonly string[]): Words {
  const list = names.filter((name, i) => name !== "" && (value & (1 << i)) !== 0);
  return list.length === 0 ? words("none", "无") : same(list.join(" "));
}

const BITS_LCR = 3;

function uartFacts(state: UartState): FactGroup {
  const copy = new Uart16550({ append() {} }, { set() {} });
  // Each register is read on a fresh copy, for reading one may change another.
  const read = (offset: number) => {
    copy.load(state);
    return copy.read(offset);
  };
  const iir = read(2);
  const parity = (state.lcr & 8) === 0 ? "N" : (state.lcr & 16) !== 0 ? "E" : "O";
  const format = `${5 + (state.lcr & BITS_LCR)}${parity}${(state.lcr & 4) !== 0 ? 2 : 1}`;
  const baud = state.divisor === 0 ? "-" : String(Math.round(115200 / state.divisor));
  const bytes = (list: readonly number[]) => (list.length === 0 ? "-" : list.slice(0, 16).map(hex2).join(" "));
  return {
    key: "uart",
    title: words("Serial line COM1 (3F8)", "串口 COM1（3F8）"),
    rows: [
      fact(
        "ier",
        words("IER, interrupts enabled", "IER 中断允许"),
        hex2(state.ier),
        named(state.ier, ["RX", "TX", "line", "modem"]),
      ),
      fact("iir", words("IIR, cause", "IIR 原因"), hex2(iir), IIR_CAUSES[iir & 15] ?? null),
      fact(
        "fifo",
        words("FIFO", "FIFO"),
        flag(state.fifoEnabled),
        state.fifoEnabled
          ? words(`asks from ${state.trigger} bytes on`, `达到 ${state.trigger} 字节时请求`)
          : words("off: one byte", "关闭：一个字节"),
      ),
      fact(
        "lcr",
        words("LCR, format", "LCR 格式"),
        hex2(state.lcr),
        same(`${format}${(state.lcr & 0x80) !== 0 ? " DLAB" : ""}`),
      ),
      fact("divisor", words("Divisor", "除数"), String(state.divisor), same(`${baud} baud`)),
      fact(
        "mcr",
        words("MCR, lines out", "MCR 输出线"),
        hex2(state.mcr),
        named(state.mcr, ["DTR", "RTS", "OUT1", "OUT2", "LOOP"]),
      ),
      fact(
        "lsr",
        words("LSR, line", "LSR 线路状态"),
        hex2(read(5)),
        named(read(5), ["DR", "OE", "PE", "FE", "BI", "THRE", "TEMT"]),
      ),
      fact(
        "msr",
        words("MSR, lines in", "MSR 输入线"),
        hex2(read(6)),
        named(read(6), ["dCTS", "dDSR", "TERI", "dDCD", "CTS", "DSR", "RI", "DCD"]),
      ),
      fact("scratch", words("Scratch", "暂存"), hex2(state.scratch)),
      fact("received", words("Received, not yet read", "已收到、未读"), bytes(state.received)),
      fact(
        "waiting",
        words("Waiting on the line", "在线路上等待"),
        bytes(state.waiting),
        state.waiting.length > 0 ? words(`${state.waiting.length} bytes`, `${state.waiting.length} 字节`) : null,
      ),
    ],
  };
}

function keyboardFacts(s: KeyboardState): FactGroup {
  const bytes = (list: readonly number[]) => (list.length === 0 ? "-" : list.slice(0, 16).map(hex2).join(" "));
  const status = 0x10 | flagBit(s.outputFull, 1) | (s.command & 4) | flagBit(s.lastWasCommand, 8);
  return {
    key: "keyboard",
    title: words("Keyboard controller (60, 64)", "键盘控制器（60、64）"),
    rows: [
      fact(
        "status",
        words("Status (64)", "状态（64）"),
        hex2(status),
        s.outputFull
          ? words("a byte waits at port 60", "端口 60 有字节待读")
          : words("output buffer empty", "输出缓冲器为空"),
      ),
      fact(
        "output",
        words("Output buffer (60)", "输出缓冲器（60）"),
        hex2(s.output),
        s.outputFull ? words("not yet read", "未读") : words("already read", "已读"),
      ),
      fact(
        "command",
        words("Command byte", "命令字节"),
        hex2(s.command),
        named(s.command, ["IRQ1", "IRQ12", "SYS", "", "KBD-OFF", "AUX-OFF", "XLAT"]),
      ),
      fact("queue", words("Bytes that wait", "等待的字节"), bytes([...s.replies, ...s.queue])),
      fact(
        "expects",
        words("Waits for data of", "等待数据的命令"),
        s.controllerExpects >= 0 ? hex2(s.controllerExpects) : s.keyboardExpects >= 0 ? hex2(s.keyboardExpects) : "-",
      ),
      fact("scanning", words("Sends keys", "发送按键"), flag(s.scanning)),
      fact("set", words("Scan code set", "扫描码集"), String(s.scanSet)),
      fact("leds", words("LEDs", "指示灯"), hex2(s.leds), named(s.leds, ["Scroll", "Num", "Caps"])),
      fact("a20", words("Output port", "输出端口"), hex2(s.outputPort), named(s.outputPort, ["RESET#", "A20"])),
    ],
  };
}

const flagBit = (on: boolean, bit: number) => (on ? bit : 0);
