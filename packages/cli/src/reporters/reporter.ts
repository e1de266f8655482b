import type { RunEvent } from "@terrace/core";
import { type Output, type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { jsonReporter } from "./json.js";
import { lineReporter } from "./line.js";
import { silentReporter } from "./silent.js";

/** Shows a run: a fold of its events, which decides nothing. */
export interface Reporter {
  /** Hears each event once, in order. */
  tell(event: RunEvent): void;
  /** Takes in an event of a run that is resumed: it comes before all that is told, and is no news. */
  recall(event: RunEvent): void;
  /** Nothing more will come. Resolves when all is shown, and leaves the terminal as it was. */
  end(): Promise<void>;
}

/** The names of the reporters. */
export const REPORTERS = ["tree", "line", "json", "silent"] as const;

/** The name of a reporter. */
export type ReporterName = (typeof REPORTERS)[number];

/** The options of a command that choose a reporter. */
export interface ReporterOptions {
  readonly reporter?: string;
  readonly json?: boolean;
}

/**
 * The reporter that is asked for; without a word, the tree on a terminal and lines anywhere else.
 *
 * @throws UsageError for a name that is none
 */
export function chooseReporter(
  { reporter, json = false }: ReporterOptions,
  stream: Output,
  env: Surroundings["env"],
): ReporterName {
  const isNamed = REPORTERS.find((name) => name === reporter);
  if (reporter !== undefined && isNamed === undefined) {
    throw new UsageError(`Expected --reporter to be one of ${REPORTERS.join(", ")}, got "${reporter}".`);
  }
  if (json && isNamed !== undefined && isNamed !== "json") {
    throw new UsageError(`Expected --json alone or --reporter ${isNamed} alone, got both. Leave one out.`);
  }
  if (json) return "json";
  if (isNamed !== undefined) return isNamed;
  const isLive = stream.isTTY === true && (env.CI ?? "") === "" && env.TERM !== "dumb";
  return isLive ? "tree" : "line";
}

/** Makes a reporter that writes to `stream`. The tree is loaded only when it is wanted. */
export async function createReporter(
  name: ReporterName,
  stream: Output,
  env: Surroundings["env"],
): Promise<Reporter> {
  switch (name) {
    case "tree": {
      const { treeReporter } = await import("./tree.js");
      return treeReporter(stream, { colour: wantsColour(stream, env) });
    }
    case "line":
      return lineReporter(stream, { colour: wantsColour(stream, env) });
    case "json":
      return jsonReporter(stream);
    case "silent":
      return silentReporter();
    default:
      return name satisfies never;
  }
}
