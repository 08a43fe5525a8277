import type { Insn } from "../../cpu/insn.ts";
import { isPrivileged } from "../../isa/behaviour.ts";
import type { Words } from "../../isa/types.ts";
import { Emitter } from "./emitter.ts";
import { inline, isPlainOperand } from "./sequences.ts";
import { type CodeContext, isCopied, type TranslatorOptions } from "./translator.ts";
import type { Treatment } from "./unit.ts";

/** One of the guest's instructions, how it was treated, and under what circumstances. */
export interface Treated {
  readonly treatment: Treatment;
  /** Null where the bytes are no instruction. */
  readonly insn: Insn | null;
  readonly context: CodeContext;
  readonly options: TranslatorOptions;
  /** How often it has hit a trace. */
  readonly traces: number;
}

const words = (en: string, zh: string): Words => ({ en, zh });

/** Why the translator has treated an instruction as it did. */
export function reasonOf(treated: Treated): Words {
  const { treatment, insn, context, traces } = treated;
  switch (treatment) {
    case "identical":
      return context.bigCode ? IDENTICAL : IDENTICAL_16;
    case "inline":
      return (insn && INLINE[insn.row.mnemonic]) ?? SEQUENCE;
    case "chained":
      return insn?.row.mnemonic === "call" ? CALL : insn?.row.mnemonic === "jmp" ? JUMP : BRANCH;
    case "indirect":
      return insn?.row.mnemonic === "ret" ? RETURN : INDIRECT;
    case "simulated":
      return traces > 0
        ? words(
            `Innocuous, but it hit a trace ${traces} times here: a callout costs less than a page fault.`,
            `无害，但在这里命中追踪 ${traces} 次：外呼比缺页便宜。`,
          )
        : SIMULATED;
    case "callout":
      return insn === null ? NONE : calloutReason(insn, treated);
  }
}

const IDENTICAL = words(
  "Innocuous: it does at CPL 1 what it does in the guest’s ring, so its bytes are copied as they are.",
  "无害：它在 CPL 1 的作用与在客户机的环中相同，所以原样复制其字节。",
);
const IDENTICAL_16 = words(
  "Innocuous, of 16-bit code: copied with the size prefixes by which the cache’s 32-bit segment takes it for the same.",
  "无害的 16 位指令：复制时配上大小前缀，使缓存的 32 位段把它当作同一条指令。",
);
const SEQUENCE = words(
  "Sensitive: a short sequence does it to the virtual CPU’s fields, which GS reaches, without leaving the cache.",
  "敏感：用一小段代码对虚拟 CPU 的字段（经 GS 访问）完成它，不离开缓存。",
);
const CALL = words(
  "A direct call: the target is known when it is translated. What it pushes is the guest’s return address, so that the guest’s stack shows no trace of the cache.",
  "直接调用：翻译时目标已知。压栈的是客户机自己的返回地址，所以客户机的栈里看不到缓存的痕迹。",
);
const JUMP = words("A direct jump: the target is known when it is translated.", "直接跳转：翻译时目标已知。");
const BRANCH = words(
  "A conditional jump: both ways are known when it is translated, and each leads to a unit or to a stub that asks for one.",
  "条件跳转：翻译时两个去向都已知，各自通向一个单元，或通向请求翻译的桩。",
);
const RETURN = words(
  "A return: the guest’s address is popped into a field and looked up in a table by its low byte; what is not there is called out.",
  "返回：把客户机的地址弹到字段中，按其低字节查表；表中没有时外呼。",
);
const INDIRECT = words(
  "An indirect jump or call: the guest’s address is looked up in a table by its low byte; what is not there is called out.",
  "间接跳转或调用：按客户机地址的低字节查表；表中没有时外呼。",
);
const SIMULATED = words(
  "Innocuous, but it kept writing where the VMM traces: a callout costs less than a page fault each time. When it behaves for long, it is copied again.",
  "无害，但一再写入 VMM 追踪的页：外呼比每次缺页便宜。若它长时间不再如此，就重新复制。",
);
const NONE = words(
  "These bytes are no instruction: the virtual CPU raises #UD, as the processor would have.",
  "这些字节不是指令：由虚拟 CPU 引发 #UD，与真实处理器一样。",
);

const SELECTOR = words(
  "The real tables are the VMM’s shadows. What the virtual CPU has answered for a selector is kept where GS reaches it; a selector asked for the first time is called out.",
  "真实的表是 VMM 的影子。虚拟 CPU 对某个选择子给过的答案保存在 GS 可及之处；首次问到的选择子则外呼。",
);

/** What the sequence of each instruction does, by mnemonic. */
const INLINE: Readonly<Record<string, Words>> = {
  cli: words(
    "Clears the virtual IF, a field of the virtual CPU. The real IF stays 1, so that the VMM keeps getting its interrupts.",
    "清除虚拟 IF（虚拟 CPU 的一个字段）。真实的 IF 仍为 1，VMM 照样收到中断。",
  ),
  sti: words(
    "Sets the virtual IF, unless a virtual interrupt waits for that: then it calls the VMM.",
    "设置虚拟 IF；若有虚拟中断正等着它，就呼叫 VMM。",
  ),
  pushfd: words(
    "At CPL 1 PUSHFD would show the real IF and IOPL. The sequence pushes the flags with the virtual ones in their place.",
    "在 CPL 1，PUSHFD 会暴露真实的 IF 和 IOPL。这段代码压入标志，并换上虚拟的值。",
  ),
  popfd: words(
    "At CPL 1 POPFD would ignore IF in silence. The sequence puts IF into the virtual CPU’s field and the rest into the processor; a change of TF or IOPL, or a waiting interrupt, is called out.",
    "在 CPL 1，POPFD 会悄悄忽略 IF。这段代码把 IF 放进虚拟 CPU 的字段，其余放进处理器；改变 TF 或 IOPL，或有中断等待时外呼。",
  ),
  rdtsc: words(
    "In the guest’s ring 0 RDTSC may be executed as it is: the VMM leaves CR4.TSD clear while kernel code is in the cache.",
    "在客户机的环 0，RDTSC 可以照原样执行：内核代码在缓存中时，VMM 让 CR4.TSD 为 0。",
  ),
  in: words(
    "Reads a port that has no side effects: the VMM keeps its value in a field of the virtual CPU.",
    "读取一个没有副作用的端口：VMM 把它的值放在虚拟 CPU 的字段中。",
  ),
  out: words("Writes to a port that does nothing but take time.", "写入一个只用来延时的端口。"),
  push: words(
    "The real selector is the VMM’s: what is pushed is the guest’s own, from a field of the virtual CPU.",
    "真实的选择子属于 VMM：压入的是客户机自己的选择子，取自虚拟 CPU 的字段。",
  ),
  mov: words(
    "The real register is the VMM’s: what is read is the guest’s own, from a field of the virtual CPU.",
    "真实的寄存器属于 VMM：读出的是客户机自己的值，取自虚拟 CPU 的字段。",
  ),
  sldt: words(
    "Reads the guest’s own LDTR from a field of the virtual CPU.",
    "从虚拟 CPU 的字段读出客户机自己的 LDTR。",
  ),
  str: words("Reads the guest’s own TR from a field of the virtual CPU.", "从虚拟 CPU 的字段读出客户机自己的 TR。"),
  smsw: words("Reads the guest’s own CR0 from a field of the virtual CPU.", "从虚拟 CPU 的字段读出客户机自己的 CR0。"),
  ...Object.fromEntries(["lar", "lsl", "verr", "verw"].map((mnemonic) => [mnemonic, SELECTOR])),
};

const OVERRIDE = words(
  "It uses GS or CS for an operand, which in the cache are the VMM’s own: the virtual CPU does it.",
  "它的操作数用到 GS 或 CS，而在缓存中它们属于 VMM：由虚拟 CPU 执行。",
);
const TOO_LONG_COPY = words(
  "With the size prefixes that the cache needs it would be too long: the virtual CPU does it.",
  "加上缓存所需的大小前缀后它会过长：由虚拟 CPU 执行。",
);
const FAR = words(
  "It goes to another code segment, for which there are other units: the VMM checks it and finds them.",
  "它转到另一个代码段，那里有另外的单元：由 VMM 检查并找到它们。",
);
const SMALL = words(
  "A 16-bit form, for which there is no sequence: the virtual CPU does it.",
  "16 位形式，没有对应的代码序列：由虚拟 CPU 执行。",
);
const BEYOND = words(
  "It leads beyond the limit of the guest’s code segment: the virtual CPU raises the fault.",
  "它的目标超出客户机代码段的界限：由虚拟 CPU 引发故障。",
);
const OPTION = words(
  "There is a sequence for it, but the option “Callouts only” is on.",
  "它本有代码序列，但选项“只用外呼”已打开。",
);
const STI_LAST = words(
  "An STI with nothing after it in its unit: the VMM has to see to its shadow, in which no interrupt may come.",
  "本单元中 STI 之后再无指令：它的中断阴影期内不可有中断，须由 VMM 照管。",
);
const RING = words(
  "The guest is not in its ring 0: whether it may do this depends on IOPL, the I/O bitmap or control bits, and the virtual CPU judges that.",
  "客户机不在自己的环 0：能否执行取决于 IOPL、I/O 位图或控制位，由虚拟 CPU 判断。",
);
const PORT = words(
  "A port of a device: reading or writing it has effects, so the VMM’s virtual device does it.",
  "设备的端口：读写有副作用，所以由 VMM 的虚拟设备完成。",
);
const CONTROL = words(
  "It changes what the VMM shadows (control registers, descriptor tables, the TLB): the VMM does it to the virtual CPU and follows with its shadows.",
  "它改变 VMM 影子化的东西（控制寄存器、描述符表、TLB）：VMM 对虚拟 CPU 执行，并随之更新影子。",
);
const LOADS = words(
  "It loads a segment register from the guest’s tables: the VMM has to choose what the real register is to hold.",
  "它从客户机的表中装入段寄存器：真实寄存器该装什么，须由 VMM 决定。",
);
const READS = words(
  "It reads descriptors or table registers, where the processor has the VMM’s: the virtual CPU reads the guest’s.",
  "它读取描述符或表寄存器，而处理器里的是 VMM 的：由虚拟 CPU 读取客户机的。",
);
const GATE = words(
  "It goes through the guest’s own interrupt table, of which the processor knows nothing: the virtual CPU does it.",
  "它经过客户机自己的中断表，而处理器并不知道那张表：由虚拟 CPU 执行。",
);
const HALT = words(
  "The guest waits for an interrupt: the VMM has the processor to itself until one is due.",
  "客户机等待中断：在中断到来之前，处理器归 VMM 使用。",
);
const COMPLEX = words(
  "Sensitive, and there is no sequence for it: the virtual CPU does it.",
  "敏感，且没有对应的代码序列：由虚拟 CPU 执行。",
);

const LOADING = /^(?:l[defgs]s|pop|lldt|ltr|mov)$/;
const READING = /^(?:lar|lsl|verr|verw|sgdt|sidt|sldt|str|smsw)$/;
const CONTROLLING = /^(?:lgdt|lidt|lmsw|clts|invlpg|invd|wbinvd|wrmsr|rdmsr|rdpmc)$/;
const NEAR = /^(?:call|jmp|ret|loop|j)/;

/** Why an instruction is the VMM's: the first of the translator's conditions that it does not meet. */
function calloutReason(insn: Insn, { context, options }: Treated): Words {
  const { row } = insn;
  const { mnemonic } = row;
  const first = row.operands[0] ?? "";
  if (isCopied(row)) return isPlainOperand(insn) ? TOO_LONG_COPY : OVERRIDE;
  if (mnemonic === "retf" || /^(?:ptr16|m16_)/.test(first)) return FAR;
  if (NEAR.test(mnemonic)) {
    if (first.startsWith("rm") && insn.memory && !isPlainOperand(insn)) return OVERRIDE;
    return insn.operandSize === 16 || !context.bigCode || mnemonic === "ret" ? SMALL : BEYOND;
  }
  if (inline(new Emitter(0), insn, context)) return options.inline ? STI_LAST : OPTION;
  if (mnemonic === "hlt") return HALT;
  if (/^i(?:nt|ret)/.test(mnemonic)) return GATE;
  if (context.cpl > 0 && isPrivileged(row)) return RING;
  if (/^(?:in|out)/.test(mnemonic)) return PORT;
  if (CONTROLLING.test(mnemonic) || /^[cdt]r$/.test(first) || /^[cdt]r$/.test(row.operands[1] ?? "")) return CONTROL;
  if (READING.test(mnemonic)) return READS;
  if (LOADING.test(mnemonic)) return LOADS;
  return /^(?:push|pop)f/.test(mnemonic) ? SMALL : COMPLEX;
}
