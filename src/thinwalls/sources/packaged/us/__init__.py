"""Systems of all prisons and jails."""
