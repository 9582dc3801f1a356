"""The network against outputs of the published implementation, and its options by themselves."""

import json
import struct

import numpy as np
import pytest

from tests.viv1t.runs import (
    DATA,
    SHARED,
    args_of,
    random_clip,
    random_network,
    random_weights,
)
from v1vlm.errors import InputError
from v1vlm.twins.viv1t import build_network

torch = pytest.importorskip("torch")
from tests.viv1t import oracle  # noqa: E402

OUTPUT_TOLERANCE, CORE_TOLERANCE = 2e-4, 1e-3
DEFAULTS = {
    "core_emb_dim": 112,
    "core_ff_dim": 224,
    "core_head_dim": 80,
    "core_reg_tokens": 24,
    "core_spatial_depth": 14,
    "core_spatial_patch_size": 7,
    "core_spatial_patch_stride": 2,
    "core_temporal_depth": 14,
    "core_temporal_patch_size": 13,
    "max_frame": 300,
    "input_shapes": {"behavior": [2, 300], "pupil_center": [2, 300], "video": [1, 300, 36, 64]},
    "mouse_ids": ["A", "SMALL"],
    "output_shapes": {"A": [7440, 300], "SMALL": [20, 300]},
    "neuron_idx": {},
}


def loaded(args, weights):
    network = build_network(args).eval()
    tensors = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
    network.load_state_dict(tensors, strict=True)
    return network


def answers(network, clip, mouse):
    with torch.inference_mode():
        responses, core = network(*(torch.from_numpy(x) for x in clip), mouse)
    return responses.numpy(), core.numpy()


@pytest.mark.parametrize("case", ["case1", "case2"])
def test_one_trial_of_the_reference(case):
    data = np.load(DATA / f"{case}.npz")
    weights = {n.removeprefix("weights."): data[n] for n in data if n.startswith("weights.")}
    clip = [data[f"input.{name}"] for name in ("video", "behaviors", "pupil_centers")]
    network = loaded(json.loads(str(data["args"])), weights)
    responses, core = answers(network, clip, str(data["mouse"]))
    assert np.abs(responses - data["output"]).max() < OUTPUT_TOLERANCE
    assert np.abs(core[:, :, data["core_frames"]] - data["core"]).max() < CORE_TOLERANCE


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full fixtures are not here")
@pytest.mark.parametrize("case", ["case1-default-options", "case2-variations"])
def test_every_trial_of_the_reference(case):
    folder = SHARED / case
    inputs, outputs = np.load(folder / "inputs.npz"), np.load(folder / "outputs.npz")
    weights = read_safetensors(folder / "weights.safetensors")
    network = loaded(json.loads((folder / "args.json").read_text("utf-8")), weights)
    for mouse in map(str, inputs["mouse_ids"]):
        clip = [inputs[f"{name}.{mouse}"] for name in ("video", "behaviors", "pupil_centers")]
        responses, core = answers(network, clip, mouse)
        assert np.abs(responses - outputs[f"output.{mouse}"]).max() < OUTPUT_TOLERANCE
        if f"core_output.{mouse}" in outputs:
            seen = core[:1, :, outputs["core_output_frames"]]
            assert np.abs(seen - outputs[f"core_output.{mouse}"]).max() < CORE_TOLERANCE


CHOICES = {
    "core_activation": ["none", "tanh", "elu", "relu", "gelu", "silu"],
    "core_behavior_mode": [0, 1, 2],
    "core_emb_dim": [8, 12],
    "core_ff_activation": ["none", "tanh", "elu", "relu", "gelu", "silu", "swiglu"],
    "core_ff_dim": [12, 7],
    "core_flash_attention": [0, 1],
    "core_head_dim": [4, 6],
    "core_norm": ["layernorm", "rmsnorm", "dyt"],
    "core_norm_qk": [False, True],
    "core_num_heads": [1, 2, 3],
    "core_pad_frame": [0, 1],
    "core_patch_mode": [0, 1],
    "core_pos_encoding": [0, 1, 2, 3, 4, 5, 6, 7],
    "core_reg_tokens": [0, 1, 3],
    "core_spatial_depth": [0, 1, 2],
    "core_spatial_patch_size": [4, 5],
    "core_spatial_patch_stride": [2, 3, 4],
    "core_temporal_depth": [0, 1, 2],
    "core_temporal_patch_size": [3, 4],
    "core_temporal_patch_stride": [1, 2, 3],
    "core_use_causal_attention": [True, False],
    "max_frame": [17, 20],
    "output_mode": [0, 1, 2, 3, 4],
    "readout_bias_mode": [0, 1, 2],
    "readout_grid_mode": [0, 1, 2],
    "shifter_layers": [1, 2, 3],
    "shifter_mode": [0, 1, 2],
    "shifter_size": [3, 5],
    "transform_output": [0, 1, 2],
}


@pytest.mark.parametrize("seed", range(40))
def test_any_options_against_the_specification_in_double_precision(seed):
    rng = np.random.default_rng(seed)
    options = {name: values[rng.integers(len(values))] for name, values in CHOICES.items()}
    longest = options["max_frame"]
    sizes = {"behavior": [2, longest], "pupil_center": [2, longest], "video": [1, longest, 12, 16]}
    args = args_of(
        **options, input_shapes=sizes, output_shapes={"A": [5, longest], "K": [4, longest]}
    )
    network = build_network(args).eval()
    weights = random_weights(network, seed)
    network.load_state_dict(weights, strict=True)
    mouse, clip = "AK"[seed % 2], random_clip(1 + seed % 3 // 2, int(rng.integers(6, longest + 1)))
    with torch.inference_mode():
        seen, expected = network(*clip, mouse), oracle.respond(args, weights, clip, mouse)
    for of_network, of_oracle in zip(seen, expected, strict=True):
        largest = max(1.0, float(of_oracle.abs().max()))
        assert of_network.shape == of_oracle.shape
        assert float((of_network - of_oracle).abs().max()) < 2e-5 * largest


def read_safetensors(path):
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            content[8 + length :][slice(*entry["data_offsets"])],
            {"F32": np.float32, "I64": np.int64}[entry["dtype"]],
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def test_published_sizes():
    with torch.device("meta"):
        network = build_network(args_of(**DEFAULTS))
    assert len(network.state_dict()) == 267
    assert sum(p.numel() for p in network.core.parameters()) == 3_787_042
    total = sum(p.numel() for p in network.parameters())
    assert total == 3_787_042 + sum(117 * n + 152 + 57 for n in (7440, 20))


def test_what_comes_later_does_not_matter():
    network = random_network()
    clip = random_clip(1, 30)
    cut = [x[:, :, :20] for x in clip]
    whole, part = (network(*x, "A")[0].numpy() for x in (clip, cut))
    np.testing.assert_allclose(part, whole[..., :20], atol=1e-5)
    assert np.abs(whole[..., 20:] - whole[..., 19:20]).max() > 1e-3


def test_without_the_causal_mask_it_does():
    network = random_network(core_use_causal_attention=False)
    clip = random_clip(1, 30)
    whole = network(*clip, "A")[0].numpy()
    part = network(*(x[:, :, :20] for x in clip), "A")[0].numpy()
    assert np.abs(part - whole[..., :20]).max() > 1e-3


def test_temporal_registers_matter_only_without_the_mask():
    clip = random_clip(1, 12)
    changes = []
    for causal in (True, False):
        network = random_network(core_use_causal_attention=causal)
        before = network(*clip, "A")[0]
        network.core.vivit.reg_t_tokens *= -1.0
        changes.append(float((network(*clip, "A")[0] - before).abs().max()))
    assert changes[0] == 0 < 1e-3 < changes[1]


def test_a_batch_is_its_trials():
    network = random_network()
    clip = random_clip(3, 10)
    together = network(*clip, "K")[0].numpy()
    alone = [network(*(x[i : i + 1] for x in clip), "K")[0].numpy() for i in range(3)]
    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-5)


@pytest.mark.parametrize(
    ("change", "has", "lacks"),
    [
        ({"core_reg_tokens": 0}, (), ("core.vivit.reg_s_tokens", "core.vivit.reg_t_tokens")),
        ({"core_pos_encoding": 0}, (), ("rotary",)),
        ({"core_pos_encoding": 1}, ("core.tokenizer.pos_embedding",), ("rotary",)),
        ({"core_pos_encoding": 2}, ("core.tokenizer.temporal_pos_embedding",), ("rotary",)),
        (
            {"core_pos_encoding": 3},
            (
                "core.tokenizer.spatial_pos_embedding",
                "core.tokenizer.temporal_pos_encoding.pos_encoding",
            ),
            ("rotary", "spatial_pos_embedding.pos_encoding"),
        ),
        (
            {"core_pos_encoding": 4},
            ("core.tokenizer.spatial_pos_embedding.pos_encoding",),
            ("rotary", "temporal_pos_embedding"),
        ),
        ({"core_patch_mode": 1}, ("core.tokenizer.tokenizer.weight",), ()),
        ({"core_pos_encoding": 7}, ("temporal_transformer.blocks.0.rotary",), ("pos_embed",)),
        ({"core_norm": "dyt"}, ("core.tokenizer.norm.alpha",), ()),
        ({"core_norm_qk": True}, ("blocks.0.norm_q.weight", "blocks.0.norm_k.bias"), ()),
        ({"core_ff_activation": "swiglu"}, ("blocks.0.ff_out.2.weight",), ()),
        ({"core_behavior_mode": 0}, (), ()),
        ({"core_temporal_patch_stride": 3}, (), ()),
        ({"shifter_mode": 0}, (), ("shifters.",)),
        ({"readout_grid_mode": 0}, ("readouts.A._mu",), ("source_grid", "mu_transform")),
        ({"readout_bias_mode": 0}, (), ("readouts.A.bias",)),
    ],
)
def test_options_and_their_keys(change, has, lacks):
    network = random_network(**change)
    keys = "\n".join(network.state_dict())
    assert all(part in keys for part in has)
    assert not any(part in keys for part in lacks)
    responses, core = network(*random_clip(1, 150), "A")
    time = 50 if "core_temporal_patch_stride" in change else 150
    assert responses.shape == (1, 5, time)
    assert core.shape == (1, 8, time, 3, 4)
    assert torch.isfinite(responses).all()


def test_patches_without_padding_stay_inside():
    responses, core = random_network(core_pad_frame=0)(*random_clip(1, 20), "A")
    assert responses.shape == (1, 5, 17)
    assert core.shape[2:] == (17, 2, 3)


@pytest.mark.parametrize(
    ("mode", "formula"),
    [
        (0, lambda x: x),
        (1, lambda x: np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))),
        (2, np.exp),
        (4, lambda x: 1 / (1 + np.exp(-x))),
    ],
)
def test_output_nonlinearities(mode, formula):
    clip = random_clip(1, 8)
    network = random_network(output_mode=mode)
    linear = random_network(output_mode=0)
    linear.load_state_dict(network.state_dict(), strict=False)
    expected = formula(linear(*clip, "A")[0].numpy().astype(float))
    np.testing.assert_allclose(network(*clip, "A")[0].numpy(), expected, rtol=1e-4, atol=1e-5)


def test_responses_scaled_to_a_range_ask_for_a_sigmoid():
    clip = random_clip(1, 8)
    ranged = random_network(transform_output=2, output_mode=1)(*clip, "A")[0]
    np.testing.assert_array_equal(ranged, random_network(output_mode=4)(*clip, "A")[0])


def test_fixed_places_are_sines_of_columns_then_rows():
    from v1vlm.twins.viv1t.core import places

    table = places(3, 4, torch.zeros(8)).numpy()
    for row in range(3):
        for column in range(4):
            expected = [
                f(p * w) for p in (column, row) for f in (np.sin, np.cos) for w in (1, 0.01)
            ]
            np.testing.assert_allclose(table[4 * row + column], expected, atol=1e-6)


def test_sinusoids_alternate_sines_and_cosines():
    from v1vlm.twins.viv1t.core import sinusoid

    table = sinusoid(5, 6).numpy()
    for position in range(5):
        for pair in range(3):
            angle = position * np.exp(-2 * pair * np.log(10000) / 6)
            expected = [np.sin(angle), np.cos(angle)]
            np.testing.assert_allclose(
                table[position, 2 * pair : 2 * pair + 2], expected, atol=1e-6
            )


def test_sinusoids_are_added_by_place_and_time():
    clip = random_clip(1, 9)
    plain, placed = (random_network(core_pos_encoding=n).core.tokenizer for n in (0, 4))
    placed.load_state_dict(plain.state_dict(), strict=False)
    video, behaviors, pupil_centers = clip
    frames = random_network().core.frames(video, behaviors, pupil_centers)
    from v1vlm.twins.viv1t.core import sinusoid

    added = sinusoid(12, 8)[None, None] + sinusoid(150, 8)[None, :9, None]
    np.testing.assert_allclose(placed(frames) - plain(frames), added, atol=1e-5)


def test_patches_cut_by_a_convolution_are_the_same_patches():
    """The convolution itself, with the buffer of the checkpoint, is the oracle."""
    network, plain = random_network(core_patch_mode=1), random_network()
    plain.load_state_dict(network.state_dict(), strict=False)
    clip = random_clip(1, 6)
    np.testing.assert_array_equal(network(*clip, "A")[0], plain(*clip, "A")[0])
    core = network.core
    x = torch.nn.functional.pad(core.frames(*clip), (0, 1, 0, 1, 3, 0))
    patches = core.tokenizer.tokenizer
    cut = torch.nn.functional.conv3d(x, patches.weight, stride=(1, 4, 4), groups=5)
    tokens = core.tokenizer.norm(patches(cut.permute(0, 2, 3, 4, 1))).flatten(2, 3)
    squares = torch.nn.functional.pad(core.frames(*clip), (0, 0, 0, 0, 3, 0))
    windows = torch.arange(6)[:, None] + torch.arange(4)
    np.testing.assert_allclose(core.tokenizer.embed(squares, windows), tokens, atol=1e-5)


def test_a_convolution_that_cuts_something_else_is_refused():
    network = random_network(core_patch_mode=1)
    weights = network.state_dict()
    weights["core.tokenizer.tokenizer.weight"] = weights["core.tokenizer.tokenizer.weight"] * 2
    with pytest.raises(InputError, match="something else than patches"):
        network.load_state_dict(weights)


def test_swiglu_gates_its_first_half():
    from v1vlm.twins.viv1t.transformer import SwiGLU

    value, gate = np.array([2.0, -3.0]), np.array([1.0, -0.5])
    seen = SwiGLU()(torch.tensor([*value, *gate])).numpy()
    np.testing.assert_allclose(seen, value * gate / (1 + np.exp(-gate)), rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"core": "convnet"}, "core"),
        ({"core_patch_mode": 2}, "core_patch_mode"),
        ({"core_pos_encoding": 8}, "core_pos_encoding"),
        ({"core_pos_encoding": 3, "core_emb_dim": 7}, "core_emb_dim"),
        ({"core_norm": "batchnorm"}, "core_norm"),
        ({"core_emb_dim": 0}, "core_emb_dim"),
        ({"core_emb_dim": 10**9}, "core_emb_dim"),
        ({"core_head_dim": 5}, "core_head_dim"),
        ({"core_magic": 1}, "core_magic"),
        ({"readout": "factorised"}, "readout"),
        ({"readout_kernel": 3}, "readout_kernel"),
        ({"center_crop": 0.8}, "center_crop"),
        ({"output_mode": 9}, "output_mode"),
        ({"core_spatial_patch_size": 40, "core_pad_frame": 0}, "core_spatial_patch_size"),
        (
            {"core_spatial_patch_size": 3, "core_spatial_patch_stride": 4},
            "core_spatial_patch_stride",
        ),
        (
            {"core_temporal_patch_size": 1, "core_temporal_patch_stride": 4},
            "core_temporal_patch_stride",
        ),
        ({"mouse_ids": []}, "mouse_ids"),
        ({"mouse_ids": ["A", "A"]}, "mouse_ids"),
        ({"mouse_ids": ["A", "../B"]}, "mouse_ids"),
        ({"mouse_ids": ["A", "B\n"]}, "mouse_ids"),
        ({"mouse_ids": ["A", "C"]}, "output_shapes"),
        ({"neuron_idx": {"A": [1, 1, 2, 3, 4]}}, "neuron_idx"),
        ({"neuron_idx": {"A": [-1, 1, 2, 3, 4]}}, "neuron_idx"),
    ],
)
def test_options_are_refused_by_name(change, name):
    with pytest.raises(InputError, match=name) as caught:
        build_network(args_of(**change))
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["core_emb_dim", "readout", "max_frame", "output_shapes"])
def test_a_missing_option_is_named(name):
    args = args_of()
    del args[name]
    with pytest.raises(InputError, match=f"{name}: Field required"):
        build_network(args)


def test_older_runs_lack_some_options():
    args = args_of()
    for name in ("core_reg_tokens", "core_use_causal_attention", "core_norm"):
        del args[name]
    assert "core.vivit.reg_s_tokens" not in build_network(args).state_dict()


def test_clips_that_do_not_fit():
    network = random_network()
    with pytest.raises(InputError, match="knows 150"):
        network(*random_clip(1, 151), "A")
    with pytest.raises(InputError, match="no mouse 'B'"):
        network(*random_clip(1, 5), "B")
    with pytest.raises(InputError, match="shorter than a patch"):
        random_network(core_pad_frame=0)(*random_clip(1, 3), "A")
