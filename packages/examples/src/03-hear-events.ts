// Everything that happens in a run is an event, and there are two ways to hear them.
// `run.on` hears one type, from now on; what it returns stops it.
// `for await` reads the whole log from the first event, however late you begin, and ends with the run.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline, rejects } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({ outline: {}, speech: { dependsOn: ["outline"] } }),
  execute: {
    outline: { haiku: { output: "Thanks, a story, a toast.", confidence: "medium" } },
    speech: {
      haiku: { output: "Dear all, thanks.", confidence: "low", because: "I know no story about them." },
      sonnet: {
        output: "Dear Ada, thank you for the night you fixed the elevator. To Ada!",
        confidence: "medium",
      },
    },
  },
  review: { speech: { haiku: rejects("There is no story in it.") } },
});

const orchestrator = createOrchestrator({ agents: claudeAgents({ client }) });
const run = orchestrator.submit("Write a farewell speech for Ada, of two sentences.");

const stop = run.on("attempt.finished", ({ taskId, confidence, because }) => {
  console.log(`heard: ${taskId} is done with ${confidence} confidence. ${because}`);
});
await run.result();
stop();

for await (const event of run) {
  switch (event.type) {
    case "plan.accepted":
      console.log(`${event.seq}: a plan of ${event.tasks.length} tasks`);
      break;
    case "review.returned":
      console.log(
        `${event.seq}: ${event.taskId} reviewed at ${event.tier}: ${event.verdict}. ${event.reason}`,
      );
      break;
    case "task.escalated":
      console.log(`${event.seq}: ${event.taskId} goes from ${event.from} to ${event.to}`);
      break;
    case "run.completed":
      console.log(`${event.seq}: ${event.answer}`);
      break;
  }
}
await close();
