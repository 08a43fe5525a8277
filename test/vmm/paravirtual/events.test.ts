import { describe, expect, it } from "vitest";
import { check, ends, guest } from "./domain.ts";

/** A callback that counts, prints a letter for each port by the table `letters`, and drains what is there. */
const CALLBACK = `
callback:
        pushad
.next:  call take_event
        test eax, eax
        jz .done
        mov al, [letters + eax]
        call put_char
        inc dword [events]
        jmp .next
.done:  popad
        iretd
letters: db "-abcdefgh"
        align 4
events: dd 0
`;

describe("event channels", () => {
  it("call the guest at its callback once it unmasks upcalls, and not before", () => {
    check(
      `mov eax, callback
        call events_init
        push dword 0                    ; bind_ipi {vcpu, port}
        push dword 0
        hypercall event_channel_op, 7, esp
        check
        mov eax, [esp + 4]
        call notify
        mov al, '1'
        call put_char
        sti
        mov al, '2'
        call put_char
        exit 0
${CALLBACK}`,
      "1a2",
    );
  });

  it("tell of a masked channel only when it is unmasked", () => {
    check(
      `mov eax, callback
        call events_init
        push dword 0
        push dword 0
        hypercall event_channel_op, 7, esp
        check
        sti
        bts dword [EVTCHN_MASK], 1
        mov eax, 1
        call notify
        mov al, '1'
        call put_char
        push dword 1
        hypercall event_channel_op, EVTCHNOP_UNMASK, esp
        check
        mov al, '2'
        call put_char
        exit 0
${CALLBACK}`,
      "1a2",
    );
  });

  it("wake a domain that sleeps in sched_op block, at the tick that its timer was set for", () => {
    const { events } = check(
      `mov eax, callback
        call events_init
        mov eax, 1000000                ; ns
        call timer_init
.sleep: hlt
        cmp dword [events], 0
        je .sleep
        exit 0
${CALLBACK}`,
      "a",
    );
    expect(events.filter(({ reason }) => reason === "upcall")).toHaveLength(1);
  });

  it("let a domain poll for a port without its callback, or until a time", () => {
    check(
      `push dword 0
        push dword 0
        hypercall event_channel_op, 7, esp
        check
        call system_time
        add eax, 2000000
        adc edx, 0
        mov [until], eax
        mov [until + 4], edx
        hypercall sched_op, SCHEDOP_POLL, poll
        check
        call system_time
        sub eax, [until]
        cmp eax, 100000
        ja .wrong
        mov al, 't'
        call put_char
        mov eax, 1
        call notify
        hypercall sched_op, SCHEDOP_POLL, poll
        check
        mov al, 'p'
        call put_char
.wrong: exit 0
        align 4
poll:   dd ports, 1
until:  dq 0
ports:  dd 1`,
      "tp",
    );
  });

  it("end a domain that unmasks events without a callback", () => {
    ends(
      `push dword 0
        push dword 0
        hypercall event_channel_op, 7, esp
        mov eax, 1
        call notify
        mov byte [UPCALL_MASK], 0
        hypercall xen_version, 0, 0`,
      "no-event-callback",
    );
  });

  it("refuse what is not the caller's: another's port, a second binding, an interrupt of the machine", () => {
    check(
      `push dword 9
        hypercall event_channel_op, EVTCHNOP_SEND, esp
        neg eax
        call put_decimal
        mov al, ' '
        call put_char
        mov eax, VIRQ_TIMER
        call bind_virq
        push dword 0
        push dword 0
        push dword VIRQ_TIMER
        hypercall event_channel_op, EVTCHNOP_BIND_VIRQ, esp
        neg eax
        call put_decimal
        mov al, ' '
        call put_char
        push dword 0
        push dword 0
        push dword PIRQ_KEYBOARD
        hypercall event_channel_op, EVTCHNOP_BIND_PIRQ, esp
        neg eax
        call put_decimal
        exit 0`,
      "22 17 1",
    );
  });

  it("come again and again from a periodic timer, and not before its period is over", () => {
    check(
      `mov eax, callback
        call events_init
        mov eax, VIRQ_TIMER
        call bind_virq
        hypercall vcpu_op, 6, 0, period
        check
        sti
.sleep: hlt
        cmp dword [events], 3
        jb .sleep
        call system_time
        sub eax, 3000000
        cmp eax, 100000
        ja .wrong
        mov al, '!'
        call put_char
.wrong: exit 0
        align 4
period: dq 1000000
${CALLBACK}`,
      "aaa!",
    );
  });

  it("leave a record of the time that a domain ran, waited for its turn, and slept", () => {
    const busy = guest("jmp $");
    check(
      `mov ecx, 50000                 ; longer than a time slice: the other one runs meanwhile
        loop $
        mov eax, callback
        call events_init
        mov eax, 1000000
        call timer_init
        hlt
        hypercall vcpu_op, 4, 0, runstate
        check
        mov ebx, runstate + 12          ; running, runnable, blocked
        mov ecx, 3
.next:  mov eax, [ebx]
        cmp eax, 1000000
        setae al
        movzx eax, al
        call put_decimal
        add ebx, 8
        loop .next
        exit 0
        align 4
runstate:
        times 11 dd 0
${CALLBACK.replace("mov al, [letters + eax]\n        call put_char\n", "")}`,
      "110",
      { 2: busy },
    );
  });

  it("join two domains: each learns of the other's events, and both get their turns", () => {
    const peer = guest(`
        mov eax, answer
        call events_init
        mov eax, 1
        mov edx, 1
        call bind_interdomain
        mov [port], eax
        sti
.sleep: hlt
        jmp .sleep
answer: pushad
.next:  call take_event
        test eax, eax
        jz .done
        mov al, '<'
        call put_char
        call flush_console
        mov eax, [port]
        call notify
        jmp .next
.done:  popad
        iretd
        align 4
port:   dd 0
`);
    const { events } = check(
      `mov eax, callback
        call events_init
        mov eax, 2
        call alloc_unbound
        sti
.sleep: hlt
        cmp dword [events], 3
        jae .done
        mov al, '>'
        call put_char
        call flush_console
        mov eax, 1
        call notify
        jmp .sleep
.done:  exit 0
${CALLBACK.replace("mov al, [letters + eax]\n        call put_char\n", "")}`,
      "<><><",
      { 2: peer },
    );
    expect(events.filter(({ kind }) => kind === "domain").length).toBeGreaterThanOrEqual(6);
  });
});
