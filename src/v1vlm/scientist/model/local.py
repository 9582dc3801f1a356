"""A vision-language model in this process: transformers, with JSON that cannot be invalid.

Decoding is constrained by llguidance: at every token only those are possible with which the
text can still become JSON of the schema.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from v1vlm.errors import InputError, ModelError
from v1vlm.scientist.model.backend import Message, Reply, TooLongError
from v1vlm.scientist.model.options import LocalOptions

INSTALL = "Install what it needs with: pip install 'v1vlm[gemma]'"
HEAD_BYTES = 1 << 20

PLACES = ("device", "timeout_s", "usd_in", "usd_out", "pictures", "context_chars", "menu")
"""Options that no answer depends on but by what is asked."""


class LocalModel:
    """Anything that transformers loads as an image-text-to-text model.

    Parameters
    ----------
    where : str
        Folder, or name on the hub.
    options : LocalOptions
    """

    def __init__(self, where: str, options: LocalOptions) -> None:
        if not where:
            raise InputError("No model is named.", "Name a folder, or a model on the hub.")
        self.name = where
        self.options = options
        self.wants_pictures = options.pictures
        self.context_chars = options.context_chars

    def identity(self) -> Mapping[str, Any]:
        """What determines the answers; where the model runs does not."""
        options = self.options.to_json()
        for place in PLACES:
            del options[place]
        return {"model": self.name, **options}

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int) -> Reply:
        """Answer with JSON of the schema.

        Raises
        ------
        InputError
            If the model cannot be loaded.
        ModelError
            If memory runs out.
        TooLongError
            If the messages leave no room for an answer in the model's window.
        """
        import torch

        started = monotonic()
        try:
            text, finish, sent, received = self._generated(messages, schema, seed)
        except (torch.OutOfMemoryError, MemoryError) as error:
            raise self._out_of_memory() from error
        except RuntimeError as error:
            if "memory" not in str(error):
                raise
            raise self._out_of_memory() from error
        return Reply(
            text=text,
            finish=finish,
            input_tokens=sent,
            output_tokens=received,
            seconds=monotonic() - started,
            model=self.name,
            revision=self.revision,
            usd=self.options.usd(sent, received),
        )

    @cached_property
    def revision(self) -> str:
        """Commit on the hub, or digest of the folder."""
        folder = Path(self.name)
        if folder.is_dir():
            return _folder_digest(folder)
        return str(getattr(self._model.config, "_commit_hash", None) or self.options.revision)

    def _generated(
        self, messages: Sequence[Message], schema: Mapping[str, Any], seed: int
    ) -> tuple[str, str, int, int]:
        import torch

        inputs = self._tokenized(messages).to(self._model.device)
        sent = int(inputs["input_ids"].shape[1])
        if sent + self.options.max_new_tokens > self._window:
            raise TooLongError
        for name, value in inputs.items():
            if torch.is_floating_point(value):
                inputs[name] = value.to(self._model.dtype)
        grammar = Grammar(self._tokens, schema, sent)
        sampling: dict[str, Any] = {"do_sample": False}
        if self.options.temperature > 0:
            sampling = {"do_sample": True, "temperature": self.options.temperature, "top_k": 0}
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(seed)
            output = self._model.generate(
                **inputs,
                **sampling,
                max_new_tokens=self.options.max_new_tokens,
                max_time=self.options.timeout_s,
                logits_processor=[grammar],
            )
        answer = output[0, sent:]
        text = self._processor.tokenizer.decode(answer, skip_special_tokens=True)
        grammar.consume(output[0].tolist())
        return text, "stop" if grammar.is_whole else "length", sent, len(answer)

    def _tokenized(self, messages: Sequence[Message]) -> Any:
        processor, chat = self._processor, _chat(messages)
        try:
            return processor.apply_chat_template(
                chat,
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
            )
        except Exception as error:  # whatever a template that comes with weights brings about
            raise InputError(
                f"The model {self.name!r} cannot be told what is asked: {_first_line(error)}",
                "Its chat template must take turns of a user and an assistant, with images.",
            ) from error

    @cached_property
    def _window(self) -> int:
        config = self._model.config.get_text_config()
        return int(config.max_position_embeddings)

    @cached_property
    def _tokens(self) -> Any:
        """The tokenizer as llguidance takes it."""
        from llguidance.hf import from_tokenizer

        size = int(self._model.config.get_text_config().vocab_size)
        return from_tokenizer(self._processor.tokenizer, n_vocab=size)

    @cached_property
    def _processor(self) -> Any:
        from transformers import AutoProcessor

        return self._loaded(AutoProcessor)

    @cached_property
    def _model(self) -> Any:
        from transformers import AutoModelForImageTextToText

        options = self.options
        more: dict[str, Any] = {"dtype": options.dtype}
        if options.device != "cpu":
            more["device_map"] = options.device
        if options.quantize != "none":
            more["quantization_config"] = _quantization(options.quantize)
        more |= {"use_safetensors": True, "output_loading_info": True}
        model, found = self._loaded(AutoModelForImageTextToText, **more)
        if found["missing_keys"]:
            raise InputError(
                f"The model {self.name!r} lacks weights, as {min(found['missing_keys'])!r}.",
                "Copy or download the whole model; missing weights would be drawn at random.",
            )
        return model.eval()

    def _loaded(self, kind: Any, **more: Any) -> Any:
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
        try:
            # Code that comes with weights is never run, and weights are safetensors alone.
            return kind.from_pretrained(
                self.name, revision=self.options.revision, trust_remote_code=False, **more
            )
        except Exception as error:  # whatever a folder of others brings about
            if isinstance(error, MemoryError | RuntimeError) and "memory" in str(error):
                raise
            raise InputError(
                f"The model {self.name!r} cannot be loaded: {_first_line(error)}",
                "Is the name right, the download whole, the device there? Models that are gated "
                "need their licence accepted on the hub, and HF_TOKEN in the environment. See "
                "docs/models.md.",
            ) from error

    def _out_of_memory(self) -> ModelError:
        return ModelError(
            f"Memory ran out while {self.name!r} was asked.",
            "Everything so far is kept. Resume where there is more, or begin a study with a "
            "smaller model, quantize=4bit, pictures=false or fewer context_chars.",
        )


class Grammar:
    """A processor of logits that lets only those tokens through that lead to JSON of a schema."""

    def __init__(self, tokens: Any, schema: Mapping[str, Any], start: int) -> None:
        from llguidance import LLMatcher

        # Without white space between tokens of JSON, length is bounded by the schema.
        grammar = LLMatcher.grammar_from_json_schema(
            json.dumps(bounded(schema)), overrides={"whitespace_flexible": False}
        )
        problem = LLMatcher.validate_grammar(grammar, tokens)
        if problem:
            raise InputError(f"The schema cannot be decoded: {problem}", "Simplify the schema.")
        self._matcher = LLMatcher(tokens, grammar)
        self._eos = list(tokens.eos_tokens)
        self._at = start

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Mask the scores (1, token) of all tokens that cannot follow."""
        import torch

        self.consume(input_ids[0].tolist())
        allowed = np.zeros(scores.shape[-1], bool)
        if self._matcher.is_stopped():
            allowed[self._eos] = True
        else:
            bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
            mask = np.unpackbits(bits, bitorder="little")[: len(allowed)]
            allowed[: len(mask)] = mask.astype(bool)
        kept = torch.from_numpy(allowed).to(scores.device)
        return scores.masked_fill(~kept, -torch.inf)

    def consume(self, ids: Sequence[int]) -> None:
        """Follow what was generated."""
        for token in ids[self._at :]:
            if not self._matcher.is_stopped():
                self._matcher.consume_token(token)
        self._at = len(ids)

    @property
    def is_whole(self) -> bool:
        """Whether the text is a whole document."""
        return bool(self._matcher.is_stopped() or self._matcher.is_accepting())


def bounded(schema: Any) -> Any:
    """A schema in which numbers are some forty round ones each: digits could go on for ever."""
    if isinstance(schema, list):
        return [bounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "number":
        return {"enum": round_numbers(float(schema["minimum"]), float(schema["maximum"]))}
    return {name: bounded(part) for name, part in schema.items()}


def round_numbers(low: float, high: float) -> list[float]:
    """Both ends, and the multiples of 1, 2 or 5 times a power of ten between them."""
    power = 10.0 ** np.floor(np.log10((high - low) / 20))
    step = next(power * n for n in (1, 2, 5, 10) if power * n * 40 >= high - low)
    inner = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    return sorted({low, high, *(round(float(value), 6) for value in inner)})


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _chat(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Messages as chat templates take them; what the system says goes into the first turn."""
    from PIL import Image

    system = "\n\n".join(m.text for m in messages if m.role == "system")
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        text = f"{system}\n\n{message.text}" if system and not turns else message.text
        content: list[dict[str, Any]] = [
            {"type": "image", "image": Image.open(io.BytesIO(picture.png)).convert("RGB")}
            for picture in message.pictures
        ]
        turns.append({"role": message.role, "content": [*content, {"type": "text", "text": text}]})
    return turns


def _quantization(how: str) -> Any:
    import torch
    from transformers import BitsAndBytesConfig

    if how == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)


def _folder_digest(folder: Path) -> str:
    """Digest of the names, sizes and heads of all files: weights are too long to read in full."""
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            found.update(f"{path.name}\0{path.stat().st_size}\0".encode() + head)
    return f"folder-{found.hexdigest()[:16]}"
