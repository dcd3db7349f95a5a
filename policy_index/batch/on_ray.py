"""The same function over the same windows, mapped by Ray Data on one machine or a cluster (the extra `ray`)."""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from policy_index.batch.matching import Memory, Plan, match_table
from policy_index.batch.reading import Layout, source_windows
from policy_index.errors import InputError
from policy_index.index import load_index

_BLOCK = 1 << 20


class _Matcher:
    """A worker: loads the model once, then matches window after window."""

    def __init__(self, plan: Plan, model: str | None) -> None:
        """Load the model."""
        self._plan = plan
        self._index = load_index(model)
        self._memory = Memory()

    def __call__(self, table: pa.Table) -> pa.Table:
        """Match one window."""
        return match_table(self._index, table, self._plan, self._memory)


def ray_tables(
    layout: Layout, plan: Plan, *, model: str | None = None, workers: int | None = None
) -> Iterator[pa.Table]:
    """Yield the matched windows in the input's order.

    Each file is read by one task and matched by any of the workers; the environment variable RAY_ADDRESS names a cluster,
    whose machines must see the files under the same paths. Without it Ray starts on this machine.

    Args:
        layout: The input.
        plan: What to add to each row.
        model: As `load_index` takes it.
        workers: How many processes hold a model; as many as there are cores, two to each, if None.

    Raises:
        InputError: Ray is not installed.
    """
    for name, value in {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}.items():
        os.environ.setdefault(name, value)  # nothing is reported to anybody
    try:
        import ray
    except ModuleNotFoundError:
        message = "Expected Ray for --engine ray, but it is not installed: pip install 'policy-index[ray]'."
        raise InputError(message) from None
    logging.getLogger("ray").setLevel(logging.ERROR)
    started = not ray.is_initialized()
    if started:
        ray.init(log_to_driver=False, include_dashboard=False, logging_level=logging.ERROR, configure_logging=False)
    try:
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        context.target_max_block_size = _BLOCK  # else a file's windows become one block, and one worker's
        for logger in ("ray.data", "ray.data._internal"):
            logging.getLogger(logger).setLevel(logging.ERROR)
        cores = int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]
        dataset = ray.data.from_items(
            [{"place": place} for place in range(len(layout.sources))], override_num_blocks=len(layout.sources)
        )

        def read(batch: dict[str, Any]) -> Iterator[pa.Table]:
            for place in batch["place"]:
                yield from source_windows(layout, layout.sources[int(place)])

        # A tenth of a core for reading: tasks that ask for other resources are not joined with the workers' own.
        matched = dataset.map_batches(read, batch_size=1, num_cpus=0.1).map_batches(
            _Matcher,
            fn_constructor_args=(plan, model),
            compute=ray.data.ActorPoolStrategy(size=workers or max(1, cores // 2)),
            num_cpus=1,
            batch_size=None,
            batch_format="pyarrow",
        )
        yield from matched.iter_batches(batch_size=None, batch_format="pyarrow")
    finally:
        if started:
            ray.shutdown()
