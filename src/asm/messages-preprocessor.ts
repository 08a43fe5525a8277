import { LIMITS } from "./limits.ts";
import { didYouMean, mended, replaceBy, say } from "./message.ts";

/** The messages of the preprocessor, and of the limits that it keeps. */
export const preprocessorMessages = {
  unknownDirective: (word: string, near: string | null) =>
    mended(say(`\`${word}\` is no directive`, `\`${word}\` 不是预处理指令`, ...didYouMean(near)), ...replaceBy(near)),
  userMessage: (text: string) => say(text, text),
  noSuchFile: (path: string) => say(`there is no file "${path}"`, `没有文件 "${path}"`),
  withoutIf: (word: string) => say(`\`${word}\` without %if`, `\`${word}\` 没有对应的 %if`),
  secondElse: (word: string) => say(`\`${word}\` after %else`, `\`${word}\` 出现在 %else 之后`),
  unclosed: (word: string, end: string) =>
    mended(say(`\`${word}\` has no \`${end}\``, `\`${word}\` 缺少 \`${end}\``), { kind: "end", text: end }),
  identicalNeedsComma: (word: string) =>
    say(`\`${word}\` compares two texts with a comma between`, `\`${word}\` 比较逗号隔开的两段文字`),
  exitOutside: (word: string, around: string) =>
    say(`\`${word}\` outside ${around}`, `\`${word}\` 不在 ${around} 之内`),
  macroHead: () =>
    say(
      "a macro needs a name and a number of parameters",
      "宏需要名称和参数个数",
      "write `%macro NAME 2`, `1-3`, `1-*` or `2+`",
      "写作 `%macro 名称 2`，或 `1-3`、`1-*`、`2+`",
    ),
  macroArguments: (name: string, given: number, accepted: string) =>
    say(
      `macro ${name} does not take ${given} arguments`,
      `宏 ${name} 不接受 ${given} 个参数`,
      `it takes ${accepted}`,
      `它接受 ${accepted} 个`,
    ),
  parameterName: (text: string) => say(`\`${text}\` is no parameter name`, `\`${text}\` 不是参数名`),
  parameterOutside: (text: string) =>
    say(`\`${text}\` has a meaning only inside a macro`, `\`${text}\` 只在宏中有意义`),
  badParameter: (text: string) => say(`\`${text}\` names no parameter`, `\`${text}\` 不是参数`),
  notCondition: (text: string) =>
    say(
      `\`${text}\` is no condition`,
      `\`${text}\` 不是条件`,
      "a condition is the end of a conditional jump: e, ne, b, ae, l, ...",
      "条件是条件转移的后缀：e、ne、b、ae、l……",
    ),
  noContext: (word: string) =>
    say(`\`${word}\` needs a context`, `\`${word}\` 需要上下文`, "open one with %push", "用 %push 打开"),
  wrongContext: (wanted: string, top: string) =>
    say(`the innermost context is \`${top}\`, not \`${wanted}\``, `最内层的上下文是 \`${top}\`，不是 \`${wanted}\``),
  defineArguments: (name: string, given: number, accepted: readonly number[]) =>
    say(
      `${name} does not take ${given} arguments`,
      `${name} 不接受 ${given} 个参数`,
      `it takes ${accepted.join(" or ")}`,
      `它接受 ${accepted.join(" 或 ")} 个`,
    ),
  defineUnclosed: (name: string) =>
    say(`the arguments of ${name} have no closing parenthesis`, `${name} 的参数缺少右括号`),

  defineTooDeep: () =>
    say(`single-line macros nest more than ${LIMITS.defineDepth} deep`, `单行宏嵌套超过 ${LIMITS.defineDepth} 层`),
  expansionBudget: () =>
    say(`macros expand to more than ${LIMITS.expandedTokens} tokens`, `宏展开超过 ${LIMITS.expandedTokens} 个记号`),
  macroTooDeep: () =>
    say(
      `macros and %rep nest more than ${LIMITS.macroDepth} deep`,
      `宏和 %rep 嵌套超过 ${LIMITS.macroDepth} 层`,
      "a recursive macro needs an %if that ends it",
      "递归宏需要用 %if 结束",
    ),
  includeTooDeep: (path: string) =>
    say(
      `files include one another more than ${LIMITS.includeDepth} deep, last ${path}`,
      `文件相互包含超过 ${LIMITS.includeDepth} 层，最后是 ${path}`,
      "guard the file with %ifndef",
      "请用 %ifndef 防止重复包含",
    ),
  tooManyLines: () =>
    say(`the program has more than ${LIMITS.lines} lines after expansion`, `展开后超过 ${LIMITS.lines} 行`),
  tooManyRepetitions: (count: bigint) =>
    say(
      `%rep would repeat ${count} times`,
      `%rep 的次数为 ${count}`,
      `the limit is ${LIMITS.repetitions}; TIMES repeats a single instruction more cheaply`,
      `上限为 ${LIMITS.repetitions}；单条指令可用 TIMES 重复`,
    ),
  lineTooLong: () =>
    say(
      `the line is longer than ${LIMITS.lineChars} characters or ${LIMITS.lineTokens} tokens`,
      `行超过 ${LIMITS.lineChars} 个字符或 ${LIMITS.lineTokens} 个记号`,
    ),
  sourceTooLong: () =>
    say(`the sources are longer than ${LIMITS.sourceChars} characters`, `源文件超过 ${LIMITS.sourceChars} 个字符`),
  moreDiagnostics: (count: number) => say(`and ${count} more`, `还有 ${count} 条`),
} as const;
