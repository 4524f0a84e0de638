"""The benchmark: this assistant against the pipeline that a developer would write in an afternoon.

It lies beside the tests, since it is no part of the product and the product's rules on who may
know whom do not bind it; pytest collects nothing here. ``make bench`` runs it.
"""
