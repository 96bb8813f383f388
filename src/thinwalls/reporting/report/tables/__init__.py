"""Tables of the report, each from one answer; sections, the terminal and the page show them."""
