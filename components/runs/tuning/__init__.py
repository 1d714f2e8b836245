"""The tuned trainer's short cuts, one small module each; `tuned` puts them in front of a trainer.

Only workers come in here. Start with `levers`, the list of all of them with reason, gain and
check; then `tuned`. What the person chose is never changed: a lever computes the same thing in
less time, or it is not here.
"""
