"""Reports that people send: checked, put into the data folder, loaded, and taken back again.

Whatever chat app they come from, this package knows none.
"""
