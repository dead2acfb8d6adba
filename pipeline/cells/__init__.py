"""From received bytes to a stream of cells, whatever the format, without trusting the file.

``read_workbook`` is the one door, and ``isolation`` opens it in a process with a memory cap and a time limit. ``guard``
refuses what is dangerous before anything is inflated (``zip_archive``), ``sniff`` tells the type by content, ``limits``
are what a file may cost, and ``damage`` words what is broken in one. ``xlsx``, ``ods``, ``xls_xlsb`` and ``text`` read;
``xls_book``, ``xls_records`` and ``compound`` help libraries over old workbooks that depart from their format. ``rich``
joins runs of formatted text, ``formats`` knows what number formats show, ``uncalculated`` which zeros are nobody's, and
``encoding`` puts wrongly decoded texts right. ``workbook`` says what a cell is and holds cells as columns.

What belongs here: bytes and cells. What does not: what a cell means (``pipeline.figures``, ``pipeline.layouts``).
"""
