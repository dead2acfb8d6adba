"""Corrections that we make ourselves, declared line by line in the files of ``raw/corrections``, each for one cell.

``resolve`` says which are in force and for which submission, ``apply`` puts them into the cells before anything reads
them.

What belongs here: declared corrections. What does not: reading a correction file (``sources/corrections.toml``), what
has become of a correction (``sql/fact/correction.sql``).
"""
