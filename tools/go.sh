#!/usr/bin/env bash
# The tests verify a log with Go's own code for such logs, from Debian's packages.
set -euo pipefail
[ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ] && command -v go >/dev/null && exit 0
if [ "$(id -u)" -eq 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq golang-go golang-golang-x-mod-dev >/dev/null
else
  echo "the tests need Go; run: sudo apt-get install -y golang-go golang-golang-x-mod-dev" >&2
  exit 1
fi
