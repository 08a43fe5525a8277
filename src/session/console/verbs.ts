import type { Words } from "../../isa/types.ts";
import type { RunUntil } from "../types.ts";
import { type Call, words } from "./call.ts";
import { backtrace, disassembly, examine, examinePhysical, stack } from "./memory.ts";
import { again, goTo, moves, runs, runTo, steps } from "./movement.ts";
import { option, options } from "./options.ts";
import { devices, events, line, position, symbolOf, symbols, vcpu } from "./program.ts";
import { controlRegisters, cpu, debugRegisters, eflags, print, registers, segmentRegisters, set } from "./registers.ts";
import { breakAt, catchAt, deleteStops, enableStops, listStops, modeBreak, watch } from "./stops.ts";
import { page, pages, table, tss } from "./tables.ts";
import type { VerbFact, VerbGroup } from "./types.ts";
import { checks, lastVmExit, toExit, vmcs, vmExits } from "./vmx.ts";

export interface Verb extends VerbFact {
  run(call: Call): void;
}

function verb(group: VerbGroup, names: string, usage: string, en: string, zh: string, run: (call: Call) => void): Verb {
  return { names: names.split(" "), usage, words: words(en, zh), group, run };
}

function trace(call: Call): void {
  const wanted = call.rest.trim().toLowerCase();
  const on = wanted === "" || wanted === "on" || wanted === "1";
  call.do({ kind: "trace", on });
  call.say(
    on
      ? words("Every step of what runs is printed. `trace off` ends it.", "运行的每一步都会打印。trace off 结束。")
      : words("Steps are no longer printed.", "不再打印每一步。"),
  );
}

const SILENT: RunUntil = { kind: "event", event: "silent" };

/** What `info` knows, by name. */
export const TOPICS: readonly Verb[] = [
  verb("state", "registers reg regs", "info reg [real] [NAME...]", "registers", "寄存器", registers),
  verb("state", "eflags flags", "info eflags", "EFLAGS, bit by bit", "EFLAGS 各位", eflags),
  verb(
    "state",
    "cpu all-registers",
    "info cpu [real]",
    "every register, and where the guest is told otherwise",
    "全部寄存器，以及客户机所见与实际的差异",
    cpu,
  ),
  verb("state", "vcpu", "info vcpu", "the virtual CPU that the VMM keeps", "VMM 维护的虚拟 CPU", vcpu),
  verb(
    "tables",
    "idt",
    "info idt [real] [FIRST [LAST]]",
    "the interrupt descriptor table",
    "中断描述符表",
    table("idt"),
  ),
  verb("tables", "gdt", "info gdt [real] [FIRST [LAST]]", "the global descriptor table", "全局描述符表", table("gdt")),
  verb("tables", "ldt", "info ldt [real] [FIRST [LAST]]", "the local descriptor table", "局部描述符表", table("ldt")),
  verb("tables", "tss", "info tss [real]", "the task-state segment", "任务状态段", tss),
  verb("tables", "tab", "info tab [real]", "what the page tables map", "页表的映射", pages),
  verb("tables", "device devices", "info device", "the guest's devices", "客户机的设备", devices),
  verb("stops", "break breakpoints watchpoints b", "info break", "the breakpoints", "断点", listStops),
  verb(
    "program",
    "symbols variables functions",
    "info symbols [PART]",
    "labels and constants of the program",
    "程序的标号与常量",
    symbols,
  ),
  verb("program", "symbol", "info symbol ADDRESS", "the label at an address", "某地址处的标号", symbolOf),
  verb("program", "line", "info line LOCATION", "address and source line of a place", "某处的地址与源代码行", line),
  verb("program", "program", "info program", "where the session stands", "当前所在位置", position),
  verb("state", "options", "info options", "the VMM's options, and which are on", "VMM 的选项及其状态", options),
  verb(
    "state",
    "vmcs",
    "info vmcs [PART]",
    "the VMCS of VT-x, field by field; PART is in a name, or an encoding",
    "VT-x 的 VMCS，逐字段；PART 是名称的一部分或编码",
    vmcs,
  ),
  verb("state", "vmexit", "info vmexit", "the last VM exit, and why", "上一次 VM 退出及其原因", lastVmExit),
  verb("state", "vmexits", "info vmexits", "VM exits by reason, up to here", "到此为止各原因的 VM 退出次数", vmExits),
  verb("state", "checks", "info checks", "the checks of a VM entry that fail", "未通过的 VM 进入检查", checks),
  verb("program", "events", "info events", "how often what has happened up to here", "到此为止各类事件的次数", events),
];

/** Every verb but `info` and `help`, which the interpreter has itself. */
export const VERBS: readonly Verb[] = [
  verb(
    "move",
    "si stepi",
    "si [N]",
    "one step of the processor, into traps and the VMM",
    "处理器走一步，进入陷入与 VMM",
    steps("forward"),
  ),
  verb(
    "move",
    "s step",
    "s [N]",
    "one guest instruction, with all traps it takes",
    "客户机的一条指令，连同引起的陷入",
    moves("tick", "forward"),
  ),
  verb(
    "move",
    "n ni next nexti",
    "n [N]",
    "over calls, interrupts, traps and VT-x guests",
    "跳过调用、中断、陷入与 VT-x 客户机的运行",
    moves("over", "forward"),
  ),
  verb("move", "fin finish", "fin", "out of the routine or handler", "跳出例程或处理程序", moves("out", "forward")),
  verb("move", "c cont continue", "c [N]", "run to a breakpoint or the end", "运行到断点或终点", runs("forward")),
  verb("move", "until advance to", "until LOCATION", "run until a place is next", "运行到某处", runTo("forward")),
  verb("move", "trap", "trap [N]", "to the next trap", "到下一次陷入", runs("forward", { kind: "trap" })),
  verb("move", "ring", "ring [N]", "to the next ring change", "到下一次环切换", runs("forward", { kind: "ring" })),
  verb(
    "move",
    "silent",
    "silent [N]",
    "to the next sensitive instruction that did not trap",
    "到下一条不陷入的敏感指令",
    runs("forward", SILENT),
  ),
  verb("move", "vmexit", "vmexit [REASON] [N]", "to the next VM exit", "到下一次 VM 退出", toExit("forward")),
  verb("move", "run start", "run", "from the beginning", "从头运行", again),
  verb(
    "move",
    "restart",
    "restart",
    "load the program again and stand at its first instruction",
    "重新载入程序，停在第一条指令",
    (call) => call.do({ kind: "restart" }),
  ),
  verb(
    "move",
    "goto seek",
    "goto STEP | goto tick N",
    "to a step, or to where N instructions have ended",
    "前往某一步，或第 N 条指令结束处",
    goTo,
  ),
  verb("back", "rsi reverse-stepi", "rsi [N]", "one step of the processor back", "处理器后退一步", steps("back")),
  verb("back", "rs reverse-step", "rs [N]", "one guest instruction back", "后退一条客户机指令", moves("tick", "back")),
  verb(
    "back",
    "rn rni reverse-next reverse-nexti",
    "rn [N]",
    "back over calls, interrupts, traps and VT-x guests",
    "跳过调用、中断、陷入与 VT-x 客户机的运行后退",
    moves("over", "back"),
  ),
  verb(
    "back",
    "rfin reverse-finish",
    "rfin",
    "back to before the routine was entered",
    "后退到进入例程之前",
    moves("out", "back"),
  ),
  verb("back", "rc reverse-continue", "rc", "back to a breakpoint or the beginning", "后退到断点或起点", runs("back")),
  verb(
    "back",
    "runtil reverse-until",
    "runtil LOCATION",
    "back to when a place was last next",
    "后退到上一次经过某处",
    runTo("back"),
  ),
  verb("back", "rtrap", "rtrap [N]", "to the previous trap", "到上一次陷入", runs("back", { kind: "trap" })),
  verb("back", "rvmexit", "rvmexit [REASON] [N]", "to the previous VM exit", "到上一次 VM 退出", toExit("back")),
  verb("back", "rring", "rring [N]", "to the previous ring change", "到上一次环切换", runs("back", { kind: "ring" })),
  verb(
    "back",
    "rsilent",
    "rsilent [N]",
    "to the previous sensitive instruction that did not trap",
    "到上一条不陷入的敏感指令",
    runs("back", SILENT),
  ),
  verb(
    "stops",
    "b br break lb lbreak",
    "b [LOCATION] [if CONDITION]",
    "stop before an instruction",
    "在某条指令之前停下",
    breakAt(false),
  ),
  verb("stops", "tb tbreak", "tb [LOCATION] [if CONDITION]", "the same, once", "同上，只停一次", breakAt(true)),
  verb(
    "stops",
    "watch",
    "watch ADDRESS[, SIZE] | watch EXPRESSION",
    "stop after a write, or a change of the expression",
    "在写入之后，或表达式改变时停下",
    watch("write"),
  ),
  verb("stops", "rwatch", "rwatch ADDRESS[, SIZE]", "stop after a read", "在读取之后停下", watch("read")),
  verb("stops", "awatch", "awatch ADDRESS[, SIZE]", "stop after either", "读写之后都停下", watch("any")),
  verb(
    "stops",
    "catch",
    "catch trap|exception|ring|mode|port|silent|vmexit|vmfail|vmswitch ...",
    "stop at events: catch trap gp, catch port 0x3f8 out, catch silent popf, catch vmexit cpuid",
    "在事件处停下：catch trap gp、catch port 0x3f8 out、catch silent popf、catch vmexit cpuid",
    catchAt,
  ),
  verb(
    "stops",
    "modebp",
    "modebp",
    "stop at changes of ring and mode; again: no more",
    "在环与模式切换时停下；再次输入则取消",
    modeBreak,
  ),
  verb("stops", "d del delete unwatch bc", "delete [N...]", "take breakpoints away", "删除断点", deleteStops),
  verb("stops", "enable bpe", "enable [N...]", "let breakpoints stop again", "重新启用断点", enableStops(true)),
  verb(
    "stops",
    "disable bpd",
    "disable [N...]",
    "keep breakpoints, but pass them",
    "停用断点但保留",
    enableStops(false),
  ),
  verb("stops", "blist", "blist", "the breakpoints, as info break", "列出断点，同 info break", listStops),
  verb("state", "r reg regs registers", "r [real] [NAME...]", "registers", "寄存器", registers),
  verb("state", "creg", "creg [real]", "control registers", "控制寄存器", controlRegisters),
  verb(
    "state",
    "sreg",
    "sreg [real]",
    "segment registers with their hidden parts",
    "段寄存器及其隐藏部分",
    segmentRegisters,
  ),
  verb("state", "dreg", "dreg [real]", "debug registers", "调试寄存器", debugRegisters),
  verb(
    "state",
    "p print output calc ?",
    "p[/F] EXPRESSION",
    "the value of an expression: p $eax + 4, p/t eflags, p real.cs",
    "表达式的值：p $eax + 4、p/t eflags、p real.cs",
    print,
  ),
  verb(
    "state",
    "set",
    "set $REG = EXPRESSION | set byte [ADDRESS] = EXPRESSION",
    "change the guest, recorded as an input",
    "修改客户机，作为输入记录",
    set,
  ),
  verb(
    "state",
    "option",
    "option NAME on|off",
    "switch an option of the VMM from here on, recorded as an input",
    "从此处起切换 VMM 的选项，作为输入记录",
    option,
  ),
  verb(
    "memory",
    "x",
    "x/NFU [real] ADDRESS",
    "memory: N of format F (x d u o t a c s i) and size U (b h w)",
    "内存：N 项，格式 F（x d u o t a c s i），大小 U（b h w）",
    examine,
  ),
  verb("memory", "xp", "xp/NFU [real] ADDRESS", "physical memory", "物理内存", examinePhysical),
  verb("memory", "u disas disassemble", "disas [FROM [TO]] | u/N [FROM]", "instructions", "反汇编", disassembly),
  verb("memory", "print-stack", "print-stack [N]", "the words on the stack", "栈上的内容", stack),
  verb("memory", "bt backtrace", "bt", "who called whom, by the chain of EBPs", "按 EBP 链列出调用关系", backtrace),
  verb(
    "tables",
    "page",
    "page ADDRESS",
    "the walk through the page tables, the guest's and the real",
    "逐级查页表：客户机的与真实的",
    page,
  ),
  verb("program", "where frame f", "where", "where the session stands", "当前所在位置", position),
  verb("line", "trace", "trace on|off", "print every step of what runs", "打印运行的每一步", trace),
  verb("line", "clear cls", "clear", "empty the output", "清空输出", (call) => call.do({ kind: "clear" })),
];

export const INFO: VerbFact = {
  names: ["info", "i"],
  usage: `info ${TOPICS.map((topic) => topic.names[0]).join("|")}`,
  words: words("what is known of something", "查看某项信息"),
  group: "program",
};
export const HELP: VerbFact = {
  names: ["help", "h"],
  usage: "help [VERB]",
  words: words("all verbs, or what one does", "所有命令，或某个命令的说明"),
  group: "line",
};

/** The verbs in the order in which help shows them. */
export const GROUPS: readonly (readonly [VerbGroup, Words])[] = [
  ["move", words("Forwards", "前进")],
  ["back", words("Backwards", "后退")],
  ["stops", words("Breakpoints", "断点")],
  ["state", words("Registers and expressions", "寄存器与表达式")],
  ["memory", words("Memory", "内存")],
  ["tables", words("Tables", "表")],
  ["program", words("Program and run", "程序与运行")],
  ["line", words("The command line", "命令行")],
];

/** Everything that help lists, for those who show it. */
export function verbFacts(): readonly VerbFact[] {
  const fact = ({ names, usage, words: text, group }: VerbFact): VerbFact => ({ names, usage, words: text, group });
  return [
    ...VERBS,
    ...TOPICS.map((topic) => ({ ...topic, names: topic.names.map((name) => `info ${name}`) })),
    HELP,
  ].map(fact);
}
