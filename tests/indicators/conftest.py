"""Puts the helpers beside these tests (the exact_ modules, made_returns) within their reach."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
