import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PlantedBug } from "./planted-bugs.js";
import type { Core } from "./seat.js";

const dist = new URL("../", import.meta.url);
const core = new URL("../../packages/core/", dist);
const built = new URL("dist/", core);
// One for each process: whoever else simulates at the same time has their own.
const planted = new URL(`planted-${process.pid}/`, dist);

/** A module of the core that another names in its text. */
const NAMED = /\b(from |import )"(\.\.?\/[^"]+)"/g;

/** The modules of the compiled core: their texts, by address. Read once. */
let modules: Promise<ReadonlyMap<string, string>> | undefined;

/** Makes the place where broken copies of the core are kept; they find what the core depends on where it does. */
export async function preparePlanting(): Promise<void> {
  await clearPlanting();
  await mkdir(planted, { recursive: true });
  await writeFile(new URL("package.json", planted), '{ "type": "module" }\n');
  await symlink(fileURLToPath(new URL("node_modules", core)), new URL("node_modules", planted), "dir");
}

/** Takes the place away again. */
export async function clearPlanting(): Promise<void> {
  // Where a job has failed, another may still be writing.
  await rm(planted, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Loads the compiled core with a bug in it: a copy of the module that has it and of all that import that, over the
 * others as they are.
 *
 * @throws Error when the place where the bug goes is not found exactly once: the core was changed since.
 */
export async function plant(bug: PlantedBug): Promise<Core> {
  modules ??= readModules();
  const all = await modules;
  const broken = new URL(bug.file, built).href;
  const copied = reachedFrom(broken, all);
  const folder = new URL(`${bug.name.replaceAll(/[^a-z0-9]+/g, "-")}/`, planted);
  const copyOf = (address: string): URL => new URL(address.slice(built.href.length), folder);
  for (const address of copied) {
    const text = address === broken ? withBug(bug, all.get(address) ?? "") : (all.get(address) ?? "");
    const pointed = text.replaceAll(NAMED, (_, word: string, name: string) => {
      const named = new URL(name, address).href;
      return `${word}"${copied.has(named) ? copyOf(named).href : named}"`;
    });
    await mkdir(new URL(".", copyOf(address)), { recursive: true });
    await writeFile(copyOf(address), pointed);
  }
  return (await import(copyOf(new URL("index.js", built).href).href)) as Core;
}

async function readModules(): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(built, { recursive: true });
  const addresses = names.filter((name) => name.endsWith(".js")).map((name) => new URL(name, built).href);
  return new Map(
    await Promise.all(addresses.map(async (each) => [each, await readFile(new URL(each), "utf8")] as const)),
  );
}

/** The module and all that import it, directly or not. */
function reachedFrom(address: string, all: ReadonlyMap<string, string>): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  for (const [importer, text] of all) {
    for (const [, , name = ""] of text.matchAll(NAMED)) {
      const named = new URL(name, importer).href;
      importers.set(named, [...(importers.get(named) ?? []), importer]);
    }
  }
  // What is added while it is gone through is gone through as well.
  const reached = new Set([address]);
  for (const each of reached) for (const importer of importers.get(each) ?? []) reached.add(importer);
  return reached;
}

function withBug({ name, file, find, replace }: PlantedBug, text: string): string {
  const places = text.split(find).length - 1;
  if (places !== 1) {
    throw new Error(
      `Expected the planted bug "${name}" to have one place in ${file}, got ${places} of \`${find}\`. ` +
        "Bring proofs/simulation/planted-bugs.ts up to date.",
    );
  }
  return text.replace(find, () => replace);
}
