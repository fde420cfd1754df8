"""What the process of the bot carries: nothing that only other commands use, and no memory that photos left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

OTHERS = {"alembic", "mako", "typer", "xlsxwriter", "pypinyin"}
# Two threads shrink photos of 12 megapixels; prints how many MB are held afterwards.
PHOTOS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from PIL import Image
from bot import memory

def held():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024

def shrink(photo):
    return photo.resize((1600, 1200)).resize((256, 256)).getpixel((0, 0))

if sys.argv[1] == "thrifty":
    memory.be_thrifty()
before = held()
with ThreadPoolExecutor(2) as threads:
    list(threads.map(lambda _: shrink(Image.new("L", (4000, 3000), 128)), range(6)))
    print(held() - before)
"""


def said_by(program: str, *words: str) -> str:
    run = [sys.executable, "-c", program, *words]
    root = Path(__file__).parents[2]
    return subprocess.run(run, capture_output=True, text=True, check=True, cwd=root).stdout


@pytest.mark.parametrize(("module", "carried"), [("bot.run", set()), ("bot.cli", OTHERS - {"pypinyin"})])
def test_the_process_of_the_bot_carries_nothing_that_only_other_commands_use(module, carried):
    loaded = said_by(f"import sys, {module}; print(*sys.modules)").split()
    assert set(loaded) & OTHERS == carried
    assert module in loaded


def test_photos_leave_no_memory_held():
    assert int(said_by(PHOTOS, "thrifty")) < 8
    assert int(said_by(PHOTOS, "as it comes")) > 16  # else the first figure says nothing
