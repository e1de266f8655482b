// What stands under `terrace:` in an agent file.

import { type ErrorCost, misspelt } from "@terrace/core";
import { OWN_KEYS } from "./agent-keys.js";
import type { AgentKind } from "./agent-role.js";
import type { Entry } from "./front-matter.js";
import type { Said } from "./values.js";

/** The keys of ours, checked; what is wrong is left out, and said. */
export interface OwnKeys {
  readonly kind: AgentKind;
  readonly tier?: string;
  readonly minTier?: string;
  readonly maxTier?: string;
  readonly errorCost?: ErrorCost;
}

const KINDS: readonly AgentKind[] = ["executor", "planner", "reviewer"];
const COSTS: readonly ErrorCost[] = ["low", "high"];

/** Reads `terrace:`. */
export function readOwnKeys(entry: Entry | undefined, ladder: readonly string[], say: Said): OwnKeys {
  const kept: { [key: string]: string } = {};
  if (entry !== undefined && (typeof entry.value !== "object" || Array.isArray(entry.value))) {
    say(entry.line, `"terrace" is to hold keys (${list(OWN_KEYS)}), and has no effect as it is.`);
  }
  for (const { key, value, line } of entry?.entries ?? []) {
    if (!OWN_KEYS.includes(key as (typeof OWN_KEYS)[number])) {
      const meant = misspelt(key, OWN_KEYS);
      const hint = meant === undefined ? "" : ` Did you mean "terrace.${meant}"?`;
      say(line, `unknown key ${JSON.stringify(`terrace.${key.slice(0, 64)}`)} has no effect.${hint}`);
      continue;
    }
    const words: readonly string[] = key === "kind" ? KINDS : key === "errorCost" ? COSTS : ladder;
    if (typeof value === "string" && words.includes(value)) kept[key] = value;
    else
      say(
        line,
        `expected "terrace.${key}" to be one of ${list(words)}, got ${JSON.stringify(value)}.`,
        "error",
      );
  }
  const { kind = "executor", ...rest } = kept;
  checkOrder(rest, ladder, entry, say);
  return { kind: kind as AgentKind, ...(rest as Omit<OwnKeys, "kind">) };
}

function checkOrder(
  { minTier, tier, maxTier }: { readonly [key: string]: string },
  ladder: readonly string[],
  entry: Entry | undefined,
  say: Said,
): void {
  const named = [minTier, tier, maxTier].filter((each) => each !== undefined);
  const places = named.map((each) => ladder.indexOf(each));
  if (places.every((place, at) => place >= (places[at - 1] ?? 0))) return;
  say(entry?.line ?? 1, `expected minTier ≤ tier ≤ maxTier, got ${list(named)}.`, "error");
}

function list(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(", ");
}
