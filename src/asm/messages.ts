import type { Words } from "../isa/types.ts";
import { LIMITS } from "./limits.ts";
import { didYouMean, mended, replaceBy, say } from "./message.ts";
import { preprocessorMessages } from "./messages-preprocessor.ts";

export type { Message } from "./message.ts";

/** What a place in the line was to hold, in Chinese. */
const WANTED: Readonly<Record<string, string>> = {
  "an operand": "操作数",
  "an expression": "表达式",
  "a name": "名称",
  "a macro's name": "宏名",
  "a number or a string": "数字或字符串",
  "a section name": "段名",
  "a structure's name": "结构名",
  "a value": "值",
  "a file name in quotes": "引号中的文件名",
  "a string in quotes": "引号中的字符串",
  "the end of the line": "行尾",
  "the end of the expression": "表达式结束",
  "an instruction or data after the count": "次数之后的指令或数据",
  "`[` after the segment register": "段寄存器之后的 `[`",
};

const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

/** Every message of the assembler. */
export const messages = {
  // Characters, numbers, expressions.
  badCharacter: (text: string) =>
    /^['"`]/.test(text)
      ? mended(say("the string is not closed", "字符串没有结束", `end it with ${text[0]}`, `以 ${text[0]} 结束`), {
          kind: "behind",
          text: text[0]!,
        })
      : say(`\`${text}\` fits nowhere`, `\`${text}\` 不能出现在这里`),
  badNumber: (text: string) =>
    say(
      `\`${text}\` is no number`,
      `\`${text}\` 不是数字`,
      "write 31, 0x1f, 1fh, 0b11111, 11111b or 37o",
      "可以写 31、0x1f、1fh、0b11111、11111b 或 37o",
    ),
  noFloats: (text: string) =>
    say(
      `floating-point numbers such as ${text} are not supported`,
      `不支持浮点数 ${text}`,
      "this processor has no floating-point unit; write an integer",
      "本处理器没有浮点单元，请写整数",
    ),
  expected: (wanted: string | null, found: string | null) => {
    const what = wanted ?? "a number, a label or `(`";
    const zh = wanted === null ? "数字、标号或 `(`" : (WANTED[wanted] ?? wanted);
    return found === null
      ? say(`the line ends where ${what} should be`, `行到此结束，此处应为${zh}`)
      : say(`found \`${found}\` where ${what} should be`, `此处应为${zh}，却是 \`${found}\``);
  },
  expressionTooDeep: () =>
    say(
      `the expression is too long or nested too deeply (limit: ${LIMITS.expressionDepth})`,
      `表达式太长或嵌套太深（上限 ${LIMITS.expressionDepth}）`,
      "split it with EQU",
      "可用 EQU 拆开",
    ),
  divisionByZero: () => say("division by zero", "除数为零"),
  notScalar: (op: string, register: boolean) =>
    register
      ? say(
          `\`${op}\` does not work on registers`,
          `\`${op}\` 不能用于寄存器`,
          "an address takes a base, an index times 1, 2, 4 or 8, and a displacement",
          "地址由基址、乘以 1、2、4 或 8 的变址和位移组成",
        )
      : say(
          `\`${op}\` does not work on addresses, which are known only after the layout`,
          `\`${op}\` 不能用于地址，地址在布局之后才确定`,
          "subtract another label of the section, for instance $$, to get a number",
          "减去同段的另一个标号（例如 $$）即可得到数字",
        ),
  foreignRegister: (name: string) =>
    mended(
      say(
        `this processor has no register \`${name}\``,
        `本处理器没有寄存器 \`${name}\``,
        "it has eax to edi, ax to di, al to bh, segment, control and debug registers",
        "可用 eax 到 edi、ax 到 di、al 到 bh，以及段、控制和调试寄存器",
      ),
      ...replaceBy(/^r(?:[abcd]x|[sd]i|[sb]p)$/i.test(name) ? `e${name.slice(1)}` : null),
    ),
  noSegments: (word: string) =>
    say(
      `\`${word}\` has no meaning in a flat image`,
      `平坦映像中 \`${word}\` 没有意义`,
      "write the selector as a number",
      "请直接写出选择子的数值",
    ),
  notConstant: () =>
    say(
      "this must be a plain number, and it is an address",
      "此处必须是普通数字，而这是地址",
      "subtract another label of the section, for instance $$",
      "可减去同段的另一个标号，例如 $$",
    ),
  notRelocatable: () =>
    say(
      "this combination of addresses is neither a number nor an address",
      "这样组合的地址既不是数字也不是地址",
      "only label + number and the difference of two labels of one section work",
      "只能用标号加数字，或同一段内两个标号之差",
    ),
  badDisplacement: () =>
    say(
      "a displacement can hold one address, not less an address and no multiple",
      "位移中只能有一个地址，不能减去地址，也不能是地址的倍数",
      "subtract the address with SUB, or use the difference of two labels",
      "可用 SUB 减去地址，或写成两个标号之差",
    ),
  undefinedSymbol: (name: string, near: string | null) =>
    mended(say(`\`${name}\` is not defined`, `\`${name}\` 没有定义`, ...didYouMean(near)), ...replaceBy(near)),
  circular: (name: string) => say(`\`${name}\` depends on itself`, `\`${name}\` 依赖于自身`),
  notYetDefined: (name: string) =>
    say(
      `\`${name}\` must be defined before this line`,
      `\`${name}\` 必须在此行之前定义`,
      "what decides how many bytes follow cannot wait for later lines",
      "决定后面字节数的值不能等到后面的行",
    ),
  redefined: (name: string, file: string, line: number) =>
    say(`\`${name}\` is already defined at ${file}:${line}`, `\`${name}\` 已在 ${file}:${line} 定义`),

  // Statements.
  notInstruction: (word: string, near: string | null) =>
    near === null
      ? say(
          `\`${word}\` is no instruction, directive or macro`,
          `\`${word}\` 不是指令、伪指令或宏`,
          "a label ends with a colon",
          "标号以冒号结尾",
        )
      : mended(
          say(
            `\`${word}\` is no instruction, directive or macro`,
            `\`${word}\` 不是指令、伪指令或宏`,
            ...didYouMean(near),
          ),
          ...replaceBy(near),
        ),
  orphanLabel: (word: string, near: string | null) =>
    mended(
      near === null
        ? say(
            `\`${word}\` alone on a line is taken for a label`,
            `单独一行的 \`${word}\` 当作标号`,
            "put a colon behind it",
            "请在后面加冒号",
          )
        : say(
            `\`${word}\` alone on a line is taken for a label`,
            `单独一行的 \`${word}\` 当作标号`,
            `put a colon behind it; or did you mean \`${near}\`?`,
            `请在后面加冒号；还是想写 \`${near}\`？`,
          ),
      { kind: "behind", text: ":" },
      ...replaceBy(near),
    ),
  reservedLabel: (word: string) =>
    say(
      `\`${word}\` is a word of the assembler and cannot be a label`,
      `\`${word}\` 是汇编器的保留字，不能作标号`,
      `choose another name, or write \`$${word}\``,
      `请换一个名字，或写 \`$${word}\``,
    ),
  equNeedsLabel: () =>
    say("EQU needs a name before it", "EQU 前面需要名称", "write `NAME equ VALUE`", "写作 `NAME equ 值`"),
  nestedTimes: () => say("TIMES cannot repeat TIMES", "TIMES 不能嵌套", "multiply the counts", "请把次数相乘"),
  negativeTimes: (count: bigint) =>
    say(
      `TIMES would repeat ${count} times`,
      `TIMES 的次数为 ${count}`,
      "what stands before is already longer than the padding allows",
      "前面的内容已超过要填充到的长度",
    ),
  tooManyTimes: (count: bigint) =>
    say(
      `TIMES would repeat ${count} times, which is more than the image may hold`,
      `TIMES 的次数 ${count} 超过映像的上限`,
      `the limit is ${mib(LIMITS.outputBytes)}, and ${LIMITS.timesVarying} for jumps`,
      `上限为 ${mib(LIMITS.outputBytes)}，转移指令为 ${LIMITS.timesVarying} 次`,
    ),
  negativeReserve: (count: bigint) => say(`cannot reserve ${count} elements`, `不能保留 ${count} 个元素`),
  tooBig: (limit: number) => say(`the section grows beyond ${mib(limit)}`, `段超过了 ${mib(limit)} 的上限`),
  imageTooBig: () =>
    say(
      `the image would be larger than ${mib(LIMITS.outputBytes)}`,
      `映像超过 ${mib(LIMITS.outputBytes)} 的上限`,
      "the gap between two sections counts too",
      "段之间的空隙也计算在内",
    ),
  badBits: (size: string | null) =>
    say(
      size === null ? "BITS needs 16 or 32" : `BITS ${size} does not exist here`,
      size === null ? "BITS 需要 16 或 32" : `这里没有 BITS ${size}`,
      "BITS takes 16 or 32",
      "BITS 取 16 或 32",
    ),
  badOrigin: (value: bigint) =>
    say(
      `the origin ${value} lies outside the address space`,
      `起始地址 ${value} 超出地址空间`,
      "ORG takes 0 to 0xffffffff",
      "ORG 取 0 到 0xffffffff",
    ),
  secondOrigin: () =>
    say(
      "the program already has another origin",
      "程序已有另一个起始地址",
      "use `section NAME start=ADDRESS` to place a part elsewhere",
      "要把一部分放在别处，可用 `section 名称 start=地址`",
    ),
  badAlignment: (value: bigint) =>
    say(
      `cannot align to ${value}`,
      `不能按 ${value} 对齐`,
      "an alignment is a power of two: 2, 4, 8, 16, ...",
      "对齐值是 2 的幂：2、4、8、16……",
    ),
  badAttribute: (name: string) =>
    say(
      `a section has no attribute \`${name}\``,
      `段没有属性 \`${name}\``,
      "there are progbits, nobits, align=, start=, vstart= and follows=",
      "可用 progbits、nobits、align=、start=、vstart= 和 follows=",
    ),
  tooManySections: () => say(`more than ${LIMITS.sections} sections`, `段超过 ${LIMITS.sections} 个`),
  badLayout: (kind: "overlap" | "follows" | "wrap" | "before-origin", section: string) =>
    ({
      overlap: say(
        `section ${section} overlaps the one before it`,
        `段 ${section} 与前一段重叠`,
        "raise its start=",
        "请增大其 start=",
      ),
      follows: say("follows= names a section that does not exist", "follows= 指向不存在的段"),
      wrap: say(`section ${section} ends beyond 4 GiB`, `段 ${section} 超出 4 GiB`),
      "before-origin": say(
        `section ${section} starts before the origin`,
        `段 ${section} 位于起始地址之前`,
        "lower ORG",
        "请减小 ORG",
      ),
    })[kind],
  dataInNobits: (name: string) =>
    say(
      `bytes in ${name} are lost: it is only reserved space`,
      `${name} 只保留空间，写入的字节会丢失`,
      "use RESB and its like, or another section",
      "请用 RESB 等，或换一个段",
    ),
  dataInAbsolute: () =>
    say(
      "ABSOLUTE space and structures hold no bytes",
      "ABSOLUTE 空间和结构中不能存放字节",
      "use RESB, RESW, RESD or RESQ",
      "请用 RESB、RESW、RESD 或 RESQ",
    ),
  registerInData: (name: string) => say(`a register (\`${name}\`) is no data`, `寄存器 \`${name}\` 不是数据`),
  overflow: (value: bigint, bits: number) =>
    say(`${value} does not fit in ${bits} bits and is cut off`, `${value} 超出 ${bits} 位，已截断`),
  labelsDoNotSettle: () =>
    say(
      "the labels do not settle",
      "标号的值无法稳定",
      "look for EQUs that depend on each other",
      "请检查是否有相互依赖的 EQU",
    ),
  unsupportedDirective: (word: string) => say(`\`${word}\` is not supported here`, `此处不支持 \`${word}\``),
  strayEnd: (word: string) => say(`\`${word}\` ends nothing that was begun`, `\`${word}\` 没有对应的开头`),

  // Operands.
  noSuchOperands: (mnemonic: string, accepted: Words) =>
    say(
      `${mnemonic} does not take these operands`,
      `${mnemonic} 不接受这样的操作数`,
      `${mnemonic} takes ${accepted.en}`,
      `${mnemonic} 接受${accepted.zh}`,
    ),
  widthsDiffer: (mnemonic: string) =>
    say(
      `the operands of ${mnemonic} do not go together in width`,
      `${mnemonic} 的操作数宽度不相配`,
      "use registers of one width (al, ax, eax), and a size keyword that agrees with them",
      "请使用宽度相同的寄存器（al、ax、eax），宽度关键字也要一致",
    ),
  sizeMissing: (mnemonic: string) =>
    mended(
      say(
        `${mnemonic} cannot tell how wide the memory operand is`,
        `${mnemonic} 无法得知内存操作数的宽度`,
        "write byte, word or dword before the bracket",
        "请在方括号前写 byte、word 或 dword",
      ),
      ...["dword", "word", "byte"].map((size) => ({ kind: "before" as const, text: `${size} ` })),
    ),
  noForm: (mnemonic: string) =>
    say(`no encoding of ${mnemonic} holds these values`, `${mnemonic} 没有能容纳这些值的编码`),
  shortOutOfRange: (distance: bigint) =>
    mended(
      say(
        `the target is ${distance} bytes away, a short jump reaches -128 to 127`,
        `目标距离 ${distance} 字节，短转移只能到 -128 至 127`,
        "leave SHORT out, or jump around a near JMP",
        "去掉 SHORT，或绕过一条近转移 JMP",
      ),
      { kind: "without", words: ["short"] },
    ),
  registerSize: (name: string, bits: number) =>
    mended(say(`${name} is ${bits} bits wide`, `${name} 的宽度是 ${bits} 位`, "leave the size out", "请去掉宽度"), {
      kind: "without",
      words: ["byte", "word", "dword", "qword", "tword"],
    }),
  twoSizes: () => say("two different sizes for one operand", "同一操作数有两个不同的宽度"),
  twoSegments: () => say("two segment registers for one operand", "同一操作数有两个段寄存器"),
  bracketsMissing: (name: string) =>
    say(
      `\`${name}\` in an expression is an address without brackets`,
      `表达式中的 \`${name}\` 是没有方括号的地址`,
      `write it in brackets: [${name} + ...]`,
      `请写在方括号里：[${name} + ...]`,
    ),
  noRelative: () => say("addresses relative to EIP exist only in 64-bit code", "相对 EIP 的地址只存在于 64 位代码"),
  notAddressRegister: (name: string) =>
    say(
      `\`${name}\` cannot be part of an address`,
      `\`${name}\` 不能出现在地址中`,
      "an address takes 32-bit registers, or bx, bp, si and di",
      "地址可用 32 位寄存器，或 bx、bp、si、di",
    ),
  tooManyRegisters: () => say("an address has at most two registers", "地址最多有两个寄存器"),
  twoIndexes: () => say("only one register of an address can have a factor", "地址中只有一个寄存器可以带倍数"),
  badScale: (scale: number) =>
    say(
      `an index cannot be multiplied by ${scale}`,
      `变址不能乘以 ${scale}`,
      "the factors are 1, 2, 4 and 8",
      "倍数为 1、2、4、8",
    ),
  espIndex: () => say("esp cannot be an index", "esp 不能作变址", "esp can only be the base", "esp 只能作基址"),
  bad16: () =>
    say(
      "no 16-bit address looks like this",
      "没有这样的 16 位地址",
      "there are bx or bp, plus si or di, plus a displacement",
      "只能是 bx 或 bp，加 si 或 di，再加位移",
    ),
  addressSize: (name: string, bits: number) =>
    say(`\`${name}\` does not go with ${bits}-bit addresses`, `\`${name}\` 不能用于 ${bits} 位地址`),
  mixedAddressSizes: () => say("16-bit and 32-bit parts in one address", "同一地址混用了 16 位和 32 位"),
  conflictingPrefixes: () => say("two prefixes exclude each other", "两个前缀相互冲突"),
  prefixNotAllowed: (prefix: string) => say(`${prefix} is not allowed here`, `这里不能用 ${prefix}`),
  notLockable: (mnemonic: string) =>
    mended(
      say(
        `the processor refuses LOCK on this ${mnemonic} (#UD)`,
        `处理器不允许此 ${mnemonic} 带 LOCK（#UD）`,
        "LOCK needs a memory destination of a read-modify-write instruction",
        "LOCK 只用于目的操作数在内存的读改写指令",
      ),
      { kind: "without", words: ["lock"] },
    ),

  ...preprocessorMessages,
} as const;
