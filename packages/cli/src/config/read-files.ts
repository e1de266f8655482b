// Configuration files: found, run or read, and with them those that they build upon.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { UsageError } from "../surroundings.js";
import { checkLayer } from "./check-layer.js";
import type { TerraceConfig } from "./terrace-config.js";

/** A configuration file. */
export interface ConfigFile {
  /** As it is named in messages: relative to the working folder where it lies inside. */
  readonly name: string;
  /** The folder that its paths are relative to. */
  readonly folder: string;
  readonly config: TerraceConfig;
}

/** A file that was read, so that a change can be noticed. */
export interface ReadFile {
  readonly name: string;
  readonly path: string;
  readonly hash: string;
}

const EXTENSIONS = ["ts", "mts", "cts", "js", "mjs", "cjs", "json", "jsonc", "yaml", "yml"];
const MOST_FILES = 20;

/** The configuration file of a folder; `undefined` when it has none. */
export function findConfig(folder: string, base = "terrace.config"): string | undefined {
  return EXTENSIONS.map((extension) => join(folder, `${base}.${extension}`)).find((path) => existsSync(path));
}

/**
 * Reads a file, then those that it extends, the strongest first.
 *
 * A program among them is run, with the rights of this process; it sees nothing of what is in `.env`.
 * @throws UsageError when one cannot be read, or is not right
 */
export async function readConfig(path: string, cwd: string): Promise<readonly ConfigFile[]> {
  const files: ConfigFile[] = [];
  const read = async (file: string, above: readonly string[]): Promise<void> => {
    const name = nameOf(file, cwd);
    if (above.includes(file)) {
      throw new UsageError(
        `${nameOf(above[above.length - 1] ?? file, cwd)}: extends: ${name} extends it in turn.`,
      );
    }
    if (files.length >= MOST_FILES) {
      throw new UsageError(`${name}: extends: expected at most ${MOST_FILES} files in all. Extend fewer.`);
    }
    const config = checkLayer(await load(file, name), name);
    files.push({ name, folder: dirname(file), config });
    const bases = typeof config.extends === "string" ? [config.extends] : (config.extends ?? []);
    for (const base of bases) await read(resolveBase(base, file, name), [...above, file]);
  };
  await read(path, []);
  return files;
}

/** A file as it is at this moment. */
export function hashOf(path: string, name: string): ReadFile {
  return { name, path, hash: contentHash(path) };
}

/** The names of files that are not what they were when they were read. */
export function changedSince(files: readonly ReadFile[]): readonly string[] {
  return files.filter(({ path, hash }) => contentHash(path) !== hash).map(({ name }) => name);
}

function contentHash(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}

/** A path for a message: short where it lies in the working folder. */
export function nameOf(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside.startsWith("..") || isAbsolute(inside) ? path : inside;
}

function resolveBase(base: string, file: string, name: string): string {
  if (/^[a-z]+:/i.test(base) && !isAbsolute(base)) {
    throw new UsageError(
      `${name}: extends: expected a path or a package, got "${base}". Nothing is downloaded.`,
    );
  }
  const isPath = base.startsWith(".") || isAbsolute(base);
  const found = isPath ? asFile(resolve(dirname(file), base)) : fromPackage(base, file);
  if (found !== undefined) return found;
  throw new UsageError(`${name}: extends: "${base}" is not there. Correct the path, or install the package.`);
}

function asFile(path: string): string | undefined {
  const paths = [path, ...EXTENSIONS.map((extension) => `${path}.${extension}`)];
  return findConfig(path) ?? paths.find((each) => /\.\w+$/.test(each) && existsSync(each));
}

function fromPackage(base: string, file: string): string | undefined {
  try {
    return createRequire(file).resolve(base);
  } catch {
    return undefined;
  }
}

/** What a configuration may import without having it installed: this very program. */
const OURS = ["@terrace/cli", "@terrace/agents", "@terrace/core", "zod"];

async function load(path: string, name: string): Promise<unknown> {
  const { loadConfig } = await import("c12");
  const own = createRequire(import.meta.url);
  const off = {
    rcFile: false,
    globalRc: false,
    packageJson: false,
    dotenv: false,
    giget: false,
    extend: false,
  } as const;
  try {
    const { layers = [] } = await loadConfig({
      ...off,
      envName: false,
      cwd: dirname(path),
      name: "terrace",
      configFile: path,
      jitiOptions: { fsCache: false, alias: Object.fromEntries(OURS.map((id) => [id, own.resolve(id)])) },
    });
    return layers[0]?.config ?? {};
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const lines = said.replaceAll(`${path}:`, "line ").split("\n");
    const what = lines
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(0, 2);
    throw new UsageError(`${name}: cannot be loaded: ${what.join(" ")}`);
  }
}
