"""Evaluation: cases, measures and the example community; the product never imports it."""
