"""Finds a Chromium for the browser tests, or installs one: Debian's as root, Playwright's own elsewhere."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = "axe-core@4.10.3"


def find_chromium() -> str | None:
    """Return the path of a browser, installing one when there is none; None when that fails."""
    with FileLock(Path(tempfile.gettempdir()) / "youju-chromium.lock"):
        return _present() or _installed()


def _present() -> str | None:
    named = os.environ.get("YOUJU_CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    found += [path for path in (_playwrights_own(),) if path]
    return next((path for path in found if path and Path(path).exists()), None)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with contextlib.suppress(Exception), sync_playwright() as playwright:
        return playwright.chromium.executable_path
    return None


def _installed() -> str | None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        calls = [
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
        ]
    else:
        calls = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for call in calls:
        subprocess.run(call, check=False, capture_output=True, timeout=600)
    return _present()


def find_axe() -> str | None:
    """Return the source of axe-core, fetched once by npm into the user's cache; None without npm."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "youju" / AXE.replace("@", "-")
    script = folder / "package" / "axe.min.js"
    with FileLock(Path(tempfile.gettempdir()) / "youju-axe.lock"):
        npm = shutil.which("npm")
        if not script.is_file() and npm:
            folder.mkdir(parents=True, exist_ok=True)
            packed = subprocess.run(
                [npm, "pack", AXE, "--silent"], cwd=folder, check=False, capture_output=True, text=True, timeout=120
            )
            archive = folder / packed.stdout.strip().splitlines()[-1] if packed.returncode == 0 else None
            if archive is not None and archive.is_file():
                shutil.unpack_archive(archive, folder, filter="data")
        return script.read_text(encoding="utf-8") if script.is_file() else None
