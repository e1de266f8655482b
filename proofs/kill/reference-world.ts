// What the server answers. It depends on what is asked, and a fault on whether it is asked for the first time.

import {
  type Fault,
  readMarkers,
  type Simulator,
  startSimulator,
  type WorldAnswer,
  type WorldRequest,
} from "@terrace/simulator";
import { referencePlan } from "./reference-plan.js";

/** A server of its own for one run, with its own record and bill. */
export function startServer(): Promise<Simulator> {
  return startSimulator({ world: { answer }, faults: faultOf, latency: latencyOf });
}

/** 4 to 9 ms, by what is asked. */
const latencyOf = ({ hash }: WorldRequest): number => 4 + (Number.parseInt(hash.slice(0, 6), 16) % 6);

/** One execution and one review find the provider overloaded, once. */
function faultOf(request: WorldRequest): Fault | undefined {
  const { purpose, taskId } = readMarkers(request);
  const isHit = `${purpose} ${taskId}` === "execute middle2" || `${purpose} ${taskId}` === "review middle5";
  if (!isHit || request.occurrence > 1) return undefined;
  return { kind: "status", status: 529, retryAfterMs: 30 };
}

function answer(request: WorldRequest): WorldAnswer {
  const { purpose, taskId = "", tier = "" } = readMarkers(request);
  const text = request.lastUserText;
  if (purpose === "plan") return { json: text.startsWith("Plan attempt: 1") ? NO_PLAN : PLAN };
  return purpose === "review" ? review(taskId, tier, text) : execute(taskId, tier, text);
}

/** A plan without a task does not stand. */
const NO_PLAN = { tasks: [], answer: "none" };
const { goal: _, ...PLAN } = referencePlan;

function execute(taskId: string, tier: string, text: string): WorldAnswer {
  if (taskId === "middle1" && text.includes("\nAttempt: 1 at")) return { text: "No JSON at all." };
  if (taskId === "late4") return { text: "", stopReason: "refusal" };
  const inputs = [...text.matchAll(/^.*Output of task "([^"]+)" \(.*?\), made at (\w+)/gm)];
  const from = inputs.map(([, id, at]) => `${id}@${at}`).join(", ");
  const isShallow = taskId === "source2" && tier === "haiku";
  const output = isShallow ? "Shallow." : `${taskId}@${tier} from ${from || "nothing"}`;
  return { json: { output, confidence: "high", because: "As told.", unverified: [] } };
}

function review(taskId: string, tier: string, text: string): WorldAnswer {
  switch (taskId) {
    case "source4":
      return verdict(tier !== "haiku");
    case "late1":
      return text.includes("could not be read") ? verdict(true) : { text: "Fine, I think." };
    case "late2":
      return verdict(false);
    case "leaf":
      return /Output of task "root" \(.*?\), made at haiku/.test(text)
        ? verdict(false, "root")
        : verdict(true);
    default:
      return verdict(true);
  }
}

function verdict(met: boolean, blame = ""): WorldAnswer {
  return { json: { criteria: [{ criterion: 0, met, finding: "As told." }], problems: [], blame } };
}
