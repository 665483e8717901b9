"""Loads the written folder back with transformers and measures greedy answers to prompts that training never saw."""

import argparse
import json
import platform
import random
import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM

import vocabulary
from tasks import TASKS, Example, held_out_examples, long_recall, short_examples

REQUIRED = 0.995


def load(folder: Path, dtype: torch.dtype, device: str, attention: str) -> LlamaForCausalLM:
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation=attention).to(device).eval()
    if not isinstance(model, LlamaForCausalLM):
        raise SystemExit(f"{folder} loaded as {type(model).__name__}, not LlamaForCausalLM")
    return model


def check_tokenizer(tokenizer: transformers.PreTrainedTokenizerBase) -> None:
    """The tokenizer alone must build the prompt, and every byte must survive the way there and back."""
    for text in ("add 1 2", "recall ax=17 q=3 ? q", " two  spaces ", "line\nbreak\t", "Größe 数 🙂"):
        ids = tokenizer(text)["input_ids"]
        if ids != vocabulary.encode_prompt(text):
            raise SystemExit(f"{text!r} became {ids}, not {vocabulary.encode_prompt(text)}")
        if tokenizer.decode(ids, skip_special_tokens=True) != text:
            raise SystemExit(f"{text!r} came back as {tokenizer.decode(ids, skip_special_tokens=True)!r}")


@torch.inference_mode()
def answers(model: LlamaForCausalLM, tokenizer: transformers.PreTrainedTokenizerBase, prompts: list[str],
            batch: int) -> list[str]:
    """Greedy answers, in batches of prompts of like length."""
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    found = [""] * len(prompts)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        inputs = tokenizer([prompts[index] for index in chosen], return_tensors="pt", padding=True).to(model.device)
        ids, mask = inputs["input_ids"], inputs["attention_mask"]
        output = model.generate(input_ids=ids, attention_mask=mask, do_sample=False, max_new_tokens=64)
        for index, new in zip(chosen, output[:, ids.shape[1] :], strict=True):
            found[index] = tokenizer.decode(new, skip_special_tokens=True)
    return found


def accuracy(name: str, examples: list[Example], given: list[str]) -> float:
    wrong = [(example, answer) for example, answer in zip(examples, given, strict=True) if example.answer != answer]
    share = 1 - len(wrong) / len(examples)
    print(f"{name:24s} {len(examples) - len(wrong):6d} of {len(examples):6d}  {share:.4%}", flush=True)
    for example, answer in wrong[:5]:
        print(f"    {example.prompt[:100]!r} -> {answer!r}, not {example.answer!r}")
    return share


def held_out(count: int) -> list[Example]:
    return [example for task, generate in TASKS.items()
            for example in held_out_examples(random.Random(f"held-out/{task}"), generate, count)]


def write_held_out(path: Path, examples: list[Example]) -> None:
    path.write_text("".join(json.dumps(example._asdict()) + "\n" for example in examples), encoding="utf-8")


def verify(folder: Path, fixtures: Path, count: int, batch: int) -> bool:
    fixtures.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    check_tokenizer(tokenizer)
    examples = held_out(count)
    write_held_out(fixtures / "held-out.jsonl", examples)
    groups = {task: [example for example in examples if example.task == task] for task in TASKS}
    groups["recall, longest"] = held_out_examples(random.Random("longest"), long_recall, max(1, count // 4))
    short = short_examples()
    for task in ("add", "sort", "reverse"):
        groups[f"{task}, all short"] = [example for example in short if example.task == task]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    report = {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "device": torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine(),
        "attention": "sdpa",
        "decoding": "greedy",
        "accuracy": {},
    }
    for dtype in (torch.bfloat16, torch.float32):
        model = load(folder, dtype, device, "sdpa")
        name = str(dtype).removeprefix("torch.")
        report["accuracy"][name] = {
            group: {
                "prompts": len(members),
                "share": accuracy(f"{name} {group}", members,
                                  answers(model, tokenizer, [example.prompt for example in members], batch)),
            }
            for group, members in groups.items()
        }
    (fixtures / "accuracy.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return all(result["share"] >= REQUIRED for results in report["accuracy"].values() for result in results.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the model folder that export.py wrote")
    parser.add_argument("fixtures", type=Path, help="where to write held-out.jsonl and accuracy.json")
    parser.add_argument("--count", type=int, default=1000, help="held-out prompts of each task")
    parser.add_argument("--batch", type=int, default=1000)
    arguments = parser.parse_args()
    if not verify(arguments.folder, arguments.fixtures, arguments.count, arguments.batch):
        sys.exit(f"less than {REQUIRED:.1%} of a group was right")
