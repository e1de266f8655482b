import { Readable } from "node:stream";
import type { RunEvent } from "@terrace/core";
import { expect, test } from "vitest";
import { lineReporter } from "../../packages/cli/src/reporters/line.js";
import { ndjsonReporter } from "../../packages/cli/src/reporters/ndjson.js";
import {
  chooseReporter,
  createReporter,
  REPORTERS,
  type Reporter,
} from "../../packages/cli/src/reporters/reporter.js";
import { ok } from "../../packages/core/src/testing/index.js";
import { atRest, HAPPY, recorded, Screen, STORY } from "./support.js";

async function report(reporter: Reporter, log: readonly RunEvent[]): Promise<void> {
  for (const event of log) reporter.tell(event);
  await reporter.end();
}

const terminal = () => new Screen({ columns: 80, rows: 24 });

const stage = (stream: Screen, env: Record<string, string> = {}) => ({
  stream,
  env,
  stdin: Readable.from([]),
});

test("lines tell the story of a run", async () => {
  const screen = new Screen();
  await report(lineReporter(screen, { colour: false }), await recorded(HAPPY));
  const told = screen.lines.map((line) => line.slice(8).replace(/ {2,}/, ": "));
  expect(told).toEqual([
    "goal: Write about bees.",
    "plan: 3 tasks: 2 at haiku, 1 at sonnet",
    "facts: haiku answers, confidence high: It was simple.",
    "facts: passes its checks",
    "facts: haiku reviews: Every criterion is met.",
    "facts: accepted at haiku, attempt 1, $0.0020",
    "draft: haiku answers, confidence low: It is a guess.",
    "draft: passes its checks",
    "draft: sonnet rejects it: The end is missing.",
    "draft: escalates: haiku → sonnet",
    "draft: sonnet answers, confidence medium: It was simple.",
    "draft: passes its checks",
    "draft: opus rejects it: The middle is missing.",
    "draft: escalates: sonnet → opus",
    "draft: opus answers, confidence high: It was simple.",
    "draft: passes its checks",
    "draft: opus reviews: Every criterion is met.",
    "draft: accepted at opus, attempt 3, $0.0060",
    "essay: sonnet answers, confidence high: It was simple.",
    "essay: passes its checks",
    "essay: sonnet reviews: Every criterion is met.",
    "essay: accepted at sonnet, attempt 1, $0.0020",
    "run: completed",
  ]);
});

test.each(["line", "ndjson", "tree"] as const)(
  "a run that is resumed is told by %s from where it was resumed, with all that went before in mind",
  async (name) => {
    const [whole, resumed] = [terminal(), terminal()];
    const log = await recorded(HAPPY);
    await report(await createReporter(name, stage(whole)), log);
    const reporter = await createReporter(name, stage(resumed));
    for (const event of log.slice(0, -4)) reporter.recall(event);
    await report(reporter, log.slice(-4));

    expect(resumed.lines.at(-1)).toBe(whole.lines.at(-1));
    // The tree is the same; of the others, only what is new is told.
    expect(resumed.lines).toEqual(name === "tree" ? whole.lines : whole.lines.slice(-resumed.lines.length));
    if (name !== "tree") expect(resumed.lines.length).toBeLessThan(whole.lines.length);
  },
);

test("lines say what is flagged, and that the run waits", async () => {
  const screen = new Screen();
  await report(lineReporter(screen, { colour: false }), await recorded(STORY));
  expect(screen.text).toMatch(/draft +flagged for a person: /);
  expect(screen.text).toMatch(/run +paused \(person\): /);
});

test("lines say what becomes of the money before it is spent", async () => {
  const run = await atRest(HAPPY, "Write about bees.", {
    approveAboveUsd: 1,
    budget: { softUsd: 0.002, onExceed: "degrade" },
  });
  await run.approve("ana@laptop");
  await run.result();
  const screen = new Screen();
  const quoted = { minMicroUsd: 5, likelyMicroUsd: 1_000, maxMicroUsd: 20_000_000 };
  const [first, ...rest] = run.log;
  await report(lineReporter(screen, { colour: false }), [
    first as RunEvent,
    { ...(first as RunEvent), type: "plan.quoted", ...quoted } as RunEvent,
    ...rest,
  ]);
  const told = screen.lines.map((line) => line.slice(8).replace(/ {2,}/, ": "));
  const about = told.filter((line) => /^(plan|budget|essay: starts)/.test(line));

  expect(about).toEqual([
    "plan: quoted at $0.0010 likely, from $0.0000 to $20.00",
    "plan: 3 tasks: 2 at haiku, 1 at sonnet",
    "plan: cannot be quoted: not every price is known",
    "plan: approved by ana@laptop",
    "budget: $0.0020 is spent, of the soft bound of $0.0020",
    "essay: starts cheaper: sonnet → haiku, since: The soft bound of the budget is passed.",
  ]);
});

test("lines carry colours only when asked to", async () => {
  const [plain, coloured] = [new Screen(), new Screen()];
  const log = await recorded(HAPPY);
  await report(lineReporter(plain, { colour: false }), log);
  await report(lineReporter(coloured, { colour: true }), log);
  expect(plain.text).not.toContain("\u001b");
  expect(coloured.text).toContain("\u001b[32m");
});

test("what a model says cannot write to the terminal", async () => {
  const screen = new Screen();
  const because = "sure\u001b]0;owned\u0007\nfake  line\u202e";
  const execute = { facts: ok("x", { because }) };
  await report(lineReporter(screen, { colour: false }), await recorded({ ...HAPPY, execute }));
  expect(screen.text).toContain("confidence high: sure fake line\n");
});

test("ndjson is every event as it was recorded, one a line", async () => {
  const screen = new Screen();
  const log = await recorded(HAPPY);
  await report(ndjsonReporter(screen), log);
  expect(screen.lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(log)));
});

test("silence is silent", async () => {
  const screen = new Screen();
  await report(await createReporter("silent", stage(screen)), await recorded(HAPPY));
  expect(screen.text).toBe("");
});

test("the tree leaves its last frame on the terminal, and shows the cursor again", async () => {
  const screen = terminal();
  await report(await createReporter("tree", stage(screen, { NO_COLOR: "1" })), await recorded(HAPPY));
  const last = screen.text.slice(screen.text.lastIndexOf("terrace  Write about bees."));
  expect(last).toMatch(/3\/3 accepted.*✔ facts.*✔ draft +haiku→sonnet→opus.*✔ └ essay/s);
  expect(screen.text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(screen.text.lastIndexOf("\u001b[?25l"));
});

test("the tree moves while nothing happens", async () => {
  const screen = terminal();
  const log = await recorded(HAPPY);
  const reporter = await createReporter("tree", stage(screen));
  for (const event of log.slice(0, log.findIndex(({ type }) => type === "attempt.started") + 1)) {
    reporter.tell(event);
  }
  await new Promise((resolve) => setTimeout(resolve, 400));
  await reporter.end();
  const spun = new Set(screen.text.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g));
  expect(spun.size).toBeGreaterThanOrEqual(2);
});

test("without a word it is the tree on a terminal, and lines anywhere else", () => {
  expect(chooseReporter({}, terminal(), {})).toBe("tree");
  expect(chooseReporter({}, new Screen(), {})).toBe("line");
  expect(chooseReporter({}, terminal(), { CI: "true" })).toBe("line");
  expect(chooseReporter({}, terminal(), { TERM: "dumb" })).toBe("line");
});

test("a reporter can be named", () => {
  for (const name of REPORTERS) expect(chooseReporter({ reporter: name }, new Screen(), {})).toBe(name);
  expect(chooseReporter({ json: true }, terminal(), {})).toBe("ndjson");
});

test("a reporter that does not exist, or two at once, are mistakes", () => {
  expect(() => chooseReporter({ reporter: "fancy" }, new Screen(), {})).toThrow(
    'Expected --reporter to be one of tree, line, ndjson, json, silent, got "fancy".',
  );
  expect(() => chooseReporter({ reporter: "tree", json: true }, new Screen(), {})).toThrow(
    "Expected --json alone or --reporter tree alone, got both. Leave one out.",
  );
});
