"""What is written: the report of a study, from its state alone."""
