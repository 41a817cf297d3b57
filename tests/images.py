"""What the images hold, without building them: the files that a Dockerfile copies, in a folder."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_COPIED = ("__pycache__", "node_modules", "dist", "Dockerfile", "README.md")
"""As `.dockerignore` says."""
HOOK = """
import json, os, sys

class Refuse:
    '''Refuses packages that are not in the image's lock file.'''

    refused = set(json.loads(os.environ["NOT_IN_IMAGE"]))

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.refused:
            raise ModuleNotFoundError(f"{name} is not in this image", name=name)

sys.meta_path.insert(0, Refuse())
"""


class Image:
    """One image as its Dockerfile describes it."""

    def __init__(self, name: str, dockerfile: str, lock: str, folder: Path) -> None:
        """Copy into `folder` what the last stage copies of the repository."""
        self.name = name
        self.folder = folder
        self._lock = ROOT / lock
        last_stage = (ROOT / dockerfile).read_text(encoding="utf-8").rpartition("\nFROM ")[2]
        for line in re.findall(
            r"^COPY (?!--from)(.*)$", last_stage.replace("\\\n", " "), re.MULTILINE
        ):
            *sources, target = line.split()
            for source in sources:
                self._copy(ROOT / source, folder / target, single=len(sources) == 1)
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")

    def _copy(self, source: Path, target: Path, *, single: bool) -> None:
        if source.is_dir():
            assert single, "Docker would copy the contents of several folders into one"
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(*NOT_COPIED))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def environment(self, environment: dict[str, str]) -> dict[str, str]:
        """Return an environment in which only packages of the image can be imported."""
        lock = self._lock.read_text(encoding="utf-8")
        locked = {_normalized(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
        refused = [
            module
            for module, distributions in packages_distributions().items()
            if not locked.intersection(map(_normalized, distributions))
        ]
        return environment | {
            "PYTHONPATH": str(self.folder / "hook"),
            "NOT_IN_IMAGE": json.dumps(refused),
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m services` in the image, to its end."""
        return self.python("-m", "services", *arguments, **environment)

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the image's Python, to its end."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment({"PATH": os.environ["PATH"], **environment}),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


def image_of(service: str, folder: Path) -> Image:
    """Return a service's image."""
    lock = f"requirements/{service}.lock"
    return Image(service, f"services/{service}/Dockerfile", lock, folder)


def operator_image(folder: Path) -> Image:
    """Return the image with all commands."""
    return Image("operator", "deploy/operator/Dockerfile", "requirements.lock", folder)


def _normalized(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
