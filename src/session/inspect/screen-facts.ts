import type { VgaState } from "../../devices/vga-registers.ts";
import { textScreen } from "../../devices/vga-screen.ts";
import { TEXT_COLUMNS, TEXT_MEMORY, TEXT_MEMORY_SIZE } from "../../devices/vga-text.ts";
import type { Words } from "../../isa/types.ts";
import { type FactGroup, fact, hexDigits } from "../../machine/describe.ts";
import type { PlatformState } from "../../machine/platform.ts";

const words = (en: string, zh: string): Words => ({ en, zh });
const hex2 = (value: number) => hexDigits(value, 2);

/** What the registers of the CRT controller that a text screen's driver uses are for, by index. */
const CRTC_NAMES: Readonly<Record<number, Words>> = {
  9: words("character height", "字符高度"),
  10: words("cursor's first line", "光标起始行"),
  11: words("cursor's last line", "光标结束行"),
  12: words("start address, high", "起始地址高字节"),
  13: words("start address, low", "起始地址低字节"),
  14: words("cursor, high", "光标位置高字节"),
  15: words("cursor, low", "光标位置低字节"),
};

/** The registers of the VGA as a driver of the text screen knows them. Memory is the console's matter. */
export function vgaFacts(s: VgaState): FactGroup {
  const word = (index: number) => ((s.crtc[index] ?? 0) << 8) | (s.crtc[index + 1] ?? 0);
  const start = word(12);
  const { cursor, blink } = textScreen(new Uint8Array(0), s);
  const [first, last] = [s.crtc[10] ?? 0, s.crtc[11] ?? 0];
  const off = (first & 0x20) !== 0 || (first & 0x1f) > (last & 0x1f);
  const at = hexDigits(TEXT_MEMORY + ((start * 2) % TEXT_MEMORY_SIZE), 5);
  const indexed = (key: string, name: Words, index: number, registers: readonly number[], data: string, of?: Words) => {
    const value = registers[index];
    const holds = value === undefined ? words("no such register", "没有这个寄存器") : words(hex2(value), hex2(value));
    const what = of === undefined ? words("", "") : words(`${of.en}: `, `${of.zh}：`);
    return fact(
      key,
      name,
      hex2(index),
      words(`${what.en}${holds.en} at ${data}`, `${what.zh}${data} 处为 ${holds.zh}`),
    );
  };
  return {
    key: "vga",
    title: words("VGA text screen (3C0)", "VGA 文本屏幕（3C0）"),
    rows: [
      fact(
        "start",
        words("Start address (CRTC 0C, 0D)", "起始地址（CRTC 0C、0D）"),
        hexDigits(start, 4),
        words(`in cells; the screen begins at ${at}`, `以字符格计；屏幕从 ${at} 开始`),
      ),
      fact(
        "cursor",
        words("Cursor (CRTC 0E, 0F)", "光标（CRTC 0E、0F）"),
        hexDigits(word(14), 4),
        cursorWords(word(14) - start, cursor, off),
      ),
      fact(
        "cursor-lines",
        words("Cursor's lines (CRTC 0A, 0B)", "光标扫描行（CRTC 0A、0B）"),
        `${first & 0x1f}-${last & 0x1f}`,
        off ? words("off", "关闭") : words("of its cell's 16", "一格共 16 行"),
      ),
      fact(
        "blink",
        words("Attribute's bit 7", "属性的第 7 位"),
        blink ? "1" : "0",
        blink ? words("blinks", "闪烁") : words("bright background", "高亮背景"),
      ),
      indexed(
        "crtc",
        words("CRTC index (3D4)", "CRTC 索引（3D4）"),
        s.crtcIndex,
        s.crtc,
        "3D5",
        CRTC_NAMES[s.crtcIndex],
      ),
      indexed("sequencer", words("Sequencer index (3C4)", "定序器索引（3C4）"), s.sequencerIndex, s.sequencer, "3C5"),
      indexed("graphics", words("Graphics index (3CE)", "图形控制器索引（3CE）"), s.graphicsIndex, s.graphics, "3CF"),
      fact(
        "attribute",
        words("Attribute index (3C0)", "属性控制器索引（3C0）"),
        hex2(s.attributeIndex & 0x1f),
        s.attributeData
          ? words("the next write to 3C0 is data", "下一次写 3C0 是数据")
          : words("the next write to 3C0 is an index", "下一次写 3C0 是索引"),
      ),
      fact(
        "dac",
        words("Palette index (3C8)", "调色板索引（3C8）"),
        hex2(Math.floor(s.dacWrite / 3)),
        s.palette.length === 0 ? words("the BIOS's colours", "BIOS 的颜色") : words("changed", "已修改"),
      ),
      fact(
        "misc",
        words("Miscellaneous output (3CC)", "杂项输出（3CC）"),
        hex2(s.misc),
        (s.misc & 1) !== 0 ? words("CRTC at 3D4", "CRTC 位于 3D4") : words("CRTC at 3B4", "CRTC 位于 3B4"),
      ),
    ],
  };
}

function cursorWords(cell: number, cursor: { readonly row: number; readonly column: number } | null, off: boolean) {
  if (off) return words("off", "关闭");
  if (cursor === null) return words("not on the screen", "不在屏幕上");
  const [row, column] = [Math.floor(cell / TEXT_COLUMNS), cell % TEXT_COLUMNS];
  return words(`row ${row}, column ${column}`, `第 ${row} 行第 ${column} 列`);
}

/** The ports that belong to no device of their own. */
export function systemFacts({ port92, resetRequested, keyboard, exitCode, debug }: PlatformState): FactGroup {
  return {
    key: "system",
    title: words("System ports (92, E9, F4)", "系统端口（92、E9、F4）"),
    rows: [
      fact(
        "port92",
        words("System control port A (92)", "系统控制端口 A（92）"),
        hex2(port92),
        (port92 & 2) !== 0 ? words("A20 open", "A20 打开") : words("A20 closed", "A20 关闭"),
      ),
      fact(
        "reset",
        words("Reset asked for", "请求复位"),
        resetRequested || keyboard.resetRequested ? "1" : "0",
        resetRequested
          ? words("by port 92", "通过端口 92")
          : keyboard.resetRequested
            ? words("by the keyboard controller", "通过键盘控制器")
            : words("no", "否"),
      ),
      fact(
        "debug",
        words("Debug port (E9)", "调试端口（E9）"),
        String(debug),
        words("bytes put out", "已输出的字节数"),
      ),
      fact(
        "exit",
        words("Exit port (F4)", "退出端口（F4）"),
        exitCode < 0 ? "-" : hex2(exitCode),
        exitCode < 0 ? words("not written", "尚未写入") : words("the guest's exit code", "客户机的退出码"),
      ),
    ],
  };
}
