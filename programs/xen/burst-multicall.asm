; title: A burst of page-table updates in one call
; title-zh: 一次调用完成一连串页表更新
; summary: The same burst as xen/burst.asm, but the port collects the calls and makes them all by one multicall: hundreds of ring crossings become one.
; summary-zh: 与 xen/burst.asm 相同的一连串更新，但移植版把各次调用收集起来，用一次 multicall 全部完成：数百次跨环变成一次。
; topic: paging
; order: 25
; outcome: exited 0
; serial: "256 entries are read-only, and the child has them\n"
; trap-and-emulate: equivalent
; paravirtual: equivalent

%define MULTICALL
%include "xen/burst.asm"
