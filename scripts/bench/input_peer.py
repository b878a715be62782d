"""What a PyTorch user would do for input: PIL decodes and resizes, worker processes of a DataLoader collate batches.

Reads lines of JSON on standard input, {"folder": path, "size": 256, "batch": 32, "workers": 2, "fit": "cover"}, and answers each with
{"images": n, "milliseconds": ..., "engine": name and version} or {"error": text}: one pass over the folder's images in random order, from the start of the workers to the last batch.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps
from torch.utils.data import DataLoader, Dataset

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class Photographs(Dataset):
    def __init__(self, folder, size, fit):
        self.files = sorted(file for file in Path(folder).rglob("*") if file.suffix.lower() in SUFFIXES)
        self.size, self.fit = size, fit

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        with Image.open(self.files[index]) as opened:
            # Decodes a large JPEG at a reduced scale where that suffices, as libvips does.
            opened.draft("RGB", (2 * self.size, 2 * self.size))
            image = ImageOps.exif_transpose(opened).convert("RGB")
        side = (self.size, self.size)
        if self.fit == "cover":
            image = ImageOps.fit(image, side, Image.Resampling.LANCZOS)
        else:
            image = image.resize(side, Image.Resampling.LANCZOS)
        return torch.from_numpy(np.array(image))


def answer(asked):
    photographs = Photographs(asked["folder"], asked["size"], asked.get("fit", "cover"))
    begin = time.perf_counter()
    loader = DataLoader(photographs, batch_size=asked["batch"], shuffle=True, num_workers=asked["workers"])
    images = sum(len(batch) for batch in loader)
    milliseconds = 1000 * (time.perf_counter() - begin)
    return {"images": images, "milliseconds": milliseconds, "engine": f"PIL {PIL.__version__} in a DataLoader of PyTorch {torch.__version__}"}


def main():
    torch.set_num_threads(1)
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Exception as error:  # the driver decides what a failure means
            said = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
