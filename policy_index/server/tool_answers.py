"""How a tool of the Model Context Protocol answers: at the desk, and with the tool's own error where something is wrong."""

from collections.abc import Callable
from typing import TypeVar

from mcp.server.mcpserver.exceptions import ToolError

from policy_index.errors import PolicyIndexError, public_words
from policy_index.server.desk import SEARCH_LIMIT, Desk

Answer = TypeVar("Answer")


async def tool_answer(
    desk: Desk, work: Callable[[], Answer], *, limit: float = SEARCH_LIMIT, long: bool = False
) -> Answer:
    """Return what `work` returns; an expected error becomes the tool's own.

    Where the client goes away this is cancelled, and what is done for it is given up.
    """
    try:
        return await desk.do(work, limit=limit, long=long)
    except PolicyIndexError as error:
        raise ToolError(public_words(error)) from None
