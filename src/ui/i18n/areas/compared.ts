/** What came of a difference between two runs. */
export const en = {
  backToStage: "Back to the stage",
  title: "What came of it",
  kind: { delivery: "Interrupt", path: "Different ways", output: "Output", end: "In the end" },
  see: "See it: {{strategy}}",
  seeKind: "{{kind}}. See it: {{strategy}}",
  lines: "{{file}}, lines {{from}} to {{to}}",
  partsHere: "the runs part here",
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
  mark: {
    delivery: "{{strategy}}：在此被中断",
    late: "{{strategy}}：到此之后才被中断",
    path: "两次运行走上不同的路",
    output: "输出在此不同",
    end: "",
  },
};
