// The skills that agent files name: what stands in `skills/<name>/SKILL.md` beside the folder of the agents.

import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { readFrontMatter } from "./front-matter.js";

/** What a skill tells, or why it cannot be told. */
export type SkillText = { readonly text: string } | { readonly why: string };

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MOST_BYTES = 262_144;

/** The text of a skill, without its front matter. `agents` is the folder of agent files. Never throws. */
export function skillText(name: string, agents: string): SkillText {
  const folder = join(dirname(agents), "skills");
  if (!NAME.test(name)) return { why: "that is no name of one" };
  const path = join(folder, name, "SKILL.md");
  try {
    const real = realpathSync(path);
    if (!real.startsWith(realpathSync(folder) + sep))
      return { why: "it is a link that leads out of its folder" };
    if (!statSync(real).isFile()) return { why: "it is no file" };
    if (statSync(real).size > MOST_BYTES) return { why: `it has more than ${MOST_BYTES} bytes` };
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(real));
    const body = readFrontMatter(text)?.body ?? text.trim();
    return body === "" ? { why: "it says nothing" } : { text: body };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { why: `skills/${name}/SKILL.md beside the agents cannot be read (${code})` };
  }
}
