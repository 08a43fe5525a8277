; title: Hello on the screen
; title-zh: 屏幕上的问候
; summary: Writes into the text memory at B8000: a character and a colour byte for each cell. No port, no trap: memory.
; summary-zh: 写入 B8000 处的文本显存：每格一个字符字节和一个颜色字节。没有端口，没有陷入，只是内存。
; topic: devices
; order: 2
; outcome: exited 0
; screen: 2 "    Hello from ring 0!"
; screen: 4 "    0123456789ABCDEF"
; trap-and-emulate: equivalent

BITS 32
ORG 0x100000

start:  mov edi, 0xB8000                ; clear: 80 columns, 25 rows of blanks in light grey
        mov eax, 0x07200720
        mov ecx, 80 * 25 / 2
        rep stosd

        mov esi, text
        mov edi, 0xB8000 + (2 * 80 + 4) * 2
        mov ah, 0x1F                    ; white on blue
.next:  lodsb
        test al, al
        jz .colours
        stosw
        jmp .next

.colours:
        mov edi, 0xB8000 + (4 * 80 + 4) * 2
        mov esi, digits
        mov ah, 0                       ; each digit in the colour that it names
.digit: lodsb
        stosw
        inc ah
        cmp ah, 16
        jb .digit

        mov al, 0
        out 0xF4, al

text:   db "Hello from ring 0!", 0
digits: db "0123456789ABCDEF"
