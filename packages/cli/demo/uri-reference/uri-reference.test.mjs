// RFC 3986: all examples of §5.4.1 and §5.4.2, the URIs of §1.1.2 and the one that Appendix B takes apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { composeUri, parseUri, resolveReference } from "./uri-reference.mjs";

const base = "http://a/b/c/d;p?q";

const normal = [
  ["g:h", "g:h"],
  ["g", "http://a/b/c/g"],
  ["./g", "http://a/b/c/g"],
  ["g/", "http://a/b/c/g/"],
  ["/g", "http://a/g"],
  ["//g", "http://g"],
  ["?y", "http://a/b/c/d;p?y"],
  ["g?y", "http://a/b/c/g?y"],
  ["#s", "http://a/b/c/d;p?q#s"],
  ["g#s", "http://a/b/c/g#s"],
  ["g?y#s", "http://a/b/c/g?y#s"],
  [";x", "http://a/b/c/;x"],
  ["g;x", "http://a/b/c/g;x"],
  ["g;x?y#s", "http://a/b/c/g;x?y#s"],
  ["", "http://a/b/c/d;p?q"],
  [".", "http://a/b/c/"],
  ["./", "http://a/b/c/"],
  ["..", "http://a/b/"],
  ["../", "http://a/b/"],
  ["../g", "http://a/b/g"],
  ["../..", "http://a/"],
  ["../../", "http://a/"],
  ["../../g", "http://a/g"],
];

const abnormal = [
  ["../../../g", "http://a/g"],
  ["../../../../g", "http://a/g"],
  ["/./g", "http://a/g"],
  ["/../g", "http://a/g"],
  ["g.", "http://a/b/c/g."],
  [".g", "http://a/b/c/.g"],
  ["g..", "http://a/b/c/g.."],
  ["..g", "http://a/b/c/..g"],
  ["./../g", "http://a/b/g"],
  ["./g/.", "http://a/b/c/g/"],
  ["g/./h", "http://a/b/c/g/h"],
  ["g/../h", "http://a/b/c/h"],
  ["g;x=1/./y", "http://a/b/c/g;x=1/y"],
  ["g;x=1/../y", "http://a/b/c/y"],
  ["g?y/./x", "http://a/b/c/g?y/./x"],
  ["g?y/../x", "http://a/b/c/g?y/../x"],
  ["g#s/./x", "http://a/b/c/g#s/./x"],
  ["g#s/../x", "http://a/b/c/g#s/../x"],
  ["http:g", "http:g"],
];

for (const [reference, target] of normal) {
  test(`§5.4.1: ${JSON.stringify(reference)} is ${target}`, () => {
    assert.equal(resolveReference(base, reference), target);
  });
}

for (const [reference, target] of abnormal) {
  test(`§5.4.2: ${JSON.stringify(reference)} is ${target}`, () => {
    assert.equal(resolveReference(base, reference), target);
  });
}

test("§5.2.3: a base with an authority and an empty path merges at the root", () => {
  assert.equal(resolveReference("http://a", "g"), "http://a/g");
  assert.equal(resolveReference("http://a?q", "./g/.."), "http://a/");
});

test("§5.2.2: an empty query replaces that of the base, and the fragment of the base is never kept", () => {
  assert.equal(resolveReference(base, "?"), "http://a/b/c/d;p?");
  assert.equal(resolveReference(`${base}#old`, ""), base);
});

test("§5.1: the base must have a scheme", () => {
  for (const relative of ["", "a/b", "//a/b", "/b"]) {
    assert.throws(() => resolveReference(relative, "g"), TypeError);
  }
});

test("Appendix B: the five components of its example", () => {
  assert.deepEqual(
    { ...parseUri("http://www.ics.uci.edu/pub/ietf/uri/#Related") },
    {
      scheme: "http",
      authority: "www.ics.uci.edu",
      path: "/pub/ietf/uri/",
      query: undefined,
      fragment: "Related",
    },
  );
});

const examples = [
  "ftp://ftp.is.co.za/rfc/rfc1808.txt",
  "http://www.ietf.org/rfc/rfc2396.txt",
  "ldap://[2001:db8::7]/c=GB?objectClass?one",
  "mailto:John.Doe@example.com",
  "news:comp.infosystems.www.servers.unix",
  "tel:+1-816-555-1212",
  "telnet://192.0.2.16:80/",
  "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
];

for (const uri of [...examples, "", "?", "#", "//", "a://?#", "1:b", "a?b#c?d#e\nf"]) {
  test(`§5.3: ${JSON.stringify(uri)} comes back from its components`, () => {
    assert.equal(composeUri(parseUri(uri)), uri);
  });
}
