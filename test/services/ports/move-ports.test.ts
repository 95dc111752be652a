import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { movePorts, type MovedPort } from "../../../src/services/ports/move-ports.ts";
import { portVariables } from "../../../src/services/ports/port-variables.ts";

const tcp = (declared: number, port: number): MovedPort => ({ declared, port, protocol: "http" });
const moved = [tcp(8787, 9000)];

describe("moving ports", () => {
  it.each([
    ["http://localhost:8787/x", "http://localhost:9000/x"],
    ["http://localhost:8787", "http://localhost:9000"],
    ["http://LOCALHOST:8787/", "http://LOCALHOST:9000/"],
    ["https://127.0.0.1:8787/mcp?a=1", "https://127.0.0.1:9000/mcp?a=1"],
    ["127.0.0.1:8787", "127.0.0.1:9000"],
    ["[::1]:8787", "[::1]:9000"],
    ["http://[::1]:8787/", "http://[::1]:9000/"],
    ["0.0.0.0:8787", "0.0.0.0:9000"],
    ["[::]:8787", "[::]:9000"],
    ["http://mia:s3cret@localhost:8787/", "http://mia:s3cret@localhost:9000/"],
    ["redis://:s3cret@localhost:8787/0", "redis://:s3cret@localhost:9000/0"],
    ["jdbc:postgresql://localhost:8787/db", "jdbc:postgresql://localhost:9000/db"],
    ["--url=localhost:8787", "--url=localhost:9000"],
    ["https://example.com/login?back=http://localhost:8787/", "https://example.com/login?back=http://localhost:9000/"],
    ["mongodb://localhost:8787,localhost:8787/x", "mongodb://localhost:9000,localhost:9000/x"],
    ['{"url": "http://localhost:8787"}', '{"url": "http://localhost:9000"}'],
    ["127.0.0.1:8787:8787", "127.0.0.1:9000:8787"],
    ["a\nlocalhost:8787", "a\nlocalhost:9000"],
  ])("changes %j", (text, expected) => {
    expect(movePorts(text, moved)).toBe(expected);
  });

  it.each([
    "http://localhost:87870/",
    "http://localhost:18787/",
    "http://localhost:8787a/",
    "http://localhost:878/",
    "http://localhost:8788/",
    "http://localhost:8787-8790",
    "http://localhost/8787",
    "http://example.com:8787/",
    "http://localhost.example.com:8787/",
    "http://mylocalhost:8787/",
    "http://my-localhost:8787/",
    "http://a.localhost:8787/",
    "http://127.0.0.10:8787/",
    "http://127.0.0.1.example.com:8787/",
    "http://1127.0.0.1:8787/",
    "http://127.0.0.2:8787/",
    "http://[fe80::1]:8787/",
    "http://localhost:secret@example.com:8787/",
    "http://localhost:8787@example.com/",
    "https://proxy.example.com/localhost:8787/",
    "https://proxy.example.com/http://localhost:8787/",
    "port 8787",
    "8787",
    "",
  ])("leaves %j as it is", (text) => {
    expect(movePorts(text, moved)).toBe(text);
  });

  it("knows which port an address without one means", () => {
    const web = [tcp(80, 8080), tcp(443, 8443)];
    expect(movePorts("http://localhost/health", web)).toBe("http://localhost:8080/health");
    expect(movePorts("ws://[::1]", web)).toBe("ws://[::1]:8080");
    expect(movePorts("https://127.0.0.1?x", web)).toBe("https://127.0.0.1:8443?x");
    for (const same of [
      "localhost",
      "http://localhost.",
      "tcp://localhost/",
      "http://localhost:80a",
      "http://localhost-x/",
    ]) {
      expect(movePorts(same, web)).toBe(same);
    }
  });

  it("takes the TCP port of a number that is declared for UDP too", () => {
    const udp: MovedPort = { declared: 8787, port: 1234, protocol: "udp" };
    expect(movePorts("localhost:8787", [...moved, udp])).toBe("localhost:9000");
    expect(movePorts("localhost:8787", [udp])).toBe("localhost:1234");
  });

  const port = fc.integer({ min: 1, max: 65_535 });
  const host = fc.constantFrom("localhost", "127.0.0.1", "[::1]", "0.0.0.0");

  it("moves all at once: ports that change places change back", () => {
    fc.assert(
      fc.property(host, port, port, fc.array(port), (name, a, b, others) => {
        const swap = [tcp(a, b), tcp(b, a)];
        const text = [a, b, ...others].map((each) => `tcp://${name}:${each}/${each}`).join(" ");
        expect(movePorts(movePorts(text, swap), swap)).toBe(text);
        expect(movePorts(text, swap).startsWith(`tcp://${name}:${b}/${a}`)).toBe(true);
      }),
    );
  });

  it("changes nothing but the numbers of addresses of this machine, and nothing when no port was moved", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            host,
            port.map((each) => `:${each}`),
          ),
        ),
        port,
        port,
        (parts, from, to) => {
          const text = parts.join("");
          expect(movePorts(text, [tcp(from, from)])).toBe(text);
          const withoutNumbers = (all: string) => all.replace(/:\d+/g, "");
          expect(withoutNumbers(movePorts(text, [tcp(from, to)]))).toBe(withoutNumbers(text));
        },
      ),
    );
  });

  it("takes no longer for a long text that looks almost like addresses", () => {
    for (const part of ["http://localhost:", "a://", "a@", "localhost", "a+", "http://x:y"]) {
      const text = part.repeat(20_000);
      expect(movePorts(text, moved)).toBe(text);
    }
  });
});

describe("variables of ports", () => {
  it("name every port, moved or not", () => {
    const ports = [
      { declared: 8787, port: 9000, name: "api", protocol: "http" },
      { declared: 8788, port: 8788, name: "admin-ui 2", protocol: "http" },
      { declared: 9999, port: 10_001, protocol: "udp" },
      { declared: 1, port: 2, name: "API", protocol: "http" },
      { declared: 5, port: 6, name: "é", protocol: "http" },
    ];
    expect(portVariables([], ports)).toEqual({
      ATK_PORT_API: "9000",
      ATK_PORT_ADMIN_UI_2: "8788",
      ATK_PORT_9999: "10001",
      ATK_PORT_5: "6",
    });
  });

  it("have the port of this machine where the default was the declared one, or an address with it", () => {
    const variables = [
      { name: "PORT", default: "8787" },
      { name: "API_URL", default: "http://localhost:8787/api" },
      { name: "OTHER_URL", default: "http://example.com:8787/" },
      { name: "LIMIT", default: "87870" },
      { name: "PADDED", default: "08787" },
      { name: "NONE" },
    ];
    const told = portVariables(variables, moved);
    expect(told).toEqual({ ATK_PORT_8787: "9000", PORT: "9000", API_URL: "http://localhost:9000/api" });
    expect(portVariables(variables, [tcp(8787, 8787)])).toEqual({ ATK_PORT_8787: "8787" });
  });
});
