import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckContext, JsonValue } from "@terrace/core";
import { expect, onTestFinished, test } from "vitest";
import { type DemoTier, loadDemoLibrary } from "../../packages/cli/src/demo/library.js";
import { stripTypes } from "../../packages/cli/src/demo/strip-types.js";
import { runSuite } from "../../packages/cli/src/demo/suite.js";
import { openFolder, testCheck, writeLibrary } from "../../packages/cli/src/demo/workshop.js";
import { folder } from "./support.js";

const library = loadDemoLibrary();
const written = (id: string, tier: DemoTier): string => library.tasks[id]?.answers[tier]?.output ?? "";

const check = (id: string, output: string, inputs: readonly (readonly [string, string])[] = []) =>
  testCheck(library).run(output, {
    runId: "run_1",
    task: { id },
    attempt: 1,
    tier: "haiku",
    inputs: inputs.map(([taskId, text]) => ({ taskId, output: text })),
    signal: new AbortController().signal,
  } as unknown as CheckContext);

test("a module that is right passes its tests", async () => {
  expect(await check("crc32", written("crc32", "haiku"))).toEqual([]);
});

test("a module that is wrong gets the tests that fail, each in a line", async () => {
  const issues = await check("base64url", written("base64url", "haiku"));
  expect(issues[0]).toMatch(/ended with exit code 1\.$/);
  expect(issues[1]).toMatch(/^4 of 15 fail, first: refused: /);
  expect(issues).toHaveLength(5);
});

test("a module is tested with the accepted modules it is built on", async () => {
  const alone = await check("release-order", written("release-order", "haiku"));
  expect(alone[1]).toMatch(/^1 of 1 fail, first: .*Cannot find module 'semver.mjs'/);
  const inputs = [["semver", written("semver", "sonnet")]] as const;
  expect(await check("release-order", written("release-order", "haiku"), inputs)).toEqual([]);
});

test("what is no TypeScript is a finding", async () => {
  expect(await check("crc32", "export const = ;")).toEqual([
    expect.stringMatching(/^crc32\.mts, line 1: Unexpected token/),
  ]);
});

test("a module that ends the process before its tests does not pass", async () => {
  const issues = await check("crc32", "process.exit(0); export const crc32 = 1;");
  expect(issues[1]).toBe("No test ran: the process ended before the first.");
});

test("types become blanks, so that lines and columns stay", () => {
  expect(stripTypes("const a: number = 1;", "a.mts")).toBe("const a         = 1;");
  expect(() => stripTypes("enum A { b }", "a.mts")).toThrow(
    /^a\.mts, line 1: TypeScript enum is not supported/,
  );
});

test("a folder is fresh unless one is named, and a named one must be empty", async () => {
  const fresh = await openFolder(undefined);
  onTestFinished(() => rm(fresh, { recursive: true }));
  expect(await readdir(fresh)).toEqual([]);
  expect(await openFolder(join(fresh, "new", "one"))).toBe(join(fresh, "new", "one"));
  await expect(openFolder(fresh)).rejects.toThrow(`"${fresh}" holds files`);
  await writeFile(join(fresh, "file"), "");
  await expect(openFolder(join(fresh, "file"))).rejects.toThrow("cannot be used");
});

test("what was accepted lands in the folder with and without its types, and its suite passes", async () => {
  const target = await folder();
  const outputs = new Map<string, JsonValue>([
    ["semver", written("semver", "sonnet")],
    ["release-order", written("release-order", "haiku")],
  ]);
  await writeLibrary(library, outputs, target);
  expect((await readdir(target)).sort()).toEqual([
    "package.json",
    "release-order.mjs",
    "release-order.mts",
    "release-order.test.mjs",
    "semver.mjs",
    "semver.mts",
    "semver.test.mjs",
  ]);
  const suite = await runSuite(target);
  expect(suite.fail).toBe(0);
  expect(suite.pass).toBe(suite.tests);
  expect(suite.tests).toBeGreaterThan(30);
});
