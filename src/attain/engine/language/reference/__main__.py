"""Writes the pages of the language reference into a folder, and the page of problems into a second one."""

import sys
from pathlib import Path

from attain.engine.language.reference.pages import pages
from attain.engine.language.reference.problem_page import page

if len(sys.argv) not in (2, 3):
    sys.exit("Name the folders: python -m attain.engine.language.reference docs/language docs/errors")
contents = {Path(sys.argv[1]): pages(), **{Path(each): {"README.md": page()} for each in sys.argv[2:]}}
for folder, texts in contents.items():
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
