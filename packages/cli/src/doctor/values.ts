// What is set, and where it was set: each value of the settings in a line. No key is among them.

import type { Role } from "@terrace/core";
import { isPostgresUrl, shownAddress } from "@terrace/store";
import { originAt } from "../config/merge.js";
import { describeOrigin } from "../config/origin.js";
import type { Settings } from "../config/settings.js";
import type { TerraceConfig } from "../config/terrace-config.js";
import type { StoreOptions } from "../runs/store.js";

/** A value, and where it comes from. */
export interface SetValue {
  readonly name: string;
  readonly value: string;
  /** The file, the variable, the option, the preset, or `default`. */
  readonly from: string;
}

/** Every value that decides what a command does. */
export function valuesOf(settings: Settings, { store }: StoreOptions): readonly SetValue[] {
  const { config, team, provider, origins } = settings;
  const line = (name: string, value: string, path = name): SetValue => {
    const origin = originAt(origins, path);
    return { name, value, from: origin === undefined ? "default" : describeOrigin(origin) };
  };
  const models = team.ladder.map((tier) => {
    const { model, effort } = team.models[tier] ?? { model: "", effort: null };
    return line(`models.${tier}`, effort === null ? model : `${model}, ${effort} effort`);
  });
  const roles = Object.entries(team.executors).map(([name, role]) =>
    line(`executors.${name}`, [`starts at ${role.tier}`, ...rightsOf(role)].join("; ")),
  );
  const bounds = Object.entries(config.budget ?? {}).map(([key, value]) =>
    line(`budget.${key}`, String(value)),
  );
  const limits = Object.entries(config.limits ?? {}).map(([key, value]) =>
    line(`limits.${key}`, String(value)),
  );
  const lanes = Object.entries(config.tierConcurrency ?? {}).map(([key, value]) =>
    line(`tierConcurrency.${key}`, String(value)),
  );
  return [
    line("preset", config.preset ?? "worker"),
    line("provider", provider),
    ...(config.baseUrl === undefined ? [] : [line("baseUrl", withoutPassword(config.baseUrl))]),
    ...(config.client === undefined ? [] : [line("client", "of the configuration")]),
    ...keys(settings),
    line("ladder", team.ladder.join(" → ")),
    ...models,
    line("planner.tier", team.planner.tier),
    ...roles,
    line("reviewer.policy", team.reviewer.policy),
    ...(team.router === null ? [] : [line("router", team.router.name)]),
    ...(config.agents === undefined ? [] : [line("agents", config.agents.join(", "))]),
    ...settings.tools.places.map(({ path }) => line(path, describePlace(path, config))),
    store === undefined
      ? line("store", shownStore(config.store ?? ".terrace/terrace.db"))
      : { name: "store", value: shownStore(store), from: "--store" },
    line("concurrency", String(config.concurrency ?? 8)),
    ...lanes,
    ...limits,
    ...bounds,
    ...(config.approveAboveUsd === undefined
      ? []
      : [line("approveAboveUsd", String(config.approveAboveUsd))]),
    line("urgency", config.urgency ?? "live"),
    line("reporter", config.reporter ?? "tree on a terminal, line elsewhere"),
  ];
}

function rightsOf({ tools = [], maxTurns, effort }: Role): readonly string[] {
  return [
    ...(tools.length === 0 ? [] : [`tools ${tools.join(", ")}`]),
    ...(maxTurns === undefined ? [] : [`${maxTurns} turns`]),
    ...(effort === undefined ? [] : [`${effort} effort`]),
  ];
}

/** What is set there of tools. What a server is started with besides its program may be secret, and is not shown. */
function describePlace(path: string, { tools = {}, mcpServers = {} }: TerraceConfig): string {
  const { files, command, server = [], functions = [], mcp } = tools;
  switch (path) {
    case "tools.files":
      return files?.root ?? "";
    case "tools.command":
      return (command?.allow ?? []).join(", ");
    case "tools.server":
      return server.join(", ");
    case "tools.functions":
      return functions.map(({ name }) => name).join(", ");
    case "tools.mcp":
      return mcp?.file ?? "";
    default: {
      const found = mcpServers[path.replace(/^mcpServers\./, "")];
      if (found === undefined) return "";
      return "url" in found
        ? URL.canParse(found.url)
          ? new URL(found.url).origin
          : "an address"
        : found.command;
    }
  }
}

function keys({ keys: held }: Settings): readonly SetValue[] {
  return [...held].map(([name, { value, origin }]) => ({
    name,
    value: `set, ${value.length} characters`,
    from: origin.kind,
  }));
}

function shownStore(store: string): string {
  return isPostgresUrl(store) ? shownAddress(store) : store;
}

function withoutPassword(baseUrl: string): string {
  const url = new URL(baseUrl);
  if (url.password !== "") url.password = "…";
  return url.password === "" ? baseUrl : decodeURI(url.href);
}
