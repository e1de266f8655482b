import * as core from "@terrace/core";
import { simulate } from "./simulation.js";
const [from, to, verbose] = process.argv.slice(2);
const counts = new Map<string, number>();
const start = process.cpuUsage();
let failures = 0, steps = 0, procs = 0;
process.on("unhandledRejection", (error) => { console.log("UNHANDLED", error); });
for (let seed = Number(from); seed < Number(to); seed += 1) {
  const note = verbose === undefined ? undefined : console.log;
  const first = await simulate({ core, seed, counts, ...(note ? { note } : {}) });
  steps += first.steps; procs += first.processes;
  const second = verbose ? first : await simulate({ core, seed, counts: new Map(), listens: false });
  const calm = verbose || first.outcome === undefined ? first : await simulate({ core, seed, counts: new Map(), calm: true });
  if (seed % 64 === 0) await new Promise((r) => setImmediate(r));
  const v = [...first.violations, ...calm.violations.map((x) => ({ ...x, message: "CALM " + x.message }))];
  if (first.hash !== second.hash) v.push({ invariant: "DET", message: "differs" });
  if (first.outcome !== calm.outcome && v.length === 0) v.push({ invariant: "I-08", message: first.outcome + "\n" + calm.outcome });
  if (v.length > 0) { failures += 1; if (failures < 12) console.log(seed, v.slice(0, 2)); }
}
const used = process.cpuUsage(start);
console.log({ failures, steps, procs, cpu: (used.user + used.system) / 1e6 });
if (!verbose) console.log([...counts].sort().map(([k, n]) => `${k}=${n}`).join(" "));
