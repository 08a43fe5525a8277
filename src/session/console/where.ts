import { VMX_NON_ROOT, VMX_OFF } from "../../cpu/state.ts";
import type { Words } from "../../isa/types.ts";
import { reasonOf } from "../../recorder/words.ts";
import { programOf, runningDomain } from "../domains.ts";
import { eventView } from "../events.ts";
import type { Inspected } from "../inspect/index.ts";
import { isVirtualized } from "../inspect/side.ts";
import { symbolAt } from "../inspect/symbols.ts";
import { modeOf, modeWords } from "../mode.ts";
import { hex, words } from "./call.ts";
import type { Language, WhereAnswer, WhereAsk } from "./types.ts";

/** Where the session stands: what the last step did, the step, the ring, and the next instruction. */
export function where(at: Inspected, { language, short }: WhereAsk): WhereAnswer {
  const { run, program } = at;
  const lines: string[] = [];
  if (!short) {
    const { log } = run;
    for (let i = log.firstAt(run.step); i < Math.min(log.firstAt(run.step + 1), log.firstAt(run.step) + 4); i++) {
      lines.push(`[${eventView(run, log.at(i), program).title[language]}]`);
    }
  }
  const { machine, others } = run.computer;
  const ring = machine.cpu.state.cpl;
  const domain = runningDomain(run.computer);
  const virtual = isVirtualized(run) && domain !== null && domain.guest.virtualCpl() !== ring;
  const place = `${machine.steps} ${ringWords(ring, virtual ? domain.guest.virtualCpl() : null)[language]}${
    unusualMode(at, language) + worldWords(machine.cpu.state.vmxMode)[language]
  }${domain !== null && others?.length ? words(`, domain ${domain.id}`, `，域 ${domain.id}`)[language] : ""}`;
  if (run.ended) lines.push(`${place}  ${outcome(at, language)}`);
  else lines.push(`${place}  ${instruction(at)}`);
  return { lines };
}

function ringWords(ring: number, virtual: number | null): Words {
  return virtual === null
    ? words(`ring ${ring}`, `环 ${ring}`)
    : words(`ring ${ring} (believes ${virtual})`, `环 ${ring}（自认为环 ${virtual}）`);
}

/** The mode of whoever runs, where it is not the one that programs are in as a rule: 32-bit protected mode. */
function unusualMode({ run }: Inspected, language: Language): string {
  const domain = runningDomain(run.computer);
  const state = domain === null ? run.machine.cpu.state : run.probeOf(domain).readGuest();
  const mode = modeOf(state);
  if (mode.kind === "protected" && mode.bits === 32) return "";
  const { en, zh } = modeWords({ ...mode, world: null });
  return words(`, ${en}`, `，${zh}`)[language];
}

/** Which world it is, where VMX operation makes two of them. */
function worldWords(mode: number): Words {
  if (mode === VMX_OFF) return words("", "");
  return mode === VMX_NON_ROOT ? words(", non-root", "，非根模式") : words(", root", "，根模式");
}

function outcome({ run }: Inspected, language: Language): string {
  const { outcome } = run.machine;
  if (outcome === "exited") {
    const code = run.computer.guest.platform.exitCode;
    return words(`the guest has ended with code ${code}`, `客户机已结束，代码 ${code}`)[language];
  }
  if (outcome === "shutdown") {
    const last = run.log.firstAt(run.step + 1) - 1;
    const event = last < 0 ? null : run.log.at(last);
    if (event?.kind === "shutdown") return reasonOf(event, run.strategy)[language];
    return words("the processor has shut down", "处理器已关闭")[language];
  }
  return words("the guest sleeps in HLT, and nothing will wake it but input", "客户机在 HLT 中沉睡，只有输入能唤醒它")[
    language
  ];
}

function instruction({ run, program }: Inspected): string {
  const domain = runningDomain(run.computer);
  if (domain === null) {
    const { linear, text } = run.probe.physicalInstruction();
    return `VMM  ${hex(linear)}  ${text}`;
  }
  const probe = run.probeOf(domain);
  probe.readGuest();
  const { linear, text, physical } = probe.guestInstruction();
  const own = programOf(program, domain.id);
  const symbol = symbolAt(own, linear);
  const source = physical === null ? null : own.sources?.at(physical);
  const near = [symbol === null ? "" : `<${symbol}>`, source ? `${source.file}:${source.line}` : ""].filter(
    (part) => part !== "",
  );
  return `${hex(linear)} ${near.join(" ")}  ${text}`;
}
