import type { RunEvent } from "@terrace/core";
import type { Controls } from "../screen/deed.js";
import { type Output, type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { lineReporter } from "./line.js";
import { ndjsonReporter } from "./ndjson.js";
import { silentReporter } from "./silent.js";

/** Shows a run: a fold of its events, which decides nothing. */
export interface Reporter {
  /** Hears each event once, in order. */
  tell(event: RunEvent): void;
  /** Takes in an event of a run that is resumed: it comes before all that is told, and is no news. */
  recall(event: RunEvent): void;
  /** Nothing more will come. Resolves when all is shown, and leaves the terminal as it was. */
  end(): Promise<void>;
  /**
   * The run waits for a person. Resolves with whether one has settled something here; absent where nobody can, and
   * `false` at once when there is no key to press, or the person would rather leave it waiting.
   */
  awaitPerson?(): Promise<boolean>;
}

/** The names of the reporters. `json` tells nothing of the run itself: one document says what it came to. */
export const REPORTERS = ["tree", "line", "ndjson", "json", "silent"] as const;

/** The name of a reporter. */
export type ReporterName = (typeof REPORTERS)[number];

/** Whether what is written is for programs: then nothing else is, on stdout. */
export function isForPrograms(name: ReporterName): boolean {
  return name === "ndjson" || name === "json";
}

/** The options of a command that choose a reporter. */
export interface ReporterOptions {
  readonly reporter?: string;
  /** Short for `ndjson`. */
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
  if (json && isNamed !== undefined && isNamed !== "ndjson") {
    const way = isNamed === "json" ? " --json is short for --reporter ndjson, an event a line." : "";
    throw new UsageError(
      `Expected --json alone or --reporter ${isNamed} alone, got both.${way} Leave one out.`,
    );
  }
  if (json) return "ndjson";
  if (isNamed !== undefined) return isNamed;
  const isLive = stream.isTTY === true && (env.CI ?? "") === "" && env.TERM !== "dumb";
  return isLive ? "tree" : "line";
}

/** Where a reporter is shown, and what its keys act on. */
export interface Stage extends Pick<Surroundings, "env" | "stdin"> {
  readonly stream: Output;
  /** @default none: the tree is only looked at */
  readonly controls?: Controls;
}

/** Makes a reporter. The tree is loaded only when it is wanted. */
export async function createReporter(name: ReporterName, stage: Stage): Promise<Reporter> {
  const { stream, env, stdin, controls = null } = stage;
  switch (name) {
    case "tree": {
      const { treeReporter } = await import("./tree.js");
      return treeReporter(stream, {
        colour: wantsColour(stream, env),
        keyboard: keyboardOf(stdin),
        controls,
      });
    }
    case "line":
      return lineReporter(stream, { colour: wantsColour(stream, env) });
    case "ndjson":
      return ndjsonReporter(stream);
    case "json":
    case "silent":
      return silentReporter();
    default:
      return name satisfies never;
  }
}

/** Standard input, where it is a terminal whose keys can be read one by one. */
function keyboardOf(stdin: Stage["stdin"]): NodeJS.ReadStream | null {
  const keyboard = stdin as NodeJS.ReadStream;
  return keyboard.isTTY === true && typeof keyboard.setRawMode === "function" ? keyboard : null;
}
