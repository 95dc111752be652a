// node bench/launcher.mjs: what `atk mcp run` adds to the start of a server; the same as run.mjs --only launcher, and takes its options.
process.argv.push("--only", "launcher");
await import("./run.mjs");
