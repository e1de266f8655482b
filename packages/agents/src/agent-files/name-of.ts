import { basename } from "node:path";
import type { AgentKind } from "./agent-role.js";
import type { Entry } from "./front-matter.js";
import type { Said } from "./values.js";

const NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** Names that the ledger has for the planner and the reviewer of a team. */
const TAKEN: ReadonlySet<string> = new Set(["planner", "reviewer"]);

/** The name of a role: as the file says, made fit to be one; else the file's own name. */
export function nameOf(entry: Entry | undefined, file: string, kind: AgentKind, say: Said): string {
  const line = entry?.line ?? 1;
  const given = typeof entry?.value === "string" ? entry.value.trim() : "";
  const stem = basename(file).replace(/\.md$/i, "");
  if (given === "") say(line, `"name" is missing: the role is called "${fit(stem)}", after its file.`);
  const name = given === "" ? fit(stem) : fit(given);
  if (given !== "" && name !== given) {
    say(line, `the role is called "${name}": a name has lower-case letters, digits, - and _, at most 64.`);
  }
  if (kind !== "executor" || !TAKEN.has(name)) return name;
  const other = `${name}-role`;
  const advice = `Rename it, or write \`terrace: { kind: ${name} }\` if it is to be the team's`;
  say(line, `the role is called "${other}", since every team has a ${name} of its own. ${advice}.`);
  return other;
}

function fit(text: string): string {
  if (NAME.test(text)) return text;
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 64);
  return slug === "" ? "role" : slug;
}
