// The generated parts of docs/clients.md: an overview, and for every client where its files are, how it is told things, and how that is known.
import { loadSource } from "./load-source.mjs";

const SOURCE = `
  export { clients } from "./src/clients/index.generated.ts";
  export { loadEditor } from "./src/primitives/load-format.ts";
`;

const SYSTEMS = { linux: "Linux", macos: "macOS", windows: "Windows" };
const EVIDENCE = {
  run: "seen with the real program",
  docs: "the vendor's documentation or repository",
  secondary: "somebody else's documentation",
};
const STYLES = {
  block: "a marked section in the file",
  import: "a marked section with an `@path` line that the client resolves",
  folder: "a file of its own in the folder",
};

export async function clientParts(root) {
  const { clients, loadEditor } = await loadSource(root, SOURCE, { lazy: true });
  const sections = await Promise.all(clients.map((client) => sectionOf(client, loadEditor)));
  return { overview: overview(clients), "every client": sections.join("\n\n") };
}

function overview(clients) {
  const rows = clients.map(({ id, name, mcp, skills, instructions, facts }) => {
    const evidence = facts.find((fact) => fact.about === "mcp")?.evidence ?? "-";
    const cells = [
      `[\`${id}\`](#${id})`,
      name,
      scopes(mcp),
      mcp?.transports.join(", ") ?? "-",
      references(mcp),
      scopes(skills),
      scopes(instructions),
      evidence,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| id | client | MCP file | transports | references in | skills | instructions | evidence |",
    "|---|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function scopes(support) {
  const found = ["user", "project"].filter((scope) => support?.[scope] !== undefined);
  return found.length === 0 ? "-" : found.join(", ");
}

function references(mcp) {
  return mcp?.reference === undefined ? "-" : mcp.reference.in.join(", ");
}

async function sectionOf(client, loadEditor) {
  const parts = [
    `### ${client.id}`,
    `${client.name}.`,
    table(client),
    client.mcp === undefined ? undefined : await example(client, loadEditor),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function table(client) {
  const rows = [
    ...mcpRows(client.mcp),
    ...placeRows("skills", client.skills),
    ...skillRow(client.skills),
    ...placeRows("instructions", client.instructions),
  ];
  const how = client.instructions === undefined ? [] : [["instructions are", STYLES[client.instructions.style]]];
  const gate =
    client.notices === undefined
      ? []
      : [["trust", "has a gate that `atk plan` tells about, see [below](#when-a-right-file-looks-unread)"]];
  const all = [...rows, ...how, ["found by", detection(client.detect)], ...gate, ...client.facts.map(factRow)];
  return ["| | |", "|---|---|", ...all.map(([what, value]) => `| ${what} | ${value} |`)].join("\n");
}

function mcpRows(mcp) {
  if (mcp === undefined) return [];
  const entry = mcp.item === undefined ? "an entry by its id" : `an item of the list, by its \`${mcp.item.by}\``;
  const place = mcp.root.map((key) => `\`${typeof key === "string" ? key : key.is}\``).join(" / ");
  return [
    ...placeRows("MCP servers", mcp),
    ["format", `${mcp.format.toUpperCase()}; ${entry} below ${place}`],
    ["transports", mcp.transports.join(", ")],
    [
      "references to variables",
      mcp.reference === undefined
        ? "none: an entry that needs one goes through `atk mcp run`"
        : `in ${mcp.reference.in.join(" and ")}`,
    ],
    ["which tools may be used", toolWords(mcp.tools)],
    ["keys that atk owns in an entry", mcp.owned.map((key) => `\`${key}\``).join(", ")],
    ...(mcp.followsLinks === false ? [["symbolic links", "not read through: a linked file is refused"]] : []),
    ...(mcp.readsByteOrderMark === false ? [["byte order mark", "makes it read the file as empty"]] : []),
  ];
}

function toolWords(tools) {
  if (tools === undefined) return "no words: `atk mcp run` filters";
  const words = [tools.allow, tools.deny].filter((key) => key !== undefined).map((key) => `\`${key}\``);
  return `${words.join(", ")}${tools.scopes === undefined ? "" : ` (${tools.scopes.join(", ")} scope)`}`;
}

function skillRow(skills) {
  if (skills === undefined) return [];
  return [
    [
      "skills are",
      skills.followsLinks ? "linked (copied on Windows, and when the skill lies beside plugin.yaml)" : "copied",
    ],
  ];
}

function placeRows(what, support) {
  const user = support?.user === undefined ? [] : [[`${what}, user`, userPath(support.user)]];
  const project =
    support?.project === undefined
      ? []
      : [[`${what}, project`, withOthers(`\`${support.project.path}\``, support.project)]];
  return [...user, ...project];
}

function userPath(path) {
  const same = new Set(Object.keys(SYSTEMS).map((system) => path[system])).size === 1;
  const places = same
    ? `\`${path.linux}\``
    : Object.entries(SYSTEMS)
        .map(([system, name]) => `${name} \`${path[system]}\``)
        .join(", ");
  const moved =
    path.moved === undefined
      ? ""
      : `; with \`${path.moved.variable}\` set: \`$${path.moved.variable}/${path.moved.rest}\``.replace("/.`", "`");
  return `${withOthers(places, path)}${moved}`;
}

function withOthers(text, { alternatives = [] }) {
  return alternatives.length === 0
    ? text
    : `${text}, or ${alternatives.map((name) => `\`${name}\``).join(", ")} when that is there`;
}

function detection({ programs, paths }) {
  const named = programs.map((name) => `the program \`${name}\``);
  return [...named, ...paths.map((path) => userPath(path).replace("/.`", "`"))].join(", or ");
}

function factRow({ about, evidence, source, date }) {
  return [`fact: ${about}`, `${EVIDENCE[evidence]}, ${date}: ${source.replaceAll("|", "\\|").replaceAll("<", "\\<")}`];
}

/** What an otherwise empty file looks like with one server of each transport. */
async function example({ mcp }, loadEditor) {
  const scope = mcp.user === undefined ? "project" : "user";
  const servers = [stdio(mcp), remote(mcp)].filter(({ transport }) => mcp.transports.includes(transport));
  const item = (id) => (mcp.item === undefined ? id : { by: mcp.item.by, is: id });
  const edits = servers.map((server) => ({
    op: "set",
    at: [...mcp.root, item(server.id)],
    value: mcp.spell(server, scope),
  }));
  const { edit } = await loadEditor(mcp.format);
  const { text } = edit({ text: "", edits, made: {}, file: "example" });
  return `\`\`\`${mcp.format}\n${text.trimEnd()}\n\`\`\``;
}

function stdio(mcp) {
  const env = mcp.reference?.in.includes("env")
    ? { LOG_LEVEL: "info", NOTES_KEY: { env: "NOTES_KEY" } }
    : { LOG_LEVEL: "info" };
  return { id: "notes", transport: "stdio", command: "node", args: ["notes.js"], env };
}

function remote(mcp) {
  const headers = mcp.reference?.in.includes("headers") ? { Authorization: { env: "LINEAR_AUTH" } } : {};
  return { id: "linear", transport: "http", url: "https://mcp.linear.app/mcp", headers };
}
