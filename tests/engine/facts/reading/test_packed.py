"""Packed files: gzip is read like the file within; what is damaged or packed otherwise is refused whole."""

import bz2
import gzip
import lzma
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from attain.cli import attain

ROWS = "".join(f"T{number},2025-01-31,booking,AE-1,{number}.50,USD\n" for number in range(1, 2001))
TEXT = ("id,date,type,owner,amount,currency\n" + ROWS).encode()
PACKED = gzip.compress(TEXT, mtime=0)
WRONG_SUM = bytearray(PACKED)
WRONG_SUM[-8] ^= 1


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(attain, words)


def load(file: str) -> Result:
    return run("import", file, "--table", "transactions", "--store", "store", "--moment", "2025-03-01")


def test_a_gzip_file_is_shown_and_loaded_like_the_file_within(folder: Path) -> None:
    (folder / "deals.csv.gz").write_bytes(PACKED)
    (folder / "deals.csv").write_bytes(TEXT)
    shown = [
        run("import", name, "--table", "transactions", "--preview") for name in ("deals.csv.gz", "deals.csv")
    ]
    assert [result.exit_code for result in shown] == [0, 0]
    assert shown[0].stdout.replace("deals.csv.gz", "deals.csv") == shown[1].stdout
    loaded = load("deals.csv.gz")
    assert loaded.exit_code == 0
    assert loaded.stdout.splitlines()[:2] == [
        "deals.csv.gz → transactions, load 1",
        "  2,000 rows read: 2,000 taken, 0 changed, 0 unchanged, 0 duplicate, 0 quarantined",
    ]


@pytest.mark.parametrize(
    "content",
    [PACKED[:-1], PACKED[: len(PACKED) // 2], bytes(WRONG_SUM), PACKED + b"more", TEXT],
    ids=range(5),
)
@pytest.mark.parametrize("preview", [True, False])
def test_a_damaged_gzip_file_is_refused_whole(folder: Path, content: bytes, preview: bool) -> None:
    (folder / "deals.csv.gz").write_bytes(content)
    words = ["import", "deals.csv.gz", "--table", "transactions", "--preview"]
    said = run(*words) if preview else load("deals.csv.gz")
    assert said.exit_code == 1
    assert "deals.csv.gz F120 the archive is damaged: " in said.output
    assert "Pack it again." in said.output
    if not preview:
        assert "refused" in run("loads", "store").stdout
        assert not list((folder / "store").rglob("*.parquet"))


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deals.csv", TEXT)


@pytest.mark.parametrize(
    ("name", "how", "write"),
    [
        ("deals.csv.zip", "zip", zipped),
        ("deals.csv.bz2", "bzip2", lambda path: path.write_bytes(bz2.compress(TEXT))),
        ("deals.csv.xz", "xz", lambda path: path.write_bytes(lzma.compress(TEXT))),
        ("deals.csv", "gzip", lambda path: path.write_bytes(PACKED)),
        ("deals.csv.gz", "gzip", lambda path: path.write_bytes(gzip.compress(PACKED))),
    ],
)
def test_what_is_packed_otherwise_is_named(folder: Path, name: str, how: str, write) -> None:
    write(folder / name)
    said = load(name)
    assert said.exit_code == 1
    assert f"{name} F120 it is packed in a way that is not read: {how}.\n" in said.output
    assert "Unpack it, or pack it with gzip and let its name end in .gz: deals.csv.gz." in said.output
