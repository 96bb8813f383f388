"""Types that several sub-rooms share: compiled scenarios, effects, flows, quantities."""
