/** What came of a difference between two runs. */
export const en = {
  backToStage: "Back to the stage",
  title: "What came of it",
  kind: { delivery: "Interrupt", path: "Different ways", output: "Output", end: "In the end" },
  see: "See it: {{strategy}}",
  seeKind: "{{kind}}. See it: {{strategy}}",
  lines: "{{file}}, lines {{from}} to {{to}}",
  partsHere: "the runs part here",
  allEqual: "Equivalent: what is compared is the same",
  differs: "The two runs differ",
  streams: "What was compared",
  byTraces:
    "The guest’s kernel was written anew for this VMM, so it is another program, and each run goes by itself. Compared is what a kernel is there for: every instruction of every task in user mode, with the registers and flags that it finds; what comes out; and how it ends.",
  mark: {
    delivery: "{{strategy}}: interrupted here",
    late: "{{strategy}}: interrupted only after this",
    path: "the runs go different ways",
    output: "the outputs part",
    end: "",
  },
};

export const zh: typeof en = {
  backToStage: "回到舞台",
  title: "后果",
  kind: { delivery: "中断", path: "走上不同的路", output: "输出", end: "最终" },
  see: "去看：{{strategy}}",
  seeKind: "{{kind}}。去看：{{strategy}}",
  lines: "{{file}} 第 {{from}} 到 {{to}} 行",
  partsHere: "两次运行在此分道",
  allEqual: "等价：所比较的内容全部相同",
  differs: "两次运行不同",
  streams: "比较了什么",
  byTraces:
    "客户机的内核已为此 VMM 重写，是另一个程序，所以两次运行各走各的。比较的是内核所为之服务的东西：每个任务在用户态的每条指令及其遇到的寄存器和标志，输出的内容，以及结局。",
  mark: {
    delivery: "{{strategy}}：在此被中断",
    late: "{{strategy}}：到此之后才被中断",
    path: "两次运行走上不同的路",
    output: "输出在此不同",
    end: "",
  },
};
