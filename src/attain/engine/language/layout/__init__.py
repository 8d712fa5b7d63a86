"""One canonical layout of a document, with its comments. Knows YAML and lines, not what the keys mean."""
