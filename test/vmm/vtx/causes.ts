import type { OptionId } from "../../../src/vmm/vtx/options.ts";

/** Paging on: identity for 1.25 MiB, the directory at 10000h, its table at 11000h. */
export const PAGING = `
        mov edi, 0x11000
        mov eax, 7
.fill:  mov [edi], eax
        add edi, 4
        add eax, 0x1000
        cmp edi, 0x11500
        jb .fill
        mov dword [0x10000], 0x11007
        mov eax, 0x10000
        mov cr3, eax
        mov eax, 0x80010011
        mov cr0, eax
`;

/** What an option makes exit, by a guest that does it once more under the option than without. */
export const CAUSES: readonly (readonly [OptionId, number, string])[] = [
  ["exit-rdtsc", 16, "rdtsc\nxor eax, eax\nxor edx, edx"],
  ["exit-cr3", 28, "mov eax, cr3\nmov cr3, eax"],
  ["exit-invlpg", 14, "invlpg [0x1000]"],
  ["exit-mov-dr", 29, "mov eax, 0x1234\nmov dr0, eax\nmov ebx, dr0\nmov eax, 0x703\nmov dr7, eax\nmov ecx, dr7"],
  ["exit-descriptor-tables", 46, "sgdt [0x9000]\nlgdt [0x9000]"],
  ["exit-descriptor-tables", 47, "sldt ax\nstr bx\nxor eax, eax\nlldt ax"],
  ["exit-pause", 40, "pause"],
  ["exit-wbinvd", 54, "wbinvd"],
  ["exit-exceptions", 0, "handler 3, on\nint3\non: add esp, 12"],
  ["single-step", 37, "nop"],
];
