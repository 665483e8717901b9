"""Trains the model on endless self-generated prompts and saves its float32 weights."""

import argparse
import math
import os
import time

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader

from model import Llama, Shape
from packing import PackedBatches
from vocabulary import ANSWER, END

IGNORED = -100


def answer_loss(model: Llama, tokens: Tensor) -> Tensor:
    """Mean cross entropy of the answers' tokens and of the end that closes each; prompts carry no loss."""
    tokens = tokens.long()
    answering = (tokens == ANSWER).cumsum(1) > (tokens == END).cumsum(1)
    targets = torch.where(answering[:, :-1], tokens[:, 1:], IGNORED)
    logits = model(tokens[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)


def learning_rate(progress: float, peak: float, warm_up: float = 0.03) -> float:
    """Linear warm-up, then a cosine down to zero."""
    if progress < warm_up:
        return peak * progress / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def optimizer_for(model: Llama, fused: bool) -> torch.optim.AdamW:
    matrices = [parameter for parameter in model.parameters() if parameter.dim() == 2]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.95), fused=fused)


def train(arguments: argparse.Namespace) -> Llama:
    torch.manual_seed(arguments.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    shape = Shape()
    model = Llama(shape).to(device)
    optimizer = optimizer_for(model, fused=device.type == "cuda")
    loss_of = torch.compile(answer_loss) if arguments.compile else answer_loss
    # One token more than the model sees: the last one is only predicted.
    batches = PackedBatches(arguments.rows, shape.positions + 1, arguments.seed)
    loader = iter(DataLoader(batches, batch_size=None, num_workers=arguments.workers,
                             prefetch_factor=8 if arguments.workers else None, pin_memory=device.type == "cuda"))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(f"{parameters:,} parameters, up to {arguments.steps} steps on {device}", flush=True)

    def gradients(tokens: Tensor) -> Tensor:
        with torch.autocast(device.type, torch.bfloat16):
            loss = loss_of(model, tokens.to(device, non_blocking=True))
        loss.backward()
        return loss.detach()

    # Compiles, so that the clock below counts training alone.
    gradients(next(loader))
    optimizer.zero_grad()
    start = time.monotonic()
    for step, tokens in enumerate(loader):
        elapsed = time.monotonic() - start
        progress = max(step / arguments.steps, elapsed / arguments.seconds)
        if progress >= 1:
            print(f"stopped after {step} steps and {elapsed:.1f} s", flush=True)
            return model
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress, arguments.peak)
        loss = gradients(tokens)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step % arguments.report == 0:
            print(f"step {step:5d}  loss {loss.item():.5f}  {time.monotonic() - start:6.1f} s", flush=True)
    raise AssertionError("the data never ends")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", help="where to save the weights (.pt)")
    parser.add_argument("--steps", type=int, default=11_000)
    parser.add_argument("--seconds", type=float, default=math.inf,
                        help="train at most this long; the learning rate then falls to zero by that time")
    parser.add_argument("--rows", type=int, default=224, help="rows of 512 tokens a step")
    parser.add_argument("--peak", type=float, default=1.2e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    parser.add_argument("--report", type=int, default=250, help="steps between two lines of output")
    parser.add_argument("--no-compile", dest="compile", action="store_false")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = parse()
    trained = train(arguments)
    torch.save({name: weight.cpu() for name, weight in trained.state_dict().items()}, arguments.checkpoint)
