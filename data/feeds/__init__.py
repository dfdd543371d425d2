"""Where do live prices come from, and how do they reach every process of the product?

A feed hands over ticks: `replay` plays stored history, `poll` asks a provider again and again, and what institutions
push arrives through the API. `book` keeps the latest price of each symbol and what is still to be told; `carrier`
brings frames to all processes.
"""
