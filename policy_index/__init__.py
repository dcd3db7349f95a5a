"""Usage Policy Explorer: which clauses of a usage policy does a text touch?

>>> from policy_index import load_index
>>> load_index().search("a dating app for farmers").matches[0].clause.citation
'OpenAI Usage policies (2023-03-23), Disallowed usage 8'
"""

import lazy_loader

# What the package offers stands in `__init__.pyi`; each name is imported when it is first used, so that a command that needs
# no model waits for none of its libraries.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
