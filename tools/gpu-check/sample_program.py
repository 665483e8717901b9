"""The published sample: one process a run."""

import json
import os
import subprocess
from pathlib import Path

import torch


class Failed(Exception):
    """The sample did not do its work; the message is its own."""


def run(command: list[str], prompts: list[str], device: str, dtype: str, new_tokens: int, options: list[str]) -> dict:
    """Answers all prompts in one batch, each with new_tokens tokens. Gives the sample's JSON report."""
    environment = dict(os.environ)
    if device == "cuda":
        # The libtorch of the peer that it is compared with.
        environment.setdefault("ATTENTION_LIBTORCH", str(Path(torch.__file__).parent / "lib"))
    process = subprocess.run(
        [*command, "--device", device, "--dtype", dtype, "--max-batch", str(len(prompts)), "--max-tokens", str(new_tokens),
         "--ignore-eos", "--json", *options],
        input="".join(f"{prompt}\n" for prompt in prompts), capture_output=True, text=True, env=environment)
    if process.returncode != 0:
        raise Failed(f"exit code {process.returncode}, {process.stderr.strip()}")
    return json.loads(process.stdout)
