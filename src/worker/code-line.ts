/** Where a breakpoint on a line stops, told by the session's own rule. */
export { codeLine } from "../session/breakpoints/code-line.ts";
