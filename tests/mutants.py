"""Change the pure rules, one by one, and see that tests notice: `python -m tests.mutants --help`.

Each change is tried in a process of its own, which sees the changed module instead of the file.
"""

import argparse
import gc
import os
import random
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.changes import changes

PROCESSES = 2
TIMEOUT_SECONDS = 60.0
"""A test that takes longer has noticed: the change has made a rule endless."""
LEAST_NOTICED = 0.95
OPTIONS = ("--assert=plain", "--noconftest", "-p", "no:cacheprovider")
"""Nobody reads what failed, pure rules need no servers, and a cache is nobody's."""
EQUIVALENT = {
    (
        "services/roster/domain/names.py",
        """frozenset("·〇 -'’.")""",
        """frozenset("·〇 -'’.x")""",
    ): "x is a letter, and letters are taken anyway",
}
"""Changes that nobody can observe: file, before and after, with the reason."""

_fork = get_context("fork")


@dataclass(frozen=True)
class Mutant:
    """The change of a file with this index among all of the file."""

    path: Path
    index: int
    line: int
    before: str
    after: str

    @property
    def service(self) -> str:
        """Return the service whose rule is changed."""
        return self.path.parts[1]

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what the change is, wherever it stands in its file."""
        return str(self.path), self.before, self.after

    def __str__(self) -> str:
        """Return the place and the change."""
        return f"{self.path}:{self.line}  {self.before} → {self.after}"


class ChangedModule(SourceFileLoader):
    """Imports the mutant's module with its change."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = ".".join(mutant.path.with_suffix("").parts)
        super().__init__(self._name, str(mutant.path.resolve()))
        source = mutant.path.read_text(encoding="utf-8")
        for index, change in enumerate(changes(source)):
            if index == mutant.index:
                self._code = compile(change.tree, self.path, "exec")
                break

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Find the changed module only."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - there is one
        """Return the changed code."""
        return self._code


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    top.add_argument("--sample", type=int, default=100, help="so many changes")
    top.add_argument("--seed", type=int, default=None, help="repeats the changes of another run")
    top.add_argument("--service", help="rules of this service only")
    return top


def all_mutants() -> list[Mutant]:
    """Return every change of a rule, except those that nobody can observe.

    SystemExit when one of those is not there: its rule has changed, and its reason with it.
    """
    mutants = [
        Mutant(path, index, change.line, change.before, change.after)
        for path in sorted(Path("services").glob("*/domain/**/*.py"))
        for index, change in enumerate(changes(path.read_text(encoding="utf-8")))
    ]
    if gone := EQUIVALENT.keys() - {mutant.key for mutant in mutants}:
        raise SystemExit(f"EQUIVALENT has what is no change: {gone}")
    return [mutant for mutant in mutants if mutant.key not in EQUIVALENT]


def load() -> None:
    """Run all tests of rules once, which loads what they need; then forget what may be changed.

    SystemExit when one fails: it would notice nothing.
    """
    settings.register_profile(
        "mutants",
        derandomize=True,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    tests = [str(folder) for folder in Path("tests").glob("*/domain")]
    if pytest.main([*OPTIONS, *tests]) != 0:
        raise SystemExit("tests of rules fail without a change")
    for name in [name for name in sys.modules if name.split(".")[0] in ("services", "tests")]:
        if name != __name__:
            del sys.modules[name]
    gc.collect()
    gc.freeze()  # each process would go through all of it otherwise


def started(service: str, mutant: Mutant | None = None) -> ForkProcess:
    """Start the service's tests of its rules, one of which is changed."""
    process = _fork.Process(target=_test, args=(service, mutant), daemon=True)
    process.start()
    return process


def _test(service: str, mutant: Mutant | None) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if mutant is not None:
        sys.meta_path.insert(0, ChangedModule(mutant))
    sys.exit(pytest.main([*OPTIONS, "-x", f"tests/{service}/domain"]))


def passes(process: ForkProcess) -> bool:
    """Wait for tests and return whether all passed; SystemExit when they could not be run."""
    process.join(TIMEOUT_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        return False
    ended = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    if process.exitcode not in ended:
        raise SystemExit(f"pytest ended with {process.exitcode}")
    return process.exitcode == pytest.ExitCode.OK


def survivors(mutants: list[Mutant]) -> Iterator[Mutant]:
    """Yield the mutants that no test notices."""
    running: deque[tuple[Mutant, ForkProcess]] = deque()
    for mutant in mutants:
        if len(running) == PROCESSES:
            first, process = running.popleft()
            if passes(process):
                yield first
        running.append((mutant, started(mutant.service, mutant)))
    for mutant, process in running:
        if passes(process):
            yield mutant


def main(arguments: argparse.Namespace) -> int:
    """Try a sample of changes; returns 1 when too few are noticed."""
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)  # noqa: S311 - to be repeatable
    everything = [one for one in all_mutants() if arguments.service in (None, one.service)]
    mutants = random.Random(seed).sample(everything, min(arguments.sample, len(everything)))  # noqa: S311 - the same
    _say(f"seed {seed}, {len(mutants)} of {len(everything)} changes")
    load()
    for service in sorted({mutant.service for mutant in mutants}):
        if not passes(started(service)):
            raise SystemExit(f"tests of {service} fail without a change")
    left = Counter[str]()
    for mutant in survivors(mutants):
        _say(str(mutant))
        left[mutant.service] += 1
    for service, tried in sorted(Counter(mutant.service for mutant in mutants).items()):
        _say(f"{service}: {tried - left[service]} of {tried} noticed")
    noticed = 1 - left.total() / len(mutants)
    _say(f"all: {len(mutants) - left.total()} of {len(mutants)} noticed, {noticed:.1%}")
    return 0 if noticed >= LEAST_NOTICED else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(parser().parse_args()))
