"""How did a portfolio do, against what, why, and when? Returns, figures, attribution, periods and regimes.

One implementation of every figure for screen, API and reports; the optimizer's own measures stay in `engine.risk`.
"""
