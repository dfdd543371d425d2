"""Is a figure of risk inside its limit?"""
