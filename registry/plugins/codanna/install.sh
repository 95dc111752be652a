#!/bin/sh
# Builds the one version that this plugin was written for, into the plugin's own folder.
set -eu
version=0.9.23
here=$(cd "$(dirname "$0")" && pwd)
if [ -x "$here/tool/bin/codanna" ] && "$here/tool/bin/codanna" --version | grep -qF "$version"; then
  exit 0
fi
if ! command -v cargo >/dev/null 2>&1; then
  echo "cargo is not there; install Rust first: https://rustup.rs" >&2
  exit 1
fi
exec cargo install codanna --version "=$version" --locked --root "$here/tool"
