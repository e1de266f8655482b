// Who acts: the process that drives a run, and the person who settles a task.

import { hostname, userInfo } from "node:os";

/** This process, as others are told: `host:pid`. */
export function processName(): string {
  return `${hostname()}:${process.pid}`;
}

/** Whoever runs this process: `user@host`. */
export function personName(): string {
  return `${userName()}@${hostname()}`;
}

/** A user without an entry in the system's list, as in some containers, has a number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "somebody");
  }
}

/** How the process that drives a run is stopped; empty when `owner` is not the name of a process. */
export function howToStop(owner: string): string {
  const [, host, pid] = /^(.+):(\d+)$/.exec(owner) ?? [];
  if (host === undefined || pid === undefined) return "";
  if (host !== hostname())
    return `On ${host}, \`kill -INT ${pid}\` pauses the run, which can then be resumed.`;
  return isAlive(Number(pid))
    ? `\`kill -INT ${pid}\` pauses the run, which can then be resumed.`
    : `Process ${pid} is gone, and only its lease is left: try again when that has run out.`;
}

/** Asks the process that drives a run to pause it; says whether it could be asked. */
export function askToStop(owner: string): boolean {
  const [, host, pid] = /^(.+):(\d+)$/.exec(owner) ?? [];
  if (host !== hostname() || pid === undefined || Number(pid) === process.pid || !isAlive(Number(pid)))
    return false;
  return process.kill(Number(pid), "SIGINT");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
