"""What Lambda gets: our own code of one room, compiled for its Python; packages for its processor."""

from __future__ import annotations

import ast
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bundle import LAMBDA, ROOT, BundleFailed, PackageFolders, host, interpreter
from infra.page.site import build_site
from infra.topology import ROOMS, Room
from tests.infra.page_sources import written

ELF_MACHINE = slice(18, 20)
AARCH64 = (183).to_bytes(2, "little")
"""Source: ELF specification, `e_machine`; 183 is EM_AARCH64."""
UNCHECKED_HASH = (1).to_bytes(4, "little")
"""Source: PEP 552: bit 0 says that a hash stands in place of the time stamp, bit 1 that it is to be checked."""
MODULES = {"opentelemetry-proto": "opentelemetry", "pillow": "PIL", "protobuf": "google"}
"""What a package is imported as, where that is not its own name."""

each_room = pytest.mark.parametrize("room", ROOMS, ids=[room.name for room in ROOMS])


def _tree(root: Path) -> Path:
    """A small house: two rooms, something shared, and what must stay behind."""
    for name, text in {
        "functions/__init__.py": "",
        "functions/one/__init__.py": "",
        "functions/one/handler.py": "from shared.noun import WORD\n\ndef handler(event, context):\n    return WORD\n",
        "functions/one/__pycache__/old.pyc": "stale",
        "functions/two/__init__.py": "",
        "shared/__init__.py": "",
        "shared/noun.py": "WORD = 'here'\n",
        "shared/prices.json": "{}",
        "infra/app.py": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def folders(tmp_path: Path) -> PackageFolders:
    """The folders of the small house, for this interpreter."""
    return PackageFolders(host(), build=tmp_path / "build", root=_tree(tmp_path / "house"))


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_room_carries_itself_and_what_is_shared(folders: PackageFolders) -> None:
    """Its own folder, `shared` with its data files, and nothing of another room or of infra."""
    assert {name for name in _files(folders.room("one")) if not name.endswith(".pyc")} == {
        "functions/__init__.py",
        "functions/one/__init__.py",
        "functions/one/handler.py",
        "shared/__init__.py",
        "shared/noun.py",
        "shared/prices.json",
    }


def test_a_page_comes_with_what_puts_it_into_its_bucket(tmp_path: Path, folders: PackageFolders) -> None:
    """Its files, what each is, and a function that needs nothing else."""
    site = build_site(written(tmp_path / "house" / "web"))
    (tmp_path / "house" / "infra" / "page").mkdir()
    shutil.copy(ROOT / "infra/page/publish.py", tmp_path / "house" / "infra" / "page")
    folder = folders.page()
    found = {path.relative_to(folder / "site").as_posix() for path in (folder / "site").rglob("*") if path.is_file()}
    assert found == set(site.files)
    assert json.loads((folder / "about.json").read_text()) == site.about()
    script = "import sys; sys.path.insert(0, '.'); import publish; print(len(publish.handler.__doc__) > 0)"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_an_edit_of_the_page_is_a_new_folder(tmp_path: Path, folders: PackageFolders) -> None:
    """So that CloudFormation sees that there is something to put."""
    web = written(tmp_path / "house" / "web")
    (tmp_path / "house" / "infra" / "page").mkdir()
    shutil.copy(ROOT / "infra/page/publish.py", tmp_path / "house" / "infra" / "page")
    before = folders.page()
    assert folders.page() == before
    (web / "favicon.svg").write_text("<svg/>")
    assert folders.page() != before


def test_every_module_is_compiled_and_never_checked(folders: PackageFolders) -> None:
    """Each source has fresh byte code whose validity does not hang on a time stamp."""
    folder = folders.room("one")
    for source in folder.rglob("*.py"):
        compiled = Path(importlib.util.cache_from_source(str(source))).read_bytes()
        assert compiled[:4] == importlib.util.MAGIC_NUMBER
        assert compiled[4:8] == UNCHECKED_HASH


def test_a_traceback_names_the_place_in_lambda(folders: PackageFolders) -> None:
    """Byte code says /var/task, where the code will be, not where it was built."""
    compiled = importlib.util.cache_from_source(str(folders.room("one") / "functions/one/handler.py"))
    assert b"/var/task/functions/one/handler.py" in Path(compiled).read_bytes()


def test_a_room_runs_from_its_folder(folders: PackageFolders) -> None:
    """With that folder alone on the path, the handler is imported and answers."""
    code = "from functions.one.handler import handler; print(handler({}, None))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(folders.room('one'))!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "here\n"


def test_nothing_is_built_twice(folders: PackageFolders) -> None:
    """The same sources give the same folder, untouched."""
    first = folders.room("one")
    marker = first / "marker"
    marker.touch()
    assert folders.room("one") == first
    assert marker.exists()


def test_a_change_is_a_new_folder(tmp_path: Path, folders: PackageFolders) -> None:
    """A source that changed is built anew; another room's change changes nothing."""
    before = folders.room("one")
    (tmp_path / "house/functions/two/app.py").write_text("X = 1\n", encoding="utf-8")
    assert folders.room("one") == before
    (tmp_path / "house/shared/noun.py").write_text("WORD = 'there'\n", encoding="utf-8")
    assert folders.room("one") != before


def test_code_that_does_not_compile_is_never_deployed(tmp_path: Path, folders: PackageFolders) -> None:
    """A syntax error stops the build and leaves no folder that looks finished."""
    (tmp_path / "house/functions/one/app.py").write_text("def broken(:\n", encoding="utf-8")
    with pytest.raises(BundleFailed, match=r"functions/one/app\.py"):
        folders.room("one")
    assert list((tmp_path / "build").rglob("room-one*")) == []


def test_without_that_python_the_sources_are_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine without Lambda's Python can still deploy, and is told what it misses."""
    monkeypatch.setattr("infra.bundle.interpreter", lambda _: None)
    folder = PackageFolders(LAMBDA, build=tmp_path / "build", root=_tree(tmp_path / "house")).room("one")
    assert {name for name in _files(folder) if name.endswith(".pyc")} == set()
    assert f"no Python {LAMBDA.python}" in capsys.readouterr().err


def test_this_interpreter_is_found_and_an_unknown_one_is_not() -> None:
    """A version that is not installed is None, not an error."""
    assert interpreter(host().python) == sys.executable
    assert interpreter("3.99") is None


@each_room
def test_our_own_rooms_are_whole(tmp_path: Path, room: Room) -> None:
    """Each module that a room's files import from our own code is in the room's folder."""
    folder = PackageFolders(host(), build=tmp_path).room(room.name)
    missing = {
        f"{source.relative_to(folder)}: {module}"
        for source in folder.rglob("*.py")
        for module in _own_imports(source)
        if not (folder / module.replace(".", "/")).with_suffix(".py").exists()
        and not (folder / module.replace(".", "/")).is_dir()
    }
    assert missing == set()


def _own_imports(source: Path) -> set[str]:
    return {module for module in _imports(source) if module.split(".")[0] in {"functions", "infra", "shared"}}


def _reached(module: str) -> set[str]:
    """What is imported when this module of ours is, by it and by all of ours that it imports."""
    waiting, seen = [module], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = ROOT.joinpath(*name.split("."))
        sources = (path.with_suffix(".py"), path / "__init__.py")
        for source in filter(Path.is_file, sources):
            waiting += _imports(source) | _from_imports(source)
    return seen


def _imports(source: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return named


def _from_imports(source: Path) -> set[str]:
    """What is imported out of modules: some of it are modules too."""
    nodes = list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))
    asked = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return {f"{one.module}.{alias.name}" for one in asked for alias in one.names}


@pytest.fixture(scope="module", params=ROOMS, ids=[room.name for room in ROOMS])
def layer(request: pytest.FixtureRequest) -> Path:
    """The layer of a room, for Lambda, from uv's cache: tests download nothing."""
    room: Room = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UV_OFFLINE", "1")
        try:
            return PackageFolders(LAMBDA).layer(room.packages)
        except BundleFailed as failed:
            pytest.skip(f"the packages for Lambda are not here yet, run `make synth` once: {str(failed)[-200:]}")


def test_a_layer_is_built_for_lambdas_processor(layer: Path) -> None:
    """Every native library in it is for aarch64, whatever this machine is."""
    libraries = list(layer.rglob("*.so"))
    assert libraries
    assert {library.name for library in libraries if library.read_bytes()[ELF_MACHINE] != AARCH64} == set()
    fitting = ("cpython-313-aarch64", ".abi3.so")  # for this Python, or for every Python 3
    assert [library.name for library in libraries if not any(mark in library.name for mark in fitting)] == []


def test_a_layer_lies_where_lambda_looks(layer: Path) -> None:
    """Everything is under `python/`, with its byte code beside it and no boto3, which the runtime has."""
    assert [path.name for path in layer.iterdir()] == ["python"]
    assert (layer / "python/msgspec/__init__.py").exists()
    assert not (layer / "python/boto3").exists()
    if interpreter(LAMBDA.python):
        assert (layer / "python/msgspec/__pycache__/__init__.cpython-313.pyc").exists()


@each_room
def test_a_room_finds_every_package_it_imports(room: Room) -> None:
    """Its imports are Python's, the runtime's, ours, or asked for in the topology (`_typeshed` is never run)."""
    given = {*sys.stdlib_module_names, "_typeshed", "boto3", "botocore", "functions", "shared"}
    asked = {MODULES.get(package, package.replace("-", "_")) for package in room.packages}
    imported = {module.split(".")[0] for module in _reached(f"functions.{room.name}.handler")}
    assert imported - given - asked == set()
