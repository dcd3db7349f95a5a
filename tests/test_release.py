"""What a release is trusted by: lock files that fit the project, and a wheel that comes out the same wherever it is built."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import CLONE

LOCKS = sorted((CLONE / ".ci" / "locks").glob("*.txt"))


def test_the_lock_files_fit_the_project():
    """Each package that pyproject.toml asks for is there in a version that it takes."""
    done = subprocess.run([sys.executable, CLONE / ".ci" / "lock", "--check"], capture_output=True, text=True)

    assert [path.stem for path in LOCKS] == ["app", "dev"]
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("The lock files fit pyproject.toml.")


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_every_file_by_its_digest_and_no_place_to_fetch_it_from(path: Path):
    """And for which Python and platform it is."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()

    assert re.match(r"# For cpython 3\.[0-9.]+ on linux x86_64", first)
    assert "://" not in "\n".join(lines)
    packages = [line for line in lines if not line.startswith("#")]
    assert len(packages) > 50
    assert packages == sorted(set(packages))
    assert all(re.fullmatch(r"[a-z0-9-]+==[^ ;]+ --hash=sha256:[0-9a-f]{64}", line) for line in packages)


def test_the_list_of_what_the_app_is_made_of_is_that_of_its_lock(tmp_path: Path):
    """CycloneDX, each package once with digest and address, the same at every call."""
    for turn in ("once", "twice"):
        subprocess.run([sys.executable, CLONE / ".ci" / "sbom", tmp_path / turn], check=True, capture_output=True)
    written = json.loads((tmp_path / "once").read_bytes())
    locked = [line for line in LOCKS[0].read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert (tmp_path / "once").read_bytes() == (tmp_path / "twice").read_bytes()
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.6")
    assert [
        f"{each['name']}=={each['version']} --hash=sha256:{each['hashes'][0]['content']}"
        for each in written["components"]
    ] == locked
    assert len({each["bom-ref"] for each in written["components"]}) == len(locked)


def test_a_wheel_is_the_same_byte_for_byte_wherever_it_is_built(tmp_path: Path):
    """At another time, in another time zone, under another mask of rights."""
    digests = set()
    for turn, (zone, mask) in enumerate((("UTC", 0o022), ("Asia/Tokyo", 0o077))):
        folder = tmp_path / str(turn)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        variables = os.environ | {"TZ": zone, "SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run(command, cwd=CLONE, check=True, env=variables, umask=mask, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        digests.add(hashlib.sha256(wheel.read_bytes()).hexdigest())

    assert len(digests) == 1
