"""Executes notebooks in place, keeping nothing in them that differs from run to run: `python notebooks/execute.py FILE…`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def execute(file: Path) -> None:
    """Runs every cell in the notebook's own folder and stores the outputs; an error in a cell leaves the file as it was."""
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=None, record_timing=False, resources={"metadata": {"path": file.parent}}).execute()
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}  # the rest names versions of this machine
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, file)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        execute(Path(name))
