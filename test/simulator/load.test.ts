import type Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { asking, post, saying, simulate } from "./support.js";

test("500 requests at once are all answered, each with its own answer", async () => {
  const { client, simulator } = await simulate({
    world: { answer: ({ lastUserText }) => ({ text: `about ${lastUserText}` }) },
  });

  const answers = await Promise.all(
    Array.from({ length: 500 }, async (_, n) => {
      const request = asking({ messages: [{ role: "user", content: `task ${n}` }] });
      const message =
        n % 2 === 0
          ? await client.messages.create(request)
          : await client.messages.stream(request).finalMessage();
      return (message.content[0] as Anthropic.TextBlock).text;
    }),
  );

  expect(answers).toEqual(Array.from({ length: 500 }, (_, n) => `about task ${n}`));
  expect(simulator.bill.requests).toBe(500);
  expect(simulator.inFlight).toBe(0);
});

test("[A21] a JSON answer cut at any byte never arrives as a message", async () => {
  const whole = await simulate();
  const { text } = await post(whole.simulator.url, asking());
  let cutAt = 0;
  const { client } = await simulate({
    faults: () => ({ kind: "cut-body", afterBytes: cutAt, end: cutAt % 2 === 0 ? "reset" : "close" }),
  });

  for (cutAt = 0; cutAt < Buffer.byteLength(text); cutAt += 7) {
    await expect(client.messages.create(asking())).rejects.toThrow();
  }
});

test("a body over 1 MiB is answered but not kept", async () => {
  const { client, simulator } = await simulate({ world: saying("long") });

  await client.messages.create(asking({ system: "x".repeat(1_100_000) }));

  expect(simulator.requests[0]?.bodyBytes).toBeGreaterThan(1_100_000);
  expect(simulator.requests[0]).not.toHaveProperty("body");
});
