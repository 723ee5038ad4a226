"""What AWS gets, as folders: a layer for each set of packages, each room's own code, and the page. No Docker.

Folders are named by a hash of what went into them, so an unchanged one is not built again and the CDK
sees the same asset. Byte code is compiled beforehand, since `/var/task` and `/opt` are read-only and
compiling at each cold start takes three to six times the import. Its validity is never checked (PEP 552,
`unchecked-hash`): time stamps do not survive the way into a zip.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from infra.page.site import Site, build_site

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements" / "run.txt"
PUBLISH = "infra/page/publish.py"
_UNUSED = (
    *("bin", "zstandard/_cffi*", "zstandard/backend_cffi.py"),
    *("pyarrow/include", "pyarrow/tests", "pyarrow/libarrow_flight*", "pyarrow/libarrow_s3*"),
    *("pyarrow/libarrow_python*.so", "pyarrow/lib*.so.*.*.*"),
)
"""Scripts; zstandard's second backend, 11 MB that CPython never loads; of pyarrow what writing Parquet never loads,
50 MB, with the second and third name of each library, which a wheel holds as copies."""
_RECIPE = b"3"  # to be raised when this file changes what it builds from the same inputs


class BundleFailed(Exception):
    """A folder could not be built; the message is that of the tool that failed."""


@dataclasses.dataclass(frozen=True)
class Target:
    """The machine that will run the code. `platform` is uv's name for it; None is this machine."""

    name: str
    python: str
    platform: str | None


LAMBDA = Target("lambda", python="3.13", platform="aarch64-manylinux_2_28")


def host() -> Target:
    """This very interpreter: for emulators, which run the rooms beside themselves."""
    return Target("host", python=f"{sys.version_info.major}.{sys.version_info.minor}", platform=None)


class PackageFolders:
    """The folders of all rooms and layers, for one target."""

    def __init__(self, target: Target, build: Path = ROOT / "build", root: Path = ROOT) -> None:
        self._target, self._build, self._root = target, build, root
        self._compiler = interpreter(target.python)
        if self._compiler is None:
            _say(f"no Python {target.python} here (try `uv python install {target.python}`): shipping sources only")

    def layer(self, packages: tuple[str, ...]) -> Path:
        """`python/` with the packages and all they need, as the lock says."""
        inputs = [LOCK.read_bytes(), *[package.encode() for package in packages]]
        return self._built("layer", inputs, lambda folder: self._install(packages, folder))

    def room(self, name: str) -> Path:
        """`functions/<name>` and `shared`, and nothing of any other room."""
        files = sorted(_sources(self._root, name))
        inputs = [part for file in files for part in (str(file).encode(), (self._root / file).read_bytes())]
        return self._built(f"room-{name}", inputs, lambda folder: self._copy(files, folder))

    def page(self) -> Path:
        """The page, with what puts it into its bucket. Raises: infra.page.modules.PageBroken."""
        site = build_site(self._root / "web").check_whole()
        publish = (self._root / PUBLISH).read_bytes()
        inputs = [publish, *[part for path in site.files for part in (path.encode(), site.files[path])]]
        return self._built("page", inputs, lambda folder: self._carry(site, publish, folder))

    def _built(self, name: str, inputs: Iterable[bytes], build: Callable[[Path], None]) -> Path:
        """The folder of that name and inputs: there already, or built aside and moved into place whole."""
        folder = self._build / self._target.name / f"{name}-{self._digest(inputs)}"
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                fresh = Path(scratch) / "folder"
                fresh.mkdir()
                build(fresh)
                fresh.rename(folder)
        return folder

    def _digest(self, inputs: Iterable[bytes]) -> str:
        digest = hashlib.sha256(f"{self._target}{self._compiler is None}".encode() + _RECIPE)
        for part in inputs:
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()[:16]

    def _carry(self, site: Site, publish: bytes, folder: Path) -> None:
        site.write(folder / "site")
        (folder / "about.json").write_text(json.dumps(site.about()), encoding="utf-8")
        (folder / "publish.py").write_bytes(publish)
        self._compile(folder, mounted_at="/var/task")

    def _install(self, packages: tuple[str, ...], folder: Path) -> None:
        target = folder / "python"
        platform = ["--python-platform", self._target.platform] if self._target.platform else []
        _run(
            [_uv(), "pip", "install", "--quiet", "--only-binary", ":all:", "--no-compile-bytecode"],
            [*platform, "--python-version", self._target.python, "--target", str(target)],
            ["--constraint", str(LOCK), *packages],
        )
        for pattern in _UNUSED:
            for path in target.glob(pattern):
                _remove(path)
        self._compile(folder, mounted_at="/opt")

    def _copy(self, files: Iterable[Path], folder: Path) -> None:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._root / file, folder / file)
        self._compile(folder, mounted_at="/var/task")

    def _compile(self, folder: Path, mounted_at: str) -> None:
        """Byte code beside the sources, with the paths that they will have in Lambda."""
        if self._compiler is not None:
            _run(
                [self._compiler, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"],
                ["-s", str(folder), "-p", mounted_at, str(folder)],
            )


def interpreter(version: str) -> str | None:
    """A Python of that version on this machine, or None. Byte code is the same for all its patch releases."""
    if version == host().python:
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    path = os.pathsep.join([*[str(found / "bin") for found in pyenv.glob(f"{version}.*")], os.environ["PATH"]])
    found = subprocess.run(
        [_uv(), "python", "find", "--no-project", "--no-python-downloads", version],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip() if found.returncode == 0 else None


def _sources(root: Path, room: str) -> Iterator[Path]:
    yield Path("functions/__init__.py")
    for folder in (f"functions/{room}", "shared"):
        for file in (root / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(root)


def _uv() -> str:
    """The uv of this environment, else of the machine. Raises: BundleFailed."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        raise BundleFailed("uv is not installed; bundling needs it: https://docs.astral.sh/uv/")
    return found


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _run(*parts: list[str]) -> None:
    command = [word for part in parts for word in part]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BundleFailed(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def _say(text: str) -> None:
    """To the terminal: stdout belongs to the CDK."""
    sys.stderr.write(f"bundle: {text}\n")
