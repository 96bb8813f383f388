"""Systems of immigration detention, from ICE workbooks."""
