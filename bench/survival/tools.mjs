// How each tool adds one server to one client's file, and takes it away again.
import { join } from "node:path";
import { runCommand } from "../command.mjs";
import { serversManifest } from "../homes.mjs";
import { addMcp } from "../peers/add-mcp.mjs";
import { ruler } from "../peers/ruler.mjs";
import { rulesync } from "../peers/rulesync.mjs";
import { writeFiles } from "../scratch.mjs";
import { NEW_SERVER } from "./formats.mjs";

/** `add` and `remove` take a place: { home, project, env, format }. A non-zero end is an error. */
export function makeTools(atk, options) {
  const makers = {
    atk: () => atkTool(atk),
    rulesync: () => rulesyncTool(options),
    ruler: () => rulerTool(options, { gitignore: true }),
    "ruler, gitignore off": () => rulerTool(options, { gitignore: false }),
    "add-mcp": () => addMcpTool(options),
  };
  return Object.entries(makers).map(attempt);
}

function attempt([name, make]) {
  try {
    return { name, ...make() };
  } catch (error) {
    return { name, fault: error.message.split("\n")[0] };
  }
}

function atkTool(atk) {
  const directory = ({ format, home, project }) => (format.isGlobal ? join(home, ".atk") : project);
  const run = (words, { format, project, env }) =>
    atk.run([...words, ...(format.isGlobal ? ["--global"] : [])], { cwd: project, env });
  return {
    supports: () => true,
    add(place) {
      if (place.format.isGlobal) run(["init"], place);
      writeFiles(directory(place), { "atk.yaml": serversManifest([NEW_SERVER], [place.format.client]) });
      run(["apply", "--yes"], place);
    },
    remove: (place) => run(["remove", NEW_SERVER.name, "--yes"], place),
  };
}

function rulesyncTool(options) {
  const base = rulesync.prepare(options);
  const generate = (servers, { format, project, env }) => {
    writeFiles(project, rulesync.files(servers, [format.client]));
    const words = format.isGlobal ? rulesync.globalArgs : rulesync.applyArgs;
    runCommand({ program: base.program, args: [...base.args, ...words], cwd: project, env });
  };
  return {
    supports: ({ client }) => rulesync.clients.includes(client),
    add: (place) => generate([NEW_SERVER], place),
    remove: (place) => generate([], place),
  };
}

function rulerTool(options, settings) {
  const base = ruler.prepare(options);
  const run = (words, { project, env }) =>
    runCommand({ program: base.program, args: [...base.args, ...words], cwd: project, env });
  return {
    supports: ({ client }) => ruler.clients.includes(client),
    add(place) {
      writeFiles(place.project, ruler.files([NEW_SERVER], [place.format.client], settings));
      run(ruler.applyArgs, place);
    },
    remove: (place) => run(ruler.revertArgs, place),
  };
}

function addMcpTool(options) {
  const base = addMcp.prepare(options);
  const run = (words, { project, env }) =>
    runCommand({ program: base.program, args: [...base.args, ...words], cwd: project, env });
  return {
    supports: ({ client }) => addMcp.clients.includes(client),
    add: (place) => run(addMcp.addArgs(NEW_SERVER, place.format.client, place.format.isGlobal), place),
    remove: (place) => run(addMcp.removeArgs(NEW_SERVER, place.format.client, place.format.isGlobal), place),
  };
}
