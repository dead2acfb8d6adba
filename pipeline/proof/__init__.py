"""To the sceptic: the cells behind a figure, the release rebuilt and compared, every column described.

``explain`` makes the page of one figure, ``verify`` builds everything again aside, ``dictionary`` describes the tables.
"""
