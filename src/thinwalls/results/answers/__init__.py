"""What is worked out from saved results: comparisons, costs, risks, burdens, what decides."""
