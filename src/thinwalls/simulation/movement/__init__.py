"""Who moves between places: base flows, and the recorded history they may follow."""
