/** Words of a strategy's own switches, in the machine menu. */
export const en = {
  when: "What a switch changes",
  start: "From the start",
  here: "From here on",
  startHelp: "The program is loaded again, with these options from its first step.",
  hereHelp:
    "The run goes on with the option from where an instruction of the guest is about to begin, as a recorded input: going back takes it back.",
  onlyStart: "Chosen before a run only.",
};

export const zh: typeof en = {
  when: "开关的生效范围",
  start: "从头开始",
  here: "从此处起",
  startHelp: "重新载入程序，从第一步起采用这些选项。",
  hereHelp: "从客户机某条指令即将开始处起，运行带着该选项继续，作为输入记录：后退即撤回。",
  onlyStart: "只能在运行之前选择。",
};
