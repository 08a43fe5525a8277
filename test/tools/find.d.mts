export function findExecutable(names: string[]): string;
export function findTool(tool: "chromium" | "nasm" | "bochs"): string;
