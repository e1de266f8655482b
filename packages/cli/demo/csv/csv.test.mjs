// RFC 4180 §2: the examples of its rules 1 to 7, and what its grammar does not allow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv } from "./csv.mjs";

const vectors = [
  [
    "rule 1",
    "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
    [
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  [
    "rule 2",
    "aaa,bbb,ccc\r\nzzz,yyy,xxx",
    [
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  [
    "rule 3",
    "field_name,field_name,field_name\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
    [
      ["field_name", "field_name", "field_name"],
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  ["rule 4", "aaa,bbb,ccc", [["aaa", "bbb", "ccc"]]],
  ["rule 4, spaces", " aaa , bbb,", [[" aaa ", " bbb", ""]]],
  [
    "rule 5",
    '"aaa","bbb","ccc"\r\nzzz,yyy,xxx',
    [
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  [
    "rule 6",
    '"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx',
    [
      ["aaa", "b\r\nbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  ["rule 6, a comma", '"a,a",b', [["a,a", "b"]]],
  ["rule 7", '"aaa","b""bb","ccc"', [["aaa", 'b"bb', "ccc"]]],
  ["rule 7, nothing else", '"""",""', [['"', ""]]],
];

for (const [rule, text, records] of vectors) {
  test(`${rule}: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseCsv(text), records);
  });
}

test("records may end with LF alone", () => {
  assert.deepEqual(parseCsv('a,b\n"c\nd",e\n'), [
    ["a", "b"],
    ["c\nd", "e"],
  ]);
});

test("empty text has no records, and an empty line is one empty field", () => {
  assert.deepEqual(parseCsv(""), []);
  assert.deepEqual(parseCsv("\r\n"), [[""]]);
  assert.deepEqual(parseCsv("a\r\n\r\nb"), [["a"], [""], ["b"]]);
  assert.deepEqual(parseCsv(","), [["", ""]]);
});

const refused = [
  ["a quoted field that is never closed", ['"aaa', 'a,"b""', '"a\r\nb,c']],
  ["text after a closing quote", ['"a"b', '"a" ,b', '"a"\rb']],
  ["a quote inside a field that does not begin with one", ['a"b"', ' "a"', 'x,y"']],
  ["a CR that no LF follows", ["a\rb", "a\r", "a,\r,b"]],
];

for (const [what, texts] of refused) {
  test(`refused: ${what}`, () => {
    for (const text of texts) assert.throws(() => parseCsv(text), SyntaxError, JSON.stringify(text));
  });
}
