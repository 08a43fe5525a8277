; Stack accesses beyond the limit of SS are #SS(0), and nothing of the instruction remains. At CPL 3, so that the
; handler has a good stack.
%include "common.inc"
TOP     equ STACK3
main:   desc T0, 0, (TOP >> 12) - 1, 0xF3, 12
        ring 3
        mov ax, T0 + 3
        mov ss, ax
        mov esp, TOP - 0x100
        begin .push, "push above the limit"
        mov esp, TOP + 3
        push eax
        done .push
        begin .push_ok, "push to the last bytes"
        mov esp, TOP
        push eax
        mov esp, TOP - 0x100
        done .push_ok
        begin .push16, "push word above"
        mov esp, TOP + 1
        push ax
        done .push16
        begin .pop, "pop above"
        mov esp, TOP - 3
        pop eax
        done .pop
        begin .call, "call above"
        mov esp, TOP + 4
        call main
        done .call
        begin .ret, "ret above"
        mov esp, TOP - 2
        ret
        done .ret
        begin .leave, "leave above"
        mov ebp, TOP - 1
        leave
        done .leave
        show "ebp", ebp
        begin .ebp, "by ebp"
        mov ebp, TOP
        mov eax, [ebp]
        done .ebp
        begin .ebp_ds, "by ds:ebp"
        mov eax, [ds:ebp]
        done .ebp_ds
        begin .esp, "by esp"
        mov eax, [esp + 0x100]
        done .esp
        begin .override, "by ss:eax"
        mov eax, TOP
        mov al, [ss:eax]
        done .override
        begin .pusha, "pusha half above"
        mov esp, TOP + 16
        pushad
        done .pusha
        begin .popa, "popa half above"
        mov esp, TOP - 16
        popad
        done .popa
        begin .wrap, "push at 2"
        mov esp, 2
        push eax
        done .wrap
        begin .pushf, "pushf above"
        mov esp, TOP + 1
        pushfd
        done .pushf
        begin .popf, "popf above"
        mov esp, TOP - 1
        popfd
        done .popf
        begin .iret, "iret frame above"
        mov esp, TOP - 8
        iretd
        done .iret
        begin .retf, "retf frame above"
        mov esp, TOP - 4
        retf
        done .retf
        begin .pushm, "push of memory above"
        mov esp, TOP + 2
        push dword [AREA]
        done .pushm
        begin .popseg, "pop ds above"
        mov esp, TOP - 1
        pop ds
        done .popseg
        finish
