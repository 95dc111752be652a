import { describe, expect, it } from "vitest";
import type { MemoryHost } from "../../src/host/memory-host.ts";
import { readBeforeImage } from "../../src/log/before-images.ts";
import { ABSENT, fileWith, link, linkTo, write } from "./changes.ts";
import { apply, CLAUDE, CODEX, HOME, host, NEW, start, STATE } from "./memory-home.ts";

describe("before-images", () => {
  const look = (world: MemoryHost, path: string) => readBeforeImage(path, { files: world.files, directory: STATE });

  it("keep how a path was before the first touch, for good", async () => {
    const world = host();
    world.fs.chmodSync(CLAUDE, 0o640);
    world.fs.symlinkSync("old", `${HOME}/link`);
    await apply(world.files, NEW, write(CODEX, "x", ABSENT), link(`${HOME}/link`, "new", linkTo("old")));
    await apply(world.files, write(CLAUDE, "newer\n", fileWith("new\n")));
    expect(await look(world, CLAUDE)).toMatchObject({ state: "file", mode: 0o640 });
    const image = await look(world, CLAUDE);
    expect(image?.state === "file" ? new TextDecoder().decode(image.bytes) : "").toBe("old\n");
    expect(await look(world, CODEX)).toEqual({ state: "absent" });
    expect(await look(world, `${HOME}/link`)).toEqual({ state: "link", target: "old" });
    expect(await look(world, `${HOME}/never`)).toBeUndefined();
  });

  it("are found under the link as well as under the file behind it", async () => {
    const world = host({ [`${HOME}/dotfiles/claude.json`]: "old\n" });
    world.fs.symlinkSync("dotfiles/claude.json", CLAUDE);
    await apply(world.files, NEW);
    expect(await look(world, CLAUDE)).toEqual(await look(world, `${HOME}/dotfiles/claude.json`));
  });

  it("of a transaction that was taken back do not count: the first touch is still to come", async () => {
    const world = host();
    await (await start(world.files, NEW)).rollBack();
    expect(await look(world, CLAUDE)).toBeUndefined();
    world.fs.writeFileSync(CLAUDE, "edited\n");
    await apply(world.files, write(CLAUDE, "new\n", fileWith("edited\n")));
    const image = await look(world, CLAUDE);
    expect(image?.state === "file" ? new TextDecoder().decode(image.bytes) : "").toBe("edited\n");
  });

  it("are never made of atk's own files", async () => {
    const world = host({ [`${STATE}/state.json`]: "{}" });
    await apply(world.files, write(`${STATE}/state.json`, "{1}", fileWith("{}")));
    expect(await look(world, `${STATE}/state.json`)).toBeUndefined();
  });
});
