"""Writes the pages of the language reference into a folder, that its one argument names."""

import sys
from pathlib import Path

from attain.engine.language.reference.pages import pages

if len(sys.argv) != 2:
    sys.exit("Name the folder: python -m attain.engine.language.reference docs/language")
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, text in pages().items():
    (folder / name).write_text(text, encoding="utf-8", newline="\n")
