"""``transformers serve``, whose answers keep to the schema that the prompt holds.

The server ignores `response_format`; weights that know nothing then say nothing that can be used.
Everything else is the server's own: HTTP, chat template, pictures, sampling.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from llguidance.hf import from_tokenizer
from transformers import AutoTokenizer, Gemma3ForConditionalGeneration
from transformers.cli.transformers import main

from v1vlm.scientist.model.local import Grammar

MARK = "The schema of your answer:\n"


def constrained(model: str) -> None:
    """Let every generation of the class keep to the schema in its prompt."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    generate = Gemma3ForConditionalGeneration.generate

    def guided(self: Any, *args: Any, **kwargs: Any) -> Any:
        ids = kwargs.get("input_ids", kwargs.get("inputs"))
        said = tokenizer.decode(ids[0])
        schema, _ = json.JSONDecoder().raw_decode(said[said.index(MARK) + len(MARK) :])
        tokens = from_tokenizer(tokenizer, n_vocab=self.config.text_config.vocab_size)
        kwargs["logits_processor"] = [Grammar(tokens, schema, ids.shape[1])]
        return generate(self, *args, **kwargs)

    Gemma3ForConditionalGeneration.generate = guided


if __name__ == "__main__":
    constrained(sys.argv.pop(1))
    main()
