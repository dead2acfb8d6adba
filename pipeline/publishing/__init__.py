"""To the reader: what a run tells about its own work.

What belongs here: which rows are shown and counted. What does not: doing the work.
"""
