"""The Llama architecture in plain PyTorch, for training. Parameters carry the names of the Hugging Face layout."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

import vocabulary


@dataclass(frozen=True)
class Shape:
    vocabulary_size: int = vocabulary.SIZE
    hidden_size: int = 256
    layers: int = 5
    heads: int = 4
    key_value_heads: int = 2
    head_size: int = 64
    feed_forward_size: int = 640
    positions: int = 512
    rope_theta: float = 10_000.0
    norm_epsilon: float = 1e-5


class Normalization(nn.Module):
    """Root mean square layer normalization."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.hidden_size))
        self.epsilon = shape.norm_epsilon

    def forward(self, hidden: Tensor) -> Tensor:
        return functional.rms_norm(hidden, self.weight.shape, self.weight, self.epsilon)


class Attention(nn.Module):
    """Causal attention with grouped key and value heads and rotary positions."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        queries, keys = shape.heads * shape.head_size, shape.key_value_heads * shape.head_size
        self.q_proj = nn.Linear(shape.hidden_size, queries, bias=False)
        self.k_proj = nn.Linear(shape.hidden_size, keys, bias=False)
        self.v_proj = nn.Linear(shape.hidden_size, keys, bias=False)
        self.o_proj = nn.Linear(queries, shape.hidden_size, bias=False)

    def forward(self, hidden: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        batch, length, _ = hidden.shape
        query, key, value = [
            projection(hidden).view(batch, length, -1, self.shape.head_size).transpose(1, 2)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        ]
        group = self.shape.heads // self.shape.key_value_heads
        attended = functional.scaled_dot_product_attention(
            rotate(query, cosine, sine),
            rotate(key, cosine, sine).repeat_interleave(group, dim=1),
            value.repeat_interleave(group, dim=1),
            is_causal=True,
        )
        return self.o_proj(attended.transpose(1, 2).reshape(batch, length, -1))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.feed_forward_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.feed_forward_size, bias=False)
        self.down_proj = nn.Linear(shape.feed_forward_size, shape.hidden_size, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.down_proj(functional.silu(self.gate_proj(hidden)) * self.up_proj(hidden))


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.input_layernorm = Normalization(shape)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = Normalization(shape)
        self.mlp = FeedForward(shape)

    def forward(self, hidden: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        hidden = hidden + self.self_attn(self.input_layernorm(hidden), cosine, sine)
        return hidden + self.mlp(self.post_attention_layernorm(hidden))


class Decoder(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary_size, shape.hidden_size)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = Normalization(shape)


class Llama(nn.Module):
    """Next-token logits; the output projection shares the embedding's weights."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.model = Decoder(shape)
        cosine, sine = rotary_tables(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                into_residual = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(parameter, std=0.02 / (2 * shape.layers) ** 0.5 if into_residual else 0.02)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden = self.model.embed_tokens(tokens)
        cosine, sine = self.cosine[: tokens.shape[1]], self.sine[: tokens.shape[1]]
        for layer in self.model.layers:
            hidden = layer(hidden, cosine, sine)
        return functional.linear(self.model.norm(hidden), self.model.embed_tokens.weight)


def rotary_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines, [positions, head size]; the two halves of a head turn together."""
    exponents = torch.arange(0, shape.head_size, 2, dtype=torch.float32) / shape.head_size
    angles = torch.outer(torch.arange(shape.positions, dtype=torch.float32), shape.rope_theta**-exponents)
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(heads: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = heads.chunk(2, dim=-1)
    return (heads * cosine + torch.cat([-second, first], dim=-1) * sine).to(heads.dtype)
