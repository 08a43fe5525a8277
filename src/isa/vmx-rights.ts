import type { Words } from "./types.ts";
import { RIGHTS_S, RIGHTS_TYPE } from "./vmx-events.ts";

const DATA_TYPES = ["read-only", "read/write", "read-only, expand-down", "read/write, expand-down"];
const DATA_TYPES_ZH = ["只读", "可读写", "只读、向下扩展", "可读写、向下扩展"];
const CODE_TYPES = ["execute-only", "execute/read", "execute-only, conforming", "execute/read, conforming"];
const CODE_TYPES_ZH = ["只执行", "可执行可读", "只执行、一致", "可执行可读、一致"];
const SYSTEM_TYPES: Readonly<Record<number, Words>> = {
  1: { en: "available 16-bit TSS", zh: "可用的 16 位 TSS" },
  2: { en: "LDT", zh: "LDT" },
  3: { en: "busy 16-bit TSS", zh: "忙的 16 位 TSS" },
  9: { en: "available 32-bit TSS", zh: "可用的 32 位 TSS" },
  11: { en: "busy 32-bit TSS", zh: "忙的 32 位 TSS" },
};

/** What kind of segment a segment's access rights in the VMCS say (SDM Vol. 3C, table 25-2): `data, read-only, accessed`. */
export function rightsType(rights: number): Words {
  const type = rights & RIGHTS_TYPE;
  if ((rights & RIGHTS_S) === 0) return SYSTEM_TYPES[type] ?? { en: `system type ${type}`, zh: `系统类型 ${type}` };
  const accessed = (type & 1) !== 0;
  const at = (type >> 1) & 3;
  const code = (type & 8) !== 0;
  return {
    en: `${code ? `code, ${CODE_TYPES[at]}` : `data, ${DATA_TYPES[at]}`}, ${accessed ? "accessed" : "not accessed"}`,
    zh: `${code ? `代码，${CODE_TYPES_ZH[at]}` : `数据，${DATA_TYPES_ZH[at]}`}，${accessed ? "已访问" : "未访问"}`,
  };
}
