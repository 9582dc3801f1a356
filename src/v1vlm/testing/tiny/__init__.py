"""Models of random weights in the layouts of published ones, small enough for any machine.

They are loaded by the code that loads the real ones; what they say and paint means nothing.
torch and the libraries of the models are imported when one is built.
"""
