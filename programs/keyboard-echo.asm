; title: Keyboard echo
; title-zh: 键盘回显
; summary: Each key press is an interrupt on IRQ 1 and a scan code at port 60. The handler translates letters and echoes them on the screen and the serial line; Enter ends the run. Type on the keyboard panel.
; summary-zh: 每次按键都是 IRQ 1 上的一次中断和端口 60 处的一个扫描码。处理程序翻译字母并回显到屏幕和串口；回车结束。请在键盘面板上输入。
; topic: devices
; order: 3
; input: tick 5000 key KeyR
; input: tick 8000 key KeyI
; input: tick 11000 key KeyN
; input: tick 14000 key KeyG
; input: tick 17000 key Enter
; outcome: exited 0
; serial: "ring\n"
; screen: 0 "ring"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000
%include "lib/machine.inc"
ENTER_KEY equ 0x1C

start:  mov esp, KERNEL_STACK
        call segments_init
        call interrupts_init
        gate 0x21, keyboard, INTERRUPT_GATE
        call pic_init
        mov edi, 0xB8000
        mov eax, 0x07200720
        mov ecx, 1000
        rep stosd                       ; clear the screen
        in al, KEYBOARD                 ; drop what the firmware may have left
        mov al, 0xFD
        out PIC1 + 1, al                ; IRQ 1 alone
        mov edi, 0xB8000                ; the cursor
        sti
.sleep: hlt
        jmp .sleep

keyboard:
        push eax
        push ebx
        in al, KEYBOARD                 ; the scan code; bit 7 is set when the key comes up
        cmp al, ENTER_KEY
        je .enter
        movzx ebx, al
        cmp ebx, letters_end - letters
        jae .done
        mov al, [letters + ebx]
        cmp al, 0
        je .done
        mov [edi], al
        add edi, 2
        call put_char
.done:  mov al, 0x20
        out PIC1, al
        pop ebx
        pop eax
        iretd
.enter: print 10
        exit 0

; By scan code of set 1, from 0 on; a zero stands for keys that are not letters.
letters:
        times 0x10 db 0
        db "qwertyuiop", 0, 0, 0, 0
        db "asdfghjkl", 0, 0, 0, 0, 0
        db "zxcvbnm"
letters_end:

%include "lib/console.inc"
%include "lib/segments.inc"
%include "lib/interrupts.inc"
%include "lib/timer.inc"
