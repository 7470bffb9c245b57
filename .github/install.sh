#!/bin/sh
# Installs anvil-sqlite: downloads the release for this system, checks it against SHA256SUMS, refuses what differs.
#
#   ANVIL_SQLITE_VERSION   a version such as 0.1.0 instead of the latest
#   ANVIL_SQLITE_BIN_DIR   where the program goes; without it ~/.local/bin
#   ANVIL_SQLITE_BASE_URL  another place with the files of a release: https, or http on this machine
set -eu

repository=anvil-sqlite/anvil-sqlite

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

fetch() {
  if has curl; then
    curl --fail --silent --show-error --location --output "$2" "$1"
  elif has wget; then
    wget -q -O "$2" "$1"
  else
    fail "Cannot download: install curl or wget"
  fi || fail "Cannot download $1"
}

sha256() {
  if has sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif has shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  elif has openssl; then
    openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
  else
    fail "Cannot check the download: install sha256sum, shasum or openssl"
  fi
}

target() {
  case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "There is no binary for $(uname -m): run it with Deno instead" ;;
  esac
  case $(uname -s) in
    Linux)
      if ldd --version 2>&1 | grep -qi musl; then fail "There is no binary for musl: run it with Deno instead"; fi
      system=linux
      ;;
    Darwin) system=macos ;;
    *) fail "There is no binary for $(uname -s): on Windows use install.ps1" ;;
  esac
  printf '%s-%s' "$machine" "$system"
}

# All in a function, so that a script that was cut on its way does nothing.
main() {
  releases=https://github.com/$repository/releases
  version=${ANVIL_SQLITE_VERSION:-}
  if [ -n "$version" ]; then
    base=$releases/download/v${version#v}
  else
    base=$releases/latest/download
  fi
  base=${ANVIL_SQLITE_BASE_URL:-$base}
  case $base in
    https://* | http://127.0.0.1:* | http://localhost:* | "http://[::1]:"*) ;;
    *) fail "ANVIL_SQLITE_BASE_URL must begin with https://: $base" ;;
  esac

  name=anvil-sqlite-$(target)
  archive=$name.tar.gz
  folder=${ANVIL_SQLITE_BIN_DIR:-$HOME/.local/bin}
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM

  fetch "$base/SHA256SUMS" "$work/SHA256SUMS"
  fetch "$base/$archive" "$work/$archive"
  expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
  actual=$(sha256 "$work/$archive")
  [ -n "$expected" ] || fail "SHA256SUMS does not name $archive: nothing was installed"
  [ "$actual" = "$expected" ] ||
    fail "$archive is not the released file (SHA-256 $actual, expected $expected): nothing was installed"

  tar -xzf "$work/$archive" -C "$work"
  mkdir -p "$folder"
  # Beside its place and then over it, so that a running program is not written into.
  cp "$work/$name/anvil-sqlite" "$folder/.anvil-sqlite.new"
  chmod 755 "$folder/.anvil-sqlite.new"
  mv -f "$folder/.anvil-sqlite.new" "$folder/anvil-sqlite"

  printf 'Installed %s/anvil-sqlite\n' "$folder"
  case :$PATH: in
    *":$folder:"*) printf 'Try: anvil-sqlite demo\n' ;;
    *) printf 'Put %s into your PATH, then try: anvil-sqlite demo\n' "$folder" ;;
  esac
}

main
