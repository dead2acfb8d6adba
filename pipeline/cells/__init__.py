"""From received bytes to a stream of cells, whatever the format, without trusting the file.

``guard`` refuses what is dangerous before anything is inflated, ``sniff`` tells the type by content, ``xlsx``,
``legacy`` and ``text`` read, ``worker`` does all of it in a process with a memory cap and a time limit.

What belongs here: bytes and cells. What does not: what a cell means (``pipeline.figures``, ``pipeline.layouts``).
"""
