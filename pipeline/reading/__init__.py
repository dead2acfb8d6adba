"""From the bytes of every received file to typed frames, in isolated processes, cached.

``files`` joins cells and layouts for one file, ``cache`` keeps what readings gave, ``submissions`` decides which files
are read and under which key each is kept.

What belongs here: reading and caching. What does not: what a cell means (``layouts``), whether a row holds
(``checking``).
"""
