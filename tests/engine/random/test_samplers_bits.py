"""Samplers give the same bits everywhere."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from support.sampling import (
    CHANCES,
    SIZES,
    binomials,
    hypergeometrics,
    keyed,
)
from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import quantile_samplers as samplers


@pytest.mark.slow
def test_golden_counts() -> None:
    """A digest over all paths of all samplers: the bits may never change by accident."""
    u = np.asarray(keyed(2000, 31))
    digest = 0
    for n in SIZES:
        for p in CHANCES:
            digest = (digest * 31 + int(np.asarray(binomials(n, p, u)).sum())) % 2**61
    for good, bad, draws in ((10, 490, 50), (400, 100, 60), (50_000, 450_000, 100)):
        digest = (digest * 31 + int(np.asarray(hypergeometrics(good, bad, draws, u)).sum())) % 2**61
    assert digest == 1818439162040829419
    assert samplers.normal_quantile(0.01).hex() == "-0x1.29c5c4630ff0fp+1"
    assert samplers.exp_neg(1.2345).hex() == "0x1.29f6b7bfe469dp-2"
    assert samplers.log(1.2345).hex() == "0x1.af71abe30f48fp-3"


@pytest.mark.slow
def test_compiled_code_fuses_nothing_and_calls_no_mathematical_library() -> None:
    @standalone
    def every(n, p, u):  # type: ignore[no-untyped-def]
        return (
            samplers.binomial(n, p, u)
            + samplers.binomial_hazard(n, p, u)
            + samplers.hypergeometric(n, n, n, u)
        )

    @standalone
    def many(n, k):  # type: ignore[no-untyped-def]
        samplers.binomial_many(n, n, n, n, k, n.size)

    every(10, 0.3, 0.4)
    many(np.full(8, 0.4), np.zeros(8))
    assembly = "\n".join([*every.inspect_asm().values(), *many.inspect_asm().values()])
    fused = ("fmadd", "fmsub", "fnmadd", "fmla", "fmls")
    assert not [word for word in fused if word in assembly], platform.machine()
    library = [
        f"{name}" for name in ("exp", "log", "log1p", "expm1", "pow") if f"@{name}@" in assembly
    ]
    assert not library
    code = "\n".join([*every.inspect_llvm().values(), *many.inspect_llvm().values()])
    for flag in (
        " fast ",
        " contract ",
        " reassoc ",
        "@llvm.exp",
        "@llvm.log",
        "@llvm.pow",
        "@llvm.fma",
    ):
        assert flag not in code
