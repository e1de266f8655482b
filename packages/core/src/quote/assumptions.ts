import { quoted } from "../errors.js";
import type { Routed } from "./routed.js";

/** What the figures of a quote rest on. */
export interface Grounds {
  /** The day of each model's price; `null` where there is none. */
  readonly dates: ReadonlyMap<string, string | null>;
  /** Tasks whose likely cost comes from earlier runs. */
  readonly taught: number;
  readonly tasks: number;
  /** How the tasks are routed; `null` when they start where the plan says. */
  readonly routed: Routed | null;
  /** What the budget bounds, in integer micro-dollars. */
  readonly most: number | null;
  readonly withPlanning: boolean;
  /** Runs whose logs cannot be read. */
  readonly unread: number;
}

/** The same in sentences. */
export function assumptionsOf(grounds: Grounds): readonly string[] {
  const { dates, taught, tasks, most, unread, withPlanning, routed } = grounds;
  const priced = [...dates].flatMap(([model, asOf]) => (asOf === null ? [] : [`${model} (${asOf})`]));
  const unpriced = [...dates].flatMap(([model, asOf]) => (asOf === null ? [model] : []));
  return [
    ...(priced.length === 0 ? [] : [`List prices of ${priced.sort().join(", ")}.`]),
    ...(unpriced.length === 0
      ? []
      : [
          `${quoted(unpriced.sort())} have no known price: give them one (\`prices\`), or nothing can be quoted.`,
        ]),
    ...(routed === null ? [] : [routedInWords(routed, tasks)]),
    "min: every task is accepted at its first attempt, and every prompt is read from the cache.",
    `likely: ${taught} of ${tasks} tasks as earlier runs of their role and tier came out; of the others one in five ` +
      "escalates, after one attempt and one review at each tier.",
    ...(unread === 0 ? [] : [`${unread} earlier runs cannot be read, and teach nothing.`]),
    "max: every attempt, repair, review and retry that the limits allow, each with the most tokens that it may use; " +
      "what a person has done again is not in it.",
    ...(most === null ? [] : ["No figure is above what the budget bears: there the run pauses."]),
    withPlanning ? "The planner is asked anew." : "The plan is there: the planner is not asked.",
  ];
}

function routedInWords({ router, classifier, moved }: Routed, tasks: number): string {
  const asked =
    classifier === null
      ? ""
      : ` Each is classified first, at ${classifier}; what will be said of it is not known yet.`;
  return (
    `Tasks start where the router "${router}" puts them now, before their inputs are there: ${moved} of ${tasks} elsewhere ` +
    `than the plan says.${asked} min and max hold wherever their roles let them start.`
  );
}
