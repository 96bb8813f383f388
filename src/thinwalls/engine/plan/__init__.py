"""What a run needs, laid out once: stage graph, groups of exits and programmes, memory."""
