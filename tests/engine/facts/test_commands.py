"""The commands on a store: import, preview, loads, withdraw, quarantine; a faulty file is mended."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from attain.cli import attain

EXPORT = """id,date,type,owner,amount,currency
T1,2025-01-31,booking,AE-1,100.50,USD
T2,2025-02-30,booking,AE-1,7,USD
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "export.csv").write_text(EXPORT)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(attain, words)


def load(*words: str, moment: str = "2025-03-01T08:00:00") -> Result:
    return run("import", *words, "--store", "store", "--by", "ann", "--moment", moment)


def test_a_file_is_loaded_listed_mended_and_withdrawn(folder: Path) -> None:
    first = load("export.csv", "--table", "transactions")
    assert first.exit_code == 0
    lines = first.stdout.splitlines()
    assert lines[:4] == [
        "export.csv → transactions, load 1",
        "  2 rows read: 1 taken, 0 changed, 0 unchanged, 0 duplicate, 1 quarantined",
        "  amount USD: 100.50 in 1 row",
        '  quarantined row 2, column date: "2025-02-30" is no day of the calendar. Write a day that exists.',
    ]
    assert lines[4].startswith("  Mend them in a copy of store/quarantine/transactions/")

    assert run("quarantine", "store").stdout.startswith("   1  export.csv  1 row  store/quarantine/")
    written = run("quarantine", "store", "1", "--out", "mend.csv")
    assert written.stdout == "1 row in mend.csv: mend the cells, then import it in the same way.\n"
    text = (folder / "mend.csv").read_text()
    assert text == (
        "file,row,line,column,value,reason,cure,id,date,type,owner,amount,currency\n"
        'export.csv,2,3,date,2025-02-30,"""2025-02-30"" is no day of the calendar",Write a day that exists.,'
        "T2,2025-02-30,booking,AE-1,7,USD\n"
    )
    (folder / "mend.csv").write_text(text.replace("T2,2025-02-30", "T2,2025-02-28"))
    mended = load("mend.csv", "--table", "transactions", moment="2025-03-02")
    assert mended.stdout.splitlines()[1] == (
        "  1 row read: 1 taken, 0 changed, 0 unchanged, 0 duplicate, 0 quarantined"
    )

    withdrawn = run("withdraw", "store", "2", "--by", "ann")
    assert (
        withdrawn.stdout
        == "load 2 is withdrawn, as load 3; a run as known before this moment still has it.\n"
    )
    listed = run("loads", "store", "--totals").stdout.splitlines()
    assert listed[0].startswith("   1  2025-03-01 08:00:00 UTC  ann  transactions  export.csv  sha256 ")
    assert listed[1] == "      amount USD: 100.50 in 1 row"
    assert listed[2].endswith("  1 taken, 0 changed, 0 unchanged, 0 duplicate, 0 quarantined  (withdrawn)")
    assert listed[4].endswith("  ann  transactions  withdraws load 2 (mend.csv)")


def test_a_refused_file_exits_1_and_is_listed(folder: Path) -> None:
    (folder / "empty.csv").write_text("")
    refused = load("empty.csv", "--table", "transactions")
    assert refused.exit_code == 1
    assert (
        refused.stderr
        == "empty.csv F101 the file is empty (0 bytes).\n    Export it again, with a header line.\n"
    )
    assert run("loads", "store").stdout.splitlines() == [
        "   1  2025-03-01 08:00:00 UTC  ann  transactions  empty.csv  refused",
        "      empty.csv F101 the file is empty (0 bytes).",
        "          Export it again, with a header line.",
    ]


def test_a_preview_stores_nothing_and_its_mapping_loads(folder: Path) -> None:
    preview = run("import", "export.csv", "--table", "transactions", "--preview")
    assert preview.exit_code == 0
    assert not (folder / "store").exists()
    (folder / "mapping.yaml").write_text(preview.stdout)
    loaded = load("export.csv", "--mapping", "mapping.yaml")
    assert loaded.stdout.splitlines()[2] == "  amount USD: 100.50 in 1 row"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "export.csv", "--preview"), "Say the table with --table."),
        (
            ("import", "export.csv", "--table", "t"),
            "Name the store with --store, or look first with --preview.",
        ),
        (
            ("import", "export.csv", "--store", "s"),
            "Name the table with --table, or a mapping with --mapping.",
        ),
        (("import", "export.csv", "--store", "s", "--mapping", "no.yaml"), "no.yaml cannot be read"),
        (("import", "export.csv", "--store", "s", "--time-zone", "Mars"), 'no time zone "Mars"'),
        (("import", "export.csv", "--store", "s", "--moment", "soon"), "write a moment such as"),
    ],
)
def test_wrong_usage_exits_2(folder: Path, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("loads", "nowhere"), "F500 nowhere is no store."),
        (("withdraw", "nowhere", "1"), "F500 nowhere is no store."),
        (("quarantine", "nowhere"), "F500 nowhere is no store."),
        (
            ("import", "export.csv", "--table", "My Deals", "--store", "s"),
            'F303 "My Deals" is no name of a table.',
        ),
        (("import", "gone.csv", "--table", "t", "--store", "s"), "F100 gone.csv is no file."),
        (
            ("import", "x.doc", "--table", "t", "--store", "s"),
            "x.doc F100 x.doc ends in none of .csv, .txt, ",
        ),
    ],
)
def test_what_is_not_there_is_said(folder: Path, words: tuple[str, ...], told: str) -> None:
    (folder / "x.doc").write_text("")
    result = run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith(told)
