// An executor with a tool of yours: a function with a schema. A role has the tools that it names, and no others.

import { claudeAgents, defineTool } from "@terrace/agents";
import { createOrchestrator, definePlan, defineTeam } from "@terrace/core";
import { z } from "zod";
import { offline } from "./offline.js";

const stock: Record<string, number> = { "A-7": 12, "B-2": 0 };

const lookUpStock = defineTool({
  name: "look_up_stock",
  description: "Brings how many pieces of an article there are. Articles have names such as A-7.",
  input: z.object({ article: z.string() }),
  // It changes nothing, so a process that takes over may ask again.
  hasEffect: false,
  run: ({ article }) => ({ article, pieces: stock[article] ?? "unknown" }),
});

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { clerk: { tier: "haiku", instructions: "You know the store.", tools: ["look_up_stock"] } },
});
const plan = definePlan(team, {
  tasks: [{ id: "order", brief: "Which of A-7 and B-2 can we ship today?", role: "clerk" }],
});

/** What the model says offline: it asks for both articles at once, and for a tool that its role does not have. */
const use = (id: string, name: string, input: object) => ({ type: "tool_use", id, name, input });
const asks = [
  use("toolu_1", "look_up_stock", { article: "A-7" }),
  use("toolu_2", "look_up_stock", { article: "B-2" }),
  use("toolu_3", "run_command", { program: "rm", args: ["-rf", "."] }),
];
const output = { output: "A-7 only: there are 12, and no B-2." };
const { client, close } = await offline({
  execute: { order: { haiku: [{ raw: "", content: asks }, output] } },
});

const agents = claudeAgents({ client, tools: [lookUpStock] });
const run = createOrchestrator({ team, agents }).submit(plan);
run.on("tool.started", ({ tool, input }) => console.log(`${tool} ${JSON.stringify(input)}`));
run.on("tool.ended", ({ content }) => console.log(`  ${content}`));
const { answer } = await run.result();
console.log(answer);
await close();
