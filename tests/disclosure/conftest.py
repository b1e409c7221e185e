"""Small made-up nations, and everything that an attacker of the official tables needs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "indicators"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from made_releases import about

__all__ = ["about"]
