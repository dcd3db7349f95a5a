"""The shared parts of the pages; beside the router the only place that knows Streamlit."""
