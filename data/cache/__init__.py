"""Where is kept what could be computed again?"""
