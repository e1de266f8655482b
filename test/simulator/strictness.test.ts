import { describe, expect, test } from "vitest";
import { call, FABLE, format, mark, OPUS, object, result, SONNET, text, tool, turns } from "./requests.js";
import { asking, post, simulate } from "./support.js";

const refused: [title: string, changes: object, message: string | RegExp][] = [
  ["an unknown field", { prompt: "x" }, "prompt: Extra inputs are not permitted"],
  ["a missing field", { max_tokens: undefined }, "max_tokens: Field required"],
  ["temperature", { temperature: 1 }, /^temperature: sampling parameters/],
  ["top_p", { top_p: 1 }, /^top_p: sampling parameters/],
  ["top_k", { top_k: 40 }, /^top_k: sampling parameters/],
  ["no messages", { messages: [] }, "messages: at least one message is required"],
  [
    "an assistant turn first",
    {
      messages: [
        { role: "assistant", content: "a" },
        { role: "user", content: "b" },
      ],
    },
    'messages: first message must use the "user" role',
  ],
  ["a prefill", turns("a", "b"), /does not support assistant message prefill/],
  ["an unknown role", { messages: [{ role: "tool", content: "a" }] }, /^messages\.0\.role: /],
  ["an empty message", turns(""), "messages.0: user messages must have non-empty content"],
  [
    "an empty text block",
    turns([text("")]),
    "messages.0.content.0.text: text content blocks must contain non-whitespace text",
  ],
  [
    "a blank system block",
    { system: [text(" \n")] },
    "system.0.text: text content blocks must contain non-whitespace text",
  ],
  ["an unknown block", turns([{ type: "video" }]), /^messages\.0\.content\.0\.type: /],
  [
    "an unknown field in a block",
    turns([text("a", { lang: "en" })]),
    "messages.0.content.0.lang: Extra inputs are not permitted",
  ],
  ["a lone surrogate", turns("a\ud800"), /lone surrogate/],
  ["max_tokens above the model's", { max_tokens: 128_001 }, /^max_tokens: 128001 > 128000/],
  ["a negative max_tokens", { max_tokens: -1 }, /^max_tokens: /],
  ["a fractional max_tokens", { max_tokens: 1.5 }, /^max_tokens: /],
  [
    "max_tokens 0 with a format",
    { max_tokens: 0, ...format(object({})) },
    /cannot be combined with output_config\.format/,
  ],
  ["max_tokens 0 with a stream", { max_tokens: 0, stream: true }, /cannot be combined with stream/],
  [
    "max_tokens 0 with a forced tool",
    { max_tokens: 0, tools: [tool("look")], tool_choice: { type: "any" } },
    /forced tool_choice/,
  ],
  [
    "thinking with a budget",
    { thinking: { type: "enabled", budget_tokens: 2_000 } },
    /'enabled' is not supported/,
  ],
  [
    "thinking turned off on Sonnet",
    { ...SONNET, thinking: { type: "disabled" } },
    /'disabled' is not supported by claude-sonnet-5-5/,
  ],
  ["thinking turned off on Opus", { ...OPUS, thinking: { type: "disabled" } }, /'disabled' is not supported/],
  [
    "thinking turned off on Fable",
    { ...FABLE, thinking: { type: "disabled" } },
    /'disabled' is not supported/,
  ],
  [
    "thinking turned off on Haiku above high",
    { thinking: { type: "disabled" }, output_config: { effort: "xhigh" } },
    /at effort 'xhigh'/,
  ],
  ["between_tools on Haiku", { thinking: { type: "between_tools" } }, /'between_tools' is not supported/],
  [
    "between_tools at max",
    { ...SONNET, thinking: { type: "between_tools" }, output_config: { effort: "max" } },
    /at effort 'max'/,
  ],
  [
    "between_tools with another field",
    { ...SONNET, thinking: { type: "between_tools", display: "omitted" } },
    "thinking.display: Extra inputs are not permitted",
  ],
  ["an unknown effort", { output_config: { effort: "extreme" } }, /^output_config\.effort: /],
  [
    "effort on Haiku 4.5",
    { model: "claude-haiku-4-5", output_config: { effort: "low" } },
    /does not support the effort parameter/,
  ],
  [
    "a forced tool on Sonnet",
    { ...SONNET, tools: [tool("look")], tool_choice: { type: "tool", name: "look" } },
    /'tool' is not supported by claude-sonnet-5-5/,
  ],
  [
    "any tool on Opus",
    { ...OPUS, tools: [tool("look")], tool_choice: { type: "any" } },
    /'any' is not supported/,
  ],
  [
    "a forced tool that is not offered",
    { tools: [tool("look")], tool_choice: { type: "tool", name: "find" } },
    /Tool 'find' not found/,
  ],
  [
    "a tool choice without tools",
    { tool_choice: { type: "auto" } },
    /only be specified while providing `tools`/,
  ],
  ["two tools of one name", { tools: [tool("look"), tool("look")] }, "tools: Tool names must be unique."],
  ["a tool name with a space", { tools: [tool("look up")] }, /^tools\.0\.name: /],
  ["a tool call without tools", turns("a", [call("t1")], [result("t1")]), /must define tools/],
  [
    "a tool call without its result",
    { tools: [tool("look")], ...turns("a", [call("t1")], "b") },
    /without `tool_result` blocks immediately after: t1/,
  ],
  [
    "a result without its call",
    { tools: [tool("look")], ...turns([result("t9")]) },
    /unexpected `tool_use_id`.*t9/,
  ],
  [
    "a result after other content",
    { tools: [tool("look")], ...turns("a", [call("t1")], [text("b"), result("t1")]) },
    /must come before other content/,
  ],
  [
    "five cache breakpoints",
    { system: [1, 2, 3, 4, 5].map((n) => text(`${n}`, mark())) },
    /A maximum of 4 blocks.*Found 5/,
  ],
  [
    "four breakpoints and an automatic one",
    { system: [1, 2, 3, 4].map((n) => text(`${n}`, mark())), ...mark() },
    /Found 5/,
  ],
  [
    "a 1h breakpoint after a 5m one",
    { system: [text("a", mark("5m")), text("b", mark("1h"))] },
    /must not come after/,
  ],
  ["an unknown ttl", { system: [text("a", mark("2h"))] }, /^system\.0\.cache_control\.ttl: /],
  ["fast mode on Haiku", { speed: "fast" }, /'fast' is not supported/],
  ["metadata besides user_id", { metadata: { task: "t1" } }, "metadata.task: Extra inputs are not permitted"],
  [
    "21 strict tools",
    { tools: Array.from({ length: 21 }, (_, n) => tool(`t${n}`, { strict: true })) },
    /At most 20 tools may be strict/,
  ],
  [
    "constraints in a strict tool",
    { tools: [tool("look", { strict: true, input_schema: object({ n: { type: "number", minimum: 0 } }) })] },
    /'minimum' is not supported/,
  ],
];

describe("The API refuses", () => {
  test.each(refused)("%s", async (_, changes, message) => {
    const { simulator } = await simulate();

    const { status, json, response } = await post(simulator.url, { ...asking(), ...changes });

    expect({ status, type: json.error.type }).toEqual({ status: 400, type: "invalid_request_error" });
    if (typeof message === "string") expect(json.error.message).toBe(message);
    else expect(json.error.message).toMatch(message);
    expect(json.request_id).toBe(response.headers.get("request-id"));
    expect(simulator.bill.requests).toBe(0);
  });
});

describe("Headers and bodies", () => {
  const cases: [
    title: string,
    headers: Record<string, string>,
    body: unknown,
    status: number,
    type: string,
  ][] = [
    ["no key is a 401", { authorization: "" }, asking(), 401, "authentication_error"],
    ["an empty key is a 401", { authorization: "Bearer " }, asking(), 401, "authentication_error"],
    ["x-api-key is a key", { authorization: "", "x-api-key": "k" }, asking(), 200, ""],
    [
      "an old version is a 400",
      { "anthropic-version": "2023-06-01" },
      asking(),
      400,
      "invalid_request_error",
    ],
    ["no version is a 400", { "anthropic-version": "" }, asking(), 400, "invalid_request_error"],
    [
      "another content type is a 400",
      { "content-type": "text/plain" },
      asking(),
      400,
      "invalid_request_error",
    ],
    ["broken JSON is a 400", {}, '{"model":', 400, "invalid_request_error"],
    ["a list for a body is a 400", {}, [], 400, "invalid_request_error"],
    ["an unknown model is a 404", {}, asking({ model: "claude-3-opus" }), 404, "not_found_error"],
    ["33 MB are a 413", {}, asking({ system: "x".repeat(33 * 1024 * 1024) }), 413, "request_too_large"],
    [
      "a prompt beyond the context is a 400",
      {},
      asking({ system: "x".repeat(4_000_000) }),
      400,
      "invalid_request_error",
    ],
  ];

  test.each(cases)("%s", async (_, headers, body, status, type) => {
    const { simulator } = await simulate();

    const answer = await post(simulator.url, body, { headers });

    expect({ status: answer.status, type: answer.json?.error?.type ?? "" }).toEqual({ status, type });
  });

  test("another path is a 404", async () => {
    const { simulator } = await simulate();

    expect((await post(simulator.url, {}, { path: "/v1/complete" })).status).toBe(404);
  });

  test.each([
    ["sampling parameters", { temperature: 0 }],
    ["a forced tool on Sonnet", { ...SONNET, tools: [tool("look")], tool_choice: { type: "any" } }],
    ["max_tokens", { max_tokens: 10 }],
  ])("count_tokens refuses %s", async (_, changes) => {
    const { simulator } = await simulate();
    const { max_tokens: _omitted, ...body } = asking();

    expect(
      (await post(simulator.url, { ...body, ...changes }, { path: "/v1/messages/count_tokens" })).status,
    ).toBe(400);
  });
});
