// The tools of a configuration: what they are called, where each comes from, and the tools themselves once a run needs them.

import { resolve } from "node:path";
import {
  COMMAND_TOOL,
  commandTool,
  FILE_TOOLS,
  fileTools,
  type KnownTools,
  type McpConfig,
  mcpSecrets,
  mcpServerNames,
  mcpTools,
  serverTool,
  type Tool,
} from "@terrace/agents";
import { DeclarationError, isGranted } from "@terrace/core";
import { type Surroundings, UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { describeOrigin } from "./origin.js";
import { nameOf } from "./read-files.js";

/** Tools that come from one place of the configuration. */
export interface ToolPlace {
  /** Where: `tools.files`, `mcpServers.github`. */
  readonly path: string;
  /** The file it stands in. */
  readonly from: string;
  /** The names of single tools. */
  readonly names: readonly string[];
  /** The names of families, such as `mcp__github`. */
  readonly families: readonly string[];
  /** Why it is not used unless the folder is trusted; empty when it is used. */
  readonly untrusted: string;
}

/** The tools of a configuration. */
export interface ToolSettings {
  readonly known: KnownTools;
  readonly places: readonly ToolPlace[];
  /** The folder that executors can read; `null` without one. */
  readonly root: string | null;
  /** The configurations of MCP servers that may be started or asked: paths of files, and what the configuration has itself. */
  readonly servers: readonly (string | McpConfig)[];
  /** What these servers are given that is not to be recorded or shown. */
  readonly secrets: readonly string[];
  /** Where `${VAR}` is looked up for servers. */
  readonly env: Surroundings["env"];
  /**
   * Makes the tools of the places that are trusted; nothing is started yet.
   *
   * @throws UsageError with what is wrong, and where it was said
   */
  readonly make: () => readonly Tool[];
}

/** What the tools of a configuration depend on besides. */
export interface ToolTerms {
  readonly cwd: string;
  readonly isTrusted: boolean;
  readonly env: Surroundings["env"];
}

/** What is said of something in the working folder that could start a program, or read what is not in it. */
function untrustedTool(what: string, does: string): string {
  return (
    `${what} ${does}, which a file of this folder may have done only when you trust it. If this folder is yours, run with ` +
    "--trust-project, or set TERRACE_TRUST_PROJECT=1."
  );
}

/** The tools of a configuration, of which none is made yet. @throws UsageError when two have one name */
export function toolSettings(merged: Merged, terms: ToolTerms): ToolSettings {
  const places = placesOf(merged, terms);
  assertApart(places);
  assertApproved(merged, places);
  const { command } = merged.config.tools ?? {};
  const isTrusted = (path: string): boolean =>
    places.some((place) => place.path === path && place.untrusted === "");
  const { file } = mcpFile(merged);
  const inline = Object.entries(merged.config.mcpServers ?? {}).filter(([name]) =>
    isTrusted(`mcpServers.${name}`),
  );
  const servers = [
    ...(file !== undefined && isTrusted("tools.mcp") ? [file] : []),
    ...(inline.length === 0 ? [] : [{ mcpServers: Object.fromEntries(inline) }]),
  ];
  return {
    known: {
      names: places.flatMap(({ names }) => names),
      families: places.flatMap(({ families }) => families),
      command: command === undefined ? null : { name: COMMAND_TOOL, allow: command.allow },
    },
    places,
    root: merged.config.tools?.files === undefined ? null : rootOf(merged, terms.cwd),
    servers,
    secrets: servers.flatMap((config) => mcpSecrets(config, terms.env)),
    env: terms.env,
    make: () => makeAll(merged, terms, { isTrusted, servers }),
  };
}

function placesOf(merged: Merged, { cwd, isTrusted }: ToolTerms): readonly ToolPlace[] {
  const { tools = {}, mcpServers = {} } = merged.config;
  const { files, command, server = [], functions = [] } = tools;
  const place = (path: string, has: Partial<ToolPlace>, does = ""): ToolPlace => {
    const origin = originAt(merged.origins, path);
    const isOpen = does === "" || isTrusted || origin?.kind !== "project";
    const from = origin === undefined ? "configuration" : describeOrigin(origin);
    const untrusted = isOpen ? "" : untrustedTool(`${from}: ${path}`, does);
    return { path, from, names: [], families: [], untrusted, ...has };
  };
  const isOutside =
    files !== undefined &&
    nameOf(rootOf(merged, cwd), cwd) === rootOf(merged, cwd) &&
    rootOf(merged, cwd) !== cwd;
  const { file, named } = mcpFile(merged);
  return [
    ...(files === undefined ? [] : [place("tools.files", { names: FILE_TOOLS }, isOutside ? READS : "")]),
    ...(command === undefined ? [] : [place("tools.command", { names: [COMMAND_TOOL] }, STARTS)]),
    ...(server.length === 0 ? [] : [place("tools.server", { names: server })]),
    ...(functions.length === 0
      ? []
      : [place("tools.functions", { names: functions.map(({ name }) => name) })]),
    ...(file === undefined ? [] : [place("tools.mcp", { families: familiesOf(file, named) }, STARTS)]),
    ...Object.keys(mcpServers).map((name) =>
      place(`mcpServers.${name}`, { families: [`mcp__${name}`] }, STARTS),
    ),
  ];
}

const STARTS = "starts programs";
const READS = "reads files outside of this folder";

function rootOf({ config, folders }: Merged, cwd: string): string {
  return resolve(folders.get("tools.files") ?? cwd, config.tools?.files?.root ?? ".");
}

/** The path of the `.mcp.json`, and where it is said. */
function mcpFile({ config, folders, origins }: Merged): {
  readonly file: string | undefined;
  readonly named: string;
} {
  const file = config.tools?.mcp?.file;
  const origin = originAt(origins, "tools.mcp");
  const named = `${origin === undefined ? "configuration" : describeOrigin(origin)}: tools.mcp.file`;
  return { file: file === undefined ? undefined : resolve(folders.get("tools.mcp") ?? ".", file), named };
}

function familiesOf(file: string, named: string): readonly string[] {
  return placed(named, () => mcpServerNames(file).map((name) => `mcp__${name}`));
}

/** @throws UsageError when two tools, or two servers, have one name: roles could not tell them apart */
function assertApart(places: readonly ToolPlace[]): void {
  const all = places.flatMap((place) => [
    ...place.names.map((name) => ({ name, place, isFamily: false })),
    ...place.families.map((name) => ({ name, place, isFamily: true })),
  ]);
  const lines = all.flatMap(({ name, place, isFamily }, at) => {
    const other = all.slice(0, at).find((each) => isSame(each, { name, isFamily }));
    if (other === undefined) return [];
    const what =
      isFamily && other.isFamily ? `the server "${name.replace(/^mcp__/, "")}"` : `the tool "${name}"`;
    const where = other.place === place ? "twice here" : `in ${other.place.path} (${other.place.from}) too`;
    return [
      `${place.from}: ${place.path}: expected each to have a name of its own, but ${what} is declared ${where}. Rename or remove one.`,
    ];
  });
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}

/** @throws UsageError when a person is to allow calls of what no server has: such a rule would hold nothing */
function assertApproved({ config, origins }: Merged, places: readonly ToolPlace[]): void {
  const families = places.flatMap((place) => place.families);
  const strangers = Object.keys(config.tools?.mcp?.approve ?? {}).filter(
    (tool) => !isGrantedBy(families, tool),
  );
  const origin = originAt(origins, "tools.mcp");
  const where = origin === undefined ? "configuration" : describeOrigin(origin);
  const there = families.length === 0 ? "there are no servers" : `the servers are ${families.join(", ")}`;
  const lines = strangers.map(
    (tool) => `${where}: tools.mcp.approve.${tool}: expected a tool of a server, or all of one; ${there}.`,
  );
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}

function isGrantedBy(families: readonly string[], tool: string): boolean {
  return families.some((family) => isGranted(tool, [family]));
}

interface Named {
  readonly name: string;
  readonly isFamily: boolean;
}

function isSame(one: Named, other: Named): boolean {
  if (one.name === other.name) return true;
  if (one.isFamily === other.isFamily) return false;
  return one.isFamily ? isGranted(other.name, [one.name]) : isGranted(one.name, [other.name]);
}

interface Trusted {
  readonly isTrusted: (path: string) => boolean;
  readonly servers: readonly (string | McpConfig)[];
}

function makeAll(merged: Merged, { cwd, env }: ToolTerms, { isTrusted, servers }: Trusted): readonly Tool[] {
  const { files, command, server = [], functions = [], mcp = {} } = merged.config.tools ?? {};
  const from = (path: string): string => {
    const origin = originAt(merged.origins, path);
    return `${origin === undefined ? "configuration" : describeOrigin(origin)}: ${path}`;
  };
  const { file: _, ...how } = mcp;
  const base = merged.folders.get("tools.command") ?? cwd;
  const runs = command === undefined ? undefined : { ...command, cwd: resolve(base, command.cwd ?? cwd) };
  return [
    ...(files !== undefined && isTrusted("tools.files")
      ? placed(from("tools.files"), () => fileTools({ root: rootOf(merged, cwd) }))
      : []),
    ...(runs !== undefined && isTrusted("tools.command")
      ? placed(from("tools.command"), () => [commandTool(runs)])
      : []),
    ...server.map((name) => serverTool(name)),
    ...functions,
    ...servers.map((each) =>
      placed(from(typeof each === "string" ? "tools.mcp" : "mcpServers"), () =>
        mcpTools(each, { ...how, env }),
      ),
    ),
  ];
}

/** @throws UsageError for a DeclarationError, each of its lines after where it was said */
function placed<Value>(where: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    throw new UsageError(error.issues.map((issue) => `${where}: ${issue}`).join("\n"));
  }
}
