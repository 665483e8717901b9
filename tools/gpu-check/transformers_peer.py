"""transformers' generate over the same weights and prompts, with its SDPA attention."""

import time
from pathlib import Path
from typing import NamedTuple

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, StoppingCriteriaList


class Generation(NamedTuple):
    tokens: list[list[int]]
    first_token: float
    """Seconds from the call to the first token of all prompts."""
    steps: list[float]
    """Seconds of each step after it."""


class Clock(StoppingCriteria):
    """Notes when each step's tokens are there, and stops nothing."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        if input_ids.is_cuda:
            torch.cuda.synchronize()
        self.times.append(time.perf_counter())
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


class Peer:
    def __init__(self, folder: Path, device: str, dtype: str) -> None:
        start = time.perf_counter()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), attn_implementation="sdpa").to(device).eval()
        self.end = self.model.generation_config.eos_token_id

        # Answers of one length, as the sample's with --ignore-eos.
        self.model.generation_config.eos_token_id = None
        self.load_seconds = time.perf_counter() - start

    def generate(self, prompts: list[str], new_tokens: int, is_compiled: bool) -> Generation:
        """One batch, padded on the left. Compiled: a static cache, for which transformers compiles the decode step itself."""
        inputs = self.tokenizer(prompts, return_tensors="pt", padding=True).to(self.model.device)
        clock = Clock()
        start = time.perf_counter()
        options = {"cache_implementation": "static"} if is_compiled else {}
        with torch.no_grad() if is_compiled else torch.inference_mode():
            output = self.model.generate(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], do_sample=False, max_new_tokens=new_tokens,
                stopping_criteria=StoppingCriteriaList([clock]), **options)
        new = output[:, inputs["input_ids"].shape[1]:].tolist()
        if any(len(tokens) != new_tokens for tokens in new) or len(clock.times) != new_tokens:
            raise SystemExit(f"transformers made {len(new[0])} tokens in {len(clock.times)} steps, not {new_tokens}")
        return Generation(new, clock.times[0] - start, [after - before for before, after in zip(clock.times, clock.times[1:])])
