"""Sources: whatever holds a policy becomes the Markdown that a dialect reads. `source.source_of` takes a file, `versions.versions_of` a folder."""
