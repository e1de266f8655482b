import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { sqliteStore } from "@terrace/store";
import { describe, expect, test } from "vitest";
import { logOf } from "../../packages/core/src/testing/run-store-contract/samples.js";
import { NOW, newPath } from "./files.js";

/** The type of a file system, as `statfs` tells it. */
const on = (type: number) => ({ fileSystemOf: () => ({ type }) });

describe("[K15] a store on a network file system", () => {
  test.each([
    ["NFS", 0x6969],
    ["SMB", 0x517b],
    ["CIFS", 0xff534d42],
    ["CIFS", 0xff534d42 | 0],
    ["SMB2", 0xfe534d42],
    ["AFS", 0x5346414f],
  ])("(%s, %i) is refused, and no file is made", async (name, type) => {
    const path = newPath();
    const store = sqliteStore(path, on(type));

    await expect(store.read("run_1")).rejects.toMatchObject({
      code: "STORE_FAILED",
      message:
        `The store "${path}" is on a network file system (${name}), expected a disk of this machine: SQLite's ` +
        "locks do not hold there, and two processes could write one run. Choose a path on a local disk; or, if " +
        "never more than one machine uses the file, pass `allowNetworkFileSystem: true`.",
    });
    expect(existsSync(path)).toBe(false);
  });

  test("is used when that is allowed", async () => {
    const store = sqliteStore(newPath(), { ...on(0x6969), allowNetworkFileSystem: true });
    await store.append(await store.acquire("run_1", "host:1", NOW, 60_000), logOf("run_1", 3), 0);

    await expect(store.read("run_1")).resolves.toHaveLength(3);
    await store.close();
  });

  test.each([
    ["ext4", 0xef53],
    ["tmpfs", 0x01021994],
    ["9p", 0x01021997],
    ["FUSE", 0x65735546],
  ])("is not what %s is", async (_, type) => {
    const store = sqliteStore(newPath(), on(type));

    await expect(store.read("run_1")).resolves.toEqual([]);
    await store.close();
  });

  test("is looked for in the folder of the file; where the system does not tell, nothing is refused", async () => {
    const path = newPath();
    const asked: string[] = [];
    const fileSystemOf = (folder: string): never => {
      asked.push(folder);
      throw new Error("ENOSYS: function not implemented, statfs");
    };
    const store = sqliteStore(path, { fileSystemOf });

    await expect(store.read("run_1")).resolves.toEqual([]);
    expect(asked).toEqual([dirname(path)]);
    await store.close();
  });
});
