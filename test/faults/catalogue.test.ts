import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Report {
  readonly groups: readonly {
    readonly letter: string;
    readonly rows: number;
    readonly tested: readonly string[];
  }[];
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

/** What the script says of the tests in a folder; of these tests by default. */
async function ask(...folder: readonly string[]): Promise<{ report: Report; exitCode: number }> {
  const script = fileURLToPath(new URL("../../scripts/faults.mjs", import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [script, "--json", ...folder], (error, stdout) => {
      resolve({ report: JSON.parse(stdout) as Report, exitCode: error === null ? 0 : Number(error.code) });
    });
  });
}

test("every row of the fault catalogue that is due has a test", async () => {
  const { report, exitCode } = await ask();

  expect(report.missing).toEqual([]);
  expect(report.unknown).toEqual([]);
  expect(exitCode).toBe(0);
  expect(report.groups.map(({ letter, rows }) => `${letter} ${rows}`)).toEqual([
    "P 36",
    "E 31",
    "R 16",
    "A 44",
    "K 41",
    "B 19",
    "H 13",
    "C 15",
    "S 26",
  ]);
});

test("a row counts when the title of a test that runs names it; a title that names no row is told", async () => {
  const folder = await mkdtemp(join(tmpdir(), "terrace-faults-"));
  // Put together here, so that this very test names no row.
  const row = (id: string): string => `[${id}]`;
  const lines = [
    `test("${row("P01")} ${row("R02")} runs", prove);`,
    `// ${row("P02")} is only spoken of`,
    `test.skip("${row("P03")} is skipped", prove);`,
    `test.todo("${row("P04")} is not written");`,
    `test.each([["${row("P05")}"]])("%s is a row of a table", prove);`,
    `test("${row("P77")} names no row", prove);`,
  ];
  await writeFile(join(folder, "some.test.ts"), lines.join("\n"));
  const { report, exitCode } = await ask(folder);
  await rm(folder, { recursive: true });

  expect(report.groups.flatMap(({ tested }) => tested)).toEqual(["P01", "P05", "R02"]);
  expect(report.missing).toEqual(expect.arrayContaining(["P02", "P03", "P04"]));
  expect(report.missing).not.toContain("S01");
  expect(report.unknown).toEqual(["P77"]);
  expect(exitCode).toBe(1);
});
