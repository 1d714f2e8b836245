"""The dialects of label files: one module each, translated into records at this door only.

Start at `description` (what a reader yields) and `registry` (who reads). A reader has a `find`,
which says what it recognises without reading everything, and gives a `Description` that reads
one picture's labels at a time. It does not clean: `components.data.clean` does, for all alike.
"""
