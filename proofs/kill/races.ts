// Two processes want the same run: at the same moment, or one while the other, which drives it, is not awake.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WRITE_FILE } from "./halting-store.js";
import { judgeStage } from "./hit-and-resume.js";
import { inLanes, type Lane } from "./in-lanes.js";
import type { Findings } from "./judge.js";
import type { Result, Setting } from "./modes.js";
import { type Blow, type Halt, POSITIONS } from "./orders.js";
import { below, seeded } from "./random.js";
import { onStage, SHORT_LEASE_MS, type Stage } from "./stage.js";
import type { Outcome, WorkerProcess } from "./worker-process.js";

/** Kills a run's process at a random place, and has two others resume it at the same moment. */
export async function race(count: number, seed: number, setting: Setting): Promise<Result> {
  let locked = 0;
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  const found = await inLanes(seeds, setting.lanes, (each, lane) =>
    onStage(async (stage) => {
      const left = await killedRun(stage, lane, placeOf(each, setting, "kill"));
      const at = Date.now() + SHORT_LEASE_MS + 50;
      const racers = [0, 1].map((n) =>
        lane.survivor(n).drive(stage.order(`racer ${n}`, { runId: left.runId, at, leaseMs: 30_000 })),
      );
      const outcomes = await Promise.all(racers);
      const winner = outcomes.find(({ type }) => type === "ended");
      const judged = await judgeStage(
        stage,
        winner ?? (outcomes[0] as Outcome),
        [left.log],
        setting.reference,
      );
      locked += outcomes.filter((outcome) => outcome.type === "failed").length;
      const wrong = [...wrongOutcomes(outcomes), ...(await wrongOwners(stage, left.log.length))];
      return report(`seed ${each}`, judged, wrong, setting);
    }),
  );
  return { found, extra: { locked } };
}

/**
 * One drives the run to its end; the other is told who does, or finds that it has ended. Or the run was at rest for a
 * person in between, and changed hands there: who drove it first is told when it comes back, or drives it again.
 * `wrongOwners` sees that nothing was taken over that was under way.
 */
export function wrongOutcomes(outcomes: readonly Outcome[]): string[] {
  const winners = outcomes.filter((outcome) => outcome.type === "ended" && outcome.recorded > 0);
  if (winners.length === outcomes.length) return [];
  const losers = outcomes.filter((outcome) => !winners.includes(outcome));
  const isTold = (outcome: Outcome, index: number): boolean => {
    if (outcome.type === "ended") return outcome.recorded === 0;
    const owner = `racer ${outcomes.indexOf(winners[0] as Outcome)}`;
    const isLocked = outcome.type === "failed" && outcome.code === "RUN_LOCKED" && index === 0;
    return isLocked && outcome.message.includes(`"${owner}"`);
  };
  const isRight = winners.length === 1 && losers.length === 1 && losers.every(isTold);
  return isRight ? [] : [`Expected one driver and one who is told: ${JSON.stringify(outcomes)}`];
}

/** After the kill, one owner took the run over; another may follow only where it was at rest. */
async function wrongOwners(stage: Stage, from: number): Promise<string[]> {
  const log = (await stage.read())?.log ?? [];
  const [, ...later] = log.filter((event) => {
    return event.seq >= from && event.type === "run.resumed" && event.by !== "person";
  });
  const wrong = later.filter(({ seq }) => log[seq - 1]?.type !== "run.paused");
  return wrong.map(({ seq }) => `The run was taken over while it was driven, at event ${seq}.`);
}

/** Puts a run's process to sleep past its lease, has another bring the run to its end, and wakes the first. */
export async function wakeZombies(
  count: number,
  seed: number,
  blow: Blow,
  setting: Setting,
): Promise<Result> {
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  const found = await inLanes(seeds, setting.lanes, (each, lane) =>
    onStage(async (stage) => {
      const until = join(stage.folder, "awake");
      const halt = { ...placeOf(each, setting, blow), until };
      const zombie = lane.nursery.take();
      try {
        await zombie.ready;
        const woken = zombie.drive(stage.order("zombie", { halt }));
        const asleep = await stillness(stage);
        const order = stage.order("successor", { runId: asleep.runId, waits: true, leaseMs: 30_000 });
        const outcome = await lane.survivor().drive(order);
        const judged = await judgeStage(stage, outcome, [asleep.log], setting.reference);
        const wrong = await wake(stage, zombie, woken, until);
        return report(`seed ${each}: ${JSON.stringify(halt)}`, judged, wrong, setting);
      } finally {
        await zombie.end();
      }
    }),
  );
  return { found, extra: {} };
}

/** Wakes a process and sees what it does: it may do nothing but say that the run is somebody else's. */
async function wake(stage: Stage, zombie: WorkerProcess, woken: Promise<Outcome>, until: string) {
  const before = await stage.read();
  const requests = stage.server.requests.length;
  if (!existsSync(until)) writeFileSync(until, "");
  zombie.signal("SIGCONT");
  const outcome = await woken;
  const wrong: string[] = [];
  const isTold =
    outcome.type === "failed" && outcome.code === "RUN_STOPPED" && outcome.cause === "LEASE_LOST";
  if (!isTold) wrong.push(`Woken, it should have lost its lease: ${JSON.stringify(outcome)}`);
  if (JSON.stringify(await stage.read()) !== JSON.stringify(before)) wrong.push("Woken, it changed the log.");
  const sent = stage.server.requests.length - requests;
  if (sent > 0) wrong.push(`Woken, it sent ${sent} requests.`);
  return wrong;
}

/** How long a process may take to come to its place, in milliseconds. */
const ON_THE_WAY_MS = 60_000;

/** Waits until a process has come to its place, which it notes: then nothing is recorded for as long as a lease. */
async function stillness(stage: Stage) {
  // On a busy machine nothing may be recorded for longer than that on the way.
  const noted = join(stage.folder, WRITE_FILE);
  for (let ms = 0; ms < ON_THE_WAY_MS && !existsSync(noted); ms += 20) await wait(20);
  for (let before = -1; ; ) {
    await wait(SHORT_LEASE_MS);
    const run = await stage.read();
    if (run !== undefined && run.log.length === before) return run;
    before = run?.log.length ?? -1;
  }
}

async function killedRun(stage: Stage, lane: Lane, halt: Halt) {
  const victim = lane.nursery.take();
  await victim.drive(stage.order("victim", { halt }));
  await victim.end();
  const run = await stage.read();
  if (run === undefined) throw new Error(`Nothing was recorded before ${JSON.stringify(halt)}.`);
  return run;
}

/** A place in the middle of a run; none at which the file is held, which nobody else could then write. */
function placeOf(seed: number, { reference }: Setting, blow: Blow): Halt {
  const random = seeded(seed);
  const event = 2 + below(random, reference.log.length - 30);
  const positions = blow === "kill" ? POSITIONS : (["written", "begun"] as const);
  return { event, position: positions[below(random, positions.length)] ?? "written", blow };
}

function report(name: string, judged: Findings, wrong: readonly string[], { onJudged }: Setting): Findings {
  const findings = { ...judged, troubles: [...judged.troubles, ...wrong] };
  onJudged(name, findings);
  return findings;
}
