"""Runs one notebook from a fresh kernel, as `npm run notebooks` asks: reads a job as JSON on standard input, writes the
executed notebook, and answers with JSON on the last line of standard output. See ../notebooks.mjs."""

import json
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError


def text_of(outputs, name):
    return "".join(o["text"] for o in outputs if o["output_type"] == "stream" and o["name"] == name)


def problems_of(cell, number, benign):
    """What is wrong with an executed code cell, in sentences."""
    found = []
    for output in cell.outputs:
        if output["output_type"] == "error":
            found.append(f"cell {number} failed: {output['ename']}: {output['evalue']}")
    lines = [line for line in text_of(cell.outputs, "stderr").splitlines() if line.strip()]
    bad = [line for line in lines if not any(part in line for part in benign)]
    if bad:
        found.append(f"cell {number} wrote to its error output:\n    " + "\n    ".join(bad[:12]))
    if cell.source.strip() and cell.get("execution_count") is None:
        found.append(f"cell {number} was not run")
    return found


def execute(nb, job, tries=3):
    """Runs the cells in order; gives what stopped it (None: nothing), and whether that was an error of a cell's own.

    Jupyter picks free ports for a kernel before the kernel binds them: of two that start at once, one may find its port taken and end before
    any cell was run. Such a kernel is started again.
    """
    deadline = time.monotonic() + job["timeout"]
    client = NotebookClient(
        nb,
        kernel_name=nb.metadata.get("kernelspec", {}).get("name", "tslab"),
        timeout_func=lambda cell: max(1, int(deadline - time.monotonic())),
        startup_timeout=60,
        record_timing=False,
        resources={"metadata": {"path": job["folder"]}},
    )
    try:
        client.execute()
    except CellExecutionError:
        return "a cell ended with an error", True
    except CellTimeoutError:
        return f"the notebook took longer than {job['timeout']} s (--timeout)", False
    except (DeadKernelError, RuntimeError) as error:
        if tries > 1 and all(cell.get("execution_count") is None for cell in nb.cells):
            return execute(nb, job, tries - 1)
        return f"the kernel ended: {error}", False
    return None, False


def clean(nb, name):
    """Nothing that changes from one run to the next, or from one editor to another, for no reason of the notebook's own."""
    stem = re.sub(r"[^A-Za-z0-9_-]", "-", name)[:56]
    for number, cell in enumerate(nb.cells, 1):
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        cell["id"] = f"{stem}-{number:02d}"
        if cell.cell_type == "code":  # what the kernel says of lib's build is for whoever sits before it
            cell.outputs = [o for o in cell.outputs if not o.get("metadata", {}).get("csdnet_notice")]
    nb.metadata = {
        "kernelspec": {"display_name": "TypeScript", "language": "typescript", "name": "tslab"},
        "language_info": {"file_extension": ".ts", "mimetype": "text/typescript", "name": "typescript"},
    }


def main():
    job = json.load(sys.stdin)
    nb = nbformat.reads(json.dumps(job["notebook"]), as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    begin = time.monotonic()
    stopped, own = execute(nb, job)
    seconds = time.monotonic() - begin
    code = [(i + 1, cell) for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    problems = [p for number, cell in code for p in problems_of(cell, number, job["benign"])]
    if stopped and not (own and problems):  # a cell's own error is told better by its output
        problems.insert(0, stopped)
    clean(nb, job["name"])
    target = Path(job["target"])
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.write_text(nbformat.writes(nb) + "\n", encoding="utf-8")
    partial.replace(target)
    print(json.dumps({"seconds": seconds, "problems": problems, "cells": len(code)}))


main()
