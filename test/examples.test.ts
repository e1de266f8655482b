import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../packages/examples/", import.meta.url));
const run = promisify(execFile);

const names = readdirSync(`${folder}src`)
  .filter((file) => /^\d\d-/.test(file))
  .map((file) => file.replace(/\.ts$/, ""));

// To load what they import takes longer than most examples do, so that some share a process.
const SHARING = 6;
const groups = Array.from({ length: Math.ceil(names.length / SHARING) }, (_, at) =>
  names.slice(at * SHARING, (at + 1) * SHARING),
);

// The test command builds the examples first; these run what a user would run.
test.each(groups.map((group) => [group.join(", "), group] as const))(
  "%s: each prints what it says",
  async (_, group) => {
    const expected = group.map((name) => readFileSync(`${folder}expected/${name}.txt`, "utf8"));
    const { stdout, stderr } = await run(process.execPath, [`${folder}dist/run.js`, ...group]);

    expect(stdout).toBe(expected.join(""));
    expect(stderr).toBe("");
  },
);

test("an example that does not exist is refused with those that do", async () => {
  const refused = run(process.execPath, [`${folder}dist/run.js`, "01", "99"]);

  await expect(refused).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no example "99".'),
  });
});

test("the README of the examples lists each of them", () => {
  const readme = readFileSync(`${folder}README.md`, "utf8");
  for (const name of names) expect(readme).toContain(`[${name}](src/${name}.ts)`);
});
