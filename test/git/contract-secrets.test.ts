import { readFileSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseGit } from "../../src/git/choose-git.ts";
import type { Git } from "../../src/git/git.ts";
import { beginRepository, createScratch, type Scratch } from "./scratch.ts";

describe.each(["native", "isomorphic"] as const)("git, %s back end: secrets and nested repositories", (id) => {
  let scratch: Scratch;
  let git: Git;

  beforeEach(async () => {
    scratch = createScratch();
    git = await chooseGit(scratch.host(), scratch.home, id);
  });
  afterEach(() => scratch.remove());

  const begin = async (): Promise<void> => beginRepository(scratch, git);
  const committed = (): readonly string[] =>
    scratch.git("show", "--name-only", "--format=", "-z", "HEAD").split("\0").filter(Boolean).sort();
  const commits = (): number => Number(scratch.git("rev-list", "--count", "HEAD"));

  describe("secrets", () => {
    const secrets = [
      ".env",
      ".env.local",
      "plugins/mine/.env",
      "plugins/mine/.env.production",
      "plugins/mine/.env/token",
      ".ENV",
    ];

    it.each(secrets)("%s is never committed, whatever .gitignore says", async (path) => {
      await begin();
      scratch.write(".gitignore", "*.env\n!plugins/mine/**\n!**\n");
      scratch.write(path, "OPENAI_API_KEY=sk-123");
      scratch.write("plugins/mine/plugin.yaml", "x");
      for (const includeIgnored of [false, true]) {
        const attempt = git.commitPaths({
          paths: ["plugins/mine/plugin.yaml", path],
          message: "No",
          includeIgnored,
        });
        await expect(attempt).rejects.toMatchObject({
          code: "E_SECRET_IN_GIT",
          message: expect.stringContaining(path),
        });
      }
      expect(commits()).toBe(1);
      expect(scratch.git("ls-files")).toBe("a.txt\nb.txt\n");
    });

    it("in a named folder stop the commit too, unless they are ignored", async () => {
      await begin();
      scratch.write("plugins/mine/plugin.yaml", "x");
      scratch.write("plugins/mine/.env", "KEY=1");
      await expect(git.commitPaths({ paths: ["plugins/mine"], message: "No" })).rejects.toMatchObject({
        code: "E_SECRET_IN_GIT",
      });
      scratch.write(".gitignore", ".env\n");
      await git.commitPaths({ paths: ["plugins/mine"], message: "Yes" });
      expect(committed()).toEqual(["plugins/mine/plugin.yaml"]);
    });

    it.each([".env.example", "plugins/mine/.env.sample", ".env.template"])(
      "%s is a template and may be committed",
      async (path) => {
        await begin();
        scratch.write(path, "OPENAI_API_KEY=");
        await git.commitPaths({ paths: [path], message: "Template" });
        expect(committed()).toEqual([path]);
      },
    );

    it("may be committed as deleted", async () => {
      await begin();
      scratch.write(".env", "KEY=1");
      scratch.git("add", "-f", ".env");
      scratch.git("commit", "-q", "-m", "oops");
      unlinkSync(join(scratch.home, ".env"));
      await git.commitPaths({ paths: [".env"], message: "Gone" });
      expect(committed()).toEqual([".env"]);
    });

    it("found tracked are listed, and untracked with the file kept and the user's staged work untouched", async () => {
      await begin();
      scratch.write(".env", "KEY=1");
      scratch.write("plugins/mine/.env.local", "KEY=1");
      scratch.git("add", "-f", ".");
      scratch.git("commit", "-q", "-m", "oops");
      scratch.write("a.txt", "staged\n");
      scratch.git("add", "a.txt");
      const secret = [".env", "plugins/mine/.env.local"];
      expect(await git.trackedSecrets()).toEqual(secret);
      const commit = await git.untrack({ paths: secret, message: "Take secrets out of git" });
      expect(commit).toBe(scratch.git("rev-parse", "HEAD").trim());
      expect(committed()).toEqual(secret);
      expect(await git.trackedSecrets()).toEqual([]);
      expect(readFileSync(join(scratch.home, ".env"), "utf8")).toBe("KEY=1");
      expect(scratch.git("diff", "--cached", "--name-only")).toBe("a.txt\n");
      expect(scratch.git("log", "-1", "--format=%s")).toBe("Take secrets out of git\n");
    });

    it("that are only staged are taken out of the index without a commit", async () => {
      await git.init();
      scratch.write(".env", "KEY=1");
      scratch.git("add", "-f", ".env");
      expect(await git.untrack({ paths: [".env"], message: "Out" })).toBeUndefined();
      expect(scratch.git("ls-files")).toBe("");
    });
  });

  describe("a repository inside the repository", () => {
    beforeEach(async () => {
      await begin();
      scratch.write("plugins/mine/plugin.yaml", "x");
      scratch.gitIn(join(scratch.home, "plugins/mine"), "init", "-q");
    });

    it.each(["plugins/mine/plugin.yaml", "plugins/mine", "plugins"])("is not committed as a link: %s", async (path) => {
      const attempt = git.commitPaths({ paths: [path], message: "No" });
      await expect(attempt).rejects.toMatchObject({
        code: "E_GIT",
        message: expect.stringContaining("plugins/mine is a git repository of its own"),
      });
      expect(commits()).toBe(1);
      expect(scratch.git("ls-files")).toBe("a.txt\nb.txt\n");
    });

    it("that was committed as a link is told, and can be taken out and put right", async () => {
      scratch.gitIn(join(scratch.home, "plugins/mine"), "commit", "-q", "--allow-empty", "-m", "x");
      scratch.git("-c", "advice.addEmbeddedRepo=false", "add", "plugins/mine");
      scratch.git("commit", "-q", "-m", "link");
      rmSync(join(scratch.home, "plugins/mine/.git"), { recursive: true });
      const request = { paths: ["plugins/mine/plugin.yaml"], message: "Files" };
      await expect(git.commitPaths(request)).rejects.toMatchObject({
        code: "E_GIT",
        message: expect.stringContaining("plugins/mine"),
      });
      await git.untrack({ paths: ["plugins/mine"], message: "Take the link out" });
      await git.commitPaths(request);
      expect(committed()).toEqual(["plugins/mine/plugin.yaml"]);
    });
  });
});
