"""Our own reader of xlsx and xlsm, which keeps what others lose.

``reader`` goes through the parts of a package: ``shared_parts`` are its styles and strings, ``worksheet`` reads a sheet
and ``comments`` what stands beside its cells. ``sheet_pieces`` cuts a sheet as it is inflated; ``fast_rows`` takes the
pieces whose rows have a pattern (``row_patterns``), ``cell_elements`` reads all other cells one by one. ``addresses``
are positions as sheets state them, ``ooxml`` knows names and relationships.
"""
