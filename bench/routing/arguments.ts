/** What the bench is asked for on the command line. */

import { parseArgs } from "node:util";
import { LADDERS, type LadderSpec } from "./ladders.js";
import { POLICIES, type PolicyName } from "./policies.js";
import { REVIEWERS, type Reviewer, reviewerOf } from "./reviewer.js";

export interface Asked {
  readonly data: string;
  readonly json: boolean;
  readonly ladders: readonly LadderSpec[];
  readonly lists: readonly string[];
  readonly policies: readonly PolicyName[];
  readonly reviewers: readonly Reviewer[];
  /** What is printed instead of figures in expectation. */
  readonly mode: "figures" | "verify" | "replay" | "http" | "confidence";
  /** At most so many tasks of a ladder go over HTTP. */
  readonly tasks: number;
  readonly fit: string | undefined;
  readonly fitted: string | undefined;
}

export function readArguments(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      json: { type: "boolean", default: false },
      ladder: { type: "string", default: "" },
      list: { type: "string", default: "" },
      policy: { type: "string", default: "" },
      reviewer: { type: "string", default: "" },
      fee: { type: "string", default: "mid,own" },
      halved: { type: "boolean", default: false },
      verify: { type: "boolean", default: false },
      replay: { type: "boolean", default: false },
      http: { type: "boolean", default: false },
      confidence: { type: "boolean", default: false },
      tasks: { type: "string", default: "200" },
      fit: { type: "string" },
      fitted: { type: "string" },
    },
  });
  if (values.data === undefined) throw new Error("Say where the outcomes are: `--data <folder>`.");
  const names = chosen(values.reviewer, REVIEWERS, "reviewer", (name) => /^\d+\/\d+$/.test(name));
  const fees = chosen(values.fee, ["mid", "own"] as const, "fee");
  const ladderNames = chosen(
    values.ladder,
    LADDERS.map(({ name }) => name),
    "ladder",
  );
  return {
    data: values.data,
    json: values.json,
    ladders: LADDERS.filter(({ name }) => ladderNames.includes(name)),
    lists: values.list === "" ? [] : values.list.split(","),
    policies: chosen(values.policy, POLICIES, "policy"),
    reviewers: names.flatMap((name) => fees.map((fee) => reviewerOf(name, { fee, halved: values.halved }))),
    mode: (["verify", "replay", "http", "confidence"] as const).find((mode) => values[mode]) ?? "figures",
    tasks: wholeNumber(values.tasks),
    fit: values.fit,
    fitted: values.fitted,
  };
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`Expected \`--tasks\` to be a whole number from 1 up, got "${text}".`);
}

/** The named ones of these, all when none is named. */
function chosen<Name extends string>(
  text: string,
  known: readonly Name[],
  what: string,
  alsoGood: (name: string) => boolean = () => false,
): Name[] {
  if (text === "") return [...known];
  return text.split(",").map((name) => {
    if (known.includes(name as Name) || alsoGood(name)) return name as Name;
    throw new Error(`There is no ${what} named "${name}". There are: ${known.join(", ")}.`);
  });
}
