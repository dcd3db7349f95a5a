"""A git folder of recorded versions becomes the versions of its policies, and nothing that its configuration asks for is run."""

import os
import subprocess
from pathlib import Path

import pytest

from policy_index.errors import SourceError
from policy_index.policy.sources import git as reading
from policy_index.policy.sources.versions import RecordedPolicy, versions_of

RULES = "# Rules\n\n" + "".join(f"- You must not do the harmful thing of number {number}.\n" for number in range(30))
FILE = "Acme/Acceptable Use Policy.md"


class Recorder:
    """A git folder that records as Open Terms Archive does: a commit a version, on its day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: str = "2026-01-01", written: str = "") -> None:
        surroundings = {
            "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{written or day}T12:00:00Z",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@e.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@e.org",
        }  # fmt: skip
        subprocess.run(["git", *arguments], cwd=self.folder, env=surroundings, check=True, capture_output=True)

    def record(self, day: str, text: str | bytes | None, *, file: str = FILE, written: str = "") -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Record", day=day, written=written)

    def only(self) -> RecordedPolicy:
        (policy,) = versions_of(self.folder)
        return policy


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "versions")


def days(policy: RecordedPolicy) -> list[str]:
    return [version.day.isoformat() for version in policy.versions]


def reasons(policy: RecordedPolicy) -> list[tuple[str, str]]:
    return [(each.day.isoformat(), each.reason) for each in policy.set_aside]


def test_versions_come_oldest_first_with_day_service_and_text(recorder: Recorder):
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-02-07", RULES + "- You must not shout.\n")

    policy = recorder.only()

    assert (policy.publisher, policy.title, policy.path) == ("Acme", "Acceptable Use Policy", FILE)
    assert days(policy) == ["2026-01-05", "2026-02-07"]
    assert policy.versions[1].markdown == RULES + "- You must not shout.\n"
    assert policy.set_aside == ()


@pytest.mark.parametrize(
    "changed",
    [
        RULES.replace("- ", "* "),
        RULES.replace("\n", "\r\n"),
        RULES.replace("harmful", "**harmful**"),
        RULES.replace("Rules", "RULES"),
        RULES.replace("thing", "[thing](https://example.org/2)"),
    ],
)
def test_marks_targets_line_ends_and_capitals_are_no_change_of_words(recorder: Recorder, changed: str):
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-02-07", changed)

    policy = recorder.only()

    assert days(policy) == ["2026-01-05"]
    assert reasons(policy) == [("2026-02-07", "Changes no word of the version of 2026-01-05.")]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("# 404\n\nPage not found.", "An error page (4 words)."),
        ("Access denied", "An error page (2 words)."),
        ("Please enable JavaScript and then reload this page.", "An error page (8 words)."),
        ("We value your privacy. Accept all cookies?", "A page that asks for consent or a login (7 words)."),
        ("Welcome", "Far shorter than the versions beside it (1 word): a page that was not loaded whole."),
        ("", "Empty."),
        (
            b"\x00\x01\x02" * 50,
            "Expected a policy as Markdown, HTML, DOCX, PDF or plain text, got bytes that are no text (Acceptable Use Policy.md).",
        ),
    ],
)
def test_error_pages_are_set_aside_and_the_version_after_them_is_compared_with_the_one_before(
    recorder: Recorder, page: str | bytes, expected: str
):
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-01-09", page)
    recorder.record("2026-01-10", RULES)
    recorder.record("2026-03-01", RULES + "- You must not shout.\n")

    policy = recorder.only()

    assert days(policy) == ["2026-01-05", "2026-03-01"]
    assert reasons(policy) == [
        ("2026-01-09", expected),
        ("2026-01-10", "Changes no word of the version of 2026-01-05."),
    ]


def test_a_policy_that_speaks_of_denied_access_is_no_error_page(recorder: Recorder):
    text = RULES + "\nWhere access is denied, or JavaScript is disabled, error 404 is shown.\n"
    recorder.record("2026-01-05", text)
    recorder.record("2026-02-05", text + "- You must not shout.\n")

    assert days(recorder.only()) == ["2026-01-05", "2026-02-05"]


def test_an_error_page_that_is_all_that_was_recorded_leaves_no_version(recorder: Recorder):
    recorder.record("2026-01-05", "# 403 Forbidden")

    assert recorder.only().versions == ()


def test_of_one_day_the_last_version_counts(recorder: Recorder):
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-01-05", RULES + "- You must not shout.\n")

    policy = recorder.only()

    assert [version.markdown.endswith("shout.\n") for version in policy.versions] == [True]
    assert reasons(policy) == [("2026-01-05", "Another version was recorded later that day.")]


def test_a_file_that_was_removed_and_came_back_says_so(recorder: Recorder):
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-02-05", None)
    recorder.record("2026-03-05", RULES + "- You must not shout.\n")

    policy = recorder.only()

    assert days(policy) == ["2026-01-05", "2026-03-05"]
    assert reasons(policy) == [("2026-02-05", "The file was removed that day.")]


def test_a_history_rewritten_in_one_day_keeps_the_days_on_which_versions_were_written(recorder: Recorder):
    recorder.record("2026-06-01", RULES, written="2026-01-05")
    recorder.record("2026-06-01", RULES + "- You must not shout.\n", written="2026-02-05")

    assert days(recorder.only()) == ["2026-01-05", "2026-02-05"]


def test_days_that_run_backwards_are_put_in_order(recorder: Recorder):
    recorder.record("2026-02-05", RULES + "- You must not shout.\n")
    recorder.record("2026-01-05", RULES)

    assert days(recorder.only()) == ["2026-01-05", "2026-02-05"]


def test_what_a_merge_brought_is_recorded_on_its_day(recorder: Recorder):
    recorder.record("2026-01-05", RULES)
    recorder.git("checkout", "-q", "-b", "side")
    recorder.record("2026-01-20", RULES + "- You must not shout.\n")
    recorder.git("checkout", "-q", "main")
    recorder.record("2026-01-22", RULES, file="Other/Terms.md")
    recorder.git("merge", "-q", "--no-ff", "-m", "Merge", "side", day="2026-02-01")

    acme, other = versions_of(recorder.folder)

    assert days(acme) == ["2026-01-05", "2026-02-01"]
    assert days(other) == ["2026-01-22"]


def test_only_files_that_may_be_policies_are_read(recorder: Recorder):
    for file in ("README.md", ".github/x.md", "a/b.py", "Acme/Terms.html", "Acme/LICENSE"):
        recorder.record("2026-01-05", "<p>You must not shout.</p>", file=file)

    assert [policy.path for policy in versions_of(recorder.folder)] == ["Acme/Terms.html"]


@pytest.mark.parametrize(
    "file",
    [
        "-rf/--output=x.md",
        "a\nb/:(top)*.md",
        "$(touch ran)/`touch ran`.md",
        "ü é/“q”.md",
        "\x01/:100644.md",
        "a/\udcff.md",
    ],
)
def test_hostile_names_of_files_are_names(recorder: Recorder, file: str):
    recorder.record("2026-01-05", RULES, file=file)

    assert recorder.only().path == file.replace("\udcff", "\ufffd")
    assert not list(recorder.folder.rglob("ran"))


def test_a_link_in_the_repository_is_not_followed(recorder: Recorder, tmp_path: Path):
    (tmp_path / "secret.md").write_text("secret")
    recorder.record("2026-01-05", RULES)
    (recorder.folder / "Acme" / "Link.md").symlink_to(tmp_path / "secret.md")
    recorder.git("add", "-A")
    recorder.git("commit", "-q", "-m", "Link")

    assert all(
        "secret" not in version.markdown for policy in versions_of(recorder.folder) for version in policy.versions
    )


def test_nothing_that_a_repository_configures_is_run_and_nothing_is_written(recorder: Recorder, tmp_path: Path):
    """Hooks, external diffs, text conversion, monitors, pagers, signatures, aliases: each would leave a file behind."""
    ran = tmp_path / "ran"
    recorder.record("2026-01-05", RULES)
    recorder.record("2026-02-05", RULES + "- You must not shout.\n")
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.md.textconv", "diff.md.command", "filter.md.smudge", "filter.md.clean", "gpg.program", "core.editor", "core.askPass", "alias.log"):  # fmt: skip
        recorder.git("config", key, f"touch {ran}; cat" if key != "alias.log" else f"!touch {ran}")
    recorder.git("config", "log.showSignature", "true")
    info = recorder.folder / ".git" / "info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text("*.md diff=md filter=md\n")
    hooks = recorder.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / name).chmod(0o755)
    before = {path: path.stat().st_mtime_ns for path in recorder.folder.rglob("*")}

    found = days(recorder.only())

    assert found == ["2026-01-05", "2026-02-05"]
    assert not ran.exists()
    assert {path: path.stat().st_mtime_ns for path in recorder.folder.rglob("*")} == before


def test_surroundings_cannot_point_git_elsewhere(recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    recorder.record("2026-01-05", RULES)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")

    assert days(recorder.only()) == ["2026-01-05"]


# What cannot be read


def refused(folder: Path) -> str:
    with pytest.raises(SourceError) as caught:
        versions_of(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_that_is_none_or_has_no_history_is_refused(tmp_path: Path, recorder: Recorder):
    (tmp_path / "plain").mkdir()

    assert "which is none" in refused(tmp_path / "missing")
    assert "got one without (plain)" in refused(tmp_path / "plain")
    assert "got an empty or damaged one" in refused(recorder.folder)


def test_a_folder_inside_a_repository_is_not_taken_for_the_repository(recorder: Recorder):
    recorder.record("2026-01-05", RULES)

    assert "got one without" in refused(recorder.folder / "Acme")


def test_a_history_without_policies_is_refused(recorder: Recorder):
    recorder.record("2026-01-05", "x", file="a.py")

    assert "got one without" in refused(recorder.folder)


def test_a_history_that_lacks_content_is_refused(recorder: Recorder):
    recorder.record("2026-01-05", RULES)
    blob = subprocess.run(
        ["git", "rev-parse", f"HEAD:{FILE}"], cwd=recorder.folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    (recorder.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    assert "clone it again, whole" in refused(recorder.folder)


def test_a_machine_without_git_is_told_so(recorder: Recorder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading.shutil, "which", lambda _: None)

    assert (
        refused(recorder.folder) == "Expected the program git, which reads recorded versions, got none on this machine."
    )


def test_a_git_that_does_not_end_is_given_up(recorder: Recorder, monkeypatch: pytest.MonkeyPatch):
    recorder.record("2026-01-05", RULES)
    monkeypatch.setattr(reading, "_LONGEST_RUN", 0.000001)

    assert "got a slower one" in refused(recorder.folder)
