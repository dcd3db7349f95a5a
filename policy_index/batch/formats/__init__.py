"""The formats of tables, one file each; `format.Format` says what each must be able to do.

To add one: write its file, and name it in `layout.Form` and in `format.format_of` (and `writing` where it can be written).
"""
