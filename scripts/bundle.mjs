// What tsc built, in few files, which are loaded in a third of the time: the published command, and the worker that is
// killed by the hundred. Tests start the same.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const ENTRIES = ["packages/cli/dist/bin.js", "proofs/dist/kill/worker.js"];

/** What has files of its own beside it, or is large and needed by few commands. */
const external = ["@libsql/client/sqlite3", "pg", "c12", "@swc/wasm-typescript", "react-devtools-core"];

/** Bundles them all, each into the folder `bundle` of its `dist`. */
export async function setup() {
  for (const entry of ENTRIES) await bundle(join(root, entry));
}

/** Files that are as they were stay untouched, since somebody may be starting from them. */
async function bundle(input) {
  const built = await rolldown({
    input,
    platform: "node",
    external,
    transform: { define: { "process.env.NODE_ENV": '"production"' } },
  });
  const { output } = await built.generate({ format: "esm", chunkFileNames: "[name]-[hash].js" });
  await built.close();
  const files = new Map(output.map((chunk) => [chunk.fileName, chunk.code]));
  files.set("licences.txt", licences(output.flatMap(({ moduleIds }) => moduleIds)));
  // As deep as the modules that look for files beside `dist`.
  const folder = join(input.replace(/\/dist\/.*/, ""), "dist", "bundle");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) write(join(folder, name), text);
  const stale = readdirSync(folder).filter((name) => name.endsWith(".js") && !files.has(name));
  for (const name of stale) rmSync(join(folder, name), { force: true });
}

function write(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, text, { mode: 0o755 });
  renameSync(whole, path);
}

/** Whose code is in a bundle, and the terms that go with it. */
function licences(modules) {
  const folders = new Set(modules.filter((id) => id.includes("/node_modules/")).map(packageOf));
  return [...folders]
    .map((path) => {
      const { name, version, license } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
      const terms = readdirSync(path).find((file) => /^licen[cs]e/i.test(file));
      const text = terms === undefined ? "" : `\n\n${readFileSync(join(path, terms), "utf8").trim()}`;
      return `${name} ${version}: ${license}${text}\n`;
    })
    .sort()
    .join("\n");
}

/** The folder of the package that a module lies in: the nearest whose manifest has a version. */
function packageOf(id) {
  for (let path = dirname(id); path !== dirname(path); path = dirname(path)) {
    const manifest = join(path, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined) return path;
  }
  throw new Error(`Expected ${id} to lie in a package, and it lies in none.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
