#!/usr/bin/env bash
# Gives a formula to a Homebrew tap: update_tap.sh REPOSITORY TAG FORMULA. It makes the file or replaces it; when the tap
# has it already, nothing is done.
set -euo pipefail
tap=$1 tag=$2 formula=$3

path=repos/$tap/contents/Formula/$(basename "$formula")
content=$(base64 -w0 "$formula")
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

sha=()
# On a failure gh prints the body of the answer where the file would be: only its exit code says which it is.
if answer=$(gh api "$path" 2>"$errors"); then
  if [ "$(jq -r .content <<<"$answer" | tr -d '\n')" = "$content" ]; then
    printf 'The tap has the formula of %s already\n' "$tag"
    exit 0
  fi
  sha=(-f "sha=$(jq -r .sha <<<"$answer")")
elif ! grep -q 'HTTP 404' "$errors"; then
  cat "$errors" >&2
  exit 1
fi
gh api --silent --method PUT "$path" -f "message=anvil-sqlite $tag" -f "content=$content" "${sha[@]}"
