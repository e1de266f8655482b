/**
 * The process that holds the records: it serves them as models over HTTP, and it alone opens seals.
 *
 * Its parent is told the address, the tokens with their kinds, and the tables. What it sends for grading are seals.
 */

import { startSimulator } from "@terrace/simulator";
import { readLadder } from "../ladder.js";
import { LADDERS } from "../ladders.js";
import type { ListName } from "../price.js";
import { type Reviewer, reviewerOf } from "../reviewer.js";
import { readConfidences } from "./confidences.js";
import { prepare } from "./prepare.js";
import { recordedWorld } from "./recorded-world.js";
import { Records } from "./records.js";

/** What the provider is started with. */
export interface ProviderOrder {
  readonly data: string;
  readonly ladder: string;
  readonly list: ListName;
  readonly reviewer: string;
  readonly fee: Reviewer["fee"];
  readonly halved: boolean;
  /** At most so many tasks. */
  readonly tasks: number;
  readonly seed: string;
}

await serve(JSON.parse(process.argv[2] ?? "{}") as ProviderOrder);

async function serve(order: ProviderOrder): Promise<void> {
  const spec = LADDERS.find(({ name }) => name === order.ladder);
  if (spec === undefined) throw new Error(`There is no ladder named "${order.ladder}".`);
  const ladder = readLadder(order.data, spec, order.list);
  const tiers = spec.rungs.length;
  const reviewer = reviewerOf(order.reviewer, { fee: order.fee, halved: order.halved });
  const records = new Records(ladder, reviewer, order.seed, readConfidences(order.data, tiers));
  const simulator = await startSimulator({ world: recordedWorld(records, tiers) });
  const { assignments, tables } = prepare(ladder, reviewer, order.tasks);
  process.on("message", (seals: string[]) => {
    process.send?.({ grades: seals.map((seal) => records.grade(seal)) });
  });
  process.on("disconnect", () => process.exit(0));
  const sent = tables.map(({ share, first, second }) => ({ share, first: [...first], second: [...second] }));
  process.send?.({ url: simulator.url, tiers, assignments, tables: sent });
}
