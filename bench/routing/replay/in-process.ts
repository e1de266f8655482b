/** The replay at full speed: recorded models behind the port of agents, without HTTP. */

import type { Ladder } from "../ladder.js";
import type { Reviewer } from "../reviewer.js";
import type { Confidences } from "./confidences.js";
import type { Replayed } from "./over-http.js";
import { prepare } from "./prepare.js";
import { recordedAgents } from "./recorded-agents.js";
import { Records } from "./records.js";
import { replay } from "./replay.js";

/** The seed of the published figures. */
export const SEED = "replay";

export interface InProcess {
  readonly tasks?: number;
  readonly seed?: string;
  readonly confidences?: Confidences | undefined;
}

export async function replayInProcess(
  ladder: Ladder,
  reviewer: Reviewer,
  { tasks = Number.POSITIVE_INFINITY, seed = SEED, confidences }: InProcess = {},
): Promise<Replayed> {
  const tiers = ladder.spec.rungs.length;
  const records = new Records(ladder, reviewer, seed, confidences);
  const { assignments, tables } = prepare(ladder, reviewer, tasks);
  const decisions = await replay(recordedAgents(records, tiers), tables, tiers, assignments);
  return { decisions, grades: decisions.map(({ seal }) => records.grade(seal)) };
}
