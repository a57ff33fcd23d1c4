"""What an installation weighs and takes, as `pipx install` and `uv tool install` make it of a checkout and of a wheel.

Each is made in a home of its own, twice: the first fills the cache of downloads, the second is what is told.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
UV = Path(sys.prefix) / "bin/uv"
PIPX = "pipx==1.18.4"
MOST_MEGABYTES, MOST_SECONDS = 120, 30
"""What we aim at."""


def megabytes(folder: Path) -> float:
    """What the files in a folder take up on the disk, each counted once."""
    seen: dict[int, int] = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        seen[status.st_ino] = status.st_blocks * 512
    return sum(seen.values()) / 1e6


def parts(folder: Path, count: int = 8) -> list[tuple[str, float]]:
    """The heaviest packages of an installation."""
    (packages,) = folder.rglob("site-packages")
    sizes = [(path.name, megabytes(path)) for path in packages.iterdir() if path.is_dir()]
    return sorted(sizes, key=lambda part: -part[1])[:count]


def install(home: Path, command: list[str]) -> tuple[float, Path]:
    """The seconds that it takes, and where it is. Raises where what it has installed does not run."""
    places = {"HOME": str(home), "PIPX_HOME": str(home / "pipx"), "PIPX_BIN_DIR": str(home / "bin")}
    places |= {"UV_TOOL_DIR": str(home / "tools"), "UV_TOOL_BIN_DIR": str(home / "bin"), "UV_LINK_MODE": "copy"}
    cache = {"UV_CACHE_DIR": str(home.parent / "uv"), "PIP_CACHE_DIR": str(home.parent / "pip")}
    began = time.perf_counter()
    subprocess.run(command, env=os.environ | cache | places, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    program = home / "bin/callboard"
    subprocess.run([program, "demo", home / "lab"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    checked = [program, "check", "--config", home / "lab/config.yaml"]
    subprocess.run(checked, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return seconds, program.resolve().parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True)
        (wheel,) = map(str, folder.glob("callboard-*.whl"))
        uv = [str(UV), "tool"]
        pipx = [*uv, "run", "--quiet", PIPX, "install", "--quiet"]
        ways = {
            "pipx install WHEEL": [*pipx, wheel],
            "pipx install CHECKOUT": [*pipx, str(ROOT)],
            "uv tool install WHEEL": [*uv, "install", "--quiet", wheel],
            "uv tool install CHECKOUT": [*uv, "install", "--quiet", str(ROOT)],
        }
        heaviest: list[tuple[str, float]] = []
        for number, (way, command) in enumerate(ways.items()):
            install(folder / f"first-{number}", command)
            seconds, place = install(folder / f"second-{number}", command)
            size = megabytes(place)
            said = "" if size <= MOST_MEGABYTES and seconds <= MOST_SECONDS else "  more than we aim at"
            print(f"{way:<26} {seconds:5.1f} s  {size:4.0f} MB{said}", flush=True)
            heaviest = parts(place)
        print("heaviest: " + ", ".join(f"{name} {size:.0f} MB" for name, size in heaviest))


if __name__ == "__main__":
    main()
