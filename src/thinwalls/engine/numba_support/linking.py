"""Functions that are compiled once, as parts of the kernels that call them.

Numba optimises a function together with everything it calls and turns the lot into machine code,
then does so again for every caller, level by level: a run of six levels is optimised six times
(36 s).  A part is only translated.  It is linked, optimised and made into machine code once, with
the function that Python calls.

A part that Python calls itself gets an ordinary compiled twin, cached on disk.  Whoever else calls
parts from compiled code has to be compiled by :func:`whole`: copies of one part in two modules must
be internal to each, or the second runs the code of the first, also when that is gone.
"""

# mypy: disable-error-code="import-untyped, misc, no-untyped-call, override, untyped-decorator"

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llvmlite import binding
from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import NativeLowering

from thinwalls.engine.numba_support.plain import cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _PartLibrary(JITCodeLibrary):
    """Code that is neither optimised nor made into machine code on its own."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Leave that, too, to the caller's library."""
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        """Only close the library: what follows is done in the caller's."""
        self._raise_if_finalized()
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        """The part with everything that it calls."""
        if self._shared_module is None:
            module = binding.parse_assembly(str(self._codegen._create_empty_module(self.name)))
            for library in _with_callees(self, set()):
                own = library._final_module
                if not isinstance(library, _PartLibrary):
                    own = library._get_module_for_linking()
                module.link_in(own, preserve=True)
            # Others may bring the same functions along; what nobody calls is dropped.
            for function in module.functions:
                if not function.is_declaration:
                    function.linkage = "linkonce_odr"
            self._shared_module = module
        return self._shared_module


def _with_callees(library: Any, seen: set[int]) -> Iterator[Any]:
    if id(library) in seen:
        return
    seen.add(id(library))
    yield library
    if isinstance(library, _PartLibrary):
        for callee in library._linking_libraries:
            yield from _with_callees(callee, seen)


class _WholeLibrary(JITCodeLibrary):
    """Code with all its parts, optimised once; Numba's first round is for reference counts."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        # Nobody else can call the copies that came along, so those with one caller are inlined.
        for function in self._final_module.functions:
            if function.linkage == binding.Linkage.linkonce_odr:
                function.linkage = "internal"
        manager, builder = self._codegen._module_pass_manager()
        manager.run(self._final_module, builder)


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerWhole(NativeLowering):
    """Compiles into a :class:`_WholeLibrary`."""

    _name = "lower_whole"

    def run_pass(self, state: Any) -> bool:
        """Lower and compile."""
        codegen = state.targetctx.codegen()
        state.library = _WholeLibrary(codegen, state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerPart(NativeLowering):
    """Translates into a :class:`_PartLibrary`, for other compiled functions only."""

    _name = "lower_part"

    def run_pass(self, state: Any) -> bool:
        """Lower without compiling, and make the function known to its callers."""
        codegen = state.targetctx.codegen()
        state.library = _PartLibrary(codegen, state.func_id.func_qualname)
        state.library.enable_object_caching()
        state.flags.no_compile = True
        super().run_pass(state)
        # Callers know an overload by an object that is its own.
        stand_in = object()
        state.targetctx.insert_user_function(stand_in, state.cr.fndesc, [state.library])
        state.cr = state.cr._replace(cfunc=stand_in)
        return True


_NEEDED: Final = (
    "TranslateByteCode",
    "FixupArgs",
    "IRProcessing",
    "ReconstructSSA",
    "NopythonTypeInference",
    "PreLowerStripPhis",
    "NoPythonSupportedFeatureValidation",
    "IRLegalization",
    "AnnotateTypes",
    "NativeLowering",
    "NoPythonBackend",
)
"""Passes of Numba that our functions need: no closures, array expressions or context managers."""


class _Compiler(CompilerBase):
    """Numba's pipeline with fewer passes and another lowering."""

    lowering: type[NativeLowering]

    def define_pipelines(self) -> list[PassManager]:
        """One pipeline."""
        usual = DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline = PassManager(self.lowering._name)
        for which, what in usual.passes:
            if which.__name__ in _NEEDED:
                pipeline.add_pass(self.lowering if which is NativeLowering else which, what)
        pipeline.finalize()
        return [pipeline]


class _PartCompiler(_Compiler):
    lowering = _LowerPart


class _WholeCompiler(_Compiler):
    lowering = _LowerWhole


class Part(CPUDispatcher):
    """A function for compiled callers; called from Python, it is its ordinary twin."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any], stamp: str) -> None:
        super().__init__(
            function,
            targetoptions={
                **options,
                "nopython": True,
                "no_cpython_wrapper": True,
                "no_cfunc_wrapper": True,
            },
            pipeline_class=_PartCompiler,
        )
        self._stamp = stamp
        self._options = options
        self._twin: Any = None

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Once per type: Numba would compile again for every literal 0 or True."""
        plain = tuple(types.unliteral(each) for each in args)
        named = {name: types.unliteral(each) for name, each in dict(kws).items()}
        return super().get_call_template(plain, named)

    def add_overload(self, cres: Any) -> None:
        """Known to compiled callers only."""
        self.overloads[tuple(cres.signature.args)] = cres

    def __call__(self, *args: Any, **kws: Any) -> Any:
        """Call from Python."""
        if self._twin is None:
            self._twin = whole(self.py_func, self._options, self._stamp)
        return self._twin(*args, **kws)


def whole(function: Callable[..., Any], options: dict[str, Any], stamp: str | None) -> Any:
    """Ordinary compiled function with its own copies of the parts that it calls.

    It is cached on disk as long as the stamp is the same, and not without one.
    """
    # The option without a C wrapper is Numba's, but not in the types that it publishes.
    decorate: Any = njit
    decorate = decorate(no_cfunc_wrapper=True, pipeline_class=_WholeCompiler, **options)
    return decorate(function) if stamp is None else cached(lambda: decorate(function), stamp)


def works() -> bool:
    """Whether this version of Numba still does what is relied on here, tried on two functions."""

    def part(x: float) -> float:
        return x + 1.0

    def caller(inner: Callable[[float], float]) -> Callable[[float], float]:
        def outer(x: float) -> float:
            return inner(x) + inner(2.0 * x)

        return outer

    linked = caller(Part(part, {"_nrt": False, "forceinline": False}, ""))
    try:
        return bool(whole(linked, {"nogil": True}, None)(3.0) == caller(part)(3.0))
    except Exception:
        # Whatever goes wrong in the insides of another version: there is a plain way.
        return False
