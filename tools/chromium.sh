#!/usr/bin/env bash
# The tests drive Debian's Chromium.
set -euo pipefail
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
else
  echo "the tests need Chromium; run: sudo apt-get install -y chromium" >&2
  exit 1
fi
