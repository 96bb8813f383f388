"""The reduced model of outbreaks in many facilities, and the weekly record it is held against."""
