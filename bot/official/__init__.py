"""Official style and layout: the check on a draft's wording, and the document it is sent as."""
