"""Which version of the engine computed a result?"""

ENGINE_VERSION = "0.1.0"
