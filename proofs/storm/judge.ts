// The goals of the storm, set against what the server and the run report.

import type { Mode, RunReport, ServerReport } from "./messages.js";

interface Size {
  readonly mode: Mode;
  readonly tasks: number;
  readonly concurrency: number;
  readonly heapMb: number;
}

interface Reports {
  readonly server: ServerReport;
  readonly run: RunReport;
}

/** Each task is executed once and reviewed once. */
const CALLS_OF_A_TASK = 2;
/** Fewer tasks are over before there is a mean to set a peak against. */
const FEWEST_TASKS = 5_000;

/** The line that is printed, and a sentence for each goal that is missed. */
export function judge(size: Size, { server, run }: Reports) {
  const asked = CALLS_OF_A_TASK * size.tasks;
  // A request that was failed on purpose has to come again. In a storm it should not have come before its end.
  const needed = size.mode === "faults" ? asked + server.failed : asked;
  const line = {
    mode: size.mode,
    tasks: size.tasks,
    accepted: run.accepted,
    requests: server.requests,
    needed,
    ratio: rounded(server.requests / needed, 5),
    failed: server.failed,
    maxInFlight: server.maxInFlight,
    limit: size.concurrency,
    peakHeapMb: rounded(run.peakHeapMb, 1),
    heapKbPerTask: rounded(((run.peakHeapMb - run.baseHeapMb) * 1_024) / size.tasks, 1),
    peak: size.tasks < FEWEST_TASKS ? null : peakOf(server.afterStorm),
    peakSecond: server.afterStorm.indexOf(Math.max(...server.afterStorm)) + 1,
    pauses: run.pauses,
    warnings: run.warnings.length,
    requestsPerSecond: Math.round(server.requests / run.seconds),
    seconds: rounded(run.seconds, 1),
  };
  const most = size.mode === "faults" ? 1 : 1.1;
  const missed = [
    run.accepted === size.tasks ? "" : `expected ${size.tasks} tasks to be accepted, got ${run.accepted}`,
    server.answered === asked ? "" : `expected ${asked} requests to be answered, got ${server.answered}`,
    server.requests <= most * needed
      ? ""
      : `expected at most ${most} requests for each that is needed, got ${line.ratio}`,
    server.maxInFlight <= size.concurrency
      ? ""
      : `expected at most ${size.concurrency} requests at once, got ${server.maxInFlight}`,
    run.peakHeapMb <= size.heapMb ? "" : `expected at most ${size.heapMb} MB of heap, got ${line.peakHeapMb}`,
    line.peak === null || line.peak <= 2
      ? ""
      : `expected the busiest second after the storm to have at most twice the mean, got ${line.peak} times`,
    ...run.warnings.map((warning) => `expected no warning, got "${warning}"`),
  ];
  return { line, missed: missed.filter((goal) => goal !== "") };
}

/** The busiest second as a multiple of the mean; `null` when there was no storm. */
function peakOf(seconds: readonly number[]): number | null {
  if (seconds.length === 0) return null;
  const mean = seconds.reduce((sum, count) => sum + count, 0) / seconds.length;
  return rounded(Math.max(...seconds) / mean, 2);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
