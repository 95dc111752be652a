import { chmodSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addServer, createFleet, MANIFEST, succeed, wired } from "./machines.ts";

describe("two machines that change different things", () => {
  it("have both changes after each has synced, comments kept, and nothing is left to do", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    b.edit(".atk/atk.yaml", "agents: [cursor]", "agents: [cursor, claude-code]");
    await succeed(a.atk("sync", "--yes"));
    const merged = await succeed(b.atk("sync", "--yes"));
    expect(merged.stderr).toContain("Took 1 commit from origin/main, merged with what was changed here: 1 file");
    await succeed(a.atk("sync", "--yes"));
    expect(a.read(".atk/atk.yaml")).toBe(b.read(".atk/atk.yaml"));
    expect(a.read(".atk/atk.yaml")).toContain("# The first of all.");
    for (const machine of [a, b]) {
      expect(wired(machine)).toEqual(["one", "zero"]);
      expect(machine.exists(".claude.json")).toBe(true);
      expect(machine.git("status", "--porcelain")).toBe("");
      expect((await machine.atk("plan", "--check")).code).toBe(0);
    }
    expect(a.git("rev-parse", "HEAD")).toBe(b.git("rev-parse", "HEAD"));
  });

  it("sync without a change writes no commit and moves nothing", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    const before = a.git("rev-parse", "HEAD");
    const { stderr } = await succeed(a.atk("sync", "--yes"));
    expect(stderr).toContain("Nothing new at origin/main.");
    expect(stderr).toContain("The remote has everything.");
    expect(a.git("rev-parse", "HEAD")).toBe(before);
  });

  it("travel with their plugins: files that atk does not know are merged by git", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.write(".atk/notes.md", "one\ntwo\nthree\nfour\nfive\n");
    a.git("add", "notes.md");
    a.git("commit", "-qm", "Notes");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    a.edit(".atk/notes.md", "one", "ONE");
    a.git("commit", "-qam", "One");
    b.edit(".atk/notes.md", "five", "FIVE");
    b.git("commit", "-qam", "Five");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(b.read(".atk/notes.md")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
    expect(b.git("status", "--porcelain")).toBe("");
  });
});

describe("the same field changed two ways", () => {
  it("is one question with both values; nothing is taken in before it is answered", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.edit(".atk/atk.yaml", "[zero]", "[left]");
    b.edit(".atk/atk.yaml", "[zero]", "[right]");
    await succeed(a.atk("sync", "--yes"));
    const asked = await b.atk("sync", "--yes");
    expect(asked.code).toBe(11);
    expect(asked.stderr).toContain("? mcp_servers.zero.args (atk.yaml)");
    expect(asked.stderr).toContain('ours:   ["right"]');
    expect(asked.stderr).toContain('theirs: ["left"]');
    expect(asked.stderr).toContain("atk sync --answer mcp_servers.zero.args=ours");
    expect(b.read(".atk/atk.yaml")).toContain("[right]");
    expect(b.git("status", "--porcelain")).toBe("");
    await succeed(b.atk("sync", "--yes", "--answer", "mcp_servers.zero.args=ours"));
    await succeed(a.atk("sync", "--yes"));
    for (const machine of [a, b]) expect(machine.read(".cursor/mcp.json")).toContain("right");
  });

  it("never shows a secret that stands in clear", async () => {
    const fleet = createFleet();
    const secret = "sk-live-abcdefghijklmnopqrstuv";
    const withKey = MANIFEST.replace("args: [zero]", `args: [zero], env: { API_KEY: none }`);
    const [a, b] = [await fleet.joined("a", withKey), await fleet.joined("b")];
    a.edit(".atk/atk.yaml", "API_KEY: none", "API_KEY: different");
    b.edit(".atk/atk.yaml", "API_KEY: none", `API_KEY: ${secret} # atk:allow-secret`.replace("} ", "}"));
    b.write(".atk/atk.yaml", b.read(".atk/atk.yaml").replace(/( # atk:allow-secret)(.*)$/m, "$2$1"));
    await succeed(a.atk("sync", "--yes"));
    for (const words of [["sync"], ["sync", "--json"]]) {
      const asked = await b.atk(...words);
      expect(asked.code).toBe(11);
      expect(asked.stdout + asked.stderr).toContain("mcp_servers.zero.env.API_KEY");
      expect(asked.stdout + asked.stderr).not.toContain(secret);
      expect(asked.stdout + asked.stderr).not.toContain("different");
    }
  });
});

describe("a deletion travels", () => {
  it("what one machine removed the other unwires, and a file is as it was before atk", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    const b = fleet.machine("b");
    b.write(".cursor/mcp.json", '{\n  "mcpServers": {},\n  "mine": 1\n}\n');
    await succeed(b.atk("init", "--from", fleet.remote));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["zero"]);
    await succeed(a.atk("remove", "zero", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(b.read(".cursor/mcp.json")).toBe('{\n  "mcpServers": {},\n  "mine": 1\n}\n');
  });
});

describe("--dry-run", () => {
  it("shows what would come in and what it would change here, and changes nothing", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    const head = b.git("rev-parse", "HEAD");
    const { stdout, stderr } = await succeed(b.atk("sync", "--dry-run"));
    expect(stderr).toContain("Would take 1 commit from origin/main: 1 file");
    expect(stdout).toContain("+ mcp_server one -> cursor");
    expect(b.git("rev-parse", "HEAD")).toBe(head);
    expect(wired(b)).toEqual(["zero"]);
  });
});

describe("with --yes nobody looks", () => {
  it("what policy.unattended does not name is said and left alone, exit 11", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a", MANIFEST.replace("plugins: []", "plugins: []\npolicy: { unattended: [create] }"));
    const b = await fleet.joined("b");
    addServer(a, "one");
    a.edit(".atk/atk.yaml", "[zero]", "[other]");
    await succeed(a.atk("apply", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    const ended = await b.atk("sync", "--yes");
    expect(ended.code).toBe(11);
    expect(ended.stderr).toContain("policy.unattended does not allow 'update' when nobody watches");
    expect(wired(b)).toEqual(["one", "zero"]);
    expect(b.read(".cursor/mcp.json")).toContain('"zero"');
    expect(b.read(".cursor/mcp.json")).not.toContain('"other"');
  });

  it("what somebody changed by hand in a client's file is never overwritten", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    b.edit(".cursor/mcp.json", '"zero"\n      ]', '"by hand"\n      ]');
    a.edit(".atk/atk.yaml", "[zero]", "[other]");
    await succeed(a.atk("sync", "--yes"));
    const ended = await b.atk("sync", "--yes");
    expect(ended.code).toBe(11);
    expect(b.read(".cursor/mcp.json")).toContain("by hand");
    expect(b.read(".atk/atk.yaml")).toContain("[other]");
  });

  it("a plugin that nobody has allowed is not brought here, exit 13", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    a.edit(".atk/atk.yaml", "plugins: []", "plugins:\n  - everything");
    a.git("commit", "-qam", "By hand");
    a.git("push", "-q");
    const ended = await b.atk("sync", "--yes");
    expect(ended.code, ended.stderr).toBe(13);
    expect(wired(b)).toEqual(["zero"]);
    await succeed(a.atk("apply", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["everything", "zero"]);
  });
});

describe("where nobody can be asked and there is no --yes", () => {
  it("what came in is kept and what was here is pushed; the machine waits, exit 10", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    addServer(b, "two");
    const { code, stderr } = await b.atk("sync");
    expect(code).toBe(10);
    expect(stderr).toContain("This machine was left as it is; later: atk apply");
    expect(wired(b)).toEqual(["zero"]);
    await succeed(a.atk("sync", "--yes"));
    expect(wired(a)).toEqual(["one", "two", "zero"]);
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "two", "zero"]);
  });
});

describe("edits by hand that cannot be committed", () => {
  it("are said, stay where they are, and the rest is synced, exit 11", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    b.write(".atk/.git/hooks/pre-commit", "#!/bin/sh\necho not today >&2\nexit 1\n");
    chmodSync(b.path(".atk/.git/hooks/pre-commit"), 0o755);
    addServer(b, "two");
    const { code, stderr } = await b.atk("sync", "--yes");
    expect(code).toBe(11);
    expect(stderr).toContain("not today");
    expect(stderr).toContain("your edits of atk.yaml are not committed, so they are not synced");
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    const needed = await b.atk("sync", "--yes");
    expect(needed.code).toBe(7);
    expect(needed.stderr).toContain("changed and not committed: atk.yaml");
    rmSync(b.path(".atk/.git/hooks/pre-commit"));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "two", "zero"]);
  });
});
