"""Fills rows of a fixed length with whole examples, one after another."""

import random
from array import array
from typing import Iterable, Iterator

import torch
from torch.utils.data import IterableDataset, get_worker_info

from tasks import training_examples
from vocabulary import PAD, encode_example

WAITING = 48


def packed_rows(documents: Iterable[array], length: int) -> Iterator[array]:
    """Rows of `length` tokens. Documents wait in a short queue, and the oldest one that still fits comes next."""
    documents = iter(documents)
    waiting = [next(documents) for _ in range(WAITING)]
    while True:
        row = array("h")
        while (index := first_that_fits(waiting, length - len(row))) is not None:
            row.extend(waiting.pop(index))
            waiting.append(next(documents))
        row.extend([PAD] * (length - len(row)))
        yield row


def first_that_fits(documents: list[array], space: int) -> int | None:
    for index, document in enumerate(documents):
        if len(document) <= space:
            return index
    return None


class PackedBatches(IterableDataset):
    """Endless [rows, length] int16 batches; each loader process draws its own random prompts."""

    def __init__(self, rows: int, length: int, seed: int):
        self.rows, self.length, self.seed = rows, length, seed

    def __iter__(self) -> Iterator[torch.Tensor]:
        worker = get_worker_info()
        rng = random.Random(f"{self.seed}/{worker.id if worker else 0}")
        rows = packed_rows(map(encode_example, training_examples(rng)), self.length)
        while True:
            batch = array("h")
            for _ in range(self.rows):
                batch.extend(next(rows))
            yield torch.frombuffer(batch, dtype=torch.int16).view(self.rows, self.length)
