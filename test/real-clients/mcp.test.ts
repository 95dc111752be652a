import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { equal, isObject, type JsonObject } from "../../src/core/json.ts";
import { valueAt } from "../../src/formats/document.ts";
import { userFile } from "../../src/clients/locate.ts";
import { loadEditor } from "../../src/primitives/load-format.ts";
import type { Server } from "../../src/core/server.ts";
import { startEverything, type HttpServer } from "./everything-server.ts";
import { install, program } from "./programs.ts";
import { createScratch, runClient, type Scratch } from "./scratch.ts";
import { look, WITNESSES, type WitnessId } from "./sightings.ts";
import { hostAt, recordOf, wire } from "./wire.ts";

let http: HttpServer;
let everything: string;

beforeAll(async () => {
  everything = await install("everything");
  http = await startEverything();
});
afterAll(() => http.stop());

const servers = (): readonly Server[] => [
  {
    id: "everything",
    transport: "stdio",
    command: process.execPath,
    args: [everything, "stdio"],
    env: { LOG_LEVEL: "debug" },
  },
  { id: "remote", transport: "http", url: http.url, headers: { "X-Team": "core" } },
];

describe.each(Object.keys(WITNESSES) as WitnessId[])("%s", (id) => {
  let scratch: Scratch;
  beforeAll(async () => {
    await program(id);
    scratch = createScratch();
    await wire(scratch, id, servers());
  });
  afterAll(() => scratch.remove());

  test("reads both servers, and reaches them where its command connects", async () => {
    const { seen, output } = await look(id, scratch);
    const state = WITNESSES[id].connects ? "connected" : "read";
    expect(seen, output.text).toEqual({ everything: state, remote: state });
    expect(output.exitCode).toBe(0);
    expect(output.text).not.toMatch(/invalid|diagnostic|warning: .*mcpServers/i);
  });

  test("changes nothing in the entries that would count as drift", async () => {
    const { mcp } = recordOf(id);
    const file = mcp.user === undefined ? "" : await userFile(mcp.user, hostAt(scratch));
    const { parse } = await loadEditor(mcp.format);
    for (const server of servers()) {
      const there = valueAt(parse(readFileSync(file, "utf8"), file), [...mcp.root, server.id]);
      expect(meant(there, mcp.owned, mcp.defaults)).toEqual(meant(mcp.spell(server, "user"), mcp.owned, mcp.defaults));
    }
  });
});

test("Droid's own validator finds no fault", async () => {
  const scratch = createScratch();
  await wire(scratch, "droid", servers());
  const { exitCode, stdout } = await runClient("droid", ["doctor", "--config", "--json"], scratch);
  expect(exitCode, stdout).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  scratch.remove();
});

test("Cline knows the servers by name", async () => {
  const scratch = createScratch();
  await wire(scratch, "cline-cli", servers());
  for (const name of ["everything", "remote"]) {
    const { exitCode, text } = await runClient("cline-cli", ["mcp", "remove", name], scratch);
    expect(text).toContain(`Uninstalled MCP server ${name}`);
    expect(exitCode).toBe(0);
  }
  expect((await runClient("cline-cli", ["mcp", "remove", "nobody"], scratch)).text).not.toContain("Uninstalled");
  scratch.remove();
});

/** The owned keys of an entry that say something. */
function meant(entry: unknown, owned: readonly string[], defaults: JsonObject = {}): JsonObject {
  if (!isObject(entry)) return {};
  return Object.fromEntries(
    Object.entries(entry).filter(([key, value]) => owned.includes(key) && !equal(value, defaults[key])),
  );
}
