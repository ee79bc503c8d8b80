"""What `seed_demo` loads: the demo program as data (program, people, answers), told through the verbs (story).

Only the command imports this package. Nothing in it is about real people, and every address is at example.org.
"""
