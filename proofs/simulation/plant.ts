import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PlantedBug } from "./planted-bugs.js";
import type { Core } from "./seat.js";

const dist = new URL("../", import.meta.url);
const core = new URL("../../packages/core/", dist);
// One for each process: whoever else simulates at the same time has their own.
const planted = new URL(`planted-${process.pid}/`, dist);

/** Makes the place where broken copies of the core are kept; they find what the core depends on where it does. */
export async function preparePlanting(): Promise<void> {
  await clearPlanting();
  await mkdir(planted, { recursive: true });
  await writeFile(new URL("package.json", planted), '{ "type": "module" }\n');
  await symlink(fileURLToPath(new URL("node_modules", core)), new URL("node_modules", planted), "dir");
}

/** Takes the place away again. */
export async function clearPlanting(): Promise<void> {
  // Where a job has failed, another may still be copying.
  await rm(planted, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Loads a copy of the compiled core with a bug in it.
 *
 * @throws Error when the place where the bug goes is not found exactly once: the core was changed since.
 */
export async function plant({ name, file, find, replace }: PlantedBug): Promise<Core> {
  const folder = new URL(`${name.replaceAll(/[^a-z0-9]+/g, "-")}/`, planted);
  await cp(new URL("dist/", core), folder, {
    recursive: true,
    filter: (source) => !source.endsWith(".map") && !source.endsWith(".d.ts"),
  });
  const path = new URL(file, folder);
  const text = await readFile(path, "utf8");
  const places = text.split(find).length - 1;
  if (places !== 1) {
    throw new Error(
      `Expected the planted bug "${name}" to have one place in ${file}, got ${places} of \`${find}\`. ` +
        "Bring proofs/simulation/planted-bugs.ts up to date.",
    );
  }
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
  return (await import(pathToFileURL(fileURLToPath(new URL("index.js", folder))).href)) as Core;
}
