import { expect, it } from "vitest";
import { nativeTools, type ToolWish } from "../../src/kinds/native-tools.ts";

const BOTH = { allow: "enabled", deny: "disabled" };
const ALLOW = { allow: "tools" };
const DENY = { deny: "disabledTools" };

it.each<[string, ToolWish, Parameters<typeof nativeTools>[1], unknown]>([
  ["no filter needs no words", {}, undefined, {}],
  ["a client without words is filtered for", { filter: { allow: ["a"] } }, undefined, undefined],
  [
    "names are written as they are",
    { filter: { allow: ["b", "a"], deny: ["c"] } },
    BOTH,
    { enabled: ["a", "b"], disabled: ["c"] },
  ],
  ["what is only denied stays a denial", { filter: { deny: ["c"] } }, BOTH, { disabled: ["c"] }],
  [
    "without a word for denying, what is left is allowed",
    { filter: { allow: ["a", "c"], deny: ["c"] } },
    ALLOW,
    { tools: ["a"] },
  ],
  [
    "patterns are written out from the record",
    { filter: { allow: ["g*"] }, allowed: ["get", "grep"] },
    ALLOW,
    { tools: ["get", "grep"] },
  ],
  ["a denied pattern becomes what is left", { filter: { deny: ["w*"] }, allowed: ["get"] }, BOTH, { enabled: ["get"] }],
  ["patterns without a record are filtered for", { filter: { allow: ["g*"] } }, BOTH, undefined],
  ["an allowed list is nothing to a client that only denies", { filter: { allow: ["a"] } }, DENY, undefined],
  ["names that are denied are enough for it", { filter: { deny: ["a"] } }, DENY, { disabledTools: ["a"] }],
  ["an empty list is never written", { filter: { allow: [] } }, BOTH, undefined],
  ["nor one that becomes empty", { filter: { allow: ["x*"] }, allowed: [] }, ALLOW, undefined],
])("%s", (_name, wish, support, expected) => {
  expect(nativeTools(wish, support)).toEqual(expected);
});
