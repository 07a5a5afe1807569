"""Running a pipeline over files: streaming, in order, in several processes, never half-written."""

from __future__ import annotations

from vnclean.engine.cleaning import Cleaner, clean_files
from vnclean.engine.counts import EditCounts
from vnclean.engine.dry_run import Finding, survey
from vnclean.engine.journal import journal_path
from vnclean.engine.options import RunOptions
from vnclean.engine.plan import Task, plan_cleaning, plan_reading
from vnclean.engine.writing import Listener, Summary

__all__ = [
    "Cleaner",
    "EditCounts",
    "Finding",
    "Listener",
    "RunOptions",
    "Summary",
    "Task",
    "clean_files",
    "journal_path",
    "plan_cleaning",
    "plan_reading",
    "survey",
]
