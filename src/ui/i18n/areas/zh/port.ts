import type { en } from "../port.ts";

export const zh: typeof en = {
  title: "半虚拟化 {{file}}",
  intro:
    "每条敏感指令改成一次超级调用，或对 shared_info 的一次操作，由链接在客户机里的 VMM（楔子）完成。在裸机上，程序的行为与原来相同。",
  style: "方式",
  styles: {
    "pre-virtualization": "一份源代码，两种构建（预虚拟化）",
    "pv-ops": "一份带补丁点的映像（pv_ops）",
  },
  waiting: "正在改写……",
  errors: "源代码无法汇编，因此不能改写。请先改正编辑器中指出的问题。",
  gone: "没有可改写的源代码。",
  refusals: "拒绝改写",
  refusedAt: "{{file}}，第 {{line}} 行",
  file: "文件",
  diff: "原来的和改写后的源代码",
  original: "原来",
  rewritten: "改写后",
  changes: "改动",
  kept: "保持不变",
  summary_one: "{{lines}} 行中改了 {{count}} 行，涉及 {{files}}。",
  summary_other: "{{lines}} 行中改了 {{count}} 行，涉及 {{files}}。",
  files_one: "{{count}} 个文件",
  files_other: "{{count}} 个文件",
  bytes: "裸机 {{native}} 字节，连同楔子 {{ported}} 字节。",
  show: "显示 {{place}}",
  open: "作为程序打开",
  opened: "它成为你自己的一份文本，并换到为 Xen 构建的策略。原来的程序保持不变。",
  cancel: "关闭",
};
