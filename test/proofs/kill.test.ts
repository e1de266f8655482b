import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hitAndResume } from "../../proofs/kill/hit-and-resume.js";
import type { Reference } from "../../proofs/kill/judge.js";
import { killAgain, killAtPoints, killAtRandom, type Result, type Setting } from "../../proofs/kill/modes.js";
import { allPoints, pointNamed, spreadOf } from "../../proofs/kill/points.js";
import { race, wakeZombies, wrongOutcomes } from "../../proofs/kill/races.js";
import { SLOTS } from "../../proofs/kill/reference-plan.js";
import { referenceRun } from "../../proofs/kill/reference-run.js";
import { tallyOf } from "../../proofs/kill/tally.js";
import { type Outcome, WorkerProcess } from "../../proofs/kill/worker-process.js";

let reference: Reference & { readonly ms: number };
let setting: Setting;
beforeAll(async () => {
  reference = await referenceRun();
  setting = { reference, lanes: 2, onJudged: () => {} };
}, 60_000);

/** Nothing is wrong with any of so many runs. */
function expectWhole({ found }: Pick<Result, "found">, count: number) {
  expect(found.flatMap(({ troubles }) => troubles)).toEqual([]);
  expect(tallyOf(found)).toMatchObject({
    points: count,
    repeatedRecordedCalls: 0,
    lostResponses: 0,
    stateMismatches: 0,
    ledgerMismatches: 0,
    violations: 0,
    failures: 0,
  });
  expect(tallyOf(found).maxOrphansPerKill).toBeLessThanOrEqual(SLOTS);
}

test("the run that is killed has everything in it", () => {
  const [types, tasks] = [new Set<string>(), new Set<string>()];
  for (const { type, ...event } of reference.log) {
    types.add(type);
    if (type === "task.accepted" && "taskId" in event) tasks.add(String(event.taskId));
  }
  expect(tasks.size).toBe(20);
  expect([...types].sort()).toEqual([
    ...["attempt.checked", "attempt.failed", "attempt.finished", "attempt.queued", "attempt.started"],
    ...["call.answered", "call.failed", "call.sent"],
    ...["plan.accepted", "plan.proposed", "plan.queued", "plan.rejected"],
    ...["review.failed", "review.queued", "review.returned"],
    ...["run.completed", "run.paused", "run.resumed", "run.submitted"],
    ...["task.accepted", "task.blamed", "task.escalated", "task.flagged", "task.resolved"],
  ]);
});

// Each process takes a while to start, and a busy machine takes longer: what is late is not wrong.
const patient = { timeout: 120_000 };

describe("a process killed with SIGKILL leaves a run that ends as it would have, and pays for nothing twice", () => {
  test("[K01] [K39] before a write, after it, and once what it licenses has begun", patient, async () => {
    expectWhole(await killAtPoints(spreadOf(allPoints(reference), 3), setting), 3);
  });

  test("[K02] [K37] at the moments that matter, each by its name", patient, async () => {
    const names = [
      // With an answer that is not recorded yet, and with a request on its way.
      ...["call.answered/execute/late3/1:before", "call.sent/execute/middle3/1:begun"],
      // While it waits for a person, and before it asks again.
      ...["run.paused:begun", "attempt.queued/middle2/1/2:begun"],
      // Before anything is durable, and when all is done.
      ...["run.submitted:before", "run.completed:written", "run.completed:begun"],
    ];
    const points = names.map((name) => pointNamed(name, allPoints(reference)));
    expectWhole(await killAtPoints(points, setting), points.length);
  });

  test("[K01] at any time, from outside", patient, async () => {
    expectWhole(await killAtRandom(2, 11, setting), 2);
  });

  test("[K01] again and again, while it is being resumed", patient, async () => {
    expectWhole(await killAgain(1, 21, setting), 1);
  });

  test("[K07] or that runs out of memory", patient, async () => {
    const victim = new WorkerProcess(["--max-old-space-size=48"]);
    const survivor = new WorkerProcess();
    try {
      const halt = { event: "task.accepted/root/1", position: "begun", blow: "heap" } as const;
      const found = await hitAndResume([halt], { victim: () => victim, survivor }, reference);
      expectWhole({ found: [found] }, 1);
    } finally {
      await survivor.end();
    }
  });
});

test(
  "[K19] of two processes that resume a run at the same moment one does, and the other is told who",
  patient,
  async () => {
    expectWhole(await race(3, 31, setting), 3);
  },
);

describe("a process that lost its run to another while it was not awake records nothing and sends nothing", () => {
  test("[K20] stopped with SIGSTOP, and continued", patient, async () => {
    expectWhole(await wakeZombies(1, 41, "stop", setting), 1);
  });

  test("[K25] with its event loop blocked for longer than its lease", patient, async () => {
    expectWhole(await wakeZombies(1, 51, "block", setting), 1);
  });
});

describe("the program of a check", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terrace-kill-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("[K36] dies, with all that it started, when its process is killed with SIGKILL", async () => {
    const program = fileURLToPath(new URL("checking.mjs", import.meta.url));
    const child = spawn(process.execPath, [program, join(folder, "pids")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const pids = line.toString().trim().split(" ");
    expect(await running(pids)).toEqual(pids);
    child.kill("SIGKILL");
    while ((await running(pids)).length > 0) await wait(10);
  });
});

/** Those that still run: not gone, and not dead and waiting to be buried. */
async function running(pids: readonly string[]): Promise<readonly string[]> {
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "latin1").catch(() => ") Z")),
  );
  return pids.filter((_, index) => !stats[index]?.slice(stats[index].lastIndexOf(")")).startsWith(") Z"));
}

describe("of two processes that resume a run at the same moment", () => {
  const ended = (recorded: number): Outcome => ({ type: "ended", ending: {} as never, recorded });
  const failed = (code: string, owner: string, recorded = 0): Outcome => {
    const message = `Run "r" is being written by "${owner}" since then.`;
    return { type: "failed", code, message, cause: "", recorded };
  };

  test.each<[string, readonly Outcome[]]>([
    ["one is told who drives it", [ended(40), failed("RUN_LOCKED", "racer 0")]],
    ["one finds that it has ended", [ended(0), ended(40)]],
    ["one after the other drives it, from a rest on", [ended(21), ended(20)]],
    [
      "one has driven it to a rest, and is told who does now",
      [failed("RUN_LOCKED", "racer 1", 21), ended(20)],
    ],
  ])("%s: that is right", (_, outcomes) => {
    expect(wrongOutcomes(outcomes)).toEqual([]);
  });

  test.each<[string, readonly Outcome[]]>([
    ["neither brings it to its end", [failed("RUN_LOCKED", "racer 1"), failed("RUN_LOCKED", "racer 0")]],
    ["one is told of somebody else", [ended(40), failed("RUN_LOCKED", "victim")]],
    ["one fails otherwise", [ended(40), failed("RUN_STOPPED", "racer 0")]],
    ["one is gone", [ended(40), { type: "gone", code: 1, signal: null }]],
  ])("%s: that is wrong", (_, outcomes) => {
    expect(wrongOutcomes(outcomes)).toHaveLength(1);
  });
});
