"""The judgement: values in, values out. No await, no I/O, no clock, no logging."""
