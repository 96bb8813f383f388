"""Charts of a result, each made of labelled numbers and words in one language."""
