// The YAML between two lines of three dashes at the head of a file, each key with its line.

import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";

/** A key of the front matter. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  /** In the file, from 1. */
  readonly line: number;
  /** The keys of a value that is itself a map. */
  readonly entries: readonly Entry[];
}

/** A file cut in two. */
export interface FrontMatter {
  readonly entries: readonly Entry[];
  /** What stands below, without blank lines around it. */
  readonly body: string;
  /** The line on which the body begins, from 1. */
  readonly bodyLine: number;
  /** Why the front matter was read line by line, when it is no YAML. */
  readonly broken?: { readonly line: number; readonly why: string };
}

/** Longer front matter is not read. */
const MOST_CHARACTERS = 65_536;

const HEAD = /^---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/;

/** Cuts a file in two; `undefined` when it has no front matter, or far too much of it. */
export function readFrontMatter(text: string): FrontMatter | undefined {
  const unix = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const [head, yaml = ""] = HEAD.exec(unix) ?? [];
  if (head === undefined || yaml.length > MOST_CHARACTERS) return undefined;
  const rest = unix.slice(head.length);
  const body = rest.trim();
  const above = unix.slice(0, head.length) + (body === "" ? "" : rest.slice(0, rest.indexOf(body)));
  const bodyLine = above.split("\n").length;
  return { ...readYaml(yaml), body, bodyLine };
}

function readYaml(yaml: string): Pick<FrontMatter, "entries" | "broken"> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: false, stringKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = (error.linePos?.[0].line ?? 1) + 1;
    const why = (error.message.split(/ at line |\n/)[0] ?? "").replace(/[.:]$/, "");
    return { entries: readLines(yaml), broken: { line, why } };
  }
  if (!isMap(document.contents)) return { entries: [] };
  const jsOf = (node: unknown): unknown =>
    node === null || node === undefined ? null : (node as YAMLMap).toJS(document, { maxAliasCount: 20 });
  const entriesOf = (map: YAMLMap, depth: number): readonly Entry[] =>
    map.items.map(({ key, value }) => ({
      key: isScalar(key) ? String(key.value) : "",
      value: jsOf(value),
      line: lines.linePos(isScalar(key) ? (key.range?.[0] ?? 0) : 0).line + 1,
      entries: depth > 0 && isMap(value) ? entriesOf(value, depth - 1) : [],
    }));
  return { entries: entriesOf(document.contents, 1) };
}

/** Each line `key: text` as it is, for text that YAML takes for structure, such as a second colon. */
function readLines(yaml: string): readonly Entry[] {
  return yaml.split("\n").flatMap((text, at) => {
    const [, key, value = ""] = /^([A-Za-z_][\w-]*):(?:\s+(.*))?$/.exec(text) ?? [];
    return key === undefined ? [] : [{ key, value: value.trim(), line: at + 2, entries: [] }];
  });
}
