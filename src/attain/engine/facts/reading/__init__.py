"""Files become texts: encoding, separator, header, strict structure of CSV, sheets of a workbook, Parquet.
A file whose structure has two readings is refused; a row whose cells cannot be told apart is set aside.
What a cell means is not asked here."""
