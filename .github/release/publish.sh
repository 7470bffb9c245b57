#!/usr/bin/env bash
# Publishes a release: publish.sh TAG NOTES FOLDER. Run again, it goes on where it was stopped, and leaves a release that is
# published as it is. A tag with a hyphen, such as v0.2.0-rc.1, is a prerelease and never the latest release.
set -euo pipefail
tag=$1 notes=$2 folder=$3

kind=()
case $tag in *-*) kind=(--prerelease --latest=false) ;; esac

state=$(gh release view "$tag" --json isDraft --jq .isDraft 2>/dev/null) || state=none
if [ "$state" = false ]; then
  printf '%s is published already\n' "$tag"
  exit 0
fi
# A draft until every file is there.
if [ "$state" = none ]; then
  gh release create "$tag" --draft --verify-tag --title "$tag" --notes-file "$notes" "${kind[@]}"
fi
gh release upload "$tag" --clobber "$folder"/*
gh release edit "$tag" --draft=false "${kind[@]}"
