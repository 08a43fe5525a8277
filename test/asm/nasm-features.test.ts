import { describe, expect, it } from "vitest";
import { assemble } from "../../src/asm/assemble.ts";
import { missingOracle, nasm } from "./nasm.ts";

const why = missingOracle();
const hex = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString("hex"));

/** One case per feature of the dialect: a program on which NASM and this assembler must agree. */
const CASES: Readonly<Record<string, string>> = {
  "numbers in every notation":
    "dd 200, 0200, 0200d, 0d200, 0c8h, 0xc8, 0hc8, $0c8, 310q, 310o, 0o310, 0q310, 11001000b, 1100_1000b, 0b1100_1000, 0y11001000, 200t, 0t200",
  "character constants":
    "dd 'a', 'ab', 'abcd'\ndw 'abc'\ndq 'abcdefgh'\ndb \"it's\", `a\\tb\\n\\x41\\101\\0\\u263a\\\\\\``\nmov eax, 'ab'\nmov al, 'a'+1\ndb 'é'",
  "arithmetic operators":
    "dd 7/2, -7/2, -7//2, 7 % 3, -7 %% 3, 1<<31, -8>>1, -8>>>1, ~5, -5, +5, !5, !0, 5&3, 5|3, 5^3, 2+3*4, (2+3)*4, 2*3 % 4, 1<<2+1",
  "macro labels that begin with a digit": "%macro m 0\n%%0: jmp %%0\n%%1a: jmp %%0\n%endmacro\nm\nm",
  "comparisons and logic":
    "db 1<2, 2<1, 1<=1, 1>=2, 1=1, 1==2, 1!=2, 1<>1, 1&&0, 1||0, 1^^1, 5<=>4, 4<=>5, 0 ? 1 : 2, 1 ? 1 ? 3 : 4 : 5, -1<1, 3|1==1",
  "64-bit constants":
    "dq 0x00CF9A000000FFFF, -1, 0xffffffffffffffff, 1<<63, 0x8000000000000000>>63, 0x123456789abcdef0 >> 32",
  "here and section base": "nop\nx: dd $, $$, $-$$, $-x\njmp $\ntimes 3 dd $-$$\ntimes 3 jmp $\ntimes 3 call x",
  "local labels": "a: nop\n.x: jmp .x\nb: nop\n.x: jmp .x\njmp a.x\n..@free: nop\n.y: jmp b.y\njmp ..@free",
  "labels without colons": "a nop\nb db 1\nc equ 5\nd resb 2\ndb a, b, c, d",
  "escaped names": "$eax: dd $eax\nmov eax, [$eax]",
  "equ before and after use":
    "push X\nmov eax, [ebx+X]\nadd ecx, X\nX equ Y+1\nY equ 4\nsub edx, X\nZ equ $\ndd Z-$$, Z",
  "forward reference that does not fit a byte": "push X\nadd eax, X\nmov eax,[ebx+X]\nX equ 500",
  times:
    "times 5 db 1, 2\ntimes 3 nop\ntimes 2*2 mov ax, 5\nx: times 10-($-x) db 0xaa\ntimes 0 int3\ntimes 512-($-$$) db 0",
  "align in code and data": "nop\nalign 8\nnop\nalign 16, db 0xcc\nnop\nalign 4, int3\nnop\nalignb 8\ndb 1\nalign 1",
  org: "org 0x7c00\nmov eax, x\nx: dd x, $$\njmp 0x7c00\ncall x",
  "bits and use":
    "bits 16\nmov ax, bx\nmov eax, ebx\nuse32\nmov ax, bx\nmov eax, ebx\n[bits 16]\npush 5\npush dword 5\n[bits 32]\npush 5\njmp 8:5\nbits 16\njmp 8:5\njmp dword 8:5\njmp word 8:5",
  data: "db 1, -1, 255, 'abc', 'd'\ndw 1, 'ab', 'abc'\ndd 1, 'abcde'\ndq 1, -2\ndb 1,\ndw x, x-$$\nx:",
  "reserved space in a section with contents": "db 1\nresb 3\nresw 2\nresd 1\nresq 1\ndb 2",
  "sections in the order of NASM":
    "section .data\nd: dd d, b, t, u\ndb 1\nsection .bss\nb: resd 3\nc: resb 1\nsection .text\nt: mov eax, [d]\nmov ebx, c\nsection .user\nu: dd c\nsection .data\ndb 9\nsection .text\nnop\ncall t",
  "back to the section before":
    "nop\n[section .x]\ndb 1\n__SECT__\nnop\nsection .data\ndb 2\n[section .x]\ndb 3\n__SECT__\ndb 4\n%macro put 1+\nadd eax, 5\n[section .x]\n%1\n__SECT__\n%endmacro\nput cli\nx: db 6\n%ifdef __SECT__\ndb 7\n%endif",
  "section attributes":
    "org 0x1000\nsection .text\nnop\nsection .x align=16\nx: dd x\nsection .y start=0x1040\ny: dd y\nsection .z follows=.x vstart=0x8000\nz: dd z\nsection .text\ndd x, z",
  "sections without contents behind the others":
    "org 0x1000\nnop\nsection .b nobits align=64\nb: resb 1\nsection .data\nd: dd b, c\nsection .c nobits\nc: resd 1\nsection .d align=8\ndd d",
  "section alignment by align": "section .text\nnop\nsection .data\ndb 1\nalign 32\nd: dd d\n",
  absolute: "absolute 0x500\nv: resb 4\nw: resd 2\nsection .text\nmov eax, [w]\nmov ebx, v\ndd w-v\npush v",
  structures:
    "struc point\n.x: resd 1\n.y: resd 1\n.name: resb 3\nendstruc\nmov eax, [ebx+point.y]\ndd point_size, point.name\np: istruc point\nat .x, dd 5\nat .y, dd 6\nat .name, db 'ab'\niend\nistruc point\nat point.y, dd 7\niend\ndb 0xff\nstruc neg, -4\n.a: resd 1\n.b: resd 1\nendstruc\ndd neg.a, neg.b",
  "simple defines":
    "%define A 5\n%define B A+1\n%xdefine C B\n%undef A\n%define A 7\ndb A, B, C\n%idefine foo 9\ndb FOO, Foo\n%define a.b 4\ndb a.b",
  "defines with parameters":
    "%define f(x) (x)*2\n%define g(x, y) x+f(y)\ndb f(3), g(1, 2), f((1+2)), f(f_)\nf_ equ 4\n%define h(a) f(a)\ndb h(4)\n%define none() 3\ndb none()\n%define over(x) x\n%define over(x, y) y\ndb over(1), over(1, 2)",
  "a define does not expand itself": "%define x 2+x\n%define y x\n%undef x\nx equ 5\ndb y\n%define mov mov\nmov eax, 1",
  "a define whose body is a call": "%define pick add2\n%define add2(n) n+2\ndb pick(5)",
  pasting: "%define join(a, b) a %+ b\njoin(la, bel): db 1\ndd label\n%assign i 3\nv %+ i: db 2\ndd v3",
  indirection: "%define foo3 42\n%assign n 3\ndb foo%[n], %[n]\n%xdefine q foo%[n]\ndb q",
  "assign and rep": "%assign i 0\n%rep 5\ndb i*2\n%assign i i+1\n%endrep\ndb i\n%assign neg -3\ndb 2*neg, 1-neg",
  "nested rep and exitrep":
    "%assign i 0\n%rep 4\n%assign j 0\n%rep 10\n%if j > i\n%exitrep\n%endif\ndb i*16+j\n%assign j j+1\n%endrep\n%assign i i+1\n%endrep\n%rep 0\ndb 99\n%endrep",
  "macros with parameters":
    "%macro put 2\nmov %1, %2\ndb %0\n%endmacro\nput eax, 5\nput byte [ebx], 6\n%macro none 0\nnop\n%endmacro\nnone\nlabel: none\nput ecx, {label}\n%macro tail 1+\ndb %1\n%endmacro\ntail 1, 2, 3",
  "macro ranges, defaults and overloading":
    "%macro m 1-3 7, 8\ndb %0, %1, %2, %3\n%endmacro\nm 1\nm 1, 2\nm 1, 2, 3\n%macro n 0\ndb 100\n%endmacro\n%macro n 1\ndb 101, %1\n%endmacro\nn\nn 5\n%macro any 1-*\ndb %0\n%rep %0\ndb %1\n%rotate 1\n%endrep\n%endmacro\nany 1\nany 1, 2, 3\n%macro back 1-*\n%rep %0\n%rotate -1\ndb %1\n%endrep\n%endmacro\nback 1, 2, 3",
  "macro local labels":
    "%macro wait_for 1\n%%again: cmp eax, %1\njne %%again\njmp %%out\nnop\n%%out:\n%endmacro\na: nop\nwait_for 5\n.x: wait_for 6\njmp .x",
  "concatenation in macros":
    "%macro def 2\nname_%1: db %2\n%1_end: db 0\nx%{1}y: db 1\n%endmacro\ndef foo, 5\ndd name_foo, foo_end, xfooy\n%macro cc 1\nj%1 near $\nset%1 al\nj%-1 $\n%endmacro\ncc ne\n%macro cond 1\nj%+1 $\nj%-1 $\n%endmacro\ncond ae",
  "macro in macro":
    "%macro inner 1\ndb %1\n%endmacro\n%macro outer 2\ninner %1\ninner %2+1\n%macro made_%1 0\ndb 7\n%endmacro\n%endmacro\nouter 3, 4\nmade_3",
  "a macro named like an instruction": "%macro push 2\npush %1\npush %2\n%endmacro\npush eax, ebx\npush ecx",
  "parameter ranges": "%macro r 1-*\ndb %{2:-1}\ndb %{-1:1}\n%endmacro\nr 1, 2, 3",
  "recursive macro": "%rmacro count 1\n%if %1 > 0\ndb %1\ncount %1-1\n%endif\n%endmacro\ncount 4",
  "case-insensitive macro": "%imacro Foo 0\nnop\n%endmacro\nFOO\nfoo",
  "label parameter": "%macro lab 0\n%00: db 1\n%endmacro\nhere: lab\ndd here",
  "if and elif":
    "%assign x 2\n%if x = 1\ndb 1\n%elif x = 2\ndb 2\n%elif x = 2\ndb 3\n%else\ndb 4\n%endif\n%if 0\n%if 1\ndb 5\n%else\ndb 6\n%endif\n%elif 1\ndb 7\n%endif\n%ifn 0\ndb 8\n%endif",
  "if over names":
    "%define A\n%define B 5\n%ifdef A\ndb 1\n%endif\n%ifndef C\ndb 2\n%endif\n%ifdef C\ndb 3\n%elifdef B\ndb 4\n%endif\n%macro m 2\n%endmacro\n%ifmacro m\ndb 5\n%endif\n%ifmacro m 1\ndb 6\n%endif\n%ifmacro m 2\ndb 7\n%endif\n%ifmacro m 1-3\ndb 8\n%endif\n%ifnmacro q\ndb 9\n%endif",
  "if over texts":
    "%macro t 1\n%ifid %1\ndb 'i'\n%elifnum %1\ndb 'n'\n%elifstr %1\ndb 's'\n%elifempty %1\ndb 'e'\n%else\ndb 'o'\n%endif\n%ifidn %1, eax\ndb 1\n%endif\n%ifidni %1, EAX\ndb 2\n%endif\n%ifnidn %1, eax\ndb 3\n%endif\n%iftoken %1\ndb 4\n%endif\n%endmacro\nt eax\nt EAX\nt 5\nt -5\nt 'x'\nt [eax]\nt foo bar",
  "if over addresses":
    "a: times 5 nop\nb:\n%if b-a = 5\ndb 1\n%endif\n%assign len b-a\ndb len\n%if ($-$$) > 3\ndb 2\n%endif\n%assign pad 16-($-$$)\ntimes pad db 0xee",
  "if over addresses with jumps that grow":
    "jmp far_away\njz far_away\n%assign here $-$$\ndb here\ntimes 130 nop\nfar_away: db here\n%if ($-$$) > 133\ndb 1\n%else\ndb 2\n%endif",
  "strings in the preprocessor":
    "%strlen n 'hello'\ndb n\n%substr c 'hello' 2\ndb c\n%substr d 'hello' 2, 3\ndb d\n%substr e 'hello' 2, -1\ndb e\n%substr f 'hello' -2\n%strcat s 'ab', 'cd'\ndb s\n%defstr q foo + 1\ndb q\n%deftok z 'mov eax, 5'\nz",
  contexts:
    "%macro if_ 1\n%push if\nj%-1 %$skip\n%endmacro\n%macro else_ 0\n%repl else\njmp %$done\n%$skip:\n%endmacro\n%macro end_ 0\n%ifctx if\n%$skip:\n%else\n%$done:\n%endif\n%pop\n%endmacro\nif_ e\nnop\nif_ ne\nint3\nend_\nelse_\nhlt\nend_\n%push a\n%define %$v 5\n%push b\n%define %$v 6\ndb %$v, %$$v\n%pop\ndb %$v\n%pop a",
  "continuation lines": "%define long 1 + \\\n 2 + \\\n 3\ndb long, \\\n 5",
  "predefined names":
    "db __LINE__\ndb __BITS__\n%ifidn __OUTPUT_FORMAT__, bin\ndb 1\n%endif\n%ifdef __NASM_MAJOR__\ndb 2\n%endif",
  "short and near jumps":
    "a: jmp a\njmp b\njz b\ncall b\nloop a\njecxz a\njmp short b\njmp near b\njz near a\njz short a\ntimes 60 nop\nb: jmp a\ntimes 60 nop\njmp a\njz a\njmp b",
  "jumps on the edge": "jmp x\ntimes 127 nop\nx: jmp y\ntimes 128 nop\ny: times 126 nop\njmp y\nz: times 127 nop\njz z",
  "jumps that push one another":
    "jmp b\njmp c\na: times 120 nop\nb: jmp a\njz a\nc: times 5 jmp a\njmp c\ntimes 44 jmp d\nnop\ntimes 50 nop\nd: times 70 jz a",
  "jumps over aligned code": "a: jmp c\nalign 16\nb: jz a\njmp c\ntimes 100 nop\nalign 32\nc: jmp b\njmp a",
  "jumps to numbers and other sections":
    "section .text\njmp 0x1234\ncall 0x1234\njz 0x1234\njmp d\njmp near d\nsection .data\nd: jmp e\ntimes 3 nop\nsection .text\ne: loop e",
  "scales by name":
    "A equ 4\nB equ 4\nmov ecx, [eax*A]\nmov ecx, [eax*B+ebx]\nmov cx, [ebx+eax*(B-A)]\nmov ecx, [eax*(B-A)+5]",
  "less an address": "org 0x1000\nmov eax, -x\ndd -x, 5-x, y-x\nx: nop\nadd eax, 5-x\nsection .data\ny: dd -y",
  "directives in brackets": "[bits 32]\n[section .text]\n[map all]\n[list -]\nmap: nop\nlist: jmp map",
  "far jumps":
    "jmp 8:x\njmp dword 8:x\njmp word 8:x\ncall 0x10:0x1234\nx: jmp far [eax]\ncall far dword [eax]\njmp far word [x]\nbits 16\njmp 8:x\njmp dword 8:x",
  prefixes:
    "rep movsb\nrepe cmpsd\nrepne scasb\nlock inc dword [eax]\nes mov eax, [ebx]\nmov eax, [es:ebx]\nmov eax, es:[ebx]\no16 iret\na16 loop $\nrep es lodsb\nlock add [ds:eax], ebx\nrep\nlock\na16 movsb",
  "loops with a counter":
    "x: loop x, cx\nloop x, ecx\nloope x, cx\nbits 16\ny: loop y, ecx\nloopne y, cx\njecxz y\njcxz y",
  "operand sizes on immediates":
    "push byte 5\npush word 5\npush dword 5\npush strict dword 5\npush strict word 500\nadd eax, strict dword 5\nadd eax, byte -1\nimul eax, ebx, strict dword 5\nimul eax, 5\nimul eax, 500",
  "comments and blank lines":
    "; nothing\n\n  nop ; a comment with 'quotes and %macro\n\tnop\r\nlabel: ; only a label\ndb ';', \";\" ; two strings",
  "ignored directives": "cpu 386\nglobal start\nstart: nop\n[warning -all]\ndefault abs",
};

describe.skipIf(why !== null)(`the dialect, compared with NASM${why ? ` (skipped: ${why})` : ""}`, () => {
  function check(source: string): void {
    const text = `bits 32\n${source}\n`;
    const expected = nasm(text);
    const origin = /\borg\b/.test(source) ? "" : "org 0\n";
    const own = assemble(text + origin, { name: "case.asm" });
    expect(own.ok ? "accepted" : own.diagnostics.map((d) => `${d.line}: ${d.message.en}`)).toEqual("accepted");
    expect(expected.text.includes("error") ? expected.text : "").toBe("");
    expect(hex(own.bytes)).toBe(hex(expected.bytes));
  }
  for (const [name, source] of Object.entries(CASES)) it(name, () => check(source));
});
