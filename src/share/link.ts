import { strFromU8, strToU8 } from "fflate";
import * as v from "valibot";
import { fromBase64url, toBase64url } from "./base64url.ts";
import { MAX_PAYLOAD, open, seal } from "./envelope.ts";
import { FORBIDDEN_NAMES, type LinkRecord, linkRecordSchema } from "./record.ts";
import { LINK_VERSION, migrate } from "./versions.ts";

/** Characters of a link, without the page's address. Browsers keep fragments of this length. */
export const MAX_LINK_LENGTH = 1_000_000;

/** A sentence in each language that the product speaks. */
export interface LinkWords {
  readonly en: string;
  readonly zh: string;
}

export type LinkProblem = "truncated" | "altered" | "oversized" | "future-version" | "not-a-link" | "invalid";

export type DecodedLink =
  | { readonly ok: true; readonly record: LinkRecord }
  | { readonly ok: false; readonly problem: LinkProblem; readonly words: LinkWords };

/** The record cannot become a link: it is too large, or not what `linkRecordSchema` allows. */
export class LinkError extends Error {
  readonly words: LinkWords;

  constructor(words: LinkWords) {
    super(words.en);
    this.name = "LinkError";
    this.words = words;
  }
}

const WORDS: Readonly<Record<Exclude<LinkProblem, "invalid">, LinkWords>> = {
  truncated: {
    en: "The end of the link is missing. It may have been cut when it was copied or sent: ask for it again.",
    zh: "链接的末尾缺失,可能在复制或发送时被截断。请重新索取。",
  },
  altered: {
    en: "The link has been changed on its way, so what it carried is lost: ask for it again.",
    zh: "链接在传送中被改动,其内容已不可用。请重新索取。",
  },
  oversized: {
    en: `The link is larger than this page opens (${MAX_LINK_LENGTH.toLocaleString("en")} characters, 2 MiB unpacked).`,
    zh: `链接超出本页可打开的大小(${MAX_LINK_LENGTH.toLocaleString("en")} 个字符,解开后 2 MiB)。`,
  },
  "future-version": {
    en: "The link was made by a newer version of Ringside. Reload the page to get it, then open the link again.",
    zh: "链接由更新版本的 Ringside 生成。请刷新页面以获得新版本,再打开链接。",
  },
  "not-a-link": {
    en: "This is not a Ringside link: such a link has #1. and then a long word of letters, digits, - and _.",
    zh: "这不是 Ringside 链接:这种链接含有 #1. 以及其后由字母、数字、- 和 _ 组成的一长串字符。",
  },
};

/**
 * The link of a record, from `#` on, to be put after a page's address.
 * Throws `LinkError` if the record is invalid or too large for a link.
 */
export function encodeLink(record: LinkRecord): string {
  const checked = v.safeParse(linkRecordSchema, record);
  if (!checked.success) throw new LinkError(unfitWords(checked.issues[0]));
  const payload = strToU8(JSON.stringify(checked.output));
  const link = payload.length > MAX_PAYLOAD ? "" : `#${LINK_VERSION}.${toBase64url(seal(payload))}`;
  if (link === "" || link.length > MAX_LINK_LENGTH) {
    throw new LinkError({
      en: `The program is too large for a link (${payload.length.toLocaleString("en")} bytes). Share its files instead.`,
      zh: `程序太大,无法放进链接(${payload.length.toLocaleString("en")} 字节)。请改为分享其文件。`,
    });
  }
  return link;
}

/**
 * Reads a link: a whole address with a fragment, the fragment, or the fragment without `#`; white space, as mail
 * programs put into long lines, is skipped. Never throws, and does nothing but read: whatever the text is, time and
 * memory are bounded.
 */
export function decodeLink(text: string): DecodedLink {
  const hash = text.indexOf("#");
  const fragment = text.slice(hash + 1, hash + 1 + 2 * MAX_LINK_LENGTH).replace(/\s+/g, "");
  const match = /^([1-9][0-9]{0,5})\./.exec(fragment);
  if (match === null) return problem("not-a-link");
  const version = Number(match[1]);
  if (version > LINK_VERSION) return problem("future-version");
  if (fragment.length > MAX_LINK_LENGTH) return problem("oversized");
  const body = fragment.slice(match[0].length);
  const bytes = fromBase64url(body);
  if (bytes === undefined) return problem("altered");
  const opened = open(bytes);
  if (!opened.ok) return problem(opened.problem);
  // The bits of the last digit that no byte uses are 0.
  if (toBase64url(bytes) !== body) return problem("altered");
  let record: unknown;
  try {
    record = migrate(JSON.parse(strFromU8(opened.payload), refuseForbidden), version);
  } catch {
    return { ok: false, problem: "invalid", words: invalidWords(undefined) };
  }
  const checked = v.safeParse(linkRecordSchema, record);
  if (!checked.success) return { ok: false, problem: "invalid", words: invalidWords(checked.issues[0]) };
  return { ok: true, record: checked.output };
}

/** A JSON reviver that throws at the names by which an object's prototype can be reached. */
function refuseForbidden(key: string, value: unknown): unknown {
  if (FORBIDDEN_NAMES.has(key)) throw new SyntaxError(key);
  return value;
}

function problem(name: Exclude<LinkProblem, "invalid">): DecodedLink {
  return { ok: false, problem: name, words: WORDS[name] };
}

/** The field an issue is about, in brackets. */
function field(issue: v.BaseIssue<unknown> | undefined): string {
  const path = (issue?.path ?? []).map((item) => String(item.key)).join(".");
  return path === "" ? "" : ` (${path.slice(0, 80)})`;
}

function invalidWords(issue: v.BaseIssue<unknown> | undefined): LinkWords {
  return {
    en: `The link arrived whole, but what it carries is not a program for Ringside${field(issue)}.`,
    zh: `链接完整,但其内容不是 Ringside 可用的程序${field(issue)}。`,
  };
}

function unfitWords(issue: v.BaseIssue<unknown>): LinkWords {
  return {
    en: `This cannot be put into a link${field(issue)}: ${issue.message}`,
    zh: `无法放进链接${field(issue)}:${issue.message}`,
  };
}
