// Where the demo's answers become files: a check runs a module's tests for real, and the finished library gets a folder.

import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { commandCheck } from "@terrace/agents";
import type { Check, CheckContext, JsonValue } from "@terrace/core";
import { UsageError } from "../surroundings.js";
import type { DemoLibrary } from "./library.js";
import { stripTypes } from "./strip-types.js";

/** Says only what failed. From `src/demo` and from `dist/demo` alike. */
const REPORTER = fileURLToPath(new URL("../../demo/failures.mjs", import.meta.url));

/** The tests of a task, run by `node --test` on its output and on the accepted outputs it is built on. */
export function testCheck(library: DemoLibrary): Check {
  const program = commandCheck({
    name: "tests",
    command: process.execPath,
    args: ["--test", "--test-reporter", REPORTER, "--test-reporter-destination", "stdout"],
    files: (output, context) => checkFiles(library, output, context),
    timeoutMs: 60_000,
  });
  return {
    name: program.name,
    async run(output, context) {
      try {
        // What cannot be stripped of its types is no module, which is a finding and not an accident.
        checkFiles(library, output, context);
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
      return await program.run(output, context);
    },
  };
}

function checkFiles(library: DemoLibrary, output: JsonValue, context: CheckContext): Record<string, string> {
  const { id } = context.task;
  const outputs = [
    ...context.inputs.map((input) => [input.taskId, input.output] as const),
    [id, output] as const,
  ];
  const files: Record<string, string> = { [`${id}.test.mjs`]: library.tasks[id]?.tests ?? "" };
  for (const [taskId, text] of outputs) {
    const file = fileOf(library, taskId);
    const { name, content } = runnable(file, String(text));
    files[name] = content;
  }
  return files;
}

/** The file as Node can read it: a module without its types, anything else as it is. */
function runnable(file: string, text: string): { readonly name: string; readonly content: string } {
  if (!file.endsWith(".mts")) return { name: file, content: text };
  return { name: file.replace(/\.mts$/, ".mjs"), content: stripTypes(text, file) };
}

function fileOf(library: DemoLibrary, taskId: string): string {
  const task = library.plan.tasks.find(({ id }) => id === taskId);
  if (task === undefined) throw new Error(`The demo has no task "${taskId}".`);
  return task.file;
}

/**
 * The folder that the library will land in, made at once: the one asked for, or a fresh one.
 *
 * @throws UsageError when the folder asked for holds something, or is none
 */
export async function openFolder(out: string | undefined): Promise<string> {
  if (out === undefined) return await mkdtemp(join(tmpdir(), "terrace-demo-"));
  const folder = resolve(out);
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return folder;
  } catch (error) {
    throw new UsageError(
      `The folder "${folder}" cannot be used: ${error instanceof Error ? error.message : error}`,
    );
  }
  throw new UsageError(`Expected --out to name an empty folder or a new one, but "${folder}" holds files.`);
}

/** Writes the accepted outputs: each module with and without its types, with its tests; and the README. */
export async function writeLibrary(
  library: DemoLibrary,
  outputs: ReadonlyMap<string, JsonValue>,
  folder: string,
): Promise<void> {
  const files = new Map<string, string>([["package.json", PACKAGE]]);
  for (const [taskId, output] of outputs) {
    const file = fileOf(library, taskId);
    const { name, content } = runnable(file, String(output));
    files.set(file, String(output));
    files.set(name, content);
    files.set(`${taskId}.test.mjs`, library.tasks[taskId]?.tests ?? "");
  }
  for (const [name, content] of files) await writeFile(join(folder, name), content);
}

const PACKAGE = `${JSON.stringify(
  {
    name: "terrace-demo-library",
    private: true,
    type: "module",
    exports: "./index.mjs",
    scripts: { test: "node --test" },
  },
  null,
  2,
)}\n`;
