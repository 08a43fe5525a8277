import { vectorName } from "../isa/exceptions.ts";
import { REGISTERS_32 } from "../isa/registers.ts";
import { ROW_LIST } from "../isa/rows.ts";
import type { Words } from "../isa/types.ts";
import { type ControlId, VMX_CONTROLS } from "../isa/vmx-controls.ts";
import { interruptionOf, interruptionWords } from "../isa/vmx-events.ts";
import { EXIT_REASON_BASIC, exitReason } from "../isa/vmx-exits.ts";
import {
  CR_ACCESS_SHIFT,
  CR_CLTS,
  CR_LMSW,
  CR_LMSW_SOURCE_SHIFT,
  CR_MOV_FROM,
  DR_MOV_FROM,
  EPT_EXECUTABLE,
  EPT_FETCH,
  EPT_LINEAR_VALID,
  EPT_READABLE,
  EPT_TRANSLATED,
  EPT_WRITABLE,
  EPT_WRITE,
  IO_PORT_SHIFT,
  MOV_REGISTER_SHIFT,
  TASK_CALL,
  TASK_IRET,
  TASK_JMP,
  TASK_SOURCE_SHIFT,
} from "../isa/vmx-qualifications.ts";
import type { MachineEvent } from "../machine/events.ts";
import { misconfigurationWords } from "./ept-words.ts";

const BITMAP_PORTS = 0x8000;
/** Exit qualification of #DB: bits as in DR6. */
const DEBUG_BREAKPOINTS = 0xf;
const DEBUG_BD = 1 << 13;
const DEBUG_BS = 1 << 14;
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;
const words = (en: string, zh: string): Words => ({ en, zh });
const quote = (id: ControlId): Words => {
  const { title } = VMX_CONTROLS[id];
  return words(`“${title.en}”`, `“${title.zh}”`);
};
/** That a control is 1. */
const isSet = (id: ControlId): Words => {
  const { en, zh } = quote(id);
  return words(`${en} is 1.`, `${zh}为 1。`);
};

/** Why the guest was left, in a sentence or two (SDM Vol. 3C, 26.1 and 26.2). */
export function exitSentence(event: MachineEvent): Words {
  return joined(vectored(event), lostHost(event));
}

/** Where no code is, there the host goes on: what comes next is no doing of its own. */
function lostHost({ more }: MachineEvent): Words {
  const [, , , , lost = 0, rip = 0] = more ?? [];
  if (lost === 0) return words("", "");
  return words(
    ` The host goes on at HOST_RIP = ${hex(rip)}, where there is no code (zeros, or no page).`,
    `宿主机从 HOST_RIP = ${hex(rip)} 继续，而那里没有代码（全为零或没有映射页）。`,
  );
}

function vectored(event: MachineEvent): Words {
  const why = whyOf(event);
  const vectoring = interruptionOf(event.more?.[0] ?? 0);
  if (vectoring === null) return why;
  const name = interruptionWords(event.more![0]!);
  return words(
    `${why.en} It came during the delivery of ${name.en}: the IDT-vectoring information holds that event, and the VMM must inject it anew.`,
    `${why.zh}退出发生在投递“${name.zh}”的过程中：IDT 向量化信息保存了该事件，VMM 须重新注入。`,
  );
}

function whyOf(event: MachineEvent): Words {
  const basic = event.b & EXIT_REASON_BASIC;
  const specific = SENTENCES[basic]?.(event);
  if (specific) return specific;
  return event.row >= 0 ? byInstruction(event, basic) : between(event, basic);
}

const mnemonic = ({ row }: MachineEvent): string => (row >= 0 ? ROW_LIST[row]!.mnemonic.toUpperCase() : "");

/** `CPUID at 0x101234 left the guest: exit reason 10`. */
function left(event: MachineEvent, what: Words = words("", "")): Words {
  const basic = event.b & EXIT_REASON_BASIC;
  const who = doerOf(event);
  const at = hex(event.eip);
  return words(
    `${capital(who.en)}${what.en} at ${at} left the guest: exit reason ${basic}`,
    `${at} 处的${what.zh === "" ? who.zh : who.zh.trimEnd() + what.zh}使处理器离开客户机：退出原因 ${basic}`,
  );
}

/** The instruction; where there is none, the delivery of the event that was under way, or the fetch. */
function doerOf(event: MachineEvent): Words {
  const name = mnemonic(event);
  // Latin letters stand apart from Chinese characters.
  if (name !== "") return words(name, ` ${name} `);
  return interruptionOf(event.more?.[0] ?? 0) === null ? words("the fetch", "取指") : words("the delivery", "事件投递");
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const joined = (a: Words, b: Words): Words => words(a.en + b.en, a.zh + b.zh);

/** An instruction whose row says what decides. */
function byInstruction(event: MachineEvent, basic: number): Words {
  const control = ROW_LIST[event.row]!.vmx?.control ?? "always";
  const start = left(event, SUBJECTS[basic]?.(event));
  if (control === "always") {
    const anyCpl = basic >= 18 && basic <= 27;
    const name = mnemonic(event);
    const rule =
      anyCpl && event.cplBefore > 0
        ? words(
            `. ${name} always exits, at any CPL (here ${event.cplBefore}): to refuse it is up to the VMM.`,
            `。${name} 总是退出，不论 CPL（此处为 ${event.cplBefore}）：是否拒绝由 VMM 决定。`,
          )
        : words(`. ${name} always exits.`, `。${name} 总是退出。`);
    return joined(start, rule);
  }
  const set = control in VMX_CONTROLS ? quote(control as ControlId) : null;
  if (set === null) return joined(start, words(".", "。"));
  return joined(start, words(`, because ${set.en} is 1.`, `，因为${set.zh}为 1。`));
}

/** What came between two instructions. */
function between(event: MachineEvent, basic: number): Words {
  const reason = exitReason(basic);
  const at = hex(event.eip);
  return words(
    `Before the instruction at ${at} the processor left the guest: exit reason ${basic} (${reason?.title.en ?? "?"}). ${reason?.words?.en ?? ""}`.trimEnd(),
    `在 ${at} 处的指令之前，处理器离开客户机：退出原因 ${basic}（${reason?.title.zh ?? "?"}）。${reason?.words?.zh ?? ""}`,
  );
}

/** What the instruction was about, by reason. */
const SUBJECTS: Readonly<Record<number, (event: MachineEvent) => Words>> = {
  10: ({ c = 0 }) => words(` of leaf ${hex(c)}`, `（叶 ${hex(c)}）`),
  14: ({ a }) => words(` of the page of ${hex(a)}`, `（${hex(a)} 所在的页）`),
  18: ({ c = 0 }) => words(` (EAX = ${hex(c)})`, `（EAX = ${hex(c)}）`),
};

/** Sentences of their own, by basic exit reason. */
const SENTENCES: Readonly<Record<number, (event: MachineEvent) => Words | null>> = {
  0: exception,
  1: externalInterrupt,
  2: ({ eip }) =>
    words(
      `A fault at ${hex(eip)} could not be delivered, and neither could the double fault that came of it: exit reason 2. A triple fault always exits; on bare metal the processor would have shut down.`,
      `${hex(eip)} 处的故障无法投递，由此产生的双重故障也无法投递：退出原因 2。三重故障总是退出；在裸机上处理器将关机。`,
    ),
  9: taskSwitch,
  28: controlRegister,
  29: debugRegister,
  30: port,
  31: modelRegister,
  32: modelRegister,
  37: trapFlag,
  48: eptViolation,
  49: eptMisconfiguration,
  59: (event) =>
    joined(
      left(event),
      words(
        `: VM function ${hex(event.c ?? 0)} (EAX) is not allowed by the VM-function controls, or its argument in ECX is bad.`,
        `：VM 功能 ${hex(event.c ?? 0)}（EAX）未获 VM 功能控制允许，或 ECX 中的参数无效。`,
      ),
    ),
};

function exception(event: MachineEvent): Words {
  const at = hex(event.eip);
  if (event.vector === 2 && event.row < 0) {
    const set = isSet("nmi-exiting");
    return words(`An NMI left the guest at ${at}: ${set.en}`, `NMI 在 ${at} 使处理器离开客户机：${set.zh}`);
  }
  const name = vectorName(event.vector);
  const code = event.errorCode >= 0 ? `(${hex(event.errorCode)})` : "";
  const by = doerOf(event);
  const raised = isDebugTrap(event)
    ? words(`Before the instruction at ${at} there was a ${name}`, `在 ${at} 处的指令之前出现 ${name}`)
    : words(`${capital(by.en)} at ${at} raised ${name}${code}`, `${at} 处的${by.zh}引发 ${name}${code}`);
  const start = joined(
    raised,
    words(", which left the guest instead of going through its IDT", "，它使处理器离开客户机，而没有经过客户机的 IDT"),
  );
  if (event.vector === 14) {
    return joined(
      start,
      words(
        `: bit 14 of the exception bitmap, with the page-fault error-code mask and match, says so. The linear address ${hex(event.a)} is the exit qualification; CR2 is unchanged.`,
        `：由异常位图第 14 位及缺页错误码掩码和匹配值决定。线性地址 ${hex(event.a)} 在退出限定中；CR2 未变。`,
      ),
    );
  }
  return joined(
    start,
    words(`: bit ${event.vector} of the exception bitmap is 1.`, `：异常位图第 ${event.vector} 位为 1。`),
  );
}

/** Single steps and data breakpoints come behind an instruction, and what an entry has brought with it before the first. */
function isDebugTrap({ vector, row, a }: MachineEvent): boolean {
  return vector === 1 && (row < 0 || (a & (DEBUG_BS | DEBUG_BREAKPOINTS)) !== 0) && (a & DEBUG_BD) === 0;
}

function externalInterrupt(event: MachineEvent): Words {
  const set = isSet("external-interrupt-exiting");
  const acknowledge = quote("acknowledge-interrupt-on-exit");
  const at = hex(event.eip);
  const vector = hex(event.vector);
  return event.vector >= 0
    ? words(
        `A device's interrupt, vector ${vector}, left the guest before the instruction at ${at}: ${set.en} ${acknowledge.en} is 1, so that the exit has fetched its vector.`,
        `设备中断（向量 ${vector}）在 ${at} 处的指令之前使处理器离开客户机：${set.zh}${acknowledge.zh}为 1，因此退出时已取得其向量。`,
      )
    : words(
        `A device's interrupt left the guest before the instruction at ${at}: ${set.en} ${acknowledge.en} is 0, so that it stays pending until the VMM opens its own IF.`,
        `设备中断在 ${at} 处的指令之前使处理器离开客户机：${set.zh}${acknowledge.zh}为 0，因此中断保持待处理，直到 VMM 打开自己的 IF。`,
      );
}

function taskSwitch(event: MachineEvent): Words {
  const source = event.a >>> TASK_SOURCE_SHIFT;
  const by = { [TASK_CALL]: "CALL", [TASK_IRET]: "IRET", [TASK_JMP]: "JMP" }[source] ?? null;
  const how = by === null ? words("a task gate in the IDT", "IDT 中的任务门") : words(by, ` ${by} `);
  return words(
    `A hardware task switch to the TSS ${hex(event.a & 0xffff)}, begun at ${hex(event.eip)} by ${how.en}, left the guest: exit reason 9. A task switch always exits: the VMM has to carry it out.`,
    `${hex(event.eip)} 处由${how.zh}发起的硬件任务切换（TSS ${hex(event.a & 0xffff)}）使处理器离开客户机：退出原因 9。任务切换总是退出：须由 VMM 完成切换。`,
  );
}

function controlRegister(event: MachineEvent): Words {
  const number = event.a & 15;
  const how = (event.a >> CR_ACCESS_SHIFT) & 3;
  if (how === CR_CLTS) {
    return joined(
      left(event),
      words(
        ": TS belongs to the VMM (CR0 guest/host mask), and the guest reads it as 1 (read shadow).",
        "：TS 属于 VMM（CR0 客户机/宿主机掩码），且客户机读到的是 1（读影子）。",
      ),
    );
  }
  if (how === CR_LMSW) {
    return joined(
      left(event, words(` of ${hex(event.a >>> CR_LMSW_SOURCE_SHIFT)}`, ` ${hex(event.a >>> CR_LMSW_SOURCE_SHIFT)} `)),
      mask(0),
    );
  }
  const register = REGISTERS_32[(event.a >> MOV_REGISTER_SHIFT) & 7]!.toUpperCase();
  if (how === CR_MOV_FROM) {
    const set = quote("cr3-store-exiting");
    return joined(
      left(event, words(` from CR${number} to ${register}`, `（由 CR${number} 到 ${register}）`)),
      words(`, because ${set.en} is 1.`, `，因为${set.zh}为 1。`),
    );
  }
  const value = hex(event.c ?? 0);
  const start = left(
    event,
    words(` of ${value} (${register}) to CR${number}`, `（把 ${register} 中的 ${value} 写入 CR${number}）`),
  );
  if (number !== 3) return joined(start, mask(number));
  const set = quote("cr3-load-exiting");
  const targets =
    event.reason === "vm-exit-target"
      ? words(", and the value is none of the CR3-target values.", "，且该值不是任何 CR3 目标值。")
      : words(".", "。");
  return joined(joined(start, words(`, because ${set.en} is 1`, `，因为${set.zh}为 1`)), targets);
}

const mask = (number: number): Words =>
  words(
    `: it would give a bit of CR${number} that belongs to the VMM (guest/host mask) another value than the guest reads (read shadow).`,
    `：它要把 CR${number} 中属于 VMM 的位（客户机/宿主机掩码）改成与客户机读到的值（读影子）不同。`,
  );

function debugRegister(event: MachineEvent): Words {
  const from = (event.a & DR_MOV_FROM) !== 0;
  const set = quote("mov-dr-exiting");
  return joined(
    left(event, words(` ${from ? "from" : "to"} DR${event.a & 7}`, `（${from ? "读" : "写"} DR${event.a & 7}）`)),
    words(
      `, because ${set.en} is 1; this comes before any fault by CPL.`,
      `，因为${set.zh}为 1；这先于 CPL 引起的故障。`,
    ),
  );
}

function port(event: MachineEvent): Words {
  const number = (event.a >>> IO_PORT_SHIFT) & 0xffff;
  const bytes = (event.a & 7) + 1;
  const last = number + bytes - 1;
  const start = left(
    event,
    words(
      ` of ${bytes} byte${bytes === 1 ? "" : "s"} at port ${hex(number)}`,
      `（端口 ${hex(number)}，${bytes} 字节）`,
    ),
  );
  if (event.reason !== "vm-exit-bitmap") {
    const set = quote("unconditional-io-exiting");
    return joined(start, words(`, because ${set.en} is 1.`, `，因为${set.zh}为 1。`));
  }
  if (last > 0xffff) {
    return joined(
      start,
      words(
        ": the access goes beyond port 0xffff, which always exits with I/O bitmaps.",
        "：访问越过了端口 0xffff，使用 I/O 位图时总是退出。",
      ),
    );
  }
  const first = number % BITMAP_PORTS;
  const bits = bytes === 1 ? hex(first) : `${hex(first)}-${hex(last % BITMAP_PORTS)}`;
  const bitmap = number < BITMAP_PORTS ? "A" : "B";
  return joined(
    start,
    bytes === 1
      ? words(`: bit ${bits} of I/O bitmap ${bitmap} is 1.`, `：I/O 位图 ${bitmap} 的第 ${bits} 位为 1。`)
      : words(
          `: of the bits ${bits} of I/O bitmap ${bitmap} one is 1.`,
          `：I/O 位图 ${bitmap} 的第 ${bits} 位中有 1。`,
        ),
  );
}

function modelRegister(event: MachineEvent): Words {
  const start = left(event, words(` of MSR ${hex(event.c ?? 0)}`, `（MSR ${hex(event.c ?? 0)}）`));
  if (event.reason === "vm-exit-bitmap") {
    return joined(start, words(": its bit in the MSR bitmaps is 1.", "：其在 MSR 位图中的位为 1。"));
  }
  if (event.reason === "vm-exit-range") {
    return joined(start, words(": the MSR bitmaps do not reach to it.", "：MSR 位图中没有该编号的位。"));
  }
  const set = quote("use-msr-bitmaps");
  return joined(start, words(`, because ${set.en} is 0.`, `，因为${set.zh}为 0。`));
}

function trapFlag(event: MachineEvent): Words {
  const set = isSet("monitor-trap-flag");
  return words(
    `One instruction of the guest has ended, and the processor left it before the one at ${hex(event.eip)}: ${set.en}`,
    `客户机的一条指令已结束，处理器在 ${hex(event.eip)} 处的指令之前离开客户机：${set.zh}`,
  );
}

/** Read, write or fetch, by the qualification. */
function accessOf(q: number): Words {
  if ((q & EPT_FETCH) !== 0) return words("fetch from", "取指");
  return (q & EPT_WRITE) !== 0 ? words("write to", "写") : words("read of", "读");
}

function eptViolation(event: MachineEvent): Words {
  const { a: q, c = 0 } = event;
  const access = accessOf(q);
  const allowed = [
    (q & EPT_READABLE) !== 0 ? words("reads", "读") : null,
    (q & EPT_WRITABLE) !== 0 ? words("writes", "写") : null,
    (q & EPT_EXECUTABLE) !== 0 ? words("fetches", "取指") : null,
  ].filter((one) => one !== null);
  const forTable = (q & EPT_LINEAR_VALID) !== 0 && (q & EPT_TRANSLATED) === 0;
  const by = doerOf(event);
  const rule =
    allowed.length === 0
      ? words("EPT maps nothing there", " EPT 在此没有映射")
      : words(
          `the EPT entries allow only ${allowed.map(({ en }) => en).join(" and ")}`,
          ` EPT 表项只允许${allowed.map(({ zh }) => zh).join("和")}`,
        );
  const table = forTable
    ? words(", a paging structure of the guest on the way,", "（途经的客户机分页结构）")
    : words("", "");
  return words(
    `EPT violation by ${by.en} at ${hex(event.eip)}: ${access.en} guest-physical ${hex(c)}${table.en}${table.en === "" ? ", but" : " but"} ${rule.en}.`,
    `${hex(event.eip)} 处的${by.zh}引起 EPT 违例：${access.zh}客户机物理地址 ${hex(c)}${table.zh}，但${rule.zh}。`,
  );
}

/** By level, from 1. */
const EPT_ENTRIES = ["PTE", "PDE", "PDPTE", "PML4E"];

function eptMisconfiguration(event: MachineEvent): Words {
  const by = doerOf(event);
  const [, level = 0, low = 0, high = 0] = event.more ?? [];
  const why =
    level === 0
      ? words("an EPT entry on the way has bits that mean nothing", "途经的某个 EPT 表项的位组合无意义")
      : joined(
          words(`in the EPT ${EPT_ENTRIES[level - 1]}, `, `EPT ${EPT_ENTRIES[level - 1]} 中`),
          misconfigurationWords(low, high, level),
        );
  return words(
    `EPT misconfiguration at guest-physical ${hex(event.c ?? 0)}, for ${by.en} at ${hex(event.eip)}: ${why.en}.`,
    `${hex(event.eip)} 处的${by.zh}访问客户机物理地址 ${hex(event.c ?? 0)} 时遇到 EPT 配置错误：${why.zh}。`,
  );
}
