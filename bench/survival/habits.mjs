// What people do in a file by hand, and whether it is still so after a tool was there.
import { isDeepStrictEqual } from "node:util";
import { at, readData } from "./read-data.mjs";

const asIs = (text) => text;
const NOT_IN_JSON = (format) => format.name !== "JSON";

/** `write`: the file as this habit leaves it; `kept`: is it still there; `applies`: formats whose syntax knows it. */
export const HABITS = [
  { name: "own server", write: asIs, kept: keptServer },
  { name: "comment", write: asIs, applies: NOT_IN_JSON, kept: keptComments },
  { name: "unknown key", write: asIs, kept: keptKeys },
  { name: "key order", write: asIs, kept: keptOrder },
  { name: "trailing comma", write: asIs, applies: NOT_IN_JSON, kept: keptCommas },
  {
    name: "CRLF",
    write: (text) => text.replaceAll("\n", "\r\n"),
    kept: (_before, after) => /\r\n/.test(after) && !/(^|[^\r])\n/.test(after),
  },
  { name: "BOM", write: (text) => `\uFEFF${text}`, kept: (_before, after) => after.startsWith("\uFEFF") },
];

function keptServer(before, after, { file, root }) {
  const own = (text) => at(readData(file, text), [...root, "mine"]);
  return isDeepStrictEqual(own(after), own(before));
}

function keptComments(before, after) {
  const comments = before.match(/(\/\/|\/\*|#).*$/gm) ?? [];
  return comments.every((comment) => after.includes(comment.trim()));
}

function keptKeys(before, after, { file, root }) {
  const others = (text) => ({ ...readData(file, text), [root[0]]: undefined });
  return isDeepStrictEqual(others(after), others(before));
}

function keptOrder(before, after, { file, root }) {
  const [topThen, ownThen] = orderOf(before, { file, root });
  const [topNow, ownNow] = orderOf(after, { file, root });
  const top = topNow.filter((key) => topThen.includes(key));
  // A lost server is counted once, as a lost server.
  return isDeepStrictEqual(top, topThen) && (ownNow.length === 0 || isDeepStrictEqual(ownNow, ownThen));
}

const orderOf = (text, { file, root }) => {
  const data = readData(file, text);
  return [data, at(data, [...root, "mine"])].map((value) => Object.keys(value ?? {}));
};

function keptCommas(before, after) {
  const commas = (text) => (text.replaceAll(/(\/\/|#).*$/gm, "").match(/,\s*[\]}]/g) ?? []).length;
  return commas(after) >= commas(before);
}
