import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sqliteStore } from "@terrace/store";
import { afterEach, describe, expect, test } from "vitest";
import { begin, logOf, outputOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { describeFailure } from "../../packages/store/src/sqlite/disk-errors.js";
import { APPLICATION_ID, VERSION } from "../../packages/store/src/sqlite/migrations.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { flipByte } from "./damage.js";
import { faultyStore, NOW, newPath } from "./files.js";

const umask = process.umask();
afterEach(() => {
  process.umask(umask);
});

async function inDatabase(path: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const client = connect(path);
  try {
    const results = [];
    for (const sql of statements) results.push((await client.execute(sql)).rows[0]?.[0]);
    return results;
  } finally {
    client.close();
  }
}

async function written(path = newPath()): Promise<string> {
  const store = sqliteStore(path);
  await store.append(await store.acquire("run_1", "host:1", NOW, 60_000), logOf("run_1", 9), 0);
  await store.close();
  return path;
}

describe("the file", () => {
  test("nothing is made before it is needed", () => {
    const path = newPath();
    sqliteStore(path);

    expect(readdirSync(dirname(path))).toEqual([]);
  });

  test("folder and files are made for their owner alone, whatever the umask", async () => {
    process.umask(0);
    const path = join(dirname(newPath()), "a", "b", "terrace.db");
    const store = sqliteStore(path);
    await store.append(await store.acquire("run_1", "host:1", NOW, 60_000), [begin("run_1")], 0);

    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(dirname(dirname(path))).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dirname(path))) {
      expect(`${name} ${(statSync(join(dirname(path), name)).mode & 0o777).toString(8)}`).toBe(`${name} 600`);
    }
    await store.close();
  });

  test("a folder that is there keeps its mode", async () => {
    const path = newPath();
    chmodSync(dirname(path), 0o755);
    await written(path);

    expect(statSync(dirname(path)).mode & 0o777).toBe(0o755);
  });

  test("it has a write-ahead log, its mark and its version", async () => {
    const path = await written();

    expect(
      await inDatabase(path, "PRAGMA journal_mode", "PRAGMA application_id", "PRAGMA user_version"),
    ).toEqual(["wal", APPLICATION_ID, VERSION]);
  });

  test("a path may hold what a URL would read as its own", async () => {
    const path = newPath("a b?c=1#d%20é.db");
    await written(path);

    expect(readdirSync(dirname(path))).toContain("a b?c=1#d%20é.db");
    await expect(sqliteStore(path).read("run_1")).resolves.toHaveLength(9);
  });

  test("after `close` everything is in the one file", async () => {
    const path = await written();
    const copy = newPath();
    writeFileSync(copy, readFileSync(path));

    await expect(sqliteStore(copy).read("run_1")).resolves.toEqual(logOf("run_1", 9));
  });

  test("`close` waits for what was appended", async () => {
    const store = sqliteStore(newPath());
    const lease = await store.acquire("run_1", "host:1", NOW, 60_000);
    const appended = logOf("run_1", 5).map((event, seq) => store.append(lease, [event], seq));
    await store.close();
    await Promise.all(appended);

    await expect(sqliteStore(store.path).read("run_1")).resolves.toHaveLength(5);
  });

  test("a closed store says so, and may be closed again", async () => {
    const store = sqliteStore(newPath());
    await store.close();
    await store.close();

    await expect(store.read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `The store "${store.path}" is closed. Open it again.`,
    });
    await expect(store.append({ runId: "run_1", fence: 1 }, [], 0)).rejects.toMatchObject({
      code: "STORE_FAILED",
    });
  });

  test("a large value is kept once, however many events have it", async () => {
    const store = sqliteStore(newPath());
    const lease = await store.acquire("run_1", "host:1", NOW, 60_000);
    const large = "large ".repeat(10_000);
    await store.append(lease, [begin("run_1"), ...[1, 2, 3].map((seq) => outputOf("run_1", seq, large))], 0);
    await store.append(lease, [outputOf("run_1", 4, large)], 4);
    await store.close();

    expect(
      await inDatabase(
        store.path,
        "SELECT count(*) FROM blobs",
        "SELECT max(length(body)) < 17000 FROM events",
      ),
    ).toEqual([1, 1]);
  });
});

describe("what cannot be a store is refused and left as it is", () => {
  test("a folder in the place of the file", async () => {
    const path = dirname(newPath());

    await expect(sqliteStore(path).read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(
        /^The store ".*" cannot be used: a folder is there, expected a file \(EISDIR.*\)\. Name a file inside it\.$/,
      ),
    });
  });

  test("a file in the place of the folder", async () => {
    const file = newPath("file");
    writeFileSync(file, "");

    await expect(sqliteStore(join(file, "terrace.db")).read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("a part of the path is a file and no folder"),
    });
  });

  // The superuser may write everywhere, so the words are tested on what the system says to everybody else.
  test("a folder that this user may not write", () => {
    const denied = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });

    expect(describeFailure(denied, "/closed/terrace.db")).toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringContaining("this user may not write there (EACCES"),
    });
  });

  test("[K11] a file that is no database", async () => {
    const path = newPath();
    const text = "This is a diary and no database. ".repeat(200);
    writeFileSync(path, text);

    await expect(sqliteStore(path).read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `The store "${path}" cannot be used: the file is no database, expected one of Terrace. It was left as it is: move it away, or choose another path.`,
    });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("a database of another program", async () => {
    const path = newPath();
    await inDatabase(path, "CREATE TABLE songs (title TEXT)");
    const before = readFileSync(path);

    await expect(sqliteStore(path).read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `The file "${path}" is a database of another program, expected one of Terrace. It was left as it is: choose another path.`,
    });
    expect(readFileSync(path)).toEqual(before);
  });

  test("a store of a newer version", async () => {
    const path = await written();
    await inDatabase(path, "PRAGMA user_version = 99");

    await expect(sqliteStore(path).read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message: `The store "${path}" was written by a newer Terrace: expected version ${VERSION} or older, got 99. Update @terrace/store.`,
    });
    expect(await inDatabase(path, "PRAGMA user_version")).toEqual([99]);
  });

  test("a store with a damaged header", async () => {
    const path = await written();
    flipByte(path, 0);
    const before = readFileSync(path);

    await expect(sqliteStore(path).read("run_1")).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(readFileSync(path)).toEqual(before);
  });

  test("a store that ends too early, unless what is missing says nothing", async () => {
    const path = await written();
    const bytes = readFileSync(path);
    const codes: (string | undefined)[] = [];
    for (let length = 1; length < bytes.length; length += length < 8_192 ? 511 : 4_096) {
      const cut = newPath();
      writeFileSync(cut, bytes.subarray(0, length));
      const store = sqliteStore(cut);
      const answer = await store.read("run_1").catch((error: { code?: string }) => error.code);
      if (Array.isArray(answer)) expect(answer, `${length} bytes`).toEqual(logOf("run_1", 9));
      else codes.push(String(answer));
      await store.close();
    }

    expect([...new Set(codes)].sort()).toEqual(["STORE_FAILED"]);
    expect(codes.length).toBeGreaterThan(10);
  });
});

describe("a file that others use too", () => {
  test("an operation waits for another process to finish, and this one goes on meanwhile", async () => {
    const path = await written();
    const other = connect(path);
    const tx = await other.transaction("write");
    const store = sqliteStore(path);
    const acquired = store.acquire("run_2", "host:1", NOW, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await tx.commit();
    other.close();

    await expect(acquired).resolves.toEqual({ runId: "run_2", fence: 1 });
    await store.close();
  });

  test("a file that is never let go is reported, and used again once it is", async () => {
    const path = await written();
    const other = connect(path);
    const tx = await other.transaction("write");
    const store = sqliteStore(path, { busyTimeoutMs: 200 });

    await expect(store.acquire("run_2", "host:1", NOW, 60_000)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message:
        `The store "${path}" is locked: another process kept it for 200 ms, expected at most a few. ` +
        "Find out who holds the file (such as an open database tool), let it go, and try again.",
    });
    await expect(store.read("run_1")).resolves.toHaveLength(9);
    await tx.rollback();
    other.close();
    await expect(store.acquire("run_2", "host:1", NOW, 60_000)).resolves.toEqual({
      runId: "run_2",
      fence: 1,
    });
    await store.close();
  });

  test("many stores may open a new file at once", async () => {
    const path = newPath();
    const stores = Array.from({ length: 8 }, () => sqliteStore(path));
    const leases = await Promise.all(
      stores.map((store, index) => store.acquire(`run_${index}`, "host:1", NOW, 60_000)),
    );

    expect(leases.map(({ fence }) => fence)).toEqual(stores.map(() => 1));
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe("messages", () => {
  test("a locked run names its owner, since when and until when", async () => {
    const store = faultyStore(newPath());
    await store.acquire("run_1", "laptop:4711", NOW, 60_000);

    await expect(store.acquire("run_1", "b", NOW + 1, 60_000)).rejects.toMatchObject({
      code: "RUN_LOCKED",
      message:
        'Run "run_1" is being written by "laptop:4711" since 2027-01-15T08:00:00.000Z. Wait for it to end, or stop ' +
        "it: without a sign of life its lease runs out at 2027-01-15T08:01:00.000Z.",
    });
  });

  test("a lost lease names who took over, or that it was given back", async () => {
    const store = faultyStore(newPath());
    const old = await store.acquire("run_1", "a", NOW, 10);
    const lease = await store.acquire("run_1", "laptop:2", NOW + 10, 10);
    const rest = "Nothing was written. Stop driving the run here; resume it to take a new lease.";

    await expect(store.append(old, [], 0)).rejects.toMatchObject({
      code: "LEASE_LOST",
      message: `The lease 1 of run "run_1" is not held any more: "laptop:2" took over with lease 2 at 2027-01-15T08:00:00.010Z. ${rest}`,
    });
    await store.release(lease);
    await expect(store.renew(lease, NOW, 1)).rejects.toMatchObject({
      message: `The lease 2 of run "run_1" is not held any more: it was given back, and the last one given out is 2. ${rest}`,
    });
    await expect(store.renew({ runId: "run_2", fence: 1 }, NOW, 1)).rejects.toMatchObject({
      message: `The lease 1 of run "run_2" is not held any more: the store knows no such run. ${rest}`,
    });
  });

  test("a conflict says where the log ends", async () => {
    const store = faultyStore(newPath());
    const lease = await store.acquire("run_1", "a", NOW, 10);

    await expect(store.append(lease, logOf("run_1", 5).slice(4), 4)).rejects.toMatchObject({
      code: "LOG_CONFLICT",
      message:
        'Run "run_1" was expected to end at event 4 but ends at 0: something else is writing it. Nothing was ' +
        "written. Let one orchestrator drive a run.",
    });
    await expect(store.append(lease, logOf("run_2", 1), 0)).rejects.toMatchObject({
      code: "LOG_CONFLICT",
      message:
        'Run "run_1" was to get its event 0, but was handed event 0 of run "run_2". Nothing was written. Number ' +
        "events without gaps.",
    });
  });

  test("a full disk says what to do", async () => {
    const store = faultyStore(newPath());
    const lease = await store.acquire("run_1", "a", NOW, 10);
    store.failAppend(1);

    await expect(store.append(lease, logOf("run_1", 1), 0)).rejects.toMatchObject({
      code: "STORE_FAILED",
      message:
        `The store "${store.path}" cannot be used: the disk is full (SQLITE_FULL: database or disk is full). ` +
        "Free some space, then resume the run.",
      cause: expect.objectContaining({ code: "SQLITE_FULL" }),
    });
  });
});
