import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.errors import InputError
from v1vlm.stimuli import (
    Arc,
    Contour,
    ContourMap,
    Crossing,
    GaborPath,
    Junction,
    Lines,
    Outlines,
    OwnedEdge,
    Screen,
    Symmetric,
    TexturedFigure,
)

SCREEN = Screen()
FINE = Screen(height_px=288, width_px=512)


def _radius(screen=SCREEN):
    return np.hypot(*screen.local_deg(0, 0))


def _ink(stimulus, screen=FINE):
    """Covered area in square degrees of the plane that stimuli are drawn in."""
    radius = np.radians(_radius(screen))
    pixel = screen.width_cm * screen.height_cm / screen.width_px / screen.height_px
    area = screen.solid_angle_weights() * pixel / screen.distance_cm**2 / np.sinc(radius / np.pi)
    return float((area * stimulus.contrast_image(screen)[0]).sum() * np.degrees(1) ** 2)


def _capsule(length, width, contrast=0.9):
    return contrast * (length * width + np.pi / 4 * width**2)


def _same_near(a, b, radius_deg):
    near = _radius() < radius_deg
    return bool((a.render(SCREEN)[0][near] == b.render(SCREEN)[0][near]).all())


@pytest.mark.parametrize("orientation", [0.0, 25.0, 90.0])
def test_a_line_has_the_area_of_its_shape(orientation):
    line = Lines(n=1, orientation_deg=orientation, length_deg=30)
    assert _ink(line) == pytest.approx(_capsule(30, 5.5), rel=0.01)


def test_pixels_of_the_screen_keep_the_ink_of_fine_ones():
    line = Lines(n=1, orientation_deg=25, length_deg=30)
    assert _ink(line, SCREEN) == pytest.approx(_ink(line, FINE), rel=0.02)


@pytest.mark.parametrize("angle", [25.0, 45.0, 60.0, 90.0])
@pytest.mark.parametrize("crossing", [True, False])
def test_crossings_have_equal_ink_at_every_angle_and_apart(angle, crossing):
    both = Crossing(angle_deg=angle, crossing=crossing, orientation_deg=10)
    assert _ink(both) == pytest.approx(2 * _capsule(30, 5.5), rel=0.02)


@pytest.mark.parametrize("angle", [30.0, 90.0])
def test_bars_apart_leave_the_first_bar_and_the_gap(angle):
    apart = Crossing(angle_deg=angle, crossing=False)
    alone = Lines(n=1, length_deg=30)
    assert _same_near(apart, alone, 8.0)
    _, v = FINE.local_deg(0, 0)
    image = apart.contrast_image(FINE)[0]
    between = (v > 5.5 / 2 + 1) & (v < 5.5 / 2 + 7)
    assert image[between].max() == 0
    assert image[v > 5.5 / 2 + 9].max() > 0.8


@pytest.mark.parametrize("shape", ["L", "T", "X", "Y", "end", "bar"])
def test_junctions_have_equal_ink(shape):
    # "end" would leave the screen with 60°.
    junction = Junction(shape=shape, total_arm_deg=40, orientation_deg=15)
    assert _ink(junction) == pytest.approx(_capsule(40, 5.5), rel=0.01)


@pytest.mark.parametrize("shape", ["L", "T", "X", "Y"])
@pytest.mark.parametrize("angle", [40.0, 75.0, 120.0])
def test_junctions_have_equal_ink_at_every_angle(shape, angle):
    junction = Junction(shape=shape, total_arm_deg=60, angle_deg=angle, width_deg=4)
    assert _ink(junction) == pytest.approx(_capsule(60, 4), rel=0.015)


def test_a_line_has_no_angle_and_arms_must_leave_each_other():
    with pytest.raises(InputError, match="has no angle_deg"):
        Junction.from_json({"kind": "junction", "shape": "bar", "angle_deg": 40.0})
    with pytest.raises(InputError, match="covered by each other"):
        Junction.from_json({"kind": "junction", "angle_deg": 15.0, "total_arm_deg": 30.0})


@pytest.mark.parametrize("angle", [30.0, 60.0, 105.0, 150.0])
@pytest.mark.parametrize("shape", ["circle", "square", "triangle"])
def test_outlines_have_equal_ink_and_cross_where_they_say(shape, angle):
    both = Outlines(shape=shape, radius_deg=10, angle_deg=angle, orientation_deg=90)
    apart = both.model_copy(update={"intersecting": False})
    assert _ink(both) == pytest.approx(_ink(apart), rel=0.015)
    assert _components(apart) == (3, 2)
    assert _components(both)[1] == 1
    assert np.abs(both.features_deg()).min(axis=0) == pytest.approx([0, 0], abs=0.05)
    assert len(both.features_deg()) in ((2,) if shape == "circle" else (2, 4))
    assert apart.features_deg() == ()


def test_the_owner_of_an_edge_changes_nothing_near_it():
    left, right = (OwnedEdge(side=side, orientation_deg=70, size_deg=35) for side in (1, -1))
    assert _same_near(left, right, 14.0)
    u, v = FINE.local_deg(0, 0)
    along, across = np.cos(np.radians(70)), np.sin(np.radians(70))
    t, n = along * u + across * v, along * v - across * u  # along the edge, to its left
    for edge, inside in ((left, (n > 1) & (n < 34)), (right, (n < -1) & (n > -34))):
        image = edge.contrast_image(FINE)[0]
        square = inside & (np.abs(t) < 16.5)
        np.testing.assert_allclose(image[square], 0.5 * edge.side)
        np.testing.assert_allclose(image[np.hypot(u, v) > 42], -0.5 * edge.side)
    opposite = left.model_copy(update={"polarity": -1}).contrast_image(SCREEN)
    np.testing.assert_array_equal(opposite, -left.contrast_image(SCREEN))


@given(st.integers(0, 999), st.floats(-40, 40), st.floats(-25, 25))
@settings(max_examples=15, deadline=None)
def test_features_of_lines_lie_on_two_lines_each_and_move_with_them(seed, azimuth, elevation):
    lines = Lines(seed=seed, n=14, orientation_spread_deg=90, length_deg=30)
    ends = lines._segments()
    points = np.array(lines.features_deg())
    moved = np.array(lines.moved(azimuth, elevation).features_deg())
    assert points.shape == moved.shape
    for point, there in zip(points, moved, strict=True):
        u, v = _around(0, 0, *point)
        start, along = ends[:, :2], ends[:, 2:] - ends[:, :2]
        share = (((u, v) - start) * along).sum(1) / (along**2).sum(1)
        off = np.hypot(*((u, v) - start - share[:, None] * along).T)
        assert ((off < 1e-6) & (share >= 0) & (share <= 1)).sum() >= 2
        np.testing.assert_allclose(_around(azimuth, elevation, *there), (u, v), atol=1e-6)


def _around(azimuth0, elevation0, azimuth, elevation):
    """Degrees around a point, from the spherical laws of navigation (distance and bearing)."""
    lon0, lat0, lon, lat = np.radians([azimuth0, elevation0, azimuth, elevation])
    cosine = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon - lon0)
    east = np.cos(lat) * np.sin(lon - lon0)
    north = np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon - lon0)
    angle = np.degrees(np.arctan2(np.hypot(east, north), cosine))
    bearing = np.arctan2(east, north)
    return angle * np.sin(bearing), angle * np.cos(bearing)


def test_crossings_of_lines_are_counted():
    """Against the test of which side of a line each end of the other lies on."""
    lines = Lines(seed=2, n=16, orientation_spread_deg=90, length_deg=60)

    def left(line, u, v):
        u0, v0, u1, v1 = line
        return (u1 - u0) * (v - v0) > (v1 - v0) * (u - u0)

    def cross(a, b):
        return left(a, *b[:2]) != left(a, *b[2:]) and left(b, *a[:2]) != left(b, *a[2:])

    ends = lines._segments()
    n = sum(cross(a, b) for i, a in enumerate(ends) for b in ends[:i])
    assert len(lines.features_deg()) == n > 20


@pytest.mark.parametrize(
    ("stimulus", "n"),
    [
        (Crossing(), 1),
        (Crossing(crossing=False), 0),
        (Junction(), 1),
        (Junction(shape="bar"), 0),
        (Contour(), 0),
        (Contour(gap_deg=15.0), 1),
        (Arc(), 0),
        (ContourMap(), 0),
        (Symmetric(), 0),
        (OwnedEdge(), 32),
        (TexturedFigure(), 32),
        (TexturedFigure(ground_offset_deg=0.0), 0),
    ],
)
def test_every_kind_says_where_its_features_are(stimulus, n):
    there = stimulus.moved(20.0, -10.0).features_deg()
    assert len(there) == len(stimulus.features_deg()) == n
    if isinstance(stimulus, (Crossing, Junction)) and n:
        assert there == (pytest.approx((20.0, -10.0)),)


def test_borders_lie_where_the_figure_ends():
    figure = TexturedFigure(figure_diameter_deg=30, azimuth_deg=10)
    for azimuth, elevation in figure.features_deg():
        assert np.hypot(*_around(10, 0, azimuth, elevation)) == pytest.approx(15)
    border = np.array([_around(0, 0, *point) for point in OwnedEdge(size_deg=20).features_deg()])
    sides = np.stack([border[:, 0] + 20, -border[:, 0], 10 - border[:, 1], 10 + border[:, 1]])
    np.testing.assert_allclose(np.abs(sides).min(axis=0), 0, atol=1e-6)
    assert sides.min() > -1e-6


def test_the_gap_is_where_the_contour_is_missing():
    opened = Contour(gap_deg=15.0, orientation_deg=90, radius_deg=14)
    ((azimuth, elevation),) = opened.features_deg()
    away = np.hypot(*FINE.local_deg(azimuth, elevation))
    assert np.abs(opened.contrast_image(FINE)[0][away < 6]).max() == 0
    closed = opened.model_copy(update={"gap_deg": 0.0}).contrast_image(FINE)[0]
    assert closed[away < 2].min() == pytest.approx(0.9)


def test_what_is_cut_out_is_as_far_from_the_centre_as_the_gap():
    opened = Contour(gap_deg=15.0, orientation_deg=90, radius_deg=14)
    closed = opened.model_copy(update={"gap_deg": 0.0})
    bare = opened.model_copy(update={"keep_ink": False})
    radius = _radius(FINE)
    lost = closed.contrast_image(FINE)[0] - bare.contrast_image(FINE)[0]
    gained = opened.contrast_image(FINE)[0] - bare.contrast_image(FINE)[0]
    away = [np.average(radius, weights=np.maximum(part, 0)) for part in (lost, gained)]
    assert away[1] == pytest.approx(away[0], abs=0.5)
    assert _ink(bare) < _ink(closed) - 15 * 5.5 * 0.8


def test_junctions_have_their_arms_where_they_say():
    u, v = FINE.local_deg(0, 0)
    bearing = np.degrees(np.arctan2(v, u)) % 360
    ring = np.abs(np.hypot(u, v) - 11) < 1.5
    arms = {"L": (0, 90), "T": (0, 90, 180), "X": (0, 90, 180, 270), "Y": (0, 120, 240)}
    for shape, bearings in arms.items():
        image = Junction(shape=shape).contrast_image(FINE)[0]
        for angle in range(0, 360, 30):
            here = ring & (np.abs((bearing - angle + 180) % 360 - 180) < 3)
            assert (image[here].max() > 0.5) == (angle in bearings), (shape, angle)


@pytest.mark.parametrize("curvature", [-0.05, 0.0, 0.03, 0.05])
def test_arcs_have_equal_ink_and_lie_on_their_circle(curvature):
    arc = Arc(curvature_per_deg=curvature, orientation_deg=0)
    assert _ink(arc) == pytest.approx(_capsule(50, 5.5), rel=0.01)
    u, v = FINE.local_deg(0, 0)
    drawn = arc.contrast_image(FINE)[0] > 0.45
    off = v if curvature == 0 else np.hypot(u, v - 1 / curvature) - 1 / abs(curvature)
    assert np.abs(off[drawn]).max() < 5.5 / 2 + 0.3


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("gap", [10.0, 15.0])
def test_a_remote_gap_keeps_the_ink_and_the_neighbourhood(seed, gap):
    closed = Contour(seed=seed, orientation_deg=90, radius_deg=14)
    opened = closed.model_copy(update={"gap_deg": gap})
    assert _ink(opened) == pytest.approx(_ink(closed), rel=0.02)
    assert _ink(closed) == pytest.approx(0.9 * 2 * np.pi * 14 * 5.5, rel=0.03)
    assert _same_near(closed, opened, 15.0)
    assert (closed.render(SCREEN) != opened.render(SCREEN)).any()


def _components(stimulus):
    from scipy.ndimage import label

    ink = np.abs(stimulus.contrast_image(FINE)[0]) > 0.2
    return label(~ink)[1], label(ink)[1]


def test_a_closed_contour_encloses_and_an_open_one_does_not():
    closed = Contour(orientation_deg=90, radius_deg=14)
    assert _components(closed) == (2, 1)
    assert _components(closed.model_copy(update={"gap_deg": 10.0})) == (1, 2)


def test_contour_passes_the_centre_with_its_tangent():
    for seed in range(4):
        contour = Contour(seed=seed, orientation_deg=130)
        u, v = FINE.local_deg(0, 0)
        near = (contour.contrast_image(FINE)[0] > 0.45) & (np.hypot(u, v) < 4.5)
        points = np.stack([u[near], v[near]])
        _, vectors = np.linalg.eigh(points @ points.T)
        angle = np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1])) % 180
        assert angle == pytest.approx(130, abs=8)


def test_a_gap_that_is_not_remote_is_refused():
    with pytest.raises(InputError, match="half of the perimeter"):
        Contour.from_json({"kind": "contour", "radius_deg": 5.0, "gap_deg": 20.0})


def test_contour_map_is_nested_and_shuffled_contours_are_moved():
    tidy = ContourMap(spacing_deg=10, n_contours=3)
    assert _components(tidy) == (4, 3)
    shuffled = tidy.model_copy(update={"shuffled": True, "scatter_deg": 8.0})
    assert _ink(shuffled) == pytest.approx(_ink(tidy), rel=0.2)
    assert (shuffled.render(SCREEN) != tidy.render(SCREEN)).any()


@given(st.integers(0, 999), st.integers(1, 30), st.integers(1, 30))
@settings(max_examples=15, deadline=None)
def test_lines_of_a_density_series_are_nested(seed, n, more):
    few = Lines(seed=seed, n=n, orientation_spread_deg=40)
    many = few.model_copy(update={"n": n + more})
    assert (many.contrast_image(SCREEN) >= few.contrast_image(SCREEN) - 1e-6).all()


@given(st.integers(0, 999))
@settings(max_examples=10, deadline=None)
def test_clear_zone_holds_the_central_line_alone(seed):
    lines = Lines(seed=seed, clear_deg=10, orientation_spread_deg=90, n=20, orientation_deg=60)
    alone = Lines(n=1, orientation_deg=60)
    radius = np.hypot(*SCREEN.local_deg(0, 0))
    near = radius < 7
    np.testing.assert_array_equal(lines.render(SCREEN)[0][near], alone.render(SCREEN)[0][near])


def test_polarity_mirrors_grey_levels():
    bright, dark = Lines(polarity=1), Lines(polarity=-1)
    np.testing.assert_array_equal(
        bright.render(SCREEN).astype(int) - 127, 127 - dark.render(SCREEN)
    )


@pytest.mark.parametrize("offset", [45.0, 90.0])
def test_gabor_path_keeps_its_middle_element_and_contrast_energy(offset):
    aligned = GaborPath(orientation_deg=30, n_clutter=10)
    turned = aligned.model_copy(update={"flanker_offset_deg": offset})
    assert _same_near(aligned, turned, 3.5)
    weights = SCREEN.solid_angle_weights()
    energy = [(weights * g.contrast_image(SCREEN)[0] ** 2).sum() for g in (aligned, turned)]
    assert energy[1] == pytest.approx(energy[0], rel=0.05)
    assert (aligned.render(SCREEN) != turned.render(SCREEN)).any()


def test_gabor_at_the_centre_is_the_closed_form():
    gabor = GaborPath(orientation_deg=90, n_flankers=0, n_clutter=0, spatial_frequency_cpd=0.03)
    u, v = FINE.local_deg(0, 0)
    expected = 0.9 * np.cos(2 * np.pi * 0.03 * u) * np.exp(-(u**2 + v**2) / 32)
    expected[np.hypot(u, v) > 12] = 0
    np.testing.assert_allclose(gabor.contrast_image(FINE)[0], expected, atol=0.012)


def test_symmetric_pattern_is_its_own_mirror_and_the_broken_one_is_not():
    symmetric = Symmetric(seed=3).contrast_image(SCREEN)[0]
    broken = Symmetric(seed=3, symmetric=False).contrast_image(SCREEN)[0]
    np.testing.assert_allclose(symmetric, symmetric[:, ::-1], atol=1e-5)
    assert np.abs(broken - broken[:, ::-1]).max() > 0.5
    np.testing.assert_array_equal(symmetric[:, :32], broken[:, :32])
    upright = Symmetric(seed=3, axis_deg=0).contrast_image(SCREEN)[0]
    np.testing.assert_allclose(upright, upright[::-1], atol=1e-5)
    weights = SCREEN.solid_angle_weights()
    amounts = [(weights * image**2).sum() for image in (symmetric, broken)]
    assert amounts[1] == pytest.approx(amounts[0], rel=0.1)


def test_figure_is_the_same_on_every_ground():
    figure = TexturedFigure(orientation_deg=40, seed=5)
    uniform = figure.model_copy(update={"ground_offset_deg": 0.0})
    assert _same_near(figure, uniform, 15.0)
    far = _radius() > 21
    difference = figure.contrast_image(SCREEN)[0] - uniform.contrast_image(SCREEN)[0]
    assert np.abs(difference[far]).mean() > 0.2
