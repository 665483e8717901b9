"""Decoding speed of the published sample, without and with CUDA graphs, beside transformers' generate, as Markdown tables.

speed.py [options] COMMAND...   COMMAND: what starts TextGeneration, for example publish/TextGeneration

The same weights, the same held-out prompts, equally many new tokens for each (a token that ends an answer is passed over), greedy, one
batch at a time. A step's time is the median of a run's steps after the first token, and the table has the median of the runs; the
programs take turns. Needs torch and transformers. Exits with 1 where an answer, up to the token that ends it, is not
transformers', where no backend can be captured in a CUDA graph, or where a run of the sample fails.
"""

import argparse
import json
import platform
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

import torch
import transformers

import sample_program
from transformers_peer import Peer

ROOT = Path(__file__).parents[2]
PEER = "transformers, SDPA"
COMPILED = "transformers, SDPA, static cache, compiled"


class Measured(NamedTuple):
    step: float
    first_token: float
    start: float
    tokens: list[list[int]]
    note: str


def measure_sample(arguments: argparse.Namespace, prompts: list[str], dtype: str, options: list[str]) -> tuple[str, Measured]:
    report = sample_program.run(arguments.command, prompts, arguments.device, dtype, arguments.new_tokens, options)
    graphs = report["cuda_graph"]
    note = (f"{graphs['replayed_decode_steps']} steps replayed, capture {graphs['capture_seconds'] * 1e3:.0f} ms" if graphs["sizes"]
            else f"{graphs['eager_decode_steps']} steps eager")
    measured = Measured(
        report["decode"]["median_step_seconds"], report["time_to_first_token_seconds"], report["cold_start_seconds"],
        [answer["tokens"] for answer in report["answers"]], note)
    return report["backend"], measured


def measure_peer(peer: Peer, arguments: argparse.Namespace, prompts: list[str], is_compiled: bool) -> Measured:
    generation = peer.generate(prompts, arguments.new_tokens, is_compiled)
    return Measured(
        statistics.median(generation.steps), generation.first_token, peer.load_seconds + generation.first_token, generation.tokens, "")


def until(tokens: list[int], end: int) -> list[int]:
    return tokens[: tokens.index(end) + 1] if end in tokens else tokens


def programs(arguments: argparse.Namespace, prompts: list[str], dtype: str) -> tuple[dict[str, list[str]], bool]:
    """The sample's rows, by name: its options. And whether decodes can be captured in each that was asked for."""
    found: dict[str, list[str]] = {}
    is_complete = True
    for backend in arguments.backend or [None]:
        named = ["--backend", backend] if backend else []
        try:
            if arguments.device != "cuda":
                raise sample_program.Failed("there are no CUDA graphs on this device")
            name, _ = measure_sample(arguments, prompts[:1], dtype, [*named, "--cuda-graph", "on"])
            options = ["--backend", name]
            found[f"TextGeneration, {name}"] = [*options, "--cuda-graph", "off"]
            found[f"TextGeneration, {name}, CUDA graphs"] = [*options, "--cuda-graph", "on"]
        except sample_program.Failed as failure:
            print(f"{backend or 'the selected backend'} without CUDA graphs: {failure}", file=sys.stderr)
            is_complete = arguments.device != "cuda"
            try:
                name, _ = measure_sample(arguments, prompts[:1], dtype, [*named, "--cuda-graph", "off"])
            except sample_program.Failed as plain:
                raise SystemExit(f"nor without: {plain}") from None
            found[f"TextGeneration, {name}"] = ["--backend", name, "--cuda-graph", "off"]
    return found, is_complete


def measure(arguments: argparse.Namespace, prompts: list[str], dtype: str, peer: Peer, rows: dict[str, list[str]]) -> dict[str, list[Measured]]:
    """All runs of one batch and type, the programs taking turns. The first of transformers' only warm up."""
    peers = [PEER, *([COMPILED] if arguments.compiled else [])]
    for name in peers:
        for _ in range(3 if name == COMPILED else 1):
            measure_peer(peer, arguments, prompts, name == COMPILED)
    runs: dict[str, list[Measured]] = {name: [] for name in [*rows, *peers]}
    for _ in range(arguments.runs):
        for name, options in rows.items():
            try:
                runs[name].append(measure_sample(arguments, prompts, dtype, options)[1])
            except sample_program.Failed as failure:
                print(f"{name}: {failure}", file=sys.stderr)
        for name in peers:
            runs[name].append(measure_peer(peer, arguments, prompts, name == COMPILED))
    return runs


def speed_row(name: str, runs: list[Measured], peer: list[Measured], dtype: str, batch: int, end: int) -> tuple[str, bool]:
    if not runs:
        return f"| {batch} | {dtype} | {name} | failed | | | | | | |", False
    steps = sorted(run.step for run in runs)
    step = statistics.median(steps)
    expected = peer[0].tokens
    answers = min(sum(until(a, end) == until(b, end) for a, b in zip(run.tokens, expected, strict=True)) for run in runs)
    every = min(sum(a == b for a, b in zip(run.tokens, expected, strict=True)) for run in runs)
    ratio = statistics.median(run.step for run in peer) / step
    return (f"| {batch} | {dtype} | {name} | {batch / step:.0f} | {batch / steps[-1]:.0f} to {batch / steps[0]:.0f} | {step * 1e3:.3f} | {ratio:.2f} "
            f"| {answers} of {batch} | {every} of {batch} | {runs[0].note} |"), answers == batch and len(runs) == len(peer)


def start_row(name: str, runs: list[Measured], dtype: str, batch: int) -> str:
    return (f"| {batch} | {dtype} | {name} | {statistics.median(run.first_token for run in runs) * 1e3:.1f} "
            f"| {statistics.median(run.start for run in runs):.2f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "tiny-tasks", help="the folder that the sample reads by itself; for another, put --model into COMMAND too")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--dtypes", default="bfloat16,float32")
    parser.add_argument("--batches", default="1,16,128")
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--task", default="sort", choices=["add", "sort", "reverse", "recall"], help="the task of the held-out prompts")
    parser.add_argument("--backend", action="append", help="a backend of the sample; may be given several times")
    parser.add_argument("--compiled", action="store_true", help="transformers with a static cache and a compiled step too")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("give the command that starts TextGeneration")

    lines = (ROOT / "tests" / "fixtures" / "tiny-tasks" / "held-out.jsonl").read_text(encoding="utf-8").splitlines()
    held_out = [line["prompt"] for line in map(json.loads, lines) if line["task"] == arguments.task]
    speeds, starts, is_right = [], [], True
    for dtype in arguments.dtypes.split(","):
        peer = Peer(arguments.model, arguments.device, dtype)
        rows, is_complete = programs(arguments, held_out, dtype)
        is_right &= is_complete
        for batch in map(int, arguments.batches.split(",")):
            print(f"{dtype}, batch {batch}", file=sys.stderr, flush=True)
            runs = measure(arguments, held_out[:batch], dtype, peer, rows)
            for name, measured in runs.items():
                row, is_same = speed_row(name, measured, runs[PEER], dtype, batch, peer.end)
                is_right &= is_same
                speeds.append(row)
                if measured:
                    starts.append(start_row(name, measured, dtype, batch))

    machine = torch.cuda.get_device_name() if arguments.device == "cuda" else platform.processor() or platform.machine()
    print(f"{machine}, torch {torch.__version__}, transformers {transformers.__version__}; {arguments.new_tokens} new tokens for each of the first "
          f"held-out {arguments.task} prompts, {arguments.runs} runs each.\n")
    print("| batch | type | program | tokens/s | min to max | ms a step | times transformers | same answers | same tokens throughout | |")
    print("|---:|---|---|---:|---:|---:|---:|---:|---:|---|", *speeds, sep="\n")
    print("\n| batch | type | program | first token, ms | start or loading to first token, s |\n|---:|---|---|---:|---:|", *starts, sep="\n")
    print("\nThe sample is a new process each run, whose first token is its first step; transformers has run before.")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
