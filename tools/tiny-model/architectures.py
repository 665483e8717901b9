"""Saves small random models of several architectures with transformers, and the logits and tokens that they give.

No fixture is trained. Weights are wide enough that logits are far apart, so that an implementation which gets a
bias, a norm, a window or a rotary scaling wrong is told apart by its tokens, not only by its last digits.
"""

import argparse
import json
from pathlib import Path
from typing import Any, Callable, NamedTuple

import torch
import transformers
from torch import Tensor
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, PreTrainedModel, Qwen2Config, Qwen3Config

PROMPT_LENGTH = 40
CONTINUATION = 12
SMALLEST_MARGIN = 0.02

COMMON = {
    "vocab_size": 80,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "max_position_embeddings": 128,
    "bos_token_id": 0,
    "eos_token_id": 1,
}
FOUR_HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2}
TWO_HEADS = {"num_attention_heads": 2, "num_key_value_heads": 1}
THETA = {"rope_theta": 10_000.0}


class Fixture(NamedTuple):
    name: str
    config: LlamaConfig | MistralConfig | Qwen2Config | Qwen3Config
    differs_from: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Changes config.json so that a feature is lost; the logits must then change."""
    rewrite: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """Rewrites config.json in an older form of the same meaning; the logits must stay the same."""
    shard_size: str = "5GB"


def without_scaling(config: dict[str, Any]) -> dict[str, Any]:
    return {**config, "rope_parameters": {"rope_type": "default", **THETA}}


def without_window(config: dict[str, Any]) -> dict[str, Any]:
    return {**config, "sliding_window": None}


def older_rope(config: dict[str, Any], scaling: dict[str, Any] | None) -> dict[str, Any]:
    """Top-level rope_theta and rope_scaling, and torch_dtype, as transformers 4 wrote them."""
    config = {key: value for key, value in config.items() if key not in ("rope_parameters", "dtype")}
    return {**config, **THETA, "rope_scaling": scaling, "torch_dtype": "float32"}


def rope(kind: str, **settings: Any) -> dict[str, Any]:
    return {"rope_parameters": {"rope_type": kind, **THETA, **settings}}


def fixtures() -> list[Fixture]:
    default = LlamaConfig(**COMMON, **FOUR_HEADS, **rope("default"), tie_word_embeddings=False)
    llama3 = rope("llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
    linear = rope("linear", factor=4.0)
    yarn = rope("yarn", factor=4.0, original_max_position_embeddings=32)
    return [
        Fixture("llama-rope-default", default),
        Fixture("llama-sharded", default, shard_size="20KB"),
        Fixture("llama-rope-llama3", LlamaConfig(**COMMON, **TWO_HEADS, **llama3), without_scaling),
        Fixture("llama-rope-linear", LlamaConfig(**COMMON, **TWO_HEADS, **linear), without_scaling),
        Fixture("llama-rope-linear-older-config", LlamaConfig(**COMMON, **TWO_HEADS, **linear), without_scaling,
                lambda config: older_rope(config, {"type": "linear", "factor": 4.0})),
        Fixture("llama-rope-yarn", LlamaConfig(**COMMON, **TWO_HEADS, **yarn), without_scaling),
        Fixture("llama-attention-bias",
                LlamaConfig(**COMMON, **FOUR_HEADS, **rope("default"), attention_bias=True, mlp_bias=True)),
        Fixture("mistral", MistralConfig(**COMMON, **FOUR_HEADS, **rope("default"), head_dim=8, sliding_window=8),
                without_window, lambda config: older_rope(config, None)),
        Fixture("qwen2", Qwen2Config(**COMMON, **FOUR_HEADS, **rope("default"), tie_word_embeddings=True)),
        Fixture("qwen3", Qwen3Config(**COMMON, **FOUR_HEADS, **rope("default"), head_dim=16)),
    ]


def randomize(model: PreTrainedModel, seed: int) -> None:
    """Wide matrices, norms around one, and biases that are not zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "norm" in name:
                parameter.copy_(1 + 0.2 * noise)
            else:
                parameter.copy_((0.5 if parameter.dim() == 1 else 0.3) * noise)


def load(folder: Path) -> PreTrainedModel:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


@torch.inference_mode()
def logits_of(model: PreTrainedModel, tokens: list[int]) -> Tensor:
    """Logits at every position, [tokens, vocabulary], computed at once and without a cache."""
    return model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0]


def greedy(model: PreTrainedModel, prompt: list[int]) -> list[int]:
    """The tokens that follow the prompt; every step recomputes the whole sequence."""
    tokens = list(prompt)
    for _ in range(CONTINUATION):
        tokens.append(int(logits_of(model, tokens)[-1].argmax()))
    return tokens[len(prompt) :]


def margin(logits: Tensor) -> float:
    """The smallest lead of a best token over the second best."""
    best = logits.topk(2, dim=-1).values
    return float((best[:, 0] - best[:, 1]).min())


def read_config(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def write_config(folder: Path, config: dict[str, Any]) -> None:
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def clear_prompt(model: PreTrainedModel) -> list[int]:
    """The first random prompt that gives a clear best token everywhere, and whose continuation does not end early."""
    for seed in range(200):
        generator = torch.Generator().manual_seed(seed)
        prompt = torch.randint(2, COMMON["vocab_size"], (PROMPT_LENGTH,), generator=generator).tolist()
        if margin(logits_of(model, prompt)) < SMALLEST_MARGIN:
            continue
        continuation = greedy(model, prompt)
        if COMMON["eos_token_id"] not in continuation and margin(logits_of(model, prompt + continuation)) >= SMALLEST_MARGIN:
            return prompt
    raise SystemExit("no prompt gives clear logits: widen the weights")


def save(fixture: Fixture, root: Path) -> None:
    folder = root / fixture.name
    model = AutoModelForCausalLM.from_config(fixture.config, attn_implementation="eager").float().eval()
    randomize(model, seed=len(model.state_dict()))
    model.save_pretrained(folder, max_shard_size=fixture.shard_size)

    loaded = load(folder)
    prompt = clear_prompt(loaded)
    logits, continuation = logits_of(loaded, prompt), greedy(loaded, prompt)
    if fixture.rewrite is not None:
        write_config(folder, fixture.rewrite(read_config(folder)))
        if not torch.equal(logits_of(load(folder), prompt), logits):
            raise SystemExit(f"{fixture.name}: the older config.json means something else")
    difference = None
    if fixture.differs_from is not None:
        written = read_config(folder)
        write_config(folder, fixture.differs_from(
            {key: value for key, value in written.items() if key not in ("rope_scaling", "rope_theta")}))
        difference = float((logits_of(load(folder), prompt) - logits).abs().max())
        write_config(folder, written)
        if difference < 0.5:
            raise SystemExit(f"{fixture.name}: without its feature, logits differ by {difference} only")

    expected = {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "device": "cpu",
        "dtype": "float32",
        "attention": "eager",
        "smallest_margin": margin(logits_of(loaded, prompt + continuation)),
        "prompt": prompt,
        "argmax": logits.argmax(dim=-1).tolist(),
        "last_logits": [float(str(value)) for value in logits[-1].numpy()],
        "continuation": continuation,
    }
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in expected.items())
    (folder / "expected.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    print(f"{fixture.name:32s} {size:8,} bytes in {len(list(folder.glob('*.safetensors')))} file(s), "
          f"margin {expected['smallest_margin']:.4f}, differs by {difference}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="the folder that gets one folder for each fixture")
    arguments = parser.parse_args()
    for fixture in fixtures():
        save(fixture, arguments.root)
