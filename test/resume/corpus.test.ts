// Code that is newer than a log, and older: rows K26 and K28.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { checkInvariants, memoryStore, parseEvent, type RunEvent, type RunStore } from "@terrace/core";
import { eventsOf, typesOf, wide } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf } from "../core/support.js";
import { newPath } from "../store/files.js";
import { laterClock, mortal, pursue, startProcess, toEnd } from "./processes.js";
import { SLOTS } from "./reference.js";
import { requestsOf, start } from "./support.js";

const FOLDER = fileURLToPath(new URL("corpus/", import.meta.url));
const fileOf = (version: string) => `${FOLDER}${version}.json`;
const logOf = (version: string) => JSON.parse(readFileSync(fileOf(version), "utf8")) as RunEvent[];

const whole = await pursue(memoryStore());

/** The reference run of today's code, left by a process that died in the middle of the last execution. */
async function leftToday(): Promise<readonly RunEvent[]> {
  const store = memoryStore();
  const dying = mortal(store, { append: whole.appends - 9, written: true });
  await toEnd(startProcess(dying, 0).submit("Do it all."));
  return store.read("run_1");
}

/** As a file: an event a line. The ids of its calls are nobody else's. */
const fileFrom = (log: readonly RunEvent[]) =>
  `[\n${log.map((event) => JSON.stringify(event).replaceAll("_of_0", "_of_then")).join(",\n")}\n]\n`;

// The corpus has a log of each version, and a letter more for each change of its events in between. One is added when
// a version is released, and never changed again: `TERRACE_WRITE_CORPUS=0.2.0 vitest run test/resume/corpus.test.ts`.
// Version 0.1.0-a knew no budgets.
const wanted = process.env.TERRACE_WRITE_CORPUS ?? "";
if (wanted !== "" && !existsSync(fileOf(wanted))) writeFileSync(fileOf(wanted), fileFrom(await leftToday()));

const versions = readdirSync(FOLDER)
  .map((name) => basename(name, ".json"))
  .sort();

/** A store that holds a log, as the process that wrote it left it. */
async function holding(log: readonly RunEvent[]): Promise<RunStore> {
  const store = memoryStore();
  await store.append(await store.acquire("run_1", "then", 0, 0), log, 0);
  return store;
}

describe("[K26] a log that another version left in the middle", () => {
  test.each(versions)("%s is understood, event by event", (version) => {
    expect(() => logOf(version).map(parseEvent)).not.toThrow();
    expect(typesOf(logOf(version))).not.toContain("run.completed");
  });

  test.each(versions)("%s is resumed by this one, and ends as it would have", async (version) => {
    const log = logOf(version);
    const { run, result, asked } = await pursue(await holding(log));

    expect(result.outputs).toEqual(whole.result.outputs);
    expect(checkInvariants(run.log, { slots: SLOTS, isOver: true })).toEqual([]);
    expect(eventsOf(run.log, "call.orphaned")).toHaveLength(1);
    const answered = new Set(
      eventsOf(log, "call.sent")
        .filter(({ callId }) => eventsOf(log, "call.answered").some((answer) => answer.callId === callId))
        .map(({ key }) => key),
    );
    expect(asked.filter((key) => answered.has(key))).toEqual([]);
    expect(run.budget.budget).toBeNull();
    expect(run.state.workedMs).toBeGreaterThanOrEqual(0);
  });

  test("has one of today's form", async () => {
    const newest = logOf(versions.at(-1) ?? "");
    const shape = (log: readonly RunEvent[]) => {
      const fields = log.map((event) => [event.type, Object.keys(event).sort().join()]);
      return Object.fromEntries(fields.sort(([a = ""], [b = ""]) => a.localeCompare(b)));
    };

    expect(
      shape(newest),
      "events have changed: add a log of today's form to the corpus, see the top of this file",
    ).toEqual(shape(await leftToday()));
  });
});

describe.each<[string, () => RunStore]>([
  ["in memory", memoryStore],
  ["in SQLite", () => sqliteStore(newPath())],
])("[K28] a log %s that a newer version has written", (_, makeStore) => {
  /** A run that a newer version took over, and left after a word that this version does not know. */
  const newer = async (word: object) => {
    const store = makeStore();
    const { orchestrator } = start(mortal(store, { append: 8, written: false }), {});
    const { id } = await atRest(orchestrator.submit(wide(2)));
    const log = await store.read(id);
    const event = { ...word, runId: id, seq: log.length, at: 0 } as unknown as RunEvent;
    const after = { type: "run.resumed", by: "then", runId: id, seq: log.length + 1, at: 0 } as const;
    const lease = await store.acquire(id, "newer", laterClock(1).now(), 0);
    await store.append(lease, [event, after], log.length);
    return { store, id, seq: log.length };
  };

  test.each([
    ["an event", { type: "task.dreamt", taskId: "t1" }, /"task\.dreamt"|type: unknown event type/],
    ["a field", { type: "run.resumed", by: "then", mood: "good" }, /Unrecognized key: "mood"/],
    ["a value", { type: "task.flagged", taskId: "t1", cause: "moon", reason: "It is full." }, /cause: /],
  ])(
    "is not continued when it has %s that this one does not know: nothing is skipped",
    async (_what, word, said) => {
      const { store, id, seq } = await newer(word);
      const { orchestrator, agents } = start(store, {}, { env: laterClock(2) });
      const complaint = await complaintOf(orchestrator.resume(id));

      expect(complaint.code).toBe("LOG_UNREADABLE");
      expect(complaint.message).toMatch(new RegExp(`\\bevent ${seq}\\b`, "i"));
      expect(complaint.message).toMatch(/this version of Terrace /);
      expect(complaint.message).toMatch(said);
      expect(await complaintOf(orchestrator.open(id))).toEqual(complaint);
      expect(requestsOf(agents)).toBe(0);
    },
  );
});
