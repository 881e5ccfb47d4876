#!/usr/bin/env bash
# Make a virtual environment; on Debian this needs the package python3-venv.
set -euo pipefail
folder=$1
[ -x "$folder/bin/python" ] && "$folder/bin/python" -m pip --version >/dev/null 2>&1 && exit 0
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
  else
    echo "PARS needs python3-venv; run: sudo apt-get install -y python3-venv" >&2
    exit 1
  fi
fi
python3 -m venv "$folder"
