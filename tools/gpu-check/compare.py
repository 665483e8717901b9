"""Compares the sample's JSON reports with what transformers answered, and with the held-out answers.

compare.py fixture REPORT.json   the 32 prompts of tests/fixtures/tiny-tasks/transformers.json: token by token
compare.py held-out REPORT.json  the 4,000 held-out prompts: answer by answer
Exits with 1 where a token differs, or where fewer than 99.5 % of a task's answers are right.
"""

import json
import sys
from collections import Counter
from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures" / "tiny-tasks"


def fixture(report: dict) -> bool:
    dtype = {"Float32": "float32", "BFloat16": "bfloat16"}[report["element_type"]]
    prompts = json.loads((FIXTURES / "transformers.json").read_text(encoding="utf-8"))["prompts"]
    wrong = [
        (expected["prompt"], answer["tokens"], expected[f"{dtype}_tokens"])
        for expected, answer in zip(prompts, report["answers"], strict=True)
        if answer["tokens"] != expected[f"{dtype}_tokens"]
    ]
    for prompt, tokens, expected in wrong:
        print(f"  differs: {prompt[:60]!r}\n    got      {tokens}\n    expected {expected}")
    print(f"fixture {dtype} on {report['device']}: {len(prompts) - len(wrong)} of {len(prompts)} prompts give transformers' tokens")
    return not wrong


def held_out(report: dict) -> bool:
    lines = [json.loads(line) for line in (FIXTURES / "held-out.jsonl").read_text(encoding="utf-8").splitlines()]
    asked, right = Counter(), Counter()
    for line, answer in zip(lines, report["answers"], strict=True):
        asked[line["task"]] += 1
        right[line["task"]] += answer["text"] == line["answer"]
    for task in asked:
        print(f"held out, {report['element_type']} on {report['device']}: {task} {right[task]} of {asked[task]}")
    print(f"  {report['tokens_per_second']:.0f} tokens/s in {report['steps']} steps, first token after {report['time_to_first_token_seconds'] * 1e3:.1f} ms, "
          f"{report['peak_memory_bytes'] / 1e6:.0f} MB at the peak")
    return all(right[task] >= 0.995 * asked[task] for task in asked)


if __name__ == "__main__":
    what, path = sys.argv[1:]
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    sys.exit(0 if {"fixture": fixture, "held-out": held_out}[what](report) else 1)
