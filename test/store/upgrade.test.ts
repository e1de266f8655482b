import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import {
  begin,
  logOf,
  outputOf,
  reasonOf,
} from "../../packages/core/src/testing/run-store-contract/samples.js";
import { VERSION } from "../../packages/store/src/sqlite/migrations.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { CORPUS, corpus, dumpOf } from "./corpus.js";
import { NOW, newPath } from "./files.js";

/** What every store of the corpus holds. */
async function writeGolden(path: string): Promise<void> {
  const store = sqliteStore(path);
  const plain = await store.acquire("run 1", "host:1", NOW, 60_000);
  await store.append(plain, logOf("run 1", 12), 0);
  await store.release(plain);
  const odd = "run \u0000\ud800";
  const held = await store.acquire(odd, "host:2", NOW, 60_000);
  await store.append(
    held,
    [begin(odd, "'\u0000\ud800"), outputOf(odd, 1, "large ".repeat(4_000)), reasonOf(odd, 2, "x")],
    0,
  );
  await store.close();
}

async function schemaOf(path: string): Promise<readonly unknown[]> {
  const client = connect(path);
  const { rows } = await client.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
  client.close();
  return rows.map((row) => ({ ...row }));
}

// A store is added once, when its version is released: `TERRACE_WRITE_CORPUS=1b vitest run test/store/upgrade.test.ts`.
test("the corpus has a store of every version", async () => {
  const wanted = process.env.TERRACE_WRITE_CORPUS ?? "";
  const newest = join(CORPUS, `version-${wanted}.sql`);
  if (wanted !== "" && !existsSync(newest)) {
    const path = newPath();
    await writeGolden(path);
    writeFileSync(newest, await dumpOf(path));
  }

  expect([...new Set(corpus().map(({ version }) => Number.parseInt(version, 10)))]).toEqual(
    Array.from({ length: VERSION }, (_, index) => index + 1),
  );
});

test.each(corpus())("a store of version $version gets the tables of a new one", async ({ restore }) => {
  const [old, fresh] = [await restore(), newPath()];
  for (const path of [old, fresh]) {
    const store = sqliteStore(path);
    await store.list(1);
    await store.close();
  }

  expect(await schemaOf(old)).toEqual(await schemaOf(fresh));
});

test("a store written today reads as the newest of the corpus does", async () => {
  const path = newPath();
  await writeGolden(path);

  expect(await dumpOf(path)).toBe(
    readFileSync(join(CORPUS, `version-${corpus().at(-1)?.version}.sql`), "utf8"),
  );
});
