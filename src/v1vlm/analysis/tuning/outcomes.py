"""What the columns of the tables of measures are."""

from __future__ import annotations

from v1vlm.analysis.tuning.context import PATTERN_Z

LEVEL = 0.01
"""False discovery rate at which a neuron is called selective."""

DEFINITIONS: dict[str, str] = {
    "gosi": "|Σ r e^{2iθ}| / Σ r (Ringach et al. 2002)",
    "gdsi": "|Σ r e^{iθ}| / Σ r (Ringach et al. 2002)",
    "osi": "(Rpref − Rorth)/(Rpref + Rorth) (Niell & Stryker 2008)",
    "dsi": "(Rpref − Rnull)/(Rpref + Rnull) (Niell & Stryker 2008)",
    "preferred_direction_deg": "circular mean; 0° leftward, 90° down",
    "preferred_orientation_deg": "of the stripes, counter-clockwise from horizontal",
    "hwhm_deg": "half width at half height of a von Mises fit (Swindale 1998)",
    "orientation_p": "permutation p of gOSI",
    "direction_p": "permutation p of gDSI",
    "orientation_selective": f"share, q ≤ {LEVEL} after Benjamini & Hochberg (1995)",
    "direction_selective": f"share, q ≤ {LEVEL} after Benjamini & Hochberg (1995)",
    "preferred_sf_cpd": "peak of a log-Gaussian fit",
    "sf_low_cpd": "lower end of its 95 % interval",
    "sf_high_cpd": "upper end of its 95 % interval",
    "sf_bandwidth_octaves": "full width at half height; none if low-pass",
    "sf_low_pass": "share still above half of the maximum at the lowest frequency",
    "sf_r2": "variance explained by the fit, failed ones included",
    "preferred_tf_hz": "peak of a log-Gaussian fit",
    "tf_low_hz": "lower end of its 95 % interval",
    "tf_high_hz": "upper end of its 95 % interval",
    "tf_bandwidth_octaves": "full width at half height; none if low-pass",
    "tf_low_pass": "share still above half of the maximum at the lowest frequency",
    "tf_r2": "variance explained by the fit, failed ones included",
    "preferred_speed_deg_per_s": "preferred temporal frequency over the spatial one shown",
    "rmax": "R(c) = R0 + Rmax cⁿ/(cⁿ + c50ⁿ) (Albrecht & Hamilton 1982)",
    "exponent": "n of the same fit",
    "c50": "contrast of half saturation",
    "c50_low": "lower end of its 95 % interval",
    "c50_high": "upper end of its 95 % interval",
    "r0": "R0 of the same fit",
    "supersaturating": "share whose response to the highest contrast is < 95 % of the largest",
    "contrast_r2": "variance explained by the fit, failed ones included",
    "preferred_size_deg": "diameter of the disc with the largest response",
    "inverse_preferred_size_deg": "diameter of the hole with the largest response",
    "suppression_index": "(Rpeak − Rlargest)/Rpeak (Cavanaugh et al. 2002)",
    "iti": "Rinv/(Rinv + Rclass) at preferred sizes (Keller et al. 2020, Nature)",
    "inverse_tuned": "share with ITI above 1/2",
    "classical_latency_s": "time to half maximum, disc",
    "inverse_latency_s": "time to half maximum, grating around a hole",
    "inverse_delay_s": "difference of the two (Keller et al. 2020, Nature)",
    "cmi": "(cross − iso)/(cross + iso), highest contrast (Keller et al. 2020, Neuron)",
    "cmi_low_contrast": "the same, lowest contrast",
    "smi_iso": "(R_cs − R_c)/(R_cs + R_c), iso surround, highest contrast",
    "smi_cross": "the same, cross surround",
    "smi_iso_low_contrast": "(R_cs − R_c)/(R_cs + R_c), iso surround, lowest contrast",
    "smi_cross_low_contrast": "(R_cs − R_c)/(R_cs + R_c), cross surround, lowest contrast",
    "smi_flips": "share suppressed by an iso surround at high and facilitated at low contrast",
    "pattern_z": "Zp (Smith, Majaj & Movshon 2005)",
    "component_z": "Zc (Smith, Majaj & Movshon 2005)",
    "pattern_cell": f"share with Zp − max(Zc, 0) > {PATTERN_Z}",
    "component_cell": f"share with Zc − max(Zp, 0) > {PATTERN_Z}",
    "f1_f0": "2·|FFT₁|/n over the mean above grey (Skottun et al. 1991)",
    "static_f1_f0": "the same over the phases of still gratings",
    "simple": "share with F1/F0 above 1",
    "texture_index": "(natural − phase-scrambled)/(natural + phase-scrambled), of mean responses",
    "texture_d_prime": "(m₁ − m₂)/√((v₁ + v₂)/2) of the same, over images",
    "pink_index": "(natural − 1/f noise)/(natural + 1/f noise), of mean responses",
    "sparseness": "lifetime sparseness over natural images (Vinje & Gallant 2000)",
    "scrambled_sparseness": "the same over phase-scrambled images",
}
"""What the columns of the tables are."""

SHARES = frozenset(
    {
        "orientation_selective",
        "direction_selective",
        "sf_low_pass",
        "tf_low_pass",
        "supersaturating",
        "inverse_tuned",
        "smi_flips",
        "pattern_cell",
        "component_cell",
        "simple",
    }
)
"""Columns of 0 and 1."""
