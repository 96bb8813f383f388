"""The place that most of these tests ask about, and an answer to two claims."""

from __future__ import annotations

STEWART = "facility:stewart-detention-center-ga"

DECIDER = {
    "parameter": "hygiene.effect", "long_name": "effect of soap and sanitizer",
    "correlation": -0.62, "flips_at": 0.31, "flips_low": 0.2, "flips_high": 0.4,
    "sampled_low": 0.01, "sampled_high": 0.6,
}  # fmt: skip
TEST = {
    "says": "With soap and sanitizer, infections of the people detained on the first day fall by "
    "less than a tenth.",
    "experiment": "ice", "measure": "relative change", "holds": "above", "limit": -0.1,
    "probability": 0.5, "probability_low": 0.24, "probability_high": 0.76,
    "effect": -0.08, "effect_low": -0.36, "effect_high": 0.04,
    "population_at_risk": 37456.0, "draws": 10, "undefined": 0, "decider": DECIDER,
}  # fmt: skip
SOAP = {
    "id": "soap", "says": "Soap and sanitizer alone change little.",
    "contrary": "Soap and sanitizer prevent at least a tenth of the infections.",
    "verdict": "depends", "depends_on": "effect of soap and sanitizer", "probability": 0.5,
    "left_open": [], "cannot_be_tested": None,
    "not_modelled": ["Whether there was soap; sanitizer as contraband."],
    "tests": [TEST],
}  # fmt: skip
UNJUST = {
    "id": "unjust", "says": "Detention as such is unjust.",
    "contrary": "Detention as such is just.", "verdict": "cannot be tested with these data",
    "depends_on": None, "probability": None, "left_open": [],
    "cannot_be_tested": "It is not a question of numbers.",
    "not_modelled": ["Law, rights, and what people deserve."], "tests": [],
}  # fmt: skip
ANSWER = {
    "file": "packaged", "seed": 1, "versions": {},
    "experiments": {"ice": {"text": "covid-2020 in ice-2020, 180 days", "draws": 10,
                            "results_checksum": "abc123"}},
    "claims": [SOAP, UNJUST],
}  # fmt: skip
