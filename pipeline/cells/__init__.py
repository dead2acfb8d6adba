"""From received bytes to a stream of cells, whatever the format, without trusting the file.

``guard`` refuses what is dangerous before anything is inflated, ``sniff`` tells the type by content. ``xlsx`` (with
``scan``, which takes rows that are written as most are), ``ods``, ``legacy`` and ``text`` read, ``comments`` reads what
stands beside the cells of an xlsx, ``encoding`` puts wrongly decoded texts right. ``worker`` does all of it in a
process with a memory cap and a time limit. ``model`` says what a cell is and holds cells as columns; ``own`` knows our
own hand in a workbook that comes back.

What belongs here: bytes and cells. What does not: what a cell means (``pipeline.figures``, ``pipeline.layouts``).
"""
