import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configJsonSchema } from "../../../packages/cli/src/config/config-schema.js";
import { faultsIn, faultsOf, settingsIn } from "./support.js";

const ts = (config: string, before = ""): Record<string, string> => ({
  "terrace.config.ts": `import { defineConfig } from "@terrace/cli";\n${before}\nexport default defineConfig(${config});\n`,
});

describe("a configuration", () => {
  test("in TypeScript declares team, store and limits, with a router and checks that are code", async () => {
    const { team, config } = await settingsIn(
      ts(
        `{
          models: { opus: { model: "claude-opus-5-5", effort: "high" } },
          executors: { writer: { tier: "sonnet", instructions: "You write." } },
          reviewer: { policy: "thorough", sample: { write: 0.5, sort: { haiku: 0.1 } } },
          router: tableRouter([{ kind: "write", tier: "opus" }]),
          checks: { writer: [wordLimit(100)] },
          outputs: { writer: z.string() },
          store: "runs.db",
          concurrency: 3,
          limits: { maxRetries: 1 },
          budget: { hardUsd: 2 } satisfies { hardUsd: number },
        }`,
        'import { tableRouter } from "@terrace/core";\nimport { wordLimit } from "@terrace/agents";\nimport { z } from "zod";',
      ),
    );

    expect(team.models.opus).toEqual({ model: "claude-opus-5-5", effort: "high" });
    expect(Object.keys(team.executors)).toEqual(["writer"]);
    expect(team.reviewer).toMatchObject({ policy: "thorough", sample: { write: 0.5, sort: { haiku: 0.1 } } });
    expect(team.router?.name).toContain("table");
    expect(Object.keys(config.checks ?? {})).toEqual(["writer"]);
    expect(config).toMatchObject({
      store: "runs.db",
      concurrency: 3,
      limits: { maxRetries: 1 },
      budget: { hardUsd: 2 },
    });
  });

  test.each([
    ["terrace.config.json", '{ "concurrency": 3 }'],
    ["terrace.config.yaml", "concurrency: 3\n"],
    ["terrace.config.mjs", "export default { concurrency: 3 };"],
    ["terrace.config.cjs", "module.exports = { concurrency: 3 };"],
  ])("may be %s", async (name, text) => {
    expect((await settingsIn({ [name]: text })).config.concurrency).toBe(3);
  });

  test("that is not there changes nothing", async () => {
    const { team, config, origins, notes } = await settingsIn({});
    expect(team.ladder).toEqual(["haiku", "sonnet", "opus"]);
    expect(Object.keys(team.executors)).toEqual(["worker"]);
    expect(config).toEqual({});
    expect([...origins.values()].every(({ kind }) => kind === "default")).toBe(true);
    expect(notes).toEqual([]);
  });

  test("builds upon others, the nearer winning, each path relative to its own file", async () => {
    const { config, team, origins } = await settingsIn({
      "terrace.config.json": JSON.stringify({ extends: ["./shared/base", "./other.json"], concurrency: 2 }),
      "shared/base.json": JSON.stringify({ concurrency: 9, store: "base.db", agents: ["roles"] }),
      "shared/roles/clerk.md": "---\nname: clerk\ndescription: Sorts.\n---\nYou sort.\n",
      "other.json": JSON.stringify({ store: "other.db", urgency: "batch" }),
    });

    expect(config).toMatchObject({ concurrency: 2, store: "shared/base.db", urgency: "batch" });
    expect(Object.keys(team.executors)).toEqual(["clerk"]);
    expect(origins.get("store")).toEqual({ kind: "project", name: "shared/base.json" });
    expect(origins.get("executors.clerk")).toEqual({ kind: "agent file", name: "shared/roles/clerk.md" });
  });

  test.each([
    [
      { "terrace.config.ts": "export default { a: 1,, }" },
      /^terrace\.config\.ts: cannot be loaded: ParseError: /,
    ],
    [
      { "terrace.config.ts": "throw new Error('no luck')" },
      /^terrace\.config\.ts: cannot be loaded: no luck$/,
    ],
    [
      { "terrace.config.ts": "import 'nowhere'; export default {}" },
      /cannot be loaded: Cannot find module 'nowhere'/,
    ],
    [{ "terrace.config.json": "{ concurrency" }, /^terrace\.config\.json: cannot be loaded: /],
    [
      { "terrace.config.json": "[1]" },
      /^terrace\.config\.json: the configuration: expected an object, got \[1\]\.$/,
    ],
    [
      { "terrace.config.json": '{ "extends": "https://example.com/x" }' },
      /^terrace\.config\.json: extends: expected a path or a package, got "https:\/\/example\.com\/x"\. Nothing is downloaded\.$/,
    ],
    [
      { "terrace.config.json": '{ "extends": "./nowhere" }' },
      /^terrace\.config\.json: extends: "\.\/nowhere" is not there\. Correct the path, or install the package\.$/,
    ],
    [
      {
        "terrace.config.json": '{ "extends": "./b.json" }',
        "b.json": '{ "extends": "./terrace.config.json" }',
      },
      /^b\.json: extends: terrace\.config\.json extends it in turn\.$/,
    ],
  ])("that cannot be read says why, in a line: %j", async (files, expected) => {
    const lines = await faultsIn(files as unknown as Record<string, string>);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
  });

  test("has a published JSON Schema, which is the one it is checked by", () => {
    const path = new URL("../../../packages/cli/config.schema.json", import.meta.url);
    // When this fails: npx -y pnpm@12 schema
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test("names everything that is wrong with it, with the path of each", async () => {
    expect(
      await faultsOf({
        executors: { writer: { tier: "sonnet", teir: "opus" } },
        models: { opus: { model: "o", efort: "low" } },
        budget: { onExceed: "explode" },
        preset: "opusplam",
        agents: "agents",
        zzz: 1,
      }),
    ).toEqual([
      'preset: expected one of "worker", "opusplan", "software", got "opusplam".',
      'models.opus.efort: unknown key. Did you mean "effort"?',
      'executors.writer.teir: unknown key. Did you mean "tier"?',
      'agents: expected a list of 0 to 20, got "agents".',
      'budget.onExceed: expected one of "pause", "degrade", "stop", got "explode".',
      expect.stringMatching(/^zzz: unknown key\. Expected one of \$schema, extends, preset, ladder, /),
    ]);
  });
});

describe("what it must not hold", () => {
  test("[C03] a misspelt option is named with the one that was meant", async () => {
    expect(await faultsIn(ts("{ concurency: 4 } as never"))).toEqual([
      'terrace.config.ts: concurency: unknown key. Did you mean "concurrency"?',
    ]);
  });

  test("[C03] every option with one letter changed is refused, and the option is what was meant", async () => {
    const names = [
      "concurrency",
      "approveAboveUsd",
      "reviewer",
      "provider",
      "executors",
      "urgency",
      "reporter",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.constantFrom("z", "q", "_"),
        async (name, at, letter) => {
          const place = at % name.length;
          const misspelt = name.slice(0, place) + letter + name.slice(place + 1);
          expect(await faultsOf({ [misspelt]: 1 })).toEqual([
            `${misspelt}: unknown key. Did you mean "${name}"?`,
          ]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([0, -1, 1.5, 1e9, "4", null, true])(
    "[C04] a concurrency of %j is refused, and the range shown",
    async (given) => {
      expect(await faultsOf({ concurrency: given })).toEqual([
        `concurrency: expected a whole number from 1 to 10000, got ${JSON.stringify(given)}.`,
      ]);
    },
  );

  test.each(["NaN", "Infinity"])(
    "[C04] a concurrency of %s is refused, and the range shown",
    async (given) => {
      expect(await faultsIn(ts(`{ concurrency: ${given} }`))).toEqual([
        `terrace.config.ts: concurrency: expected a whole number from 1 to 10000, got ${given}.`,
      ]);
    },
  );

  test("[C04] no number outside of its range passes, in a file or a variable", async () => {
    const outside = fc.oneof(
      fc.integer({ max: 0 }),
      fc.integer({ min: 10_001 }),
      fc.double({ min: 1.01, max: 1.99 }),
    );
    await fc.assert(
      fc.asyncProperty(outside, async (concurrency) => {
        expect(await faultsOf({ concurrency })).toHaveLength(1);
        expect(await faultsIn({}, { TERRACE_CONCURRENCY: String(concurrency) })).toEqual([
          expect.stringMatching(/^TERRACE_CONCURRENCY: expected a whole number from 1 to 10000, got /),
        ]);
      }),
      { numRuns: 40 },
    );
  });

  test("[C05] a ladder and models that do not fit are refused where they were declared", async () => {
    expect(await faultsOf({ ladder: ["small", "haiku"] })).toEqual([
      'models: expected to map every tier of the ladder, got "haiku". Add a model for "small".',
    ]);
    expect(await faultsOf({ models: { huge: "h" } })).toEqual([
      'models: expected to map only tiers of the ladder ("haiku", "sonnet", "opus"), got "huge". Remove the mapping, or add the tier to `ladder`.',
    ]);
    expect(await faultsOf({ models: { sonnet: "m", opus: "m" } })).toEqual([
      "models.opus: expected another model or effort than models.sonnet has, got the same. Give it another, or leave the tier out of the ladder.",
    ]);
    expect(await faultsOf({ models: { opus: { model: "m", effort: "most" } } })).toEqual([
      'models.opus.effort: expected one of "low", "medium", "high", "xhigh", "max", got "most".',
    ]);
    expect(await faultsIn(ts('{ executors: { writer: { tier: "medium" } } } as never'))).toEqual([
      'terrace.config.ts: executors.writer.tier: expected a tier of the ladder ("haiku", "sonnet", "opus"), got `"medium"`.',
    ]);
  });

  test("what is given for a role or a tier that is not there names those there are", async () => {
    const config =
      "{ tierConcurrency: { huge: 1 }, checks: { wroker: [wordLimit(5)] }, outputs: { clerk: z.string() } } as never";
    const imports = 'import { wordLimit } from "@terrace/agents";\nimport { z } from "zod";';
    expect(await faultsIn(ts(config, imports))).toEqual([
      'terrace.config.ts: tierConcurrency.huge: expected a tier of the ladder ("haiku", "sonnet", "opus").',
      'terrace.config.ts: outputs.clerk: expected a role ("worker").',
      'terrace.config.ts: checks.wroker: expected a role ("worker"). Did you mean "worker"?',
    ]);
  });

  test("what a team refuses is named with the file and the path in it", async () => {
    expect(await faultsOf({ executors: { planner: { tier: "haiku" } } })).toEqual([
      'executors: expected to leave the name "planner" to the planner, which the ledger lists by it. Rename it.',
    ]);
    expect(await faultsOf({ executors: { it: { tier: "opus", maxTier: "haiku" } } })).toEqual([
      'executors.it: expected to have minTier ≤ tier ≤ maxTier, got "opus", "opus", "haiku".',
    ]);
    expect((await faultsOf({ prices: [{ model: 1 }] }))[0]).toBe(
      "prices[0].model: expected the exact id of a model, got `1`. Name it as its answers do.",
    );
  });

  test("[C05] a provider whose model ids are not all known wants them named", async () => {
    expect(await faultsOf({ provider: "bedrock" })).toEqual([
      "models.sonnet, models.opus: expected a model id, got nothing. What bedrock calls these models is not known here: add the id from its console.",
    ]);
    const { team } = await settingsIn({ "terrace.config.json": '{ "provider": "vertex" }' });
    expect(team.models.opus?.model).toBe("claude-opus-5-5");
  });

  test("[C09] instructions with a placeholder that nobody filled in are refused at the start", async () => {
    const executors = { writer: { tier: "haiku", instructions: "You write\nabout {{topic}}." } };
    expect(await faultsOf({ executors })).toEqual([
      "executors.writer.instructions: the placeholder {{topic}} was left in line 2. Fill it in.",
    ]);
    const code = {
      writer: { tier: "haiku", instructions: "Keep `{{topic}}` and \u0024{{ secrets.X }} as they are." },
    };
    expect(await faultsOf({ executors: code })).toEqual([]);
  });

  test("[C12] keys that reach for a prototype are refused at any depth, in data and in code", async () => {
    const reaching = fc.constantFrom<string>("__proto__", "constructor", "prototype");
    const path = fc.array(fc.constantFrom<string>("models", "executors", "a", "budget"), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(reaching, path, async (key, names) => {
        const inner = `{"${key}":{"polluted":true}}`;
        const text = names.reduce((value, name) => `{"${name}":${value}}`, inner);
        const lines = await faultsIn({ "terrace.config.json": text });
        expect(lines).toEqual([
          `terrace.config.json: ${[...names].reverse().concat(key).join(".")}: no configuration has such a key, which would reach for a prototype. Remove it.`,
        ]);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 40 },
    );
    expect(await faultsIn(ts("{ budget: { __proto__: { hardUsd: 1 } } }"))).toEqual([
      "terrace.config.ts: budget.__proto__: no configuration has such a key, which would reach for a prototype. Remove it.",
    ]);
    expect(await faultsIn({ "terrace.config.yaml": "models: &a\n  x: *a\n" })).toEqual([
      expect.stringMatching(/expected less, or something that ends/),
    ]);
  });

  test("[C13] a regular expression of the user's has no place in it", async () => {
    expect(await faultsIn(ts("{ checks: { worker: [/^ok$/] } } as never"))).toEqual([
      "terrace.config.ts: checks.worker.0: expected a check, { name, run }, got the regular expression /^ok$/.",
    ]);
    expect(await faultsIn(ts("{ reviewer: { instructions: /a+/ } } as never"))).toEqual([
      "terrace.config.ts: reviewer.instructions: expected plain data, got something made by `RegExp`.",
    ]);
  });

  test("[C14] limits that contradict one another are refused, and both are named", async () => {
    expect(await faultsOf({ budget: { hardUsd: 1, perTaskUsd: 2, softUsd: 3 } })).toEqual([
      "budget.softUsd: expected at most budget.hardUsd, which is 1, got 3. Change one of them.",
      "budget.perTaskUsd: expected at most budget.hardUsd, which is 1, got 2. Change one of them.",
    ]);
    expect(await faultsOf({ limits: { maxItems: 20, maxTotalTasks: 10 } })).toEqual([
      "limits.maxItems: expected at most limits.maxTotalTasks, which is 10, got 20. Change one of them.",
    ]);
    expect(
      await faultsIn(
        { "terrace.config.json": '{ "budget": { "perTaskUsd": 2 } }' },
        { TERRACE_BUDGET_USD: "1" },
      ),
    ).toEqual([
      "terrace.config.json: budget.perTaskUsd: expected at most budget.hardUsd (TERRACE_BUDGET_USD), which is 1, got 2. Change one of them.",
    ]);
  });

  test("[C14] a part is never more than its whole, whatever the figures", async () => {
    const figure = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(figure, figure, figure, async (hardUsd, perTaskUsd, softUsd) => {
        const lines = await faultsOf({ budget: { hardUsd, perTaskUsd, softUsd } });
        expect(lines).toHaveLength(Number(perTaskUsd > hardUsd) + Number(softUsd > hardUsd));
      }),
      { numRuns: 40 },
    );
  });
});
