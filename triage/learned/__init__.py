"""The learned detector: meanings of words, for a model that is trained on the corpus."""
