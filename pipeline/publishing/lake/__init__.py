"""The lake: each release as a snapshot of a DuckLake, for readers on other machines; where ``HOUSING_LAKE`` names one.

The file of the release is built as ever, and is what a release is; the lake gets a copy of its rows, comments, views
and macros in one transaction, and writes again only what differs. A snapshot is a release, by which readers go back.

``connect`` opens it, ``publish`` writes it.

What belongs here: writing the lake. What does not: what a relation holds (``sql/``), or deciding what is published
(``pipeline.warehouse``).
"""
