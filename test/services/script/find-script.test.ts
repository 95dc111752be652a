import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findScript } from "../../../src/services/script/find-script.ts";
import { host, specOf, useFolders } from "./world.ts";

useFolders();

/** A plugin's folder with these executable files. */
function pluginWith(...files: readonly string[]): string {
  const { directory } = specOf({});
  for (const name of files) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "#!/bin/sh\n", { mode: 0o755 });
  }
  return directory;
}

const find = (directory: string, name: string): Promise<string> => findScript(directory, name, host.files);

describe("a script of a plugin", () => {
  it.each([
    [["custom/sync", "custom/sync.sh", "sync", "sync.sh"], "custom/sync"],
    [["custom/sync.sh", "sync", "sync.sh"], "custom/sync.sh"],
    [["sync", "sync.sh"], "sync"],
    [["sync.sh"], "sync.sh"],
  ])("of %j is %s", async (files, found) => {
    const directory = pluginWith(...files);
    expect(await find(directory, "sync")).toBe(join(directory, found));
  });

  it("may be in a folder of the plugin", async () => {
    const directory = pluginWith("tools/db/sync.sh");
    expect(await find(directory, "tools/db/sync")).toBe(join(directory, "tools/db/sync.sh"));
  });

  it("is not a folder of the name", async () => {
    const directory = pluginWith("sync/readme", "sync.sh");
    expect(await find(directory, "sync")).toBe(join(directory, "sync.sh"));
  });

  it.each([
    "../other",
    "tools/../../other",
    "..",
    "/bin/sh",
    String.raw`C:\sync`,
    "C:sync",
    String.raw`..\other`,
    "~/sync",
    "a\0b",
    "a\nb",
    "a\u009bb",
    "",
    "tools//sync",
    "tools/",
  ])("is never named %j", async (name) => {
    await expect(find(pluginWith("sync"), name)).rejects.toMatchObject({ code: "E_NAME" });
  });

  it("that is a link out of the plugin is refused", async () => {
    const directory = pluginWith();
    symlinkSync("/bin/sh", join(directory, "shell"));
    await expect(find(directory, "shell")).rejects.toMatchObject({ code: "E_HOSTILE" });
  });

  it("in a folder that is a link out of the plugin is refused", async () => {
    const directory = pluginWith();
    symlinkSync("/bin", join(directory, "custom"));
    await expect(find(directory, "sh")).rejects.toMatchObject({ code: "E_HOSTILE" });
  });

  it("may be a link inside of the plugin, also when the plugin is a link itself", async () => {
    const directory = pluginWith("tools/sync.sh");
    symlinkSync("tools/sync.sh", join(directory, "sync"));
    const elsewhere = join(pluginWith(), "linked");
    symlinkSync(directory, elsewhere);
    expect(await find(elsewhere, "sync")).toBe(join(elsewhere, "sync"));
  });

  it.each(["loop", "x".repeat(300)])("that cannot be looked at is not there: %s", async (name) => {
    const directory = pluginWith();
    symlinkSync("loop", join(directory, "loop"));
    await expect(find(directory, name)).rejects.toMatchObject({ code: "E_USAGE" });
  });

  it("that is not there is answered with those that are", async () => {
    const directory = pluginWith("backup.sh", "custom/sync");
    writeFileSync(join(directory, "README.md"), "");
    await expect(find(directory, "restore")).rejects.toMatchObject({
      code: "E_USAGE",
      message: `there is no script "restore" in ${directory}; it has backup.sh, sync`,
    });
  });

  it("that was mistyped is answered with what was meant", async () => {
    const directory = pluginWith("backup.sh", "custom/sync");
    await expect(find(directory, "bakcup")).rejects.toMatchObject({ hint: "did you mean `backup`?" });
  });

  it("is said to be missing when the plugin has none", async () => {
    await expect(find(pluginWith(), "sync")).rejects.toThrow("it has none");
  });

  it.skipIf(process.platform === "win32")("that may not be executed is answered with how to change that", async () => {
    const directory = pluginWith("it's sync.sh");
    chmodSync(join(directory, "it's sync.sh"), 0o644);
    await expect(find(directory, "it's sync")).rejects.toMatchObject({
      code: "E_USAGE",
      hint: `chmod +x '${join(directory, String.raw`it'\''s sync.sh`)}'`,
    });
  });
});
