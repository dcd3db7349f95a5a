"""What people and programs are told who may not write: why, and how that is changed. Markdown."""

READ_ONLY_PAGES = (
    "Adding and editing is off, because other machines can reach this server and nobody signs in: set up sign-in "
    "(`[auth]` in `.streamlit/secrets.toml`, and `POLICY_INDEX_WRITERS`), start it with `--server.address=localhost`, or use "
    "the command `policy-index policy add` on its machine."
)
READ_ONLY_PROGRAMS = (
    "This server is read-only for programs, because others can reach it and it knows no token: start it with "
    "`POLICY_INDEX_TOKEN`, and send `Authorization: Bearer TOKEN`."
)
LOOPBACK_ONLY = (
    "This request did not come straight from this machine, but through a proxy or from another site's page, so that it may "
    "change nothing: set up sign-in (`[auth]` in `.streamlit/secrets.toml`, and `POLICY_INDEX_WRITERS`) for pages, "
    "`POLICY_INDEX_TOKEN` for programs."
)
NOT_SIGNED_IN = "Sign in to add and edit policies."
NOT_A_WRITER = (
    "You are signed in, but not among those who may add and edit policies here; whoever runs this server can name you, or "
    "your domain, in `POLICY_INDEX_WRITERS`."
)
NO_TOKEN = "Expected `Authorization: Bearer TOKEN`, for changes need a token here; whoever runs this server has it."  # noqa: S105
UNKNOWN_TOKEN = "Expected one of this server's tokens in `Authorization: Bearer TOKEN`, got another."  # noqa: S105
