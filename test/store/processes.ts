import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { KillMoment, Survivor } from "@terrace/core/testing";
import { type FaultyStore, faultyStore, newPath } from "./files.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
let isBuilt = false;

/** A process of its own runs what is compiled, so that must be what is written here. */
function build(): void {
  if (isBuilt) return;
  execFileSync(`${root}/node_modules/.bin/tsc`, ["-b", "packages/store"], { cwd: root, stdio: "inherit" });
  isBuilt = true;
}

/** How a process ended, and the lines it wrote. */
interface Ended {
  readonly lines: readonly string[];
  readonly errors: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A writer in a process of its own. */
export interface Writer {
  readonly process: ChildProcess;
  /** Resolves with the first line it writes. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts `writer.mjs`, within limits of the shell when there are any, such as `ulimit -f 100`. */
export function startWriter(args: readonly string[], limits = "true"): Writer {
  build();
  const script = fileURLToPath(new URL("writer.mjs", import.meta.url));
  const shell = ["-c", `${limits}; exec "$@"`, "bash", process.execPath, script, ...args];
  const child = spawn("bash", shell, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let errors = "";
  child.stderr.on("data", (data: Buffer) => {
    errors += data.toString();
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      text += data.toString();
      resolve();
    });
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      resolve({ lines: text.split("\n").filter((line) => line !== ""), errors, code, signal });
    });
  });
  return { process: child, ready, ended };
}

/** A store whose writer was killed at its nth append. */
export async function killedStore(nth: number, moment: KillMoment): Promise<Survivor<FaultyStore>> {
  const path = newPath();
  const { lines, errors, signal } = await startWriter(["killed", path, String(nth), moment]).ended;
  if (signal !== "SIGKILL") throw new Error(`The writer was to be killed, but ended by itself: ${errors}`);
  return { store: faultyStore(path), acknowledged: lines.length };
}
