"""How good the triage is: labelled conversations in, figures with their doubt out."""
