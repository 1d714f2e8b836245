"""Inputs that are broken or mean harm, made by code; `cases.CASES` is all of them."""
