"""Records what transformers computes for 32 prompts, token by token, as a reference for other implementations."""

import argparse
import json
import platform
import random
from pathlib import Path

import torch
import transformers
from transformers import AutoTokenizer, LlamaForCausalLM

from tasks import Example, add_example, long_recall, recall_example, reverse_example, sort_example
from verify import load

MAXIMUM_NEW_TOKENS = 32


def prompts() -> list[Example]:
    """Eight prompts a task, short to long; no answer has more than 31 bytes."""
    long = long_recall(random.Random("reference"))
    return [
        *(add_example(*pair) for pair in (
            (5, 7), (0, 0), (123, 456), (99, 1), (9999, 1), (9999, 9999), (4096, 87), (7, 3508))),
        *(sort_example(numbers) for numbers in (
            [7], [2, 1], [7, 3, 9, 1], [5, 5, 5], [100, 20, 3], [4821, 377, 4822, 9, 0],
            [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [9, 1, 8, 2, 7, 3, 6, 4, 5, 0, 9, 1])),
        *(reverse_example(word) for word in (
            "a", "ab", "noon", "attention", "Paris", "registry", "aaaaaaaabbbbbbbb", "extraordinarily")),
        recall_example(["a"], [1], 0),
        recall_example(["ax", "q", "zed"], [17, 3, 88], 1),
        recall_example(["apple", "pear", "plum"], [5, 12, 700], 2),
        recall_example(["a", "ab", "abc", "b", "bc"], [1, 2, 3, 4, 5], 1),
        recall_example(["x", "y"], [9999, 0], 0),
        recall_example(list("qwertyuiop"), list(range(10, 110, 10)), 9),
        recall_example([first + second for first in "abcde" for second in "vwxyz"], list(range(400, 425)), 0),
        long,
    ]


@torch.inference_mode()
def first_logits(model: LlamaForCausalLM, tokens: list[int]) -> list[float]:
    """Logits after the prompt. Each number is the shortest text that reads back as the same float32."""
    logits = model(input_ids=torch.tensor([tokens], device=model.device)).logits[0, -1]
    return [float(str(value)) for value in logits.float().cpu().numpy()]


@torch.inference_mode()
def greedy(model: LlamaForCausalLM, tokens: list[int]) -> list[int]:
    ids = torch.tensor([tokens], device=model.device)
    output = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
                            max_new_tokens=MAXIMUM_NEW_TOKENS)
    return output[0, len(tokens) :].tolist()


def record(folder: Path, path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    single = load(folder, torch.float32, "cpu", "eager")
    half = load(folder, torch.bfloat16, device, "sdpa")
    results = []
    for example in prompts():
        tokens = tokenizer(example.prompt)["input_ids"]
        single_tokens, half_tokens = greedy(single, tokens), greedy(half, tokens)
        answer = tokenizer.decode(single_tokens, skip_special_tokens=True)
        for name, found in (("float32", single_tokens), ("bfloat16", half_tokens)):
            text = tokenizer.decode(found, skip_special_tokens=True)
            if text != example.answer:
                print(f"{name}: {example.prompt[:100]!r} -> {text!r}, not {example.answer!r}")
        results.append({
            "task": example.task,
            "prompt": example.prompt,
            "prompt_tokens": tokens,
            "float32_tokens": single_tokens,
            "bfloat16_tokens": half_tokens,
            "answer": answer,
            "float32_first_logits": first_logits(single, tokens),
        })
    document = {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "float32": {"device": "cpu", "processor": processor(), "attention": "eager",
                    "weights": "bfloat16 widened to float32"},
        "bfloat16": {"device": torch.cuda.get_device_name() if device == "cuda" else "cpu", "attention": "sdpa",
                     "weights": "bfloat16"},
        "decoding": "greedy, one prompt at a time, no padding",
        "max_new_tokens": MAXIMUM_NEW_TOKENS,
    }
    lines = ",\n".join("    " + json.dumps(result) for result in results)
    head = json.dumps(document, indent=2).removesuffix("\n}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head},\n  "prompts": [\n{lines}\n  ]\n}}\n', encoding="utf-8")
    print(f"{len(results)} prompts in {path}")


def processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the model folder that export.py wrote")
    parser.add_argument("path", type=Path, help="the JSON file to write")
    arguments = parser.parse_args()
    record(arguments.folder, arguments.path)
