"""The record of 2020 held against the model: fitted, forecast, judged."""
