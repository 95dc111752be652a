/**
 * Where version managers and package managers keep programs and their libraries, below the home. Only folders that hold no logins:
 * ~/.cargo has credentials.toml, ~/.npmrc and ~/.config have tokens, ~/.local/share has keyrings. (each tool's documentation)
 */
export const TOOL_FOLDERS: readonly string[] = [
  ".asdf",
  ".bun",
  ".cargo/bin",
  ".deno/bin",
  ".fnm",
  ".local/bin",
  ".local/lib",
  ".local/share/fnm",
  ".local/share/mise",
  ".local/share/pnpm",
  ".local/share/uv",
  ".n",
  ".npm-global",
  ".nvm",
  ".proto",
  ".pyenv",
  ".rbenv",
  ".rustup",
  ".volta",
  "go/bin",
];
