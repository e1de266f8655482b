// Whether what is set will do: each check in a line, with what to do where it will not.

import { access, constants, lstat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { describeNote, priceOf } from "@terrace/agents";
import { NO_USAGE } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import { clientOf } from "../runs/claude-client.js";
import { openStore, type StoreOptions } from "../runs/store.js";
import { count } from "../text/format.js";
import { checkModels } from "./check-models.js";
import { checkTools } from "./check-tools.js";

/** What a check came to. */
export interface CheckLine {
  readonly name: string;
  /** `error`: no run can begin, or none would end well. */
  readonly status: "ok" | "warning" | "error";
  readonly text: string;
}

/** Makes every check. `offline` asks nobody outside of this machine. */
export async function checkAll(
  settings: Settings,
  options: StoreOptions & { readonly offline?: boolean },
): Promise<readonly CheckLine[]> {
  const key = await checkKey(settings);
  const isReachable = key.status !== "error" && options.offline !== true;
  return [
    { name: "node", status: "ok", text: process.versions.node },
    checkFiles(settings),
    key,
    ...(isReachable ? await checkModels(settings) : []),
    ...checkPrices(settings),
    ...checkProvider(settings),
    await checkStore(settings, options),
    ...checkRoles(settings),
    ...(await checkTools(settings, options)),
    ...settings.notes.map((text): CheckLine => ({ name: "configuration", status: "warning", text })),
  ];
}

function checkFiles({ origins }: Settings): CheckLine {
  const files = [...origins.values()].filter(({ kind }) => kind === "project" || kind === "user");
  const names = [...new Set(files.map(({ name }) => name))];
  const text = names.length === 0 ? "no file; `terrace init` writes one" : names.join(", ");
  return { name: "configuration", status: "ok", text };
}

async function checkKey(settings: Settings): Promise<CheckLine> {
  const name = "key";
  try {
    await clientOf(settings);
  } catch (error) {
    return { name, status: "error", text: error instanceof Error ? error.message : String(error) };
  }
  const { provider, config, keys } = settings;
  if (config.client !== undefined)
    return { name, status: "ok", text: "the configuration makes its own client" };
  if (provider !== "anthropic")
    return { name, status: "ok", text: `the client of ${provider} finds its own` };
  const [first, second] = [...keys.keys()];
  if (first === undefined) return { name, status: "ok", text: "none; the server at baseUrl may need none" };
  return second === undefined
    ? { name, status: "ok", text: first }
    : { name, status: "warning", text: `${first} is used, and ${second} beside it may not be. Unset one.` };
}

/** A call without a price counts as unpriced, and a budget in dollars must take it for the worst. */
function checkPrices({ team, provider }: Settings): readonly CheckLine[] {
  const models = [...new Set(team.ladder.map((tier) => team.models[tier]?.model ?? ""))];
  const usage = { ...NO_USAGE, inputTokens: 1_000, outputTokens: 1_000 };
  const priced = models.map(
    (model) => [model, priceOf(model, usage, { urgency: "live", prices: team.prices })] as const,
  );
  const unpriced = priced.filter(([, price]) => price === null).map(([model]) => model);
  const days = priced.flatMap(([, price]) => price?.asOf ?? []).sort();
  const advice =
    provider === "anthropic"
      ? "Add a row to `prices`."
      : `Add rows with what ${provider} charges to \`prices\`.`;
  return unpriced.length === 0
    ? [{ name: "prices", status: "ok", text: `known for every model, as of ${days[0]} or later` }]
    : unpriced.map((model) => ({
        name: "prices",
        status: "warning",
        text: `"${model}" has no known price: its calls count as unpriced. ${advice}`,
      }));
}

function checkProvider({ provider }: Settings): readonly CheckLine[] {
  if (provider !== "bedrock") return [];
  const text =
    "structured outputs, which every call asks for, are documented there for older models only. Try a plan first.";
  return [{ name: "provider", status: "warning", text }];
}

/** How long a server may take to be reached, in milliseconds. */
const REACHED_MS = 3_000;

async function checkStore(
  settings: Settings,
  options: StoreOptions & { readonly offline?: boolean },
): Promise<CheckLine> {
  const kept = openStore(options, settings, { patienceMs: REACHED_MS });
  const path = resolve(settings.cwd, kept.path);
  try {
    if (!kept.isFile) {
      if (options.offline === true) return { name: "store", status: "ok", text: `${kept.path}, not asked` };
      await kept.runs.list(1);
      return { name: "store", status: "ok", text: `${kept.path}, reached` };
    }
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      const folder = await nearestFolder(dirname(path));
      await access(folder, constants.W_OK);
      return { name: "store", status: "ok", text: `${kept.path}, made by the first run` };
    }
    await kept.runs.list(1);
    return { name: "store", status: "ok", text: kept.path };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { name: "store", status: "error", text: said };
  } finally {
    await kept.close();
  }
}

async function nearestFolder(path: string): Promise<string> {
  try {
    if ((await lstat(path)).isDirectory() || dirname(path) === path) return path;
    throw new Error(`The store cannot be made: "${path}" is a file and no folder. Choose another path.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return await nearestFolder(dirname(path));
  }
}

function checkRoles({ agents, team }: Settings): readonly CheckLine[] {
  const { notes } = agents;
  const errors = notes.filter(({ severity }) => severity === "error");
  const warnings = notes.length - errors.length;
  return [
    { name: "roles", status: "ok", text: Object.keys(team.executors).join(", ") },
    ...errors.map((note): CheckLine => ({ name: "roles", status: "error", text: describeNote(note) })),
    ...(warnings === 0
      ? []
      : [
          {
            name: "roles",
            status: "warning" as const,
            text: `${count(warnings, "warning")}; see \`terrace agents\``,
          },
        ]),
  ];
}
