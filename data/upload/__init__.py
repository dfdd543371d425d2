"""How does a file that somebody brings become checked figures?

Three stages that can be tested apart: ``cells`` (bytes into lines of cells, whatever the format), ``layout`` (which
column means what) and ``reading`` (cells into figures, with every problem at once). ``providers/upload.py`` offers the
figures through the provider protocol. A new format is one more reader of cells, a new kind of figure one more layout.
"""
