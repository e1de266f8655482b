// scriptedWorld: answers by purpose, task and tier from a small table, for tests of one's own team.
import { type MarkerReader, readMarkers, type WorkMarkers } from "./markers.js";
import type { AnswerExtras, World, WorldAnswer, WorldRequest } from "./world.js";

/** An answer whose words are given outright: as text, or as a value sent as its JSON. */
export type GivenAnswer = AnswerExtras & ({ readonly raw: string } | { readonly json: unknown });

/** What an executor answers: its output with its confidence, or words given outright. */
export type ExecuteAnswer =
  | GivenAnswer
  | (AnswerExtras & {
      readonly output: unknown;
      /** @default "high" */
      readonly confidence?: string;
      /** @default "The script says so." */
      readonly because?: string;
      /** @default [] */
      readonly unverified?: readonly string[];
      /** What contradicts the plan; answered only where the request asks for it. @default nothing */
      readonly contradiction?: string;
    });

/** What a planner, classifier or reviewer answers: any value, sent as its JSON; or an object with `raw` or `json`, and extras. */
export type PlainAnswer = unknown;

/** One answer, or one for each time it is asked for: the first, the second, …, the last again and again. */
export type Answers<T> = T | readonly T[];

/** What is answered, by purpose. `"*"` as task or tier stands for any other. */
export interface Script {
  /** A plan; in a list, each plan for one request of the planner. */
  readonly plan?: Answers<PlainAnswer>;
  /** By the id of the task that the plan is changed for: a plan of a subgoal, or a change. */
  readonly revise?: Readonly<Record<string, Answers<PlainAnswer>>>;
  /** By task id, then by the tier that is asked. */
  readonly classify?: Readonly<Record<string, Readonly<Record<string, Answers<PlainAnswer>>>>>;
  /** By task id, then by the executor's tier. */
  readonly execute?: Readonly<Record<string, Readonly<Record<string, Answers<ExecuteAnswer>>>>>;
  /** By task id, then by the tier of the attempt that is reviewed. */
  readonly review?: Readonly<Record<string, Readonly<Record<string, Answers<PlainAnswer>>>>>;
  /** By task id, then by the tier that compares. */
  readonly compare?: Readonly<Record<string, Readonly<Record<string, Answers<PlainAnswer>>>>>;
}

/** How a script is read. */
export interface ScriptOptions {
  /** Finds purpose, task and tier in a request. @default {@link readMarkers} */
  readonly read?: MarkerReader;
  /**
   * What a request that comes again, byte for byte, gets: the next answer of a list, or the one it got before. Choose
   * `"same"` where calls are re-sent after a lost answer.
   *
   * @default "next"
   */
  readonly repeated?: "next" | "same";
}

/**
 * A world that follows a script. A list counts for each purpose, task and tier on its own.
 *
 * What the script does not foresee is answered with HTTP 500 and a message naming purpose, task and tier.
 */
export function scriptedWorld(
  script: Script,
  { read = readMarkers, repeated = "next" }: ScriptOptions = {},
): World {
  const asked = new Map<string, number>();
  const given = new Map<string, WorldAnswer>();
  return {
    answer(request: WorldRequest): WorldAnswer {
      const before = repeated === "same" ? given.get(request.hash) : undefined;
      if (before !== undefined) return before;
      const markers = read(request);
      const key = JSON.stringify([markers.purpose, markers.taskId, markers.tier]);
      const turn = asked.get(key) ?? 0;
      const answer = toAnswer(markers, pick(lookUp(script, markers), turn, markers), request);
      asked.set(key, turn + 1);
      if (repeated === "same") given.set(request.hash, answer);
      return answer;
    },
  };
}

function lookUp(script: Script, { purpose, taskId, tier }: WorkMarkers): unknown {
  if (purpose === "plan") {
    if (taskId === undefined) return script.plan;
    return own(script.revise, taskId) ?? own(script.revise, "*");
  }
  const table: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined =
    purpose === "unknown" ? undefined : script[purpose];
  for (const id of [taskId ?? "", "*"]) {
    const tiers = own(table, id);
    const found = own(tiers, tier ?? "") ?? own(tiers, "*");
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Task ids are anybody's strings: `constructor` must not find anything. */
function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function pick(answers: unknown, turn: number, { purpose, taskId, tier }: WorkMarkers): unknown {
  const answer = Array.isArray(answers) ? (answers[turn] ?? answers.at(-1)) : answers;
  if (answer !== undefined) return answer;
  const task = taskId === undefined ? "" : `, task "${taskId}"`;
  throw new Error(
    `The script has no answer for purpose "${purpose}"${task}, tier "${tier ?? "?"}". Add it to the script.`,
  );
}

function toAnswer({ purpose }: WorkMarkers, answer: unknown, { schema }: WorldRequest): WorldAnswer {
  if (typeof answer !== "object" || answer === null) return { json: answer };
  if ("raw" in answer) return { ...extrasOf(answer), text: String(answer.raw) };
  if ("json" in answer) return { ...extrasOf(answer), json: answer.json };
  if (purpose !== "execute") return { json: answer };
  const {
    output,
    confidence = "high",
    because = "The script says so.",
    unverified = [],
    contradiction = "",
  } = answer as Record<string, unknown>;
  const said = { output, confidence, because, unverified };
  return { ...extrasOf(answer), json: asks(schema, "contradiction") ? { ...said, contradiction } : said };
}

/** Whether an answer of this schema has the field. */
function asks(schema: WorldRequest["schema"], field: string): boolean {
  const properties = schema?.properties;
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, field);
}

const EXTRAS = ["thinkingTokens", "outputTokens", "stopReason", "stopDetails", "content", "latencyMs"];

function extrasOf(answer: object): AnswerExtras {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => EXTRAS.includes(name)));
}
