"""The domain: plain functions over files and frames, from a received spreadsheet to a published release.

What belongs here: everything that knows what a figure, a layout, a submission or a release is.
What does not: Dagster (see ``assets/``, which only wraps these functions) and KPI formulas (see ``sql/``).

The modules follow the flow, in this order::

    submissions → cells → layouts → extractions → observations → staging → warehouse → releases

``load`` runs them all; ``cli`` is the command line. ``reading`` and ``remembered`` are what a worker runs, from the
bytes of some files to their typed frames.

* What a figure is: ``figures``, ``periods``, ``territories``, ``indicators`` and ``ratios`` (with
  ``reference/``), ``words``.
* What a table is: ``contracts``, and the page made from it, ``dictionary``.
* What goes back to who sent a workbook: ``rejections`` (the reasons), ``returned``, ``precheck`` (with ``foresight``),
  ``template``; ``written`` keeps them from replacing what somebody has worked on.
* What proves a figure: ``explained``, ``corrections``, ``verification``.
"""
