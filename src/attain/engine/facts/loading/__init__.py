"""From a file to rows that may be stored: read, map, judge, set aside what is refused, find what comes twice
or contradicts. Nothing is stored here; a file whose rows contradict each other about structure is refused."""
