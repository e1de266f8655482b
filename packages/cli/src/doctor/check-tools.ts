// Whether tools can be had: those of the configuration are made, and MCP servers are asked for theirs.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspectMcp, type McpConfig, type McpInspection } from "@terrace/agents";
import { DeclarationError, isGranted, misspelt } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import { rolesWith } from "../config/tools-for.js";
import { UsageError } from "../surroundings.js";
import { count } from "../text/format.js";
import { safeLine } from "../text/safe-text.js";
import type { CheckLine } from "./checks.js";

/** How long a server may take to say what it offers, in milliseconds. */
const CONNECT_MS = 10_000;

/** Checks every tool. `offline` asks no server at an address. */
export async function checkTools(
  settings: Settings,
  { offline = false }: { readonly offline?: boolean },
): Promise<readonly CheckLine[]> {
  const { places, servers } = settings.tools;
  if (places.length === 0) return [];
  const untrusted = places
    .filter(({ untrusted: why }) => why !== "")
    .map((place): CheckLine => {
      const status = rolesWith(place, settings).length > 0 ? "error" : "warning";
      return { name: "tools", status, text: place.untrusted };
    });
  const asked = await Promise.all(servers.map((config) => ask(config, settings, offline)));
  const found = asked.flatMap(({ inspections }) => inspections);
  return [
    ...made(settings),
    ...readable(settings),
    ...untrusted,
    ...asked.flatMap(({ wrong }) => wrong),
    ...found.map(toLine),
    ...missing(settings, found),
  ];
}

/** Whether the tools that run here can be made. */
function made({ tools }: Settings): readonly CheckLine[] {
  try {
    tools.make();
    const names = tools.places.flatMap((place) => (place.untrusted === "" ? place.names : []));
    return names.length === 0 ? [] : [{ name: "tools", status: "ok", text: names.join(", ") }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message.split("\n").map((text) => ({ name: "tools", status: "error", text }));
  }
}

/** What stands open in the folder that executors can read. */
function readable({ tools: { root } }: Settings): readonly CheckLine[] {
  if (root === null || !existsSync(join(root, ".env"))) return [];
  const text = "executors can read .env, which is in the root of `tools.files`. Name a folder without it.";
  return [{ name: "tools", status: "warning", text }];
}

interface Asked {
  readonly inspections: readonly McpInspection[];
  readonly wrong: readonly CheckLine[];
}

async function ask(config: string | McpConfig, { tools }: Settings, localOnly: boolean): Promise<Asked> {
  try {
    const inspections = await inspectMcp(config, { connectMs: CONNECT_MS, localOnly, env: tools.env });
    return { inspections, wrong: [] };
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return {
      inspections: [],
      wrong: error.issues.map((text) => ({ name: "servers", status: "error", text })),
    };
  }
}

function toLine({ server, tools, error }: McpInspection): CheckLine {
  if (tools === null) return { name: "servers", status: "error", text: error };
  const names = safeLine(tools.join(", "), 400);
  return { name: "servers", status: "ok", text: `${server}: ${count(tools.length, "tool")}: ${names}` };
}

/** The tools that roles name, and their servers do not have. */
function missing({ team }: Settings, found: readonly McpInspection[]): readonly CheckLine[] {
  return Object.entries(team.executors).flatMap(([role, { tools = [] }]) =>
    tools.flatMap((tool): readonly CheckLine[] => {
      const inspection = found.find(({ server }) => isGranted(tool, [`mcp__${server}`]));
      const has = inspection?.tools;
      if (has === undefined || has === null || has.some((name) => isGranted(name, [tool]))) return [];
      const meant = misspelt(tool, has);
      const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
      const text = `the role "${role}" has the tool "${tool}", which its server does not offer.${hint}`;
      return [{ name: "servers", status: "error", text }];
    }),
  );
}
