import { describe, expect, it } from "vitest";
import { check, ends } from "./domain.ts";

/** A user's page at 180000 (the page below STACK_1), entered at CPL 3 on a stack in the page below it. */
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
/** The way into user code has cleared DS and ES, which held segments of an inner ring. */
const IN_USER = `
user:   push ss
        pop ds
        push ss
        pop es
`;
const TABLE = (rows: string) => `
        align 8
traps:  ${rows}
        trap_end
        align 4096
`;
const LOAD = "hypercall set_trap_table, traps\n check\n";

describe("traps of a paravirtual guest", () => {
  it("let a system call go from ring 3 to the kernel without Xen", () => {
    const { events } = check(
      `${LOAD}${USER}
system_call:
        print "called", 10
        exit 0
${TABLE("trap 0x80, TI_USER, system_call")}
${IN_USER}        int 0x80
        align 4096`,
      "called\n",
    );
    const moves = events.filter(({ kind }) => kind !== "silent");
    const at = moves.findIndex(({ kind }) => kind === "software-interrupt");
    expect(moves[at]).toMatchObject({ vector: 0x80, cplBefore: 3, cplAfter: 1 });
    expect(moves[at - 1]).toMatchObject({ kind: "resume", cplAfter: 3 });
  });

  it("send a system call whose handler masks events through Xen, for the processor could not mask them", () => {
    const { events } = check(
      `${LOAD}${USER}
system_call:
        movzx eax, byte [UPCALL_MASK]
        call put_decimal
        exit 0
${TABLE("trap 0x80, TI_USER + TI_MASK, system_call")}
${IN_USER}        int 0x80
        align 4096`,
      "1",
    );
    expect(events.filter(({ reason }) => reason === "interrupt-by-table")).toMatchObject([
      { vector: 0x80, cplBefore: 3 },
    ]);
  });

  it("refuse user code the hypercall gate: #GP with the vector, and the kernel learns of it", () => {
    check(
      `${LOAD}${USER}
protection:
        pop eax
        call put_hex
        exit 0
${TABLE("trap 13, TI_KERNEL, protection")}
${IN_USER}        int 0x82
        align 4096`,
      "00000412",
    );
  });

  it("bounce an exception with the frame of a real one, IF as the guest means it, and the mask beside CS", () => {
    check(
      `${LOAD}
        mov byte [UPCALL_MASK], 0
        xor ecx, ecx
        div ecx
divide: mov eax, [esp]
        sub eax, divide - 2
        call put_decimal
        mov eax, [esp + 4]
        call put_hex
        mov eax, [esp + 8]
        and eax, 0x200
        call put_hex16
        mov byte [UPCALL_MASK], 1
        mov dword [traps + 4], masked
        hypercall set_trap_table, traps
        xor ecx, ecx
        div ecx
masked: mov eax, [esp + 4]
        call put_hex
        mov eax, [esp + 8]
        and eax, 0x200
        call put_hex16
        exit 0
${TABLE("trap 0, TI_KERNEL, divide")}`,
      "00000E019" + "0200" + "0001E019" + "0000",
    );
  });

  it("give the address of a page fault in vcpu_info, for ring 1 could read no CR2", () => {
    check(
      `${LOAD}
        mov eax, [0x80001234]
fault:  pop eax
        call put_decimal
        mov eax, [SHARED_INFO + 8]
        call put_hex
        exit 0
${TABLE("trap 14, TI_KERNEL, fault")}`,
      "080001234",
    );
  });

  it("deliver INT3 of user code to the kernel, and refuse it INT n that its entry does not allow", () => {
    check(
      `${LOAD}${USER}
break:  print "break "
        iretd
protection:
        pop eax
        call put_hex
        exit 0
own:    exit 1
${TABLE("trap 3, TI_USER, break\n trap 13, TI_KERNEL, protection\n trap 0x90, TI_KERNEL, own")}
${IN_USER}        int3
        int 0x90
        align 4096`,
      "break 00000482",
    );
  });

  it("end a domain that has no handler, as a triple fault ends a computer", () => {
    ends("ud2", "no-handler");
    ends("mov eax, [0x80001234]", "no-page-fault-handler");
  });

  it("end a domain whose kernel stack cannot take the frame", () => {
    ends(
      `${LOAD}
        mov esp, 0x80000000
        ud2
undefined: jmp $
${TABLE("trap 6, TI_KERNEL, undefined")}`,
      "no-kernel-stack",
    );
  });

  it("end a domain that asks to return to ring 0", () => {
    ends("push dword 0x202\n push dword 8\n push dword start\n iretd", "iret-to-ring-0");
  });

  it("call the failsafe handler where a segment register cannot be loaded on the way back", () => {
    check(
      `hypercall set_callbacks, FLAT_RING1_CS, start, FLAT_RING1_CS, own_failsafe
        mov eax, table
        call machine_address
        mov ebp, eax
        or eax, P
        hypercall update_va_mapping, table, eax, 0, UVMF_INVLPG
        check
        shr ebp, 12
        mov [list], ebp
        hypercall set_gdt, list, 8
        check
        mov eax, 8
        db 0x8E, 0xE0                   ; MOV FS, EAX
        shl ebp, 12
        add ebp, 8
        hypercall update_descriptor, ebp, 0, 0, 0
        check
        print "not reached", 10
own_failsafe:
        pop ds                          ; DS, ES, FS, GS stand in front of the frame
        pop es
        pop eax
        call put_decimal
        print "failsafe"
        exit 0
        align 4
list:   dd 0
        align 4096
table:  dq 0, 0x00CFF2000000FFFF
        align 4096`,
      "8failsafe",
    );
  });
});

describe("privileged instructions that a paravirtual kernel still contains", () => {
  it("trap, and Xen carries out those of its list", () => {
    check(
      `mov eax, cr0
        call put_hex
        mov eax, cr3
        mov ebx, [start_info]
        mov ebx, [ebx + SI_PT_BASE]
        xchg eax, ebx
        call machine_address
        cmp eax, ebx
        jne .other
        print " same"
.other: clts
        wbinvd
        exit 0`,
      "80010033 same",
    );
  });

  it("do nothing where they are CLI and STI: IF is the upcall mask, which POPF could not be made to change", () => {
    const { events } = check(
      `db 0xFB, 0xFA
        movzx eax, byte [UPCALL_MASK]
        call put_decimal
        exit 0`,
      "1",
    );
    expect(events.filter(({ reason }) => reason === "emulate-nothing")).toHaveLength(2);
  });

  it("are the guest's own fault where Xen's list has them not: HLT, LIDT, LTR", () => {
    check(
      `${LOAD}
        db 0xF4
        lidt [traps]
        ltr ax
        exit 0
protection:
        print "GP "
        pop eax
        mov eax, [esp]
        cmp byte [eax], 0xF4
        je .one
        add dword [esp], 6              ; LIDT [address]: 7 bytes; LTR: 3
        cmp byte [eax + 1], 0x01
        je .one
        sub dword [esp], 4
.one:   inc dword [esp]
        iretd
${TABLE("trap 13, TI_KERNEL, protection")}`,
      "GP GP GP ",
    );
  });

  it("reach no port that the domain has not been granted: reads give ones, writes are lost", () => {
    check(
      `push dword 1
        hypercall physdev_op, PHYSDEVOP_SET_IOPL, esp
        check
        mov edx, 0x3F8
        mov al, 'x'
        out dx, al
        in al, 0x21
        movzx eax, al
        call put_decimal
        exit 0`,
      "255",
    );
  });

  it("show the hypervisor to CPUID behind Xen's prefix, and only there", () => {
    check(
      `mov eax, 0x40000000
        db 0x0F, 0x0B, "xen"
        cpuid
        mov [text], ebx
        mov [text + 4], ecx
        mov [text + 8], edx
        mov esi, text
        call put_text
        mov eax, 0x40000000
        cpuid
        cmp ebx, [text]
        je .same
        exit 0
.same:  exit 1
        align 4
text:   dd 0, 0, 0, 0`,
      "XenVMMXenVMM",
    );
  });

  it("count system time in nanoseconds by RDTSC, in user code too", () => {
    check(
      `${LOAD}
        call system_time
        mov [before], eax
        mov ecx, 1000
        loop $
        call system_time
        sub eax, [before]
        cmp eax, 1000 * 104             ; a tick lasts 104.76 ns
        jb .wrong
        cmp eax, 1100 * 105
        ja .wrong
        print "right "
.wrong: ${USER}
system_call:
        cmp eax, 10
        jb .none
        print "user"
.none:  exit 0
before: dd 0
${TABLE("trap 0x80, TI_USER, system_call")}
${IN_USER}        rdtsc
        int 0x80
        align 4096`,
      "right user",
    );
  });
});
