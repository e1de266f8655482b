// One run, from its first process to its last: some are hit, and the last one brings it to its end.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "@terrace/core";
import { WRITE_FILE } from "./halting-store.js";
import { type Findings, judge, type Reference } from "./judge.js";
import { eventNamer } from "./name-events.js";
import type { Halt, Order } from "./orders.js";
import { keyOfBody } from "./request-key.js";
import { onStage, type Stage } from "./stage.js";
import type { Outcome, WorkerProcess } from "./worker-process.js";

/** How a process is hit: at an exact place, by itself; or from outside, so many milliseconds after it has the run. */
export type Hit = Halt | { readonly afterMs: number };

/** Who takes part. */
export interface Cast {
  /** A process to be hit. */
  readonly victim: () => WorkerProcess;
  /** The process that goes on in the end. */
  readonly survivor: WorkerProcess;
}

/** What was found, and where the last process was hit. */
export interface Hits extends Findings {
  /** The events that were in the write at which it was hit, by name. */
  readonly write: readonly string[];
}

/** Has one process after the other hit, then the run resumed and judged. */
export function hitAndResume(hits: readonly Hit[], cast: Cast, reference: Reference): Promise<Hits> {
  return onStage(async (stage) => {
    const left: (readonly RunEvent[])[] = [];
    const missed: string[] = [];
    let runId: string | undefined;
    for (const hit of hits) {
      const exit = await driveAndHit(stage, cast.victim(), runId, hit);
      const run = await stage.read();
      runId = run?.runId;
      left.push(run?.log ?? []);
      missed.push(...wrongPlace(hit, exit, run?.log ?? []), ...notSent(hit, run?.log ?? [], stage));
    }
    const order = stage.order("survivor", { runId, waits: true, leaseMs: 30_000 });
    const outcome = await cast.survivor.drive(order);
    const findings = await judgeStage(stage, outcome, left, reference);
    return { ...findings, troubles: [...missed, ...findings.troubles], write: await writeHit(stage) };
  });
}

async function writeHit({ folder }: Stage): Promise<readonly string[]> {
  const file = await readFile(join(folder, WRITE_FILE), "utf8").catch(() => "[]");
  return JSON.parse(file) as string[];
}

/** Judges the run of a stage, as its last driver left it. */
export async function judgeStage(
  stage: Stage,
  outcome: Outcome,
  left: readonly (readonly RunEvent[])[],
  reference: Reference,
): Promise<Findings> {
  const log = (await stage.read())?.log ?? [];
  const ending = outcome.type === "ended" ? outcome.ending : undefined;
  const findings = judge({ log, left, ending, server: stage.server }, reference);
  const failure = outcome.type === "ended" ? [] : [`The run was not brought to its end: ${tell(outcome)}`];
  return { ...findings, troubles: [...failure, ...findings.troubles] };
}

const tell = (outcome: Outcome): string => JSON.stringify(outcome);

/** Drives a run with a process that does not live to see the end. */
async function driveAndHit(stage: Stage, victim: WorkerProcess, runId: string | undefined, hit: Hit) {
  const halt = "afterMs" in hit ? undefined : hit;
  const order: Order = stage.order(`victim ${victim.pid}`, { runId, halt, waits: true });
  try {
    await victim.ready;
    const driving = victim.hears("driving");
    const outcome = victim.drive(order);
    if ("afterMs" in hit) {
      await Promise.race([driving, outcome]);
      await new Promise((resolve) => setTimeout(resolve, hit.afterMs));
      victim.signal("SIGKILL");
      return await victim.gone;
    }
    return await outcome;
  } finally {
    await victim.end();
  }
}

/** Whether the process was hit, where it should have been, and what was durable then is. */
function wrongPlace(hit: Hit, outcome: Outcome, left: readonly RunEvent[]): string[] {
  const signal = "blow" in hit && hit.blow === "heap" ? "SIGABRT" : "SIGKILL";
  if (outcome.type !== "gone" || outcome.signal !== signal) {
    // A resumed run may have fewer events left than the place says; a first one never has.
    const mayMiss = !("afterMs" in hit) && typeof hit.event === "number" && outcome.type === "ended";
    return mayMiss ? [] : [`No process was killed at ${JSON.stringify(hit)}: ${tell(outcome)}`];
  }
  if ("afterMs" in hit || typeof hit.event === "number") return [];
  const isDurable = left.map(eventNamer()).includes(hit.event);
  if (isDurable === (hit.position !== "before")) return [];
  return [`Killed at ${JSON.stringify(hit)}, the event is ${isDurable ? "" : "not "}in the log.`];
}

/** Whether a request that had begun is one that the server has received. */
function notSent(hit: Hit, left: readonly RunEvent[], { server }: Stage): string[] {
  if ("afterMs" in hit || hit.position !== "begun") return [];
  const nameOf = eventNamer();
  const sent = left.find((event) => nameOf(event) === hit.event);
  if (sent?.type !== "call.sent" || server.requests.some(({ body }) => keyOfBody(body) === sent.key))
    return [];
  return [`Killed at ${JSON.stringify(hit)}, its request had not reached the server.`];
}
