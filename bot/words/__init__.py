"""Values in, what a person reads out; what a person typed in, values out. One catalogue of words."""
