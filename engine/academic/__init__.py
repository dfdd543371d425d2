"""How does the engine compare with the published portfolio instances? `engine.academic.solve.benchmark` tells.

Instances come from files that the caller supplies, in the format of the OR-Library (Chang, Meade, Beasley and Sharaiha
2000); the modules here read them strictly, solve them and measure.
"""
