/** A bug that the simulation must find: one place of the compiled core, and what stands there instead. */
export interface PlantedBug {
  readonly name: string;
  /** In the folder of the compiled core. */
  readonly file: string;
  /** Occurs there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The bugs, the likeliest to be made first. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "a request leaves before its intent is durable",
    file: "shell/journal.js",
    find: 'await runner.recordDurably({ type: "call.sent"',
    replace: 'void runner.recordDurably({ type: "call.sent"',
  },
  {
    name: "recorded answers are asked for again",
    file: "shell/resume.js",
    find: "parts.answers.addOwn(answersIn(log), open);",
    replace: "",
  },
  {
    name: "an attempt does not wait for what it depends on",
    file: "run/evolve-task.js",
    find: 'if (dependent.waitingOn === 0 && dependent.status === "waiting")',
    replace: 'if (dependent.status === "waiting")',
  },
  {
    name: "a recorded answer is given to a retry",
    file: "shell/recorded-answers.js",
    find: "had.seq > work.seq",
    replace: "true",
  },
  {
    name: "listeners hear what is not durable",
    file: "shell/runner.js",
    find: "const durable = this.#options.append(",
    replace: "this.#options.tell(events); const durable = this.#options.append(",
  },
  {
    name: "the lease is not confirmed before a request leaves",
    file: "shell/journal.js",
    find: "await confirm();",
    replace: "",
  },
  {
    name: "a lease is believed to last whatever the wall clock says",
    file: "shell/writer.js",
    find: " && env.now() < this.#until.now",
    replace: "",
  },
  {
    name: "a lease is renewed in name only",
    file: "shell/writer.js",
    find: "await store.renew(lease, env.now(), leaseMs);",
    replace: "",
  },
  {
    name: "the lease is given back while work is under way",
    file: "shell/run.js",
    find: "if (this.#isBusy() && !this.#grace.isOver)",
    replace: "if (false)",
  },
  {
    name: "nobody orphans what was under way",
    file: "shell/resume.js",
    find: "return [...orphans, ...changed, ",
    replace: "return [...changed, ",
  },
  {
    name: "an orphan costs nothing",
    file: "shell/resume.js",
    find: "chargedMicroUsd: call.reservedMicroUsd",
    replace: "chargedMicroUsd: 0",
  },
  {
    name: "a settled call stays open in the ledger",
    file: "run/ledger.js",
    find: "ledger.openCalls.delete(callId);",
    replace: "",
  },
  {
    name: "what was under way is forgotten by whoever resumes",
    file: "shell/resume.js",
    find: "parts.performFirst(",
    replace: "void (",
  },
  {
    name: "a wait starts at 0 after a resume",
    file: "shell/resume.js",
    find: "Math.max(0, Math.min(event.delayMs, event.at + event.delayMs - now))",
    replace: "0",
  },
  {
    name: "a slot comes back before its work has stopped",
    file: "shell/lanes.js",
    find: "await begun;\n            this.#running -= 1;",
    replace: "this.#running -= 1;\n            await begun;",
  },
  {
    name: "a lane takes one too many",
    file: "shell/lanes.js",
    find: "lane.running >= lane.allowed",
    replace: "lane.running > lane.allowed",
  },
  {
    name: "all lanes together take one too many",
    file: "shell/lanes.js",
    find: "this.#running >= this.#limits.total",
    replace: "this.#running > this.#limits.total",
  },
  {
    name: "a lane that was held stays so",
    file: "shell/lanes.js",
    find: "lane.holds -= 1;",
    replace: "",
  },
  {
    name: "a paused run starts work",
    file: "shell/lanes.js",
    find: "this.#paused = true;",
    replace: "",
  },
  {
    name: "checks have no limit",
    file: "shell/assemble.js",
    find: "total: checkConcurrency",
    replace: "total: 100",
  },
  {
    name: "a task whose review cannot be had is accepted",
    file: "run/decide-task.js",
    find: "return escalate(state, task, `No usable review: ",
    replace: 'return accept(task, "reviewer"); void (`',
  },
  {
    name: "a mended review is asked again without what was wrong",
    file: "run/decide-task.js",
    find: "issues, retry: task.retries + 1",
    replace: "retry: task.retries + 1",
  },
  {
    name: "a task climbs two tiers",
    file: "ladder.js",
    find: "return index === -1 ? undefined : ladder[index + 1];",
    replace: "return ladder[index + 2] ?? ladder[index + 1];",
  },
  {
    name: "the victim is escalated instead of the blamed",
    file: "run/decide-task.js",
    find: 'if (verdict === "blame" && blame !== null',
    replace: "if (verdict === 0",
  },
  {
    name: "a reviewer blames the same input for ever",
    file: "shell/facts-of-answers.js",
    find: "!task?.blamed.includes(id) && ",
    replace: "",
  },
  {
    name: "retries have no end",
    file: "run/retry.js",
    find: "retries < limits.maxRetries",
    replace: "retries < 1_000",
  },
  {
    name: "an answer to an earlier attempt is taken for the present one's",
    file: "run/admits.js",
    find: " && present(task).number === fact.attempt",
    replace: "",
  },
  {
    name: "a cancelled run goes on",
    file: "run/evolve.js",
    find: 'run.status = "cancelled";',
    replace: "",
  },
  {
    name: "a handle goes on after its pause",
    file: "shell/run.js",
    find: 'if (this.#isInterrupted())\n                throw this.#error();\n            return status === "paused"',
    replace: 'return status === "paused"',
  },
  {
    name: "the last item of a list is lost",
    file: "plan/expand.js",
    find: "isEmpty ? bare : items",
    replace: "isEmpty ? bare : items.slice(0, -1)",
  },
  {
    name: "a planner may replace what has begun",
    file: "run/standing-of.js",
    find: 'default:\n            return "begun";',
    replace: 'default:\n            return "unstarted";',
  },
  {
    name: "a subgoal spends more than its share",
    file: "run/budget-gate.js",
    find: " ?? this.#denySubgoal(call, subgoals)",
    replace: "",
  },
  {
    name: "secrets in reviews are recorded",
    file: "shell/runner.js",
    find: "facts.map(redact)",
    replace: 'facts.map((fact) => (fact.type === "review.returned" ? fact : redact(fact)))',
  },
  {
    name: "a listener that throws stops the run",
    file: "shell/subscribers.js",
    find: "catch (error) {\n            this.#report(error, event);",
    replace: "catch (error) {\n            throw error;",
  },
];
