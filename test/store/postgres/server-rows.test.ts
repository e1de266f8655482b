// A server that restarts under a run, in order and as after a crash: row K29; one that has no connection left: K30.
import { spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkInvariants, createOrchestrator, type RunEvent, systemEnvironment } from "@terrace/core";
import { countingIds, eventsOf, ok, scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { type PostgresStoreOptions, postgresStore } from "@terrace/store/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../core/support.js";
import { laterClock } from "../../resume/processes.js";
import { startServer, type TestServer } from "./server.js";
import { newSchema } from "./stores.js";

const TASKS = 30;
const CONNECTIONS = 12;
const USAGE = { inputTokens: 1, costMicroUsd: 10, reservedMicroUsd: 100 };
const ACCEPTED = { outcome: "ok", value: { criteria: [], problems: [], blame: null } } as const;

// What this server says is durable must be: it crashes.
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    fsync: "on",
    max_connections: String(CONNECTIONS),
    superuser_reserved_connections: "0",
  });
});
afterAll(() => server.stop());

function opened(schema: string, options: Partial<PostgresStoreOptions> = {}) {
  return postgresStore({ url: server.url, schema, ...options });
}

/** Restarts the server in the middle of what others do, once each. */
function monkey(modes: readonly ("fast" | "immediate")[]) {
  const left = [...modes];
  let restarting: Promise<void> | undefined;
  return {
    /** Lets it happen now, unless it happens already. */
    strike() {
      const mode = restarting === undefined ? left.shift() : undefined;
      if (mode === undefined) return;
      restarting = server.restart(mode).then(() => {
        restarting = undefined;
      });
    },
    left: () => left.length,
    atRest: async () => await restarting,
  };
}

/** Agents that note each request, and wait for `then` at every so many. */
function noting(asked: string[], then: () => unknown) {
  const note = async (what: string) => {
    asked.push(what);
    if (asked.length % 7 === 0) await then();
    await wait(5);
  };
  return scriptedAgents({
    usage: USAGE,
    async execute({ task }) {
      await note(`execute ${task.id}`);
      return ok(`${task.id} is done`);
    },
    async review({ task }) {
      await note(`review ${task.id}`);
      return ACCEPTED;
    },
  });
}

/** What was asked more often than once. */
function repeated(asked: readonly string[]): readonly string[] {
  return asked.filter((each, index) => asked.indexOf(each) !== index);
}

function orphans(log: readonly RunEvent[]): number {
  return eventsOf(log, "call.orphaned").length;
}

test("[K29] a server that restarts again and again, in order or as after a crash, neither stops a run nor has a call made twice", async () => {
  const asked: string[] = [];
  const { strike, left, atRest } = monkey(["fast", "immediate", "fast", "immediate"]);
  const schema = newSchema();
  const store = opened(schema);
  const agents = noting(asked, strike);
  const run = createOrchestrator({ agents, team: testTeam, store, concurrency: 4 }).submit(wide(TASKS));
  const { outcome, census } = await run.result();
  await atRest();

  expect([outcome, census.accepted]).toEqual(["complete", TASKS]);
  expect(left()).toBe(0);
  expect(repeated(asked)).toEqual([]);
  expect(orphans(run.log)).toBe(0);
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  expect(await store.read(run.id)).toEqual(run.log);
  await store.close();
});

test("[K29] a process killed under a server that restarts is followed by another, which repeats no more calls than were orphaned", async () => {
  const killed = await driveUntilKilled(20);
  const asked: string[] = [];
  const { strike, left, atRest } = monkey(["immediate"]);
  const store = opened("terrace");
  const before = await store.read("run_1");
  const counting = countingIds();
  const run = await createOrchestrator({
    agents: noting(asked, strike),
    team: testTeam,
    store,
    concurrency: 4,
    env: { ...laterClock(1), id: (kind) => `${counting.id(kind)}_second` },
  }).resume("run_1");
  const { census } = await run.result();
  await atRest();

  expect(census).toMatchObject({ accepted: TASKS });
  expect(left()).toBe(0);
  expect(run.log.slice(0, before.length)).toEqual(before);
  expect(orphans(run.log)).toBeLessThanOrEqual(4);
  expect(repeated([...killed, ...asked]).length).toBeLessThanOrEqual(orphans(run.log));
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  await store.close();
});

/** What a process asked until it was killed, which is at its nth request; the server restarts on the way. */
async function driveUntilKilled(nth: number): Promise<readonly string[]> {
  const { strike, atRest } = monkey(["fast"]);
  const script = fileURLToPath(new URL("worker.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, server.url, String(TASKS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (data: Buffer) => {
    text += data.toString();
    const requests = text.split("\n").length - 1;
    if (requests >= nth / 2) strike();
    if (requests >= nth) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => child.once("close", (_, how) => resolve(how)));
  await atRest();
  expect(signal).toBe("SIGKILL");
  return text.split("\n").slice(0, -1);
}

describe("[K30] when the server has no connection left", () => {
  test("a run waits and sends nothing, and goes on when there is one again", async () => {
    const schema = newSchema();
    const before = opened(schema);
    await before.list(1);
    await before.close();
    const { letGo } = await takeAll();
    const asked: string[] = [];
    const askedMeanwhile: number[] = [];
    let pauses = 0;
    const after = (ms: number, action: () => void) => {
      pauses += 1;
      askedMeanwhile.push(asked.length);
      if (pauses === 5) void letGo();
      return systemEnvironment.after(ms, action);
    };
    const store = opened(schema, { env: { after } });
    const agents = noting(asked, () => {});
    const run = createOrchestrator({ agents, team: testTeam, store, concurrency: 4 }).submit(wide(3));
    const { outcome } = await run.result();

    expect(outcome).toBe("complete");
    expect(pauses).toBeGreaterThanOrEqual(5);
    expect(askedMeanwhile.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
    await store.close();
  });

  test("and none comes back, the run stops with what to do, and can be resumed", async () => {
    const schema = newSchema();
    const asked: string[] = [];
    const store = opened(schema, { connections: 1, patienceMs: 200 });
    let holding: Promise<Held> | undefined;
    const agents = noting(asked, () => {
      holding ??= takeAll("end");
      return holding;
    });
    const run = createOrchestrator({ agents, team: testTeam, store, concurrency: 2 }).submit(wide(9));
    const { code, message, cause } = await failureOf(run.result());
    await (await holding)?.letGo();

    expect(code).toBe("RUN_STOPPED");
    expect(cause).toMatchObject({ code: "STORE_FAILED" });
    expect(message).toContain(`The store "${store.path}" was out of reach for 200 ms (`);
    expect(message).toContain("See that the server runs and has connections left, then resume the run.");
    const again = opened(schema);
    const ids = countingIds();
    const resumed = await createOrchestrator({
      agents: noting(asked, () => {}),
      team: testTeam,
      store: again,
      env: { ...laterClock(1), id: (kind) => `${ids.id(kind)}_second` },
    }).resume(run.id);

    expect((await resumed.result()).census.accepted).toBe(9);
    expect(repeated(asked).length).toBeLessThanOrEqual(orphans(resumed.log));
    expect(checkInvariants(resumed.log, { isOver: true })).toEqual([]);
    await again.close();
    await store.close();
  });
});

test("[K30] 64 slots that share one connection send nothing whose intent is not durable", async () => {
  const schema = newSchema();
  const store = opened(schema, { connections: 1 });
  const reader = opened(schema, { connections: 1 });
  const unintended: string[] = [];
  let [underWay, most] = [0, 0];
  const agents = scriptedAgents({
    usage: USAGE,
    async execute({ runId, task }) {
      underWay += 1;
      most = Math.max(most, underWay);
      const sent = eventsOf(await reader.read(runId), "call.sent");
      if (!sent.some(({ taskId }) => taskId === task.id)) unintended.push(task.id);
      underWay -= 1;
      return ok(`${task.id} is done`);
    },
  });
  const run = createOrchestrator({ agents, team: testTeam, store, concurrency: 64 }).submit(wide(64));

  expect((await run.result()).census.accepted).toBe(64);
  expect(most).toBeGreaterThan(32);
  expect(unintended).toEqual([]);
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  await reader.close();
  await store.close();
});

/** Connections that are somebody else's. */
interface Held {
  letGo(): Promise<void>;
}

/** Takes every connection of the server, once others have let go of theirs, which they may be told to. */
async function takeAll(others: "wait" | "end" = "wait"): Promise<Held> {
  const held: Client[] = [];
  const letGo = async () => {
    await Promise.all(held.splice(0).map((client) => client.end()));
  };
  onTestFinished(letGo);
  while (held.length < CONNECTIONS) {
    const client = new Client({ connectionString: server.url, application_name: "holder" });
    client.on("error", () => {});
    try {
      await client.connect();
      held.push(client);
    } catch {
      if (others === "end") await held[0]?.query(END_OTHERS);
    }
  }
  return { letGo };
}

const END_OTHERS =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity " +
  "WHERE backend_type = 'client backend' AND application_name <> 'holder'";
