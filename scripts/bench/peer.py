"""PyTorch's side of `npm run bench`: answers one line of JSON with one line of JSON (lib/src/bench/protocol.ts).

The networks are written as a good user of PyTorch writes them: modules, channels_last for convolutions, scaled_dot_product_attention, the
fused AdamW, batch norm folded into the convolutions for inference, inference_mode. They must give our numbers: the first ones are compared.
"""

import gc
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from networks import make_network


def read_safetensors(file):
    """Arrays by name and the metadata: an 8-byte length, a JSON header, the bytes."""
    with open(file, "rb") as source:
        header = json.loads(source.read(int.from_bytes(source.read(8), "little")))
        metadata, start, arrays = header.pop("__metadata__", {}), source.tell(), {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            source.seek(start + begin)
            kind = {"F32": np.float32, "I32": np.int32}[entry["dtype"]]
            arrays[name] = np.frombuffer(bytearray(source.read(end - begin)), kind).reshape(entry["shape"])
    return arrays, metadata


class Queue:
    """Unit rows in a ring that is full from the start."""

    def __init__(self, drawn, length, classes):
        drawn = torch.from_numpy(drawn)
        self.rows = drawn.repeat(math.ceil(length / len(drawn)), 1)[:length].contiguous()
        self.labels = torch.arange(length) % classes
        self.at = 0

    def put(self, features, labels):
        place = (torch.arange(len(labels)) + self.at) % len(self.rows)
        self.rows[place], self.labels[place] = features.detach(), labels
        self.at = (self.at + len(labels)) % len(self.rows)

    def margin_contrast(self, features, labels, margin):
        s = features @ self.rows.T
        same = labels[:, None] == self.labels[None]
        return torch.where(same, 1 - s, F.relu(s - margin)).sum(1).div(len(self.rows)).mean()


def optimizer_of(net, treatments, recipe):
    groups = {}
    for name, value in net.named_parameters():
        treated = treatments[name]
        groups.setdefault((treated["head"], treated["decay"]), []).append(value)
    listed = [
        {
            "params": values,
            "lr": recipe["rate"] * (recipe["headRate"] if head else 1),
            "weight_decay": recipe["decay"] if decay else 0,
        }
        for (head, decay), values in groups.items()
    ]
    return torch.optim.AdamW(listed, betas=(0.9, 0.999), eps=1e-8, fused=True)


def step(work, arrays, metadata, recipe):
    net = make_network(work, arrays)
    net.train() if work["batchNorm"] == "train" else net.eval()
    optimizer = optimizer_of(net, json.loads(metadata["treatments"]), recipe)
    pixels = torch.from_numpy(arrays["pixels"].astype(np.uint8))
    labels = torch.from_numpy(arrays["labels"].astype(np.int64))
    parameters = list(net.parameters())
    csdnet = work["modules"] == "csdnet"
    if csdnet:
        mirrored = pixels.flip(2).contiguous()
        queues = [Queue(arrays["rows"], work["rows"], work["classes"]) for _ in range(2)]

    def objective():
        feature, logits = net(pixels)
        classify = F.cross_entropy(logits, labels, label_smoothing=recipe["smoothing"])
        if not csdnet:
            return (classify,), logits, ()
        feature2, logits2 = net(mirrored)
        classify = classify + F.cross_entropy(logits2, labels, label_smoothing=recipe["smoothing"])
        seen = F.normalize(feature, dim=1, eps=1e-6), F.normalize(feature2, dim=1, eps=1e-6)
        contrast = sum(queue.margin_contrast(f, labels, recipe["margin"]) for queue, f in zip(queues, seen))
        t = recipe["temperature"]
        teacher, student = F.log_softmax(logits2.detach() / t, 1), F.log_softmax(logits / t, 1)
        distill = F.kl_div(student, teacher, reduction="batchmean", log_target=True) * t * t
        return (classify, contrast, distill), logits, seen

    def iterate():
        losses, logits, seen = objective()
        optimizer.zero_grad(set_to_none=True)
        sum(losses).backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, recipe["clip"])
        optimizer.step()
        for queue, features in zip(queues if csdnet else (), seen):
            queue.put(features, labels)
        (logits.argmax(1) == labels).sum().item()
        return {"values": [loss.item() for loss in losses], "norm": norm.item()}

    return iterate


def inference(work, arrays, _metadata, _recipe):
    net = make_network(work, arrays).eval()
    net.fold()
    pixels = torch.from_numpy(arrays["pixels"].astype(np.uint8))

    def iterate():
        with torch.inference_mode():
            feature, logits = net(pixels)
            feature.numpy()
            return {"values": logits.numpy()[0].tolist()}

    return iterate


def queue(work, arrays, metadata, recipe):
    memory = Queue(arrays["rows"], work["rows"], int(metadata["classes"]))
    features = torch.from_numpy(arrays["features"]).requires_grad_()
    labels = torch.from_numpy(arrays["labels"].astype(np.int64))

    def iterate():
        features.grad = None
        loss = memory.margin_contrast(features, labels, recipe["margin"])
        loss.backward()
        memory.put(features, labels)
        return {"values": [loss.item()], "norm": features.grad.norm().item()}

    return iterate


KINDS = {"step": step, "inference": inference, "queue": queue}


def peak_bytes():
    """The most memory that was resident (VmHWM); null on a system without it."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except OSError:
        return None


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


class Peer:
    iterate = None

    def prepare(self, request):
        torch.set_num_threads(request["threads"])
        torch.manual_seed(1)
        arrays, metadata = read_safetensors(request["file"])
        self.iterate = KINDS[request["work"]["kind"]](request["work"], arrays, metadata, request["recipe"])
        del arrays
        answer = {"first": self.iterate(), "second": self.iterate(), "engine": f"PyTorch {torch.__version__}"}
        # What making ready took is not the step's: the memory is counted from here.
        gc.collect()
        reset_peak()
        return answer

    def time(self, request):
        milliseconds = []
        for _ in range(request["iterations"]):
            begin = time.perf_counter()
            self.iterate()
            milliseconds.append(1000 * (time.perf_counter() - begin))
        return {"milliseconds": milliseconds}

    def peak(self, _request):
        return {"bytes": peak_bytes()}


def main():
    # What a library prints must not get between the lines of the protocol.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(peer, request["call"])(request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
