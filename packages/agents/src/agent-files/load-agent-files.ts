// Folders of agent files → roles, with everything there is to say about them. One bad file spoils no other.

import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { RoleDeclaration } from "@terrace/core";
import type { KnownTools } from "../tools/known-tools.js";
import type { AgentNote } from "./agent-note.js";
import { type AgentRole, toRoleDeclaration } from "./agent-role.js";
import { readAgentFile } from "./read-agent-file.js";
import { type SkillText, skillText } from "./skill-text.js";
import type { TierTable } from "./tier-of-model.js";

/** What the folders hold. */
export interface LoadedAgents {
  /** In the order of folders and names; each name once. */
  readonly roles: readonly AgentRole[];
  readonly notes: readonly AgentNote[];
}

/** How folders are read. */
export interface LoadAgentsOptions {
  /** The ladder and models that the models of the files are mapped to. @default the default ladder */
  readonly table?: TierTable;
  /** The tools that there are for roles to be given. @default none */
  readonly tools?: KnownTools;
  /** What folders are relative to. @default the working directory */
  readonly cwd?: string;
}

const MOST_FILES = 200;
const MOST_BYTES = 262_144;
const MOST_DEPTH = 4;

/**
 * Loads the agent files (`*.md`) of folders and of the folders in them. A role of an earlier folder, or of an earlier
 * file, wins over one of the same name.
 *
 * Reads at most 200 files, of at most 256 kB each, four folders deep. Never rejects for a file: what is wrong is a note.
 */
export async function loadAgentFiles(
  folders: readonly string[],
  { table, tools, cwd = process.cwd() }: LoadAgentsOptions = {},
): Promise<LoadedAgents> {
  const roles = new Map<string, AgentRole>();
  const notes: AgentNote[] = [];
  let left = MOST_FILES;
  for (const folder of folders) {
    const found = await filesIn(resolve(cwd, folder), folder, notes);
    for (const file of found.slice(0, left)) {
      const read = await readOne({ file, folder, cwd, table, tools }, notes);
      if (read !== undefined) keep(read, roles, notes);
    }
    left -= Math.min(left, found.length);
    if (found.length > 0 && left === 0) {
      const text = `more than ${MOST_FILES} files: those after them are not read. Name fewer folders.`;
      notes.push({ file: folder, line: 1, severity: "error", text });
      break;
    }
  }
  return { roles: [...roles.values()], notes };
}

/** The parts of a team that agent files declare. */
export interface TeamParts {
  readonly executors: { readonly [role: string]: RoleDeclaration<string> };
  readonly planner?: { readonly tier: string; readonly instructions: string };
  readonly reviewer?: { readonly instructions: string };
}

/** The roles for `defineTeam`: executors, and the planner and the reviewer if a file is one. */
export function teamPartsOf({ roles }: LoadedAgents): TeamParts {
  const executors = roles.filter(({ kind }) => kind === "executor");
  const planner = roles.find(({ kind }) => kind === "planner");
  const reviewer = roles.find(({ kind }) => kind === "reviewer");
  return {
    executors: Object.fromEntries(executors.map((role) => [role.name, toRoleDeclaration(role)])),
    ...(planner === undefined ? {} : { planner: { tier: planner.tier, instructions: planner.instructions } }),
    ...(reviewer === undefined ? {} : { reviewer: { instructions: reviewer.instructions } }),
  };
}

/** The paths of agent files, sorted; says when a folder cannot be read. */
async function filesIn(
  path: string,
  named: string,
  notes: AgentNote[],
  depth = 1,
): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const files: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      if (entry.isDirectory() && depth < MOST_DEPTH) {
        files.push(...(await filesIn(inside, join(named, entry.name), notes, depth + 1)));
      } else if (!entry.isDirectory() && /\.md$/i.test(entry.name)) files.push(inside);
    }
    return files;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : String(error);
    const text = `the folder cannot be read (${code}). Make it, or name another one in \`agents\`.`;
    notes.push({ file: named, line: 1, severity: "error", text });
    return [];
  }
}

interface Found {
  readonly file: string;
  readonly folder: string;
  readonly cwd: string;
  readonly table: TierTable | undefined;
  readonly tools: KnownTools | undefined;
}

async function readOne(
  { file, folder, cwd, table, tools }: Found,
  notes: AgentNote[],
): Promise<AgentRole | undefined> {
  const root = resolve(cwd, folder);
  const named = join(folder, relative(root, file));
  const refuse = (text: string): undefined => {
    notes.push({ file: named, line: 1, severity: "error", text });
    return undefined;
  };
  try {
    const real = await realpath(file);
    if (!real.startsWith((await realpath(root)) + sep)) {
      return refuse(
        "is a link that leads out of its folder, and is not read. Copy the file into the folder.",
      );
    }
    const found = await lstat(real);
    if (!found.isFile()) return refuse("is no file.");
    const { size } = found;
    if (size > MOST_BYTES) return refuse(`expected at most ${MOST_BYTES} bytes, got ${size}. Shorten it.`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(real));
    const skillOf = (name: string): SkillText => skillText(name, root);
    const read = readAgentFile(text, named, table, { skillOf, ...(tools === undefined ? {} : { tools }) });
    notes.push(...read.notes);
    return read.role;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return refuse("is no text in UTF-8. Save it as UTF-8.");
    return refuse(`cannot be read (${code}).`);
  }
}

function keep(role: AgentRole, roles: Map<string, AgentRole>, notes: AgentNote[]): void {
  const key = role.kind === "executor" ? role.name : role.kind;
  const first = roles.get(key);
  if (first === undefined) {
    roles.set(key, role);
    return;
  }
  const what = role.kind === "executor" ? `the role "${role.name}"` : `a ${role.kind}`;
  notes.push({
    file: role.file,
    line: 1,
    severity: "warning",
    text: `${what} is declared in ${first.file} too, which wins.`,
  });
}
