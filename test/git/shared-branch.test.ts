import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSharedBranch, type SharedBranch } from "../../src/git/shared/shared-branch.ts";
import { createScratch, type Scratch } from "./scratch.ts";

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
  scratch.gitIn(scratch.root, "init", "--quiet", "--bare", "remote.git");
});
afterEach(() => scratch.remove());

function clone(name: string): string {
  const directory = join(scratch.root, name);
  mkdirSync(directory);
  scratch.gitIn(directory, "init", "--quiet");
  scratch.gitIn(directory, "remote", "add", "origin", join(scratch.root, "remote.git"));
  return directory;
}

async function open(directory: string, timeoutMs = Number.POSITIVE_INFINITY): Promise<SharedBranch> {
  const request = { directory, branch: "atk/machines", folder: "machines", timeoutMs, message: "Say what is there" };
  const branch = await openSharedBranch(request, scratch.host());
  if (typeof branch === "string") throw new Error(branch);
  return branch;
}

const put = (branch: SharedBranch, name: string, text: string): Promise<boolean> =>
  branch.update(() => new Map([[name, text]]));

function atRemote(...args: readonly string[]): string {
  return scratch.gitIn(join(scratch.root, "remote.git"), ...args);
}

describe("a branch that machines share", () => {
  it("begins with the first file, and has what everybody put there", async () => {
    const [one, other] = [await open(clone("one")), await open(clone("other"))];
    await put(one, "one.json", "1\n");
    await put(other, "other.json", "ü\n");
    await one.fetch();
    expect([...(await one.read())]).toEqual([
      ["one.json", "1\n"],
      ["other.json", "ü\n"],
    ]);
    expect(atRemote("show", "atk/machines:machines/other.json")).toBe("ü\n");
  });

  it("is one commit that names nobody, whatever was put there before", async () => {
    const branch = await open(clone("one"));
    await put(branch, "one.json", "1\n");
    await put(branch, "one.json", "2\n");
    expect(atRemote("log", "--format=%an <%ae> %s", "atk/machines")).toBe("ATK <atk@localhost> Say what is there\n");
  });

  it("loses a file that is taken away, and keeps what it does not know", async () => {
    const directory = clone("one");
    const branch = await open(directory);
    await put(branch, "one.json", "1\n");
    const readme = scratch.gitIn(directory, "hash-object", "-w", ".git/HEAD").trim();
    const tree = scratch.gitIn(directory, "rev-parse", "refs/atk/machines^{tree}").trim() || "";
    scratch.gitIn(directory, "read-tree", tree);
    scratch.gitIn(directory, "update-index", "--add", "--cacheinfo", `100755,${readme},README`);
    const added = scratch.gitIn(directory, "write-tree").trim();
    const commit = scratch.gitIn(directory, "commit-tree", added, "-m", "By hand").trim();
    scratch.gitIn(directory, "push", "-q", "-f", "origin", `${commit}:refs/heads/atk/machines`);
    await branch.update(
      () =>
        new Map([
          ["one.json", null],
          ["two.json", "2\n"],
        ]),
    );
    expect(atRemote("ls-tree", "-r", "--format=%(objectmode) %(path)", "atk/machines")).toBe(
      "100755 README\n100644 machines/two.json\n",
    );
  });

  it("leaves the working tree, the index, HEAD, the branches and FETCH_HEAD as they are, and runs no hook", async () => {
    const directory = scratch.home;
    scratch.git("init", "--quiet");
    scratch.git("remote", "add", "origin", join(scratch.root, "remote.git"));
    scratch.write("atk.yaml", "a");
    scratch.git("add", "atk.yaml");
    scratch.git("commit", "-q", "-m", "Begin");
    scratch.write("atk.yaml", "edited");
    for (const name of ["pre-push", "reference-transaction", "post-checkout"]) scratch.hook(name, 1);
    scratch.hook("reference-transaction", 0);
    const before = [scratch.git("status", "--porcelain=v2"), scratch.git("for-each-ref", "refs/heads", "refs/remotes")];
    const index = statSync(join(directory, ".git", "index")).mtimeMs;
    await put(await open(directory), "one.json", "1\n");
    expect(statSync(join(directory, ".git", "index")).mtimeMs).toBe(index);
    const after = [scratch.git("status", "--porcelain=v2"), scratch.git("for-each-ref", "refs/heads")];
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(readFileSync(join(directory, "atk.yaml"), "utf8")).toBe("edited");
  });

  it("grows commit by commit where the remote lets nobody replace one", async () => {
    atRemote("config", "receive.denyNonFastForwards", "true");
    const branch = await open(clone("one"));
    await put(branch, "one.json", "1\n");
    await put(branch, "one.json", "2\n");
    await put(branch, "two.json", "2\n");
    expect(atRemote("rev-list", "--count", "atk/machines").trim()).toBe("3");
    expect(atRemote("ls-tree", "-r", "--name-only", "atk/machines")).toBe("machines/one.json\nmachines/two.json\n");
  });

  it("says when the remote refuses for good", async () => {
    atRemote("config", "receive.hideRefs", "refs/heads/atk");
    await expect(put(await open(clone("one")), "one.json", "1\n")).rejects.toMatchObject({ code: "E_GIT" });
  });

  it("gives up on a remote that does not answer, within the limit", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const directory = clone("one");
    const { port } = silent.address() as AddressInfo;
    scratch.gitIn(directory, "remote", "set-url", "origin", `http://127.0.0.1:${port}/x.git`);
    await expect(put(await open(directory, 500), "one.json", "1\n")).rejects.toThrow("time limit");
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it("is absent without a remote", async () => {
    const directory = clone("one");
    scratch.gitIn(directory, "remote", "remove", "origin");
    await expect(open(directory)).rejects.toThrow("no-remote");
  });

  it("reads what was fetched last without a remote that answers", async () => {
    const directory = clone("one");
    await put(await open(directory), "one.json", "1\n");
    await (await open(directory)).fetch();
    scratch.gitIn(directory, "remote", "set-url", "origin", join(scratch.root, "gone.git"));
    const branch = await open(directory);
    await expect(branch.fetch()).rejects.toMatchObject({ code: "E_GIT" });
    expect([...(await branch.read()).keys()]).toEqual(["one.json"]);
  });

  it("has all of fifty machines that push at once", async () => {
    const names = Array.from({ length: 50 }, (_unused, index) => `machine-${index}`);
    const branches = await Promise.all(names.map((name) => open(clone(name))));
    await Promise.all(branches.map((branch, index) => put(branch, `${names[index]}.json`, `${index}\n`)));
    const [first] = branches;
    await first?.fetch();
    expect([...((await first?.read()) ?? [])].map(([name]) => name).toSorted()).toEqual(
      names.map((name) => `${name}.json`).toSorted(),
    );
  }, 0);
});
