"""How do changes reach browsers and programs within milliseconds?

One socket a client at `/ws`. A pump reads the event outbox and hands each event to the hub, which builds the frame once
and writes it, without ever waiting, to every client that may see it and asked for it.
"""
