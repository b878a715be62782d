"""umap-learn as a process that answers requests, to measure our maps against.

A request is one JSON line on standard input:
    {"rows": n, "size": d, "file": PATH, "neighbours": 15, "min_dist": 0.1, "seed": 1}
FILE holds n * d float32 numbers, little-endian, row by row. The answer is one JSON line on standard output:
    {"milliseconds": TIME OF fit_transform, "coordinates": PATH, "engine": NAME AND VERSION}
with n * 2 float32 numbers, x and y of each row, beside FILE; or {"error": TEXT}, after which it still listens.

The first request of a size class compiles numba's functions: send it twice and count the second.
With a seed umap-learn computes on one thread and repeats itself; with "seed": null it uses NUMBA_NUM_THREADS threads and does not.
Needs umap-learn (0.5.12 was used).
"""

import json
import sys
import time
import warnings

import numpy as np
import umap

warnings.filterwarnings("ignore")


def answer(request):
    rows = np.fromfile(request["file"], dtype="<f4").reshape(request["rows"], request["size"])
    seed = request.get("seed")
    model = umap.UMAP(
        n_neighbors=request["neighbours"],
        min_dist=request["min_dist"],
        metric=request.get("metric", "euclidean"),
        random_state=seed,
        n_jobs=1 if seed is not None else -1,
    )
    start = time.perf_counter()
    coordinates = model.fit_transform(rows)
    milliseconds = (time.perf_counter() - start) * 1000
    path = request["file"] + ".umap-learn"
    coordinates.astype("<f4").tofile(path)
    return {"milliseconds": milliseconds, "coordinates": path, "engine": f"umap-learn {umap.__version__}"}


for line in sys.stdin:
    if not line.strip():
        continue
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # the driver decides what a failure means
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
