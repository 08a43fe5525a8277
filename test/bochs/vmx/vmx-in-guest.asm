; VMX instructions in the guest: reasons 18 to 27, 50 and 53, with instruction information of every form.
%include "vmx-common.inc"
cases:  case "without operands"
        guest .none
        vmlaunch
        vmresume
        vmxoff
        vmcall
        back .none
        case "vmclear, vmptrld, vmptrst, vmxon"
        guest .memory
        vmclear [0x1234]
        vmptrld [0x1234]
        vmptrst [0x1234]
        vmxon [0x1234]
        back .memory
        case "addressing"
        guest .addressing
        mov eax, 0x1000
        mov ebx, 0x2000
        vmptrld [eax]
        vmptrld [ebx + 0x10]
        vmptrld [eax + ebx * 8 - 4]
        vmptrld [ebp + esi * 2]
        vmptrld [ecx * 4 + 0x12345678]
        vmptrld [esp]
        vmptrld [edi + edx]
        vmptrld [fs:eax]
        vmptrld [ss:eax]
        back .addressing
        case "addressing of 16 bits"
        guest .sixteen
        vmptrld [bx + si + 0x1234]
        vmptrld [bp + di - 2]
        vmptrld [word 0xFFFE]
        vmptrld [gs:bx]
        back .sixteen
        case "vmread and vmwrite of registers"
        guest .registers
        vmread eax, ecx
        vmread edi, ebp
        vmwrite eax, ecx
        vmwrite edi, esp
        back .registers
        case "vmread and vmwrite of memory"
        guest .fields
        vmread [ebx + esi * 4 + 0x20], edx
        vmwrite esi, [es:0x4000]
        vmread [bp], eax
        back .fields
        case "invept, invvpid"
        guest .invalidate
        invept eax, [ebx]
        invvpid edi, [cs:esi * 8 + 0x100]
        back .invalidate
        case "at CPL 3"
        guest .user
        ring 3
        vmlaunch
        vmresume
        vmxoff
        vmclear [0x1234]
        vmxon [0x1234]
        vmread eax, ecx
        vmwrite eax, ecx
        invept eax, [ebx]
        vmcall
        back .user
        case "the operand is not looked at: a missing page, a null segment"
        guest .fault
        xor eax, eax
        mov gs, ax
        vmptrld [gs:0]
        mov dword [PT1 + 4 * 4], 0
        invlpg [0x404000]
        vmptrld [0x404000]
        mov dword [PT1 + 4 * 4], PAGES + 0x4007
        back .fault
        finish
