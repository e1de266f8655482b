// RFC 3986 §6.2.2: its examples, and the equivalences of §6.2.2.1 to §6.2.2.3 one by one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { normalizeUri } from "./normalize-uri.mjs";

const vectors = [
  ["§6.2.2", "example://a/b/c/%7Bfoo%7D", "example://a/b/c/%7Bfoo%7D"],
  ["§6.2.2", "eXAMPLE://a/./b/../b/%63/%7bfoo%7d", "example://a/b/c/%7Bfoo%7D"],
  ["§6.2.2.1", "HTTP://www.EXAMPLE.com/", "http://www.example.com/"],
  ["§6.2.2.1", "http://a/%c3%80?%3a#%2f", "http://a/%C3%80?%3A#%2F"],
  ["§6.2.2.2", "http://a/%7Euser/%2D%2e%5f", "http://a/~user/-._"],
  ["§6.2.2.3", "http://a/b/c/../d/./e/..", "http://a/b/d/"],
  [
    "case that counts",
    "http://User:Pass@EXAMPLE.com:8080/Path?Query#Fragment",
    "http://User:Pass@example.com:8080/Path?Query#Fragment",
  ],
  ["a triplet in a host", "http://EX%41MPLE%2dB.com/", "http://example-b.com/"],
  ["a triplet in a host", "http://A%c3%80/", "http://a%C3%80/"],
  ["an address as host", "ldap://[2001:DB8::7]/c=GB", "ldap://[2001:db8::7]/c=GB"],
  ["an @ in the user information", "ftp://A%40B@HOST/", "ftp://A%40B@host/"],
  ["dots behind triplets", "http://a/b/%2e%2E/c", "http://a/c"],
  ["dots in query and fragment", "http://a/?../b#./c", "http://a/?../b#./c"],
  ["a rootless path", "MAILTO:John.Doe@Example.com", "mailto:John.Doe@Example.com"],
  ["a rootless path with dots", "urn:a/../b", "urn:a/../b"],
  ["no authority from a path", "a:/.//b", "a:/.//b"],
  ["an empty authority", "FILE:///A/../b", "file:///b"],
  ["nothing that a scheme decides", "http://a:80", "http://a:80"],
];

for (const [what, uri, normal] of vectors) {
  test(`${what}: ${uri} becomes ${normal}`, () => {
    assert.equal(normalizeUri(uri), normal);
  });

  test(`${what}: ${normal} is normal already`, () => {
    assert.equal(normalizeUri(normal), normal);
  });
}

test("a reference without a scheme is not a URI", () => {
  for (const reference of ["", "a/b", "//a/b", "?q", "#f"])
    assert.throws(() => normalizeUri(reference), TypeError);
});

test("a malformed triplet is refused wherever it stands", () => {
  for (const uri of ["http://%zz/", "http://a/%", "http://a/?%4", "http://a/#100%"]) {
    assert.throws(() => normalizeUri(uri), URIError);
  }
});
