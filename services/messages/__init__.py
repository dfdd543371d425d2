"""In which shapes do services take and give what they work on?

One module a subject; import from there. Requests and results of the engine are re-exported by `optimize`.
"""
