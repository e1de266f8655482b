import { planSchema } from "@terrace/core";
import { expect, test } from "vitest";
import { plan } from "../../packages/agents/src/planner.js";
import { scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { planRequest, task } from "./support.js";

const { plannedTier: _, ...planned } = task();
const good = { tasks: [planned], answer: "compare" };

test("a plan is returned as it came", async () => {
  const client = scriptedClient({ json: good });
  const answer = await plan(client, planRequest());
  expect(answer).toEqual({ outcome: "ok", value: good });
  expect(planSchema.safeParse(good).success).toBe(true);
});

test("a plan says which tasks can wait; that the others cannot is for whoever submitted the run to say", async () => {
  const tasks = [
    { ...planned, urgency: "live" },
    { ...planned, id: "other", urgency: "batch" },
  ];
  const answer = await plan(scriptedClient({ json: { ...good, tasks } }), planRequest());
  expect(answer).toEqual({ outcome: "ok", value: { ...good, tasks: [planned, tasks[1]] } });
});

test("the request names model, effort, room and schema outright", async () => {
  const client = scriptedClient({ json: good });
  const { signal } = new AbortController();
  await plan(client, planRequest({ signal }));
  const [request] = client.requests;
  expect(request).toMatchObject({ model: "claude-opus-5-5", effort: "medium", maxTokens: 64_000 });
  expect(request?.signal).toBe(signal);
  expect(request?.system[0]?.startsWith("You are the planner")).toBe(true);
  expect(request?.user.startsWith("Plan attempt: 1\n")).toBe(true);
});

test("the effort of the route goes before the usual one", async () => {
  const client = scriptedClient({ json: good });
  await plan(client, planRequest({ route: { tier: "opus", model: "claude-opus-5-5", effort: "xhigh" } }));
  expect(client.requests[0]?.effort).toBe("xhigh");
});

test("a shape that is no plan is left to the core, which lists everything at once", async () => {
  const answer = await plan(scriptedClient({ json: { tasks: {}, answer: 7, extra: true } }), planRequest());
  expect(answer).toEqual({ outcome: "ok", value: { tasks: {}, answer: 7, extra: true } });
});

test("the fault of a call is handed on as it is", async () => {
  const fault = {
    outcome: "refused",
    code: "REFUSED",
    message: "Declined.",
    retryable: false,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: [],
  } as const;
  expect(await plan(scriptedClient({ fault }), planRequest())).toEqual({ outcome: "refused", fault });
});

test("a message says in one line what was expected and got", async () => {
  const answer = await plan(scriptedClient('{"tasks": [], "tasks": []}'), planRequest());
  expect(answer).toMatchObject({
    outcome: "invalid_output",
    fault: {
      code: "PLAN_NOT_JSON",
      message: "The planner's answer could not be read as a plan: The object has the key tasks twice.",
      retryable: false,
      scope: "work",
    },
  });
});
