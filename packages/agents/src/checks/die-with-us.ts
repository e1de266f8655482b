// A program must not outlive the process that waits for it, however that comes to its end.

import { spawn } from "node:child_process";

/**
 * Has a group of processes killed as soon as this process is gone, SIGKILL included. Returns how to call that off.
 *
 * A shell of a few hundred kilobytes waits at the other end of a pipe, which breaks when this process dies. Where there
 * is no /bin/sh, nothing is done.
 */
export function dieWithUs(group: number): () => void {
  const mourner = spawn("/bin/sh", ["-c", 'read -r _; kill -s KILL -- "-$1"', "sh", `${group}`], {
    cwd: "/",
    env: {},
    // In a group of its own, or it would be killed together with those it looks after.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  mourner.on("error", () => {});
  mourner.stdin.on("error", () => {});
  return () => {
    mourner.kill("SIGKILL");
    mourner.stdin.destroy();
  };
}
