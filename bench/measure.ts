/** Runs an implementation on a workload once, and checks that it kept the contract. */

import type { Workload } from "./workloads.js";

/** How many calls may be under way at once in every figure. */
export const CONCURRENCY = 64;

/** What the stand-in for a model call answers. */
interface ModelAnswer {
  readonly ok: true;
  readonly text: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

/** Performs the model call of one task. */
export type RunTask = (id: number) => Promise<ModelAnswer>;

/**
 * A way to run a graph of tasks.
 *
 * Must call `run` once for each task, only after all its dependencies resolved, with at most `concurrency` calls
 * under way, and resolve when every task is done.
 */
export type Implementation = (workload: Workload, run: RunTask, concurrency: number) => Promise<void>;

/** What one run of a workload showed. */
export interface Measurement {
  /** Wall time in milliseconds, building and checking the graph included. */
  readonly elapsedMs: number;
  /** The highest number of calls under way at once. */
  readonly mostInFlight: number;
  /** What the timers really gave, in milliseconds by task id; zeros unless the workload answers on a timer. */
  readonly latenciesMs: ArrayLike<number>;
}

/** An implementation broke the contract, so its figure is void. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}

/**
 * Runs the workload once and times it.
 *
 * @throws ContractViolation when a task ran twice, never, or before one of its dependencies, or when more than
 * `concurrency` calls were under way at once.
 */
export async function measure(
  implementation: Implementation,
  workload: Workload,
  concurrency: number,
): Promise<Measurement> {
  const witness = createWitness(workload, concurrency);
  const startedMs = performance.now();
  await implementation(workload, witness.run, concurrency);
  const elapsedMs = performance.now() - startedMs;
  witness.assertKept();
  return { elapsedMs, mostInFlight: witness.mostInFlight(), latenciesMs: witness.latenciesMs };
}

const UNSEEN = 0;
const RUNNING = 1;
const DONE = 2;

// Kept to array reads and counters: both sides of a ratio carry this cost, and it should not hide the difference.
function createWitness(workload: Workload, concurrency: number) {
  const { name, tasks } = workload;
  const states = new Uint8Array(tasks.length);
  const latenciesMs = new Float64Array(tasks.length);
  const answer = createAnswering(workload, latenciesMs);
  const broken: string[] = [];
  let inFlight = 0;
  let most = 0;

  const settle = (id: number) => {
    states[id] = DONE;
    inFlight -= 1;
  };

  const run: RunTask = (id) => {
    if (states[id] !== UNSEEN) broken.push(`task ${id} ran twice or does not exist`);
    for (const needed of tasks[id]?.dependsOn ?? []) {
      if (states[needed] !== DONE) broken.push(`task ${id} ran before task ${needed} was done`);
    }
    states[id] = RUNNING;
    inFlight += 1;
    if (inFlight > most) most = inFlight;
    return answer(id, settle);
  };

  const assertKept = () => {
    const unfinished = states.findIndex((state) => state !== DONE);
    if (unfinished !== -1) broken.push(`task ${unfinished} was not done at the end`);
    if (most > concurrency) broken.push(`${most} calls were under way, and ${concurrency} may be`);
    const [first] = broken;
    if (first !== undefined) {
      throw new ContractViolation(`Workload "${name}": ${first} (${broken.length} in all).`);
    }
  };

  return { run, latenciesMs, assertKept, mostInFlight: () => most };
}

const ANSWER: ModelAnswer = { ok: true, text: "done", usage: { input_tokens: 100, output_tokens: 20 } };

function createAnswering(workload: Workload, latenciesMs: Float64Array) {
  switch (workload.answering) {
    case "immediate":
      return (id: number, settle: (id: number) => void) =>
        new Promise<ModelAnswer>((resolve) => {
          setImmediate(() => {
            settle(id);
            resolve(ANSWER);
          });
        });
    case "microtask":
      return async (id: number, settle: (id: number) => void) => {
        await undefined;
        settle(id);
        return ANSWER;
      };
    case "timer":
      return (id: number, settle: (id: number) => void) =>
        new Promise<ModelAnswer>((resolve) => {
          const startedMs = performance.now();
          setTimeout(() => {
            latenciesMs[id] = performance.now() - startedMs;
            settle(id);
            resolve(ANSWER);
          }, workload.latenciesMs[id]);
        });
    default:
      throw workload.answering satisfies never;
  }
}
