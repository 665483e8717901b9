"""The four tasks: prompts as a person would type them, their answers, and which prompts training never sees."""

import random
import string
import zlib
from typing import Callable, Iterator, NamedTuple

from words import WORDS

HELD_OUT_MODULUS = 16
SHORTEST_HELD_OUT = 10
MAXIMUM_PAIRS = 60
LONGEST_PROMPT = len("recall ") + MAXIMUM_PAIRS * len("abc=123 ") + len("? abc")


class Example(NamedTuple):
    task: str
    prompt: str
    answer: str


def is_held_out(prompt: str) -> bool:
    """One prompt in sixteen is kept from training, by its checksum.

    Prompts of under ten characters (`add 5 7`, `reverse a`, `sort 3 1`) are too few to keep any back:
    all of them are trained on, and verification goes through every one.
    """
    return len(prompt) >= SHORTEST_HELD_OUT and zlib.crc32(prompt.encode("ascii")) % HELD_OUT_MODULUS == 0


def below(rng: random.Random, limit: int) -> int:
    """A whole number from 0 up to, not including, `limit` (faster than randrange)."""
    return int(rng.random() * limit)


def number(rng: random.Random, digits: int) -> int:
    """A number of exactly `digits` digits; one digit includes zero."""
    low = 10 ** (digits - 1) if digits > 1 else 0
    return low + below(rng, 10**digits - low)


def number_up_to(rng: random.Random, digits: int) -> int:
    """A number of 1 to `digits` digits, each length as likely as the others."""
    return number(rng, 1 + below(rng, digits))


def letters(rng: random.Random, length: int, alphabet: str = string.ascii_lowercase) -> str:
    return "".join([alphabet[below(rng, len(alphabet))] for _ in range(length)])


def add(rng: random.Random) -> Example:
    return add_example(number_up_to(rng, 4), number_up_to(rng, 4))


def add_example(left: int, right: int) -> Example:
    return Example("add", f"add {left} {right}", str(left + right))


def sort(rng: random.Random) -> Example:
    count = 1 + below(rng, 12)
    digits = 1 + below(rng, 4)
    style = rng.random()
    if style < 0.5:
        numbers = [number_up_to(rng, digits) for _ in range(count)]
    elif style < 0.8:
        numbers = [number(rng, digits) for _ in range(count)]
    else:
        # Few distinct numbers, so that repeats are common.
        distinct = [number_up_to(rng, digits) for _ in range(1 + below(rng, count))]
        numbers = [distinct[below(rng, len(distinct))] for _ in range(count)]
    return sort_example(numbers)


def sort_example(numbers: list[int]) -> Example:
    return Example("sort", "sort " + " ".join(map(str, numbers)), " ".join(map(str, sorted(numbers))))


def reverse(rng: random.Random) -> Example:
    style = rng.random()
    if style < 0.35:
        word = WORDS[below(rng, len(WORDS))]
        if rng.random() < 0.3:
            word = (word + WORDS[below(rng, len(WORDS))])[:16]
    elif style < 0.5:
        # A few letters over and over.
        word = letters(rng, 1 + below(rng, 16), letters(rng, 1 + below(rng, 4)))
    else:
        word = letters(rng, 1 + below(rng, 16))
    case = rng.random()
    if case < 0.1:
        word = word.capitalize()
    elif case < 0.15:
        word = word.upper()
    return reverse_example(word)


def reverse_example(word: str) -> Example:
    return Example("reverse", "reverse " + word, word[::-1])


def recall(rng: random.Random) -> Example:
    style = rng.random()
    digits = 3
    if style < 0.1:
        return long_recall(rng, MAXIMUM_PAIRS // 2 + 1 + below(rng, MAXIMUM_PAIRS // 2))
    if style < 0.5:
        keys = distinct_keys(rng, 1 + below(rng, MAXIMUM_PAIRS), lambda: letters(rng, 1 + below(rng, 3)))
    elif style < 0.65:
        # Keys that resemble one another: one to three letters out of three.
        alphabet = letters(rng, 3)
        keys = distinct_keys(rng, 1 + below(rng, 20), lambda: letters(rng, 1 + below(rng, 3), alphabet))
    elif style < 0.85:
        digits = 4
        keys = distinct_keys(rng, 1 + below(rng, 16), lambda: letters(rng, 1 + below(rng, 6)))
    else:
        digits = 4
        keys = distinct_keys(rng, 1 + below(rng, 12), lambda: WORDS[below(rng, len(WORDS))])
    digits = 1 + below(rng, digits)
    values = [number_up_to(rng, digits) for _ in keys]
    return recall_example(keys, values, below(rng, len(keys)))


def distinct_keys(rng: random.Random, count: int, draw: Callable[[], str]) -> list[str]:
    """Up to `count` different keys in random order; fewer where `draw` keeps repeating itself."""
    keys = list(dict.fromkeys(draw() for _ in range(count + count // 2)))[:count]
    rng.shuffle(keys)
    return keys


def recall_example(keys: list[str], values: list[int], asked: int) -> Example:
    pairs = " ".join([f"{key}={value}" for key, value in zip(keys, values, strict=True)])
    return Example("recall", f"recall {pairs} ? {keys[asked]}", str(values[asked]))


def long_recall(rng: random.Random, pairs: int = MAXIMUM_PAIRS) -> Example:
    """Only three-letter keys and three-digit values; sixty pairs make the longest prompt of all."""
    keys = distinct_keys(rng, pairs, lambda: letters(rng, 3))
    return recall_example(keys, [number(rng, 3) for _ in keys], below(rng, len(keys)))


TASKS: dict[str, Callable[[random.Random], Example]] = {"add": add, "sort": sort, "reverse": reverse, "recall": recall}
TRAINING_SHARES = {"add": 0.28, "sort": 0.3, "reverse": 0.14, "recall": 0.28}


def training_examples(rng: random.Random) -> Iterator[Example]:
    """An endless mix of the tasks, without the held-out prompts."""
    generators = list(TASKS.values())
    shares = [TRAINING_SHARES[task] for task in TASKS]
    while True:
        for generate in rng.choices(generators, shares, k=1024):
            example = generate(rng)
            if not is_held_out(example.prompt):
                yield example


def held_out_examples(rng: random.Random, generate: Callable[[random.Random], Example], count: int) -> list[Example]:
    """`count` different held-out prompts of one generator."""
    found: dict[str, Example] = {}
    while len(found) < count:
        example = generate(rng)
        if is_held_out(example.prompt):
            found[example.prompt] = example
    return list(found.values())


def short_examples() -> list[Example]:
    """Every prompt of under ten characters that the tasks allow."""
    examples = [add_example(left, right) for left in range(1000) for right in range(1000)
                if len(str(left)) + len(str(right)) <= 4]
    examples += [reverse_example(letter) for letter in string.ascii_letters]
    examples += [sort_example([only]) for only in range(10_000)]
    examples += [sort_example([left, right]) for left in range(100) for right in range(100)
                 if len(str(left)) + len(str(right)) <= 3]
    return examples
