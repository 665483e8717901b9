"""Token ids: a byte is its own id, and four special tokens follow the 256 bytes."""

from array import array

from tasks import Example

BEGIN, ANSWER, END, PAD = 256, 257, 258, 259
SPECIAL_TOKENS = {BEGIN: "<|begin_of_text|>", ANSWER: "<|answer|>", END: "<|end_of_text|>", PAD: "<|pad|>"}
SIZE = 260


def encode_prompt(prompt: str) -> list[int]:
    return [BEGIN, *prompt.encode("utf-8"), ANSWER]


def encode_example(example: Example) -> array:
    return array("h", [*encode_prompt(example.prompt), *example.answer.encode("utf-8"), END])
