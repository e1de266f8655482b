import {
  type Classification,
  classifierRouter,
  contextSizeRouter,
  defaultDomains,
  defaultKeywords,
  defaultRouter,
  defaultTable,
  defaultUserTiers,
  domainRouter,
  errorCostRouter,
  keywordRouter,
  type ModelWindow,
  plannerRouter,
  requirementsRouter,
  router,
  userTierRouter,
} from "@terrace/core";
import { describe, expect, test } from "vitest";
import { question, row } from "./support.js";

const TWO = ["small", "large"];
const FOUR = ["a", "b", "c", "d"];

describe("the keyword router", () => {
  const tierOf = (title: string, brief = "Do it.") =>
    keywordRouter().route(question({ task: { title, brief } })).winner?.tier;

  test("says which word decided", () => {
    expect(keywordRouter().route(question({ task: { title: "Fix a race condition" } })).winner).toEqual({
      router: "keyword",
      tier: "opus",
      reason: 'It says "race condition", which is work for opus.',
      confidence: "medium",
      maxTokens: null,
    });
  });

  test.each([
    ["Rename the fields", "haiku"],
    ["RENAME the fields", "haiku"],
    ["Write unit-tests for the parser", "sonnet"],
    ["Extract the names", "haiku"],
    ["Look for a deadlock", "opus"],
    ["Weigh the trade-offs", "opus"],
    ["Weigh the trade offs", "opus"],
    ["A race\n   condition", "opus"],
    ["dead\u200block", "opus"],
    ["\u202edeadlock\u202c", "opus"],
    ["ＤＥＡＤＬＯＣＫ", "opus"],
  ])("takes %j for work of %s", (title, tier) => {
    expect(tierOf(title)).toBe(tier);
  });

  test.each(["Platform information", "Deadlocked", "A conditional race", "Sing a song", ""])(
    "takes whole words alone, so that %j says nothing",
    (title) => {
      expect(tierOf(title)).toBeUndefined();
    },
  );

  test("looks at the brief too, and at the dearest tier's signals first", () => {
    expect(tierOf("Rename the fields", "Mind the security of the whole.")).toBe("opus");
    expect(tierOf("Implement a parser", "It is to extract dates.")).toBe("sonnet");
  });

  test("goes by a table of one's own, on a ladder of one's own", () => {
    const own = keywordRouter({ large: ["über alles", ""], small: ["klein"] });
    const ask = (brief: string) => own.route(question({ ladder: TWO, task: { brief } })).winner?.tier;

    expect([ask("Über alles."), ask("Klein."), ask("Mittel.")]).toEqual(["large", "small", undefined]);
    expect(defaultKeywords(TWO).large).toContain("implement");
    expect(defaultKeywords(FOUR).b).toEqual([]);
  });
});

describe("the table that comes with it", () => {
  test("has the usual kinds at the foot, the middle and the top, and caps what is mechanical", () => {
    expect(defaultTable()).toMatchObject({
      format: { tier: "haiku", maxTokens: 8_000 },
      classify: { tier: "haiku", maxTokens: 4_000 },
      implement: { tier: "sonnet" },
      "security-review": { tier: "opus" },
    });
    expect(defaultTable().implement).not.toHaveProperty("maxTokens");
    expect(defaultTable(FOUR)).toMatchObject({
      format: { tier: "a" },
      test: { tier: "c" },
      architect: { tier: "d" },
    });
    expect(defaultTable(["only"])).toMatchObject({ format: { tier: "only" }, architect: { tier: "only" } });
  });
});

describe("the domain and the user tier", () => {
  test("start a run's tasks where their tables say, and else say nothing", () => {
    const about = (domain: string | null) => domainRouter().route(question({ domain })).winner;
    const of = (userTier: string | null) => userTierRouter().route(question({ userTier })).winner;

    expect(about("security")).toMatchObject({
      tier: "opus",
      reason: 'Tasks about "security" start at opus.',
    });
    expect([about("docs")?.tier, about("gardening"), about(null)]).toEqual(["haiku", null, null]);
    expect(of("free")).toMatchObject({ tier: "haiku", reason: 'The tasks of "free" users start at haiku.' });
    expect([of("paid")?.tier, of("enterprise")?.tier, of("constructor"), of(null)]).toEqual([
      "sonnet",
      "opus",
      null,
      null,
    ]);
    expect([defaultDomains(TWO).frontend, defaultUserTiers(TWO).paid]).toEqual(["large", "large"]);
  });
});

describe("the error cost", () => {
  const says = (tier: string) =>
    router("says", () => ({ tier, reason: "So.", confidence: "low", maxTokens: 9 }));
  const moved = (tier: string, errorCost: "high" | "low", low?: "down") =>
    errorCostRouter(says(tier), low === undefined ? {} : { low }).route(question({ task: { errorCost } }));

  test.each([
    ["haiku", "high", undefined, "sonnet"],
    ["opus", "high", undefined, "opus"],
    ["sonnet", "low", undefined, "sonnet"],
    ["sonnet", "low", "down", "haiku"],
    ["haiku", "low", "down", "haiku"],
    ["sonnet", "high", "down", "opus"],
  ] as const)("at %s, %s, %s leads to %s", (tier, errorCost, low, expected) => {
    expect(moved(tier, errorCost, low).winner?.tier).toBe(expected);
  });

  test("keeps what was proposed, its reason and its cap", () => {
    expect(moved("haiku", "high")).toEqual({
      winner: {
        router: "errorCost(says)",
        tier: "sonnet",
        reason: "So. Moved from haiku: an error costs much.",
        confidence: "low",
        maxTokens: 9,
      },
      proposals: [
        { router: "says", tier: "haiku", reason: "So.", confidence: "low", maxTokens: 9 },
        expect.anything(),
      ],
    });
    expect(moved("sonnet", "low", "down").winner?.reason).toBe(
      "So. Moved from sonnet: an error costs little.",
    );
  });
});

describe("the context's size", () => {
  const LINE = { promptTokens: 100_000, inputUsd: 0.5 };
  const windows: { readonly [model: string]: ModelWindow } = {
    h: { contextTokens: 200_000, inputUsd: 0.1, above: LINE },
    s: { contextTokens: 1_000_000, inputUsd: 2 },
    o: { contextTokens: 1_000_000, inputUsd: 4 },
  };
  const at = (contextTokens: number, changes = {}, options = {}) =>
    contextSizeRouter({ ...windows, ...changes }, options).route(question({ contextTokens })).winner;

  test("says nothing where the lowest tier takes it in at its usual price", () => {
    expect(at(100_000)).toBeNull();
  });

  test("passes over a tier whose window would be too full", () => {
    expect(at(150_000)?.tier).toBe("haiku");
    expect(at(150_001)).toMatchObject({
      tier: "sonnet",
      confidence: "high",
      reason: "About 150001 tokens are shown, too many for a tier below sonnet.",
    });
    expect(at(150_001, {}, { fill: 1 })?.tier).toBe("haiku");
  });

  test("tells of a price line, and goes higher only where that is cheaper", () => {
    expect(at(100_001)).toMatchObject({
      tier: "haiku",
      confidence: "low",
      reason:
        "About 100001 tokens are shown: dearer at haiku, and still cheapest (above 100000 tokens $0.5 a million instead of $0.1).",
    });
    expect(at(100_001, { h: { ...windows.h, above: { ...LINE, inputUsd: 3 } } })).toMatchObject({
      tier: "sonnet",
      confidence: "medium",
      reason:
        "About 100001 tokens are shown, which haiku charges more for than sonnet (above 100000 tokens $3 a million instead of $0.1).",
    });
  });

  test("goes to the widest window when none is wide enough, and takes an unknown one for wide enough", () => {
    expect(at(2_000_000)).toMatchObject({
      tier: "sonnet",
      confidence: "low",
      reason: "About 2000000 tokens are shown, too many for every model.",
    });
    const { o: _, ...known } = windows;
    expect(contextSizeRouter(known).route(question({ contextTokens: 2_000_000 })).winner?.tier).toBe("opus");
    expect(contextSizeRouter({}).route(question({ contextTokens: 2_000_000 })).winner).toBeNull();
  });
});

describe("requirements", () => {
  const capabilities = { h: ["text"], s: ["text", "code"], o: ["text", "code", "maths"] };
  const needing = (requires: { readonly [name: string]: readonly string[] }) =>
    requirementsRouter({ requires, capabilities }).route(question()).winner;

  test("are met at the cheapest tier whose model has all of them", () => {
    expect(needing({ task: ["code"], worker: ["text"] })).toMatchObject({
      tier: "sonnet",
      reason: 'sonnet is the cheapest with "code", "text".',
      confidence: "high",
    });
    expect(needing({ worker: ["maths"] })?.tier).toBe("opus");
  });

  test("that nobody declared decide nothing", () => {
    expect(needing({ other: ["maths"] })).toBeNull();
    expect(needing({ task: [] })).toBeNull();
  });

  test("that no model meets lead to the top, with what is missing", () => {
    expect(needing({ task: ["code", "magic"] })).toMatchObject({
      tier: "opus",
      confidence: "low",
      reason: 'No model is known to have "magic"; opus comes nearest.',
    });
  });

  test("follow the models when these are replaced", () => {
    const models = { haiku: { model: "o" }, sonnet: { model: "s" }, opus: { model: "o" } };
    const by = requirementsRouter({ requires: { task: ["maths"] }, capabilities });

    expect(by.route(question({ models })).winner?.tier).toBe("haiku");
  });
});

describe("the classifier's router", () => {
  const after = (complexity: Classification["complexity"], errorCost: "high" | "low", options = {}) =>
    classifierRouter(options).route(question({ classification: { complexity, errorCost, reason: "Plain." } }))
      .winner;

  test.each([
    ["mechanical", "low", "haiku"],
    ["mechanical", "high", "sonnet"],
    ["generative", "low", "sonnet"],
    ["generative", "high", "opus"],
    ["reasoning", "low", "opus"],
    ["reasoning", "high", "opus"],
  ] as const)("starts %s work of which an error costs %s at %s", (complexity, errorCost, tier) => {
    expect(after(complexity, errorCost)?.tier).toBe(tier);
  });

  test("says what was said", () => {
    expect(after("mechanical", "high")?.reason).toBe(
      "The classifier takes it for mechanical work, of which an error costs much: Plain.",
    );
  });

  test("goes by tiers of one's own, and asks at a tier of one's own", () => {
    expect(after("mechanical", "low", { tiers: { mechanical: "sonnet" } })?.tier).toBe("sonnet");
    expect(after("generative", "low", { tiers: { mechanical: "opus" } })?.tier).toBe("sonnet");
    expect([classifierRouter().classifier, classifierRouter({ tier: "sonnet" }).classifier]).toEqual([
      "haiku",
      "sonnet",
    ]);
  });

  test("proposes nothing when no answer came", () => {
    expect(classifierRouter().route(question()).winner).toBeNull();
  });
});

describe("the default router", () => {
  const asked = (changes: Parameters<typeof question>[0], options = {}) =>
    defaultRouter(options).route(question(changes)).winner;
  const costOf = () => ({ attempt: 1, review: 0 });

  test.each([
    ["the tier of the user", "userTier", "haiku", { userTier: "free" }],
    [
      "what earlier runs taught",
      "history",
      "opus",
      { costOf, calibration: [row("haiku", 40, 1), row("sonnet", 40, 1)] },
    ],
    ["the table of kinds", "table", "sonnet", { domain: "docs", task: { kind: "implement" } }],
    ["the domain", "domain", "opus", { domain: "security", task: { title: "Rename" } }],
    [
      "the classifier",
      "classifier",
      "sonnet",
      {
        classification: { complexity: "generative", errorCost: "low", reason: "" },
        task: { title: "Rename" },
      },
    ],
    ["keywords", "keyword", "opus", { task: { title: "Find the deadlock" } }],
    ["the planner", "planner", "haiku", {}],
  ] as const)("goes by %s before what comes after it", (_, name, tier, changes) => {
    const later = { task: { kind: "none", ...("task" in changes ? changes.task : {}) } };
    const winner = asked(
      { ...changes, ...(name === "history" ? {} : later) } as Parameters<typeof question>[0],
      { classifier: "haiku" },
    );

    expect(winner).toMatchObject({ router: name, tier });
  });

  test("starts nothing lower than its size and its requirements allow", () => {
    const windows = { h: { contextTokens: 10_000 } };
    const needs = { requires: { format: ["code"] }, capabilities: { s: ["code"], o: ["code"] } };

    expect(asked({ contextTokens: 9_000, task: { kind: "format" } }, { windows })?.router).toBe(
      "contextSize",
    );
    expect(asked({ task: { kind: "format" } }, needs)).toMatchObject({
      router: "requirements",
      tier: "sonnet",
    });
    expect(asked({ contextTokens: 9_000, task: { kind: "architect" } }, { windows })?.router).toBe("table");
  });

  test("moves the table and keywords up where an error costs much, and nobody's pin", () => {
    expect(asked({ task: { kind: "format", errorCost: "high" } })?.tier).toBe("sonnet");
    expect(asked({ task: { title: "Rename", errorCost: "high" } })?.tier).toBe("sonnet");
    expect(
      asked({ task: { kind: "format", errorCost: "high" } }, { pins: { format: "haiku" } })?.router,
    ).toBe("pin");
  });

  test("asks a model only when it is told to", () => {
    expect(defaultRouter().classifier).toBeUndefined();
    expect(defaultRouter({ classifier: "haiku" }).classifier).toBe("haiku");
    expect(defaultRouter().name).toBe(
      "highestOf(firstOf(userTier, history, errorCost(firstOf(table, domain)), errorCost(keyword), planner), contextSize, requirements)",
    );
  });

  test("takes the tables of another ladder, whatever its tiers are called", () => {
    const ladder = ["s", "m", "l"];
    const team = { ladder, bounds: { minTier: "s", maxTier: "l" } };

    expect(asked({ ...team, task: { kind: "architect", tier: "s" } }, { ladder })?.tier).toBe("l");
    expect(plannerRouter().route(question({ ...team, task: { tier: "s" } })).winner?.tier).toBe("s");
  });
});
