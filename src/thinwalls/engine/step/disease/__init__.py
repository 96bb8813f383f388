"""What the disease does in a step: infection, progression, admission to hospital."""
