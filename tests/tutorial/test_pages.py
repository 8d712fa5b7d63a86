"""What a page tells its reader to type does what the page says: its `sh` blocks are run in order in an empty
folder, and each line of a `text` block must come out of the block before it, in that order.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [TOP / "README.md", *sorted((TOP / "docs" / "tutorial").glob("*.md"))]
LEFT_OUT = "…"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_runs_as_written(page: Path, tmp_path: Path):
    said = ""
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "text":
            assert missing(text, said) == [], f"after that block came:\n{said}"
        elif not text.startswith("make "):
            said = typed(text, tmp_path)


def typed(text: str, folder: Path) -> str:
    """What a shell answers to a block; each command of it must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert shell.returncode == 0, f"{text}\nanswers with status {shell.returncode}:\n{shell.stdout}"
    return shell.stdout


def missing(text: str, said: str) -> list[str]:
    """Lines of a text block that what was said does not hold, after the line before."""
    lines, lost = iter(line.strip() for line in said.splitlines()), []
    for wanted in text.splitlines():
        if wanted.strip() not in ("", LEFT_OUT) and wanted.strip() not in lines:
            lost.append(wanted)
    return lost
