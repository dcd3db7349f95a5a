"""The same function over the same windows, mapped by Ray Data on one machine or a cluster (the extra `ray`)."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from policy_index.batch.layout import Form, Layout
from policy_index.batch.matching import Plan
from policy_index.batch.running import Progress, Summary, Work, bad_rows, matcher
from policy_index.batch.tables import source_windows
from policy_index.batch.writing import write_tables
from policy_index.errors import InputError
from policy_index.files import written
from policy_index.policy.pack import PolicyPack
from policy_index.policy.parts import PackFolder, PackParts
from policy_index.search.encoder import load_encoder
from policy_index.search.index import ClauseIndex

_BLOCK = 1 << 20
"""Bytes of rows that are handed on together; else a file's windows become one block, and one worker's."""

_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}
"""Nothing is reported to anybody, and Ray keeps to itself what it does."""


def run_on_ray(  # noqa: PLR0913  # what a run needs
    packs: Sequence[PolicyPack],
    layout: Layout,
    work: Work,
    plan: Plan,
    *,
    model: str | None = None,
    workers: int | None = None,
    on_progress: Progress = lambda _rows, _errors: None,
) -> Summary:
    """Match every row and write the output; nothing is kept of a run that is stopped.

    Args:
        packs: The policies to search in, those of the plan where it has several; every worker reads each from its folder, or,
            where a library keeps it, is sent its parts.
        layout: The input.
        work: Where to work.
        plan: What to add to each row.
        model: As `load_index` takes it.
        workers: As `ray_tables` takes it.
        on_progress: Told after each window.

    Raises:
        InputError: Ray is not installed, or as `running.run_batch`.
    """
    rows = errors = 0

    def counted() -> Iterator[pa.Table]:
        nonlocal rows, errors
        for table in ray_tables(packs, layout, plan, model=model, workers=workers):
            bad = bad_rows(table, plan)
            rows, errors = rows + table.num_rows, errors + bad
            on_progress(table.num_rows, bad)
            yield table

    try:
        with written(work.whole) as file:
            form = Form.of(work.output.name, writing=True)
            write_tables(counted(), plan.schema(layout), file, form, layout)
    except BaseException:
        work.clear()
        raise
    work.finish()
    return Summary(rows=rows, errors=errors)


def ray_tables(
    packs: Sequence[PolicyPack], layout: Layout, plan: Plan, *, model: str | None = None, workers: int | None = None
) -> Iterator[pa.Table]:
    """Yield the matched windows in the input's order.

    Each file is read by one task and matched by any of the workers; the environment variable RAY_ADDRESS names a cluster,
    whose machines must see the packs' folders and the files under the same paths. Without it Ray starts on this machine.

    Args:
        packs: The policies with what belongs to them.
        layout: The input.
        plan: What to add to each row.
        model: As `load_index` takes it.
        workers: How many processes hold a model; as many as there are cores, two to each, if None.

    Raises:
        InputError: Ray is not installed.
    """
    with _started() as ray:
        cores = int(ray.cluster_resources().get("CPU", 1))
        dataset = ray.data.from_items(
            [{"place": place} for place in range(len(layout.sources))], override_num_blocks=len(layout.sources)
        )

        def read(batch: dict[str, Any]) -> Iterator[pa.Table]:
            for place in batch["place"]:
                yield from source_windows(layout, layout.sources[int(place)])

        # A tenth of a core for reading: tasks that ask for other resources are not joined with the workers' own.
        matched = dataset.map_batches(read, batch_size=1, num_cpus=0.1).map_batches(
            _Matcher,
            fn_constructor_args=([sent_parts(pack) for pack in packs], model, plan),
            compute=ray.data.ActorPoolStrategy(size=workers or max(1, cores // 2)),
            num_cpus=1,
            batch_size=None,
            batch_format="pyarrow",
        )
        yield from matched.iter_batches(batch_size=None, batch_format="pyarrow")


def sent_parts(pack: PolicyPack) -> tuple[PackParts, Path]:
    """Return what a worker reads a pack from: its parts, which name a folder or hold the texts of a library, and its folder."""
    return pack.parts or PackFolder(pack.folder), pack.folder


class _Matcher:
    """A worker: loads the model once, then matches window after window."""

    def __init__(self, sent: Sequence[tuple[PackParts, Path]], model: str | None, plan: Plan) -> None:
        """Load policies and model."""
        encoder = load_encoder(model)
        packs = [PolicyPack.from_parts(parts, folder=folder) for parts, folder in sent]
        self._match = matcher([ClauseIndex.from_pack(pack, encoder) for pack in packs], plan)

    def __call__(self, table: pa.Table) -> pa.Table:
        """Match one window."""
        return self._match(table)


@contextmanager
def _started() -> Iterator[ModuleType]:
    """Start Ray where it is not at work yet, quietly, and end it again."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # an extra of its own, and seconds to import
        import ray.data
    except ModuleNotFoundError:
        message = "Expected Ray for --engine ray, but it is not installed: pip install 'policy-index[ray]'."
        raise InputError(message) from None
    for logger in ("ray", "ray.data", "ray.data._internal"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    started = not ray.is_initialized()
    if started:
        ray.init(log_to_driver=False, include_dashboard=False, logging_level=logging.ERROR, configure_logging=False)
    try:
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        context.target_max_block_size = _BLOCK
        yield ray
    finally:
        if started:
            ray.shutdown()
