// Variables of the environment and of `.env` as configuration, and the keys in them.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { misspelt } from "@terrace/core";
import { isPostgresUrl } from "@terrace/store";
import { type Surroundings, UsageError } from "../surroundings.js";
import { checkLayer } from "./check-layer.js";
import type { Origin } from "./origin.js";
import type { TerraceConfig } from "./terrace-config.js";

/** A value of the environment. */
interface EnvLayer {
  readonly origin: Origin;
  readonly config: TerraceConfig;
}

/** What is read of the environment. */
export interface EnvironmentRead {
  /** The strongest first. */
  readonly layers: readonly EnvLayer[];
  /** The variables that hold keys, by name; of `.env` only in a trusted folder. */
  readonly keys: ReadonlyMap<string, Secret>;
  /** What was not used, and why. */
  readonly notes: readonly string[];
}

/** A key, and where it comes from. */
export interface Secret {
  readonly value: string;
  readonly origin: Origin;
}

type Path = readonly [string] | readonly [string, string];

/** Variables of ours, and the value that each sets. */
const VARIABLES: { readonly [name: string]: Path } = {
  TERRACE_PRESET: ["preset"],
  TERRACE_PROVIDER: ["provider"],
  TERRACE_AGENTS: ["agents"],
  TERRACE_STORE: ["store"],
  TERRACE_CONCURRENCY: ["concurrency"],
  TERRACE_REPORTER: ["reporter"],
  TERRACE_URGENCY: ["urgency"],
  TERRACE_APPROVE_ABOVE_USD: ["approveAboveUsd"],
  TERRACE_BUDGET_USD: ["budget", "hardUsd"],
  TERRACE_SOFT_USD: ["budget", "softUsd"],
  TERRACE_MAX_TOKENS: ["budget", "maxTokens"],
  TERRACE_MAX_CALLS: ["budget", "maxCalls"],
  TERRACE_ON_EXCEED: ["budget", "onExceed"],
  ANTHROPIC_BASE_URL: ["baseUrl"],
};

/** Variables that say how configuration is found, and are no part of it. */
const OTHERS = ["TERRACE_CONFIG", "TERRACE_TRUST_PROJECT"];

/** The variables that hold keys. */
const KEYS = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"] as const;

const NUMBER = /^\d+(\.\d+)?$/;
const MODEL = /^ANTHROPIC_DEFAULT_([A-Z0-9_]+)_MODEL$/;

/** What a store in a server decides. */
export const RUNS = "where runs are kept";

/** What is said of something in the working folder that decides where requests, keys and runs go. */
export function untrusted(what: string, decided = "where requests go"): string {
  return (
    `${what} is not used, since it decides ${decided}, and who can read them. If this folder is yours, run ` +
    "with --trust-project, or set TERRACE_TRUST_PROJECT=1."
  );
}

/** A variable's text; `undefined` when it is not set, or blank. */
export function given(env: Surroundings["env"], name: string): string | undefined {
  const value = env[name]?.trim() ?? "";
  return value === "" ? undefined : value;
}

/** Reads the environment, and the `.env` of the working folder. @throws UsageError when a value is not right */
export async function readEnvironment(
  env: Surroundings["env"],
  cwd: string,
  isTrusted: boolean,
): Promise<EnvironmentRead> {
  const dotenv = await readDotenv(cwd, env);
  const layers: EnvLayer[] = [];
  const keys = new Map<string, Secret>();
  const notes: string[] = [];
  for (const kind of ["environment", ".env"] as const) {
    const source = kind === ".env" ? dotenv : env;
    for (const name of Object.keys(source).sort()) {
      const text = given(source, name);
      if (text === undefined) continue;
      const isKey = (KEYS as readonly string[]).includes(name);
      const isServer = name === "TERRACE_STORE" && isPostgresUrl(text);
      if (kind === ".env" && !isTrusted && (isKey || isServer || name === "ANTHROPIC_BASE_URL")) {
        notes.push(`.env: ${isServer ? untrusted(name, RUNS) : untrusted(name)}`);
        continue;
      }
      const origin: Origin = { kind, name };
      if (isKey) keys.set(name, { value: checkedKey(name, text), origin });
      else if (/^TERRACE_/.test(name) && !Object.hasOwn(VARIABLES, name)) notes.push(...unknown(name, kind));
      else layers.push(...toLayer(name, text, origin));
    }
  }
  return { layers, keys, notes };
}

/** The variables of `.env` that the environment has not got. */
async function readDotenv(cwd: string, env: Surroundings["env"]): Promise<Surroundings["env"]> {
  if (!existsSync(join(cwd, ".env"))) return {};
  const { loadDotenv } = await import("c12");
  const read = await loadDotenv({ cwd, fileName: ".env", interpolate: false });
  return Object.fromEntries(Object.entries(read).filter(([name]) => given(env, name) === undefined));
}

function unknown(name: string, kind: Origin["kind"]): readonly string[] {
  if (OTHERS.includes(name))
    return kind === ".env" ? [`.env: ${name} has no effect in a file. Set it outside.`] : [];
  const meant = misspelt(name, [...Object.keys(VARIABLES), ...OTHERS]);
  return [
    `${name} is no variable that has an effect.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  ];
}

function toLayer(name: string, text: string, origin: Origin): readonly EnvLayer[] {
  const tier = MODEL.exec(name)?.[1]?.toLowerCase();
  const path: Path | undefined = tier !== undefined ? ["models", tier] : VARIABLES[name];
  if (path === undefined) return [];
  const [key, inner] = path;
  const value =
    key === "agents" ? text.split(delimiter) : isFigure(path) && NUMBER.test(text) ? Number(text) : text;
  const config = { [key]: inner === undefined ? value : { [inner]: value } };
  return [{ origin, config: checkLayer(config, name, { isVariable: true }) }];
}

function isFigure([key, inner]: Path): boolean {
  return key === "concurrency" || key === "approveAboveUsd" || (key === "budget" && inner !== "onExceed");
}

/** A key as it is sent. @throws UsageError when it cannot be one; the message has nothing of it */
function checkedKey(name: string, text: string): string {
  const odd = [
    [/[\r\n]/, "a line break"],
    [/\s/, "a blank"],
    [/["'`]/, "a quotation mark"],
    [/[^\x21-\x7e]/, "a character that no key has"],
  ] as const;
  const found = odd.find(([pattern]) => pattern.test(text))?.[1];
  if (found === undefined) return text;
  throw new UsageError(
    `${name}: expected a key and nothing around it, got one with ${found} in it. Set it again.`,
  );
}
