"""The store: a folder of append-only Parquet files and a catalogue that says which of them count. A load is
seen whole or not at all; what a load superseded is current again when it is withdrawn. Files that the
catalogue does not name are never read."""
