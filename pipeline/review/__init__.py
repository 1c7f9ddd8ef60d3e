"""The statistics of reading: who is drawn, how far readers agree, what a model must show. Pure functions."""
