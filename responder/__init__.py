"""Buyer Responder: watches an Amazon seller's buyer messages and keeps the promises it makes."""

__version__ = "0.1.0"
