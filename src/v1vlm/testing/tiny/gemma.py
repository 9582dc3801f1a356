"""A Gemma-3 of random weights in the published layout: 0.6 MB, loaded as real ones are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SPECIAL = (
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<end_of_image>",
    "<image_soft_token>",
)
SIZE_PX = 56
OFTEN = 50
"""Times that a choice is repeated where the tokenizer learns."""
TEMPLATE = """{{ bos_token }}{%- for message in messages -%}
{%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}
{{ '<start_of_turn>' + role + '\n' }}
{%- if message['content'] is string -%}{{ message['content'] | trim }}{%- else -%}
{%- for item in message['content'] -%}
{%- if item['type'] == 'image' -%}{{ '<start_of_image>' }}
{%- elif item['type'] == 'text' -%}{{ item['text'] | trim }}{%- endif -%}
{%- endfor -%}{%- endif -%}{{ '<end_of_turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}"""


def build_gemma(folder: Path, seed: int = 0, window: int = 32_768) -> Path:
    """Write a Gemma 3, its tokenizer and its processor into a folder, as they are published.

    Parameters
    ----------
    folder : Path
    seed : int
        Of the weights.
    window : int
        Longest text, in tokens.

    Returns
    -------
    Path
        The folder.
    """
    import torch
    from transformers import (
        Gemma3ForConditionalGeneration,
        Gemma3ImageProcessorPil,
        Gemma3Processor,
    )

    torch.manual_seed(seed)
    tokenizer = _tokenizer()
    model = Gemma3ForConditionalGeneration(_config(len(tokenizer), window))
    with torch.no_grad():
        # It starts at zero, so that pictures would make no difference.
        model.model.multi_modal_projector.mm_input_projection_weight.normal_(0, 1.0)
    model.generation_config.eos_token_id = [1, 5]
    model.generation_config.pad_token_id = 0
    # As published: servers take it from here that tokens are sampled, not the likeliest ones.
    model.generation_config.do_sample = True
    model.generation_config.top_k = 64
    model.generation_config.top_p = 0.95
    model.save_pretrained(folder)
    images = Gemma3ImageProcessorPil(
        size={"height": SIZE_PX, "width": SIZE_PX}, image_mean=[0.5] * 3, image_std=[0.5] * 3
    )
    processor = Gemma3Processor(
        image_processor=images, tokenizer=tokenizer, chat_template=TEMPLATE, image_seq_length=4
    )
    processor.save_pretrained(folder)
    return folder


def _config(n_tokens: int, window: int) -> Any:
    from transformers import Gemma3Config

    settings: dict[str, Any] = {
        "text_config": {
            "vocab_size": n_tokens,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 32,
            "query_pre_attn_scalar": 32,
            "sliding_window": 64,
            "layer_types": ["sliding_attention", "full_attention"],
            "max_position_embeddings": window,
            "pad_token_id": 0,
            "bos_token_id": 2,
            "eos_token_id": 1,
        },
        "vision_config": {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIZE_PX,
            "patch_size": 14,
            "vision_use_head": False,
        },
        "mm_tokens_per_image": 4,
        "boi_token_index": 6,
        "eoi_token_index": 7,
        "image_token_index": 8,
        "eos_token_id": [1, 5],
    }
    return Gemma3Config(**settings)


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    from v1vlm.scientist.model import asking
    from v1vlm.scientist.model.menu import choices, described

    prompts = Path(asking.__file__).with_name("prompts").glob("*.md")
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1500,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [path.read_text("utf-8") for path in sorted(prompts)]
    # Every choice is one token or a few, so that none is out of the reach of chance.
    everything: Any = {"painter": "any", "edits": True}
    offered = [name for name in choices(**everything) for _ in range(OFTEN)]
    inner.train_from_iterator([described(**everything), *texts, *offered], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=inner,
        padding_side="left",
        pad_token="<pad>",
        eos_token="<eos>",
        bos_token="<bos>",
        unk_token="<unk>",
        extra_special_tokens={
            "boi_token": "<start_of_image>",
            "eoi_token": "<end_of_image>",
            "image_token": "<image_soft_token>",
        },
    )
