; title: Hello on the serial line
; title-zh: 串口上的问候
; summary: Writes a line to the UART, byte by byte, after asking each time whether the transmitter has room. Every port access is a trap when the guest is deprivileged.
; summary-zh: 逐字节向 UART 写一行文字，每次先问发送器是否有空。客户机被降权后，每次端口访问都是一次陷入。
; topic: devices
; order: 1
; outcome: exited 0
; serial: "Hello from ring 0!\n"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000

start:  mov esi, text
.next:  mov al, [esi]
        inc esi
        test al, al
        jz .done
        mov ah, al
        mov edx, 0x3FD                  ; line status of COM1
.wait:  in al, dx
        test al, 0x20                   ; transmitter holding register empty?
        jz .wait
        mov edx, 0x3F8                  ; data
        mov al, ah
        out dx, al
        jmp .next
.done:  mov al, 0
        out 0xF4, al                    ; the exit port ends the run with code 0

text:   db "Hello from ring 0!", 10, 0
