"""Back tests write returns down with the helpers of the indicators' tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "indicators"))
