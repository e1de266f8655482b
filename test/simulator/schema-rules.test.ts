import { describe, expect, test } from "vitest";
import { format, many, object } from "./requests.js";
import { asking, post, simulate } from "./support.js";

const badSchemas: [title: string, schema: object, message: RegExp][] = [
  ["is no object", { type: "string" }, /root of the schema/],
  [
    "leaves additionalProperties open",
    { type: "object", properties: {} },
    /'additionalProperties' must be explicitly set to false/,
  ],
  [
    "leaves an inner object open",
    object({ a: { type: "array", items: { type: "object" } } }),
    /a\.items: .*additionalProperties/,
  ],
  [
    "has a record",
    object({ a: { type: "object", additionalProperties: { type: "string" } } }),
    /additionalProperties/,
  ],
  ["has minimum", object({ a: { type: "number", minimum: 0 } }), /'minimum' is not supported/],
  ["has maxLength", object({ a: { type: "string", maxLength: 9 } }), /'maxLength' is not supported/],
  [
    "has maxItems",
    object({ a: { type: "array", items: { type: "string" }, maxItems: 3 } }),
    /'maxItems' is not supported/,
  ],
  [
    "has minItems 2",
    object({ a: { type: "array", items: { type: "string" }, minItems: 2 } }),
    /other than 0 or 1/,
  ],
  ["has oneOf", object({ a: { oneOf: [{ type: "string" }, { type: "null" }] } }), /'oneOf' is not supported/],
  [
    "has a tuple",
    object({ a: { type: "array", prefixItems: [{ type: "string" }] } }),
    /'prefixItems' is not supported/,
  ],
  [
    "has an unknown format",
    object({ a: { type: "string", format: "regex" } }),
    /format 'regex' is not supported/,
  ],
  ["has a look-ahead", object({ a: { type: "string", pattern: "(?=a)b" } }), /Look-around/],
  ["has a node without type", object({ a: {} }), /must have a 'type'/],
  ["has an enum of objects", object({ a: { enum: [{}] } }), /non-empty list of strings/],
  ["refers to itself", object({ a: { $ref: "#" } }), /Recursive/],
  [
    "has definitions that refer to each other",
    object(
      { a: { $ref: "#/$defs/x" } },
      { $defs: { x: object({ y: { $ref: "#/$defs/y" } }), y: object({ x: { $ref: "#/$defs/x" } }) } },
    ),
    /Recursive.*x → y → x/,
  ],
  [
    "refers outside itself",
    object({ a: { $ref: "https://example.com/a.json" } }),
    /is not a definition of this schema/,
  ],
  [
    "combines allOf with $ref",
    object({ a: { allOf: [{ $ref: "#/$defs/x" }] } }, { $defs: { x: { type: "string" } } }),
    /'allOf' with '\$ref'/,
  ],
  ["requires what it does not have", object({}, { required: ["b"] }), /'required' names 'b'/],
  [
    "has 25 optionals",
    object(
      many(25, () => ({ type: "string" })),
      { required: [] },
    ),
    /too many optional parameters \(25\)/,
  ],
  ["has 17 unions", object(many(17, () => ({ type: ["string", "null"] }))), /union types \(17 parameters/],
];

describe("The API refuses a schema that", () => {
  test.each(badSchemas)("%s", async (_, schema, message) => {
    const { simulator } = await simulate();

    const { status, json } = await post(simulator.url, { ...asking(), ...format(schema) });

    expect(status).toBe(400);
    expect(json.error.message).toMatch(message);
  });
});
