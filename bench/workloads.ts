/**
 * The workloads that the overhead bench measures.
 *
 * Generated from fixed seeds, so that a figure taken here can be set beside one taken elsewhere.
 */

/** One task of a workload: ids count from 0 in topological order. */
export interface BenchTask {
  readonly id: number;
  readonly dependsOn: readonly number[];
}

/** When the stand-in for a model call answers: in a later turn of the loop, in this one, or after a latency. */
type Answering = "immediate" | "microtask" | "timer";

/** A graph of tasks and how long the call of each one takes. */
export interface Workload {
  readonly name: string;
  readonly tasks: readonly BenchTask[];
  readonly answering: Answering;
  /** Whole milliseconds, by task id; empty unless the calls answer on a timer. */
  readonly latenciesMs: readonly number[];
}

/** The name of a workload, as the reference tables spell it. */
export type WorkloadName = keyof typeof builders;

const LAYER_WIDTH = 100;
const DEPENDENCIES_IN_LAYERS = 3;
const LAYERED_SEED = 7;
const RANDOM_SEED = 11;
const MEDIAN_LATENCY_MS = 20;
const LATENCY_SIGMA = 0.8;
// Keeps the logarithm finite when the generator draws exactly 0.
const SMALLEST_UNIFORM = 1e-12;

const builders = {
  w1: () => workload("w1", independent(10_000)),
  w1m: () => workload("w1m", independent(10_000), "microtask"),
  w2: () => workload("w2", layered(100)),
  w2m: () => workload("w2m", layered(100), "microtask"),
  w3: () => uneven("w3", { window: 400, most: 3 }),
  w3b: () => uneven("w3b", { window: 2_000, most: 2 }),
  "w4-1k": () => workload("w4-1k", independent(1_000)),
  "w4-10k": () => workload("w4-10k", independent(10_000)),
  "w4-100k": () => workload("w4-100k", independent(100_000)),
  "w4d-1k": () => workload("w4d-1k", layered(10)),
  "w4d-100k": () => workload("w4d-100k", layered(1_000)),
  w5: () => workload("w5", fanOutAndIn(6)),
};

/** Builds the workload of that name; the same name always gives the same graph and latencies. */
export function createWorkload(name: WorkloadName): Workload {
  return builders[name]();
}

/** Whether a word given on the command line names a workload. */
export function isWorkloadName(word: string): word is WorkloadName {
  return Object.hasOwn(builders, word);
}

/**
 * A mulberry32 generator.
 *
 * Each call draws a number from 0 up to but not including 1.
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The longest chain of dependencies, in milliseconds when `latenciesMs` gives what each task took. */
export function criticalPath(tasks: readonly BenchTask[], latenciesMs: ArrayLike<number>): number {
  const finished = new Float64Array(tasks.length);
  let longest = 0;
  for (const { id, dependsOn } of tasks) {
    let start = 0;
    for (const needed of dependsOn) start = Math.max(start, finished[needed] ?? 0);
    const end = start + (latenciesMs[id] ?? 0);
    finished[id] = end;
    longest = Math.max(longest, end);
  }
  return longest;
}

/** The shortest makespan any schedule could reach: the critical path, or all work shared over the slots. */
export function shortestMakespanMs(
  tasks: readonly BenchTask[],
  latenciesMs: ArrayLike<number>,
  concurrency: number,
): number {
  let workMs = 0;
  for (const { id } of tasks) workMs += latenciesMs[id] ?? 0;
  return Math.max(criticalPath(tasks, latenciesMs), workMs / concurrency);
}

function workload(name: string, tasks: readonly BenchTask[], answering: Answering = "immediate"): Workload {
  return { name, tasks, answering, latenciesMs: [] };
}

function independent(count: number): BenchTask[] {
  return Array.from({ length: count }, (_, id) => ({ id, dependsOn: [] }));
}

function layered(layers: number): BenchTask[] {
  const random = createRandom(LAYERED_SEED);
  return Array.from({ length: layers * LAYER_WIDTH }, (_, id) => {
    const layer = Math.floor(id / LAYER_WIDTH);
    if (layer === 0) return { id, dependsOn: [] };
    const positions = new Set<number>();
    while (positions.size < DEPENDENCIES_IN_LAYERS) positions.add(Math.floor(random() * LAYER_WIDTH));
    return { id, dependsOn: Array.from(positions, (position) => (layer - 1) * LAYER_WIDTH + position) };
  });
}

function fanOutAndIn(width: number): BenchTask[] {
  const middle = Array.from({ length: width }, (_, index) => index + 1);
  return [
    { id: 0, dependsOn: [] },
    ...middle.map((id) => ({ id, dependsOn: [0] })),
    { id: width + 1, dependsOn: middle },
  ];
}

interface UnevenShape {
  /** How many tasks back a dependency may reach. */
  readonly window: number;
  /** The most dependencies of a task. */
  readonly most: number;
}

function uneven(name: string, { window, most }: UnevenShape): Workload {
  const random = createRandom(RANDOM_SEED);
  const latenciesMs: number[] = [];
  // One stream of draws serves both: a task's dependencies come first, then its latency.
  const tasks = Array.from({ length: 2_000 }, (_, id) => {
    const draws = Math.min(Math.floor(random() * (most + 1)), id);
    const lowest = Math.max(0, id - window);
    const dependsOn = new Set<number>();
    for (let draw = 0; draw < draws; draw += 1) {
      dependsOn.add(lowest + Math.floor(random() * (id - lowest)));
    }
    latenciesMs.push(drawLatencyMs(random));
    return { id, dependsOn: [...dependsOn] };
  });
  return { name, tasks, answering: "timer", latenciesMs };
}

function drawLatencyMs(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(Math.max(random(), SMALLEST_UNIFORM)));
  const normal = radius * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(MEDIAN_LATENCY_MS * Math.exp(LATENCY_SIGMA * normal)));
}
