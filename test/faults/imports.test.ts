// What merely importing the packages does: row K41.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const DOORS = [
  "core/dist/index.js",
  "core/dist/testing/index.js",
  "agents/dist/index.js",
  "agents/dist/testing/index.js",
  "simulator/dist/index.js",
  "store/dist/index.js",
];

/** What a script of its own says that imports the built packages; it must end by itself. */
async function say(script: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    timeout: 60_000,
  });
  return JSON.parse(stdout);
}

const imports = DOORS.map((door) => `await import("./packages/${door}");`).join("\n");
const LOOK = `
  const look = () => ({
    resources: process.getActiveResourcesInfo().sort(),
    listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  });
`;

test("[K41] importing every package starts nothing: no timer, no handle, no listener, and the process ends by itself", async () => {
  const { before, after } = (await say(`
    ${LOOK}
    const before = look();
    ${imports}
    await new Promise((resolve) => setImmediate(resolve));
    console.log(JSON.stringify({ before, after: look() }));
  `)) as { before: unknown; after: unknown };

  expect(after).toEqual(before);
}, 60_000);

test("[K41] a worker thread that imports every package ends by itself too", async () => {
  const code = await say(`
    import { Worker } from "node:worker_threads";
    const worker = new Worker(${JSON.stringify(`(async () => { ${imports} })();`)}, { eval: true });
    worker.on("exit", (code) => console.log(JSON.stringify(code)));
  `);

  expect(code).toBe(0);
}, 60_000);
