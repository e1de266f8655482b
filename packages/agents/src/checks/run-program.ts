// One program, from its start until it and all it started are gone.

import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { systemEnvironment } from "@terrace/core";
import { dieWithUs } from "./die-with-us.js";

/** What to run, where, and how long. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly timeoutMs: number;
  /** Of standard output and error together, the last bytes. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

/** How it ended. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number; readonly printed: string }
  | { readonly kind: "killed"; readonly by: string; readonly printed: string }
  | { readonly kind: "timed_out"; readonly printed: string }
  | { readonly kind: "cancelled" };

/**
 * Runs a program without a shell, in a process group of its own that dies with this process. Rejects only when it cannot
 * be started.
 */
export async function runProgram(program: Program): Promise<ProgramEnd> {
  const child = spawn(program.command, program.args, {
    cwd: program.folder,
    env: program.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const callOff = child.pid === undefined ? () => {} : dieWithUs(child.pid);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const printed = new Tail(program.maxOutputBytes);
  child.stdout?.on("data", (chunk: Buffer) => printed.add(chunk));
  child.stderr?.on("data", (chunk: Buffer) => printed.add(chunk));
  let stoppedFor: "timed_out" | "cancelled" | undefined;
  const stop = (why: "timed_out" | "cancelled") => {
    stoppedFor ??= why;
    killGroup(child);
  };
  const stopTimer = systemEnvironment.after(program.timeoutMs, () => stop("timed_out"));
  const onAbort = () => stop("cancelled");
  program.signal.addEventListener("abort", onAbort, { once: true });
  if (program.signal.aborted) onAbort();
  try {
    const { code, by } = await exit(child, program.command);
    await groupGone(child, closed);
    if (stoppedFor === "cancelled") return { kind: "cancelled" };
    if (stoppedFor === "timed_out") return { kind: "timed_out", printed: printed.text() };
    return code === null
      ? { kind: "killed", by: by ?? "a signal", printed: printed.text() }
      : { kind: "exited", code, printed: printed.text() };
  } finally {
    callOff();
    stopTimer();
    program.signal.removeEventListener("abort", onAbort);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function exit(child: ChildProcess, command: string): Promise<{ code: number | null; by: string | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      // Also told when a kill fails; then the program was started, and its exit is still to come.
      if (child.pid === undefined)
        reject(new Error(`The program "${command}" could not be started.`, { cause }));
    });
    child.once("exit", (code, by) => resolve({ code, by }));
  });
}

const GRACE_MS = 2_000;
const { monotonic, after } = systemEnvironment;

/** Kills what the program left behind, and waits until none of it is left and its last words were read. */
async function groupGone(child: ChildProcess, closed: Promise<void>): Promise<void> {
  const deadline = monotonic() + GRACE_MS;
  while (killGroup(child) && (await isRunning(child.pid)) && monotonic() < deadline) {
    await new Promise<void>((resolve) => void after(10, resolve));
  }
  // Whoever left the group may hold the pipes open for ever: it is not waited for.
  let stopWaiting = (): void => {};
  const patience = new Promise<void>((resolve) => {
    stopWaiting = after(Math.max(0, deadline - monotonic()), resolve);
  });
  await Promise.race([closed, patience]);
  stopWaiting();
}

/** Kills every process of the group; whether there was one. */
function killGroup(child: ChildProcess): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, "SIGKILL");
  } catch {
    return false;
  }
}

/**
 * Whether a process of the group still runs. The dead that nobody has buried yet can be signalled as well, but do
 * nothing any more; where there is no /proc to tell them apart, they are taken for running.
 */
async function isRunning(group: number | undefined): Promise<boolean> {
  const entries = await readdir("/proc").catch(() => []);
  const ids = entries.filter((entry) => /^\d+$/.test(entry));
  if (ids.length === 0) return true;
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, "latin1").catch(() => "")));
  return stats.some((stat) => {
    // The name of the program, in parentheses, may hold anything.
    const [state = "", , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(of) === group && !"ZX".includes(state);
  });
}

/** The last bytes of a stream. */
class Tail {
  readonly #most: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > 2 * this.#most) this.#cut();
  }

  text(): string {
    this.#cut();
    return this.#chunks[0]?.toString("utf8") ?? "";
  }

  #cut(): void {
    const all = Buffer.concat(this.#chunks);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.#most)));
    this.#chunks = [kept];
    this.#bytes = kept.length;
  }
}
