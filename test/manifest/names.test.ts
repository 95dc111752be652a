import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkName, isName, sanitizeName, serverId, SERVER_ID_PATTERN } from "../../src/manifest/names.ts";
import { thrownBy } from "./report.ts";

describe("plugin names", () => {
  it.each([
    ["9 Lives_of  Cat!", "a9-lives-of-cat"],
    ["Piper TTS", "piper-tts"],
    ["  GitHub  ", "github"],
    ["--a__b  c--", "a-b-c"],
    ["LangFuse (official)", "langfuse-official"],
    ["Ünïcode Tool", "ncode-tool"],
    ["x".repeat(80), "x".repeat(64)],
  ])("a display name %j gives the folder name %j", (display, name) => {
    expect(sanitizeName(display)).toBe(name);
  });

  it.each(["!!", "x", "", " ", "日本", "-"])(
    "a display name %j without two usable characters is refused",
    (display) => {
      expect(thrownBy(() => sanitizeName(display))).toMatchObject({ code: "E_NAME", exitCode: 5 });
    },
  );

  it.each([
    "../x",
    "/abs",
    "",
    "A",
    "a--b",
    "-a",
    "a-",
    "9a",
    "a",
    "a/b",
    "a\u0000b",
    "a\nb",
    "x".repeat(65),
    "ａb",
    "..",
  ])("%j is not a name", (name) => {
    expect(thrownBy(() => checkName(name)).code).toBe("E_NAME");
  });

  it("a refused name comes with the nearest allowed one", () => {
    expect(thrownBy(() => checkName("My Tool")).hint).toBe("did you mean `my-tool`?");
  });

  it("a message never holds what a terminal would obey", () => {
    const { message } = thrownBy(() => checkName("\u001b[31mred\u009b0m\u202e"));
    expect(message).not.toMatch(/\p{Cc}|\u202e/u);
  });

  it("every name that is made is a name, and stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (display) => {
        const made = `Tool ${display}`;
        const name = sanitizeName(made);
        expect(isName(name)).toBe(true);
        expect(sanitizeName(name)).toBe(name);
        expect(serverId(made)).toMatch(SERVER_ID_PATTERN);
      }),
    );
  });
});

describe("server ids", () => {
  it.each([
    ["Piper TTS", "piper-tts"],
    ["9 lives", "9-lives"],
    ["x", "x"],
  ])("%j gives %j", (display, id) => {
    expect(serverId(display)).toBe(id);
  });

  it("a display name without letters and digits is refused", () => {
    expect(thrownBy(() => serverId("???")).code).toBe("E_NAME");
  });
});
