"""`python -m bench`: every measurement, one after the other."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ASIDE = ("__main__", "echo_ptb", "echo_aiogram")  # started by bench.intake


def main() -> None:
    for file in sorted(HERE.glob("*.py")):
        if file.stem not in ASIDE and "\ndef main(" in file.read_text("utf-8"):
            print(f"\n== python -m bench.{file.stem}", flush=True)
            subprocess.run([sys.executable, "-m", f"bench.{file.stem}"], check=True)


if __name__ == "__main__":
    main()
