"""How are files of holdings and transactions read, whoever wrote them?

`table` finds the lines and the header, `layouts` knows how brokers name their columns, `numbers` and `days` read cells
in the conventions of the file as a whole, `securities` tells what an identifier is, and `reading` puts it together.
"""
