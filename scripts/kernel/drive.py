"""Drives one kernel for kernel.test.mjs: reads {"cells": [...], ...} as JSON, answers with what came back of each request, as JSON."""

import json
import sys
import time
from queue import Empty

from jupyter_client.manager import KernelManager


def collect(client, sent, timeout, on_output):
    """The outputs of each request, until the kernel is idle again after all of them."""
    outputs, idle, deadline = {msg_id: [] for msg_id in sent}, set(), time.monotonic() + timeout
    while len(idle) < len(sent):
        try:
            message = client.get_iopub_msg(timeout=2)
        except Empty:
            if time.monotonic() > deadline:
                raise
            on_output(None)
            continue
        msg_id, kind, content = message["parent_header"].get("msg_id"), message["msg_type"], message["content"]
        if msg_id not in outputs:
            continue
        if kind == "status" and content["execution_state"] == "idle":
            idle.add(msg_id)
        elif kind in ("stream", "error", "display_data"):
            outputs[msg_id].append({"type": kind, **content})
            on_output(outputs[msg_id][-1])
    return outputs


def replies(client, sent, timeout):
    found = {}
    while len(found) < len(sent):
        reply = client.get_shell_msg(timeout=timeout)
        if reply["parent_header"].get("msg_id") in sent:
            found[reply["parent_header"]["msg_id"]] = {"type": reply["msg_type"], **reply["content"]}
    return found


def main():
    job = json.load(sys.stdin)
    manager = KernelManager(kernel_name="tslab")
    manager.start_kernel(cwd=job["folder"])
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    answers = []

    def act(step, output):
        # A cell that says "ready" is running. One that never yields cannot say so: stop is pressed while nothing comes from it.
        if step.get("interrupt") and (output is None or "ready" in str(output.get("text"))):
            manager.interrupt_kernel()

    try:
        for step in job["steps"]:
            if "sleep" in step:
                time.sleep(step["sleep"])
            for name, text in step.get("write", {}).items():
                with open(name, "w", encoding="utf-8") as file:
                    file.write(text)
            if step.get("history"):
                msg_id = client.history(hist_access_type="tail", n=10)
                answers.append({"reply": replies(client, [msg_id], 60)[msg_id]})
            # Several cells of one step are sent at once, as JupyterLab does with "run all".
            stop = step.get("stop", True)
            for _ in range(step.get("times", 1)):
                sent = [client.execute(source, stop_on_error=stop) for source in step.get("cells", [])]
                outputs = collect(client, sent, 90, lambda output: act(step, output))
                done = replies(client, sent, 90)
                answers += [{"reply": done[msg_id], "outputs": outputs[msg_id]} for msg_id in sent]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    print(json.dumps(answers))


main()
