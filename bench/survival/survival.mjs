import { table } from "../report.mjs";
import { FORMATS } from "./formats.mjs";
import { HABITS } from "./habits.mjs";
import { makeTools } from "./tools.mjs";
import { trial } from "./trial.mjs";

/** What of a hand-edited file is still there when a tool has added one server, and when it has taken it away again. */
export function survival({ atk, offline, progress }) {
  const tools = makeTools(atk, { offline });
  const pairs = FORMATS.flatMap((format) =>
    HABITS.filter((habit) => habit.applies?.(format) ?? true).map((habit) => ({ format, habit })),
  );
  const results = pairs.map(({ format, habit }, index) => {
    progress(index + 1, pairs.length);
    const cells = tools.map((tool) => cellOf(tool, format, habit));
    return { format: format.name, file: format.file, habit: habit.name, cells };
  });
  const scores = tools.map((tool, at) =>
    scoreOf(
      tool,
      results.map(({ cells }) => cells[at]),
    ),
  );
  return [{ title: "Hand-edit survival", results, scores, text: show(tools, results, scores) }];
}

function cellOf(tool, format, habit) {
  if (tool.fault !== undefined || !tool.supports(format)) return undefined;
  return trial(tool, format, habit);
}

function scoreOf(tool, cells) {
  const tried = cells.filter((cell) => cell !== undefined);
  const count = (test) => tried.filter(test).length;
  return {
    tool: tool.name,
    tried: tried.length,
    kept: count(({ added }) => added === "kept"),
    refused: count(({ added }) => added === "refused"),
    sameBytes: count(({ left }) => left === "same bytes"),
    deleted: count(({ left }) => left === "deleted"),
    ...(tool.fault === undefined ? {} : { fault: tool.fault }),
  };
}

function show(tools, results, scores) {
  const head = ["format", "by hand", ...tools.map(({ name }) => name)];
  const body = (field) =>
    results.map(({ format, habit, cells }) => [format, habit, ...cells.map((cell) => cell?.[field] ?? "n/a")]);
  const total = (words) => ["", "total", ...scores.map((score) => (score.tried === 0 ? "n/a" : words(score)))];
  return [
    "## Hand-edit survival: after the tool added one server",
    "Every tool with its own options for keeping what it did not write. refused: it said no and left the file alone;",
    "not added: it wrote the server to another file; n/a: the tool does not write MCP servers for that client.",
    "",
    table([
      head,
      ...body("added"),
      total(({ kept, refused, tried }) => `${kept} of ${tried} kept${refused > 0 ? `, ${refused} refused` : ""}`),
    ]),
    "",
    "## What is left after the tool took the server away again",
    "same bytes: the file is what it was before. Removed by: atk remove, rulesync generate without the server, ruler revert, add-mcp remove.",
    "",
    table([head, ...body("left"), total(({ sameBytes, tried }) => `${sameBytes} of ${tried} same bytes`)]),
    ...scores.filter(({ fault }) => fault !== undefined).map(({ tool, fault }) => `\n${tool} was left out: ${fault}`),
  ].join("\n");
}
