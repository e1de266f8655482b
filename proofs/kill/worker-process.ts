// A worker, seen from its parent.

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order, Report } from "./orders.js";

// Tests run on the sources, and a process of its own on what was compiled from them and bundled, to be loaded sooner.
const isSource = import.meta.url.endsWith(".ts");
const dist = new URL(isSource ? "../dist/" : "../", import.meta.url);
const program = fileURLToPath(new URL("bundle/worker.js", dist));

/** How a process came to its end. */
export interface Exit {
  readonly type: "gone";
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** What became of an order. */
export type Outcome = Exit | Extract<Report, { type: "ended" | "failed" }>;

/** A process that obeys one order after the other. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly gone: Promise<Exit>;
  /** Resolves when it is loaded. */
  readonly ready: Promise<unknown>;

  /** @param execArgv Options of Node for it. */
  constructor(execArgv: readonly string[] = []) {
    const isLoud = execArgv.length === 0;
    this.#child = fork(program, {
      execArgv: [...execArgv],
      stdio: ["ignore", "ignore", isLoud ? "inherit" : "ignore", "ipc"],
    });
    this.gone = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ type: "gone", code, signal }));
    });
    this.ready = Promise.race([this.hears("ready"), this.gone]);
  }

  /** Has a run driven. */
  async drive(order: Order): Promise<Outcome> {
    await this.ready;
    const told = new Promise<Outcome>((resolve) => {
      const onMessage = (report: Report): void => {
        if (report.type !== "ended" && report.type !== "failed") return;
        this.#child.off("message", onMessage);
        resolve(report);
      };
      this.#child.on("message", onMessage);
    });
    this.#child.send(order, () => {});
    return Promise.race([told, this.gone]);
  }

  /** The next report of a type. */
  hears<Type extends Report["type"]>(type: Type): Promise<Extract<Report, { type: Type }>> {
    return new Promise((resolve) => {
      const onMessage = (report: Report): void => {
        if (report.type !== type) return;
        this.#child.off("message", onMessage);
        resolve(report as Extract<Report, { type: Type }>);
      };
      this.#child.on("message", onMessage);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it, whatever it is doing. */
  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.gone;
  }
}
