// What a command works with: flags, environment, project, user and defaults, in this order.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { LoadedAgents, ProviderName } from "@terrace/agents";
import type { Team } from "@terrace/core";
import { isPostgresUrl } from "@terrace/store";
import { type Surroundings, UsageError } from "../surroundings.js";
import { checkBaseUrl } from "./base-url.js";
import { assertBounds } from "./check-limits.js";
import { type EnvironmentRead, given, RUNS, readEnvironment, type Secret, untrusted } from "./environment.js";
import { type Layer, merge } from "./merge.js";
import type { Origin } from "./origin.js";
import { type ConfigFile, findConfig, hashOf, nameOf, type ReadFile, readConfig } from "./read-files.js";
import type { TerraceConfig } from "./terrace-config.js";
import { toTeam } from "./to-team.js";
import { type ToolSettings, toolSettings } from "./tool-settings.js";

/** What a command works with. */
export interface Settings {
  readonly config: TerraceConfig;
  readonly team: Team;
  readonly provider: ProviderName;
  /** The keys of the provider, by variable. */
  readonly keys: ReadonlyMap<string, Secret>;
  /** The roles of agent files, with what there is to say about them. */
  readonly agents: LoadedAgents;
  readonly tools: ToolSettings;
  /** Where each value comes from, by its path. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What has no effect, and why; each in a line. */
  readonly notes: readonly string[];
  /** Everything that was read. */
  readonly files: readonly ReadFile[];
  /** The working folder. */
  readonly cwd: string;
  /** The options, as words, that whoever goes on with a run of this command must give again. */
  readonly repeated: readonly string[];
}

const loaded = new WeakMap<Surroundings, Promise<Settings>>();

/** The settings of this command, loaded once. What has no effect is told on stderr. @throws UsageError */
export function settingsOf(surroundings: Surroundings): Promise<Settings> {
  const known = loaded.get(surroundings) ?? tell(surroundings);
  loaded.set(surroundings, known);
  return known;
}

async function tell(surroundings: Surroundings): Promise<Settings> {
  const settings = await loadSettings(surroundings);
  for (const note of settings.notes) surroundings.stderr.write(`${note}\n`);
  return settings;
}

/** Loads the settings, and tells nobody anything. @throws UsageError with what is wrong, and where */
export async function loadSettings({
  env,
  cwd: folder,
  configuration = {},
}: Surroundings): Promise<Settings> {
  const cwd = resolve(folder ?? process.cwd());
  const isTrusted =
    configuration.trustProject === true || /^(1|true|yes)$/i.test(given(env, "TERRACE_TRUST_PROJECT") ?? "");
  const environment = await readEnvironment(env, cwd, isTrusted);
  const user = await readUser(env, cwd);
  const project = await readProject(configuration.config ?? given(env, "TERRACE_CONFIG"), cwd);
  const notes = [...environment.notes];
  const trusted = project.map((file) => (isTrusted ? file : withoutRisk(file, notes)));
  const merged = merge([
    ...fromEnvironment(environment, cwd),
    ...trusted.map((file) => toLayer(file, "project")),
    ...user.map((file) => toLayer(file, "user")),
  ]);
  assertBounds(merged);
  checkBaseUrl(merged);
  const { config } = merged;
  const base = merged.folders.get("agents") ?? cwd;
  const folders = (config.agents ?? []).map((path) => nameOf(resolve(base, home(path, env)), cwd));
  const tools = toolSettings(merged, { cwd, isTrusted, env });
  const { team, agents, origins, notes: more } = await toTeam(merged, { folders, cwd, tools: tools.known });
  const stored =
    config.store === undefined
      ? {}
      : { store: storePath(config.store, merged.folders.get("store") ?? cwd, cwd) };
  const read = [...project, ...user].map(({ name }) => name);
  const servers = tools.servers.flatMap((each) => (typeof each === "string" ? [nameOf(each, cwd)] : []));
  const files = [...new Set([...read, ...servers, ...agents.roles.map(({ file }) => file)])];
  return {
    config: { ...config, ...stored },
    team,
    provider: config.provider ?? "anthropic",
    keys: environment.keys,
    agents,
    tools,
    origins: new Map([...origins, ...merged.origins]),
    notes: [...notes, ...more],
    files: files.map((name) => hashOf(resolve(cwd, name), name)),
    cwd,
    repeated: [
      ...(configuration.config === undefined ? [] : ["--config", configuration.config]),
      ...(configuration.trustProject === true ? ["--trust-project"] : []),
    ],
  };
}

function fromEnvironment({ layers }: EnvironmentRead, cwd: string): readonly Layer[] {
  return layers.map((layer) => ({ ...layer, folder: cwd }));
}

function toLayer({ config, name, folder }: ConfigFile, kind: "project" | "user"): Layer {
  return { origin: { kind, name }, config, folder };
}

/** The configuration of the working folder, without what would say where requests go. */
function withoutRisk(file: ConfigFile, notes: string[]): ConfigFile {
  const { baseUrl, client, store, ...rest } = file.config;
  const isElsewhere = store !== undefined && isPostgresUrl(store);
  const config = isElsewhere || store === undefined ? rest : { ...rest, store };
  if (baseUrl !== undefined) notes.push(`${file.name}: ${untrusted("baseUrl")}`);
  if (client !== undefined) notes.push(`${file.name}: ${untrusted("client")}`);
  if (isElsewhere) notes.push(`${file.name}: ${untrusted("store", RUNS)}`);
  return { ...file, config };
}

async function readProject(named: string | undefined, cwd: string): Promise<readonly ConfigFile[]> {
  if (named === undefined) {
    const found = findConfig(cwd);
    return found === undefined ? [] : await readConfig(found, cwd);
  }
  const path = resolve(cwd, named);
  if (!existsSync(path)) {
    throw new UsageError(
      `There is no configuration at "${nameOf(path, cwd)}". Correct --config, or leave it out.`,
    );
  }
  return await readConfig(path, cwd);
}

/** What the user has set for all folders. */
async function readUser(env: Surroundings["env"], cwd: string): Promise<readonly ConfigFile[]> {
  const base =
    given(env, "XDG_CONFIG_HOME") ??
    (given(env, "HOME") === undefined ? undefined : join(env.HOME ?? "", ".config"));
  const found = base === undefined ? undefined : findConfig(join(base, "terrace"), "config");
  return found === undefined ? [] : await readConfig(found, cwd);
}

function home(path: string, env: Surroundings["env"]): string {
  return /^~(?=\/|$)/.test(path) ? join(given(env, "HOME") ?? homedir(), path.slice(1)) : path;
}

/** A path of the file's folder, short where it lies in the working folder; an address as it is. */
function storePath(store: string, folder: string, cwd: string): string {
  if (isPostgresUrl(store)) return store;
  return nameOf(resolve(folder, store), cwd);
}
