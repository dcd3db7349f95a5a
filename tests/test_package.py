"""The package's public face."""

import ast
import subprocess
import sys

from support import CLONE
from typed_example import answer, what_to_do

import policy_index
from policy_index import Band


def test_public_names_are_sorted_unique_and_importable():
    """`__all__` is what can be imported, once each."""
    names = policy_index.__all__

    assert names == sorted(set(names))
    assert all(hasattr(policy_index, name) for name in names)


def test_importing_the_package_imports_nothing_else():
    """Each name is imported when it is first used: no command waits for what it does not need."""
    script = (
        "import sys, policy_index\nprint([name for name in ('numpy', 'markdown_it', 'faiss') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_everything_imported_at_the_top_is_public():
    """Nothing is imported into the package's face without being offered."""
    tree = ast.parse((CLONE / "policy_index" / "__init__.pyi").read_text(encoding="utf-8"))
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}

    assert imported == set(policy_index.__all__)


def test_the_top_level_holds_exactly_what_it_should():
    """Dot files aside, and what tools leave behind."""
    found = {path.name for path in CLONE.iterdir() if not path.name.startswith((".", "__pycache__"))}

    assert found - {"build", "dist"} == {"pyproject.toml", "README.md", "app.py", "policy_index", "pages", "tests"}


def test_the_typed_example_works():
    """What the pages and README tell people to write; the file is among those that mypy checks."""
    citations = answer("a dating app for farmers")

    assert citations[0] == ("OpenAI Usage policies (2023-03-23), Disallowed usage 8", Band.LIKELY)
    assert answer(" ") == []
    assert what_to_do("A dating app for farmers")


def test_no_public_name_is_a_rooms_name():
    """A room that is imported becomes an attribute of the package, and would stand in place of the name."""
    rooms = {folder.name for folder in (CLONE / "policy_index").iterdir() if (folder / "__init__.py").is_file()}
    modules = {file.stem for file in (CLONE / "policy_index").glob("*.py")}

    assert not (rooms | modules) & set(policy_index.__all__)
