import * as fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { carryOutImport } from "../../../src/app/import/carry-out.ts";
import { openImport } from "../../../src/app/import/open-import.ts";
import { proposeImport, type Proposal } from "../../../src/app/import/propose.ts";
import { createContext } from "../../../src/app/context.ts";
import { planAnew } from "../../../src/app/plan-anew.ts";
import { clients } from "../../../src/clients/index.generated.ts";
import { userFile } from "../../../src/clients/locate.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Host } from "../../../src/core/host.ts";
import type { Server } from "../../../src/core/server.ts";
import { loadEditor } from "../../../src/primitives/load-format.ts";
import { combinations, serverFor } from "../../clients/servers.ts";

const REQUEST = { agents: [], prefer: [], withSecrets: true };
const PLANTED = "planted-Kuchen77";

function machineAt(home: string): Host {
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return createNodeHost({ homeDirectory: home, workingDirectory: home, env, hostname: "machine" });
}

async function withHome<T>(work: (home: string, host: Host) => Promise<T>): Promise<T> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "atk-import-")));
  try {
    return await work(home, machineAt(home));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function importAll(host: Host): Promise<Proposal> {
  const place = await openImport({ global: true, project: false }, host);
  const quiet = (): void => undefined;
  const proposal = await proposeImport(REQUEST, await createContext(place.host, place.workspace, quiet));
  if (proposal.entries.length === 0) return proposal;
  const workspace = await place.make();
  const { proof } = await carryOutImport(proposal, await createContext(host, workspace, quiet));
  expect(proof.summary).toMatchObject({ create: 0, update: 0, delete: 0, adopt: 0, forget: 0, attention: 0 });
  const whole = await planAnew(
    { selection: { names: [] }, frozen: false },
    await createContext(host, workspace, quiet),
  );
  expect(whole.summary.unchanged).toBe(whole.changes.length);
  return proposal;
}

/** Puts the servers into the client's file as atk would have spelled them. */
async function write(
  file: string,
  { mcp, scope }: (typeof combinations)[number],
  servers: readonly Server[],
): Promise<void> {
  const { edit } = await loadEditor(mcp.format);
  const edits = servers.map((server) => {
    const key = mcp.item === undefined ? server.id : { by: mcp.item.by, is: server.id };
    return { op: "set", at: [...mcp.root, key], value: mcp.spell(server, scope) } as const;
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, edit({ text: "", edits, made: {}, file }).text);
}

const ofUsers = combinations.filter(({ scope }) => scope === "user");
const named = ofUsers.map((each) => [`${each.client.id}, ${each.transport}`, each] as const);

describe.each(named)("%s", (_name, combination) => {
  const { client, mcp, scope, transport } = combination;

  it("is taken over without a change of a byte, or left alone with a reason; no secret gets anywhere else", async () => {
    const secret = { id: "with-secret", ...secretServer(transport) } as Server;
    const [drawn = []] = fc.sample(fc.uniqueArray(serverFor(transport), { maxLength: 8, selector: ({ id }) => id }), 1);
    const servers = [...drawn, secret].filter((server) => (mcp.check?.(server, scope) ?? []).length === 0);
    await withHome(async (home, host) => {
      const file = mcp.user === undefined ? "" : await userFile(mcp.user, host);
      await write(file, combination, servers);
      const before = readFileSync(file);
      const { entries, left } = await importAll(host);
      expect(readFileSync(file)).toEqual(before);
      expect([...entries, ...left].map(({ name }) => name).sort()).toEqual(servers.map(({ id }) => id).sort());
      expect(entries.filter(({ name }) => name === "with-secret").map(({ agents }) => agents)).toEqual([[client.id]]);
      expect(left.filter(({ reason }) => reason.startsWith("atk would"))).toEqual([]);
      expect(JSON.stringify(left)).not.toContain(PLANTED);
      const objects = execFileSync("git", ["-C", join(home, ".atk"), "cat-file", "--batch-all-objects", "--batch"]);
      expect(objects.includes(PLANTED)).toBe(false);
    });
  });
});

function secretServer(transport: Server["transport"]): object {
  if (transport !== "stdio")
    return { transport, url: "https://a.example/mcp", headers: { Authorization: `Bearer ${PLANTED}` } };
  return { transport, command: "node", args: ["x.js"], env: { API_TOKEN: PLANTED } };
}

describe("a machine with every client, whose files are kept by hand", () => {
  const FIXTURES = join(import.meta.dirname, "..", "..", "clients");
  const everyUser = clients.filter(({ mcp }) => mcp?.user !== undefined);

  /** As it was when its owner had it, comments, foreign keys and all, and four servers put into it. */
  function place(host: Host): Promise<readonly string[]> {
    return Promise.all(
      everyUser.map(async ({ id, mcp }) => {
        const [name = ""] = readdirSync(join(FIXTURES, id)).filter((each) => each.startsWith("after."));
        const file = mcp?.user === undefined ? "" : await userFile(mcp.user, host);
        mkdirSync(dirname(file), { recursive: true });
        const text = readFileSync(join(FIXTURES, id, name), "utf8");
        writeFileSync(file, id.length % 2 === 0 ? text : text.replaceAll("\n", "\r\n"));
        return file;
      }),
    );
  }

  it("gets one entry for each server that they share, and not a byte is changed", async () => {
    await withHome(async (_home, host) => {
      const files = await place(host);
      const before = files.map((file) => readFileSync(file, "latin1"));
      const { entries, left } = await importAll(host);
      expect(files.map((file) => readFileSync(file, "latin1"))).toEqual(before);
      const shared = entries.filter(({ name }) => ["everything", "files", "linear", "old"].includes(name));
      expect(shared.map(({ name }) => name)).toEqual(["everything", "files", "linear", "old"]);
      expect(shared.every(({ agents }) => agents.length > 5)).toBe(true);
      expect(left.filter(({ reason }) => reason.startsWith("atk would"))).toEqual([]);
    });
  });
});

describe("what atk has no place for", () => {
  it("is named: servers that Claude Code keeps for one project, entries that start atk, a file that is broken", async () => {
    await withHome(async (home, host) => {
      const servers = { mcpServers: { mine: { command: "atk", args: ["mcp", "run", "-g", "mine"] } } };
      const projects = { "/work/shop": { mcpServers: { local: { command: "x" } } } };
      writeFileSync(join(home, ".claude.json"), JSON.stringify({ ...servers, projects }));
      mkdirSync(join(home, ".cursor"));
      writeFileSync(join(home, ".cursor", "mcp.json"), "{ broken");
      const { entries, left } = await importAll(host);
      expect(entries).toEqual([]);
      expect(left.map(({ name, reason }) => [name, reason])).toEqual([
        [join(home, ".cursor", "mcp.json"), expect.stringContaining("mcp.json")],
        ["local", "it is for the project /work/shop, for you alone, which atk has no place for"],
        ["mine", "it starts atk, for an entry of another manifest"],
      ]);
    });
  });

  it("is named too when the home's store cannot be opened here: then no secret is taken over", async () => {
    await withHome(async (home, host) => {
      writeFileSync(
        join(home, ".claude.json"),
        JSON.stringify({ mcpServers: { a: { command: "x", env: { A_TOKEN: PLANTED } } } }),
      );
      const place = await openImport({ global: true, project: false }, host);
      const workspace = await place.make();
      const recipient = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
      writeFileSync(
        join(workspace.directory, "secrets.yaml"),
        `recipients:\n  other: { key: ${recipient}, since: 2026-01-01 }\nsecrets: {}\n`,
      );
      const { entries, left } = await importAll(host);
      expect(entries).toEqual([]);
      expect(left).toMatchObject([
        { name: "a", hasSecret: true, next: expect.stringContaining("atk secret request") as string },
      ]);
    });
  });
});
