import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignPorts, type PortPlan, type PortRequest } from "../../../src/services/ports/assign-ports.ts";
import { checkPortPlan } from "../../../src/services/ports/port-conflicts.ts";
import type { DeclaredPort, PluginPorts, PortWish } from "../../../src/services/ports/port-wishes.ts";

const api: DeclaredPort = { port: 8787, name: "api", protocol: "http" };
const plugin = (
  name: string,
  wishes: PluginPorts["wishes"] = {},
  ports: readonly DeclaredPort[] = [api],
): PluginPorts => ({
  plugin: name,
  ports,
  wishes,
});
const plan = (plugins: readonly PluginPorts[], more: Partial<PortRequest> & { taken?: readonly number[] } = {}) =>
  assignPorts({ plugins, remembered: [], isFree: async (port) => more.taken?.includes(port) !== true, ...more });
const numbers = ({ assignments }: PortPlan) => Object.fromEntries(assignments.map((each) => [each.plugin, each.port]));
const remember = (name: string, port: number, declared = 8787) => ({ plugin: name, declared, port, protocol: "http" });

describe("a port", () => {
  it("is the declared one when the manifest says nothing, whoever listens there: it may be the service itself", async () => {
    const { assignments, conflicts, problems } = await plan([plugin("memory")], { taken: [8787] });
    expect(assignments).toEqual([{ plugin: "memory", declared: 8787, port: 8787, name: "api", protocol: "http" }]);
    expect({ conflicts, problems }).toEqual({ conflicts: [], problems: [] });
  });

  it.each(["api", "8787"])("is the number that the manifest gives it by %s", async (key) => {
    expect(numbers(await plan([plugin("memory", { [key]: 9000 })]))).toEqual({ memory: 9000 });
  });

  it("that is auto is the declared one when it is free and nobody else wants it", async () => {
    expect(numbers(await plan([plugin("memory", { api: "auto" })]))).toEqual({ memory: 8787 });
  });

  it("that is auto is the next free one when another program has the declared one", async () => {
    expect(numbers(await plan([plugin("memory", { api: "auto" })], { taken: [8787, 8788] }))).toEqual({ memory: 8789 });
  });

  it("that is auto gives way to one that is not, wherever that stands in the manifest", async () => {
    expect(numbers(await plan([plugin("a", { api: "auto" }), plugin("b")]))).toEqual({ a: 8788, b: 8787 });
  });

  it("that is auto goes in the order of the manifest, and to no port that somebody declares", async () => {
    const next = [{ ...api, port: 8788 }];
    const plugins = [plugin("a", { api: "auto" }), plugin("b", { api: "auto" }), plugin("c", { api: "auto" }, next)];
    expect(numbers(await plan(plugins))).toEqual({ a: 8787, b: 8789, c: 8788 });
  });

  it("that is auto stays what it was on this machine, also while the service itself listens there", async () => {
    const remembered = [remember("a", 8790)];
    const request = { remembered, taken: [8790] };
    expect(numbers(await plan([plugin("a", { api: "auto" })], request))).toEqual({ a: 8790 });
  });

  it("that is a number does not care what it was", async () => {
    expect(numbers(await plan([plugin("a", { api: 9000 })], { remembered: [remember("a", 8790)] }))).toEqual({
      a: 9000,
    });
  });

  it("that two remember belongs to the later one: the other plugin was away when it was given", async () => {
    const plugins = [plugin("back", { api: "auto" }), plugin("here", { api: "auto" })];
    const remembered = [remember("back", 8790), remember("here", 8790)];
    expect(numbers(await plan(plugins, { remembered }))).toEqual({ back: 8787, here: 8790 });
  });

  it("may be the same for TCP and UDP", async () => {
    const dns = [
      { port: 53, protocol: "tcp" },
      { port: 53, protocol: "udp" },
    ];
    const { assignments, conflicts } = await plan([plugin("dns", {}, dns)]);
    expect(assignments.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual(["53/tcp", "53/udp"]);
    expect(conflicts).toEqual([]);
  });

  it("with two names is one port, and may be wished for by either", async () => {
    const twice = [api, { ...api, name: "events", protocol: "ws" }];
    const { assignments } = await plan([plugin("a", { events: 9000 }, twice)]);
    expect(assignments).toEqual([{ plugin: "a", declared: 8787, port: 9000, name: "api", protocol: "http" }]);
  });
});

describe("two plugins that want one port", () => {
  it("are both named, with the edit that mends it", async () => {
    const { conflicts } = await plan([plugin("a"), plugin("b"), plugin("c", { "8787": 9000 })]);
    const hint = "in atk.yaml, give b another port: ports: { api: auto }";
    expect(conflicts).toEqual([{ port: 8787, plugins: ["a", "b"], hint }]);
  });

  it("are a conflict too when one of them has had it as auto: it is never moved by another one's wish", async () => {
    const found = await plan(
      [plugin("a", { api: "auto" }), plugin("b", { "8787": 8790 }, [{ port: 8787, protocol: "http" }])],
      {
        remembered: [remember("a", 8790)],
      },
    );
    expect(found.conflicts).toEqual([
      { port: 8790, plugins: ["a", "b"], hint: 'in atk.yaml, give b another port: ports: { "8787": auto }' },
    ]);
  });

  it("may be one plugin", async () => {
    const ports = [api, { port: 8788, name: "admin", protocol: "http" }];
    const found = await plan([plugin("a", { admin: 8787 }, ports)]);
    expect(found.conflicts).toMatchObject([{ port: 8787, plugins: ["a"] }]);
    expect(() => checkPortPlan(found)).toThrow("a wants port 8787 twice");
  });

  it("are refused as a port conflict that names all of them", async () => {
    const found = await plan([plugin("a"), plugin("b"), plugin("c")]);
    expect(() => checkPortPlan(found)).toThrow(
      expect.objectContaining({ code: "E_PORT", message: "a, b and c want the same port 8787", exitCode: 9 }),
    );
  });
});

describe("a wish that cannot be followed", () => {
  const both = [api, { port: 9090, protocol: "http" }];
  const problemOf = async (wishes: PluginPorts["wishes"], ports: readonly DeclaredPort[] = both) =>
    (await plan([plugin("memory", wishes, ports)])).problems;

  it("names no port: what was meant is told", async () => {
    const [slip] = await problemOf({ apo: 9000 });
    expect(slip).toEqual({ message: "memory has no port `apo`", hint: "did you mean `api`?" });
    expect(await problemOf({ "8788": "auto" })).toMatchObject([{ hint: "did you mean `8787`?" }]);
    expect(await problemOf({ metrics: 1 })).toMatchObject([{ hint: "its ports: api, 8787, 9090" }]);
    expect(await problemOf({ api: 1 }, [])).toMatchObject([{ hint: "it declares no ports" }]);
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])("is no port: %d", async (number) => {
    expect(await problemOf({ api: number })).toMatchObject([{ message: `memory: port \`api\` cannot be ${number}` }]);
  });

  it("is two wishes for one port", async () => {
    expect(await problemOf({ api: 9000, "8787": 9000 })).toEqual([]);
    const found = await problemOf({ api: 9000, "8787": 9001 });
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain("are one port");
  });

  it("is refused as a fault of the manifest, before any conflict", async () => {
    const found = await plan([plugin("a", { apo: 1, metrics: 2 }), plugin("b")]);
    expect(() => checkPortPlan(found)).toThrow(
      expect.objectContaining({ code: "E_MANIFEST", problems: found.problems }),
    );
    expect(() => checkPortPlan({ assignments: [], conflicts: [], problems: [] })).not.toThrow();
  });
});

describe("for all manifests", () => {
  const number = fc.integer({ min: 8000, max: 8012 });
  const wish: fc.Arbitrary<PortWish | undefined> = fc.oneof(
    number,
    fc.constant("auto" as const),
    fc.constant(undefined),
  );
  const aPlugin = (name: string): fc.Arbitrary<PluginPorts> =>
    fc.uniqueArray(fc.record({ port: number, wish }), { maxLength: 3, selector: ({ port }) => port }).map((ports) =>
      plugin(
        name,
        Object.fromEntries(ports.flatMap((each) => (each.wish === undefined ? [] : [[String(each.port), each.wish]]))),
        ports.map(({ port }) => ({ port, protocol: "http" })),
      ),
    );
  const plugins = fc.tuple(...["a", "b", "c", "d"].map(aPlugin));
  const remembered = fc.uniqueArray(
    fc.record({
      plugin: fc.constantFrom("a", "b", "c", "d"),
      declared: number,
      port: number,
      protocol: fc.constant("http"),
    }),
    { maxLength: 6, selector: ({ port }) => port },
  );
  const taken = fc.uniqueArray(number, { maxLength: 6 });
  const key = (each: { plugin: string; declared: number }) => `${each.plugin} ${each.declared}`;
  const all = (found: PortPlan) => new Map(found.assignments.map((each) => [key(each), each.port]));
  const isAuto = (given: readonly PluginPorts[], { plugin: name, declared }: { plugin: string; declared: number }) =>
    given.find((each) => each.plugin === name)?.wishes[String(declared)] === "auto";

  it("no two assignments share a port that is not reported, and no free choice falls on a taken port", async () => {
    await fc.assert(
      fc.asyncProperty(plugins, remembered, taken, async (given, earlier, busy) => {
        const found = await plan(given, { remembered: earlier, taken: busy });
        const reported = new Set(found.conflicts.map(({ port }) => port));
        const quiet = found.assignments.map(({ port }) => port).filter((port) => !reported.has(port));
        expect(new Set(quiet).size).toBe(quiet.length);
        for (const each of found.assignments) {
          const isChosen = isAuto(given, each) && !earlier.some((one) => key(one) === key(each));
          if (isChosen) expect(busy.includes(each.port) || reported.has(each.port)).toBe(false);
        }
      }),
    );
  });

  it("what was assigned and remembered stays, whatever plugin is added and wherever", async () => {
    await fc.assert(
      fc.asyncProperty(plugins, taken, taken, fc.nat({ max: 3 }), async (given, busy, busyLater, at) => {
        const before = given.filter((_, index) => index !== at);
        const first = await plan(before, { taken: busy });
        const second = all(await plan(given, { remembered: first.assignments, taken: busyLater }));
        for (const each of first.assignments) expect(second.get(key(each))).toBe(each.port);
      }),
    );
  });

  it("the order of the manifest matters only to auto ports that are not remembered", async () => {
    await fc.assert(
      fc.asyncProperty(plugins, remembered, taken, async (given, earlier, busy) => {
        const request = { remembered: earlier, taken: busy };
        const [one, other] = [await plan(given, request), await plan(given.toReversed(), request)];
        const ports = (found: PortPlan) => found.conflicts.map(({ port }) => port).sort();
        expect(ports(other)).toEqual(ports(one));
        const turned = all(other);
        const settled = (each: { plugin: string; declared: number }) =>
          !isAuto(given, each) || earlier.some((remembers) => key(remembers) === key(each));
        for (const each of one.assignments.filter(settled)) expect(turned.get(key(each))).toBe(each.port);
      }),
    );
  });

  it("the same request gives the same plan, and a plan that is remembered gives itself", async () => {
    await fc.assert(
      fc.asyncProperty(plugins, taken, async (given, busy) => {
        const first = await plan(given, { taken: busy });
        expect(await plan(given, { taken: busy })).toEqual(first);
        const again = await plan(given, {
          taken: first.assignments.map(({ port }) => port),
          remembered: first.assignments,
        });
        expect(again.assignments).toEqual(first.assignments);
      }),
    );
  });
});
