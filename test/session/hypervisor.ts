import { type FieldName, VMCS_FIELDS } from "../../src/isa/vmcs.ts";
import { Session } from "../../src/session/session.ts";
import type { Command, LoadRequest } from "../../src/session/types.ts";

/**
 * A small hypervisor for the bare machine, written out as a source: flat segments, one page directory of 4 MiB pages for
 * host and guest, EPT with 2 MiB pages of its own where a test wants it. It skips every instruction that exits and goes on,
 * until the guest calls it (VMCALL) or something else than an instruction left the guest.
 */
export interface Hypervisor {
  /** The guest's code, at `guest`. */
  readonly guest: string;
  /** Fields that are written after the defaults, in this order: numbers, or labels and expressions. */
  readonly fields?: Partial<Record<FieldName, number | string>>;
  /** Code that runs before VMLAUNCH, when the fields are there. */
  readonly before?: string;
  /** Further code and data. */
  readonly more?: string;
}

export const VMXON_REGION = 0x181000;
export const VMCS_REGION = 0x182000;
export const EPT_TABLE = 0x183000;
/** Controls as the TRUE MSRs ask for them, with the secondary ones activated. */
const DEFAULTS: Partial<Record<FieldName, number | string>> = {
  pinBasedControls: 0x16,
  primaryControls: 0x84006172,
  secondaryControls: 0,
  exitControls: 0x36dfb,
  entryControls: 0x11fb,
  vmcsLinkPointer: 0xffffffff,
  hostCr0: "cr0",
  hostCr3: 0x180000,
  hostCr4: "cr4",
  hostCsSelector: 8,
  hostSsSelector: 16,
  hostDsSelector: 16,
  hostEsSelector: 16,
  hostTrSelector: 24,
  hostGdtrBase: "gdt",
  hostTrBase: "tss",
  hostRsp: 0x17f000,
  hostRip: "exits",
  guestCr0: "cr0",
  guestCr3: 0x180000,
  guestCr4: "cr4",
  guestRsp: 0x17e000,
  guestRip: "guest",
  guestRflags: 2,
  guestGdtrBase: "gdt",
  guestGdtrLimit: 39,
  guestIdtrLimit: 0,
  guestTrSelector: 24,
  guestTrBase: "tss",
  guestTrLimit: 103,
  guestTrAccessRights: 0x8b,
  guestLdtrAccessRights: 0x10000,
  guestCsSelector: 8,
  guestCsLimit: 0xffffffff,
  guestCsAccessRights: 0xc09b,
};
for (const segment of ["Ss", "Ds", "Es", "Fs", "Gs"] as const) {
  DEFAULTS[`guest${segment}Selector`] = 16;
  DEFAULTS[`guest${segment}Limit`] = 0xffffffff;
  DEFAULTS[`guest${segment}AccessRights`] = 0xc093;
}

function write(name: FieldName, value: number | string): string {
  const { encoding, width } = VMCS_FIELDS[name];
  const put = (at: number, what: number | string) =>
    `mov ecx, ${at}\nmov eax, ${what === "cr0" ? "[v_cr0]" : what === "cr4" ? "[v_cr4]" : what}\nvmwrite ecx, eax\n`;
  return put(encoding, value) + (width === 64 ? put(encoding + 1, value === 0xffffffff ? 0xffffffff : 0) : "");
}

export function hypervisor({ guest, fields = {}, before = "", more = "" }: Hypervisor): string {
  const all = { ...DEFAULTS, ...fields };
  const writes = (Object.keys(all) as FieldName[]).map((name) => write(name, all[name]!)).join("");
  return `; processor: vt-x
bits 32
org 0x100000
start:
  mov esp, 0x17f000
  lgdt [gdtr]
  jmp 8:.flat
.flat:
  mov ax, 16
  mov ds, ax
  mov es, ax
  mov ss, ax
  mov ax, 24
  ltr ax
  mov dword [0x180000], 0x83
  mov dword [0x180004], 0x400083
  mov eax, cr4
  or eax, 0x2010
  mov cr4, eax
  mov [v_cr4], eax
  mov eax, 0x180000
  mov cr3, eax
  mov eax, cr0
  or eax, 0x80000021
  mov cr0, eax
  mov [v_cr0], eax
  mov ecx, 0x3a
  mov eax, 5
  xor edx, edx
  wrmsr
  mov ecx, 0x480
  rdmsr
  mov [${VMXON_REGION}], eax
  mov [${VMCS_REGION}], eax
  ; EPT: identity over the first 4 MiB, in pages of 2 MiB
  mov dword [${EPT_TABLE}], 0x184007
  mov dword [0x184000], 0x185007
  mov dword [0x185000], 0xb7
  mov dword [0x185008], 0x2000b7
  vmxon [p_vmxon]
on:
  vmclear [p_vmcs]
  vmptrld [p_vmcs]
${writes}
ready:
${before}
launch:
  vmlaunch
failed:
  mov al, 9
  out 0xf4, al
exits:
  push eax
  push ecx
  push edx
  mov ecx, 0x4402
  vmread eax, ecx
  cmp eax, 18
  je done
  cmp eax, 2
  je other
  cmp eax, 48
  jae other
  mov ecx, 0x440c
  vmread edx, ecx
  test edx, edx
  jz other
  mov ecx, 0x681e
  vmread eax, ecx
  add eax, edx
  vmwrite ecx, eax
  pop edx
  pop ecx
  pop eax
resume:
  vmresume
  mov al, 8
  out 0xf4, al
done:
  xor eax, eax
  out 0xf4, al
other:
  mov al, 7
  out 0xf4, al
guest:
${guest}
  vmcall
${more}
align 8
gdt: dq 0, 0x00cf9b000000ffff, 0x00cf93000000ffff
  dw 103, tss - $$ + 0x0000
  db (tss - $$ + 0x100000) >> 16 & 255, 0x89, 0, 0
  dq 0
gdtr: dw 39
  dd gdt
v_cr0: dd 0
v_cr4: dd 0
p_vmxon: dq ${VMXON_REGION}
p_vmcs: dq ${VMCS_REGION}
align 16
tss: times 26 dd 0
`;
}

/** A session on the bare machine with the program in it. */
export function load(source: string, more: Partial<LoadRequest> = {}): Session {
  const session = new Session();
  const program = { kind: "source", main: "vmx.asm", files: { "vmx.asm": source } } as const;
  const result = session.load({ program, strategy: "bare-metal", memoryMiB: 4, whatIf: [], inputs: [], ...more });
  if (!result.ok)
    throw new Error(
      `${result.problem.en} ${result.diagnostics.map(({ line, message }) => `${line}: ${message.en}`).join("; ")}`,
    );
  return session;
}

export function go(session: Session, command: Command) {
  session.begin(command);
  for (;;) {
    const result = session.advance(100_000);
    if (result.done) return result;
  }
}

export const TO_END = { kind: "run", direction: "forward", until: null, maxSteps: 1_000_000 } as const;
export const BACK = { kind: "run", direction: "back", until: null, maxSteps: 1_000_000 } as const;
