"""
Where this machine has a Chromium, and how it is to be started.
"""

import os
import shutil
from pathlib import Path

from support.missing import missing_part

# The list of the address bar is a page of its own, which every window loads and no test sees: it
# took half of a window's processor time. Only the last flag of this name counts, so that what
# Playwright switches off by itself stands here too.
_NOT_NEEDED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_NOT_NEEDED)}",
)


def find_chromium() -> Path:
    """
    Return the browser named by `$CHROMIUM`, else the one on the path.
    """
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None or not Path(found).exists():
        missing_part("Chromium is not installed; name one in the variable CHROMIUM")
    return Path(found)


def chromium_flags() -> list[str]:
    """
    Return the flags of every run; the sandbox is given up only as root, where it cannot work.
    """
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
