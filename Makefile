# The README's commands are tools/demo and tools/test; these are shorthands for whoever has make.
.PHONY: check test demo format bench fuzz
check:            ## linters, types, layers and all tests
	sh tools/test
test:             ## tests alone
	sh tools/test tests
demo:             ## the daemon through a holiday weekend
	sh tools/demo
format:           ## what ruff can mend by itself
	.venv/bin/ruff check --fix . && .venv/bin/ruff format .
bench:            ## the figures the README quotes
	.venv/bin/python benchmarks/acknowledgement.py
fuzz:             ## made-up mail for a minute: does anything break?
	sh tools/fuzz
