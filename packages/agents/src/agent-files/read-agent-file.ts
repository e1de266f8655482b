// One agent file → the role it declares, and everything that has no effect in it, each with its line.

import { DEFAULT_LADDER, misspelt } from "@terrace/core";
import type { KnownTools } from "../tools/known-tools.js";
import { KEYS, KIN, UNSUPPORTED } from "./agent-keys.js";
import type { AgentNote } from "./agent-note.js";
import type { AgentRole } from "./agent-role.js";
import { type Entry, type FrontMatter, readFrontMatter } from "./front-matter.js";
import { nameOf } from "./name-of.js";
import { readOwnKeys } from "./own-keys.js";
import { openPlaceholder } from "./placeholders.js";
import { noRights, rightsOf } from "./role-rights.js";
import type { SkillText } from "./skill-text.js";
import { type TierTable, tierOfModel } from "./tier-of-model.js";
import { asNames, asServers, asText, type Said } from "./values.js";

/** The models of a ladder that is not given. */
const NO_MODELS: TierTable = { ladder: DEFAULT_LADDER, models: {} };

/** What there is for roles to be given. */
export interface AgentFileOptions {
  /** @default no tools */
  readonly tools?: KnownTools;
  /** Finds the text of a skill. @default there are no skills */
  readonly skillOf?: (name: string) => SkillText;
}

const NO_TOOLS: KnownTools = { names: [], families: [], command: null };

/** What a file came to: a role unless something in it is an error. */
export interface AgentFile {
  readonly role?: AgentRole;
  readonly notes: readonly AgentNote[];
}

/** More than these are not told in a role, as in `defineTeam`. */
const MOST_CHARACTERS = 100_000;
const MOST_DESCRIPTION = 10_000;

/**
 * Reads an agent file: front matter, and below it what the role is told.
 *
 * The format is that of Claude Code's subagents, with keys of ours under `terrace:`. Nothing is thrown for a bad file.
 */
export function readAgentFile(
  text: string,
  file: string,
  table: TierTable = NO_MODELS,
  { tools = NO_TOOLS, skillOf = noSkill }: AgentFileOptions = {},
): AgentFile {
  const notes: AgentNote[] = [];
  const say: Said = (line, warning, severity = "warning") => {
    notes.push({ file, line, severity, text: warning });
  };
  const matter = readFrontMatter(text);
  if (matter === undefined) {
    say(1, "has no front matter between two lines of ---, and is taken for no role.");
    return { notes };
  }
  const { broken } = matter;
  if (broken !== undefined) {
    say(
      broken.line,
      `is no YAML (${broken.why}), so that the front matter is read line by line. Quote the text.`,
    );
  }
  const given = sortOut(matter.entries, say);
  checkBody(matter, say);
  const role = toRole({ given, matter, file, table, tools, skillOf }, say);
  const inOrder = [...notes].sort((a, b) => a.line - b.line);
  return inOrder.some(({ severity }) => severity === "error") ? { notes: inOrder } : { role, notes: inOrder };
}

/** The entries by key, each once; says what has no effect. */
function sortOut(entries: readonly Entry[], say: Said): ReadonlyMap<string, Entry> {
  const given = new Map<string, Entry>();
  for (const entry of entries) {
    const { key, line } = entry;
    const before = given.get(key);
    if (before !== undefined) say(line, `"${key}" stands here and on line ${before.line}; this one counts.`);
    given.set(key, entry);
    const unsupported = Object.hasOwn(UNSUPPORTED, key) ? UNSUPPORTED[key] : undefined;
    if (unsupported !== undefined) say(line, `"${key}" is not supported: ${unsupported}.`);
    else if (!KEYS.includes(key)) say(line, unknownKey(key));
  }
  return given;
}

function unknownKey(key: string): string {
  const shown = JSON.stringify(key.slice(0, 64));
  const lower = key.toLowerCase();
  const kin = Object.hasOwn(KIN, lower) ? KIN[lower] : undefined;
  if (kin?.includes(" ")) return `unknown key ${shown} has no effect. What a role is told is ${kin}.`;
  const meant = kin ?? misspelt(key, KEYS);
  return `unknown key ${shown} has no effect.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`;
}

function checkBody({ body, bodyLine }: FrontMatter, say: Said): void {
  if (body === "")
    say(bodyLine, "has no instructions below its front matter. Write what the role is told.", "error");
  if (body.length > MOST_CHARACTERS) {
    const most = `at most ${MOST_CHARACTERS} characters`;
    say(bodyLine, `expected instructions of ${most}, got ${body.length}. Shorten them.`, "error");
  }
  const open = openPlaceholder(body);
  if (open === undefined) return;
  const advice = "Fill it in, or put it between backquotes if it is meant as it stands.";
  say(
    bodyLine + open.line - 1,
    `the placeholder ${open.name} was left in the instructions. ${advice}`,
    "error",
  );
}

interface Parts {
  readonly given: ReadonlyMap<string, Entry>;
  readonly matter: FrontMatter;
  readonly file: string;
  readonly table: TierTable;
  readonly tools: KnownTools;
  readonly skillOf: (name: string) => SkillText;
}

function toRole(parts: Parts, say: Said): AgentRole {
  const { given, matter, file, table } = parts;
  const own = readOwnKeys(given.get("terrace"), table.ladder, say);
  const name = nameOf(given.get("name"), file, own.kind, say);
  const model = asText(given.get("model"), say) ?? null;
  const found = tierOfModel(model === "" ? null : model, table);
  if (found.warning !== undefined && own.tier === undefined)
    say(given.get("model")?.line ?? 1, found.warning);
  const { kind, tier: asked, ...bounds } = own;
  const at = (key: string): Entry | undefined => given.get(key);
  const rights = kind === "executor" ? rightsOf(parts, bounds, say) : noRights(given, kind, say);
  const skills = asNames(at("skills"), say);
  return {
    name,
    file,
    kind,
    description: descriptionOf(given, say),
    instructions: instructionsOf(matter, skills, parts, say),
    model,
    tier: asked ?? within(found.tier, bounds, table.ladder),
    ...bounds,
    ...rights,
    tools: at("tools") === undefined ? null : asNames(at("tools"), HEARD),
    disallowedTools: asNames(at("disallowedTools"), HEARD),
    skills,
    mcpServers: asServers(at("mcpServers"), HEARD),
  };
}

/** For what is read a second time. */
const HEARD: Said = () => {};

function noSkill(): SkillText {
  return { why: "nobody said where skills are" };
}

/** What the role is told: what stands in its file, then its skills. */
function instructionsOf(
  { body }: FrontMatter,
  skills: readonly string[],
  { given, skillOf }: Parts,
  say: Said,
): string {
  const line = given.get("skills")?.line ?? 1;
  let told = body;
  for (const name of skills) {
    const found = skillOf(name);
    const refuse = (why: string): void => say(line, `the skill ${JSON.stringify(name)} is not told: ${why}.`);
    if ("why" in found) {
      refuse(found.why);
      continue;
    }
    const more = `${told}\n\n# Skill: ${name}\n\n${found.text}`;
    const open = openPlaceholder(found.text);
    if (open !== undefined) refuse(`the placeholder ${open.name} was left in its line ${open.line}`);
    else if (more.length > MOST_CHARACTERS)
      refuse(`with it the instructions have more than ${MOST_CHARACTERS} characters`);
    else told = more;
  }
  return told;
}

function descriptionOf(given: ReadonlyMap<string, Entry>, say: Said): string {
  const entry = given.get("description");
  const text = asText(entry, say) ?? "";
  if (text === "") {
    say(entry?.line ?? 1, '"description" is missing: the planner is told the instructions in its place.');
  }
  if (text.length <= MOST_DESCRIPTION) return text;
  say(
    entry?.line ?? 1,
    `"description" has ${text.length} characters, of which the first ${MOST_DESCRIPTION} count.`,
  );
  return text.slice(0, MOST_DESCRIPTION);
}

/** A tier that nobody asked for in so many words gives way to the bounds that somebody set. */
function within(
  tier: string,
  { minTier = tier, maxTier = tier }: Pick<AgentRole, "minTier" | "maxTier">,
  ladder: readonly string[],
): string {
  if (ladder.indexOf(tier) < ladder.indexOf(minTier)) return minTier;
  return ladder.indexOf(tier) > ladder.indexOf(maxTier) ? maxTier : tier;
}
