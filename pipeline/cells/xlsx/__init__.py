"""Our own reader of xlsx and xlsm, which keeps what others lose.

``reader`` goes through the parts of a package, ``scan`` takes rows that are written as most are, ``ooxml`` knows names
and relationships, ``comments`` what stands beside the cells.
"""
