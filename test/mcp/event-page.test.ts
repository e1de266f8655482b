import { memoryStore, type RunEvent } from "@terrace/core";
import { expect, test } from "vitest";
import { eventPage } from "../../packages/cli/src/mcp/event-page.js";
import { quoteModel } from "../../packages/cli/src/mcp/quoted-text.js";
import { atRest } from "../cli/support.js";

/** A store with a run of so many events, each with a reason of so many characters. */
async function stored(events: number, characters: number) {
  const [first] = (await atRest()).log as readonly [RunEvent];
  const more = Array.from({ length: events - 1 }, (_, at) => ({
    ...first,
    seq: at + 1,
    type: "run.paused",
    reason: "interrupted",
    message: `\u001b[31m\u202e${"x".repeat(characters)}`,
    tasks: [],
  }));
  const store = memoryStore();
  const lease = await store.acquire(first.runId, "tester", 0, 1);
  await store.append(lease, [first, ...(more as unknown as RunEvent[])], 0);
  return { store, runId: first.runId };
}

test("a page has a hundred events at most, and says where the next begins", async () => {
  const { store, runId } = await stored(150, 10);
  const page = await eventPage(store, runId, 0);
  const last = await eventPage(store, runId, page.next ?? 0);

  expect(page).toMatchObject({ from: 0, next: 100 });
  expect(page.events).toHaveLength(100);
  expect(last).toMatchObject({ from: 100, next: null });
  expect(last.events).toHaveLength(50);
  expect(await eventPage(store, runId, 150)).toMatchObject({ next: null, events: [] });
});

test("a text in it is cut, and has nothing in it that cannot be seen", async () => {
  const { store, runId } = await stored(2, 5_000);
  const [, event] = (await eventPage(store, runId, 0)).events as readonly { readonly message: string }[];

  expect(event?.message).toMatch(/^x{1900,2000}…$/);
});

test("what a model wrote is cut between characters, and says that it was", () => {
  expect(quoteModel("😀😀😀", 2)).toEqual({ writtenBy: "model", text: "😀😀", isWhole: false });
  expect(quoteModel("😀😀", 2)).toEqual({ writtenBy: "model", text: "😀😀", isWhole: true });
  expect(quoteModel({ of: ["one"] }, 20)).toEqual({
    writtenBy: "model",
    text: '{"of":["one"]}',
    isWhole: true,
  });
});
