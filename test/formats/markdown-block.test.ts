import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { blockText, deleteBlock, listBlocks, readBlock, setBlock } from "../../src/formats/markdown-block.ts";

const runs = { numRuns: 1500 };

/** Texts as people write them, cut anywhere: with and without a final newline, CRLF, lone CR, fences, marker look-alikes. */
const piece = fc.constantFrom(
  "# Title",
  "text",
  "",
  " ",
  "\n",
  "\n",
  "\n\n",
  "\r\n",
  "\r",
  "- item",
  "```\n",
  "```js\n",
  "~~~~\n",
  "````",
  "    ```",
  "<!-- ATK:BEGIN -->\n@/skills/a\n<!-- ATK:END -->",
  " <!-- atk:begin x -->",
  "<!-- atk:begin -->",
  "😀\u2028",
);
const text = fc
  .tuple(fc.boolean(), fc.array(piece, { maxLength: 8 }))
  .map(([bom, pieces]) => (bom ? "\uFEFF" : "") + pieces.join(""));
const body = fc
  .array(fc.constantFrom("Be brief.", "", "```", "~~~", "\n", "\n\n", "\r\n", "@/rules/a.md", "# T"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));
const ids = ["house-style", "piper-tts", "x"];
const order = fc.shuffledSubarray(ids, { minLength: ids.length });

function problem(read: () => unknown): AtkError {
  try {
    read();
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("marked sections", () => {
  test("what is set is read back, with line endings as \\n", () => {
    fc.assert(
      fc.property(text, body, (before, body) => {
        const after = setBlock(before, "x", body);
        expect(readBlock(after, "x")).toBe(blockText(body));
      }),
      runs,
    );
  });

  test("setting again changes no byte", () => {
    fc.assert(
      fc.property(text, body, (before, body) => {
        const after = setBlock(before, "x", body);
        expect(setBlock(after, "x", body)).toBe(after);
      }),
      runs,
    );
  });

  test("set, then delete gives the same bytes back, for every text", () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.string(), fc.string({ unit: fc.constantFrom("\n", "\r", "a", " ") })),
        body,
        (before, body) => {
          const after = setBlock(before, "x", body);
          expect(deleteBlock(after, "x")).toBe(before);
        },
      ),
      runs,
    );
  });

  test("several sections set, changed and deleted in any order give the same bytes back", () => {
    fc.assert(
      fc.property(text, body, body, order, order, (before, first, second, adding, removing) => {
        let now = before;
        for (const id of adding) now = setBlock(now, id, first);
        for (const id of adding) now = setBlock(now, id, second);
        expect(listBlocks(now).map(({ id, body }) => [id, body])).toEqual(adding.map((id) => [id, blockText(second)]));
        for (const id of removing) now = deleteBlock(now, id);
        expect(now).toBe(before);
      }),
      runs,
    );
  });

  test("what a person writes before and behind the section stays when it goes", () => {
    const theirs = fc.constantFrom("mine\n", "mine\r\n", "\nmine\n", "mine", "# Mine\n\n");
    fc.assert(
      fc.property(text, body, theirs, (before, body, mine) => {
        const there = setBlock(before, "x", body);
        if (there.startsWith("\uFEFF")) return;
        const prefix = `${mine.trim()}\n`;
        if (!there.endsWith("-->")) expect(deleteBlock(there + mine, "x")).toBe(before + mine);
        if (before.trim() !== "") expect(deleteBlock(prefix + there, "x")).toBe(prefix + before);
      }),
      runs,
    );
  });

  test("a section stands at the end behind one blank line, in the line endings of the file", () => {
    const section = "<!-- atk:begin x -->\nBe brief.\n<!-- atk:end x -->";
    expect(setBlock("# Rules\n", "x", "Be brief.")).toBe(`# Rules\n\n${section}\n`);
    expect(setBlock("# Rules", "x", "Be brief.")).toBe(`# Rules\n\n${section}`);
    expect(setBlock("", "x", "Be brief.")).toBe(`${section}\n`);
    expect(setBlock("\uFEFFa\r\n", "x", "1\n2")).toBe(
      "\uFEFFa\r\n\r\n<!-- atk:begin x -->\r\n1\r\n2\r\n<!-- atk:end x -->\r\n",
    );
  });

  test("a changed section keeps its place", () => {
    const before = "a\n\n<!-- atk:begin x -->\nold\n<!-- atk:end x -->\n\nb\n";
    expect(setBlock(before, "x", "new\nlines")).toBe(before.replace("old", "new\nlines"));
  });

  test("deleting what is not there changes nothing", () => {
    expect(deleteBlock("a\n", "x")).toBe("a\n");
    expect(readBlock("a\n", "x")).toBeUndefined();
  });
});

describe("the predecessor's section", () => {
  test("is not one of ours and survives untouched", () => {
    const theirs = "# Me\n\n<!-- ATK:BEGIN -->\n@/home/ada/.atk/plugins/a/SKILL.md\n<!-- ATK:END -->\n";
    expect(listBlocks(theirs)).toEqual([]);
    const there = setBlock(theirs, "a", "Be brief.");
    expect(there.startsWith(theirs)).toBe(true);
    expect(deleteBlock(there, "a")).toBe(theirs);
  });
});

describe("code fences", () => {
  test("markers inside of one are an example, not a section", () => {
    const example = "```md\n<!-- atk:begin x -->\nsample\n<!-- atk:end x -->\n```\n";
    expect(readBlock(example, "x")).toBeUndefined();
    expect(deleteBlock(example, "x")).toBe(example);
    const there = setBlock(example, "x", "real");
    expect(readBlock(there, "x")).toBe("real");
    expect(deleteBlock(there, "x")).toBe(example);
    expect(readBlock("~~~~\n~~~\n<!-- atk:end x -->\n~~~~\n", "x")).toBeUndefined();
  });

  test("a section may hold fences, closed or not", () => {
    const body = "```js\n1\n```\n~~~";
    expect(readBlock(setBlock("a\n", "x", body), "x")).toBe(body);
  });

  test("a fence that is never closed hides no section, even when the section has a line that would close it", () => {
    expect(readBlock("```\n<!-- atk:begin x -->\nb\n<!-- atk:end x -->\n", "x")).toBe("b");
    const open = "a\n\n```js\ncode\n";
    const there = setBlock(setBlock(open, "x", "text\n```\ntext"), "y", "```\nb\n```");
    expect(listBlocks(there).map(({ id }) => id)).toEqual(["x", "y"]);
    expect(deleteBlock(deleteBlock(there, "x"), "y")).toBe(open);
  });

  test("half a section in a closed fence is an example too", () => {
    const example = "```\n<!-- atk:begin x -->\n```\n\n```\n<!-- atk:end y -->\n```\n";
    expect(listBlocks(example)).toEqual([]);
    const there = setBlock(example, "x", "real");
    expect(listBlocks(there)).toEqual([{ id: "x", body: "real", line: 9 }]);
    expect(deleteBlock(there, "x")).toBe(example);
  });

  test("a text of nothing but open fences costs one pass", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => "`".repeat(3 + (index % 7)) + "js\n").join("");
    expect(listBlocks(many)).toEqual([]);
  });
});

describe("broken markers", () => {
  const begin = "<!-- atk:begin x -->";
  const end = "<!-- atk:end x -->";

  test("are refused with their line by every function, whatever section is asked for", () => {
    const broken: readonly [string, number, string][] = [
      [`a\n${end}\n${begin}\n`, 2, "has no"],
      [`a\n${begin}\nb\n`, 2, "has no end"],
      [`${begin}\n${end}\n\n${begin}\n${end}\n`, 4, "a second time"],
      [`${begin}\n${begin}\n${end}\n`, 2, "does not end before"],
      [`${begin}\n<!-- atk:end y -->\n${end}\n`, 2, "does not end before"],
      [`\uFEFF${end}`, 1, "has no"],
    ];
    for (const [text, line, message] of broken) {
      for (const use of [readBlock, deleteBlock, (all: string, id: string) => setBlock(all, id, "b"), listBlocks]) {
        const error = problem(() => use(text, "other"));
        expect([error.code, error.at?.line]).toEqual(["E_FORMAT", line]);
        expect(error.message).toContain(message);
        expect(error.hint).toBeTruthy();
      }
    }
  });

  test("a text that has a marker in it cannot become a section", () => {
    for (const marker of [begin, end, "<!-- atk:end y -->  "]) {
      const error = problem(() => setBlock("a\n", "x", `one\r\n${marker}\nthree`));
      expect(error.message).toContain("line 2");
    }
  });
});
