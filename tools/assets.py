"""Put the front-end assets where PARS serves them from: packages by lock file, none of their scripts run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "pars" / "web" / "static" / "vendor"

FILES = {
    "@uswds/uswds/dist/css/uswds.min.css": "uswds/css/uswds.min.css",
    "@uswds/uswds/LICENSE.md": "uswds/LICENSE.md",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
}
USWDS = "@uswds/uswds/dist"
STYLES = "uswds/css/uswds.min.css"
NAMED = re.compile(r"""url\(["']?\.\./((?:fonts|img)/[^)"'?#]+)""")
"""Fonts and pictures that the stylesheet names: only those are served."""


def main() -> None:
    """Install by the lock file and copy what the pages use."""
    scripts = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}"}
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=ROOT, env=env, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, VENDOR / target)
    for named in sorted(set(NAMED.findall((VENDOR / STYLES).read_text(encoding="utf-8")))):
        if (MODULES / USWDS / named).exists():
            (VENDOR / "uswds" / named).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(MODULES / USWDS / named, VENDOR / "uswds" / named)
    size = sum(f.stat().st_size for f in VENDOR.rglob("*") if f.is_file())
    print(f"assets: {size / 1e6:.1f} MB in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
