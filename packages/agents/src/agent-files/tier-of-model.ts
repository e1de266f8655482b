// A model as agent files name it → a tier of the ladder.

import { misspelt, type TeamData } from "@terrace/core";

/** The part of a team that a model is looked up in. */
export type TierTable = Pick<TeamData, "ladder" | "models">;

/** A tier, and what is to be said about it. */
export interface TierFound {
  readonly tier: string;
  readonly warning?: string;
}

/** Words that leave the choice to somebody else: here, to the planner, who may raise it from the lowest tier. */
const LEFT_OPEN: ReadonlySet<string> = new Set(["inherit", "default"]);

/**
 * The tier whose tasks a role with this model takes.
 *
 * A tier's name, with or without `[1m]`, is the tier; so is the id of a tier's model. A model of the same family is taken
 * for the tier, with a warning. `best` is the top. Without a word, or with `inherit`, it is the lowest tier.
 */
export function tierOfModel(model: string | null, { ladder, models }: TierTable): TierFound {
  const lowest = ladder[0] ?? "";
  if (model === null || LEFT_OPEN.has(model)) return { tier: lowest };
  if (model === "best") return { tier: ladder[ladder.length - 1] ?? lowest };
  const alias = model.replace(/\[1m\]$/, "");
  if (ladder.includes(alias)) return { tier: alias };
  const tier = ladder.find((each) => models[each]?.model === alias);
  if (tier !== undefined) return { tier };
  const family = /haiku|sonnet|opus|fable/.exec(alias)?.[0];
  const kin = ladder.find((each) => each === family || models[each]?.model.includes(family ?? " "));
  if (family !== undefined && kin !== undefined && alias !== "opusplan") {
    const asked = models[kin]?.model ?? "";
    return {
      tier: kin,
      warning: `model "${alias}" is taken for the tier "${kin}", which is asked as "${asked}".`,
    };
  }
  return { tier: lowest, warning: unknownModel(alias, ladder) };
}

function unknownModel(model: string, ladder: readonly string[]): string {
  const tiers = ladder.map((each) => JSON.stringify(each)).join(", ");
  const start = `The role starts at "${ladder[0]}".`;
  if (model === "opusplan")
    return `model "opusplan" is a preset for a whole team, and no model of a role. ${start}`;
  const meant = misspelt(model, ladder);
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  return `model "${model}" is no tier of the ladder (${tiers}) and no model of one.${hint} ${start}`;
}
