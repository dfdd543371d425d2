"""What would a portfolio lose if the past came again, factors moved, correlations broke or investors left?

`result`, `result_tails` and `result_answers` hold the forms of the answers; `scenarios` the kinds of questions,
one file each; the other modules one computation each.
"""
