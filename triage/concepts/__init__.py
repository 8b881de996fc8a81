"""What words mean to the triage: the lexicon by variety, and the rules that turn concepts into findings."""
