// A store that fails under a run, is copied by half, or is one of two: rows K08, K09, K14, K31 and K40.
import { chmodSync, copyFileSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  checkInvariants,
  createOrchestrator,
  evolve,
  initialState,
  memoryStore,
  type OrchestratorOptions,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import {
  countingIds,
  eventsOf,
  ok,
  planOf,
  reject,
  scriptedAgents,
  testTeam,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { type SqliteStore, type SqliteStoreOptions, sqliteStore } from "@terrace/store";
import { afterEach, describe, expect, test } from "vitest";
import { atRest, complaintOf, failureOf, launch } from "../core/support.js";
import { laterClock } from "../resume/processes.js";
import { newPath } from "../store/files.js";

const closing: SqliteStore[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((store) => store.close()));
});

function opened(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  const store = sqliteStore(path, options);
  closing.push(store);
  return store;
}

const USAGE = { inputTokens: 1, costMicroUsd: 10, reservedMicroUsd: 100 };

/** What was really asked, each with whether its intent was in the store by then. */
interface Asked {
  readonly key: string;
  readonly isIntended: boolean;
}

/** A process with a view of a file of its own. Each call notes whether its intent is on the disk. */
function startProcess(
  store: RunStore,
  path: string,
  generation: number,
  asked: Asked[] = [],
  options: Partial<OrchestratorOptions> = {},
) {
  const onDisk = opened(path);
  const note = async ({ runId }: { readonly runId: string }, taskId: string, purpose: string) => {
    const sent = eventsOf(await onDisk.read(runId), "call.sent").findLast(
      (event) => event.taskId === taskId && event.purpose === purpose,
    );
    asked.push({ key: sent?.key ?? "", isIntended: sent !== undefined });
  };
  const agents = scriptedAgents({
    usage: USAGE,
    async execute(request) {
      await note(request, request.task.id, "execute");
      return ok(`${request.task.id} by ${request.route.tier}`);
    },
    async review(request) {
      await note(request, request.task.id, "review");
      const isWrong = request.task.id === "left" && request.executedAt === "haiku";
      return isWrong
        ? reject("No.")(request)
        : { outcome: "ok", value: { criteria: [], problems: [], blame: null } };
    },
  });
  const counting = countingIds();
  return createOrchestrator({
    agents,
    team: testTeam,
    store,
    concurrency: 2,
    owner: `process ${generation}`,
    env: {
      ...laterClock(generation),
      id: (kind) => (kind === "run" ? "run_1" : `${counting.id(kind)}_of_${generation}`),
    },
    ...options,
  });
}

/** Two tasks, of which the second is escalated once. */
const small = () => planOf({ top: {}, left: { dependsOn: ["top"] } });
const OUTPUTS = { top: "top by haiku", left: "left by sonnet" };

/** What a disk says through SQLite or Node. */
const failure = (code: string) => Object.assign(new Error(`${code}: as the disk says`), { code });

/** A disk that fails at the nth write and at all that follow. The first write takes the lease. */
function failingFrom(nth: number, error: Error, at = "commit"): (point: string) => void {
  let writes = 0;
  return (point) => {
    if (point === "begin") writes += 1;
    if (point === at && writes >= nth) throw error;
  };
}

/** Another process takes the small run to its end: what was asked was intended, and nothing recorded is asked again. */
async function expectGoesOn(path: string, asked: Asked[]): Promise<void> {
  const run = await startProcess(opened(path), path, 1, asked).resume("run_1");
  expect((await run.result()).outputs).toEqual(OUTPUTS);
  expect(asked.filter(({ isIntended }) => !isIntended)).toEqual([]);
  expect(repeated(run.log, asked)).toEqual([]);
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  await Promise.all(closing.splice(0).map((each) => each.close()));
}

test("[K08] a disk that is full from any write on stops the run: nothing was sent whose intent is not durable, and with room again nothing recorded is asked again", async () => {
  let nth = 1;
  for (let isWhole = false; !isWhole; nth += 1) {
    const path = newPath();
    const asked: Asked[] = [];
    const fault = failingFrom(nth, failure("SQLITE_FULL"));
    const first = startProcess(opened(path, { fault }), path, 0, asked);
    const left = await atRest(first.submit(small()));
    isWhole = left.state.status === "completed";
    if (!isWhole) {
      expect((await failureOf(left.result())).message).toContain(
        `The store "${path}" cannot be used: the disk is full (SQLITE_FULL: as the disk says). ` +
          "Free some space, then resume the run.",
      );
    }
    const log = await opened(path).read("run_1");
    expect(log).toEqual(left.log);
    expect(checkInvariants(log)).toEqual([]);
    if (log.length > 0) await expectGoesOn(path, asked);
  }
  expect(nth).toBeGreaterThan(20);
}, 120_000);

/** What was asked once more although its answer was recorded: asked oftener than calls of that key have no answer, and one. */
function repeated(log: readonly RunEvent[], asked: readonly Asked[]): readonly string[] {
  const keys = new Set(asked.map(({ key }) => key));
  return [...keys].filter((key) => {
    const sent = eventsOf(log, "call.sent").filter((event) => event.key === key);
    const orphaned = eventsOf(log, "call.orphaned").filter(({ callId }) =>
      sent.some((each) => each.callId === callId),
    );
    return asked.filter((each) => each.key === key).length > 1 + orphaned.length;
  });
}

describe("[K09] a disk that refuses", () => {
  test.each([
    ["EACCES", "this user may not write there"],
    ["EROFS", "it is on a read-only file system"],
    ["EIO", "the disk failed to read or write"],
    ["SQLITE_IOERR", "the disk failed to read or write"],
    ["EMFILE", "this process has too many files open"],
  ])(
    "by %s stops the run with path and code, and the run goes on when it does not any more",
    async (code, words) => {
      const path = newPath();
      const left = await atRest(
        startProcess(opened(path, { fault: failingFrom(9, failure(code)) }), path, 0).submit(small()),
      );
      const { message, cause } = await failureOf(left.result());

      expect(message).toContain(`The store "${path}" cannot be used: ${words} (${code}: as the disk says). `);
      expect(cause).toMatchObject({ code: "STORE_FAILED", cause: { code } });
      const run = await startProcess(opened(path), path, 1).resume("run_1");
      expect((await run.result()).outputs).toEqual(OUTPUTS);
    },
  );

  test("from the start sends nothing, and names the path", async () => {
    const folder = join(dirname(newPath()), "closed");
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const path = join(folder, "terrace.db");
    const asked: Asked[] = [];
    const left = startProcess(opened(path), newPath(), 0, asked).submit(small());
    const { message } = await asNobody(() => failureOf(left.result()));

    expect(message).toMatch(
      /cannot be used: this user may not write there \(EACCES: permission denied, (?:open|mkdir) '.*'\)/,
    );
    expect(message).toContain(path);
    expect(asked).toEqual([]);
  });
});

/** Does something without the superuser's rights, who may write everywhere. */
async function asNobody<Value>(deed: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return deed();
  process.seteuid?.(65_534);
  try {
    return await deed();
  } finally {
    process.seteuid?.(0);
  }
}

test("[K14] a file that was copied without its write-ahead log opens as it was before, and a run goes on from there", async () => {
  const path = newPath();
  const copies: string[] = [];
  let size = 0;
  let calls = 0;
  const store = opened(path, {
    fault: (point) => {
      if (point !== "committed" || statSync(path).size === size) return;
      size = statSync(path).size;
      const copy = newPath();
      copyFileSync(path, copy);
      copies.push(copy);
    },
  });
  // Large enough that SQLite brings the second file into the first several times on the way.
  const execute = ({ task }: { task: { id: string } }) => ok(task.id + " of many".repeat(100_000));
  const { run: whole } = launch(wide(12), { usage: USAGE, execute }, { store, concurrency: 2 });
  await whole.result();
  const [seen, log] = [new Set<number>(), await store.read("run_1")];
  for (const copy of copies) {
    const older = opened(copy);
    const found = await older.read("run_1");
    expect(found).toEqual(log.slice(0, found.length));
    if (seen.has(found.length)) continue;
    seen.add(found.length);
    if (found.length === 0) continue;
    const after = {
      store: older,
      env: { ...laterClock(1), id: (kind: string) => `${kind}_later_${calls++}` },
    };
    const again = createOrchestrator({ agents: scriptedAgents({ usage: USAGE }), team: testTeam, ...after });
    const run = await again.resume("run_1");

    expect((await run.result()).census).toMatchObject({ accepted: 12 });
    expect(run.log.slice(0, found.length)).toEqual(found);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  }
  expect(seen.size).toBeGreaterThan(2);
}, 120_000);

test("[K31] a commit of which nobody hears whether it was made stops the run; it is found at resume, and nothing recorded is asked again", async () => {
  let nth = 2;
  for (let isWhole = false; !isWhole; nth += 1) {
    const path = newPath();
    const asked: Asked[] = [];
    const fault = failingFrom(nth, new Error("The connection was lost."), "committed");
    const left = await atRest(startProcess(opened(path, { fault }), path, 0, asked).submit(small()));
    isWhole = left.state.status === "completed";
    if (!isWhole) expect(await failureOf(left.result())).toMatchObject({ code: "RUN_STOPPED" });
    const log = await opened(path).read("run_1");
    expect(log.slice(0, left.log.length)).toEqual(left.log);
    if (!isWhole) expect(log.length).toBeGreaterThan(left.log.length);
    await expectGoesOn(path, asked);
  }
  expect(nth).toBeGreaterThan(20);
}, 120_000);

test("[K31] of runs whose appends were committed together each stops, and each goes on", async () => {
  const path = newPath();
  let isLost = false;
  const store = opened(path, {
    fault: (point) => {
      if (point === "committed" && isLost) throw new Error("The connection was lost.");
    },
  });
  const ids = countingIds();
  const options = { team: testTeam, owner: "first", env: { ...laterClock(0), id: ids.id } };
  const agents = scriptedAgents({ usage: USAGE });
  const orchestrator = createOrchestrator({ ...options, agents, store });
  const runs = [1, 2, 3].map(() => orchestrator.submit(wide(3)));
  runs[0]?.on("attempt.started", () => {
    isLost = true;
  });
  await Promise.all(runs.map((run) => failureOf(run.result())));
  const after = createOrchestrator({
    team: testTeam,
    agents: scriptedAgents({ usage: USAGE }),
    store: opened(path),
    env: { ...laterClock(1), id: (kind) => `${ids.id(kind)}_later` },
  });

  for (const { id } of runs) {
    const run = await after.resume(id);
    expect((await run.result()).census).toMatchObject({ accepted: 3 });
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  }
});

test("[K40] two orchestrators with two stores in one process know nothing of each other", async () => {
  const files = [newPath(), newPath()];
  const worlds = [...files.map((path) => opened(path)), memoryStore()].map((store, index) => {
    const agents = scriptedAgents({ execute: ({ task }) => ok(`${task.id} in world ${index}`) });
    const env = { id: countingIds().id };
    return {
      store,
      agents,
      orchestrator: createOrchestrator({ agents, team: testTeam, store, env, maxRuns: 1 }),
    };
  });
  const runs = worlds.map(({ orchestrator }, index) => orchestrator.submit(wide(2 + index)));
  const heard = runs.map((run) => {
    const ids: string[] = [];
    run.on("task.accepted", ({ taskId }) => ids.push(taskId));
    return ids;
  });
  const results = await Promise.all(runs.map((run) => run.result()));

  expect(runs.map(({ id }) => id)).toEqual(["run_1", "run_1", "run_1"]);
  expect(results.map(({ answer }) => answer)).toEqual(["t2 in world 0", "t3 in world 1", "t4 in world 2"]);
  expect(heard.map(({ length }) => length)).toEqual([2, 3, 4]);
  expect(worlds.map(({ agents }) => agents.requests.execute.length)).toEqual([2, 3, 4]);
  for (const [index, { store, orchestrator }] of worlds.entries()) {
    expect(await store.read("run_1")).toEqual(runs[index]?.log);
    expect(await orchestrator.runs()).toHaveLength(1);
    expect(await complaintOf(orchestrator.open("run_2"))).toMatchObject({ code: "RUN_UNKNOWN" });
    expect(runs[index]?.log.reduce(evolve, initialState())).toEqual(runs[index]?.state);
    expect(typesOf(runs[index]?.log ?? []).at(-1)).toBe("run.completed");
  }
});
