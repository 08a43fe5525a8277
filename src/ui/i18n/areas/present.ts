/** Presentation mode. */
export const en = {
  label: "Presentation",
  leave: "Leave",
  fullScreen: "Full screen",
  keys: "→ step · ← back · ↓ next trap · ↑ previous trap · Home beginning · Esc leaves",
  next: "Next",
  where: "Step {{step}} · ring {{ring}}",
  line: "{{file}}, line {{line}}",
  vmm: "The VMM runs. The guest stands here:",
  noLine: "No line of the program belongs to this moment.",
  quiet: "The last step stayed in ring {{ring}} and trapped nowhere.",
  atStart: "Nothing has run yet.",
  marked: "next line",
};

export const zh: typeof en = {
  label: "演示",
  leave: "退出",
  fullScreen: "全屏",
  keys: "→ 单步 · ← 后退 · ↓ 下一次陷入 · ↑ 上一次陷入 · Home 起点 · Esc 退出",
  next: "下一条",
  where: "第 {{step}} 步 · 环 {{ring}}",
  line: "{{file}} 第 {{line}} 行",
  vmm: "VMM 正在运行。客户机停在这里：",
  noLine: "此刻没有对应的程序行。",
  quiet: "上一步停留在环 {{ring}}，没有陷入。",
  atStart: "尚未运行。",
  marked: "下一行",
};
