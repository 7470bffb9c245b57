#!/bin/sh
# Installs anvil-sqlite: downloads the release for this system, checks it against SHA256SUMS, refuses what differs.
#
#   ANVIL_SQLITE_VERSION   a version such as 0.1.0 instead of the latest
#   ANVIL_SQLITE_FLAVOUR   ffi for the program on @db/sqlite, anvil-sqlite-ffi; without it the one on node:sqlite
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

# Whether a URL is one to download from: https, or http on this machine; with a user part it is neither, since
# http://127.0.0.1:x@host is a place at host.
is_safe() {
  authority=${1#*://}
  authority=${authority%%[/?#]*}
  case $1 in
    https://*) case $authority in '' | *[!A-Za-z0-9.:_-]*) return 1 ;; esac ;;
    http://*)
      case $authority in
        127.0.0.1:* | localhost:* | '[::1]:'*) ;;
        *) return 1 ;;
      esac
      case ${authority##*:} in '' | *[!0-9]*) return 1 ;; esac
      case ${authority%:*} in
        127.0.0.1 | localhost | '[::1]') ;;
        *) return 1 ;;
      esac
      ;;
    *) return 1 ;;
  esac
}

# Every step of the way is https, apart from a first one on this machine.
fetch() {
  if has curl; then
    scheme=https
    case $1 in http://*) scheme=http ;; esac
    curl --fail --silent --show-error --globoff --proto "=$scheme" --proto-redir '=https' --location --output "$2" "$1"
  elif has wget; then
    # wget cannot be told which schemes it may be led to: what it was led to is looked at before anything is used.
    wget --server-response -O "$2" "$1" 2>"$2.log" &&
      if grep -qi '^ *location: *http:' "$2.log"; then
        rm -f "$2"
        fail "Cannot download $1: it leads to a place without https"
      fi
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
  is_safe "$base" || fail "ANVIL_SQLITE_BASE_URL must be https, or http on this machine, without a user part"
  case ${ANVIL_SQLITE_FLAVOUR:-} in
    '') program=anvil-sqlite ;;
    ffi) program=anvil-sqlite-ffi ;;
    *) fail "ANVIL_SQLITE_FLAVOUR must be ffi, or not set" ;;
  esac

  name=$program-$(target)
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
  cp "$work/$name/$program" "$folder/.$program.new"
  chmod 755 "$folder/.$program.new"
  mv -f "$folder/.$program.new" "$folder/$program"

  printf 'Installed %s/%s\n' "$folder" "$program"
  case :$PATH: in
    *":$folder:"*) printf 'Try: %s demo\n' "$program" ;;
    *) printf 'Put %s into your PATH, then try: %s demo\n' "$folder" "$program" ;;
  esac
}

main
