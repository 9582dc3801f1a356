"""A FLUX.1 and a Stable Diffusion of random weights, in the layout that diffusers publishes."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

WORDS = (
    "a grey photograph of lines corners crossings and textures on plain ground seen from above "
    "with sharp soft edges bark stones leaves branches grass fur waves checks dots stripes"
)

CHARACTERS = string.ascii_lowercase + string.digits + string.punctuation


def build_flux(
    folder: Path, seed: int = 0, *, layers: int = 1, heads: int = 2, guided: bool = False
) -> Path:
    """Write a FLUX.1 into a folder, as FLUX.1-schnell is published; about 0.7 MB.

    Parameters
    ----------
    folder : Path
    seed : int
        Of the weights.
    layers, heads : int
        Of the transformer, twice as many layers in all; more of them take longer.
    guided : bool
        With an embedding of the guidance, as FLUX.1-dev.

    Returns
    -------
    Path
        The folder.
    """
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(seed)
    clip, clip_tokenizer = _clip()
    t5_tokenizer = _t5_tokenizer()
    t5 = T5EncoderModel(
        T5Config(
            vocab_size=len(t5_tokenizer),
            d_model=32,
            d_kv=8,
            d_ff=64,
            num_layers=2,
            num_heads=4,
            feed_forward_proj="gated-gelu",
        )
    )
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=layers,
        num_single_layers=layers,
        attention_head_dim=16,
        num_attention_heads=heads,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        axes_dims_rope=(4, 4, 8),
        guidance_embeds=guided,
    )
    pipeline = FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=_autoencoder(4, shift=True),
        text_encoder=clip,
        tokenizer=clip_tokenizer,
        text_encoder_2=t5,
        tokenizer_2=t5_tokenizer,
        transformer=transformer,
    )
    return _saved(pipeline, folder)


def build_stable_diffusion(folder: Path, seed: int = 0) -> Path:
    """Write a Stable Diffusion 1 into a folder, without a safety checker."""
    import torch
    from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    torch.manual_seed(seed)
    clip, tokenizer = _clip()
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        block_out_channels=(16, 16),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=4,
        norm_num_groups=4,
    )
    pipeline = StableDiffusionPipeline(
        vae=_autoencoder(4, shift=False),
        text_encoder=clip,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(clip_sample=False, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return _saved(pipeline, folder)


def _saved(pipeline: Any, folder: Path) -> Path:
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    of_diffusers.disable_progress_bar()
    of_transformers.disable_progress_bar()
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def _autoencoder(channels: int, *, shift: bool) -> Any:
    """Eight pixels to a latent one, like the real ones."""
    from diffusers import AutoencoderKL

    more = {"shift_factor": 0.1159, "scaling_factor": 0.3611} if shift else {}
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(channels,) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=2,
        use_quant_conv=not shift,
        use_post_quant_conv=not shift,
        **more,
    )


def _clip() -> tuple[Any, Any]:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    # Every character by itself, inside a word and at its end.
    pieces = ["<|startoftext|>", "<|endoftext|>", *CHARACTERS, *(f"{c}</w>" for c in CHARACTERS)]
    tokenizer = CLIPTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)}, merges=[], model_max_length=77
    )
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        projection_dim=32,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config), tokenizer


def _t5_tokenizer() -> Any:
    from transformers import T5Tokenizer

    words = sorted(set(WORDS.split()))
    pieces = ["<pad>", "</s>", "<unk>", "\u2581", *CHARACTERS, *(f"\u2581{w}" for w in words)]
    # The longer a piece, the likelier: known words stay whole.
    vocabulary: Any = [(piece, float(len(piece) - 20)) for piece in pieces]
    return T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=512)
