"""The page that holds the record of 2020 against the model."""
