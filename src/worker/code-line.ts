/** Where a breakpoint on a line stops, and which lines there are, told by the session's own rules. */
export { codeLine, linesOf } from "../session/breakpoints/code-line.ts";
