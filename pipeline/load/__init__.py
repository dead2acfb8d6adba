"""The steps of a load, once, as a list: the command line, Dagster and ``verify`` all run this list.

A :class:`Run` is one run on a held warehouse; each step is one of its methods and hands on what it made. One run at a
time holds the warehouse; a run that fails leaves the published release as it was. A run in which nothing changed
imports no more than it takes to find that out: ``run`` imports the libraries that read and build where they are used.

``steps``: their order; ``run``: what each does; ``readings``: what a run reads; ``report``: what it did.

What belongs here: the order of the steps and what is handed from one to the next. What does not: any step's own work.
"""

from pipeline.load.report import Report
from pipeline.load.run import Progress, Run
from pipeline.load.steps import STEPS, Step, load, run_steps

__all__ = ["STEPS", "Progress", "Report", "Run", "Step", "load", "run_steps"]
