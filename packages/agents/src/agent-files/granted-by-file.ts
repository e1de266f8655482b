// The tools that an agent file grants, of those that there are: never more than it says, and what is less is told.

import { isGranted, misspelt } from "@terrace/core";
import type { KnownTools } from "../tools/known-tools.js";
import { HOW, LIKE, SHELL, THEIRS, UNLIKE } from "./claude-tools.js";
import type { Entry } from "./front-matter.js";
import { beyond, forbidden } from "./shell-rights.js";
import { asNames, asServers, type Said } from "./values.js";

/** What an agent file says of tools. */
export interface ToolEntries {
  readonly tools: Entry | undefined;
  readonly disallowedTools: Entry | undefined;
  readonly mcpServers: Entry | undefined;
}

/** The names of the tools that a file grants, each once. Says of everything that is not granted why it is not. */
export function grantedByFile(entries: ToolEntries, known: KnownTools, say: Said): readonly string[] {
  const { tools, disallowedTools, mcpServers } = entries;
  const named = tools === undefined ? [] : grantedBy(tools, known, say);
  const served = serversOf(mcpServers, known, say);
  if (tools !== undefined) sayUnused(mcpServers, served, named, say);
  const granted = new Set(tools === undefined ? served : named);
  if (disallowedTools !== undefined && granted.size > 0) takeAway(disallowedTools, granted, known, say);
  else if (disallowedTools !== undefined && tools === undefined)
    say(disallowedTools.line, '"disallowedTools" has no effect: without "tools" the role has none.');
  return [...granted].slice(0, MOST);
}

/** No role has more. */
const MOST = 100;

/** A name as it is written, and what stands in parentheses behind it. */
interface Written {
  readonly text: string;
  readonly name: string;
  readonly within: string | undefined;
}

function readAll(entry: Entry, say: Said): readonly Written[] {
  return asNames(entry, say).map((text) => {
    const [, name = text, within] = /^([^()]+)\((.*)\)$/s.exec(text) ?? [];
    return { text, name: name.trim(), within };
  });
}

function grantedBy(entry: Entry, known: KnownTools, say: Said): readonly string[] {
  const written = readAll(entry, say);
  const refuse = (text: string, why: string): readonly string[] => {
    say(entry.line, `${JSON.stringify(text)} is not granted: ${why}${why.endsWith("?") ? "" : "."}`);
    return [];
  };
  const shell = written.filter(({ name }) => name === SHELL);
  const others = written.filter(({ name }) => name !== SHELL);
  return [...others.flatMap((each) => one(each, known, refuse)), ...shellTool(shell, known, refuse)];
}

type Refuse = (text: string, why: string) => readonly string[];

function one({ text, name, within }: Written, known: KnownTools, refuse: Refuse): readonly string[] {
  if (name === "*") return [...known.names, ...known.families];
  if (Object.hasOwn(UNLIKE, name)) return refuse(text, UNLIKE[name] ?? "");
  if (within !== undefined) return refuse(text, "what stands in parentheses cannot be kept to here");
  if (name.startsWith("mcp__")) return ofServer(name, known, refuse);
  const own = likeOf(name);
  if (known.names.includes(own)) return [own];
  if (own !== name) return refuse(text, `the configuration does not have ${HOW[own]}`);
  const meant = misspelt(name, [...known.names, ...THEIRS]);
  const hint = meant === undefined ? "" : `. Did you mean "${meant}"?`;
  return refuse(text, `there is no such tool${hint}`);
}

function ofServer(written: string, known: KnownTools, refuse: Refuse): readonly string[] {
  const name = written.replace(/__\*$/, "");
  if (known.families.some((family) => isGranted(name, [family]))) return [name];
  return refuse(
    written,
    `there is no server ${JSON.stringify(name.split("__")[1] ?? "")}${serversThere(known)}`,
  );
}

function serversThere({ families }: KnownTools): string {
  if (families.length === 0) return "; none is configured";
  return `; there ${families.length === 1 ? "is" : "are"} ${families.map((name) => JSON.stringify(name.replace(/^mcp__/, ""))).join(", ")}`;
}

/** `Bash` is granted where it says no less than the tool allows. */
function shellTool(written: readonly Written[], { command }: KnownTools, refuse: Refuse): readonly string[] {
  const [first] = written;
  if (first === undefined) return [];
  const text = written.map((each) => each.text).join(", ");
  if (command === null) return refuse(text, "the configuration does not have tools.command");
  const patterns = written.flatMap(({ within }) => within ?? []);
  const more = written.some(({ within }) => within === undefined) ? [] : beyond(patterns, command.allow);
  if (more.length === 0) return [command.name];
  const lines = more.map((line) => `\`${line}\``).join(", ");
  return refuse(text, `the configuration allows ${lines} with any arguments, which is more`);
}

/** All tools of the servers that are named. */
function serversOf(entry: Entry | undefined, known: KnownTools, say: Said): readonly string[] {
  return asServers(entry, say).flatMap((server) => {
    if (typeof server !== "string") {
      const names = Object.keys((server ?? {}) as object).map((name) => JSON.stringify(name));
      const why = "a server is declared in `mcpServers` of the configuration, and here only named";
      say(entry?.line ?? 1, `the server ${names.join(", ")} is not started: ${why}.`);
      return [];
    }
    const family = `mcp__${server}`;
    if (known.families.includes(family)) return [family];
    say(entry?.line ?? 1, `there is no server ${JSON.stringify(server)}${serversThere(known)}.`);
    return [];
  });
}

/** Where `tools` says what is granted, a server of which it names nothing is of no use. */
function sayUnused(
  entry: Entry | undefined,
  served: readonly string[],
  granted: readonly string[],
  say: Said,
): void {
  for (const family of served) {
    if (granted.some((name) => isGranted(name, [family]))) continue;
    const server = JSON.stringify(family.replace(/^mcp__/, ""));
    say(
      entry?.line ?? 1,
      `"tools" names no tool of the server ${server}, so that the role has none. Add "${family}".`,
    );
  }
}

/** Takes away at least what is named; what goes with it is told. */
function takeAway(entry: Entry, granted: Set<string>, known: KnownTools, say: Said): void {
  for (const { text, name, within } of readAll(entry, say)) {
    const own = name === SHELL ? (known.command?.name ?? name) : likeOf(name.replace(/__\*$/, ""));
    if (name === SHELL && within !== undefined && forbidden(within, known.command?.allow ?? []).length === 0)
      continue;
    const isThere =
      name === "*" || THEIRS.includes(name) || known.names.includes(own) || own.startsWith("mcp__");
    if (!isThere) {
      const meant = misspelt(name, [...known.names, ...THEIRS]);
      say(
        entry.line,
        `there is no tool ${JSON.stringify(text)} to take away.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`,
      );
    }
    for (const each of [...granted]) {
      const isNarrower = own !== each && isGranted(own, [each]);
      if (name !== "*" && !isGranted(each, [own]) && !isNarrower) continue;
      granted.delete(each);
      if (isNarrower || within !== undefined)
        say(
          entry.line,
          `${JSON.stringify(text)} cannot be taken out of "${each}" alone, so that the role has nothing of it.`,
        );
    }
  }
}

function likeOf(name: string): string {
  return (Object.hasOwn(LIKE, name) ? LIKE[name] : undefined) ?? name;
}
