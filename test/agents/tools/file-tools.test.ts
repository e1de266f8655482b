import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileTools } from "@terrace/agents";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issuesOf } from "../../core/support.js";
import { call } from "./calling.js";

const SECRET = "the secret of the house";
let home = "";
let root = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "terrace-"));
  root = join(home, "root");
  mkdirSync(join(root, "notes", "deep"), { recursive: true });
  mkdirSync(join(home, "root-too"));
  writeFileSync(join(home, "outside.txt"), SECRET);
  writeFileSync(join(home, "root-too", "near.txt"), SECRET);
  writeFileSync(join(root, "a.txt"), "one\ntwo\nthree");
  writeFileSync(join(root, "a..b.txt"), "dots");
  writeFileSync(join(root, "notes", "deep", "b.txt"), "Two doors.\nOne Key.");
  writeFileSync(join(root, "bytes.bin"), Buffer.from([0, 1, 2]));
  symlinkSync(join(home, "outside.txt"), join(root, "link.txt"));
  symlinkSync(home, join(root, "up"));
  symlinkSync("notes/deep", join(root, "within"));
  symlinkSync("loop", join(root, "loop"));
  execFileSync("sh", ["-c", 'mkfifo "$0"', join(root, "pipe")]);
});

afterAll(() => rmSync(home, { recursive: true }));

const tools = () => fileTools({ root });

test("a folder is listed, with a slash behind folders and nothing followed", async () => {
  expect(await call(tools(), "list_files", {})).toBe(
    "a..b.txt\na.txt\nbytes.bin\nlink.txt\nloop\nnotes/\npipe\nup\nwithin",
  );
  expect(await call(tools(), "list_files", { path: "notes/deep" })).toBe("b.txt");
  expect(await call(tools(), "list_files", { path: "a.txt" })).toEqual({ failed: '`"a.txt"` is no folder.' });
});

test("a file is read whole, or from a line on", async () => {
  expect(await call(tools(), "read_file", { path: "a.txt" })).toBe("one\ntwo\nthree");
  expect(await call(tools(), "read_file", { path: "a.txt", fromLine: 2, lines: 1 })).toBe(
    "two\n(1 more lines follow)",
  );
  expect(await call(tools(), "read_file", { path: "a.txt", fromLine: 4 })).toEqual({
    failed: '`"a.txt"` has 3 lines, and no line 4.',
  });
});

test("a text is found in the files of a folder and those in it", async () => {
  expect(await call(tools(), "search_files", { text: "ONE" })).toBe(
    "a.txt:1: one\nnotes/deep/b.txt:2: One Key.",
  );
  expect(await call(tools(), "search_files", { text: "one", path: "notes" })).toBe(
    "notes/deep/b.txt:2: One Key.",
  );
  expect(await call(tools(), "search_files", { text: "(.*)+$" })).toBe("(nothing found)");
  expect(await call(tools(), "search_files", { text: SECRET })).toBe("(nothing found)");
});

test("a search stops when it is told to", async () => {
  const signal = AbortSignal.abort(new Error("Enough."));
  expect(await call(tools(), "search_files", { text: "one" }, signal)).toEqual({ failed: "Enough." });
});

test("a link that stays inside is followed", async () => {
  expect(await call(tools(), "read_file", { path: "within/b.txt" })).toBe("Two doors.\nOne Key.");
  expect(await call(tools(), "read_file", { path: "a..b.txt" })).toBe("dots");
});

describe("[E21] nothing is read", () => {
  test.each([
    ["above", "../outside.txt"],
    ["above, by a way round", "notes/../../outside.txt"],
    ["in a folder whose name begins alike", "../root-too/near.txt"],
    ["by a link to a file", "link.txt"],
    ["by a link to a folder", "up/outside.txt"],
    ["by a link in a circle", "loop"],
    ["at an absolute path", "/etc/hostname"],
    ["at home", "~/.bashrc"],
    ["by another system's way", "..\\outside.txt"],
    ["on another drive", "C:/outside.txt"],
    ["in a device's name space", "\\\\?\\C:\\outside.txt"],
    ["behind a NUL", "a.txt\0.png"],
    ["behind an endless name", "a/".repeat(600)],
    ["in a pipe, which nobody writes to", "pipe"],
    ["in a folder", "notes"],
    ["that is no text", "bytes.bin"],
    ["that is not there", "nowhere.txt"],
  ])("%s", async (_, path) => {
    const found = await call(tools(), "read_file", { path });
    expect(found).toEqual(
      path.length > 1_024
        ? { refused: [expect.stringContaining("path")] }
        : { failed: expect.stringMatching(/leads out|nothing at|is no (file|text|path)/) },
    );
    const listed = await call(tools(), "list_files", { path });
    if (path !== "notes") expect(typeof listed).toBe("object");
  });

  test("in a device", async () => {
    expect(await call(fileTools({ root: "/dev" }), "read_file", { path: "zero" })).toEqual({
      failed: '`"zero"` is no file.',
    });
  });

  test("outside of the folder, whatever is put together of the ways out", async () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "up",
      "link.txt",
      "notes",
      "within",
      "outside.txt",
      "root-too",
      "/",
      "~",
      "near.txt",
      "\\..",
      "%2e%2e",
      "loop",
      "",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 7 }), async (pieces) => {
        const path = pieces.join("/");
        for (const name of ["read_file", "list_files"])
          expect(JSON.stringify(await call(tools(), name, { path }))).not.toMatch(/secret|root-too"?\\n/);
        expect(JSON.stringify(await call(tools(), "search_files", { text: "secret", path }))).not.toMatch(
          /house/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

test("a file that is a hard link is a file of the folder like any other", async () => {
  linkSync(join(root, "a.txt"), join(root, "hard.txt"));
  expect(await call(tools(), "read_file", { path: "hard.txt" })).toBe("one\ntwo\nthree");
  rmSync(join(root, "hard.txt"));
});

test("a root that is no folder is refused", () => {
  expect(issuesOf(() => fileTools({ root: "/nowhere/at/all" }))).toEqual([
    'Expected the `root` of `fileTools` to be a folder, got `"/nowhere/at/all"`. Create it, or name another.',
  ]);
});
