"""Installed from a wheel, away from any clone, the app is whole."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from browsing import CLONE, serving
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked as an installer would, without its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=CLONE, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_holds_the_apps_files_inside_the_package(installed: Path):
    """Nothing of it lands beside other people's packages."""
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"policy_index"}
    for name in (
        *("_app/app.py", "_app/pages/playground.py", "_app/.streamlit/config.toml", "py.typed"),
        *("data/packs/openai-2023-03-23/policy.md", "data/packs/openai-2023-03-23/fitted/scorer.npz"),
    ):
        assert (installed / "policy_index" / name).is_file()


def test_serve_works_from_an_installed_wheel(page: Page, installed: Path, tmp_path: Path):
    """From another folder, with the wheel's own files; `--open` opens it in a browser, and nobody is asked for an address first."""
    command = [sys.executable, "-c", "from policy_index.cli.main import main; main()", "serve", "--open"]
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    opener, opened = tmp_path / "browser", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" >"{opened}"\n', encoding="utf-8")
    opener.chmod(0o755)

    with serving(command, PYTHONPATH=path, cwd=str(tmp_path), BROWSER=f"{opener} %s", HOME=str(tmp_path)) as address:
        page.goto(f"{address}/categories?clause=health")

        expect(page.get_by_text("Disallowed usage 13.1").first).to_be_visible()
        expect(page.get_by_role("link", name="Playground")).to_be_visible()
        assert opened.read_text(encoding="utf-8").strip() == address
