import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { SecretReference } from "../../src/secrets/reference.ts";
import { createResolver, resolveReference, type ResolveDeps } from "../../src/secrets/resolver.ts";
import { openStore } from "../../src/secrets/store.ts";
import { laptop, sealed } from "./texts.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-resolver-")));
/** Process ids of children that outlive their parents, for the test to end them. */
const children = join(scratch, "children");
writeFileSync(children, "");
afterAll(() => {
  for (const pid of readFileSync(children, "utf8").trim().split("\n")) process.kill(Number(pid));
  rmSync(scratch, { recursive: true, force: true });
});

const env = { PATH: `${join(scratch, "bin")}:${process.env["PATH"]}`, TOKEN: "t0ken", EMPTY: "" };
const host = createNodeHost({ homeDirectory: join(scratch, "user"), env });
const identity = { place: "a test", secretKey: () => laptop.secret };
const store = openStore({ directory: scratch, host, identity: async () => identity });
const deps: ResolveDeps = { host, store, baseDirectory: scratch };

mkdirSync(join(scratch, "bin"));
mkdirSync(join(scratch, "user/keys"), { recursive: true });
writeFileSync(join(scratch, "secrets.yaml"), `secrets:\n  GITHUB_TOKEN: ${sealed}\n`);

const resolve = (reference: SecretReference) => resolveReference(reference, deps);

async function errorOf(reference: SecretReference): Promise<AtkError> {
  const error: unknown = await resolve(reference).catch((thrown: unknown) => thrown);
  if (!(error instanceof AtkError)) throw new Error(`expected an AtkError, found ${String(error)}`);
  return error;
}

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(scratch, name), content);
  return name;
}

function program(name: string, text: string): string {
  writeFileSync(join(scratch, "bin", name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(scratch, "bin", name), 0o755);
  return name;
}

describe("a secret", () => {
  it("comes from the home's store", async () => {
    expect(await resolve({ secret: "GITHUB_TOKEN" })).toBe("s3cret");
    expect(await errorOf({ secret: "OTHER" })).toMatchObject({ code: "E_ENV", message: /./ });
  });
});

describe("a variable", () => {
  it("is taken as it is", async () => {
    expect(await resolve({ env: "TOKEN" })).toBe("t0ken");
  });

  it.each(["EMPTY", "UNSET", "toString"])("that is empty or not set is named (%s)", async (name) => {
    expect(await errorOf({ env: name })).toMatchObject({ code: "E_ENV", message: expect.stringContaining(name) });
  });
});

describe("a file", () => {
  it("is found beside the manifest, below ~ and by its whole path; one line ending goes", async () => {
    file("user/keys/a.txt", "value\r\n");
    file("b.txt", "one\ntwo\n\n");
    expect(await resolve({ file: "~/keys/a.txt" })).toBe("value");
    expect(await resolve({ file: "./user/keys/a.txt" })).toBe("value");
    expect(await resolve({ file: join(scratch, "user/keys/a.txt") })).toBe("value");
    expect(await resolve({ file: "b.txt" })).toBe("one\ntwo\n");
    expect(await resolve({ file: file("bom.txt", "\uFEFFvalue") })).toBe("value");
  });

  it.each([
    ["does not exist", "none.txt", "does not exist"],
    ["is empty", file("empty.txt", "\n"), "is empty"],
    ["is too large", file("large.txt", "hunter2".repeat(200_000)), "bytes, the most is 1048576"],
    ["is not text", file("binary.txt", Uint8Array.of(0x68, 0xff)), "not UTF-8"],
    ["holds NUL", file("nul.txt", "hunter2\0"), "NUL"],
    ["is a directory", "bin", "EISDIR"],
  ])("that %s is refused with its path", async (_name, path, reason) => {
    const { code, message } = await errorOf({ file: path });
    expect(["E_ENV", "E_FILE"]).toContain(code);
    expect(message).toContain(path);
    expect(message).toContain(reason);
    expect(message).not.toContain("hunter2");
  });
});

describe("a command", () => {
  it("gives what it prints, without one line ending; its arguments go through no shell", async () => {
    expect(await resolve({ command: ["printf", "%s\\n", "$HOME; `id`"] })).toBe("$HOME; `id`");
    expect(await resolve({ command: ["printf", "a\\nb\\n\\n"] })).toBe("a\nb\n");
  });

  it("runs beside the manifest with nothing to read", async () => {
    expect(await resolve({ command: ["pwd", "-P"] })).toBe(scratch);
    expect(await resolve({ command: [program("reads", "cat; echo end")] })).toBe("end");
  });

  it("that fails is told with its exit code and its last three lines on stderr, not with arguments and output", async () => {
    program("op", "echo hunter2; for i in 1 2 3 4 5; do echo line $i >&2; done; exit 6");
    const { code, message, hint } = await errorOf({ command: ["op", "read", "--token=hunter3"] });
    expect(code).toBe("E_ENV");
    expect(message).toBe(
      "cannot take a secret from the command op: it ended with exit code 6: line 3 | line 4 | line 5",
    );
    expect(`${message}${hint}`).not.toMatch(/hunter/);
  });

  it("that is not there, or nothing at all, is told", async () => {
    expect(await errorOf({ command: ["no-such-program", "x"] })).toMatchObject({
      code: "E_PROGRAM",
      message: expect.stringContaining("no-such-program"),
    });
    expect(await errorOf({ command: [] })).toMatchObject({ code: "E_ENV" });
    program("inner", "no-such-inner-program");
    expect((await errorOf({ command: ["inner"] })).message).toContain("exit code 127");
  });

  it("that prints nothing, or no text, is refused", async () => {
    program("silent", "echo not signed in >&2");
    expect((await errorOf({ command: ["silent"] })).message).toContain("it printed nothing: not signed in");
    program("binary", "printf '\\377\\376'");
    expect((await errorOf({ command: ["binary"] })).message).toContain("not UTF-8");
  });

  it.each([
    ["hangs", "exec sleep 1000"],
    ["has a child that hangs", `sleep 1000 & echo $! >> ${children}; wait`],
    ["leaves a child behind that keeps its output open", `sleep 1000 & echo $! >> ${children}; echo early`],
  ])("that %s is ended when its time is up", async (_name, text) => {
    program("hangs", `echo waiting for a finger >&2\n${text}`);
    const { code, message } = await errorOf({ command: ["hangs"], timeoutMs: 300 });
    expect(code).toBe("E_ENV");
    expect(message).toBe(
      "cannot take a secret from the command hangs: it did not end within 0.3 s: waiting for a finger",
    );
  });

  it.each([
    ["itself", "exec yes hunter2"],
    ["through a child", "yes hunter2; echo late"],
    ["on stderr", "exec yes hunter2 >&2"],
  ])("that prints megabytes (%s) is ended and refused", async (_name, text) => {
    program("floods", text);
    const { message } = await errorOf({ command: ["floods"] });
    expect(message).toBe(
      "cannot take a secret from the command floods: it printed more than 1048576 bytes and was ended",
    );
  });

  it("may print one megabyte", async () => {
    expect(await resolve({ command: ["head", "-c", "1048576", file("x.txt", "x".repeat(1_048_576))] })).toHaveLength(
      1_048_576,
    );
  });
});

describe("a resolver", () => {
  it("runs a command once, however many ask for it and when", async () => {
    const log = join(scratch, "runs.log");
    program("counts", `echo run >> ${log}; echo value`);
    const resolver = createResolver(deps);
    const ask = () => resolver.resolve({ command: ["counts", "a"] });
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["value", "value", "value"]);
    expect(await ask()).toBe("value");
    expect(readFileSync(log, "utf8")).toBe("run\n");
    await resolver.resolve({ command: ["counts", "b"] });
    expect(readFileSync(log, "utf8")).toBe("run\nrun\n");
  });

  it("remembers a failure too", async () => {
    const log = join(scratch, "failures.log");
    program("fails", `echo run >> ${log}; exit 1`);
    const resolver = createResolver(deps);
    await expect(resolver.resolve({ command: ["fails"] })).rejects.toThrow(/exit code 1/);
    await expect(resolver.resolve({ command: ["fails"] })).rejects.toThrow(/exit code 1/);
    expect(readFileSync(log, "utf8")).toBe("run\n");
  });
});
