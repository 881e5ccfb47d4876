#!/usr/bin/env bash
# The tests drive Debian's Chromium: the one without a window, for half the work; where there is none, the other.
set -euo pipefail
command -v chromium-headless-shell >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || true
  apt-get install -y -qq chromium-headless-shell >/dev/null 2>&1 && exit 0
  command -v chromium >/dev/null || apt-get install -y -qq chromium >/dev/null
elif ! command -v chromium >/dev/null; then
  echo "the tests need Chromium; run: sudo apt-get install -y chromium-headless-shell" >&2
  exit 1
fi
