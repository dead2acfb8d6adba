"""The domain: plain functions over files and frames, from a received spreadsheet to a published release.

What belongs here: everything that knows what a figure, a layout, a submission or a release is.
What does not: Dagster (see ``assets/``, which only wraps these functions) and KPI formulas (see ``sql/``).

The modules follow the flow, in this order::

    submissions → cells → layouts → observations → warehouse → releases

``load`` runs them all; ``cli`` is the command line.
"""
