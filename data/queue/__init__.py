"""By which ways can a run's id reach whoever executes it?"""
