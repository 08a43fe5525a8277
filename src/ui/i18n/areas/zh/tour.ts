import type { en } from "../tour.ts";

export const zh: typeof en = {
  label: "导览，第 {{stop}} 站，共 {{of}} 站",
  back: "上一站",
  next: "下一站",
  leave: "离开导览",
  done: "完成",
  again: "以后可在“所有操作”（{{key.palette}}）中再次打开导览。",
  stop: {
    program: {
      title: "客户机，以及由谁运行",
      text: "在这里选择程序，或自己写一个；再选由谁运行：没有人（裸机），或者 VMM。你看到的一切都来自一个模拟的 x86 处理器。",
    },
    stage: {
      title: "舞台",
      text: "谁在哪个环，现在执行到哪里。在 VMM 之下，客户机所在的环比它以为的要高。",
    },
    run: {
      title: "前进与后退",
      text: "“单步”让处理器走一步，“到下一次陷入”运行到进入 VMM 为止。每一个都能往回走：什么也不会丢失。",
    },
    timeline: {
      title: "整个运行",
      text: "谁在何时运行，每次陷入都有标记。拖动即可去到任何一刻；事件及其原因列在日志中。",
    },
    compare: {
      title: "客户机能察觉吗？",
      text: "把程序在裸机上和虚拟化之下各运行一遍，找出两者分道的第一条指令。就用这个程序试试。",
    },
  },
};
