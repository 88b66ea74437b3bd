"""The demonstration: the whole daemon on two small mail servers of its own, over a holiday weekend told in a minute."""
