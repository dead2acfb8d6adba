"""Stores: where bytes are kept for good, on this machine or where several machines share them.

``disk`` makes sure that files stay, ``journal`` is a file of lines that only grows, ``objects`` an object store,
``database`` the PostgreSQL database of an installation that several hosts share, ``hosts`` tells which of both an
installation has.

What belongs here: keeping bytes and lines. What does not: what they say (``pipeline.intake``, ``pipeline.reading``).
"""
