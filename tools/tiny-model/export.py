"""Writes trained weights in the Hugging Face layout: bfloat16 safetensors, configuration and tokenizer."""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

import vocabulary
from model import Shape

LONGEST_ANSWER = 64


def configuration(shape: Shape) -> dict:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary_size,
        "hidden_size": shape.hidden_size,
        "intermediate_size": shape.feed_forward_size,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.key_value_heads,
        "head_dim": shape.head_size,
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "mlp_bias": False,
        "max_position_embeddings": shape.positions,
        "rms_norm_eps": shape.norm_epsilon,
        "rope_theta": shape.rope_theta,
        "tie_word_embeddings": True,
        "initializer_range": 0.02,
        "use_cache": True,
        "bos_token_id": vocabulary.BEGIN,
        "eos_token_id": vocabulary.END,
        "pad_token_id": vocabulary.PAD,
        "torch_dtype": "bfloat16",
    }


def generation_configuration() -> dict:
    return {
        "bos_token_id": vocabulary.BEGIN,
        "eos_token_id": vocabulary.END,
        "pad_token_id": vocabulary.PAD,
        "do_sample": False,
        "max_new_tokens": LONGEST_ANSWER,
    }


def byte_characters() -> list[str]:
    """The printable character that byte-level tokenizers write for each byte.

    Printable Latin-1 bytes stand for themselves; the others take the code points from 256 on, in order.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def tokenizer(names: dict[int, str] = vocabulary.SPECIAL_TOKENS) -> dict:
    """A byte-level BPE without merges, whose template puts the begin and answer tokens around a prompt."""
    begin, answer = ({"SpecialToken": {"id": names[token], "type_id": 0}} for token in (vocabulary.BEGIN, vocabulary.ANSWER))
    first, second = ({"Sequence": {"id": sequence, "type_id": 0}} for sequence in ("A", "B"))
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": token, "content": name, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
            for token, name in names.items()
        ],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, first, answer],
            "pair": [begin, first, second, answer],
            "special_tokens": {
                names[token]: {"id": names[token], "ids": [token], "tokens": [names[token]]}
                for token in (vocabulary.BEGIN, vocabulary.ANSWER)
            },
        },
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {character: byte for byte, character in enumerate(byte_characters())},
            "merges": [],
        },
    }


def tokenizer_configuration(shape: Shape, names: dict[int, str] = vocabulary.SPECIAL_TOKENS) -> dict:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": names[vocabulary.BEGIN],
        "eos_token": names[vocabulary.END],
        "sep_token": names[vocabulary.ANSWER],
        "pad_token": names[vocabulary.PAD],
        "padding_side": "left",
        "model_max_length": shape.positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
    }


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def export(checkpoint: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shape = Shape()
    weights = torch.load(checkpoint, map_location="cpu", weights_only=True)
    weights = {name: weight.to(torch.bfloat16).contiguous() for name, weight in weights.items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", configuration(shape))
    write_json(folder / "generation_config.json", generation_configuration())
    write_json(folder / "tokenizer.json", tokenizer())
    write_json(folder / "tokenizer_config.json", tokenizer_configuration(shape))
    for file in sorted(folder.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="the weights that train.py saved")
    parser.add_argument("folder", type=Path, help="the model folder to write")
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.folder)
