"""The warehouse: relations of ``sql/`` built from the stage, and audited before anything is published.

``relations`` reads ``sql/``, which ``templates`` renders, and finds the dependencies, ``build`` makes the tables in a
working database, ``audit`` runs the checks, ``lock`` lets one writer in. Publishing is ``pipeline.warehouse.releases``.

What belongs here: SQL files as data. What does not: a formula; those stand in ``sql/`` alone.
"""
