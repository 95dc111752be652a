// The generated parts of docs/commands.md: usage and options of every command as the parser has them, and the table of error codes.
import { loadSource } from "./load-source.mjs";

const SOURCE = `
  export { commands } from "./src/cli/commands.generated.ts";
  export { createProgram } from "./src/cli/program.ts";
  export { ERRORS } from "./src/core/error-codes.ts";
`;

export async function commandParts(root) {
  const { commands, createProgram, ERRORS } = await loadSource(root, SOURCE);
  const program = createProgram(commands, "", () => undefined);
  const shared = rowsOf(program).filter(([flags]) => !flags.includes("--version"));
  const known = new Set(shared.map(([flags]) => flags));
  const own = commands.map((command) => [
    `atk ${command.name}`,
    usageOf(find(program, command.name), command.name, known),
  ]);
  return {
    "options of every command": optionTable(shared),
    ...Object.fromEntries(own),
    "error codes": errorTable(ERRORS),
  };
}

function find(program, name) {
  return name.split(" ").reduce((at, word) => at.commands.find((each) => each.name() === word), program);
}

function usageOf(program, name, known) {
  const args = program.registeredArguments.map((argument) => ` ${argumentText(argument)}`).join("");
  const rows = rowsOf(program).filter(([flags]) => !known.has(flags));
  const usage = `\`\`\`\natk ${name}${rows.length === 0 ? "" : " [options]"}${args}\n\`\`\``;
  return rows.length === 0 ? usage : `${usage}\n\n${optionTable(rows)}`;
}

function argumentText(argument) {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function rowsOf(program) {
  return program.options.map(({ flags, description }) => [flags, description]);
}

function optionTable(rows) {
  const lines = rows.map(([flags, description]) => `| \`${flags}\` | ${description.replaceAll("|", "\\|")} |`);
  return ["| option | what it does |", "|---|---|", ...lines].join("\n");
}

function errorTable(errors) {
  const sorted = Object.entries(errors).sort(([, a], [, b]) => a.exit - b.exit);
  const lines = sorted.map(([code, { exit, title }]) => `| \`${code}\` | ${title} | ${exit} |`);
  return ["| code | what | exit |", "|---|---|---|", ...lines].join("\n");
}
