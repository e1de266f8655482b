// What can happen to a process.

import { existsSync } from "node:fs";
import type { Halt } from "./orders.js";

/** Hits this very process; returns only when it goes on afterwards. */
export function strike({ blow, until = "" }: Halt): void {
  switch (blow) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      break;
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      break;
    case "block":
      while (!existsSync(until));
      break;
    case "heap":
      for (const hoard: unknown[] = []; ; ) hoard.push(new Array(10_000).fill({ held: hoard.length }));
    default:
      throw new Error(`There is no blow "${blow satisfies never}".`);
  }
}
