// Which model stands for each tier.

import { PROVIDER_MODELS } from "@terrace/agents";
import type { ModelMapping } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import { type Merged, originAt } from "./merge.js";
import { describeOrigin, type Origin } from "./origin.js";

/** A model for each tier of the ladder: as configured, or as the provider calls it. */
export function modelsOf(
  { config, origins }: Merged,
  ladder: readonly string[],
  added: Map<string, Origin>,
): { readonly models: Record<string, ModelMapping>; readonly notes: readonly string[] } {
  const { provider = "anthropic", models: configured = {} } = config;
  const known = PROVIDER_MODELS[provider];
  const own = Object.entries(configured).filter(
    (entry): entry is [string, ModelMapping] => entry[1] !== undefined,
  );
  const isStray = (tier: string): boolean =>
    !ladder.includes(tier) && isVariable(origins.get(`models.${tier}`));
  const notes = own
    .filter(([tier]) => isStray(tier))
    .map(
      ([tier]) => `${origins.get(`models.${tier}`)?.name} has no effect: the ladder has no tier "${tier}".`,
    );
  const models = Object.fromEntries(own.filter(([tier]) => !isStray(tier)));
  for (const tier of ladder) {
    const model = known[tier];
    if (model === undefined || Object.hasOwn(models, tier)) continue;
    models[tier] = model;
    added.set(`models.${tier}`, { kind: "default", name: "" });
  }
  const missing = ladder.filter((tier) => !Object.hasOwn(models, tier));
  if (missing.length > 0 && provider !== "anthropic") {
    const names = missing.map((tier) => `models.${tier}`).join(", ");
    throw new UsageError(
      `${places(origins, "provider")}: ${names}: expected a model id, got nothing. What ${provider} calls ` +
        `${missing.length === 1 ? "this model" : "these models"} is not known here: add the id from its console.`,
    );
  }
  return { models: inOrder(models, ladder), notes };
}

/** As the ladder has them; what is no tier of it stands last. */
function inOrder(
  models: Readonly<Record<string, ModelMapping>>,
  ladder: readonly string[],
): Record<string, ModelMapping> {
  const place = (tier: string): number => (ladder.includes(tier) ? ladder.indexOf(tier) : ladder.length);
  return Object.fromEntries(Object.entries(models).sort(([a], [b]) => place(a) - place(b)));
}

function isVariable(origin: Origin | undefined): boolean {
  return origin?.kind === "environment" || origin?.kind === ".env";
}

function places(origins: ReadonlyMap<string, Origin>, path: string): string {
  const origin = originAt(origins, path);
  return origin === undefined ? "the default" : describeOrigin(origin);
}
