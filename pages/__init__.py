"""Which screens are there? One file a screen, layout only: what it holds is filled in by `callbacks`.

A layout draws the same outline for everybody and knows nothing of anybody: the gate lets only people who are signed in
ask for it, and every figure comes from a callback that asks the services on behalf of the person behind the request.
"""
