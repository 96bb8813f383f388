"""Read off compiled inputs: reproduction numbers, superspreading, places that follow a record."""
