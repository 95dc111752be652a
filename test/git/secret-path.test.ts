import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskUrl, maskUrls } from "../../src/git/git-error.ts";
import { namedPath, namedPaths } from "../../src/git/named-paths.ts";
import { isSecretPath } from "../../src/git/secret-path.ts";

describe("a secret path", () => {
  it.each([
    ".env",
    ".env.local",
    "a/.env",
    "a\\.env",
    ".env/x",
    ".ENV",
    ".Env.Local",
    ".env.",
    ".env ",
    ".env.example.local",
    ".env.examples",
  ])("is %j", (path) => {
    expect(isSecretPath(path)).toBe(true);
  });

  it.each([".env.example", "a/.env.sample", ".ENV.TEMPLATE", "env", "x.env", ".environment", ".envrc", "dotenv/.en"])(
    "is not %j",
    (path) => {
      expect(isSecretPath(path)).toBe(false);
    },
  );

  it("stays one in any folder", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), (folders) => {
        expect(isSecretPath([...folders, ".env"].join("/"))).toBe(true);
        expect(isSecretPath([".env", ...folders].join("/"))).toBe(true);
      }),
    );
  });
});

describe("a named path", () => {
  it("is relative to the top, each once, sorted", () => {
    expect(namedPaths("/home/ada", ["b", "./a/../b", "/home/ada/a", "a"])).toEqual(["a", "b"]);
  });

  it("never leaves the directory and never enters .git", () => {
    const segment = fc.constantFrom("..", ".", "a", ".git", ".GIT", "git~1", "b", "", "...");
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        let path: string;
        try {
          path = namedPath("/home/ada", segments.join("/"));
        } catch (error) {
          expect(error).toMatchObject({ code: "E_GIT" });
          return;
        }
        const names = path.split("/");
        expect(
          names.every((name) => name !== "" && name !== ".." && name !== "." && !/^(\.git|git~1)$/i.test(name)),
        ).toBe(true);
      }),
    );
  });
});

describe("an address", () => {
  it.each([
    ["https://ada:token@example.com/x.git", "https://***@example.com/x.git"],
    ["https://token@example.com/x.git", "https://***@example.com/x.git"],
    ["https://ada:p@ss@example.com/x.git", "https://***@example.com/x.git"],
    ["ssh://git@example.com/x.git", "ssh://***@example.com/x.git"],
    ["git@example.com:x.git", "git@example.com:x.git"],
    ["https://example.com/a@b", "https://example.com/a@b"],
    ["/srv/x.git", "/srv/x.git"],
  ])("%s is shown as %s", (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
    expect(maskUrls(`fatal: unable to access '${url}': no`)).toBe(`fatal: unable to access '${shown}': no`);
  });
});
