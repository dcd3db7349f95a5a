"""A batch run on this machine: in parts that survive a kill, and an output that appears when it is whole.

While a run works, a folder `OUTPUT.partial` lies beside the output. It holds a manifest, which says what is being done to
which input, and one file for each window of rows that is done; each appears under its name only when it is on the disk. The
output is put together from them at the end and moved to its place in one step.
"""

import errno
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from filelock import FileLock, Timeout

from policy_index.batch.layout import Form, Layout
from policy_index.batch.matching import Memory, Plan, match_table
from policy_index.batch.several import Memories, match_under
from policy_index.batch.tables import windows
from policy_index.batch.writing import write_tables
from policy_index.errors import InputError
from policy_index.files import sync_folder, written
from policy_index.search.index import ClauseIndex

_VERSION = 2
"""Raised when windows or their columns change, so that a run is not gone on with that an older version began."""

_HEAD = 1 << 20
"""How much of each input file a run remembers it by."""

Progress = Callable[[int, int], None]
"""Told after each window how many rows it had, and how many of them were bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did.

    Attributes:
        rows: Rows in the output.
        errors: How many of them have an error.
        resumed: How many of them an earlier run had done.
    """

    rows: int
    errors: int
    resumed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The folder beside the output in which a run keeps what is done."""

    output: Path
    folder: Path

    @classmethod
    @contextmanager
    def at(cls, output: Path, *, resume: bool = False, overwrite: bool = False) -> Iterator["Work"]:
        """Take the output's place for one run.

        Args:
            output: Where the output will appear.
            resume: Whether to go on with an earlier run's work.
            overwrite: Whether an output that is there may be replaced, and unfinished work thrown away.

        Raises:
            InputError: The place is taken or cannot be written to.
        """
        work = cls(output=output, folder=output.with_name(f"{output.name}.partial"))
        work._check_place(resume=resume, overwrite=overwrite)
        try:
            work.folder.mkdir(exist_ok=True)
            try:
                held = FileLock(work.lock).acquire(blocking=False)
            except Timeout:
                message = f"Expected no other run on {output}, but one is at work."
                raise InputError(message) from None
            with held:
                yield work
        except OSError as error:
            raise work.explained(error) from None

    @property
    def lock(self) -> Path:
        """The file that a run holds while it works."""
        return self.folder / "lock"

    @property
    def manifest(self) -> Path:
        """What is being done to which input."""
        return self.folder / "manifest.json"

    @property
    def whole(self) -> Path:
        """The output while it is put together."""
        return self.folder / "whole"

    @property
    def moved(self) -> Path:
        """A mark: the output is whole, and is moved to its place or there already."""
        return self.folder / "moved"

    def part(self, number: int) -> Path:
        """Return the file of one window."""
        return self.folder / f"{number:08}.arrow"

    def is_finished(self) -> bool:
        """Whether an earlier run got as far as moving the output to its place."""
        return self.moved.exists() and self.output.exists()

    def begin(self, doing: dict[str, Any], *, resume: bool) -> None:
        """Write down what this run does, or check that it is what an earlier run did.

        Raises:
            InputError: The earlier run did something else.
        """
        said = json.loads(json.dumps(doing))
        if resume and self.manifest.exists():
            before = json.loads(self.manifest.read_text(encoding="utf-8"))
            differing = [name.replace("_", " ") for name in said if before.get(name) != said[name]]
            if differing:
                message = (
                    f"Expected the run that {self.folder} was begun with, but this one differs in {', '.join(differing)}; "
                    "repeat it as it was, or start afresh with --overwrite."
                )
                raise InputError(message)
            for half in self.folder.glob(".*.part"):  # what a kill left of files that were being written
                half.unlink()
            return
        self.clear(keep_lock=True)
        with written(self.manifest) as file:
            file.write(json.dumps(said, indent=1).encode())

    def finish(self) -> None:
        """Move the whole output to its place, and clear up."""
        with written(self.moved):
            pass
        self.whole.replace(self.output)
        sync_folder(self.output.parent)
        self.clear()

    def clear(self, *, keep_lock: bool = False) -> None:
        """Remove what is in the folder, the marks last, so that a kill meanwhile leaves nothing that misleads."""
        last = [self.manifest, self.moved]
        for path in [*(path for path in self.folder.iterdir() if path not in {*last, self.lock}), *last]:
            path.unlink(missing_ok=True)
        if not keep_lock:
            self.lock.unlink(missing_ok=True)
            with suppress(OSError):
                self.folder.rmdir()

    def leave(self) -> None:
        """Go without a trace where nothing was begun."""
        if not self.manifest.exists():
            self.clear()

    def explained(self, error: OSError) -> InputError:
        """Return what a person is told when the disk refuses."""
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return InputError(
                f"Expected room for {self.output}, but the disk is full; what is done is kept in {self.folder}: make room "
                "and go on with --resume."
            )
        return InputError(f"Expected to write {self.output}, but: {error.strerror or error}.")

    def _check_place(self, *, resume: bool, overwrite: bool) -> None:
        if self.output.is_dir():
            message = f"Expected a file to write to, but {self.output} is a folder."
            raise InputError(message)
        if not self.output.parent.is_dir():
            message = f"Expected a folder {self.output.parent} to write to, but there is none."
            raise InputError(message)
        if overwrite:
            return
        if self.output.exists() and not (resume and self.is_finished()):
            message = f"Expected a new file, but {self.output} exists; name another, or say --overwrite."
            raise InputError(message)
        if self.manifest.exists() and not resume:
            message = (
                f"Expected no unfinished run, but {self.folder} holds one; go on with --resume, or start afresh with "
                "--overwrite."
            )
            raise InputError(message)


def run_batch(  # noqa: PLR0913  # what a run needs
    index: ClauseIndex | Sequence[ClauseIndex],
    layout: Layout,
    work: Work,
    plan: Plan,
    *,
    resume: bool = False,
    on_progress: Progress = lambda _rows, _errors: None,
) -> Summary:
    """Match every row and write the output.

    Args:
        index: What to search in; several, of one encoder, where the plan has several policies.
        layout: The input.
        work: Where to work.
        plan: What to add to each row.
        resume: Whether to go on with an earlier run's work.
        on_progress: Told after each window.

    Raises:
        InputError: The input cannot be read on, the disk is full, or the earlier run was another one.
    """
    if resume and work.is_finished():
        work.clear()
        return Summary(rows=layout.rows, errors=0, resumed=layout.rows)
    work.begin(_doing(index, layout, work.output, plan), resume=resume)
    schema, match = plan.schema(layout), matcher([index] if isinstance(index, ClauseIndex) else index, plan)
    rows = errors = resumed = parts = 0
    for number, window in enumerate(windows(layout)):
        part = work.part(number)
        if part.exists():
            with pa.ipc.open_file(part) as reader:
                done = reader.read_all()
            resumed += done.num_rows
        else:
            done = match(window).cast(schema)
            with written(part) as file, pa.ipc.new_file(file, schema) as writer:
                writer.write_table(done)
        bad = bad_rows(done, plan)
        rows, errors, parts = rows + done.num_rows, errors + bad, parts + 1
        on_progress(done.num_rows, bad)
    with written(work.whole) as file:
        write_tables(_stored(work, parts), schema, file, Form.of(work.output.name, writing=True), layout)
    work.finish()
    return Summary(rows=rows, errors=errors, resumed=resumed)


def matcher(indexes: Sequence[ClauseIndex], plan: Plan) -> Callable[[pa.Table], pa.Table]:
    """Return what matches one window after another, against several policies where the plan was made for these."""
    if not plan.policies:
        (index,) = indexes
        memory = Memory()
        return lambda window: match_table(index, window, plan, memory)
    memories = Memories()
    return lambda window: match_under(indexes, window, plan, memories)


def bad_rows(table: pa.Table, plan: Plan) -> int:
    """Return how many rows have an error."""
    return int(table.num_rows - table.column(plan.names["error"]).null_count)


def _stored(work: Work, parts: int) -> Iterator[pa.Table]:
    for number in range(parts):
        with pa.ipc.open_file(work.part(number)) as reader:
            yield reader.read_all()


def _doing(index: ClauseIndex | Sequence[ClauseIndex], layout: Layout, output: Path, plan: Plan) -> dict[str, Any]:
    """Return everything that the output depends on."""
    if not isinstance(index, ClauseIndex):
        each = [_doing(one, layout, output, plan) for one in index]
        apart = [{name: value for name, value in one.items() if value != each[0][name]} for one in each]
        return each[0] | {"policies": list(plan.policies), "apart": apart}
    return {
        "version": _VERSION,
        "input": [_fingerprint(Path(source.name)) for source in layout.sources],
        "text_column": plan.text_column,
        "encoding": layout.columns.encoding,
        "delimiter": layout.columns.delimiter,
        "top": plan.top,
        "policy": index.pack.spec,
        "policy_sha256": index.policy.sha256,
        "model": index.encoder.name,
        "scorer": index.scorer.key,
        "probabilities": None if index.calibration is None else index.calibration.to_json(),
        "output": output.name,
        "window": layout.window,
    }


def _fingerprint(path: Path) -> list[Any]:
    state = path.stat()
    with path.open("rb") as file:
        return [path.name, state.st_size, state.st_mtime_ns, hashlib.sha256(file.read(_HEAD)).hexdigest()]
