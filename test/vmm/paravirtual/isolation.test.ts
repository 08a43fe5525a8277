import { describe, expect, it } from "vitest";
import type { Image } from "../../../src/machine/loaders/image.ts";
import { hiddenOf } from "../../../src/vmm/deprivileged/descriptors.ts";
import { refuseImage } from "../../../src/vmm/paravirtual/builder.ts";
import { checkDescriptor } from "../../../src/vmm/paravirtual/descriptors.ts";
import { check, ends, guest, run } from "./domain.ts";

const TABLE = (rows: string) => `
        align 8
traps:  ${rows}
        trap_end
        align 4096
`;
const LOAD = "hypercall set_trap_table, traps\n check\n";
/** Makes the page `table` the guest's descriptor table; EAX = what set_gdt answers. */
const SET_GDT = `
        mov edi, table
        call protect_page
        mov eax, table
        call machine_address
        shr eax, 12
        push eax
        hypercall set_gdt, esp, 512
        pop ebx
`;
/** A user's page, entered at CPL 3 on a stack of its own. */
const USER = `
        mov ebx, user
        mov ecx, 1
        call user_pages
        mov ebx, STACK_1 - 0x1000
        mov ecx, 1
        call user_pages
        mov eax, user
        mov ecx, STACK_1
        jmp enter_user
`;
const IOPL = (level: number) => `
        push dword ${level}
        hypercall physdev_op, PHYSDEVOP_SET_IOPL, esp
        check
        pop eax
`;
/** Prints DS and ES flat, whatever they were. */
const FLAT = `
        push ss
        pop ds
        push ss
        pop es
`;

describe("no way into ring 0", () => {
  it("by INT 80h: its gate never leads to the hypervisor's own code", () => {
    ends(
      `hypercall set_trap_table, traps
        int 0x80
here:   jmp $
${TABLE("dd 0x80 + (TI_USER << 8) + (0xFFFB << 16), here")}`,
      "no-failsafe",
    );
  });

  it("by a call gate: it leads to a segment of the guest's, or to Xen's flat code of ring 1", () => {
    const body = (target: string) => `
        mov eax, here
        mov [table + 8], ax
        shr eax, 16
        mov [table + 14], ax
        mov word [table + 10], ${target}
        mov word [table + 12], 0xEC00
        ${SET_GDT}
        test eax, eax
        js .refused
        call 8:0
.refused:
        call put_hex
        exit 0
here:   xor eax, eax
        mov ax, cs
        call put_hex
        exit 0
        align 4096
table:  times 4096 db 0`;
    check(body("0xE019"), "0000E019");
    check(body("0xE018"), "0000E019");
    check(body("0xFFF9"), "FFFFFFEA");
    check(body("0xFFF8"), "FFFFFFEA");
  });

  it("by a segment: what passes is of ring 1 at least and ends below the hypervisor, wherever it begins", () => {
    const [END, FOUR_GIB] = [0xfc400000, 2 ** 32];
    const bases = [0, 1, 0xfff, 0x1000, 0x80000001, 0xfc3fe000, 0xfc3feffe, 0xfc3ff000, 0xfc400000, 0xffc00000];
    const limits = [0, 1, 0xfff, 0xffff, 0x3bfff, 0x3c000, 0xfc3fe, 0xfc3ff, 0xfc400, 0xffffe, 0xfffff];
    const flags = [0, 4, 8, 12];
    const types = Array.from({ length: 64 }, (_, i) => 0x90 | ((i & 0x30) << 1) | (i & 15));
    const all = bases.flatMap((base) => limits.flatMap((limit) => flags.map((flag) => ({ base, limit, flag }))));
    let passed = 0;
    for (const { base, limit, flag } of all)
      for (const type of types) {
        const high = (base & 0xff000000) | (flag << 20) | (limit & 0xf0000) | (type << 8) | ((base >>> 16) & 0xff);
        const fit = checkDescriptor(((base & 0xffff) << 16) | (limit & 0xffff), high | 0);
        if (fit === null) continue;
        passed++;
        const { base: at, limit: top, attr } = hiddenOf(fit);
        expect((attr >>> 5) & 3).toBeGreaterThan(0);
        const start = at >>> 0;
        const down = (attr & 0xc) === 4;
        const first = down ? start + top + 1 : start;
        const last = down ? start + ((attr & 0x4000) !== 0 ? FOUR_GIB - 1 : 0xffff) : start + top;
        if (first > last) continue;
        expect(Math.floor(first / FOUR_GIB)).toBe(Math.floor(last / FOUR_GIB));
        expect(last % FOUR_GIB).toBeLessThan(END);
      }
    expect(passed).toBeGreaterThan(10_000);
  });
});

describe("what Xen does in a guest's place", () => {
  it("reaches for user code no further than user code reaches: INS to a page of the kernel's", () => {
    check(
      `${LOAD}${IOPL(3)}${USER}
fault:  pop ebx
        ${FLAT}
        mov eax, ebx
        call put_hex
        mov eax, [SHARED_INFO + 8]
        sub eax, secret
        call put_decimal
        movzx eax, byte [secret]
        call put_decimal
        exit 0
secret: db 17
${TABLE("trap 14, TI_KERNEL, fault")}
user:   push ss
        pop es
        mov edi, secret
        insb`,
      "00000007017",
    );
  });

  it("keeps to the segment's limit and rights: OUTS from beyond it is a protection fault", () => {
    check(
      `${LOAD}${IOPL(1)}
        mov dword [table + 8], 15
        mov dword [table + 12], 0x0040F200
        ${SET_GDT}
        mov eax, 8
        mov fs, eax
        xor esi, esi
        fs outsb
        mov eax, esi
        call put_decimal
        mov esi, 14
        fs outsd
        exit 1
protection:
        pop eax
        call put_decimal
        mov eax, esi
        call put_decimal
        exit 0
${TABLE("trap 13, TI_KERNEL, protection")}
table:  times 4096 db 0`,
      "1014",
    );
  });

  it("reads a device once where INS cannot store what it has read", () => {
    const driver = guest(`${LOAD}${IOPL(1)}
        mov eax, PIRQ_SERIAL
        call bind_pirq
        mov edx, COM1 + 5
.wait:  in al, dx
        test al, 1
        jz .wait
        mov edx, COM1
        mov edi, 0x80000000
        insb
        exit 1
fault:  add esp, 4
        mov dword [esp], after
        iretd
after:  in al, dx
        movzx eax, al
        call put_hex
        exit 0
${TABLE("trap 14, TI_KERNEL, fault")}`);
    const inputs = [{ tick: 1000, event: { kind: "serial", byte: 0x5a } as const }];
    const { serial } = run(guest("hypercall sched_op, SCHEDOP_BLOCK, 0"), { 0: driver }, inputs, 20_000);
    expect(serial).toBe("0000005A");
  });

  it("is one instruction under TF too: the trap comes behind it", () => {
    check(
      `${LOAD}
        pushfd
        or dword [esp], TF
        popfd
        nop
one:    db 0xFA, 0x0F, 0x09             ; CLI, WBINVD
        nop
        exit 0
debug:  mov eax, [esp]
        sub eax, one
        call put_decimal
        cmp dword [esp], one + 4
        jb .on
        and dword [esp + 8], ~TF
.on:    iretd
${TABLE("trap 1, TI_KERNEL, debug")}`,
      "0134",
    );
  });

  it("tells a page fault at the guest's own address of its LDT, where that page is not there", () => {
    check(
      `${LOAD}
        push dword 512
        push dword 0x80000000
        push dword MMUEXT_SET_LDT
        hypercall mmuext_op, esp, 1, 0, DOMID_SELF
        check
        mov eax, 0x1C
        mov fs, eax
        exit 1
fault:  mov eax, [SHARED_INFO + 8]
        call put_hex
        exit 0
${TABLE("trap 14, TI_KERNEL, fault")}`,
      "80000018",
    );
  });
});

describe("nothing is left half-done", () => {
  it("of a multicall in which the domain begins to wait: the rest is done first", () => {
    check(
      `mov eax, callback
        call events_init
        mov eax, 100000
        call timer_init
        hypercall multicall, calls, 2
        mov eax, [calls + MULTICALL_SIZE + 4]
        call put_hex
        exit 0
callback:
        pushad
        call take_events
        popad
        iretd
        align 4
calls:  dd __HYPERVISOR_sched_op, 0, SCHEDOP_BLOCK, 0, 0, 0, 0, 0
        dd __HYPERVISOR_xen_version, 0x55, 0, 0, 0, 0, 0, 0`,
      "00040011",
    );
  });

  it("of a trap table that ends in a page which is not there: INT 80h goes where its last entry says", () => {
    check(
      `${LOAD}
        mov dword [0x220FF8], 0x80 + (TI_USER << 8) + (FLAT_RING1_CS << 16)
        mov dword [0x220FFC], new
        hypercall update_va_mapping, 0x221000, 0, 0, UVMF_INVLPG
        hypercall set_trap_table, 0x220FF8
        call put_hex
        int 0x80
new:    print "new"
        exit 0
old:    print "old"
        exit 0
${TABLE("trap 0x80, TI_USER, old")}`,
      "FFFFFFF2new",
    );
  });

  it("of a mapping: update_va_mapping flushes by its fourth argument, behind the entry's upper half", () => {
    check(
      `mov eax, [0x220000]
        mov eax, 0x221000
        mov dword [eax], 7
        call machine_address
        or eax, P + W
        hypercall update_va_mapping, 0x220000, eax, 0, UVMF_INVLPG
        check
        mov eax, [0x220000]
        call put_decimal
        exit 0`,
      "7",
    );
  });

  it("of a way back that leads nowhere, though the failsafe callback leads nowhere either", () => {
    ends(
      `${LOAD}
        hypercall set_callbacks, FLAT_RING1_CS, start, 0x7771, start
        ud2
${TABLE("dd 6 + (0x7779 << 16), start")}`,
      "no-failsafe",
    );
  });

  it("of a domain that has ended: the other ends of its event channels are unbound", () => {
    const other = guest(`
        mov eax, 1
        call alloc_unbound
        hypercall sched_op, SCHEDOP_YIELD, 0
        exit 3`);
    check(
      `hypercall sched_op, SCHEDOP_YIELD, 0
        mov eax, 2
        mov edx, 1
        call bind_interdomain
        jc .none
        mov [status + 4], eax
        hypercall event_channel_op, 5, status
        mov eax, [status + 8]
        call put_decimal
        hypercall sched_op, SCHEDOP_YIELD, 0
        hypercall event_channel_op, 5, status
        mov eax, [status + 8]
        call put_decimal
.none:  exit 0
        align 4
status: dd DOMID_SELF, 0, 0, 0, 0, 0`,
      "21",
      { 2: other },
    );
  });
});

describe("an image that would have the hypercall page elsewhere", () => {
  const image = (page: number): Image => {
    const words = [4, 4, 6, 0x6e6558, 0x61, 4, 4, 2, 0x6e6558, page];
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    return { segments: [{ address: 0x100000, bytes, zeroFill: 0 }], entry: 0x100000 };
  };

  it("is refused with a message: in the page tables, or off a page's beginning", () => {
    expect(refuseImage(image(0x1b0000), 0x400000)).toBeNull();
    for (const page of [0x1b0010, 0x3fd000, 0x400000, 0xfffff000])
      expect(refuseImage(image(page), 0x400000)?.en).toContain("HYPERCALL_PAGE");
  });
});

describe("the writable-page-tables assist", () => {
  it("lets an instruction reach no frame by the entry that it has just written", () => {
    const { xen } = run(
      guest(`hypercall vm_assist, VMASST_CMD_ENABLE, VMASST_TYPE_WRITABLE_PAGETABLES
        mov eax, PAGE_A
        call machine_address
        or eax, P + W
        mov [TABLE_1], eax
        mov eax, TABLE_1
        call machine_address
        or eax, P
        mov [TABLE_1 + 4], eax
        mov eax, PAGE_B
        call machine_address
        or eax, P + W
        mov [TABLE_2], eax
        mov dword [PAGE_B + 0x63], 0xDEADBEEF
        mov edi, TABLE_1
        call protect_page
        mov edi, TABLE_2
        call protect_page
        mov ebx, 0x400000
        call directory_entry
        mov eax, TABLE_1
        call machine_address
        or eax, P + W
        call set_entry
        mov ebx, 0x800000
        call directory_entry
        mov eax, TABLE_2
        call machine_address
        or eax, P + W
        call set_entry
        mov esp, 0x401004
        mov ebp, 0x00800067             ; an entry for the other domain's first frame, and an address
        enter 0, 2
        exit 1
TABLE_1 equ 0x240000
TABLE_2 equ 0x241000
PAGE_A  equ 0x242000
PAGE_B  equ 0x243000`),
      { 2: guest("hypercall sched_op, SCHEDOP_BLOCK, 0") },
      [],
      20_000,
    );
    expect(xen.domains[1]!.memory.read32(0xffc) >>> 0).toBe(0);
  });
});
