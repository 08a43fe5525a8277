; title: Hello, Xen
; title-zh: 你好，Xen
; summary: The same line on two machines: on bare metal byte by byte to the UART, as a Xen guest by one hypercall. Notes at the head of the image say that it is such a guest.
; summary-zh: 同一行字，两种机器：在裸机上逐字节写给 UART，作为 Xen 客户机则用一次超级调用。映像开头的注记说明它是这样的客户机。
; topic: devices
; order: 20
; outcome: exited 0
; serial: "Hello from a kernel!\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
%ifdef XEN
%include "include/xen.inc"
        xen_guest "hello", start
%endif

start:  mov esp, KERNEL_STACK
        print "Hello from a kernel!", 10
        exit 0

%include "lib/console.inc"
%ifdef XEN
%include "include/console-io.inc"
%include "include/domain.inc"
%endif
